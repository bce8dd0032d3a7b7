#include "kith/kith.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "duty/duty.h"
#include "kith/assemble.h"
#include "kith/ref.h"

struct assembly *assembly_of(const struct engine *g) {
  return (struct assembly *)g;
}

const struct authority *engine_authority(const struct engine *g, const char *code) {
  for (size_t i = 0; code && i < g->n_authorities; i++) {
    if (strcmp(g->authorities[i].code, code) == 0) return &g->authorities[i];
  }
  return NULL;
}

void engine_close(struct engine *g) {
  if (!g) return;
  struct assembly *m = assembly_of(g);
  for (size_t i = 0; i < g->n_authorities; i++) assembly_close_stores(&m->authorities[i]);
  store_close(g->ref);
  store_close(g->directory);
  if (m->seeded) random_free(g->random);
  explicit_bzero(g->sign_secret, sizeof g->sign_secret);
  explicit_bzero(m->folder.secret, sizeof m->folder.secret);
}

static bool ensure_directory(struct db *db, void *arg, struct error *e) {
  (void)arg;
  return directory_ensure(db, e);
}

static bool ensure_ref(struct db *db, void *arg, struct error *e) {
  (void)arg;
  return ref_ensure(db, e);
}

/* The two stores that belong to no authority. */
static bool open_common(struct assembly *m, bool create, struct error *e) {
  struct engine *g = &m->engine;
  struct store_options directory = {
      .location = g->db ? g->db : arena_printf(m->a, "%s/directory.db", g->data),
      .schema = "directory",
      .readers = m->readers,
      .create = create,
  };
  struct store_options ref = {
      .location = g->db ? g->db : arena_printf(m->a, "%s/ref.db", g->data),
      .schema = "ref",
      .readers = m->readers,
      .create = create,
  };
  return store_open(m->a, &directory, &g->directory, e) && store_write(g->directory, ensure_directory, NULL, e) &&
         store_open(m->a, &ref, &g->ref, e) && store_write(g->ref, ensure_ref, NULL, e);
}

static bool setting_number(const struct folder *f, const char *key, int *out, struct error *e) {
  const char *text = folder_setting(f, key);
  if (!text) return true;
  char *end;
  long v = strtol(text, &end, 10);
  if (*end || v < 1 || v > 256) return error_cell(e, "kith.conf", 0, key, text, "a number from 1 to 256");
  *out = (int)v;
  return true;
}

const char *engine_setting(const struct engine *g, const char *key) {
  return folder_setting(&assembly_of(g)->folder, key);
}

static const char *file_setting(struct arena *a, const struct folder *f, const char *key) {
  const char *kept = folder_setting(f, key);
  return !kept || *kept == '/' ? kept : arena_printf(a, "%s/%s", f->path, kept);
}

const char *engine_file_setting(const struct engine *g, struct arena *a, const char *key) {
  return file_setting(a, &assembly_of(g)->folder, key);
}

static bool load_model(struct arena *a, const struct engine_options *o, const char *overlay, const struct model **out,
                       struct error *e) {
  const char *dir = model_dir(a, o->model_dir, e);
  return dir && model_load(a, dir, overlay, out, e);
}

bool engine_load_model(struct arena *a, const struct engine_options *o, const struct model **out, struct error *e) {
  return load_model(a, o, o->overlay, out, e);
}

/* Folder, key, settings, model and the common stores; m->engine can be closed whatever comes of it. */
static bool begin(struct arena *a, const struct engine_options *o, struct assembly *m, struct error *e) {
  struct engine *g = &m->engine;
  *m = (struct assembly){.a = a, .readers = o->readers, .seeded = o->seed != NULL};
  g->random = o->seed ? random_seeded(o->seed) : random_system();
  if (!folder_open(a, o->data, o->create, g->random, &m->folder, e)) return false;
  const char *db = o->db ? o->db : folder_setting(&m->folder, "db");
  g->data = m->folder.path;
  g->db = db && *db ? arena_strdup(a, db) : NULL;
  memcpy(g->sign_secret, m->folder.secret, sizeof g->sign_secret);
  memcpy(g->sign_public, m->folder.public, sizeof g->sign_public);
  if (m->readers == 0 && !setting_number(&m->folder, "readers", &m->readers, e)) return false;
  if (!load_model(a, o, o->overlay ? o->overlay : file_setting(a, &m->folder, "model"), &g->model, e)) return false;
  g->env = (struct record_env){.model = g->model, .after_write = duty_after_write};
  return open_common(m, o->create, e);
}

static struct ctx ctx_of(struct assembly *m) {
  struct ctx c;
  ctx_init(&c, m->a, m->engine.random);
  return c;
}

static bool open_authorities(struct assembly *m, struct error *e) {
  struct engine *g = &m->engine;
  struct ctx c = ctx_of(m);
  struct authority_row *rows;
  size_t n;
  if (!directory_authorities(g->directory, &c, &rows, &n, e)) return false;
  m->authorities = arena_alloc(m->a, (n + 1) * sizeof *m->authorities); /* room for one that is being made */
  g->authorities = m->authorities;
  for (size_t i = 0; i < n; i++) {
    struct authority *x = &m->authorities[g->n_authorities++];
    *x = (struct authority){rows[i].code, rows[i].name, rows[i].practice, rows[i].synthetic, NULL, NULL};
    if (!assembly_stores(m, x->code, false, x, e)) return false;
  }
  return true;
}

