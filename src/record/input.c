/* What a form, API call or import gives, as values of fields. */
#include <string.h>

#include "base/text.h"
#include "record/save.h"

void record_input_init(struct record_input *in, struct arena *a, const struct model_record *r) {
  in->values = arena_alloc(a, r->n_fields * sizeof *in->values);
  in->given = arena_alloc(a, r->n_fields * sizeof *in->given);
}

bool record_input_set(struct record_input *in, const struct model_record *r, const char *field, struct value v) {
  const struct model_field *f = model_field(r, field);
  if (!f) return false;
  in->values[f->index] = v;
  in->given[f->index] = true;
  return true;
}

bool input_unknown(struct error *e, const char *name) {
  return error_field(e, name, NULL, "There is nothing of this name that you can fill here.");
}

bool record_input_parse(struct record_input *in, const struct model_record *r, const struct ctx *c,
                        const char *const *names, const char *const *texts, size_t n, struct error *e) {
  bool ok = true;
  for (size_t i = 0; i < n; i++) {
    const struct model_field *f = model_field(r, names[i]);
    if (!f || f->retired) {
      ok = input_unknown(e, names[i]);
      continue;
    }
    if (in->given[f->index]) {
      ok = error_field(e, f->name, texts[i], "%s is given twice. Give it once.", f->label);
      continue;
    }
    const char *expected = NULL;
    struct value v = VALUE_NONE;
    if (model_field_check(f, texts[i], c->today, c->arena, &v, &expected)) {
      in->values[f->index] = v;
      in->given[f->index] = true;
      continue;
    }
    ok = error_field(e, f->name, texts[i], "%s: %s", f->label, expected ? expected : "this is not right");
    e->items[e->n_items - 1].expected = expected;
  }
  return ok;
}

struct value input_value(struct arena *a, struct value v) {
  if (v.type != VALUE_TEXT) return v;
  if (!v.s || !*v.s) return VALUE_NONE;
  for (const char *s = v.s; *s; s++)
    if ((unsigned char)*s >= 0x80) return value_text(text_nfc(a, v.s));
  return value_text(v.s);
}

bool input_type_ok(const struct model_field *f, struct value v, struct error *e) {
  if (v.type == VALUE_NULL) return true;
  if ((row_type(f) == STORE_TEXT) == (v.type == VALUE_TEXT)) return true;
  return error_field(e, f->name, NULL, "%s: the value is of the wrong kind.", f->label);
}
