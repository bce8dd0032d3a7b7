/* JSON in and values out: pure functions over bytes and the model. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "web/api.h"

static const char *kind_words(enum api_kind kind) {
  return kind == API_TEXT ? "a string" : kind == API_TRUTH ? "true or false" : "an object";
}

static bool kind_right(enum api_kind kind, const struct json *v) {
  switch (kind) {
  case API_TEXT:
    return v->type == JSON_STRING;
  case API_TRUTH:
    return v->type == JSON_TRUE || v->type == JSON_FALSE;
  default:
    return v->type == JSON_OBJECT;
  }
}

static bool wrong(struct error *e, const char *member, const char *label, const char *expected) {
  error_field(e, member, NULL, "%s: expected %s.", label, expected);
  e->items[e->n_items - 1].expected = expected;
  return false;
}

static bool member_right(const struct json *body, size_t i, const struct api_member *members, size_t n,
                         struct error *e) {
  const char *name = body->keys[i];
  for (size_t k = 0; k < n; k++) {
    if (strcmp(members[k].name, name) != 0) continue;
    return kind_right(members[k].kind, body->items[i]) || wrong(e, name, name, kind_words(members[k].kind));
  }
  return error_field(e, name, NULL, "There is no member of this name here.");
}

const struct json *api_body(struct arena *a, const char *bytes, size_t n, const struct api_member *members,
                            size_t n_members, int *status, struct error *e) {
  bool good = true;
  *status = 413;
  if (n > API_BODY_MAX) {
    error_set(e, ERR_INPUT, "The body is larger than %d bytes.", API_BODY_MAX);
    return NULL;
  }
  *status = 400;
  const struct json *body = json_parse(a, bytes, n, e);
  if (!body) return NULL;
  *status = 422;
  if (body->type != JSON_OBJECT) {
    error_set(e, ERR_INPUT, "The body is expected to be a JSON object.");
    return NULL;
  }
  for (size_t i = 0; i < body->n; i++) good = member_right(body, i, members, n_members, e) && good;
  for (size_t k = 0; k < n_members; k++)
    if (members[k].required && !json_get(body, members[k].name))
      good = wrong(e, members[k].name, members[k].name, kind_words(members[k].kind));
  return good ? body : NULL;
}

/* --- fields ------------------------------------------------------------------------------------------------------- */
bool api_ref(const char *authority, const char *text, int64_t *id) {
  size_t n = strlen(text);
  if (n < 5 || n > 22 || strncmp(text, authority, 3) != 0 || text[3] != '-' || text[4] == '0') return false;
  if (strspn(text + 4, "0123456789") != n - 4) return false;
  *id = strtoll(text + 4, NULL, 10);
  return true;
}

const char *api_expected(const struct model_field *f) {
  switch (f->type) {
  case FIELD_DATE:
    return "a date as a string, YYYY-MM-DD";
  case FIELD_INSTANT:
    return "an instant as a string, like \"2026-03-27T14:05:00Z\"";
  case FIELD_NUMBER:
    return "a number as a string, like \"12.5\"";
  case FIELD_INTEGER:
    return "a whole number";
  case FIELD_MONEY:
    return "pence as a whole number";
  case FIELD_YES_NO:
    return "true or false";
  case FIELD_CODE:
    return "a code of its list as a string";
  case FIELD_REF:
    return strcmp(f->ref, "school") == 0 ? "a school's URN as a string" : "a reference as a string, like \"886-4821\"";
  default:
    return "a string";
  }
}

static bool decimal_right(const char *s) {
  s += *s == '-';
  size_t whole = strspn(s, "0123456789");
  s += whole;
  if (!whole || !*s) return whole > 0;
  return *s == '.' && s[1] && s[1 + strspn(s + 1, "0123456789")] == '\0';
}

/* A string in the form that the field's type has here, which is stricter than what people may type. */
static bool string_right(const struct model_field *f, const char *authority, const char *s) {
  int64_t id;
  if (!*s) return true;
  switch (f->type) {
  case FIELD_DATE:
    return date_parse_iso(s) != DATE_NONE;
  case FIELD_INSTANT:
    return instant_parse(s) != INSTANT_NONE;
  case FIELD_NUMBER:
    return decimal_right(s);
  case FIELD_CODE:
    return model_code(f->codes, s) != NULL;
  case FIELD_REF:
    return strcmp(f->ref, "school") == 0 || api_ref(authority, s, &id);
  default:
    return true;
  }
}

/* As model_field_check takes it; NULL when it is of the wrong kind. */
static const char *text_of(struct arena *a, const struct model_field *f, const char *authority, const struct json *v) {
  bool whole = f->type == FIELD_INTEGER || f->type == FIELD_MONEY;
  if (v->type == JSON_NULL) return "";
  if (whole) return v->type == JSON_INT ? model_field_text(f, value_int(v->i), a) : NULL;
  if (f->type == FIELD_YES_NO) return v->type == JSON_TRUE ? "yes" : v->type == JSON_FALSE ? "no" : NULL;
  return v->type == JSON_STRING && string_right(f, authority, v->s) ? v->s : NULL;
}

bool api_fields(struct arena *a, const struct model_record *r, const char *authority, date_t today,
                const struct json *fields, struct record_input *in, struct error *e) {
  bool good = true;
  record_input_init(in, a, r);
  for (size_t i = 0; fields && i < fields->n; i++) {
    const struct model_field *f = model_field(r, fields->keys[i]);
    if (!f || f->retired) {
      good = error_field(e, fields->keys[i], NULL, "There is nothing of this name that you can fill here.");
      continue;
    }
    const char *expected = api_expected(f), *text = text_of(a, f, authority, fields->items[i]);
    if (!text) {
      good = wrong(e, f->name, f->label, expected);
      continue;
    }
    struct value v;
    if (!model_field_check(f, text, today, a, &v, &expected)) {
      good = error_field(e, f->name, NULL, "%s: %s", f->label, expected ? expected : "this is not right");
      e->items[e->n_items - 1].expected = expected;
      continue;
    }
    record_input_set(in, r, f->name, v);
  }
  return good;
}

void api_put_value(struct json_writer *w, struct arena *a, const char *authority, const struct model_field *f,
                   struct value v) {
  if (v.type == VALUE_NULL)
    json_put_null(w);
  else if (f->type == FIELD_INTEGER || f->type == FIELD_MONEY)
    json_put_int(w, v.i);
  else if (f->type == FIELD_YES_NO)
    json_put_bool(w, v.i != 0);
  else if (f->type == FIELD_REF && v.type == VALUE_INT)
    json_put_text(w, arena_printf(a, "%s-%lld", authority, (long long)v.i));
  else
    json_put_text(w, model_field_text(f, v, a));
}
