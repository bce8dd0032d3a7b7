/* Folding the ledger anew: to compare what it says with what the tables hold, to put them right, and after a disposal.
 */
#include <stdlib.h>
#include <string.h>

#include "record/fold.h"
#include "record/query.h"
#include "record/save.h"

enum { PAGE = 500, FOLD_TOUCHES = 1000000 };

struct rebuild {
  struct fold *f;
  struct db *db;
  struct arena *page;
  bool compare;
  int64_t rows, different, tokens;
};

/* ---- what search reads ---- */

static int by_token(const void *x, const void *y) {
  const struct token *s = x, *t = y;
  int d = strcmp(s->kind, t->kind);
  return d ? d : strcmp(s->token, t->token);
}

static bool tokens_same(struct rebuild *b, const struct row *row) {
  struct token *want = NULL;
  size_t n = 0, cap = 0, k = 0;
  bool same = true;
  tokens_of(b->page, row, &want, &n, &cap);
  if (n) qsort(want, n, sizeof *want, by_token);
  struct stmt *q = db_sql(
      b->db, "select kind, token, category from child_token where child = $1 and row_id = $2 order by kind, token",
      "ii");
  sql_int(q, 1, row->r.child);
  sql_int(q, 2, row->r.id);
  for (; sql_row(q); k++)
    same = same && k < n && strcmp(want[k].kind, col_text(q, 0)) == 0 && strcmp(want[k].token, col_text(q, 1)) == 0 &&
           strcmp(want[k].category, col_text(q, 2)) == 0;
  b->tokens += (int64_t)n;
  return same && k == n;
}

/* ---- the tables ---- */

static void key_columns(struct buf *sql, const struct model_record *r) {
  for (size_t i = 0; i < r->n_fields; i++)
    if (r->fields[i].sort_key)
      buf_printf(sql, ", t.%s_key, t.%s_fold, t.%s_sounds", r->fields[i].name, r->fields[i].name, r->fields[i].name);
}

static bool keys_same(struct stmt *q, int at, struct arena *a, const struct row *row) {
  const struct model_record *r = row->r.record;
  for (size_t i = 0; i < r->n_fields; i++) {
    struct value keys[3];
    if (!r->fields[i].sort_key) continue;
    row_keys(a, row->values[i], keys);
    for (int k = 0; k < 3; k++)
      if (!value_eq(keys[k], col_value(q, at++, a))) return false;
  }
  return true;
}

struct stored {
  struct row row;
  bool keys;
};

static size_t read_page(struct rebuild *b, const struct model_record *r, int64_t after, struct stored *out) {
  struct buf sql;
  size_t n = 0;
  buf_init(&sql, b->page);
  buf_str(&sql, "select ");
  row_columns(&sql, r, "t");
  key_columns(&sql, r);
  buf_printf(&sql, " from t_%s t where t.id > $1 order by t.id limit %d", r->name, PAGE);
  struct stmt *q = db_sql(b->db, buf_text(&sql), "i");
  sql_int(q, 1, after);
  while (sql_row(q)) {
    row_read(q, 0, b->page, r, &out[n].row);
    out[n].keys = keys_same(q, row_width(r), b->page, &out[n].row);
    n++;
  }
  return n;
}

/* A stored row against the folded one; in a repair what differs goes, to be put again when all that differ are gone. */
static void meet(struct rebuild *b, struct stored *s) {
  struct fold_row *x = fold_find(b->f, s->row.r.id);
  b->rows++;
  if (x && x->row.r.record == s->row.r.record) {
    bool same = row_same(&x->row, &s->row) && s->keys;
    if (same && b->compare && token_source(s->row.r.record)) same = tokens_same(b, &x->row);
    x->met = true;
    x->same = same;
    if (same) return;
  }
  b->different++;
  if (!b->compare) row_delete(b->db, b->page, s->row.r.record, s->row.r.id);
}

