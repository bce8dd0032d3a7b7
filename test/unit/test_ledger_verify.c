/* verify finds every corruption made behind the program's back by SQL, at random places of random ledgers, and nothing in a ledger
 * that was left alone or from which bodies were disposed of. */
#include <sodium.h>

#include "ledger/chain.h"
#include "prop.h"
#include "store_fixture.h"

enum { CASES = 4, MOST_HEADS = 8 };

struct world {
  struct fixture *f;
  struct prop *p;
  struct ctx ctx;
  const char *chain;
  struct ledger_head heads[MOST_HEADS];
  size_t n_heads;
  unsigned char pk[32], sk[64];
  struct ledger_report report;
  const char *sql;
  int64_t n, x, y;
};

static void must(struct world *w, store_fn *fn) {
  if (!store_write(w->f->store, fn, w, &w->f->e)) fail_msg("%s", w->f->e.message);
}

static bool clear(struct db *db, void *arg, struct error *e) {
  (void)arg;
  if (!ledger_ensure(db, e) || !access_ensure(db, e)) return false;
  static const char *const all[] = {"delete from ledger_entry", "delete from ledger_body", "delete from ledger_touch",
                                    "delete from access_entry", "delete from access_child"};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) sql_run(db_sql(db, all[i], ""));
  return db_ok(db, e);
}

static bool append_change(struct world *w, struct db *db, struct error *e) {
  static const char *const categories[] = {"contact", "education_plan", "health", "identity"};
  static const char *const kinds[] = {"create", "change", "state", "void", "import"};
  struct ledger_body bodies[4];
  size_t n = 0;
  int64_t id = prop_between(w->p, 1, 5) * 1000;
  for (size_t i = 0; i < 4; i++) {
    if (prop_below(w->p, 2)) continue;
    struct buf b;
    buf_init(&b, w->ctx.arena);
    int64_t rows = prop_between(w->p, 1, 3);
    for (int64_t r = 0; r < rows; r++) {
      buf_printf(&b, "%s{\"f\":{\"a\":%lld,\"b\":\"}\\\"]\"},\"i\":%lld,\"r\":\"pep\",\"v\":%lld}", r ? "," : "[",
                 (long long)prop_between(w->p, -9, 9), (long long)(id + r), (long long)(r + 1));
    }
    buf_char(&b, ']');
    bodies[n++] = (struct ledger_body){categories[i], buf_text(&b), b.len};
  }
  struct ledger_touch touch = {"note", 9000 + id, 1};
  struct ledger_entry x = {.actor = prop_between(w->p, 0, 50),
                           .child = prop_between(w->p, 0, 3),
                           .purpose = "plan",
                           .record = "pep",
                           .id = id,
                           .version = 1,
                           .kind = kinds[prop_below(w->p, 5)],
                           .model = "00ff",
                           .bodies = bodies,
                           .n_bodies = n,
                           .touches = &touch,
                           .n_touches = prop_below(w->p, 2)};
  return ledger_append(db, &w->ctx, &x, NULL, e);
}

static bool append_access(struct world *w, struct db *db, struct error *e) {
  struct access_entry x;
  access_init(&x, &w->ctx, prop_between(w->p, 1, 5), "GET /children/{id}");
  for (uint64_t i = prop_below(w->p, 4); i > 0; i--) {
    access_add(&x, w->ctx.arena, prop_between(w->p, 1, 9), prop_next(w->p), "social_worker/allocated");
  }
  return access_append(db, &w->ctx, &x, NULL, e);
}

static bool is_access(const struct world *w) {
  return strcmp(w->chain, "access") == 0;
}

static bool fill(struct db *db, void *arg, struct error *e) {
  struct world *w = arg;
  for (int64_t i = 0; i < w->n; i++) {
    w->ctx.now += prop_between(w->p, 0, 1000000);
    if (!(is_access(w) ? append_access(w, db, e) : append_change(w, db, e))) return false;
  }
  return true;
}

