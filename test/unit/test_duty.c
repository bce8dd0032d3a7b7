/* The duty engine over the shipped duties, with tables of its own in place of the record layer's. */
#include "duty/duty.h"
#include "guard_world.h"
#include "store_fixture.h"

struct duty_test {
  struct fixture *f;
  struct ctx ctx;
  struct random *random;
  struct model model;
  struct world world;
};

static bool make_tables(struct db *db, void *arg, struct error *e) {
  (void)arg;
  static const struct store_column care[] = {{"id", STORE_INTEGER, true},
                                             {"child", STORE_INTEGER, true},
                                             {"became_looked_after_on", STORE_TEXT, false},
                                             {"ended_on", STORE_TEXT, false},
                                             {"began_before", STORE_INTEGER, false}};
  static const struct store_column pep[] = {{"id", STORE_INTEGER, true},
                                            {"child", STORE_INTEGER, true},
                                            {"initiated_on", STORE_TEXT, false},
                                            {"completed_on", STORE_TEXT, false}};
  static const struct store_index care_index[] = {{"t_care_child", "child", false, NULL}},
                                  pep_index[] = {{"t_pep_child", "child", false, NULL}};
  static const struct store_table care_table = {"t_care_period", care, 5, "id", false, care_index, 1},
                                  pep_table = {"t_pep", pep, 4, "id", false, pep_index, 1};
  static const struct store_column born[] = {{"id", STORE_INTEGER, true}, {"date_of_birth", STORE_TEXT, false}};
  static const struct store_table born_table = {"t_child", born, 2, "id", false, NULL, 0};
  return duty_ensure(db, e) && db_ensure_table(db, &born_table, e) &&
         db_ensure_view(db, "child", "select id, date_of_birth from t_child", e) &&
         db_ensure_table(db, &care_table, e) && db_ensure_table(db, &pep_table, e) &&
         db_ensure_view(db, "care_period",
                        "select id, child, became_looked_after_on, ended_on, began_before from t_care_period", e) &&
         db_ensure_view(db, "pep", "select id, child, initiated_on, completed_on from t_pep", e);
}

static int setup(void **state) {
  struct duty_test *t = calloc(1, sizeof *t);
  const struct model *shipped;
  if (fixture_open((void **)&t->f) != 0) return -1;
  struct arena *a = t->f->arena;
  t->random = random_seeded("duty");
  ctx_init(&t->ctx, a, t->random);
  t->ctx.today = date_of(2026, 1, 16);
  t->ctx.now = instant_of_london(t->ctx.today, 12, 0);
  if (!model_load(a, KITH_SOURCE_ROOT "/model", NULL, &shipped, &t->f->e)) fail_msg("%s", t->f->e.message);
  t->model = *shipped;
  world_init(&t->world, a);
  const struct model *facts = world_model(a, NULL, 0);
  t->model.facts = facts->facts;
  t->model.n_facts = facts->n_facts;
  if (!store_write(t->f->store, make_tables, NULL, &t->f->e)) fail_msg("%s", t->f->e.message);
  *state = t;
  return 0;
}

static int teardown(void **state) {
  struct duty_test *t = *state;
  random_free(t->random);
  fixture_close((void **)&t->f);
  free(t);
  return 0;
}

struct call {
  struct duty_test *t;
  bool (*fn)(struct db *, struct duty_test *, int64_t child, const char *record, struct error *);
  int64_t child;
  const char *record;
};

static bool call_fn(struct db *db, void *arg, struct error *e) {
  struct call *c = arg;
  return c->fn(db, c->t, c->child, c->record, e);
}

static bool compute(struct db *db, struct duty_test *t, int64_t child, const char *record, struct error *e) {
  return record ? duty_after_write(db, &t->ctx, &t->model, child, &record, 1, e)
                : duty_compute(db, &t->ctx, &t->model, child, NULL, 0, e);
}

static bool check(struct db *db, struct duty_test *t, int64_t child, const char *record, struct error *e) {
  (void)child, (void)record;
  return duty_check(db, &t->ctx, &t->model, e);
}

static bool facts(struct db *db, struct duty_test *t, int64_t child, const char *record, struct error *e) {
  (void)child, (void)record;
  return guard_ensure(db, e) && world_store(db, &t->world, &t->model, e);
}

static bool run(struct duty_test *t, bool (*fn)(struct db *, struct duty_test *, int64_t, const char *, struct error *),
                int64_t child, const char *record) {
  struct call c = {t, fn, child, record};
  error_clear(&t->f->e);
  return store_write(t->f->store, call_fn, &c, &t->f->e);
}

static void must(struct duty_test *t, bool ok) {
  if (!ok) fail_msg("%s", t->f->e.message ? t->f->e.message : "failed");
}

