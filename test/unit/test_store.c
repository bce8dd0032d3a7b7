/* The store's contract, the same on both back ends: values, statements, transactions, schema. */
#include "base/date.h"
#include "store_fixture.h"

/* ---- values ---- */

static bool write_values(struct db *db, void *arg, struct error *e) {
  (void)arg;
  struct stmt *q = db_sql(db, "insert into thing (id, name, size, body) values ($1, $2, $3, $4)", "itib");
  sql_int(q, 1, INT64_MAX);
  sql_text(q, 2, "Zo\xc3\xab O'Brien \xf0\x9f\x98\x80");
  sql_int(q, 3, INT64_MIN);
  sql_blob(q, 4, "\0\x01\xff'", 4);
  if (!sql_run(q)) return db_ok(db, e);
  sql_int(q, 1, 2); /* bound anew it runs anew; the rest is as it was bound */
  sql_text(q, 2, "");
  sql_int(q, 3, 0);
  sql_blob(q, 4, "", 0);
  if (!sql_run(q)) return db_ok(db, e);
  q = db_sql(db, "insert into thing (id, name, size, body) values ($1, $2, $3, $4)", "itib");
  sql_int(q, 1, 3); /* the rest is unbound: NULL */
  return sql_run(q) && db_changes(db) == 1;
}

static bool read_values(struct db *db, void *arg, struct error *e) {
  struct fixture *f = arg;
  struct stmt *q = db_sql(db, "select id, name, size, body from thing order by id desc", "");
  CHECK(sql_row(q));
  CHECK(col_count(q) == 4);
  CHECK(strcmp(col_name(q, 3), "body") == 0);
  CHECK(col_int(q, 0) == INT64_MAX && col_int(q, 2) == INT64_MIN);
  CHECK(strcmp(col_text(q, 1), "Zo\xc3\xab O'Brien \xf0\x9f\x98\x80") == 0);
  size_t n;
  CHECK(memcmp(col_blob(q, 3, &n), "\0\x01\xff'", 4) == 0);
  CHECK(n == 4);
  struct value v = col_value(q, 3, f->arena), t = col_value(q, 1, f->arena), i = col_value(q, 2, f->arena);
  CHECK(v.type == VALUE_BLOB && v.n == 4 && t.type == VALUE_TEXT && i.type == VALUE_INT && i.i == INT64_MIN);
  CHECK(sql_row(q));
  CHECK(col_int(q, 0) == 3);
  for (int c = 1; c < 4; c++) {
    CHECK(col_null(q, c));
    CHECK(col_value(q, c, f->arena).type == VALUE_NULL);
  }
  CHECK(col_text(q, 1) == NULL && col_int(q, 2) == 0 && col_blob(q, 3, &n) == NULL);
  CHECK(sql_row(q));
  CHECK(strcmp(col_text(q, 1), "") == 0);
  CHECK(!(col_null(q, 1) || col_null(q, 3) || col_null(q, 2)));
  CHECK(col_value(q, 3, f->arena).type == VALUE_BLOB);
  CHECK(strcmp(col_text(q, 0), "2") == 0);
  CHECK(!(sql_row(q)));
  CHECK(!(sql_row(q)));
  CHECK(col_null(q, 0));
  return db_ok(db, e);
}

static void test_values(void **state) {
  struct fixture *f = *state;
  fixture_thing(f);
  if (!store_write(f->store, write_values, NULL, &f->e)) fail_msg("%s", f->e.message);
  if (!store_read(f->store, read_values, f, &f->e)) fail_msg("%s", f->e.message);
  assert_string_equal(store_backend(f->store), fixture_pg() ? "postgresql" : "sqlite");
}

