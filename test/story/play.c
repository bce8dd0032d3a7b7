#include "play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "duty/duty.h"

static struct ctx *ctx_of(struct stage *s) {
  return &s->in->ctx;
}
static struct arena *arena_of(struct stage *s) {
  return s->in->arena;
}
static const struct record_env *env_of(struct stage *s) {
  return &s->in->engine->env;
}
static const struct authority *authority_of(struct stage *s) {
  return engine_authority(s->in->engine, s->code);
}
static const struct model_record *record_named(struct stage *s, const char *name) {
  return model_record(env_of(s)->model, name);
}

static bool expected(struct error *e, bool ok, const char *what, int64_t want, int64_t got) {
  return ok || error_set(e, ERR_BROKEN, "%s: %lld were expected, not %lld", what, (long long)want, (long long)got);
}

static int64_t find_who(struct stage *s, const char *who, struct error *e) {
  int64_t id = 0;
  bool person = strchr(who, '@') != NULL;
  people_find(s->in->engine, authority_of(s), ctx_of(s), person ? who : NULL, person ? NULL : who, &id, e);
  return id;
}

/* Who acts is found outside the transaction, as a session is. */
struct playing {
  struct stage *s;
  const struct step *x;
  struct actor who;
  bool system;
};
static struct playing *now_playing; /* acts are given only stage and step */

static bool permit_for(struct stage *s, struct db *db, const struct permit **p, struct error *e) {
  const struct model *m = env_of(s)->model;
  if (now_playing->system) return *p = guard_system(db, ctx_of(s), m, s->child, "story"), true;
  return guard_open(db, ctx_of(s), m, &now_playing->who, s->child, p, e);
}

/* "field=text; field=text" as typed. */
static bool input_of(struct stage *s, const struct model_record *r, const char *with, struct record_input *in,
                     struct error *e) {
  const char *names[24], *texts[24];
  size_t n = 0;
  record_input_init(in, arena_of(s), r);
  for (char *rest = arena_strdup(arena_of(s), with), *pair; (pair = strsep(&rest, ";"));) {
    while (*pair == ' ') pair++;
    char *equals = strchr(pair, '=');
    if (!equals || n == 24) return error_set(e, ERR_BROKEN, "the step's fields: %s", with);
    *equals = 0;
    names[n] = pair, texts[n++] = equals + 1;
  }
  return record_input_parse(in, r, ctx_of(s), names, texts, n, e);
}

static bool do_import(struct stage *s, struct db *db, const struct step *x, struct error *e) {
  const char *paths[4];
  size_t n = 0;
  (void)db;
  for (char *rest = arena_strdup(arena_of(s), x->with), *path; n < 4 && (path = strsep(&rest, " "));)
    paths[n++] = *path == '/' ? path : arena_printf(arena_of(s), "%s/in/%s", s->in->dir, path);
  if (!installation_import(s->in, s->code, x->what, paths, n, NULL))
    return error_set(e, s->in->e.kind, "%s", s->in->e.message);
  int64_t done = s->in->report.created + s->in->report.changed;
  return expected(e, x->n < 0 ? done > 0 : done == x->n, "created and changed", x->n, done);
}

static bool do_open(struct stage *s, struct db *db, const struct step *x, struct error *e) {
  const struct permit *p;
  (void)x;
  return permit_for(s, db, &p, e) && permit_valid(p, db, s->child, e);
}

static bool do_initiate(struct stage *s, struct db *db, const struct step *x, struct error *e) {
  const struct permit *p;
  struct record_input in;
  const struct model_record *r = record_named(s, "pep");
  s->version = 1;
  return input_of(s, r, x->with, &in, e) && permit_for(s, db, &p, e) &&
         record_create(db, ctx_of(s), env_of(s), p, r, s->child, 0, &in, &s->plan, e);
}

static bool version_now(struct stage *s, struct db *db, const struct step *x, int64_t *base, struct error *e) {
  struct record_row row;
  const struct permit *p = guard_system(db, ctx_of(s), env_of(s)->model, s->child, "story");
  *base = x->base;
  if (*base) return true;
  if (!record_get(db, ctx_of(s), p, record_named(s, "pep"), s->plan, &row, e)) return false;
  return *base = row.version, true;
}

static bool do_fill(struct stage *s, struct db *db, const struct step *x, struct error *e) {
  const struct permit *p;
  struct record_input in;
  int64_t base;
  const struct model_record *r = record_named(s, "pep");
  return input_of(s, r, x->with, &in, e) && permit_for(s, db, &p, e) && version_now(s, db, x, &base, e) &&
         record_change(db, ctx_of(s), env_of(s), p, r, s->plan, x->what, base, &in, 1, &s->version, e);
}

