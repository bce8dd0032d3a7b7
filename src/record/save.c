#include "record/save.h"

#include <string.h>

/* A reference points to a row that is there: of the same child, unless it is to the register or to a child of whom the actor may know. */
static bool ref_there(struct change_set *s, const struct row *row, const struct model_record *to, int64_t id) {
  struct row there;
  if (to->is_child && !access_child_known(s->db, s->c, s->m, &s->actor, id)) return false;
  if (!row_load(s->db, s->a, to, id, &there)) return false;
  return to->about == ABOUT_NONE || to->is_child || row->r.record->about == ABOUT_NONE || there.r.child == row->r.child;
}

static bool refs_there(struct change_set *s, const struct row_change *x, struct error *e) {
  const struct model_record *r = x->row.r.record;
  bool ok = true;
  for (size_t i = 0; i < x->n; i++) {
    const struct model_field *f = x->cells[i].name[0] == '_' ? NULL : model_field(r, x->cells[i].name);
    const struct model_record *to = f && f->type == FIELD_REF && f->ref ? model_record(s->m, f->ref) : NULL;
    if (!to || x->cells[i].v.type != VALUE_INT || ref_there(s, &x->row, to, x->cells[i].v.i)) continue;
    ok = error_field(e, f->name, NULL, "%s: choose one that is there.", f->label);
  }
  return ok;
}

bool save_settle(struct change_set *s, struct row_change *x, bool blank, struct error *e) {
  const struct model_field **hidden = arena_alloc(s->a, x->row.r.record->n_fields * sizeof *hidden);
  struct facts f;
  facts_init(&f, s->db, s->c, s->m, &x->row);
  /* Blanking one field may hide another: at most as often as there are fields. */
  for (size_t n = 1; blank && n > 0;) {
    n = rule_hidden(&f, hidden);
    for (size_t i = 0; i < n; i++) change_field(x, s, hidden[i], VALUE_NONE);
  }
  bool ok = refs_there(s, x, e);
  ok = rule_unique(s->db, s->c, &x->row, e) && ok;
  return db_ok(s->db, e) && ok;
}
