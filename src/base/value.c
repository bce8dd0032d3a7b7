#include "base/value.h"

#include <string.h>

struct value value_int(int64_t i) {
  return (struct value){.type = VALUE_INT, .i = i};
}

struct value value_text(const char *s) {
  if (!s) return VALUE_NONE;
  return (struct value){.type = VALUE_TEXT, .s = s, .n = strlen(s)};
}

bool value_eq(struct value a, struct value b) {
  if (a.type != b.type) return false;
  switch (a.type) {
  case VALUE_NULL:
    return true;
  case VALUE_INT:
    return a.i == b.i;
  case VALUE_TEXT:
  case VALUE_BLOB:
    return a.n == b.n && (a.n == 0 || memcmp(a.s, b.s, a.n) == 0);
  }
  return false;
}