/* Expressions whose result both back ends must give alike. NULL: no row, or null. */
static const struct expression {
  const char *sql, *result;
} expressions[] = {
    {"select 7 / 2", "3"},
    {"select -7 / 2", "-3"},
    {"select 7 % 3", "1"},
    {"select 3000000000 * 2", "6000000000"},
    {"select sum(id) from thing", "6"},
    {"select count(*) from thing where name is null", "1"},
    {"select count(*) filter (where id > 1) from thing", "2"},
    {"select 1 where 2 > 1", "1"},
    {"select 1 where 2 < 1", NULL},
    {"select id > 1 from thing where id = 2", "1"},
    {"select length(name) from thing where id = 1", "3"},
    {"select 'a' || 'it''s'", "ait's"},
    {"select min(name) from thing",
     "B\xc3\xab"
     "b"},
    {"select max(name) from thing", "a"},
    {"select name from thing where id = 4", NULL},
    {"select name from thing where id = 3", NULL},
    {"select coalesce(name, 'none') from thing where id = 3", "none"},
    {"select id from thing order by name asc nulls first, id limit 1", "3"},
    {"select id from thing order by name desc nulls last, id limit 1", "2"},
    {"select count(*) from thing where name like 'A%'", "0"},
    {"select count(*) from thing where name like 'B%'", "1"},
    {"select id from thing where name is not distinct from null", "3"},
    {"with recursive n(i) as (select 1 union all select i + 1 from n where i < 50) select sum(i) from n", "1275"},
    {"select r from (select id, rank() over (order by id desc) as r from thing) as x where id = 1", "3"},
    {"select lower('ABC') || upper('x') || substr('hello', 2, 3) || trim('  b ') || replace('aa', 'a', 'c')",
     "abcXellbcc"},
    {"select cast('12' as bigint) + 1", "13"},
    {"select (select max(id) from thing) - abs(-3)", "0"},
    {"select nullif(id, 1) from thing where id = 1", NULL},
    {"select id from thing where id in (1, 9) and not (id = 9)", "1"},
    {"values (5)", "5"},
    {"select a.id from thing a join thing b on b.id = a.id + 1 where b.name = 'a'", "1"},
};

static bool ask_expression(struct db *db, void *arg, struct error *e) {
  const struct expression *x = arg;
  struct stmt *q = db_sql(db, x->sql, "");
  const char *got = sql_row(q) ? col_text(q, 0) : NULL;
  if (db_ok(db, e) && (x->result && got ? strcmp(got, x->result) != 0 : got != x->result)) {
    fail_msg("%s gave %s, not %s", x->sql, got ? got : "NULL", x->result ? x->result : "NULL");
  }
  return db_ok(db, e);
}

static void test_expressions(void **state) {
  struct fixture *f = *state;
  fixture_thing(f);
  fixture_do(f,
             "insert into thing (id, name) values (1, 'B\xc3\xab"
             "b'), (2, 'a'), (3, null)",
             0);
  for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++) {
    if (!store_read(f->store, ask_expression, (void *)&expressions[i], &f->e)) fail_msg("%s", f->e.message);
  }
}

struct dates {
  const char *born, *on;
};

static bool ask_dates(struct db *db, void *arg, struct error *e) {
  const struct dates *d = arg;
  struct stmt *q = db_sql(db, "select age_on($1, $2), school_year($2)", "tt");
  sql_text(q, 1, d->born);
  sql_text(q, 2, d->on);
  CHECK(sql_row(q));
  date_t born = date_parse_iso(d->born), on = date_parse_iso(d->on);
  CHECK(col_null(q, 0) == (born == DATE_NONE || on == DATE_NONE));
  CHECK(col_null(q, 1) == (on == DATE_NONE));
  CHECK(col_null(q, 0) || col_int(q, 0) == date_age(born, on));
  CHECK(col_null(q, 1) || col_int(q, 1) == date_academic_year(on));
  sql_end(q);
  return db_ok(db, e);
}

static void test_functions(void **state) {
  struct fixture *f = *state;
  static const char *const days[] = {NULL,         "",           "2008-02-29", "2026-02-28", "2026-03-01",
                                     "2025-02-29", "1900-02-29", "2000-02-29", "2026-08-31", "2026-09-01",
                                     "2026-13-01", "0000-01-01", "0001-01-01", "9999-12-31", "2026-04-31",
                                     "26-04-30",   "2026-4-30",  "2026-04-30x"};
  size_t n = sizeof days / sizeof *days;
  for (size_t i = 0; i < n * n; i++) {
    struct dates d = {days[i / n], days[i % n]};
    if (!store_read(f->store, ask_dates, &d, &f->e)) fail_msg("%s", f->e.message);
  }
}