static bool sign(struct db *db, void *arg, struct error *e) {
  struct world *w = arg;
  struct ledger_head *h = &w->heads[w->n_heads++];
  if (!ledger_head_read(db, "la_886", w->chain, h, e)) return false;
  h->at = w->ctx.now;
  ledger_head_sign(h, w->sk);
  return true;
}

/* A ledger of some entries, its head signed now and then, at the end too. */
static void build(struct world *w) {
  must(w, clear);
  w->n_heads = 0;
  w->ctx.now = INT64_C(1764547200000000);
  for (int64_t parts = prop_between(w->p, 1, 3); parts > 0; parts--) {
    w->n = prop_between(w->p, 4, 20);
    must(w, fill);
    must(w, sign);
  }
}

static bool do_verify(struct db *db, void *arg, struct error *e) {
  struct world *w = arg;
  return ledger_verify(db, w->f->arena, w->chain, w->heads, w->n_heads, w->pk, &w->report, e);
}

static void verify(struct world *w) {
  if (!store_read(w->f->store, do_verify, w, &w->f->e)) fail_msg("%s", w->f->e.message);
}

static bool found(const struct world *w, const char *what, int64_t seq) {
  for (size_t i = 0; i < w->report.n_findings; i++) {
    const struct ledger_finding *f = &w->report.findings[i];
    if (strcmp(f->what, what) == 0 && (seq == 0 || f->seq == seq)) return true;
  }
  return false;
}

static void expect(struct world *w, const char *name, const char *what, int64_t seq) {
  verify(w);
  if (found(w, what, seq)) return;
  for (size_t i = 0; i < w->report.n_findings; i++) {
    print_error("  %lld %s\n", (long long)w->report.findings[i].seq, w->report.findings[i].what);
  }
  fail_msg("%s in the %s chain: not found as \"%s\" at %lld (KITH_SEED=%llu)", name, w->chain, what, (long long)seq,
           (unsigned long long)w->p->seed);
}

static void expect_clean(struct world *w, const char *name) {
  verify(w);
  if (w->report.total_findings == 0) return;
  fail_msg("%s: found \"%s\" at %lld (KITH_SEED=%llu)", name, w->report.findings[0].what,
           (long long)w->report.findings[0].seq, (unsigned long long)w->p->seed);
}

/* One statement with up to two integers. */
static bool run_sql(struct db *db, void *arg, struct error *e) {
  struct world *w = arg;
  bool one = strstr(w->sql, "$1") != NULL, two = strstr(w->sql, "$2") != NULL;
  struct stmt *q = db_sql(db, w->sql, two ? "ii" : one ? "i" : "");
  if (one) sql_int(q, 1, w->x);
  if (two) sql_int(q, 2, w->y);
  sql_run(q);
  w->n = db_changes(db);
  return db_ok(db, e);
}

static int64_t sql(struct world *w, const char *text, int64_t x, int64_t y) {
  w->sql = text;
  w->x = x;
  w->y = y;
  must(w, run_sql);
  return w->n;
}

static int64_t last_seq(struct world *w) {
  return w->heads[w->n_heads - 1].seq;
}
static int64_t any_seq(struct world *w) {
  return prop_between(w->p, 1, last_seq(w));
}

/* ---- headers, of both chains ---- */

