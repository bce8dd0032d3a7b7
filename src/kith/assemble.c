/* The stores of one authority: opened, given the tables that stand whatever the model, and brought to a model. */
#include "kith/assemble.h"

#include <string.h>

#include "duty/duty.h"
#include "kith/once.h"

static bool main_tables(struct db *db, void *arg, struct error *e) {
  (void)arg;
  return ledger_ensure(db, e) && duty_ensure(db, e) && once_ensure(db, e);
}

static bool access_tables(struct db *db, void *arg, struct error *e) {
  (void)arg;
  return access_ensure(db, e);
}

bool assembly_ensure(const struct authority *x, struct error *e) {
  return store_write(x->main, main_tables, NULL, e) && store_write(x->access, access_tables, NULL, e);
}

bool assembly_stores(struct assembly *m, const char *code, bool create, struct authority *out, struct error *e) {
  struct arena *a = m->a;
  const char *data = m->engine.data, *db = m->engine.db;
  struct store_options main = {
      .location = db ? db : arena_printf(a, "%s/la_%s.db", data, code),
      .schema = arena_printf(a, "la_%s", code),
      .ref = db ? NULL : arena_printf(a, "%s/ref.db", data),
      .readers = m->readers,
      .create = create,
  };
  struct store_options access = {
      .location = db ? db : arena_printf(a, "%s/la_%s.access.db", data, code),
      .schema = arena_printf(a, "la_%s_access", code),
      .readers = m->readers,
      .create = create,
  };
  return store_open(a, &main, &out->main, e) && store_open(a, &access, &out->access, e) && assembly_ensure(out, e);
}

void assembly_close_stores(struct authority *x) {
  store_close(x->main);
  store_close(x->access);
  x->main = x->access = NULL;
}

struct applying {
  struct engine *g;
  const struct ctx *c;
  const struct model *old; /* NULL: none yet */
  bool dry_run, rehearsed, changed;
};

static bool old_model(struct db *db, void *arg, struct error *e) {
  struct applying *k = arg;
  const char *version;
  k->old = NULL;
  if (!record_model_version(db, k->c->arena, &version, e)) return false;
  if (!version) return true;
  struct stmt *q = db_sql(db, "select canonical from model_version order by seq desc limit 1", "");
  const char *canonical = sql_row(q) ? arena_strdup(k->c->arena, col_text(q, 0)) : "";
  sql_end(q);
  return db_ok(db, e) && model_from_canonical(k->c->arena, canonical, strlen(canonical), &k->old, e);
}

/* A rehearsal does the whole, and is then undone. */
static bool apply_fn(struct db *db, void *arg, struct error *e) {
  struct applying *k = arg;
  const struct engine *g = k->g;
  k->rehearsed = false;
  if (!record_apply_model(db, k->c, &g->env, &k->changed, e)) return false;
  if (k->changed && (!duty_check(db, k->c, g->model, e) || !duty_compute(db, k->c, g->model, 0, NULL, 0, e))) {
    return false;
  }
  k->rehearsed = k->dry_run;
  return !k->dry_run || error_set(e, ERR_CONFLICT, "Only a rehearsal.");
}

bool assembly_apply(struct engine *g, const struct ctx *c, const struct authority *x, struct buf *report, bool dry_run,
                    struct error *e) {
  struct applying k = {.g = g, .c = c, .dry_run = dry_run};
  if (!store_read(x->main, old_model, &k, e)) return false;
  if (k.old && strcmp(k.old->version, g->model->version) == 0) {
    buf_printf(report, "Authority %s is at this model already.\n", x->code);
    return true;
  }
  bool ok = store_write(x->main, apply_fn, &k, e);
  if (!ok && k.rehearsed) {
    error_clear(e);
    ok = true;
  }
  if (!ok) return false;
  buf_printf(report, "Authority %s %s model %s", x->code, dry_run ? "would be brought to" : "is now at",
             g->model->version);
  buf_str(report, k.old ? ":\n" : ".\n");
  if (k.old) model_diff(k.old, g->model, report);
  return true;
}