static const struct model_duty *duty(struct duty_test *t, const char *id) {
  for (size_t i = 0; i < t->model.n_duties; i++) {
    if (strcmp(t->model.duties[i].id, id) == 0) return &t->model.duties[i];
  }
  fail_msg("no duty %s", id);
  return NULL;
}

/* days 20260119 and so on, so that fixture_ask can read them as numbers */
static int64_t day_number(struct duty_test *t, const char *column, const char *id, int64_t child) {
  struct buf b;
  buf_init(&b, t->f->arena);
  buf_printf(&b, "select cast(replace(%s, '-', '') as integer) from duty_due where child = $1 and duty = '%s'", column,
             id);
  return fixture_ask(t->f, buf_text(&b), child);
}

static void test_due_on_and_working(void **state) {
  struct duty_test *t = *state;
  const char *working;
  bool provisional;
  struct arena *a = t->f->arena;
  assert_int_equal(duty_due_on(duty(t, "pep_initiated"), date_of(2025, 12, 12), NULL, a, &working, &provisional),
                   date_of(2025, 12, 30));
  assert_string_equal(
      working, "Became looked after Fri 12 Dec 2025; 10 working days; 25 and 26 Dec do not count; due Tue 30 Dec 2025");
  assert_false(provisional);
  assert_int_equal(duty_due_on(duty(t, "pep_initiated"), date_of(2026, 1, 5), NULL, a, &working, NULL),
                   date_of(2026, 1, 19)); /* PEP-01 */
  assert_string_equal(working, "Became looked after Mon 5 Jan 2026; 10 working days; due Mon 19 Jan 2026");
  duty_due_on(duty(t, "pep_ready"), date_of(2025, 12, 12), NULL, a, &working, NULL);
  assert_non_null(strstr(working, "; 25 and 26 Dec and 1 Jan do not count; due Wed 14 Jan 2026"));
  struct model_duty d = {.within = 3, .unit = UNIT_WORKING_DAY, .before = true};
  assert_int_equal(duty_due_on(&d, date_of(2026, 1, 5), NULL, a, &working, NULL), date_of(2025, 12, 30));
  assert_string_equal(working,
                      "Start Mon 5 Jan 2026; 3 working days before; 1 Jan does not count; due Tue 30 Dec 2025");
  d = (struct model_duty){.within = 1, .unit = UNIT_MONTH};
  assert_int_equal(duty_due_on(&d, date_of(2026, 1, 31), NULL, a, &working, NULL), date_of(2026, 2, 28));
  d = (struct model_duty){.within = 6, .unit = UNIT_WEEK};
  assert_int_equal(duty_due_on(&d, date_of(2026, 1, 5), NULL, a, &working, NULL), date_of(2026, 2, 16));
  d = (struct model_duty){.within = 20, .unit = UNIT_SCHOOL_DAY};
  duty_due_on(&d, date_of(2026, 1, 5), NULL, a, &working, &provisional);
  assert_true(provisional);
  assert_non_null(strstr(working, "the school's terms are not known"));
}

static void test_a_write_recomputes_one_child(void **state) {
  struct duty_test *t = *state;
  fixture_do(
      t->f,
      "insert into t_care_period (id, child, became_looked_after_on) values (1, 7, '2026-01-05'), (2, 8, '2026-01-06')",
      0);
  must(t, run(t, compute, 7, "care_period"));
  assert_int_equal(day_number(t, "due_on", "pep_initiated", 7), 20260119);
  assert_int_equal(fixture_ask(t->f, "select count(*) from duty_due where child = 8", 0), 0);
  must(t, run(t, compute, 0, NULL));
  assert_int_equal(fixture_ask(t->f, "select count(*) from duty_due", 0), 4);
  fixture_do(t->f, "insert into t_pep (id, child, initiated_on) values (20, 7, '2025-12-07'), (21, 7, '2026-01-20')",
             0);
  must(t, run(t, compute, 7, "note")); /* no duty reads notes */
  assert_int_equal(fixture_ask(t->f, "select count(*) from duty_due where met_on is not null", 0), 0);
  must(t, run(t, compute, 7, "pep"));
  assert_int_equal(day_number(t, "met_on", "pep_initiated", 7),
                   20260120); /* a plan of 29 days before was made for something else */
  assert_int_equal(fixture_ask(t->f, "select count(*) from duty_due where met_on is not null", 0), 1);
  fixture_do(t->f, "update t_pep set initiated_on = '2025-12-08' where id = 20", 0);
  must(t, run(t, compute, 7, "pep"));
  assert_int_equal(day_number(t, "met_on", "pep_initiated", 7), 20251208); /* made for the planned entry */
  fixture_do(t->f, "update t_care_period set became_looked_after_on = '2026-01-12' where child = 7", 0);
  must(t, run(t, compute, 7, "care_period"));
  assert_int_equal(day_number(t, "due_on", "pep_initiated", 7), 20260126);
  assert_int_equal(fixture_ask(t->f, "select count(*) from duty_due where child = 7", 0), 2);
  fixture_do(t->f, "delete from t_care_period where child = 7", 0);
  must(t, run(t, compute, 7, "care_period"));
  assert_int_equal(fixture_ask(t->f, "select count(*) from duty_due where child = 7", 0), 0);
}