static void alter_header(struct world *w) {
  static const char *const change[] = {
      "update ledger_entry set at = at + 1 where seq = $1",
      "update ledger_entry set actor = actor + 1 where seq = $1",
      "update ledger_entry set on_behalf = 7 where seq = $1",
      "update ledger_entry set purpose = 'plam' where seq = $1",
      "update ledger_entry set child = child + 1 where seq = $1",
      "update ledger_entry set record = 'pet' where seq = $1",
      "update ledger_entry set id = id + 1 where seq = $1",
      "update ledger_entry set version = version + 1 where seq = $1",
      "update ledger_entry set kind = 'x' where seq = $1",
      "update ledger_entry set model = '' where seq = $1",
      "update ledger_entry set format = 2 where seq = $1",
      "update ledger_entry set record = 'peppe', purpose = 'lan' where seq = $1",
      "update ledger_entry set commitment = (select hash from ledger_entry where seq = $1) where seq = $1",
      "update ledger_entry set hash = (select commitment from ledger_entry where seq = $1) where seq = $1",
  };
  static const char *const access[] = {
      "update access_entry set at = at + 1 where seq = $1",
      "update access_entry set actor = actor + 1 where seq = $1",
      "update access_entry set on_behalf = 7 where seq = $1",
      "update access_entry set purpose = 'plam' where seq = $1",
      "update access_entry set route = 'GET /children' where seq = $1",
      "update access_entry set request = 'r' where seq = $1",
      "update access_entry set outcome = 'refused' where seq = $1",
      "update access_entry set format = 2 where seq = $1",
      "insert into access_child (child, seq, categories, via) values (777, $1, 1, '')",
  };
  size_t n = is_access(w) ? sizeof access / sizeof *access : sizeof change / sizeof *change;
  for (size_t i = 0; i < n; i++) {
    build(w);
    int64_t seq = any_seq(w);
    assert_int_equal(sql(w, is_access(w) ? access[i] : change[i], seq, 0), 1);
    expect(w, is_access(w) ? access[i] : change[i], "altered", seq);
  }
}

static void remove_middle(struct world *w) {
  build(w);
  int64_t seq = prop_between(w->p, 1, last_seq(w) - 1);
  sql(w, is_access(w) ? "delete from access_entry where seq = $1" : "delete from ledger_entry where seq = $1", seq, 0);
  expect(w, "one entry removed", "removed", seq);
  build(w);
  sql(w, is_access(w) ? "delete from access_entry where seq <= 3" : "delete from ledger_entry where seq <= 3", 0, 0);
  expect(w, "the first entries removed", "removed", 1);
}

static void swap(struct world *w) {
  build(w);
  int64_t a = any_seq(w), b = a;
  while (b == a) b = any_seq(w);
  const char *table = is_access(w) ? "access_entry" : "ledger_entry";
  const char *text = arena_printf(w->f->arena, "update %s set seq = $2 where seq = $1", table);
  sql(w, text, a, -1);
  sql(w, text, b, a);
  sql(w, text, -1, b);
  if (is_access(w)) {
    sql(w, "update access_child set seq = $2 where seq = $1", a, -1);
    sql(w, "update access_child set seq = $2 where seq = $1", b, a);
    sql(w, "update access_child set seq = $2 where seq = $1", -1, b);
  }
  expect(w, "two entries swapped", "reordered", a);
  expect(w, "two entries swapped", "reordered", b);
  if (a == last_seq(w) || b == last_seq(w)) expect(w, "the last swapped", "differs from signed head", last_seq(w));
}

static void cut_tail(struct world *w) {
  build(w);
  int64_t from = any_seq(w);
  sql(w, is_access(w) ? "delete from access_entry where seq >= $1" : "delete from ledger_entry where seq >= $1", from,
      0);
  if (is_access(w)) {
    sql(w, "delete from access_child where seq >= $1", from, 0);
  } else {
    sql(w, "delete from ledger_body where seq >= $1", from, 0);
    sql(w, "delete from ledger_touch where seq >= $1", from, 0);
  }
  expect(w, "tail removed", "tail removed", from);
  assert_int_equal(w->report.total_findings, 1);
  size_t signed_heads = w->n_heads; /* only signed heads can show it */
  w->n_heads = 0;
  expect_clean(w, "a shorter chain without heads");
  w->n_heads = signed_heads;
  w->n = last_seq(w); /* written anew to the same length */
  must(w, fill);
  expect(w, "tail written anew", "differs from signed head", 0);
}