static bool do_add(struct stage *s, struct db *db, const struct step *x, struct error *e) {
  const struct permit *p;
  struct record_input in;
  int64_t id;
  const struct model_record *r = record_named(s, x->what);
  return input_of(s, r, x->with, &in, e) && permit_for(s, db, &p, e) &&
         record_create(db, ctx_of(s), env_of(s), p, r, s->child, s->plan, &in, &id, e);
}

static bool do_move(struct stage *s, struct db *db, const struct step *x, struct error *e) {
  const struct permit *p;
  int64_t base;
  return permit_for(s, db, &p, e) && version_now(s, db, x, &base, e) &&
         record_move(db, ctx_of(s), env_of(s), p, record_named(s, "pep"), s->plan, base, x->what, x->with, &s->version,
                     e);
}

static bool newest(const struct record_row *row, uint64_t may, void *arg, struct error *e) {
  (void)may;
  (void)e;
  *(int64_t *)arg = row->id;
  return true;
}

/* "record.field" of the child: the child's own record, the plan, or the row that stands first in the record's list. */
static bool cell_of(struct stage *s, struct db *db, const struct step *x, const struct model_field **f,
                    struct record_row *row, struct error *e) {
  const struct permit *p;
  char *name = arena_strdup(arena_of(s), x->what), *field = strchr(name, '.');
  *field++ = 0;
  const struct model_record *r = record_named(s, name);
  *f = model_field(r, field);
  int64_t id = r->is_child ? s->child : strcmp(name, "pep") == 0 ? s->plan : 0;
  struct query q = {.record = r, .child = s->child, .limit = 1};
  if (!permit_for(s, db, &p, e)) return false;
  if (!id && !record_list(db, ctx_of(s), env_of(s)->model, &now_playing->who, &q, newest, &id, e)) return false;
  return record_get(db, ctx_of(s), p, r, id, row, e);
}

static bool do_read(struct stage *s, struct db *db, const struct step *x, struct error *e) {
  const struct model_field *f;
  struct record_row row;
  if (!cell_of(s, db, x, &f, &row, e)) return false;
  const struct value *v = &row.values[f->index];
  const char *text = v->type == VALUE_TEXT  ? v->s
                     : v->type == VALUE_INT ? arena_printf(arena_of(s), "%lld", (long long)v->i)
                                            : "";
  if (row.withheld[f->index]) return error_set(e, ERR_BROKEN, "%s is withheld", x->what);
  return strcmp(text, x->with) == 0 || error_set(e, ERR_BROKEN, "%s is \"%s\"", x->what, text);
}

static bool do_not_read(struct stage *s, struct db *db, const struct step *x, struct error *e) {
  const struct model_field *f;
  struct record_row row;
  if (!cell_of(s, db, x, &f, &row, e)) return false;
  bool shown = !row.withheld[f->index] || row.values[f->index].type != VALUE_NULL;
  return !shown || error_set(e, ERR_BROKEN, "%s is shown", x->what);
}

static bool one_more(const struct record_row *row, uint64_t may, void *arg, struct error *e) {
  (void)row;
  (void)may;
  (void)e;
  ++*(int64_t *)arg;
  return true;
}

static bool do_list(struct stage *s, struct db *db, const struct step *x, struct error *e) {
  struct query q = {.record = record_named(s, x->what), .limit = 1000};
  int64_t n = 0;
  return record_list(db, ctx_of(s), env_of(s)->model, &now_playing->who, &q, one_more, &n, e) &&
         expected(e, n == x->n, "listed", x->n, n);
}

static bool do_count(struct stage *s, struct db *db, const struct step *x, struct error *e) {
  struct query q = {.record = record_named(s, x->what)};
  int64_t n = 0;
  return record_count(db, ctx_of(s), env_of(s)->model, &now_playing->who, &q, &n, e) &&
         expected(e, n == x->n, "counted", x->n, n);
}

static bool do_find(struct stage *s, struct db *db, const struct step *x, struct error *e) {
  struct found *found;
  size_t n, hits = 0;
  if (!record_search(db, ctx_of(s), env_of(s)->model, &now_playing->who, x->what, 50, &found, &n, e)) return false;
  for (size_t i = 0; i < n; i++) hits += found[i].child == s->child;
  return expected(e, (int64_t)hits == x->n, "found", x->n, (int64_t)hits);
}

