#include "record_world.h"

static struct world *hooked; /* the hook has no argument of its own */

static bool hook(struct db *db, const struct ctx *c, const struct model *m, int64_t child, const char *const *records,
                 size_t n, struct error *e) {
  (void)c;
  (void)m;
  (void)child;
  hooked->hook_calls++;
  hooked->hook_names[0] = '\0';
  for (size_t i = 0; i < n; i++) {
    strncat(hooked->hook_names, records[i], 40);
    strncat(hooked->hook_names, " ", 2);
    if (strlen(hooked->hook_names) > 200) break;
  }
  return db_ok(db, e);
}

const struct model_record *world_record(struct world *w, const char *name) {
  const struct model_record *r = model_record(w->m, name);
  if (!r) fail_msg("no record %s", name);
  return r;
}

static bool input_list(struct world *w, const struct model_record *r, struct record_input *in, struct error *e,
                       va_list ap) {
  const char *names[40], *texts[40];
  size_t n = 0;
  record_input_init(in, w->a, r);
  for (const char *pair = va_arg(ap, const char *); pair; pair = va_arg(ap, const char *)) {
    const char *equals = strchr(pair, '=');
    names[n] = arena_strndup(w->a, pair, (size_t)(equals - pair));
    texts[n++] = equals + 1;
  }
  return record_input_parse(in, r, &w->ctx, names, texts, n, e);
}

bool world_input(struct world *w, const struct model_record *r, struct record_input *in, struct error *e, ...) {
  va_list ap;
  va_start(ap, e);
  bool ok = input_list(w, r, in, e, ap);
  va_end(ap);
  return ok;
}

const struct permit *world_permit(struct db *db, struct world *w, int64_t actor, int64_t child, struct error *e) {
  const struct permit *p = NULL;
  if (actor == 0) return guard_system(db, &w->ctx, w->m, child, "test");
  struct actor who = {.id = actor, .purpose = ""};
  return guard_open(db, &w->ctx, w->m, &who, child, &p, e) ? p : NULL;
}

bool world_put(struct db *db, struct world *w, const char *record, int64_t child, int64_t *id, struct error *e, ...) {
  const struct model_record *r = world_record(w, record);
  struct record_input in;
  va_list ap;
  va_start(ap, e);
  bool ok = input_list(w, r, &in, e, ap);
  va_end(ap);
  const struct permit *p = guard_system(db, &w->ctx, w->m, r->about == ABOUT_NONE || r->is_child ? 0 : child, "test");
  return ok && record_create(db, &w->ctx, &w->env, p, r, child, 0, &in, id, e);
}

bool world_change(struct db *db, struct world *w, int64_t actor, const char *record, int64_t id, const char *section,
                  int64_t base, int64_t *version, struct error *e, ...) {
  const struct model_record *r = world_record(w, record);
  struct record_input in;
  va_list ap;
  va_start(ap, e);
  bool ok = input_list(w, r, &in, e, ap);
  va_end(ap);
  const struct permit *p = ok ? world_permit(db, w, actor, r->about == ABOUT_NONE ? 0 : w->child, e) : NULL;
  return p && record_change(db, &w->ctx, &w->env, p, r, id, section, base, &in, -1, version, e);
}

struct call {
  struct world *w;
  world_fn *fn;
};

static bool call_fn(struct db *db, void *arg, struct error *e) {
  struct call *c = arg;
  return c->fn(db, c->w, e);
}

void world_do(struct world *w, world_fn *fn) {
  struct call c = {w, fn};
  error_clear(&w->f->e);
  w->ctx.now += 1000000;
  if (store_write(w->f->store, call_fn, &c, &w->f->e)) return;
  for (size_t i = 0; i < w->f->e.n_items; i++)
    print_error("%s: %s\n", w->f->e.items[i].column, w->f->e.items[i].message);
  fail_msg("%s", w->f->e.message);
}

struct error *world_refused(struct world *w, world_fn *fn, enum error_kind kind) {
  struct call c = {w, fn};
  error_clear(&w->f->e);
  w->ctx.now += 1000000;
  if (store_write(w->f->store, call_fn, &c, &w->f->e)) fail_msg("it was not refused");
  if (w->f->e.kind != kind) fail_msg("%s: %s", error_kind_name(w->f->e.kind), w->f->e.message);
  return &w->f->e;
}

/* The list of schools, as kith/ref makes it, as far as labels read it. */
static bool make_ref(struct db *db, void *arg, struct error *e) {
  (void)arg;
  static const struct store_column columns[] = {{"urn", STORE_TEXT, true}, {"name", STORE_TEXT, true}};
  static const struct store_table school = {"school", columns, 2, "urn", false, NULL, 0};
  return db_ensure_table(db, &school, e);
}

static void open_ref(struct world *w) {
  struct store *ref;
  char *path = arena_printf(w->a, "%s/ref.db", w->f->dir);
  struct store_options o = {.location = fixture_pg() ? getenv("KITH_TEST_PG") : path, .schema = "ref", .create = true};
  if (!store_open(w->a, &o, &ref, &w->f->e) || !store_write(ref, make_ref, NULL, &w->f->e))
    fail_msg("%s", w->f->e.message);
  store_close(ref);
  w->f->options.ref = path;
  fixture_reopen(w->f);
}

