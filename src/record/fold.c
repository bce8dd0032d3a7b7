#include "record/fold.h"

#include <string.h>

void fold_init(struct fold *f, struct db *db, struct arena *a, const struct model *m) {
  memset(f, 0, sizeof *f);
  f->db = db;
  f->a = a;
  f->m = m;
  f->rows.a = a;
  f->last = &f->first;
  f->parts = 1;
}

struct fold_row *fold_find(struct fold *f, int64_t id) {
  return idmap_get(&f->rows, id);
}

struct value fold_value(struct arena *a, const struct json *v) {
  if (v->type == JSON_INT) return value_int(v->i);
  if (v->type == JSON_STRING) return value_text(arena_strdup(a, v->s));
  return VALUE_NONE;
}

bool fold_model(struct fold *f, const char *version, const struct model **out, struct error *e) {
  *out = f->m;
  if (strcmp(version, f->m->version) == 0) return true;
  for (size_t i = 0; i < f->n_models; i++)
    if (strcmp(f->models[i]->version, version) == 0) {
      *out = f->models[i];
      return true;
    }
  struct stmt *q = db_sql(f->db, "select canonical from model_version where version = $1 order by seq limit 1", "t");
  sql_text(q, 1, version);
  const char *canonical = sql_row(q) ? arena_strdup(f->a, col_text(q, 0)) : NULL;
  sql_end(q);
  if (!canonical) return db_ok(f->db, e);
  if (!model_from_canonical(f->a, canonical, strlen(canonical), out, e)) return false;
  f->models = arena_grow(f->a, f->models, &f->cap_models, f->n_models + 1, sizeof *f->models);
  f->models[f->n_models++] = *out;
  return true;
}

static struct fold_row *fold_row(struct fold *f, const char *record, int64_t id) {
  struct fold_row *x = fold_find(f, id);
  if (x) return x;
  const struct model_record *r = model_record(f->m, record);
  if (!r) return NULL; /* a record type that this model no longer has */
  x = arena_alloc(f->a, sizeof *x);
  row_init(&x->row, f->a, r);
  x->row.r.id = id;
  idmap_put(&f->rows, id, x);
  *f->last = x;
  f->last = &x->next;
  return x;
}

bool fold_view(const struct ledger_view *v, void *arg, struct error *e) {
  struct fold *f = arg;
  int64_t id = 0, version = 0;
  const char *record = json_text(json_get(v->row, "r"));
  /* What a disposal says of its reason is history, not state: it must not bring back the row. */
  if (!v->row || strcmp(v->entry.kind, "dispose") == 0) return true;
  if (!record || !json_int(json_get(v->row, "i"), &id) || !json_int(json_get(v->row, "v"), &version) || id <= 0)
    return error_set(e, ERR_BROKEN, "Ledger entry %lld has a body that cannot be read. Run kith ledger verify.",
                     (long long)v->entry.seq);
  if (id % f->parts != f->part) return true;
  struct fold_row *x = fold_row(f, record, id);
  const struct model *under;
  if (!x) return true;
  if (!fold_model(f, v->entry.model, &under, e)) return false;
  const struct model_record *in = model_record(under, record);
  if (x->row.r.record->about == ABOUT_CHILD && x->row.r.child == 0) x->row.r.child = v->entry.child;
  const struct json *cells = json_get(v->row, "f");
  for (size_t i = 0; cells && i < cells->n; i++) {
    struct value value = fold_value(f->a, cells->items[i]);
    cell_apply(&x->row, cells->keys[i], value, v->entry.actor);
    cell_touch(&x->row, in ? in : x->row.r.record, cells->keys[i], version);
  }
  return true;
}

#define HEADERS "select t.id, t.version, x.at, x.actor from ledger_touch t join ledger_entry x on x.seq = t.seq "

bool fold_headers(struct fold *f, int64_t id, struct error *e) {
  struct stmt *q = db_sql(f->db, id ? HEADERS "where t.id = $1 order by t.id, t.seq" : HEADERS "order by t.id, t.seq",
                          id ? "i" : "");
  if (id) sql_int(q, 1, id);
  while (sql_row(q)) {
    struct fold_row *x = col_int(q, 0) % f->parts == f->part ? fold_find(f, col_int(q, 0)) : NULL;
    if (!x) continue;
    if (x->row.r.version == 0) {
      x->row.r.created_at = col_int(q, 2);
      x->row.r.created_by = col_int(q, 3);
    }
    x->row.r.version = col_int(q, 1);
    x->row.r.changed_at = col_int(q, 2);
    x->row.r.changed_by = col_int(q, 3);
  }
  return db_ok(f->db, e);
}
