/* access: entries, their settled hashes, and who was shown a child. Corruption is tried in test_ledger_verify.c. */
#include <sodium.h>

#include "ledger/chain.h"
#include "store_fixture.h"

#define GOLDEN_AT INT64_C(1764547200123456)

struct run {
  struct fixture *f;
  struct ctx ctx;
  struct access_entry x;
  int64_t seq, who, before;
  int limit;
  struct buf out;
};

static bool ensure(struct db *db, void *arg, struct error *e) {
  (void)arg;
  return access_ensure(db, e);
}

static bool append(struct db *db, void *arg, struct error *e) {
  struct run *r = arg;
  return access_append(db, &r->ctx, &r->x, &r->seq, e);
}

static void must(struct run *r, store_fn *fn) {
  if (!store_write(r->f->store, fn, r, &r->f->e)) fail_msg("%s", r->f->e.message);
}

static struct run run_of(struct fixture *f) {
  struct run r = {.f = f};
  ctx_init(&r.ctx, f->arena, random_system());
  r.ctx.now = GOLDEN_AT;
  buf_init(&r.out, f->arena);
  must(&r, ensure);
  must(&r, ensure);
  return r;
}

static bool read_hashes(struct db *db, void *arg, struct error *e) {
  struct run *r = arg;
  struct stmt *q = db_sql(db, "select hash from access_entry order by seq", "");
  while (sql_row(q)) {
    unsigned char h[LEDGER_HASH];
    char text[65];
    CHECK(chain_col_hash(q, 0, h));
    buf_str(&r->out, sodium_bin2hex(text, sizeof text, h, sizeof h));
    buf_char(&r->out, ' ');
  }
  return db_ok(db, e);
}

/* Settled: the numbers came from a separate program (Python's hashlib.blake2b), see test_ledger.c. */
static void test_golden(void **state) {
  struct run r = run_of(*state);
  r.ctx.request_id = "r-1";
  access_init(&r.x, &r.ctx, 901, "GET /children/{id}");
  access_add(&r.x, r.ctx.arena, 4000000000, UINT64_C(1) << 63, "virtual_school_adviser/authority");
  access_add(&r.x, r.ctx.arena, 17, 4, "social_worker/allocated");
  access_add(&r.x, r.ctx.arena, 17, 1, "social_worker/allocated");
  must(&r, append);
  assert_int_equal(r.seq, 1);
  r.x = (struct access_entry){
      .at = GOLDEN_AT, .on_behalf = 17, .purpose = "plan", .route = "GET /children", .outcome = "refused"};
  must(&r, append);
  assert_int_equal(r.seq, 2);
  if (!store_read(r.f->store, read_hashes, &r, &r.f->e)) fail_msg("%s", r.f->e.message);
  assert_string_equal(buf_text(&r.out),
                      "07328dc0b65acd6712f6ae57124974cc83e7985306bd7a8368bceb3fee1e161c "
                      "57c0b192c0df7eb50df9b84e2c9e9cfa8a51b35e763fe36134b9c494cff85bdc ");
}

static void test_add(void **state) {
  (void)state;
  struct arena *a = arena_new();
  struct access_entry x = {0};
  static const int64_t order[] = {5, 3, 9, 1, 7, 3, 9, 10, 1};
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) access_add(&x, a, order[i], UINT64_C(1) << i, "b/r");
  static const int64_t expected[] = {1, 3, 5, 7, 9, 10};
  static const uint64_t bits[] = {0x108, 0x22, 0x1, 0x10, 0x44, 0x80};
  assert_int_equal(x.n_children, 6);
  for (size_t i = 0; i < 6; i++) {
    assert_int_equal(x.children[i].child, expected[i]);
    assert_int_equal(x.children[i].categories, bits[i]);
    assert_string_equal(x.children[i].via, "b/r");
  }
  access_add(&x, a, 5, 0, "a/r"); /* seen in another relation too */
  access_add(&x, a, 5, 0, "b/r");
  access_add(&x, a, 5, 0, "a/r");
  access_add(&x, a, 5, 0, "r");
  access_add(&x, a, 5, 0, NULL);
  assert_string_equal(x.children[2].via, "b/r, a/r, r");
  arena_free(a);
}

static void test_order_refused(void **state) {
  struct run r = run_of(*state);
  struct access_child twice[] = {{3, 1, ""}, {3, 1, ""}};
  access_init(&r.x, &r.ctx, 1, "GET /");
  r.x.children = twice;
  r.x.n_children = 2;
  assert_false(store_write(r.f->store, append, &r, &r.f->e));
  assert_int_equal(r.f->e.kind, ERR_BROKEN);
  assert_int_equal(fixture_ask(r.f, "select count(*) from access_entry", 0), 0);
}

static bool see(const struct access_view *v, void *arg, struct error *e) {
  struct run *r = arg;
  (void)e;
  buf_printf(&r->out, "%lld %lld %lld %llx %s %s %s|", (long long)v->seq, (long long)v->actor, (long long)v->child,
             (unsigned long long)v->categories, v->route, v->outcome, v->via);
  return v->at == GOLDEN_AT;
}

static bool of_child(struct db *db, void *arg, struct error *e) {
  struct run *r = arg;
  return access_of_child(db, r->f->arena, r->who, r->before, r->limit, see, r, e);
}

static bool of_actor(struct db *db, void *arg, struct error *e) {
  struct run *r = arg;
  return access_of_actor(db, r->f->arena, r->who, r->before, r->limit, see, r, e);
}

static void check(struct run *r, store_fn *fn, int64_t who, int64_t before, int limit, const char *expected) {
  r->out.len = 0;
  r->who = who;
  r->before = before;
  r->limit = limit;
  if (!store_read(r->f->store, fn, r, &r->f->e)) fail_msg("%s", r->f->e.message);
  assert_string_equal(buf_text(&r->out), expected);
}

static void test_views(void **state) {
  struct run r = run_of(*state);
  for (int i = 1; i <= 4; i++) {
    access_init(&r.x, &r.ctx, i % 2 ? 11 : 12, i == 3 ? "GET /children" : "GET /children/{id}");
    if (i == 3) r.x.outcome = "refused";
    for (int64_t child = 1; i != 3 && child <= i; child++)
      access_add(&r.x, r.ctx.arena, child, (uint64_t)i, "role/relation");
    must(&r, append);
  }
  check(&r, of_child, 1, 0, 2,
        "4 12 1 4 GET /children/{id} shown role/relation|2 12 1 2 GET /children/{id} shown role/relation|");
  check(&r, of_child, 1, 2, 9, "1 11 1 1 GET /children/{id} shown role/relation|");
  check(&r, of_child, 4, 0, 9, "4 12 4 4 GET /children/{id} shown role/relation|");
  check(&r, of_child, 5, 0, 9, "");
  check(&r, of_actor, 11, 0, 9, "3 11 0 0 GET /children refused |1 11 1 1 GET /children/{id} shown role/relation|");
  check(&r, of_actor, 12, 4, 1,
        "2 12 1 2 GET /children/{id} shown role/relation|2 12 2 2 GET /children/{id} shown role/relation|");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_golden, fixture_open, fixture_close),
      cmocka_unit_test(test_add),
      cmocka_unit_test_setup_teardown(test_order_refused, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_views, fixture_open, fixture_close),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
