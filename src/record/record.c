/* Reading one row. */
#include "record/record.h"

#include <string.h>

#include "record/access.h"

bool record_get(struct db *db, const struct ctx *c, const struct permit *p, const struct model_record *r, int64_t id,
                struct record_row *out, struct error *e) {
  struct row row;
  if (!access_row(db, c, p, r, id, &row, e)) return false;
  access_withhold(p, &row);
  const char **labels = arena_alloc(c->arena, r->n_fields * sizeof *labels);
  for (size_t i = 0; i < r->n_fields; i++)
    if (r->fields[i].type == FIELD_REF) labels[i] = access_label(db, c, p, &r->fields[i], row.values[i]);
  *out = row.r;
  out->labels = labels;
  out->state = row_state(&row);
  return db_ok(db, e);
}

bool record_conditions(struct db *db, const struct ctx *c, const struct permit *p, const struct record_row *given,
                       bool *shown, bool *required, struct error *e) {
  const struct model_record *r = given->record;
  if (!permit_valid(p, db, permit_child(p), e)) return false;
  struct row row;
  row_init(&row, c->arena, r);
  struct record_row own = row.r;
  row.r = *given;
  row.r.values = own.values;
  memcpy(row.values, given->values, r->n_fields * sizeof *row.values);
  struct row stored; /* what is withheld still counts in a condition, as it does when the row is saved */
  if (given->id && given->withheld && row_load(db, c->arena, r, given->id, &stored)) {
    for (size_t i = 0; i < r->n_fields; i++)
      if (given->withheld[i]) row.values[i] = stored.values[i];
  }
  if (r->about == ABOUT_CHILD && !r->is_child) row.r.child = permit_child(p);
  struct facts f;
  facts_init(&f, db, c, permit_model(p), &row);
  for (size_t i = 0; i < r->n_fields; i++) {
    shown[i] = rule_shown(&f, &r->fields[i]);
    required[i] = shown[i] && rule_required(&f, &r->fields[i]);
  }
  return db_ok(db, e);
}