/* CLK-009: from the school year of the third birthday to the eighteenth birthday; an unknown birthday counts. */
static void test_only_children_of_the_age_for_a_plan(void **state) {
  struct duty_test *t = *state;
  static const struct {
    int64_t child;
    const char *born;
    bool owed;
  } rows[] = {{21, "2022-08-31", true}, {22, "2022-09-01", true},  {23, "2023-09-01", false},
              {24, "2008-01-06", true}, {25, "2008-01-05", false}, {26, NULL, true}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char sql[200];
    snprintf(sql, sizeof sql, "insert into t_child (id, date_of_birth) values (%d, %s%s%s)", (int)rows[i].child,
             rows[i].born ? "'" : "", rows[i].born ? rows[i].born : "null", rows[i].born ? "'" : "");
    fixture_do(t->f, sql, 0);
    snprintf(sql, sizeof sql,
             "insert into t_care_period (id, child, became_looked_after_on) values (%d, %d, '2026-01-05')",
             100 + (int)i, (int)rows[i].child);
    fixture_do(t->f, sql, 0);
    must(t, run(t, compute, rows[i].child, "care_period"));
  }
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char sql[120];
    snprintf(sql, sizeof sql, "select count(*) from duty_due where duty = 'pep_initiated' and child = %d",
             (int)rows[i].child);
    assert_int_equal(fixture_ask(t->f, sql, 0), rows[i].owed ? 1 : 0);
  }
}

static void test_in_force_and_ended_periods(void **state) {
  struct duty_test *t = *state;
  fixture_do(
      t->f,
      "insert into t_care_period (id, child, became_looked_after_on, ended_on, began_before) values "
      "(1, 1, '2018-02-25', null, null), (2, 2, '2018-02-26', null, null), (3, 3, '2025-01-06', '2025-01-10', null), "
      "(4, 4, '2025-01-06', '2025-06-02', null), (5, 5, '2026-01-05', null, 1), (6, 6, null, null, null)",
      0);
  must(t, run(t, compute, 0, NULL));
  assert_int_equal(fixture_ask(t->f, "select count(*) from duty_due where child = 1", 0), 0); /* before the guidance */
  assert_int_equal(fixture_ask(t->f, "select count(*) from duty_due where child = 2", 0), 2);
  assert_int_equal(fixture_ask(t->f, "select count(*) from duty_due where child = 3", 0),
                   0); /* ended before it fell due */
  assert_int_equal(fixture_ask(t->f, "select count(*) from duty_due where child = 4 and waived = 1", 0), 2);
  assert_int_equal(fixture_ask(t->f, "select count(*) from duty_due where child in (5, 6)", 0), 0);
}

static void test_a_broken_duty_does_not_stop_the_others(void **state) {
  struct duty_test *t = *state;
  struct model_duty *mine = arena_copy(t->f->arena, t->model.duties, t->model.n_duties * sizeof *mine);
  const char *good = mine[0].starts;
  mine[0].starts = "select child, no_such_column as start_on from care_period";
  t->model.duties = mine;
  fixture_do(t->f, "insert into t_care_period (id, child, became_looked_after_on) values (1, 7, '2026-01-05')", 0);
  must(t, run(t, compute, 7, "care_period"));
  assert_int_equal(fixture_ask(t->f, "select count(*) from duty_due where duty = 'pep_ready'", 0), 1);
  assert_int_equal(fixture_ask(t->f, "select count(*) from duty_due where duty = 'pep_initiated'", 0), 0);
  assert_int_equal(fixture_ask(t->f, "select count(*) from duty_broken where duty = 'pep_initiated'", 0), 1);
  assert_false(run(t, check, 0, NULL));
  assert_int_equal(t->f->e.kind, ERR_INPUT);
  assert_int_equal(t->f->e.n_items, 1);
  assert_non_null(strstr(t->f->e.items[0].file, "duties/pep.yaml"));
  mine[0].starts = "select child, became_looked_after_on as begun_on from care_period";
  must(t, run(t, compute, 7, NULL)); /* of the wrong shape: broken too */
  assert_int_equal(fixture_ask(t->f, "select count(*) from duty_broken", 0), 1);
  mine[0].starts = good;
  must(t, run(t, compute, 7, "care_period"));
  assert_int_equal(fixture_ask(t->f, "select count(*) from duty_broken", 0), 0);
  assert_int_equal(fixture_ask(t->f, "select count(*) from duty_due", 0), 2);
}