static void foreign_head(struct world *w) {
  build(w);
  unsigned char pk[32], sk[64];
  crypto_sign_keypair(pk, sk);
  ledger_head_sign(&w->heads[0], sk);
  expect(w, "a head signed by another key", "head not ours", w->heads[0].seq);
  build(w);
  w->heads[0].signature[prop_below(w->p, 64)] ^= 1;
  expect(w, "a damaged signature", "head not ours", w->heads[0].seq);
}

static void positions_out_of_range(struct world *w) {
  static const int64_t odd[] = {0, -1, INT64_MIN + 1, INT64_MAX};
  const char *table = is_access(w) ? "access_entry" : "ledger_entry";
  for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
    build(w);
    sql(w, arena_printf(w->f->arena, "update %s set seq = $2 where seq = $1", table), any_seq(w), odd[i]);
    verify(w);
    assert_true(w->report.total_findings > 0);
  }
}

/* ---- bodies and touches, of the change chain ---- */

static int64_t ask(struct world *w, const char *text, int64_t n) {
  return fixture_ask(w->f, text, n);
}

/* An entry with a body (touches come with bodies). */
static int64_t any_body(struct world *w) {
  for (;;) {
    build(w);
    int64_t seq = ask(w, "select seq from ledger_body where seq >= $1 order by seq, category limit 1", any_seq(w));
    if (seq > 0) return seq;
  }
}

static void alter_bodies(struct world *w) {
  static const struct {
    const char *sql, *what;
  } each[] = {
      {"update ledger_body set body = leaf where seq = $1", "body altered"},
      {"update ledger_body set salt = (select leaf from ledger_body where seq = $1 limit 1) where seq = $1",
       "body altered"},
      {"update ledger_body set salt = null where seq = $1", "body altered"},
      {"update ledger_body set body = null where seq = $1", "body altered"},
      {"update ledger_body set body = null, salt = null where seq = $1", "body removed"},
      {"update ledger_body set leaf = salt where seq = $1", "bodies are not the entry's"},
      {"update ledger_body set category = 'zz' where seq = $1 and category = (select min(category) from ledger_body "
       "where seq = $1)",
       "bodies are not the entry's"},
      {"delete from ledger_body where seq = $1", "bodies are not the entry's"},
      {"delete from ledger_touch where seq = $1", "touch removed"},
      {"update ledger_touch set version = version + 1 where seq = $1", "touch altered"},
      {"update ledger_touch set record = 'child' where seq = $1", "touch altered"},
      {"update ledger_touch set id = id + 100000 where seq = $1", "touch removed"},
  };
  for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
    int64_t seq = any_body(w);
    assert_true(sql(w, each[i].sql, seq, 0) > 0);
    expect(w, each[i].sql, each[i].what, seq);
  }
  static const struct {
    const char *sql, *what;
  } orphans[] = {
      {"update ledger_body set seq = $2 where seq = $1", "body without entry"},
      {"update ledger_touch set seq = $2 where seq = $1", "touch without entry"},
  };
  for (size_t i = 0; i < sizeof orphans / sizeof *orphans; i++) {
    int64_t beyond = prop_below(w->p, 2) ? 100000 : -5;
    sql(w, orphans[i].sql, any_body(w), beyond);
    expect(w, orphans[i].sql, orphans[i].what, beyond);
  }
}

/* ---- disposal ---- */

static bool dispose(struct db *db, void *arg, struct error *e) {
  struct world *w = arg;
  static const char *const categories[] = {NULL, "health", "identity"};
  const struct ledger_entry why = {.actor = 1, .purpose = "retention"};
  w->ctx.now++;
  return ledger_dispose(db, &w->ctx, &why, prop_between(w->p, 0, 3), categories[prop_below(w->p, 3)],
                        w->ctx.now - prop_between(w->p, 0, 10000000), &w->n, e);
}

