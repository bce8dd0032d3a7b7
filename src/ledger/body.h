/* body: the rows inside a body's canonical bytes, found without making a tree of them all. Inside the ledger layer only; fuzzed. */
#ifndef KITH_LEDGER_BODY_H
#define KITH_LEDGER_BODY_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct body_row {
  int64_t id, version;
  const char *record; /* not NUL-terminated */
  size_t n_record;
  const char *bytes; /* the row's own object, inside the body */
  size_t n;
};
enum body_state { BODY_START, BODY_INSIDE, BODY_DONE, BODY_BROKEN };
struct body_reader {
  const char *p, *end;
  int64_t last; /* id of the row before */
  enum body_state state;
};
void body_open(struct body_reader *b, const void *bytes, size_t n);
/* Next row. false at the end, or where the bytes are not the settled shape (BODY_BROKEN says so): a non-empty array of
 * {"f":{..},"i":id,"r":"record","v":version}, without blanks, ids rising. Field values are checked only as far as their ends are found. */
bool body_next(struct body_reader *b, struct body_row *row);
#endif
