/* A store brought to a model: additive, in the caller's one transaction. */
#include <string.h>

#include "base/log.h"
#include "record/save.h"

bool record_model_version(struct db *db, struct arena *a, const char **version, struct error *e) {
  *version = NULL;
  if (!db_has_table(db, "model_version")) return db_ok(db, e);
  struct stmt *q = db_sql(db, "select version from model_version order by seq desc limit 1", "");
  if (sql_row(q)) *version = arena_strdup(a, col_text(q, 0));
  sql_end(q);
  return db_ok(db, e);
}

static bool last_model(struct db *db, struct arena *a, const struct model **out, struct error *e) {
  struct stmt *q = db_sql(db, "select canonical from model_version order by seq desc limit 1", "");
  const char *canonical = sql_row(q) ? arena_strdup(a, col_text(q, 0)) : NULL;
  sql_end(q);
  if (!db_ok(db, e)) return false;
  return canonical ? model_from_canonical(a, canonical, strlen(canonical), out, e) : true;
}

static bool same_text(const char *x, const char *y) {
  return x == y || (x && y && strcmp(x, y) == 0);
}

static bool field_kept(const struct model_record *r, const struct model_field *was, struct error *e) {
  const struct model_field *is = model_field(r, was->name);
  const char *name = was->name;
  if (!is)
    return error_field(e, name, r->name,
                       "%s.%s is gone from the model. Write retire: true instead: what was recorded stays.", r->name,
                       name);
  if (is->type == was->type && is->scale == was->scale && same_text(is->ref, was->ref)) return true;
  return error_field(e, name, r->name, "%s.%s has another type than before. Give the new one a new name with from: %s.",
                     r->name, name, name);
}

/* What has been written must stay readable: no record, field or relation goes or changes its kind. */
static bool additive(const struct model *old, const struct model *m, struct error *e) {
  bool ok = true;
  for (size_t i = 0; i < old->n_records; i++) {
    const struct model_record *was = &old->records[i], *is = model_record(m, was->name);
    if (!is) {
      ok = error_field(e, was->name, NULL, "Record %s is gone from the model. Retire it instead.", was->name);
      continue;
    }
    if (is->about != was->about || is->is_child != was->is_child || !same_text(is->part_of, was->part_of))
      ok =
          error_field(e, was->name, NULL, "Record %s cannot change whom it is about or what it is part of.", was->name);
    for (size_t k = 0; k < was->n_fields; k++) ok = field_kept(is, &was->fields[k], e) && ok;
  }
  return ok;
}

static int64_t *ids_of(struct db *db, struct arena *a, const char *sql, size_t *n) {
  int64_t *ids = NULL;
  size_t cap = 0;
  *n = 0;
  struct stmt *q = db_sql(db, sql, "");
  while (sql_row(q)) {
    ids = arena_grow(a, ids, &cap, *n + 1, sizeof *ids);
    ids[(*n)++] = col_int(q, 0);
  }
  return ids;
}

/* Keys and tokens follow from values: they are made anew where a field has become one by which rows are sorted or
 * found. */
static bool derived_changed(const struct model_record *was, const struct model_record *is) {
  for (size_t i = 0; i < is->n_fields; i++) {
    const struct model_field *f = &is->fields[i], *g = model_field(was, f->name);
    if (g && (g->sort_key != f->sort_key || !same_text(g->check, f->check) || !same_text(g->category, f->category)))
      return true;
  }
  return false;
}

static bool derive(struct db *db, const struct model_record *r, struct error *e) {
  struct arena *a = arena_new();
  size_t n;
  int64_t *ids = ids_of(db, a, arena_printf(a, "select id from t_%s order by id", r->name), &n);
  for (size_t i = 0; i < n; i++) {
    struct row row;
    if (!row_load(db, a, r, ids[i], &row)) continue;
    row_update(db, a, &row);
    if (token_source(r)) token_put(db, a, &row);
  }
  arena_free(a);
  return db_ok(db, e);
}

/* ---- from: ---- */

struct filling {
  struct db *db;
  const struct ctx *c;
  const struct record_env *env;
  const struct model_record *r;
  const struct model_field *f, *from;
  int64_t rejects;
};

static void reject(struct filling *x, int64_t row) {
  struct stmt *q =
      db_sql(x->db,
             "insert into model_reject (model, record, row_id, field, from_field) values ($1, $2, $3, $4, $5) "
             "on conflict (model, row_id, field) do nothing",
             "ttitt");
  sql_text(q, 1, x->env->model->version);
  sql_text(q, 2, x->r->name);
  sql_int(q, 3, row);
  sql_text(q, 4, x->f->name);
  sql_text(q, 5, x->from->name);
  sql_run(q);
  x->rejects++;
}

