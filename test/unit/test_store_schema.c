/* The schema, which only grows; views, and what model SQL may see of a store; plans. The same on both back ends. */
#include "store/backend.h" /* to make a role, and to go past a check */
#include "store_fixture.h"

/* ---- tables ---- */

struct change {
  const struct store_table *table;
  const char *view, *select;
};

static bool ensure(struct db *db, void *arg, struct error *e) {
  const struct change *c = arg;
  if (c->view) return db_ensure_view(db, c->view, c->select, e);
  return db_ensure_table(db, c->table, e);
}

static void must_ensure(struct fixture *f, struct change c) {
  if (!store_write(f->store, ensure, &c, &f->e)) fail_msg("%s", f->e.message);
}

static void must_refuse(struct fixture *f, struct change c) {
  assert_false(store_write(f->store, ensure, &c, &f->e));
  assert_int_equal(f->e.kind, ERR_BROKEN);
}

static bool look_at_tables(struct db *db, void *arg, struct error *e) {
  struct fixture *f = arg;
  size_t n;
  const char *const *names = db_tables(db, f->arena, &n);
  CHECK(n == 3);
  CHECK(strcmp(names[0], "store_counter") == 0 && strcmp(names[1], "thing") == 0 && strcmp(names[2], "week") == 0);
  CHECK(db_has_table(db, "week") && !db_has_table(db, "v_thing") && !db_has_table(db, "nosuch"));
  return db_ok(db, e);
}

static void test_additive(void **state) {
  struct fixture *f = *state;
  static const struct store_column columns[] = {{"week_on", STORE_TEXT, true},
                                                {"enrolment", STORE_INTEGER, true},
                                                {"codes", STORE_TEXT, false},
                                                {"note", STORE_BLOB, false},
                                                {"late", STORE_INTEGER, true}};
  static const struct store_index index = {"week_enrolment", "enrolment, week_on desc", false, "codes is not null"};
  struct store_table week = {"week", columns, 3, "week_on, enrolment", true, NULL, 0};
  must_ensure(f, (struct change){.table = &week});
  fixture_do(f, "insert into week (week_on, enrolment, codes) values ('2026-11-23', 1, '/\\')", 0);
  must_ensure(f, (struct change){.table = &week}); /* nothing to do */
  week.n_columns = 4;
  week.indexes = &index;
  week.n_indexes = 1;
  fixture_ask(f, "select * from week", 0); /* prepared before the column came */
  must_ensure(f, (struct change){.table = &week});
  fixture_ask(f, "select * from week", 0);
  fixture_do(f, "update week set note = null where enrolment = 1", 0);
  assert_int_equal(fixture_ask(f, "select count(*) from week where note is null", 0), 1);
  week.n_columns = 5; /* required, and the table has rows */
  must_refuse(f, (struct change){.table = &week});
  fixture_do(f, "delete from week", 0);
  must_ensure(f, (struct change){.table = &week});
  fixture_thing(f);
  must_ensure(f, (struct change){.view = "v_thing", .select = "select id from thing"});
  assert_true(store_read(f->store, look_at_tables, f, &f->e));
}