/* ---- statements ---- */

static bool upsert(struct db *db, void *arg, struct error *e) {
  (void)arg;
  for (int i = 0; i < 3; i++) {
    struct stmt *q = db_sql(db,
                            "insert into thing (id, name, size) values ($1, $2, 1) on conflict (name) do update set "
                            "size = thing.size + excluded.size returning id, size",
                            "it");
    sql_int(q, 1, i + 1);
    sql_text(q, 2, "same");
    CHECK(sql_row(q));
    CHECK(col_int(q, 0) == 1);
    CHECK(col_int(q, 1) == i + 1);
    CHECK(!(sql_row(q)));
    CHECK(db_changes(db) == 1);
  }
  struct stmt *q = db_sql(db, "insert into thing (id, name) values (9, $1) on conflict (name) do nothing", "t");
  sql_text(q, 1, "same");
  CHECK(sql_run(q));
  CHECK(db_changes(db) == 0);
  CHECK(sql_run(db_sql(db, "insert into thing (id, size) values (10, 5), (11, 5), (12, 6)", "")));
  CHECK(db_changes(db) == 3);
  CHECK(sql_run(db_sql(db, "update thing set size = size + 1 where size = 5", "")));
  CHECK(db_changes(db) == 2);
  CHECK(sql_run(db_sql(db, "delete from thing where id > 100", "")));
  CHECK(db_changes(db) == 0);
  CHECK(sql_run(db_sql(db, "select 1", "")));
  CHECK(db_changes(db) == 0);
  return db_ok(db, e);
}

static void test_upsert(void **state) {
  struct fixture *f = *state;
  fixture_thing(f);
  if (!store_write(f->store, upsert, NULL, &f->e)) fail_msg("%s", f->e.message);
}

static bool numbered_parameters(struct db *db, void *arg, struct error *e) {
  (void)arg;
  /* $2 stands first and $1 twice; SQLite would number them by appearance. $3 is declared and not used. */
  struct stmt *q = db_sql(db, "select $2 || '-' || $1 || '-' || $1", "ttt");
  sql_text(q, 1, "one");
  sql_text(q, 2, "two");
  CHECK(sql_row(q));
  CHECK(strcmp(col_text(q, 0), "two-one-one") == 0);
  sql_end(q);
  return db_ok(db, e);
}

static bool nested_loops(struct db *db, void *arg, struct error *e) {
  (void)arg;
  int seen = 0;
  struct stmt *outer = db_sql(db, "select id from thing order by id", "");
  while (sql_row(outer)) {
    struct stmt *inner = db_sql(db, "select count(*) from thing where id <= $1", "i");
    sql_int(inner, 1, col_int(outer, 0));
    CHECK(sql_row(inner));
    CHECK(col_int(inner, 0) == ++seen);
    sql_end(inner);
  }
  CHECK(seen == 3);
  struct stmt *q = db_sql(db, "select id from thing order by id", ""); /* left early, then from the start again */
  CHECK(sql_row(q));
  sql_end(q);
  CHECK(!(sql_row(q)));
  q = db_sql(db, "select id from thing order by id", "");
  CHECK(sql_row(q));
  CHECK(col_int(q, 0) == 1);
  sql_end(q);
  return db_ok(db, e);
}

static bool asked_inside(struct db *db, void *arg, struct error *e) {
  (void)arg;
  struct stmt *q = db_sql(db, "select id from thing", "");
  CHECK(sql_row(q));
  struct stmt *again = db_sql(db, "select id from thing", "");
  CHECK(!(sql_row(again)));
  CHECK(!(sql_row(q))); /* everything has ended */
  return db_ok(db, e);
}

static bool many_statements(struct db *db, void *arg, struct error *e) {
  int from = *(int *)arg;
  for (int i = 0; i < 2000; i++) {
    char sql[64];
    snprintf(sql, sizeof sql, "select %d + $1", from + i);
    struct stmt *q = db_sql(db, sql, "i");
    sql_int(q, 1, 1);
    CHECK(sql_row(q));
    CHECK(col_int(q, 0) == from + i + 1);
    sql_end(q);
  }
  return db_ok(db, e);
}