static bool meet_record(struct rebuild *b, const struct model_record *r, struct error *e) {
  int64_t after = 0;
  for (size_t n = PAGE; n == PAGE;) {
    arena_reset(b->page);
    struct stored *page = arena_alloc(b->page, PAGE * sizeof *page);
    n = read_page(b, r, after, page);
    for (size_t i = 0; i < n; i++) {
      after = page[i].row.r.id;
      if (after % b->f->parts == b->f->part) meet(b, &page[i]);
    }
    if (!db_ok(b->db, e)) return false;
  }
  return true;
}

static void put_missing(struct rebuild *b) {
  for (struct fold_row *x = b->f->first; x; x = x->next) {
    arena_reset(b->page);
    if (!x->met) {
      b->rows++;
      b->different++;
    }
    if (b->compare) continue;
    if (!x->same) row_insert(b->db, b->page, &x->row);
    if (token_source(x->row.r.record)) token_put(b->db, b->page, &x->row);
  }
}

static bool rebuild_part(struct rebuild *b, const struct model *m, struct error *e) {
  if (!ledger_each(b->db, b->f->a, 0, fold_view, b->f, e) || !fold_headers(b->f, 0, e)) return false;
  for (size_t i = 0; i < m->n_records; i++)
    if (!meet_record(b, &m->records[i], e)) return false;
  put_missing(b);
  return db_ok(b->db, e);
}

static int64_t count(struct db *db, const char *sql) {
  struct stmt *q = db_sql(db, sql, "");
  int64_t n = sql_row(q) ? col_int(q, 0) : 0;
  sql_end(q);
  return n;
}

static bool tell_all(struct db *db, const struct ctx *c, const struct record_env *env, int64_t child, struct error *e) {
  const char **names = arena_alloc(c->arena, env->model->n_records * sizeof *names);
  for (size_t i = 0; i < env->model->n_records; i++) names[i] = env->model->records[i].name;
  return !env->after_write || env->after_write(db, c, env->model, child, names, env->model->n_records, e);
}

bool record_rebuild(struct db *db, const struct ctx *c, const struct record_env *env, bool compare, int64_t *rows,
                    int64_t *different, struct error *e) {
  struct rebuild b = {.db = db, .compare = compare, .page = arena_new()};
  int64_t parts = 1 + count(db, "select count(*) from ledger_touch") / FOLD_TOUCHES;
  bool ok = db_ok(db, e);
  if (!compare) sql_run(db_sql(db, "delete from child_token", ""));
  for (int64_t part = 0; ok && part < parts; part++) {
    struct fold f;
    struct arena *kept = arena_new();
    fold_init(&f, db, kept, env->model);
    f.part = part;
    f.parts = parts;
    b.f = &f;
    ok = rebuild_part(&b, env->model, e);
    arena_free(kept);
  }
  arena_free(b.page);
  if (ok && compare && b.different == 0 && b.tokens != count(db, "select count(*) from child_token")) b.different++;
  *rows = b.rows;
  *different = b.different;
  return ok && db_ok(db, e) && (compare || tell_all(db, c, env, 0, e));
}

/* ---- disposal ---- */

struct owned {
  const struct model_record *record;
  int64_t id, version;
};

static struct owned *rows_of(struct db *db, struct arena *a, const struct model *m, int64_t child, size_t *n) {
  struct owned *out = NULL;
  size_t cap = 0;
  *n = 0;
  for (size_t i = 0; i < m->n_records; i++) {
    const struct model_record *r = &m->records[i];
    if (r->about != ABOUT_CHILD) continue;
    struct stmt *q =
        db_sql(db, arena_printf(a, "select id, version from t_%s where child = $1 order by id", r->name), "i");
    sql_int(q, 1, child);
    while (sql_row(q)) {
      out = arena_grow(a, out, &cap, *n + 1, sizeof *out);
      out[(*n)++] = (struct owned){r, col_int(q, 0), col_int(q, 1)};
    }
  }
  return out;
}

struct views {
  struct arena *a;
  struct ledger_view *at;
  size_t n, cap;
};

static bool keep_view(const struct ledger_view *v, void *arg, struct error *e) {
  (void)e;
  struct views *k = arg;
  k->at = arena_grow(k->a, k->at, &k->cap, k->n + 1, sizeof *k->at);
  k->at[k->n++] = *v;
  return true;
}

