/* Bodies of the API: any bytes against a record with a field of each type. What is taken must be given back by
 * the API as it was taken. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "web/api.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct model_code codes[] = {{.code = "a", .label = "A", .from = DATE_NONE, .to = DATE_NONE},
                                          {.code = "b", .label = "B", .from = 0, .to = DATE_NONE}};
static const struct model_codes list = {.name = "list", .title = "letter", .codes = codes, .n = 2};
#define FIELD(at, called, kind, ...) \
  { .name = called, .label = called, .index = at, .type = kind, ##__VA_ARGS__ }
static const struct model_field fields[] = {
    FIELD(0, "text", FIELD_TEXT, .has_max = true, .max = 20),
    FIELD(1, "prose", FIELD_PROSE),
    FIELD(2, "day", FIELD_DATE, .check = "not_future"),
    FIELD(3, "instant", FIELD_INSTANT),
    FIELD(4, "number", FIELD_NUMBER, .scale = 2),
    FIELD(5, "whole", FIELD_INTEGER, .has_min = true, .min = -5),
    FIELD(6, "money", FIELD_MONEY),
    FIELD(7, "yes", FIELD_YES_NO),
    FIELD(8, "code", FIELD_CODE, .codes = &list),
    FIELD(9, "person", FIELD_REF, .ref = "person"),
    FIELD(10, "school", FIELD_REF, .ref = "school"),
    FIELD(11, "upn", FIELD_TEXT, .check = "upn"),
    FIELD(12, "pattern", FIELD_TEXT, .pattern = "[0-9]{1,2}y"),
};
enum { N_FIELDS = sizeof fields / sizeof *fields };
static const struct model_record record = {.name = "record", .title = "Record", .fields = fields, .n_fields = N_FIELDS};

static void given_back(struct arena *a, const struct record_input *in, date_t today) {
  struct buf b;
  struct json_writer w;
  struct record_input again;
  struct error e;
  error_init(&e, a);
  buf_init(&b, a);
  json_begin(&w, &b);
  json_object(&w);
  for (size_t i = 0; i < N_FIELDS; i++) {
    if (!in->given[i]) continue;
    json_key(&w, fields[i].name);
    api_put_value(&w, a, "886", &fields[i], in->values[i]);
  }
  json_end_object(&w);
  const struct json *body = json_parse(a, b.data, b.len, &e);
  if (!body || !api_fields(a, &record, "886", today, body, &again, &e)) abort();
  for (size_t i = 0; i < N_FIELDS; i++)
    if (in->given[i] != again.given[i] || (in->given[i] && !value_eq(in->values[i], again.values[i]))) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const struct api_member members[] = {
      {"fields", API_OBJECT, true}, {"section", API_TEXT, false}, {"done", API_TRUTH, false}};
  struct arena *a = arena_new();
  struct record_input in;
  struct error e;
  int status = 0;
  date_t today = date_of(2026, 11, 24);
  error_init(&e, a);
  const struct json *body = api_body(a, (const char *)data, size, members, 3, &status, &e);
  if (!body && (e.kind != ERR_INPUT || !e.message || status < 400)) abort();
  if (body && api_fields(a, &record, "886", today, json_get(body, "fields"), &in, &e))
    given_back(a, &in, today);
  else if (body && e.n_items == 0)
    abort();
  arena_free(a);
  return 0;
}
