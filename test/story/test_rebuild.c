/* The ledger folded anew equals the tables, whatever was done, under whichever models, with a disposal in between. */
#include "../unit/store_fixture.h"
#include "random_model.h"
#include "record/query.h"

struct history {
  struct prop *p;
  struct fixture *f;
  struct ctx ctx;
  struct random *random;
  struct random_model shape;
  struct record_env env;
  struct {
    int64_t id, child;
    int record;
  } rows[400];
  int n;
  int64_t different, counted, applied;
};

static const char *const names[] = {"child", "thing", "piece", "reg"};

static struct value random_value(struct history *h, const struct model_field *f) {
  if (prop_below(h->p, 6) == 0) return VALUE_NONE;
  char day[DATE_TEXT];
  switch (f->type) {
  case FIELD_TEXT:
  case FIELD_PROSE:
    return value_text(prop_below(h->p, 2) ? arena_printf(h->p->arena, "%d", (int)prop_below(h->p, 3000))
                                          : prop_text(h->p, 12));
  case FIELD_DATE:
    return value_text(arena_strdup(h->p->arena, date_format((date_t)prop_below(h->p, 30000), day)));
  case FIELD_CODE:
    return value_text(prop_below(h->p, 2) ? "a" : "b");
  case FIELD_YES_NO:
    return value_int((int64_t)prop_below(h->p, 2));
  case FIELD_REF:
    for (int tries = 0; tries < 20; tries++) {
      int k = (int)prop_below(h->p, (uint64_t)h->n + 1);
      if (k < h->n && h->rows[k].record == RANDOM_REG) return value_int(h->rows[k].id);
    }
    return VALUE_NONE;
  default:
    return value_int((int64_t)prop_below(h->p, 100000));
  }
}

static void random_input(struct history *h, const struct model_record *r, struct record_input *in, int section) {
  record_input_init(in, h->p->arena, r);
  for (size_t i = 0; i < r->n_fields; i++) {
    if (prop_below(h->p, 2) || (section >= 0 && r->fields[i].section != section)) continue;
    in->values[i] = random_value(h, &r->fields[i]);
    in->given[i] = true;
  }
}

static const struct permit *permit(struct db *db, struct history *h, int64_t child) {
  return guard_system(db, &h->ctx, h->env.model, child, "test");
}

static void remember(struct history *h, int record, int64_t id, int64_t child) {
  if (h->n == 400) return;
  h->rows[h->n].id = id;
  h->rows[h->n].child = child;
  h->rows[h->n++].record = record;
}

/* A row of this kind that is still there, or -1. */
static int pick(struct db *db, struct history *h, int record) {
  for (int tries = 0; tries < 30 && h->n; tries++) {
    int k = (int)prop_below(h->p, (uint64_t)h->n);
    if (h->rows[k].record != record && record >= 0) continue;
    struct stmt *q = db_sql(
        db, arena_printf(h->p->arena, "select 1 from t_%s where id = $1 and voided = 0", names[h->rows[k].record]),
        "i");
    sql_int(q, 1, h->rows[k].id);
    bool there = sql_row(q);
    sql_end(q);
    if (there) return k;
  }
  return -1;
}

static bool create(struct db *db, struct history *h, int record, struct error *e) {
  const struct model_record *r = model_record(h->env.model, names[record]);
  struct record_input in;
  int k = record == RANDOM_THING ? pick(db, h, RANDOM_CHILD) : record == RANDOM_PIECE ? pick(db, h, RANDOM_THING) : -1;
  int64_t child = k >= 0 ? h->rows[k].child : 0, owner = record == RANDOM_PIECE && k >= 0 ? h->rows[k].id : 0, id;
  if (record != RANDOM_CHILD && record != RANDOM_REG && k < 0) return true;
  random_input(h, r, &in, -1);
  if (!record_create(db, &h->ctx, &h->env, permit(db, h, child), r, child, owner, &in, &id, e))
    return e->kind == ERR_DENIED;
  remember(h, record, id, record == RANDOM_CHILD ? id : child);
  return true;
}

