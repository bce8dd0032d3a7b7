#include "record/access.h"

#include <string.h>

#include "model/cond.h"
#include "record/label.h"

bool access_not_found(struct db *db, struct error *e) {
  return permit_valid(NULL, db, 0, e);
}

bool access_child_known(struct db *db, const struct ctx *c, const struct model *m, const struct actor *who,
                        int64_t child) {
  const struct permit *other;
  struct error no;
  if (who->id == 0) return true;
  error_init(&no, c->arena);
  return guard_open(db, c, m, who, child, &other, &no);
}

const char *access_label(struct db *db, const struct ctx *c, const struct permit *p, const struct model_field *f,
                         struct value v) {
  const struct model *m = permit_model(p);
  const struct model_record *to = f->type == FIELD_REF && f->ref ? model_record(m, f->ref) : NULL;
  if (v.type == VALUE_NULL) return NULL;
  if (to && to->is_child && v.i != permit_child(p) && !access_child_known(db, c, m, permit_actor(p), v.i)) return NULL;
  return label_value(db, c, m, f, v);
}

static bool reads(const struct permit *p, int category) {
  return permit_reads(p) & CATEGORY_BIT(category);
}

/* A row of the register is open to a child's permit where a row of that child that the permit reads refers to it. */
static bool referred_to(struct db *db, const struct ctx *c, const struct permit *p, const struct model_record *r,
                        int64_t id) {
  const struct model *m = permit_model(p);
  for (size_t i = 0; i < m->n_records; i++) {
    const struct model_record *from = &m->records[i];
    if (from->about != ABOUT_CHILD || !reads(p, from->category_index)) continue;
    for (size_t k = 0; k < from->n_fields; k++) {
      const struct model_field *f = &from->fields[k];
      if (f->type != FIELD_REF || !f->ref || strcmp(f->ref, r->name) != 0 || !reads(p, f->category_index)) continue;
      struct stmt *q =
          db_sql(db,
                 arena_printf(c->arena, "select 1 from t_%s where child = $1 and %s = $2 and voided = 0 limit 1",
                              from->name, f->name),
                 "ii");
      sql_int(q, 1, permit_child(p));
      sql_int(q, 2, id);
      bool found = sql_row(q);
      sql_end(q);
      if (found) return true;
    }
  }
  return false;
}

static struct value open_look(void *arg, enum cond_kind k, const char *name) {
  const struct row *row = arg;
  if (k == COND_CHILD) return VALUE_NONE;
  if (strcmp(name, "state") == 0) return value_text(row_state(row));
  const struct model_field *f = model_field(row->r.record, name);
  return f ? row->values[f->index] : VALUE_NONE;
}

static bool register_row_open(struct db *db, const struct ctx *c, const struct permit *p, const struct row *row) {
  if (permit_is_system(p)) return true;
  const struct model_record *r = row->r.record;
  if (permit_child(p) != 0) return referred_to(db, c, p, r, row->r.id);
  return reads(p, r->category_index) &&
         (cond_eval(r->open_if, open_look, (void *)row) || permit_writes(p) & CATEGORY_BIT(r->category_index));
}

bool access_row(struct db *db, const struct ctx *c, const struct permit *p, const struct model_record *r, int64_t id,
                struct row *out, struct error *e) {
  if (!permit_valid(p, db, permit_child(p), e)) return false;
  bool found = row_load(db, c->arena, r, id, out);
  if (!db_ok(db, e)) return false;
  if (!found) return access_not_found(db, e);
  bool open = r->about == ABOUT_NONE ? register_row_open(db, c, p, out)
                                     : out->r.child == permit_child(p) && reads(p, r->category_index);
  if (!db_ok(db, e)) return false;
  return open ? true : access_not_found(db, e);
}

bool access_writable(struct db *db, const struct ctx *c, const struct permit *p, const struct model_record *r,
                     int64_t id, struct row *out, struct error *e) {
  if (!access_row(db, c, p, r, id, out, e)) return false;
  return permit_valid(p, db, r->about == ABOUT_NONE ? 0 : out->r.child, e);
}

void access_withhold(const struct permit *p, struct row *row) {
  const struct model_record *r = row->r.record;
  for (size_t i = 0; i < r->n_fields; i++) {
    if (r->fields[i].category_index == r->category_index || reads(p, r->fields[i].category_index)) continue;
    row->withheld[i] = true;
    row->values[i] = VALUE_NONE;
  }
}

bool access_section(const struct permit *p, const struct model_record *r, const struct model_section *s) {
  if (permit_is_system(p)) return true;
  const char *const *roles;
  size_t n;
  if (!(permit_writes(p) & CATEGORY_BIT(s ? s->category_index : r->category_index))) return false;
  rule_fillers(permit_model(p), r, s, &roles, &n);
  return rule_holds_one(p, roles, n);
}
