#include "exchange/load.h"

#include <string.h>

void keys_init(struct keys *k, struct arena *a) {
  *k = (struct keys){.arena = a};
}

static uint64_t hash_of(const char *s) {
  uint64_t h = 1469598103934665603u;
  for (; *s; s++) h = (h ^ (unsigned char)*s) * 1099511628211u;
  return h ^ h >> 31;
}

static size_t slot_of(const struct keys *k, const char *key) {
  size_t i = hash_of(key) & (k->cap - 1);
  while (k->key[i] && strcmp(k->key[i], key) != 0) i = (i + 1) & (k->cap - 1);
  return i;
}

void keys_put(struct keys *k, const char *key, int64_t id) {
  if (k->n * 2 >= k->cap) {
    struct keys bigger = {.arena = k->arena, .cap = k->cap ? k->cap * 2 : 64, .n = k->n};
    bigger.key = arena_alloc(k->arena, bigger.cap * sizeof *bigger.key);
    bigger.id = arena_alloc(k->arena, bigger.cap * sizeof *bigger.id);
    for (size_t i = 0; i < k->cap; i++) {
      if (!k->key[i]) continue;
      size_t to = slot_of(&bigger, k->key[i]);
      bigger.key[to] = k->key[i], bigger.id[to] = k->id[i];
    }
    *k = bigger;
  }
  size_t i = slot_of(k, key);
  if (!k->key[i]) k->key[i] = arena_strdup(k->arena, key), k->n++;
  k->id[i] = id;
}

int64_t keys_get(const struct keys *k, const char *key) {
  return k->cap && k->key[slot_of(k, key)] ? k->id[slot_of(k, key)] : 0;
}

bool keys_load(struct keys *k, struct db *db, const char *sql, struct error *e) {
  struct stmt *q = db_sql(db, sql, "");
  while (sql_row(q)) {
    struct buf key;
    buf_init(&key, k->arena);
    buf_str(&key, col_text(q, 0));
    for (int i = 2; i < col_count(q); i++) buf_char(&key, '\n'), buf_str(&key, col_text(q, i));
    keys_put(k, buf_text(&key), col_int(q, 1));
  }
  return db_ok(db, e);
}

void loader_init(struct loader *l, const struct engine *g, const struct authority *a, const struct ctx *c,
                 const char *path, const struct import_options *o, struct import_report *r) {
  const char *slash = strrchr(path, '/');
  *l = (struct loader){.engine = g,
                       .authority = a,
                       .ctx = c,
                       .arena = c->arena,
                       .options = o,
                       .report = r,
                       .source = slash && slash[1] ? slash + 1 : path};
}

struct run {
  struct loader *l;
  load_fn *fn;
  void *arg;
  bool dry;
  size_t rejected;
  int64_t rejected_rows;
};

static bool run_once(struct db *db, void *arg, struct error *e) {
  struct run *r = arg;
  r->l->db = db;
  r->l->batch = NULL;
  r->l->report->rejected.n_items = r->rejected; /* a former run of this callback said the same */
  r->l->report->rejected_rows = r->rejected_rows;
  r->l->created = r->l->changed = r->l->unchanged = 0;
  if (!r->fn(r->l, r->arg, e) || !db_ok(db, e)) return false;
  if (r->l->options->strict && r->l->report->rejected.n_items) return import_refuse(r->l->report, e);
  r->dry = r->l->options->dry_run;
  return !r->dry || error_set(e, ERR_DENIED, "dry run"); /* rolled back */
}

bool load_run(struct loader *l, load_fn *fn, void *arg, struct error *e) {
  struct import_report *report = l->report;
  struct run r = {
      .l = l, .fn = fn, .arg = arg, .rejected = report->rejected.n_items, .rejected_rows = report->rejected_rows};
  if (l->options->strict && report->rejected.n_items) return import_refuse(report, e);
  bool ok = store_write(l->authority->main, run_once, &r, e);
  if (!ok && r.dry) {
    error_clear(e);
    ok = true;
  }
  if (ok) report->created = l->created, report->changed = l->changed, report->unchanged = l->unchanged;
  return ok;
}

bool load_begin(struct loader *l, int64_t child, struct error *e) {
  const struct permit *p = guard_system(l->db, l->ctx, l->engine->model, child, "import");
  if (!p) return error_set(e, ERR_BROKEN, "the import was given no permit");
  l->batch = record_batch_begin(l->db, l->ctx, &l->engine->env, p, child, l->source);
  return true;
}

bool load_put(struct loader *l, const char *record, int64_t id, int64_t owner, const struct record_input *in,
              int64_t *out_id, struct error *e) {
  bool changed = false;
  int64_t made = 0;
  if (!record_batch_put(l->batch, load_record(l, record), id, owner, in, &made, &changed, e)) return false;
  if (!id)
    l->created++;
  else if (changed)
    l->changed++;
  else
    l->unchanged++;
  if (out_id) *out_id = made;
  return true;
}

bool load_end(struct loader *l, struct error *e) {
  struct record_batch *b = l->batch;
  l->batch = NULL;
  return record_batch_end(b, e);
}

const struct model_record *load_record(const struct loader *l, const char *name) {
  return model_record(l->engine->model, name);
}

void load_value(struct record_input *in, const struct model_record *r, const char *field, struct value v) {
  record_input_set(in, r, field, v);
}

bool load_text(struct loader *l, struct record_input *in, const struct model_record *r, const char *field,
               const char *text, const char *file, long row, const char *column) {
  struct value v;
  const char *expected = NULL;
  if (!text || !*text) return true;
  if (!model_field_check(model_field(r, field), text, l->ctx->today, l->arena, &v, &expected)) {
    error_cell(&l->report->rejected, file, row, column, text, expected);
    return false;
  }
  record_input_set(in, r, field, v);
  return true;
}

struct value load_date(struct arena *a, date_t d) {
  char iso[DATE_TEXT];
  return d == DATE_NONE ? VALUE_NONE : value_text(arena_strdup(a, date_format(d, iso)));
}