static bool change(struct db *db, struct history *h, struct error *e) {
  int k = pick(db, h, -1);
  if (k < 0) return true;
  const struct model_record *r = model_record(h->env.model, names[h->rows[k].record]);
  struct record_input in;
  int64_t version;
  int section = r->n_sections > 1 && prop_below(h->p, 2) ? (int)prop_below(h->p, r->n_sections) : -1;
  random_input(h, r, &in, section);
  int done = section >= 0 ? (int)prop_below(h->p, 3) - 1 : -1;
  bool ok = record_change(db, &h->ctx, &h->env, permit(db, h, h->rows[k].child), r, h->rows[k].id,
                          section >= 0 ? r->sections[section].id : NULL, 0, &in, done, &version, e);
  return ok || e->kind == ERR_DENIED;
}

static bool move_or_void(struct db *db, struct history *h, struct error *e) {
  bool away = prop_below(h->p, 4) == 0;
  int k = pick(db, h, away ? -1 : RANDOM_THING);
  if (k < 0 || h->rows[k].record == RANDOM_CHILD) return true;
  const struct model_record *r = model_record(h->env.model, names[h->rows[k].record]);
  const struct permit *p = permit(db, h, h->rows[k].child);
  int64_t version;
  struct record_row row;
  if (!record_get(db, &h->ctx, p, r, h->rows[k].id, &row, e)) return false;
  bool ok = away ? record_void(db, &h->ctx, &h->env, p, r, row.id, row.version, "Made in error", &version, e)
                 : record_move(db, &h->ctx, &h->env, p, r, row.id, row.version,
                               strcmp(row.state, "shut") ? "shut" : "begun", "Because", &version, e);
  return ok || e->kind == ERR_DENIED;
}

static bool batch(struct db *db, struct history *h, struct error *e) {
  int k = pick(db, h, RANDOM_CHILD);
  int64_t child = k >= 0 && prop_below(h->p, 2) ? h->rows[k].child : 0, id;
  int record = child ? RANDOM_THING : RANDOM_REG;
  bool changed;
  struct record_batch *b = record_batch_begin(db, &h->ctx, &h->env, permit(db, h, child), child, "file.csv");
  for (int i = (int)prop_between(h->p, 1, 6); i > 0; i--) {
    const struct model_record *r = model_record(h->env.model, names[record]);
    struct record_input in;
    int old = prop_below(h->p, 2) ? pick(db, h, record) : -1;
    if (old >= 0 && h->rows[old].child != child) old = -1;
    random_input(h, r, &in, -1);
    if (!record_batch_put(b, r, old >= 0 ? h->rows[old].id : 0, 0, &in, &id, &changed, e))
      return e->kind == ERR_DENIED && error_set(e, ERR_DENIED, "closed");
    if (old < 0) remember(h, record, id, child);
  }
  return record_batch_end(b, e);
}

static bool dispose(struct db *db, void *arg, struct error *e) {
  struct history *h = arg;
  static const char *const categories[] = {NULL, "daily", "plan", "inner"};
  int k = pick(db, h, RANDOM_CHILD);
  if (k < 0) return true;
  instant_t before = prop_below(h->p, 2) ? h->ctx.now : h->ctx.now - (instant_t)prop_below(h->p, 40) * 1000000;
  return record_dispose(db, &h->ctx, &h->env, permit(db, h, h->rows[k].child), categories[prop_below(h->p, 4)],
                        "Time is up", before, e);
}

static bool step(struct db *db, void *arg, struct error *e) {
  struct history *h = arg;
  switch (prop_below(h->p, 12)) {
  case 0:
    return create(db, h, RANDOM_CHILD, e);
  case 1:
    return create(db, h, RANDOM_REG, e);
  case 2:
  case 3:
    return create(db, h, RANDOM_THING, e);
  case 4:
    return create(db, h, RANDOM_PIECE, e);
  case 5:
    return move_or_void(db, h, e);
  case 6:
    return batch(db, h, e);
  default:
    return change(db, h, e);
  }
}

static bool apply(struct db *db, void *arg, struct error *e) {
  struct history *h = arg;
  bool changed;
  if (!record_apply_model(db, &h->ctx, &h->env, &changed, e)) return false;
  h->applied += changed;
  return true;
}

static bool compare(struct db *db, void *arg, struct error *e) {
  struct history *h = arg;
  return record_rebuild(db, &h->ctx, &h->env, true, &h->counted, &h->different, e);
}

static bool repair(struct db *db, void *arg, struct error *e) {
  struct history *h = arg;
  return record_rebuild(db, &h->ctx, &h->env, false, &h->counted, &h->different, e);
}