static void test_statements(void **state) {
  struct fixture *f = *state;
  fixture_thing(f);
  fixture_do(f, "insert into thing (id) values (1), (2), (3)", 0);
  assert_true(store_read(f->store, numbered_parameters, NULL, &f->e));
  assert_true(store_read(f->store, nested_loops, NULL, &f->e));
  assert_false(store_read(f->store, asked_inside, NULL, &f->e));
  assert_int_equal(f->e.kind, ERR_BROKEN);
  for (int from = 0; from < 4000; from += 2000) {
    if (!store_read(f->store, many_statements, &from, &f->e)) fail_msg("%s", f->e.message);
    if (!store_write(f->store, many_statements, &from, &f->e)) fail_msg("%s", f->e.message);
  }
}

/* ---- what is refused ---- */

static bool run_text(struct db *db, void *arg, struct error *e) {
  struct stmt *q = db_sql(db, arg, "");
  while (sql_row(q)) (void)col_value(q, 0, e->arena);
  return db_ok(db, e);
}

static bool wrong_binding(struct db *db, void *arg, struct error *e) {
  struct stmt *q = db_sql(db, "select $1", "i");
  switch (*(int *)arg) {
  case 0:
    sql_text(q, 1, "1");
    break;
  case 1:
    sql_int(q, 2, 1);
    break;
  case 2:
    sql_int(q, 0, 1);
    break;
  case 3:
    sql_text(db_sql(db, "select $1", "t"), 1, "\xff\xfe");
    break;
  case 4:
    (void)db_sql(db, "select $1", "x");
    break;
  case 5:
    CHECK(sql_row(q));
    (void)col_int(q, 1);
    break;
  }
  CHECK(!(sql_run(q)));
  return db_ok(db, e);
}

static void test_refused(void **state) {
  static const char *const never[] = {"begin",
                                      "commit",
                                      "rollback",
                                      "savepoint x",
                                      "release savepoint s1",
                                      "attach 'x' as y",
                                      "pragma synchronous = off",
                                      "vacuum",
                                      "drop table thing",
                                      "create table x (id integer)",
                                      "alter table thing add column x integer",
                                      "select 1; select 2",
                                      "select \"id\" from thing",
                                      "select $$a$$",
                                      "select x'00'",
                                      "select e'\\''",
                                      "select ?",
                                      "select :a",
                                      "select @a",
                                      "select 1.5",
                                      "select 1e3",
                                      "select 0x10",
                                      "select '1'::int",
                                      "select [id] from thing",
                                      "select `id` from thing",
                                      "select 1 /* */",
                                      "select $1",
                                      "select (1",
                                      "select 1)",
                                      "select 'a",
                                      "",
                                      "explain select 1",
                                      "select nosuch from thing",
                                      "select * from nosuch",
                                      "select current_timestamp",
                                      "select id from thing collate nocase",
                                      "select id into y from thing",
                                      "select load_extension('x')",
                                      "insert into sqlite_schema values (1)",
                                      "select randomblob(4)",
                                      "set x = 1",
                                      "copy thing from '/'"};
  static const char *const writes[] = {"insert into thing (id) values (7)", "update thing set size = 1",
                                       "delete from thing",
                                       "with x as (select 1 as i) insert into thing (id) select i from x"};
  struct fixture *f = *state;
  fixture_thing(f);
  fixture_do(f, "insert into thing (id) values (1)", 0);
  for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
    if (store_write(f->store, run_text, (void *)never[i], &f->e)) fail_msg("a write took: %s", never[i]);
    assert_int_equal(f->e.kind, ERR_BROKEN);
    if (store_read(f->store, run_text, (void *)never[i], &f->e)) fail_msg("a read took: %s", never[i]);
  }
  for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
    if (store_read(f->store, run_text, (void *)writes[i], &f->e)) fail_msg("a read took: %s", writes[i]);
  }
  for (int i = 0; i <= 5; i++) {
    assert_false(store_read(f->store, wrong_binding, &i, &f->e));
    assert_int_equal(f->e.kind, i == 3 ? ERR_INPUT : ERR_BROKEN);
  }
  assert_int_equal(fixture_ask(f, "select count(*) from thing where size is null", 0), 1);
}

