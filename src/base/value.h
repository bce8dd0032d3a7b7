/* value: one cell, as the store, the record engine and the forms pass it about.
 *
 * Dates are VALUE_TEXT "YYYY-MM-DD"; instants, money (pence), numbers (scaled), yes_no (1/0) and references are
 * VALUE_INT. */
#ifndef KITH_BASE_VALUE_H
#define KITH_BASE_VALUE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
enum value_type { VALUE_NULL, VALUE_INT, VALUE_TEXT, VALUE_BLOB };
struct value {
  enum value_type type;
  int64_t i;
  const char *s; /* text (NUL-terminated) or blob */
  size_t n;
};
#define VALUE_NONE ((struct value){.type = VALUE_NULL})
struct value value_int(int64_t i);
struct value value_text(const char *s); /* NULL gives VALUE_NULL */
bool value_eq(struct value a, struct value b);
#endif