static void must(struct history *h, store_fn *fn) {
  h->ctx.now += 1000000;
  error_clear(&h->f->e);
  /* A refusal undoes its transaction and is a step like any other; what would be a fault is not. */
  uint64_t before = h->p->state;
  int n = h->n;
  if (store_write(h->f->store, fn, h, &h->f->e)) return;
  h->n = n;
  if (h->f->e.kind == ERR_DENIED || h->f->e.kind == ERR_INPUT) return;
  for (size_t i = 0; i < h->f->e.n_items; i++)
    print_error("%s: %s\n", h->f->e.items[i].column, h->f->e.items[i].message);
  print_error("seed %llu state %llu: %s\n", (unsigned long long)h->p->seed, (unsigned long long)before,
              h->f->e.message);
  prop_assert(h->p, !"a step failed");
}

static void equal(struct history *h) {
  must(h, compare);
  if (h->different) print_error("%lld of %lld rows differ\n", (long long)h->different, (long long)h->counted);
  prop_assert(h->p, h->different == 0);
}

static void new_model(struct history *h) {
  const struct model *m = random_model_load(&h->shape, h->f->arena, &h->f->e);
  for (size_t i = 0; !m && i < h->f->e.n_items; i++)
    print_error("%ld %s\n", h->f->e.items[i].row, h->f->e.items[i].message);
  prop_assert(h->p, m != NULL);
  h->env.model = m;
  int64_t applied = h->applied;
  must(h, apply);
  prop_assert(h->p, h->applied == applied + 1 || h->n > 0);
}

static void begin(struct history *h, struct prop *p) {
  memset(h, 0, sizeof *h);
  h->p = p;
  if (fixture_open((void **)&h->f) != 0) fail_msg("no store");
  h->random = random_seeded("rebuild");
  ctx_init(&h->ctx, p->arena, h->random);
  h->ctx.today = date_of(2026, 1, 16);
  h->ctx.now = instant_of_london(h->ctx.today, 12, 0);
  random_model_start(&h->shape, p);
  new_model(h);
}

static void finish(struct history *h) {
  random_model_remove(&h->shape);
  random_free(h->random);
  fixture_close((void **)&h->f);
}

static void any_history(struct prop *p) {
  struct history h;
  begin(&h, p);
  for (int era = 0; era < 4; era++) {
    for (int i = 0; i < 25; i++) must(&h, step);
    equal(&h);
    if (prop_below(p, 2)) {
      must(&h, dispose);
      equal(&h);
    }
    random_model_evolve(&h.shape, p);
    new_model(&h);
    equal(&h);
  }
  for (int i = 0; i < 15; i++) must(&h, step);
  equal(&h);
  prop_assert(p, h.counted > 0);
  finish(&h);
}

static void test_any_history(void **state) {
  (void)state;
  const char *cases = getenv("KITH_CASES");
  prop_run("rebuild", cases ? atoi(cases) : 12, any_history);
}

/* ---- what a comparison must see, and a rebuild mend ---- */

static const char *const harm[] = {
    "update t_thing set version = version + 1 where id = (select min(id) from t_thing)",
    "delete from t_thing where id = (select min(id) from t_thing)",
    "update t_child set changed_by = 77 where id = (select max(id) from t_child)",
    "update t_thing set v_s0 = 99 where id = (select max(id) from t_thing)",
    "update t_thing set state = 'shut', voided = 1 where id = (select max(id) from t_thing)"};

static void harmed(struct prop *p) {
  struct history h;
  begin(&h, p);
  for (int i = 0; i < 60; i++) must(&h, step);
  equal(&h);
  for (size_t i = 0; i < sizeof harm / sizeof *harm; i++) {
    if (fixture_ask(h.f, "select count(*) from t_thing", 0) == 0) break;
    fixture_do(h.f, harm[i], 0);
    must(&h, compare);
    if (h.different != 1) print_error("%s: %lld differ\n", harm[i], (long long)h.different);
    prop_assert(p, h.different == 1);
    must(&h, repair);
    prop_assert(p, h.different == 1);
    equal(&h);
  }
  finish(&h);
}

static void test_harm_is_seen_and_mended(void **state) {
  (void)state;
  prop_run("harm", 3, harmed);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_any_history),
                                     cmocka_unit_test(test_harm_is_seen_and_mended)};
  return cmocka_run_group_tests_name("rebuild", tests, NULL, NULL);
}