/* One row's value under its new name, in an entry of its own child's, so that it goes when the child's goes. */
static bool fill_row(struct filling *x, struct arena *a, int64_t id, struct error *e) {
  struct ctx c = *x->c;
  struct change_set s;
  struct row row;
  struct value v;
  const char *expected;
  c.arena = a;
  if (!row_load(x->db, a, x->r, id, &row)) return db_ok(x->db, e);
  const char *text = model_field_text(x->from, row.values[x->from->index], a);
  const struct permit *p = guard_system(x->db, &c, x->env->model, row.r.child, "model");
  changes_init(&s, x->db, &c, p, row.r.child);
  struct row_change *change = changes_to(&s, &row);
  struct error ignored;
  error_init(&ignored, a);
  if (!model_field_check(x->f, text, c.today, a, &v, &expected)) {
    reject(x, id);
    return db_ok(x->db, e);
  }
  change_field(change, &s, x->f, input_value(a, v));
  if (!rule_unique(x->db, &c, &change->row, &ignored)) {
    reject(x, id);
    return db_ok(x->db, e);
  }
  change_store(&s, change);
  struct record_env quiet = {.model =
                                 x->env->model}; /* who applies a model computes everything that hangs on rows anew */
  return changes_commit(&s, &quiet, "model", "model", e);
}

static bool fill_field(struct filling *x, struct error *e) {
  struct arena *ids_arena = arena_new(), *a = arena_new();
  size_t n;
  int64_t *ids = ids_of(x->db, ids_arena,
                        arena_printf(ids_arena, "select id from t_%s where %s is not null and %s is null order by id",
                                     x->r->name, x->from->name, x->f->name),
                        &n);
  bool ok = db_ok(x->db, e);
  for (size_t i = 0; ok && i < n; i++) {
    arena_reset(a);
    ok = fill_row(x, a, ids[i], e);
  }
  arena_free(a);
  arena_free(ids_arena);
  return ok;
}

static bool fill(struct db *db, const struct ctx *c, const struct record_env *env, const struct model *old,
                 struct error *e) {
  struct filling x = {.db = db, .c = c, .env = env};
  for (size_t i = 0; i < env->model->n_records; i++) {
    x.r = &env->model->records[i];
    const struct model_record *was = model_record(old, x.r->name);
    for (size_t k = 0; was && k < x.r->n_fields; k++) {
      x.f = &x.r->fields[k];
      x.from = x.f->from && !model_field(was, x.f->name) ? model_field(x.r, x.f->from) : NULL;
      if (x.from && !fill_field(&x, e)) return false;
    }
  }
  if (x.rejects) log_event(LOG_WARN, "model_fill_rejects", "rows=%lld", (long long)x.rejects);
  return true;
}

static bool note_model(struct db *db, const struct ctx *c, const struct model *m, struct error *e) {
  struct stmt *q =
      db_sql(db, "insert into model_version (seq, version, canonical, applied_at) values ($1, $2, $3, $4)", "itti");
  sql_int(q, 1, db_counter(db, "model_version", 1));
  sql_text(q, 2, m->version);
  sql_text(q, 3, arena_strndup(c->arena, m->canonical, m->n_canonical));
  sql_int(q, 4, c->now);
  sql_run(q);
  struct ledger_entry entry = {.purpose = "model", .kind = "model", .model = m->version};
  return db_ok(db, e) && ledger_append(db, c, &entry, NULL, e);
}

bool record_apply_model(struct db *db, const struct ctx *c, const struct record_env *env, bool *changed,
                        struct error *e) {
  const struct model *m = env->model, *old = NULL;
  const char *version;
  *changed = false;
  if (!record_model_version(db, c->arena, &version, e)) return false;
  if (version && strcmp(version, m->version) == 0) return true;
  if (version && !last_model(db, c->arena, &old, e)) return false;
  if (old && !additive(old, m, e)) return false;
  if (!record_ensure(db, m, e) || !guard_ensure(db, e) || !guard_apply(db, m, e) || !note_model(db, c, m, e))
    return false;
  for (size_t i = 0; old && i < m->n_records; i++) {
    const struct model_record *was = model_record(old, m->records[i].name);
    if (was && derived_changed(was, &m->records[i]) && !derive(db, &m->records[i], e)) return false;
  }
  if (old && !fill(db, c, env, old, e)) return false;
  *changed = true;
  return db_ok(db, e);
}
