/* Conditions: any bytes. What parses must evaluate, and its canonical text must parse to the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "model/cond.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct value look(void *arg, enum cond_kind k, const char *name) {
  const uint8_t *pick = arg;
  (void)k;
  if (*pick % 3 == 0) return VALUE_NONE;
  return *pick % 3 == 1 ? value_int((int64_t)strlen(name)) : value_text(name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  struct arena *a = arena_new();
  struct error e;
  const struct cond *c = NULL, *again = NULL;
  uint8_t pick = data[0];
  error_init(&e, a);
  const char *text = arena_strndup(a, (const char *)data + 1, size - 1);
  if (cond_parse(a, text, NULL, NULL, &c, &e)) {
    bool answer = cond_eval(c, look, &pick);
    struct buf sql, json;
    buf_init(&sql, a);
    buf_init(&json, a);
    cond_sql(c, "t", &sql);
    cond_json(c, &json);
    if (!cond_parse(a, cond_text(c, a), NULL, NULL, &again, &e) && strlen(cond_text(c, a)) <= 4096) abort();
    if (again && cond_eval(again, look, &pick) != answer) abort();
  } else if (e.kind != ERR_INPUT || !e.message) {
    abort();
  }
  arena_free(a);
  return 0;
}