static void test_wrong_schema(void **state) {
  struct fixture *f = *state;
  static const char *const names[] = {"Thing",
                                      "1thing",
                                      "thing; drop table x",
                                      "sqlite_x",
                                      "pg_x",
                                      "order",
                                      "user",
                                      "",
                                      "th-ing",
                                      "a234567890123456789012345678901234567890123456789012345678901234",
                                      "th\xc3\xafng"};
  static const struct store_column good = {"id", STORE_INTEGER, true}, retyped = {"size", STORE_TEXT, false};
  fixture_thing(f);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    struct store_column bad_column = {names[i], STORE_TEXT, false};
    struct store_index bad_index = {names[i], "id", false, NULL};
    struct store_table as_table = {names[i], &good, 1, "id", false, NULL, 0};
    struct store_table as_column = {"other", &bad_column, 1, "id", false, NULL, 0};
    struct store_table as_index = {"other", &good, 1, "id", false, &bad_index, 1};
    must_refuse(f, (struct change){.table = &as_table});
    must_refuse(f, (struct change){.table = &as_column});
    must_refuse(f, (struct change){.table = &as_index});
    must_refuse(f, (struct change){.view = names[i], .select = "select 1 as one"});
  }
  const char *keys[] = {"", "id,", "nosuch", "id id", "id)", "id, id; x"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    struct store_table t = {"other", &good, 1, keys[i], false, NULL, 0};
    must_refuse(f, (struct change){.table = &t});
  }
  struct store_table t = {"thing", &retyped, 1, "size", false, NULL, 0};
  must_refuse(f, (struct change){.table = &t});
  assert_non_null(strstr(f->e.message, "size"));
  must_refuse(f, (struct change){.view = "v", .select = "delete from thing"});
  must_refuse(f, (struct change){.view = "v", .select = "select 1; select 2"});
  must_refuse(f, (struct change){.view = "v", .select = "select $1"});
}

static bool ensure_in_read(struct db *db, void *arg, struct error *e) {
  return fixture_thing_fn(db, arg, e);
}

static bool ensure_then_fail(struct db *db, void *arg, struct error *e) {
  if (!fixture_thing_fn(db, arg, e)) return false;
  return error_set(e, ERR_INPUT, "after all not");
}

static bool no_thing(struct db *db, void *arg, struct error *e) {
  (void)arg;
  CHECK(!db_has_table(db, "thing"));
  return db_ok(db, e);
}

static void test_schema_transaction(void **state) {
  struct fixture *f = *state;
  assert_false(store_read(f->store, ensure_in_read, NULL, &f->e));
  assert_false(store_write(f->store, ensure_then_fail, NULL, &f->e));
  assert_int_equal(f->e.kind, ERR_INPUT);
  assert_true(store_read(f->store, no_thing, NULL, &f->e));
}

/* ---- views and model SQL ---- */

static void make_views(struct fixture *f) {
  fixture_thing(f);
  fixture_do(f, "insert into thing (id, name, size) values (1, 'open', 1), (2, 'closed', 0)", 0);
  must_ensure(f, (struct change){.view = "v_open", .select = "select id, size from thing where size > 0"});
  must_ensure(f, (struct change){.view = "v_over", .select = "select id from v_open"});
  must_ensure(f, (struct change){.view = "v_all", .select = "select id, body from thing"});
  must_ensure(
      f, (struct change){.view = "v_inner",
                         .select = "with kept as (select id, size from thing) select id from kept where size > 0"});
}

static bool model_text(struct db *db, void *arg, struct error *e) {
  struct stmt *q = db_sql(db, arg, "");
  while (sql_row(q)) (void)col_text(q, 0);
  return db_ok(db, e);
}

