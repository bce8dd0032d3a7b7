/* Any bytes as a ledger body: the reader that only looks for ends finds the rows that a JSON parser finds. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "ledger/body.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void must(bool condition) {
  if (!condition) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  struct arena *a = arena_new();
  struct error e;
  struct body_reader r;
  struct body_row row;
  error_init(&e, a);
  const struct json *whole = json_parse(a, bytes, n, &e);
  size_t rows = 0;
  body_open(&r, bytes, n);
  while (body_next(&r, &row)) {
    must(row.bytes >= (const char *)bytes && row.bytes + row.n <= (const char *)bytes + n);
    if (whole) {
      const struct json *item = rows < whole->n ? whole->items[rows] : NULL;
      int64_t id, version;
      must(item && json_int(json_get(item, "i"), &id) && id == row.id);
      must(json_int(json_get(item, "v"), &version) && version == row.version);
      const char *record = json_text(json_get(item, "r"));
      must(record && strlen(record) == row.n_record && memcmp(record, row.record, row.n_record) == 0);
      must(json_get(item, "f") && json_get(item, "f")->type == JSON_OBJECT);
      error_clear(&e);
      must(json_parse(a, row.bytes, row.n, &e) != NULL);
    }
    rows++;
  }
  if (whole && r.state == BODY_DONE) must(whole->type == JSON_ARRAY && whole->n == rows);
  arena_free(a);
  return 0;
}
