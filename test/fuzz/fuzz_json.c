/* Any bytes as JSON: what can be read and has a canonical form has the same one when that is read again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void must(bool condition) {
  if (!condition) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  struct arena *a = arena_new();
  struct error e;
  struct buf first, second;
  error_init(&e, a);
  buf_init(&first, a);
  buf_init(&second, a);
  const struct json *tree = json_parse(a, bytes, n, &e);
  must(tree ? e.kind == ERR_NONE : e.kind == ERR_INPUT && e.message);
  if (tree && json_canonical(&first, a, tree, &e)) {
    const struct json *again = json_parse(a, first.data, first.len, &e);
    must(again && json_canonical(&second, a, again, &e));
    must(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
  }
  arena_free(a);
  return 0;
}