static void test_wrong_values(void **state) {
  static const char *const wrong[] = {"insert into thing (id, size) values (2, 'x')"};
  struct fixture *f = *state;
  fixture_thing(f);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    bool ok = store_write(f->store, run_text, (void *)wrong[i], &f->e);
    if (ok) fail_msg("taken: %s", wrong[i]);
    assert_int_equal(f->e.kind, ERR_BROKEN);
  }
  fixture_do(f, "insert into thing (id, name) values (5, 'x')", 0);
  assert_false(store_write(f->store, run_text, (void *)"insert into thing (id, name) values (5, 'y')", &f->e));
  assert_int_equal(f->e.kind, ERR_CONFLICT);
  assert_false(store_write(f->store, run_text, (void *)"insert into thing (id, name) values (6, 'x')", &f->e));
  assert_int_equal(f->e.kind, ERR_CONFLICT);
}

/* ---- transactions ---- */

static bool insert_then_fail(struct db *db, void *arg, struct error *e) {
  sql_run(db_sql(db, "insert into thing (id) values (1)", ""));
  return arg ? error_set(e, ERR_CONFLICT, "changed by somebody else") : db_ok(db, e);
}

static bool fail_quietly(struct db *db, void *arg, struct error *e) {
  (void)arg, (void)e;
  sql_run(db_sql(db, "insert into thing (id) values (2)", ""));
  return false;
}

static bool ignore_failure(struct db *db, void *arg, struct error *e) {
  (void)arg, (void)e;
  sql_run(db_sql(db, "insert into thing (id) values (3)", ""));
  sql_run(db_sql(db, "insert into thing (id) values (3)", ""));
  sql_run(db_sql(db, "insert into thing (id) values (4)", ""));
  return true; /* without asking db_ok */
}

static bool inner(struct db *db, void *arg, struct error *e) {
  struct stmt *q = db_sql(db, "insert into thing (id) values ($1)", "i");
  sql_int(q, 1, *(int *)arg);
  sql_run(q);
  q = db_sql(db, "select id from thing order by id", "");
  if (!sql_row(q)) return db_ok(db, e); /* else left open: reset on every path */
  return *(int *)arg % 2 ? db_ok(db, e) : error_set(e, ERR_INPUT, "even");
}

static bool nested(struct db *db, void *arg, struct error *e) {
  (void)arg;
  struct stmt *q = db_sql(db, "select id from thing order by id asc", "");
  CHECK(sql_row(q));
  for (int i = 101; i <= 104; i++) {
    bool ok = db_savepoint(db, inner, &i, e);
    CHECK(ok == i % 2);
    if (!ok) CHECK(e->kind == ERR_INPUT);
    error_clear(e);
  }
  int twice = 101;
  CHECK(!(db_savepoint(db, inner, &twice, e)));
  CHECK(e->kind == ERR_CONFLICT);
  error_clear(e);
  sql_end(q);
  return db_ok(db, e);
}

static void test_rollback(void **state) {
  struct fixture *f = *state;
  fixture_thing(f);
  assert_false(store_write(f->store, insert_then_fail, "fail", &f->e));
  assert_int_equal(f->e.kind, ERR_CONFLICT);
  assert_string_equal(f->e.message, "changed by somebody else");
  assert_false(store_write(f->store, fail_quietly, NULL, &f->e));
  assert_int_equal(f->e.kind, ERR_BROKEN);
  assert_false(store_write(f->store, ignore_failure, NULL, &f->e));
  assert_int_equal(f->e.kind, ERR_CONFLICT);
  assert_int_equal(fixture_ask(f, "select count(*) from thing", 0), 0);
  assert_true(store_write(f->store, insert_then_fail, NULL, &f->e));
  if (!store_write(f->store, nested, NULL, &f->e)) fail_msg("%s", f->e.message);
  assert_int_equal(fixture_ask(f, "select count(*) * 1000 + sum(id) from thing", 0), 3205);
}

static bool retry_until(struct db *db, void *arg, struct error *e) {
  int *runs = arg;
  struct stmt *q = db_sql(db, "insert into thing (id) values ($1)", "i");
  sql_int(q, 1, 1000 + ++runs[0]);
  sql_run(q);
  return runs[0] >= runs[1] ? db_ok(db, e) : error_set(e, ERR_RETRY, "again");
}