static bool do_tell(struct stage *s, struct db *db, const struct step *x, struct error *e) {
  const struct permit *p;
  struct change_view *views;
  size_t n;
  if (!permit_for(s, db, &p, e) ||
      !record_history(db, ctx_of(s), p, record_named(s, "pep"), s->plan, x->what, &views, &n, e))
    return false;
  if (!expected(e, (int64_t)n == x->n, "changes", x->n, (int64_t)n)) return false;
  return !n || !x->with || strcmp(views[0].by_name, x->with) == 0 ||
         error_set(e, ERR_BROKEN, "the newest is by %s", views[0].by_name);
}

static bool do_frozen(struct stage *s, struct db *db, const struct step *x, struct error *e) {
  const struct permit *p;
  struct snapshot *all, one;
  size_t n;
  const struct model_record *r = record_named(s, "pep");
  if (!permit_for(s, db, &p, e) || !snapshot_list(db, ctx_of(s), p, r, s->plan, &all, &n, e)) return false;
  if (!expected(e, (int64_t)n == x->n, "snapshots", x->n, (int64_t)n)) return false;
  return !n || (snapshot_get(db, ctx_of(s), p, r, s->plan, 0, &one, e) &&
                expected(e, one.intact && strlen(one.hash) == 64, "intact", 1, 0));
}

static bool do_owe(struct stage *s, struct db *db, const struct step *x, struct error *e) {
  struct duty_row *rows;
  size_t n;
  if (!duty_list(db, ctx_of(s), env_of(s)->model, &now_playing->who, s->child, false, &rows, &n, e)) return false;
  for (size_t i = 0; i < n; i++)
    if (strcmp(rows[i].duty->id, x->what) == 0)
      return expected(e, rows[i].status == (enum duty_status)x->n, x->what, x->n, (int64_t)rows[i].status);
  return error_set(e, ERR_BROKEN, "no duty %s among %zu", x->what, n);
}

static bool do_dispose(struct stage *s, struct db *db, const struct step *x, struct error *e) {
  const struct permit *p;
  return permit_for(s, db, &p, e) && record_dispose(db, ctx_of(s), env_of(s), p, x->what, x->with, ctx_of(s)->now, e);
}

const struct act comes_in = {OUTSIDE, do_import}, opens = {IN_READ, do_open}, initiates = {IN_WRITE, do_initiate},
                 fills = {IN_WRITE, do_fill}, adds = {IN_WRITE, do_add}, moves = {IN_WRITE, do_move},
                 reads = {IN_READ, do_read}, may_not_read = {IN_READ, do_not_read}, lists = {IN_READ, do_list},
                 counts = {IN_READ, do_count}, finds = {IN_READ, do_find}, tells = {IN_READ, do_tell},
                 shows_frozen = {IN_READ, do_frozen}, owes = {IN_READ, do_owe}, disposes = {IN_WRITE, do_dispose};

static bool run(struct db *db, void *arg, struct error *e) {
  struct playing *p = arg;
  return p->x->does->fn(p->s, db, p->x, e);
}

static bool play_step(struct stage *s, const struct step *x) {
  struct playing p = {.s = s, .x = x, .system = strcmp(x->who, "authority") == 0, .who = {.purpose = ""}};
  struct error *e = &s->in->e;
  struct store *store = authority_of(s)->main;
  error_clear(e);
  installation_tick(s->in, 60);
  if (!p.system && !(p.who.id = find_who(s, x->who, e))) return error_set(e, ERR_BROKEN, "nobody is %s", x->who);
  if (!s->child && x->does != &comes_in) s->child = find_who(s, s->local_id, e);
  now_playing = &p;
  bool ok = x->does->where == OUTSIDE   ? x->does->fn(s, NULL, x, e)
            : x->does->where == IN_READ ? store_read(store, run, &p, e)
                                        : store_write(store, run, &p, e);
  if (ok && x->expects) return error_set(e, ERR_BROKEN, "it was not refused");
  return ok || (x->expects && e->kind == x->expects);
}

bool play(struct stage *s, const char *code, const struct step *steps, size_t n) {
  s->code = code;
  for (size_t i = 0; i < n; i++) {
    if (play_step(s, &steps[i])) continue;
    fprintf(stderr, "step %zu (%s, %s, %s): ", i + 1, steps[i].who, steps[i].what ? steps[i].what : "",
            steps[i].with ? steps[i].with : "");
    installation_say(&s->in->e);
    return false;
  }
  return true;
}