static void dispose_some(struct world *w) {
  build(w);
  for (int i = 0; i < 4; i++) {
    must(w, dispose);
    expect_clean(w, "after disposal");
  }
  must(w, sign);
  expect_clean(w, "after disposal, signed");
  if (w->report.disposed == 0) return;
  sql(w, "update ledger_entry set kind = 'change' where kind = 'dispose'", 0, 0); /* no longer says why they are gone */
  expect(w, "disposal disowned", "body removed", 0);
  w->n_heads = 0;
}

static void check_chain(struct world *w) {
  build(w);
  expect_clean(w, "untouched");
  assert_int_equal(w->report.entries, last_seq(w));
  alter_header(w);
  remove_middle(w);
  swap(w);
  cut_tail(w);
  foreign_head(w);
  positions_out_of_range(w);
}

static struct fixture *current;

static struct world world_of(struct prop *p, const char *chain) {
  struct world w = {.f = current, .p = p, .chain = chain};
  ctx_init(&w.ctx, p->arena, random_system());
  crypto_sign_keypair(w.pk, w.sk);
  return w;
}

static void check_change(struct prop *p) {
  struct world w = world_of(p, "change");
  check_chain(&w);
  alter_bodies(&w);
  for (int i = 0; i < 5; i++) dispose_some(&w);
}

static void check_access(struct prop *p) {
  struct world w = world_of(p, "access");
  check_chain(&w);
  static const struct {
    const char *sql, *what;
  } each[] = {
      {"update access_child set child = child + 100 where seq = $1", "altered"},
      {"update access_child set categories = categories + 1 where seq = $1", "altered"},
      {"update access_child set via = 'parent' where seq = $1", "altered"},
      {"delete from access_child where seq = $1", "altered"},
      {"delete from access_entry where seq = $1", "child without entry"},
  };
  for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
    int64_t seq = -1;
    while (seq < 0) {
      build(&w);
      seq = ask(&w, "select min(seq) from access_child where seq >= $1 having count(*) > 0", any_seq(&w));
    }
    sql(&w, each[i].sql, seq, 0);
    expect(&w, each[i].sql, each[i].what, seq);
  }
}

static void test_change(void **state) {
  current = *state;
  prop_run("change", CASES, check_change);
}

static void test_access(void **state) {
  current = *state;
  prop_run("access", CASES, check_access);
}

/* Over the edge of a page, and more findings than are listed. */
static void check_long(struct prop *p) {
  struct world w = world_of(p, "change");
  must(&w, clear);
  w.n = 2600;
  must(&w, fill);
  must(&w, sign);
  expect_clean(&w, "long");
  assert_int_equal(w.report.entries, 2600);
  assert_int_equal(w.report.bodies, ask(&w, "select count(*) from ledger_body", 0));
  sql(&w, "delete from ledger_entry where seq = 1024 or seq = 1025 or seq = 2048", 0, 0);
  expect(&w, "removed at the edge", "removed", 1024);
  expect(&w, "removed at the edge", "removed", 2048);
  sql(&w, "update ledger_entry set purpose = 'x'", 0, 0);
  verify(&w);
  assert_int_equal(w.report.n_findings, 100);
  assert_true(w.report.total_findings > 2500);
}

static void test_long(void **state) {
  current = *state;
  prop_run("long", 1, check_long);
}

static bool verify_unknown(struct db *db, void *arg, struct error *e) {
  struct world *w = arg;
  return ledger_verify(db, w->f->arena, "changes", NULL, 0, w->pk, &w->report, e);
}

static void test_unknown_chain(void **state) {
  struct world w = {.f = *state};
  assert_false(store_read(w.f->store, verify_unknown, &w, &w.f->e));
  assert_int_equal(w.f->e.kind, ERR_BROKEN);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_change, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_access, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_long, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_unknown_chain, fixture_open, fixture_close),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