/* One row folded from its own history, oldest first. */
static bool refold(struct db *db, const struct ctx *c, const struct model *m, int64_t child, const struct owned *o,
                   struct error *e) {
  struct fold f;
  struct views k = {.a = c->arena};
  fold_init(&f, db, c->arena, m);
  if (!ledger_history(db, c->arena, o->id, 0, NULL, 0, keep_view, &k, e)) return false;
  for (size_t i = k.n; i > 0; i--)
    if (!fold_view(&k.at[i - 1], &f, e)) return false;
  if (!fold_headers(&f, o->id, e)) return false;
  struct fold_row *x = fold_find(&f, o->id);
  row_delete(db, c->arena, o->record, o->id);
  if (token_source(o->record)) token_drop(db, child, o->id);
  if (!x) return db_ok(db, e);
  row_insert(db, c->arena, &x->row);
  if (token_source(o->record)) token_put(db, c->arena, &x->row);
  return db_ok(db, e);
}

static void drop_copies(struct db *db, int64_t child, const char *category, instant_t before) {
  struct stmt *q = db_sql(db,
                          "update snapshot_body set salt = null, body = null where ($3 = '' or category = $3) and "
                          "snapshot in (select id from snapshot where child = $1 and at < $2)",
                          "iit");
  sql_int(q, 1, child);
  sql_int(q, 2, before);
  sql_text(q, 3, category ? category : "");
  sql_run(q);
  q = db_sql(db, "delete from draft where child = $1 and at < $2", "ii");
  sql_int(q, 1, child);
  sql_int(q, 2, before);
  sql_run(q);
}

/* Why, in a body of the child's own, where the door is asked before it is shown. */
static struct ledger_body why_body(struct arena *a, const struct model_record *child, const struct owned *row,
                                   const char *reason) {
  struct buf b;
  struct json_writer w;
  buf_init(&b, a);
  json_begin(&w, &b);
  json_array(&w);
  json_object(&w);
  json_key(&w, "f");
  json_object(&w);
  json_key(&w, "_reason");
  json_put_text(&w, input_value(a, value_text(reason)).s);
  json_end_object(&w);
  json_key(&w, "i");
  json_put_int(&w, row->id);
  json_key(&w, "r");
  json_put_text(&w, child->name);
  json_key(&w, "v");
  json_put_int(&w, row->version);
  json_end_object(&w);
  json_end_array(&w);
  const char *text = buf_text(&b);
  return (struct ledger_body){child->category, text, b.len};
}

bool record_dispose(struct db *db, const struct ctx *c, const struct record_env *env, const struct permit *p,
                    const char *category, const char *reason, instant_t before, struct error *e) {
  int64_t child = permit_child(p), n_disposed;
  if (!permit_valid(p, db, child, e)) return false;
  if (!permit_is_system(p) || child == 0)
    return error_set(e, ERR_DENIED, "Disposal is the authority's, for one child.");
  if (!reason || !*reason) return error_field(e, "reason", NULL, "Say why this is disposed of.");
  size_t n;
  struct owned *rows = rows_of(db, c->arena, env->model, child, &n);
  const struct model_record *child_record = row_child_record(env->model);
  struct ledger_touch *touches = arena_alloc(c->arena, n * sizeof *touches);
  struct ledger_body body;
  struct ledger_entry why = {.actor = permit_actor(p)->id,
                             .purpose = permit_actor(p)->purpose,
                             .model = env->model->version,
                             .touches = touches,
                             .n_touches = n,
                             .bodies = &body};
  for (size_t i = 0; i < n; i++) {
    touches[i] = (struct ledger_touch){rows[i].record->name, rows[i].id, ++rows[i].version};
    if (rows[i].record != child_record) continue;
    body = why_body(c->arena, child_record, &rows[i], reason);
    why.n_bodies = 1;
  }
  if (!db_ok(db, e) || !ledger_dispose(db, c, &why, child, category, before, &n_disposed, e)) return false;
  for (size_t i = 0; i < n; i++)
    if (!refold(db, c, env->model, child, &rows[i], e)) return false;
  drop_copies(db, child, category, before);
  return db_ok(db, e) && tell_all(db, c, env, child, e);
}
