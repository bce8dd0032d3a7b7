/* Many rows of one child and one file in one ledger entry. An import records what it was told: it blanks nothing and
 * asks for nothing. */
#include <string.h>

#include "record/idmap.h"
#include "record/save.h"

struct record_batch {
  struct change_set s;
  const struct record_env *env;
  const struct permit *p;
  const char *source;
  struct idmap rows; /* struct row_change by id */
  size_t register_rows;
};

struct record_batch *record_batch_begin(struct db *db, const struct ctx *c, const struct record_env *env,
                                        const struct permit *p, int64_t child, const char *source) {
  struct record_batch *b = arena_alloc(c->arena, sizeof *b);
  changes_init(&b->s, db, c, p, child);
  b->env = env;
  b->p = p;
  b->source = arena_strdup(c->arena, source);
  b->rows.a = c->arena;
  return b;
}

/* A batch that makes a child is about that child from then on, so that its entry goes with the child when it is
 * disposed of. */
static bool batch_new(struct record_batch *b, const struct model_record *r, int64_t owner, struct row_change **x,
                      struct error *e) {
  struct change_set *s = &b->s;
  if (r->is_child && (s->child != 0 || b->register_rows))
    return error_set(e, ERR_BROKEN, "A batch is about one child: begin another for this one.");
  if (r->about == ABOUT_CHILD && !r->is_child && s->child == 0)
    return error_set(e, ERR_BROKEN, "%s is about a child: begin a batch for that child.", r->title);
  *x = changes_create(s, r, r->about == ABOUT_CHILD ? s->child : 0, owner);
  if (r->is_child) s->child = (*x)->row.r.id;
  if (r->about == ABOUT_NONE) b->register_rows++;
  idmap_put(&b->rows, (*x)->row.r.id, *x);
  return true;
}

static bool batch_old(struct record_batch *b, const struct model_record *r, int64_t id, struct row_change **x,
                      struct error *e) {
  *x = idmap_get(&b->rows, id);
  if (*x) return true;
  struct row row;
  if (!row_load(b->s.db, b->s.a, r, id, &row) || (r->about == ABOUT_CHILD && row.r.child != b->s.child))
    return db_ok(b->s.db, e) && access_not_found(b->s.db, e);
  *x = changes_to(&b->s, &row);
  idmap_put(&b->rows, id, *x);
  return true;
}

bool record_batch_put(struct record_batch *b, const struct model_record *r, int64_t id, int64_t owner,
                      const struct record_input *in, int64_t *out_id, bool *changed, struct error *e) {
  if (!permit_is_system(b->p)) return error_set(e, ERR_DENIED, "Only an import writes in bulk.");
  if (!permit_valid(b->p, b->s.db, permit_child(b->p), e)) return false;
  struct row_change *x;
  if (!(id ? batch_old(b, r, id, &x, e) : batch_new(b, r, owner, &x, e))) return false;
  if (!x->created && rule_state_frozen(r, row_state(&x->row)))
    return error_set(e, ERR_DENIED, "%s is closed and does not change.", r->title);
  bool any = x->created && !x->stored;
  for (size_t i = 0; i < r->n_fields; i++) {
    if (!in->given[i]) continue;
    struct value v = input_value(b->s.a, in->values[i]);
    if (!input_type_ok(&r->fields[i], v, e)) return false;
    if (value_eq(v, x->row.values[i])) continue;
    change_field(x, &b->s, &r->fields[i], v);
    any = true;
  }
  if (out_id) *out_id = x->row.r.id;
  if (changed) *changed = any;
  if (!any) return db_ok(b->s.db, e);
  if (!save_settle(&b->s, x, false, e)) return false;
  change_store(&b->s, x);
  return db_ok(b->s.db, e);
}

bool record_batch_end(struct record_batch *b, struct error *e) {
  return changes_commit(&b->s, b->env, "import", b->source, e);
}