struct version {
  struct arena *a;
  const char *text;
};

static bool version_fn(struct db *db, void *arg, struct error *e) {
  struct version *v = arg;
  return record_model_version(db, v->a, &v->text, e);
}

static bool check_model(struct assembly *m, const struct authority *x, struct error *e) {
  struct version v = {.a = m->a};
  if (!store_read(x->main, version_fn, &v, e)) return false;
  if (v.text && strcmp(v.text, m->engine.model->version) == 0) return true;
  return error_set(
      e, ERR_INPUT,
      "The store of authority %s is at another model (%.8s) than the one given (%.8s). Run kith model apply "
      "(with --dry-run first to see the difference), or give the --model that it was made with.",
      x->code, v.text ? v.text : "none", m->engine.model->version);
}

bool engine_open(struct arena *a, const struct engine_options *o, struct engine **out, struct error *e) {
  struct assembly *m = arena_alloc(a, sizeof *m);
  *out = NULL;
  bool ok = begin(a, o, m, e) && open_authorities(m, e);
  for (size_t i = 0; ok && !o->any_model && i < m->engine.n_authorities; i++) {
    ok = check_model(m, &m->authorities[i], e);
  }
  if (!ok) {
    engine_close(&m->engine);
    return false;
  }
  *out = &m->engine;
  return true;
}

/* What the first init was given, where later commands find it. */
static bool keep_settings(struct assembly *m, const struct engine_options *o, struct error *e) {
  char overlay[PATH_MAX];
  if (m->folder.made) return true;
  if (o->overlay && !realpath(o->overlay, overlay)) {
    return error_set(e, ERR_NOT_FOUND, "There is no model overlay %s.", o->overlay);
  }
  return folder_made(m->a, &m->folder, m->engine.db, o->overlay ? overlay : NULL, e);
}

/* The directory learns of an authority last, so that an init that was cut short can be run again. */
static bool make_authority(struct assembly *m, const struct engine_options *o, const struct authority_row *row,
                           struct error *e) {
  struct engine *g = &m->engine;
  struct ctx c = ctx_of(m);
  struct buf report;
  struct authority *x = &m->authorities[g->n_authorities++];
  *x = (struct authority){row->code, row->name, row->practice, row->synthetic, NULL, NULL};
  buf_init(&report, m->a);
  return assembly_stores(m, x->code, true, x, e) && assembly_apply(g, &c, x, &report, false, e) &&
         directory_authority_add(g->directory, &c, row, e) && engine_sign_heads(g, &c, e) && keep_settings(m, o, e);
}

bool engine_init_authority(struct arena *a, const struct engine_options *o, const char *code, const char *name,
                           bool synthetic, struct error *e) {
  if (!code || !authority_code_check(code)) {
    return error_field(e, "authority", code, "Authority must be a code of three digits");
  }
  if (!name || !*name) return error_field(e, "name", name, "Enter the authority's name");
  struct engine_options making = *o;
  making.create = making.any_model = true;
  struct assembly *m = arena_alloc(a, sizeof *m);
  const struct authority_row row = {.code = code, .name = name, .synthetic = synthetic};
  bool ok = begin(a, &making, m, e) && open_authorities(m, e);
  if (ok && engine_authority(&m->engine, code)) {
    ok = error_field(e, "authority", code, "Authority %s is in this data folder already", code);
  }
  ok = ok && make_authority(m, o, &row, e);
  engine_close(&m->engine);
  return ok;
}

bool engine_apply_model(struct engine *g, const struct ctx *c, struct buf *report, bool dry_run, struct error *e) {
  for (size_t i = 0; i < g->n_authorities; i++) {
    if (!assembly_apply(g, c, &g->authorities[i], report, dry_run, e)) return false;
  }
  return dry_run || engine_sign_heads(g, c, e);
}

struct heading {
  const char *store, *chain;
  struct ledger_head head;
};

static bool head_fn(struct db *db, void *arg, struct error *e) {
  struct heading *h = arg;
  return ledger_head_read(db, h->store, h->chain, &h->head, e);
}

static bool sign_head(struct engine *g, const struct ctx *c, struct store *s, const char *store, const char *chain,
                      struct error *e) {
  struct heading h = {store, chain, {0}};
  if (!store_read(s, head_fn, &h, e)) return false;
  h.head.at = c->now;
  ledger_head_sign(&h.head, g->sign_secret);
  return directory_head_add(g->directory, c, &h.head, e);
}

bool engine_sign_heads(struct engine *g, const struct ctx *c, struct error *e) {
  for (size_t i = 0; i < g->n_authorities; i++) {
    const struct authority *x = &g->authorities[i];
    const char *store = arena_printf(c->arena, "la_%s", x->code);
    if (!sign_head(g, c, x->main, store, "change", e) || !sign_head(g, c, x->access, store, "access", e)) return false;
  }
  return sign_head(g, c, g->directory, "directory", "change", e);
}