static void test_a_plan_that_scans_is_refused(void **state) {
  struct duty_test *t = *state;
  struct buf b;
  buf_init(&b, t->f->arena);
  buf_str(&b, "insert into t_care_period (id, child, became_looked_after_on) values (100000, 1, '2026-01-05')");
  for (int i = 0; i < 4000; i++) buf_printf(&b, ", (%d, %d, '2026-01-05')", i + 1, i);
  fixture_do(t->f, buf_text(&b), 0);
  must(t, run(t, check, 0, NULL));
  struct model_duty *mine = arena_copy(t->f->arena, t->model.duties, t->model.n_duties * sizeof *mine);
  mine[1].starts = "select max(child) as child, max(became_looked_after_on) as start_on from care_period";
  t->model.duties = mine;
  assert_false(run(t, check, 0, NULL));
  assert_non_null(strstr(t->f->e.items[0].message, "it would read all of"));
}

struct listing {
  struct duty_test *t;
  struct actor who;
  int64_t child;
  bool open_only;
  struct duty_row *rows;
  size_t n;
};

static bool list_fn(struct db *db, void *arg, struct error *e) {
  struct listing *l = arg;
  return duty_list(db, &l->t->ctx, &l->t->model, &l->who, l->child, l->open_only, &l->rows, &l->n, e);
}

static struct listing list(struct duty_test *t, int64_t person, int64_t child, bool open_only) {
  struct listing l = {t, {.id = person, .purpose = ""}, child, open_only, NULL, 0};
  error_clear(&t->f->e);
  must(t, store_read(t->f->store, list_fn, &l, &t->f->e));
  return l;
}

static void test_list_shows_own_children_only(void **state) {
  struct duty_test *t = *state;
  date_t from = date_of(2020, 1, 1);
  world_add(&t->world, FACT_ROLE, (struct fact){.person = 50, .role = "social_worker", .from = from, .to = DATE_NONE});
  world_add(&t->world, FACT_ROLE,
            (struct fact){.person = 51, .role = "class_teacher", .organisation = 90, .from = from, .to = DATE_NONE});
  world_add(&t->world, FACT_INVOLVEMENT,
            (struct fact){.person = 50, .child = 7, .role = "social_worker", .from = from, .to = DATE_NONE});
  for (int child = 7; child < 9; child++) {
    world_add(&t->world, FACT_CHILD, (struct fact){.child = child});
    world_add(&t->world, FACT_ON_ROLL,
              (struct fact){.child = child, .organisation = 90, .from = from, .to = DATE_NONE});
  }
  must(t, run(t, facts, 0, NULL));
  fixture_do(t->f,
             "insert into t_care_period (id, child, became_looked_after_on) values (1, 7, '2026-01-05'), (2, 8, "
             "'2026-01-05'), (3, 7, '2025-11-03')",
             0);
  fixture_do(t->f, "insert into t_pep (id, child, initiated_on) values (20, 7, '2025-11-10')", 0);
  must(t, run(t, compute, 0, NULL));
  struct listing l = list(t, 50, 0, false);
  assert_int_equal(l.n, 4);
  assert_int_equal(l.rows[0].status, DUTY_OVERDUE); /* ready: 20 days from 3 Nov 2025 */
  assert_int_equal(l.rows[1].status, DUTY_DUE_SOON);
  assert_int_equal(l.rows[1].due_on, date_of(2026, 1, 19));
  assert_string_equal(l.rows[1].working, "Became looked after Mon 5 Jan 2026; 10 working days; due Mon 19 Jan 2026");
  assert_int_equal(l.rows[2].status, DUTY_DUE);
  assert_int_equal(l.rows[3].status, DUTY_MET); /* met ones last */
  for (size_t i = 0; i < l.n; i++) assert_int_equal(l.rows[i].child, 7);
  assert_int_equal(list(t, 50, 0, true).n, 3);
  assert_int_equal(list(t, 50, 8, true).n, 0);
  assert_int_equal(list(t, 50, 7, true).n, 3);
  assert_int_equal(list(t, 51, 0, false).n, 0); /* a class teacher reads daily life, not the plan */
  assert_int_equal(list(t, 99, 0, false).n, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_due_on_and_working, setup, teardown),
      cmocka_unit_test_setup_teardown(test_a_write_recomputes_one_child, setup, teardown),
      cmocka_unit_test_setup_teardown(test_only_children_of_the_age_for_a_plan, setup, teardown),
      cmocka_unit_test_setup_teardown(test_in_force_and_ended_periods, setup, teardown),
      cmocka_unit_test_setup_teardown(test_a_broken_duty_does_not_stop_the_others, setup, teardown),
      cmocka_unit_test_setup_teardown(test_a_plan_that_scans_is_refused, setup, teardown),
      cmocka_unit_test_setup_teardown(test_list_shows_own_children_only, setup, teardown)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
