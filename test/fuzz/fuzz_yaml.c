/* Model files: any bytes as YAML; what is read is written as canonical JSON and read again to the same bytes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "model/node.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct arena *a = arena_new();
  struct error e;
  size_t n;
  error_init(&e, a);
  struct node **documents = yaml_read(a, "fuzz.yaml", data, size, &n, &e);
  for (size_t i = 0; i < n && e.kind == ERR_NONE; i++) {
    struct buf first, second;
    buf_init(&first, a);
    buf_init(&second, a);
    node_canonical(documents[i], &first);
    const struct json *j = json_parse(a, first.data, first.len, &e);
    if (documents[i]->kind == NODE_SCALAR) continue; /* JSON documents of ours are maps and lists */
    if (!j) abort();
    node_canonical(node_of_json(a, j, "fuzz.json"), &second);
    if (first.len != second.len || memcmp(first.data, second.data, first.len) != 0) abort();
  }
  arena_free(a);
  return 0;
}