static bool apply(struct db *db, struct world *w, struct error *e) {
  bool changed;
  return record_apply_model(db, &w->ctx, &w->env, &changed, e);
}

static bool people(struct db *db, struct world *w, struct error *e) {
  int64_t id;
  return world_put(db, w, "organisation", 0, &w->school, e, "kind=school", "name=Elm Park School", "urn=100001",
                   NULL) &&
         world_put(db, w, "person", 0, &w->social_worker, e, "kind=professional", "forenames=Sol", "surname=Worker",
                   NULL) &&
         world_put(db, w, "person", 0, &w->teacher, e, "kind=professional", "forenames=Tess", "surname=Teacher",
                   NULL) &&
         world_put(db, w, "person", 0, &w->adviser, e, "kind=professional", "forenames=Vic", "surname=Adviser", NULL) &&
         world_put(db, w, "person", 0, &w->stranger, e, "kind=professional", "forenames=Nobody", "surname=Here",
                   NULL) &&
         world_put(db, w, "child", 0, &w->child, e, "local_id=C1001", "forenames=Ada Mary", "surname=O'Neill",
                   "date_of_birth=2014-12-12", "sex=F", NULL) &&
         world_put(db, w, "child", 0, &w->other_child, e, "local_id=C1002", "forenames=Bo", "surname=Smith",
                   "date_of_birth=2012-03-04", "sex=M", NULL) &&
         world_put(db, w, "care_period", w->child, &id, e, "became_looked_after_on=2025-12-01", NULL);
}

static bool appoint(struct db *db, struct world *w, int64_t person, const char *role, int64_t organisation,
                    bool involve, struct error *e) {
  int64_t id;
  const char *who = arena_printf(w->a, "person=%lld", (long long)person), *as = arena_printf(w->a, "role=%s", role);
  const char *at = organisation ? arena_printf(w->a, "organisation=%lld", (long long)organisation) : NULL;
  return world_put(db, w, "appointment", 0, &id, e, who, as, "from_on=2020-01-01", at, NULL) &&
         (!involve || world_put(db, w, "involvement", w->child, &id, e, who, as, "from_on=2025-12-01", NULL));
}

static bool roles(struct db *db, struct world *w, struct error *e) {
  int64_t id;
  const char *at = arena_printf(w->a, "organisation=%lld", (long long)w->school);
  return appoint(db, w, w->social_worker, "social_worker", 0, true, e) &&
         appoint(db, w, w->teacher, "designated_teacher", w->school, false, e) &&
         appoint(db, w, w->adviser, "virtual_school_adviser", 0, true, e) &&
         world_put(db, w, "enrolment", w->child, &id, e, at, "kind=main", "from_on=2023-09-01", NULL);
}

static bool plan(struct db *db, struct world *w, struct error *e) {
  const struct model_record *pep = world_record(w, "pep");
  struct record_input in;
  const struct permit *p = world_permit(db, w, w->social_worker, w->child, e);
  return p && world_input(w, pep, &in, e, "initiated_on=2025-12-05", NULL) &&
         record_create(db, &w->ctx, &w->env, p, pep, w->child, 0, &in, &w->pep, e);
}

int world_setup(void **state) {
  struct world *w = calloc(1, sizeof *w);
  if (fixture_open((void **)&w->f) != 0) return -1;
  w->a = w->f->arena;
  hooked = w;
  w->random = random_seeded("record");
  ctx_init(&w->ctx, w->a, w->random);
  w->ctx.today = date_of(2026, 1, 16);
  w->ctx.now = instant_of_london(w->ctx.today, 12, 0);
  open_ref(w);
  if (!model_load(w->a, KITH_SOURCE_ROOT "/model", NULL, &w->m, &w->f->e)) fail_msg("%s", w->f->e.message);
  w->env = (struct record_env){.model = w->m, .after_write = hook};
  world_do(w, apply);
  world_do(w, people);
  world_do(w, roles);
  world_do(w, plan);
  *state = w;
  return 0;
}

int world_teardown(void **state) {
  struct world *w = *state;
  random_free(w->random);
  fixture_close((void **)&w->f);
  free(w);
  return 0;
}

int64_t world_entries(struct world *w) {
  return fixture_ask(w->f, "select count(*) from ledger_entry", 0);
}

static bool compare(struct db *db, struct world *w, struct error *e) {
  int64_t rows, different;
  if (!record_rebuild(db, &w->ctx, &w->env, true, &rows, &different, e)) return false;
  return (rows > 0 && different == 0) ||
         error_set(e, ERR_BROKEN, "%lld of %lld rows differ", (long long)different, (long long)rows);
}

void world_rebuilt(struct world *w) {
  world_do(w, compare);
}

const char *world_text(struct world *w, const struct record_row *row, const char *field) {
  const struct model_field *f = model_field(row->record, field);
  if (!f) fail_msg("no field %s", field);
  if (row->values[f->index].type == VALUE_NULL) return "";
  return model_field_text(f, row->values[f->index], w->a);
}