static void test_model(void **state) {
  static const char *const taken[] = {
      "select id from v_open",
      "select count(*) from v_open",
      "select count(*) from v_over",
      "select id from v_inner",
      "select count(*) from v_inner",
      "select id from V_OPEN",
      "select o.id from v_open o join v_over as p on p.id = o.id",
      "with a as (select id from v_open), b(id) as (select id from a) select count(*) from a, b where a.id = b.id",
      "with recursive n(i) as (select 1 union all select i + 1 from n where i < 3) select sum(i) from n",
      "select id from v_open where exists (select 1 from v_over where v_over.id = v_open.id)",
      "select id from v_open where id in (select id from v_over) and id in (1, 2)",
      "select age_on('2010-01-01', '2026-01-01')",
      "select x.id from (select id from v_open) as x",
      "select id from v_open where size is distinct from id",
      "select id from v_open union select id from v_over order by id",
      "select row_number() over (order by id) from v_open",
      "select case when size > 0 then 'a' else 'b' end from v_open",
      "select 1"};
  static const char *const refused[] = {
      "select id from thing",
      "select count(*) from thing",
      "select 1 from thing",
      "select v_open.id from v_open, thing",
      "select id from v_open where exists (select 1 from thing)",
      "select id from v_open where id in (select id from thing)",
      "with v_open as (select id from thing) select id from v_open",
      "with a as (select id from thing) select id from a",
      "with v_open(id) as materialized (select id from thing) select id from v_open",
      "with thing as (select id from thing) select id from thing",
      "with kept as (select id from thing) select id from kept",
      "with v_open as not materialized (select name from thing) select name from v_open",
      "select (select max(name) from thing) from v_open",
      "select id from v_open union select id from thing",
      "select id from v_open cross join thing",
      "select v_open.id from (v_open join thing on thing.id = v_open.id)",
      "select id from v_open a join v_over b on a.id = b.id, thing",
      "select id from ((thing))",
      "select name from v_open",
      "select id from v_open where id in thing",
      "select id from main.thing",
      "select id from public.v_open",
      "select name from sqlite_schema",
      "select relname from pg_class",
      "select tablename from pg_catalog.pg_tables",
      "select table_name from information_schema.tables",
      "with pg_class as (select 1 as a) select a from pg_class",
      "select set_config('role', 'none', false)",
      "select pg_read_file('/etc/passwd')",
      "select current_setting('role')",
      "select query_to_xml('select 1', true, true, '')",
      "select generate_series(1, 3)",
      "select i from generate_series(1, 3) as i",
      "select name from pragma_table_info('thing')",
      "select store_is_date('x')",
      "select random()",
      "select hex(id) from v_open",
      "insert into v_open (id) values (3)",
      "delete from thing",
      "update v_open set size = 3",
      "table thing",
      "with a as (table thing) select id from a",
      "select id from only thing",
      "select id from v_open, lateral (select 1 from thing) x",
      "insert into store_counter (name, next) values ('a', 1)"};
  struct fixture *f = *state;
  make_views(f);
  for (int round = 0; round < 2; round++) {
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
      if (!store_read_model(f->store, model_text, (void *)taken[i], &f->e)) fail_msg("%s: %s", taken[i], f->e.message);
    }
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
      if (store_read_model(f->store, model_text, (void *)refused[i], &f->e)) fail_msg("taken: %s", refused[i]);
      assert_int_equal(f->e.kind, ERR_BROKEN);
    }
  }
}

static int64_t ask_model(struct fixture *f, const char *sql) {
  struct fixture_query x = {sql, 0, 0};
  if (!store_read_model(f->store, fixture_query_fn, &x, &f->e)) fail_msg("%s: %s", sql, f->e.message);
  return x.result;
}

static void test_view_replaced(void **state) {
  struct fixture *f = *state;
  make_views(f);
  assert_int_equal(ask_model(f, "select sum(id) from v_open"), 1);
  must_ensure(f, (struct change){.view = "v_open", .select = "select id, size from thing"});
  assert_int_equal(ask_model(f, "select sum(id) from v_open"), 3);
  must_ensure(f, (struct change){.view = "v_open", .select = "select id, name from thing where name = 'closed'"});
  assert_int_equal(ask_model(f, "select sum(id) from v_open"), 2);
  assert_int_equal(ask_model(f, "select sum(id) from v_over"), 2);
  assert_int_equal(ask_model(f, "select length(name) from v_open"), 6);
  fixture_reopen(f);
  assert_int_equal(ask_model(f, "select sum(id) from v_over"), 2);
}

/* ---- a role for model SQL, where there is one ---- */

static bool make_role(struct db *db, void *arg, struct error *e) {
  struct fixture *f = arg;
  db->be->exec(db, arena_printf(f->arena, "create role %s_model", f->schema));
  return db_ok(db, e);
}