static bool retry_read(struct db *db, void *arg, struct error *e) {
  int *runs = arg;
  (void)db;
  return ++runs[0] >= runs[1] || error_set(e, ERR_RETRY, "again");
}

static void test_retry(void **state) {
  struct fixture *f = *state;
  fixture_thing(f);
  int runs[2] = {0, 3};
  assert_true(store_write(f->store, retry_until, runs, &f->e));
  assert_int_equal(runs[0], 3);
  assert_int_equal(fixture_ask(f, "select sum(id) from thing", 0), 1003);
  int never[2] = {0, 1000000};
  assert_false(store_write(f->store, retry_until, never, &f->e));
  assert_int_equal(f->e.kind, ERR_RETRY);
  assert_in_range(never[0], 2, 100);
  assert_int_equal(fixture_ask(f, "select count(*) from thing", 0), 1);
  int reads[2] = {0, 2}, endless[2] = {0, 1000000};
  assert_true(store_read(f->store, retry_read, reads, &f->e));
  assert_false(store_read(f->store, retry_read, endless, &f->e));
  assert_int_equal(f->e.kind, ERR_RETRY);
}

static bool counter(struct db *db, void *arg, struct error *e) {
  int64_t *out = arg;
  out[0] = db_counter(db, "id", 1);
  out[1] = db_counter(db, "id", 10);
  out[2] = db_counter(db, "other", 1);
  return db_ok(db, e);
}

static void test_counter(void **state) {
  struct fixture *f = *state;
  int64_t n[3];
  assert_true(store_write(f->store, counter, n, &f->e));
  assert_true(n[0] == 1 && n[1] == 2 && n[2] == 1);
  fixture_reopen(f);
  assert_true(store_write(f->store, counter, n, &f->e));
  assert_true(n[0] == 12 && n[1] == 13 && n[2] == 2);
  assert_false(store_read(f->store, counter, n, &f->e));
}

struct snapshot {
  struct fixture *f;
  int64_t before, after;
};

static bool read_twice(struct db *db, void *arg, struct error *e) {
  struct snapshot *s = arg;
  struct stmt *q = db_sql(db, "select count(*) from thing", "");
  CHECK(sql_row(q));
  s->before = col_int(q, 0);
  sql_end(q);
  struct error other;
  error_init(&other, s->f->arena);
  struct fixture_query x = {"insert into thing (id) values (77)", 0, 0};
  CHECK(store_write(s->f->store, fixture_query_fn, &x, &other));
  q = db_sql(db, "select count(*) from thing", "");
  CHECK(sql_row(q));
  s->after = col_int(q, 0);
  sql_end(q);
  return db_ok(db, e);
}

static void test_snapshot(void **state) {
  struct fixture *f = *state;
  fixture_thing(f);
  struct snapshot s = {.f = f};
  assert_true(store_read(f->store, read_twice, &s, &f->e));
  assert_true(s.before == 0 && s.after == 0);
  assert_int_equal(fixture_ask(f, "select count(*) from thing", 0), 1);
}

/* ---- opening ---- */

static void test_open(void **state) {
  struct fixture *f = *state;
  struct store *s = NULL;
  struct store_options absent = f->options;
  absent.create = false;
  absent.schema = "no_such_schema";
  if (!fixture_pg()) absent.location = "/tmp/kith-no-such-store.db";
  assert_false(store_open(f->arena, &absent, &s, &f->e));
  assert_int_equal(f->e.kind, ERR_NOT_FOUND);
  assert_null(s);
  f->options.create = false;
  fixture_reopen(f);
  f->options.create = true;
  fixture_reopen(f);
  store_close(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_values, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_expressions, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_functions, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_upsert, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_statements, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_refused, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_wrong_values, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_rollback, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_retry, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_counter, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_snapshot, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_open, fixture_open, fixture_close),
  };
  return cmocka_run_group_tests_name(fixture_pg() ? "store (PostgreSQL)" : "store (SQLite)", tests, NULL, NULL);
}