static bool trusted_text(struct db *db, void *arg, struct error *e) {
  sql_run(db_sql_trusted(db, arg, "")); /* past the check of words: the server itself must refuse */
  return db_ok(db, e);
}

static void test_role(void **state) {
  struct fixture *f = *state;
  if (!store_write(f->store, make_role, f, &f->e)) fail_msg("%s", f->e.message);
  make_views(f);
  assert_int_equal(ask_model(f, "select sum(id) from v_over"), 1);
  assert_int_equal(ask_model(f, "select age_on('2010-01-01', '2026-01-01')"), 16);
  assert_true(store_read_model(f->store, trusted_text, "select id from v_open", &f->e));
  assert_false(store_read_model(f->store, trusted_text, "select id from thing", &f->e));
  assert_non_null(strstr(f->e.message, "42501")); /* insufficient privilege */
  must_ensure(f, (struct change){.view = "v_open", .select = "select id, name from thing"});
  assert_int_equal(ask_model(f, "select sum(id) from v_open"), 3);
}

/* ---- plans ---- */

struct plan {
  const char *sql, *types, *table; /* NULL: no scan */
};

static const struct plan plans[] = {
    {"select name from thing where id = $1", "i", NULL},
    {"select name from thing", "", "thing"},
    {"select t.name from thing t where t.body is null", "", "thing"},
    {"select id from thing where size = $1 and size > 0", "i", NULL},
    {"select id from thing where name = $1", "t", NULL},
    {"select id from thing where lower(name) = $1", "t", "thing"},
    {"select a.name from thing as a join thing b on b.id = a.size where a.id = $1", "i", NULL},
    {"select a.name from thing a join thing b on b.body = a.body where a.id = $1", "i", "thing"},
    {"with one as (select id, name from thing where id = $1) select name from one", "i", NULL},
    {"with recursive n(i) as (select 1 union all select i + 1 from n where i < 50) select i from n", "", NULL},
    {"select id from v_open where id = $1", "i", NULL},
    {"select body from v_all", "", "thing"},
    {"insert into thing (id) values ($1)", "i", NULL},
    {"update thing set size = 1 where name = $1", "t", NULL},
    {"delete from thing where body = $1", "b", "thing"},
    {"values (1)", "", NULL},
};

static bool look_at_plan(struct db *db, void *arg, struct error *e) {
  const struct plan *p = arg;
  const char *table = "unset";
  bool scans = db_scans(db, p->sql, p->types, e->arena, &table);
  if (!db_ok(db, e)) return false;
  if (scans != (p->table != NULL)) return error_set(e, ERR_INPUT, "%s: scans %s", p->sql, table ? table : "nothing");
  CHECK(p->table ? table && strcmp(table, p->table) == 0 : table == NULL);
  CHECK(db_scans(db, p->sql, p->types, e->arena, &table) == scans); /* it leaves nothing behind */
  return db_ok(db, e);
}

static void test_plans(void **state) {
  struct fixture *f = *state;
  make_views(f);
  for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
    if (!store_write(f->store, look_at_plan, (void *)&plans[i], &f->e)) fail_msg("%s", f->e.message);
    if (!store_read(f->store, look_at_plan, (void *)&plans[i], &f->e)) fail_msg("%s", f->e.message);
  }
  static const struct plan wrong[] = {
      {"select nosuch from thing", "", NULL}, {"drop table thing", "", NULL}, {"select $1", "", NULL}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    assert_false(store_read(f->store, look_at_plan, (void *)&wrong[i], &f->e));
    assert_int_equal(f->e.kind, ERR_BROKEN);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_additive, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_wrong_schema, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_schema_transaction, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_model, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_view_replaced, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_plans, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_role, fixture_open, fixture_close), /* last: PostgreSQL alone */
  };
  const char *name = fixture_pg() ? "store schema (PostgreSQL)" : "store schema (SQLite)";
  return _cmocka_run_group_tests(name, tests, sizeof tests / sizeof *tests - !fixture_pg(), NULL, NULL);
}
