/* The ledger's settled bytes against numbers from elsewhere; append, history, folding, disposal. test_ledger_verify.c corrupts. */
#include <sodium.h>

#include "base/json.h"
#include "ledger/body.h"
#include "ledger/chain.h"
#include "store_fixture.h"

/* Settled: every number below came from a separate program (Python's hashlib.blake2b with digest_size=32, its own ChaCha20 for
 * the salts of seed "golden", and the cryptography package for Ed25519), working from docs/ledger.md alone. If a test of this
 * file fails, the program is wrong, never the number: ledgers already written depend on them. */
#define GOLDEN_AT INT64_C(1764547200123456)
static const char golden_plan[] =
    "[{\"f\":{\"_state\":\"initiated\",\"view\":\"I like \\\"maths\\\" \xe2\x80\x93 tr\xc3\xa8s "
    "bien\"},\"i\":4821,\"r\":\"pep\",\"v\":3}]";
static const char golden_identity[] =
    "[{\"f\":{\"local_id\":\"A1\",\"upn\":null},\"i\":17,\"r\":\"child\",\"v\":2},"
    "{\"f\":{\"photo\":{\"b\":\"AAEC\"}},\"i\":4821,\"r\":\"pep\",\"v\":3}]";

static const char *hex(const void *p, size_t n) {
  static char out[129];
  return sodium_bin2hex(out, sizeof out, p, n);
}

struct run { /* what a callback needs and gives back */
  struct fixture *f;
  struct ctx ctx;
  const struct ledger_entry *entry;
  int64_t seq, n;
  const char *text;
  struct buf out;
};

static struct run run_of(struct fixture *f, const char *seed) {
  struct run r = {.f = f};
  ctx_init(&r.ctx, f->arena, random_seeded(seed));
  r.ctx.now = GOLDEN_AT;
  buf_init(&r.out, f->arena);
  return r;
}

static void must_write(struct run *r, store_fn *fn) {
  if (!store_write(r->f->store, fn, r, &r->f->e)) fail_msg("%s", r->f->e.message);
}

static void must_read(struct run *r, store_fn *fn) {
  if (!store_read(r->f->store, fn, r, &r->f->e)) fail_msg("%s", r->f->e.message);
}

static bool ensure(struct db *db, void *arg, struct error *e) {
  (void)arg;
  return ledger_ensure(db, e);
}

static bool append(struct db *db, void *arg, struct error *e) {
  struct run *r = arg;
  return ledger_append(db, &r->ctx, r->entry, &r->seq, e);
}

static int64_t append_entry(struct run *r, const struct ledger_entry *x) {
  r->entry = x;
  must_write(r, append);
  return r->seq;
}

static const struct ledger_body golden_bodies[] = {
    {"identity", golden_identity, sizeof golden_identity - 1}, /* not in order: append sorts */
    {"education_plan", golden_plan, sizeof golden_plan - 1},
};
static const struct ledger_entry golden_change = {.actor = 901,
                                                  .on_behalf = 17,
                                                  .purpose = "plan",
                                                  .child = 17,
                                                  .record = "pep",
                                                  .id = 4821,
                                                  .version = 3,
                                                  .kind = "change",
                                                  .model = "00112233445566778899aabbccddeeff",
                                                  .bodies = golden_bodies,
                                                  .n_bodies = 2};
static const struct ledger_entry golden_empty = {.kind = "restore"};

static bool read_hashes(struct db *db, void *arg, struct error *e) {
  struct run *r = arg;
  struct stmt *q = db_sql(db, "select commitment, hash from ledger_entry order by seq", "");
  r->out.len = 0;
  while (sql_row(q)) {
    for (int i = 0; i < 2; i++) {
      unsigned char h[LEDGER_HASH];
      CHECK(chain_col_hash(q, i, h));
      buf_str(&r->out, hex(h, sizeof h));
      buf_char(&r->out, ' ');
    }
  }
  return db_ok(db, e);
}

static bool read_bodies(struct db *db, void *arg, struct error *e) {
  struct run *r = arg;
  struct stmt *q = db_sql(db, "select category, salt, leaf from ledger_body order by seq, category", "");
  r->out.len = 0;
  while (sql_row(q)) {
    size_t n = 0;
    buf_printf(&r->out, "%s ", col_text(q, 0));
    const void *salt = col_blob(q, 1, &n);
    buf_printf(&r->out, "%s ", salt ? hex(salt, n) : "-");
    const void *leaf = col_blob(q, 2, &n);
    buf_printf(&r->out, "%s\n", hex(leaf, n));
  }
  return db_ok(db, e);
}

static bool dispose_golden(struct db *db, void *arg, struct error *e) {
  struct run *r = arg;
  const struct ledger_entry why = {.actor = 901, .purpose = "retention"};
  return ledger_dispose(db, &r->ctx, &why, 17, NULL, GOLDEN_AT + 1, &r->n, e);
}

static bool head_of(struct db *db, void *arg, struct error *e) {
  struct run *r = arg;
  struct ledger_head h;
  if (!ledger_head_read(db, "la_886", "change", &h, e)) return false;
  unsigned char seed[32], pk[32], sk[64];
  for (int i = 0; i < 32; i++) seed[i] = (unsigned char)i;
  crypto_sign_seed_keypair(pk, sk, seed);
  CHECK(h.seq == 3 && h.at == GOLDEN_AT);
  ledger_head_sign(&h, sk);
  CHECK(ledger_head_signed(&h, pk));
  buf_str(&r->out, hex(h.signature, sizeof h.signature));
  struct ledger_head other = h;
  other.store = "la_887";
  CHECK(!ledger_head_signed(&other, pk));
  other = h;
  other.chain = "access";
  CHECK(!ledger_head_signed(&other, pk));
  other = h;
  other.seq++;
  CHECK(!ledger_head_signed(&other, pk));
  other = h;
  other.at++;
  CHECK(!ledger_head_signed(&other, pk));
  other = h;
  other.hash[31] ^= 1;
  CHECK(!ledger_head_signed(&other, pk));
  return true;
}

static void test_golden(void **state) {
  struct fixture *f = *state;
  struct run r = run_of(f, "golden");
  must_write(&r, ensure);
  must_write(&r, ensure); /* again changes nothing */
  assert_int_equal(append_entry(&r, &golden_change), 1);
  must_read(&r, read_bodies);
  assert_string_equal(buf_text(&r.out),
                      "education_plan 48de82c439602921524054bca03f8bb6 "
                      "bed6f1584f64469b3af9c7e3153d2d01d776fe2fb587a7c3be80f50c36e1ad7e\n"
                      "identity 9451d7806fe9fb57e00d86e047bb6358 "
                      "3c0731a7ec8e5eb0e1e8943342958e0911ade5547d9266bd6c831eba9451b7b1\n");
  assert_int_equal(append_entry(&r, &golden_empty), 2);
  must_write(&r, dispose_golden);
  assert_int_equal(r.n, 2);
  must_read(&r, read_bodies); /* salts and bodies are gone, leaves stay */
  assert_string_equal(buf_text(&r.out),
                      "education_plan - bed6f1584f64469b3af9c7e3153d2d01d776fe2fb587a7c3be80f50c36e1ad7e\n"
                      "identity - 3c0731a7ec8e5eb0e1e8943342958e0911ade5547d9266bd6c831eba9451b7b1\n");
  must_read(&r, read_hashes);
  assert_string_equal(buf_text(&r.out),
                      "9d3e37e84f54053a9d31b62fed0311478141b940d4b1e3e12127031a33849a13 "
                      "2f942ca5280cb0fd8cd17a3cd5be7d10d932f3cd5749e34c0b26b49ac4521b5b "
                      "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8 "
                      "993278f802fb16ed0c6bb1e73c7f02cf00f69557b998260f7782aaa9b2643e89 "
                      "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8 "
                      "ab84858ebc14e2a36b17f57bad8e33d8568d1ef6efbb7422115e8f994a519422 ");
  r.out.len = 0;
  must_read(&r, head_of);
  assert_string_equal(buf_text(&r.out),
                      "e46871733b2f4a1d5a1d3f06d794028b5e3fb62cec4a23e177d811b3b9dfbf59"
                      "c5b0be11ed6c24ce3b548b5028b1d86fde93cb10cbfba06e4ac537b0147a5904");
  random_free(r.ctx.random);
}

/* ---- the shape of a body ---- */

static enum body_state body_state_of(const char *s, int *rows) {
  struct body_reader b;
  struct body_row row;
  body_open(&b, s, strlen(s));
  for (*rows = 0; body_next(&b, &row);) ++*rows;
  return b.state;
}

static void test_body_shape(void **state) {
  (void)state;
  static const struct {
    const char *bytes;
    int rows;
  } good[] = {
      {"[{\"f\":{},\"i\":1,\"r\":\"pep\",\"v\":1}]", 1},
      {"[{\"f\":{\"a\":\"}]\\\"{\"},\"i\":-9223372036854775807,\"r\":\"a_1\",\"v\":0}]", 1},
      {"[{\"f\":{\"a\":{\"b\":\"AA==\"}},\"i\":1,\"r\":\"x\",\"v\":1},{\"f\":{},\"i\":9223372036854775807,\"r\":\"y\","
       "\"v\":2}]",
       2},
  };
  static const char *const bad[] = {
      "",
      "[",
      "[]",
      "{}",
      "null",
      "[{\"f\":{},\"i\":1,\"r\":\"pep\",\"v\":1}",
      "[{\"f\":{},\"i\":1,\"r\":\"pep\",\"v\":1}] ",
      " [{\"f\":{},\"i\":1,\"r\":\"pep\",\"v\":1}]",
      "[{\"f\":{},\"i\":01,\"r\":\"pep\",\"v\":1}]",
      "[{\"f\":{},\"i\":-0,\"r\":\"pep\",\"v\":1}]",
      "[{\"f\":{},\"i\":9223372036854775808,\"r\":\"pep\",\"v\":1}]",
      "[{\"f\":{},\"i\":+1,\"r\":\"pep\",\"v\":1}]",
      "[{\"f\":{},\"i\":1.5,\"r\":\"pep\",\"v\":1}]",
      "[{\"f\":{},\"i\":1,\"r\":\"\",\"v\":1}]",
      "[{\"f\":{},\"i\":1,\"r\":\"Pep\",\"v\":1}]",
      "[{\"f\":{},\"i\":1,\"r\":\"pep\"}]",
      "[{\"i\":1,\"f\":{},\"r\":\"pep\",\"v\":1}]",
      "[{\"f\":{\"a\":\"},\"i\":1,\"r\":\"pep\",\"v\":1}]",
      "[{\"f\":{},\"i\":2,\"r\":\"pep\",\"v\":1},{\"f\":{},\"i\":1,\"r\":\"pep\",\"v\":1}]", /* not in order */
      "[{\"f\":{},\"i\":2,\"r\":\"pep\",\"v\":1},{\"f\":{},\"i\":2,\"r\":\"pep\",\"v\":2}]", /* the same row twice */
      "[{\"f\":{},\"i\":1,\"r\":\"pep\",\"v\":1},]",
      "[{\"f\":{\"a\":\"\\",
  };
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    int rows;
    if (body_state_of(good[i].bytes, &rows) != BODY_DONE || rows != good[i].rows) fail_msg("refused %s", good[i].bytes);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    int rows;
    if (body_state_of(bad[i], &rows) != BODY_BROKEN) fail_msg("accepted %s", bad[i]);
  }
}

static void refused(struct run *r, const struct ledger_entry *x) {
  r->entry = x;
  assert_false(store_write(r->f->store, append, r, &r->f->e));
  assert_int_equal(r->f->e.kind, ERR_BROKEN);
  error_clear(&r->f->e);
}

static void test_append_refuses(void **state) {
  struct fixture *f = *state;
  struct run r = run_of(f, "refuse");
  must_write(&r, ensure);
  struct ledger_body bodies[65];
  for (size_t i = 0; i < 65; i++) {
    bodies[i] = (struct ledger_body){arena_printf(f->arena, "c%zu", i), golden_plan, sizeof golden_plan - 1};
  }
  struct ledger_entry x = golden_change;
  x.bodies = bodies;
  x.n_bodies = 65;
  refused(&r, &x);
  bodies[1].category = "c0"; /* twice the same category */
  x.n_bodies = 2;
  refused(&r, &x);
  bodies[0].n--; /* cut short */
  x.n_bodies = 1;
  refused(&r, &x);
  assert_int_equal(fixture_ask(f, "select count(*) from ledger_entry", 0), 0);
  assert_int_equal(fixture_ask(f, "select count(*) from ledger_body", 0), 0);
  random_free(r.ctx.random);
}

/* ---- history ---- */

struct seen {
  struct buf out;
  const char *const *categories;
  size_t n_categories;
  int64_t after;
  struct arena *arena;
  struct db *db;
  int stop_after;
};

static bool see(const struct ledger_view *v, void *arg, struct error *e) {
  struct seen *s = arg;
  buf_printf(&s->out, "%lld %s", (long long)v->entry.seq, v->entry.kind);
  if (v->entry.n_touches) buf_printf(&s->out, " v%lld", (long long)v->entry.touches[0].version);
  if (v->category) buf_printf(&s->out, " %s", v->category);
  if (v->disposed) buf_str(&s->out, " disposed");
  const struct json *fields = json_get(v->row, "f");
  for (size_t i = 0; fields && i < fields->n; i++) buf_printf(&s->out, " %s", fields->keys[i]);
  buf_char(&s->out, '\n');
  /* the caller may ask the database something meanwhile */
  if (s->db) {
    struct stmt *q = db_sql(s->db, "select count(*) from ledger_entry", "");
    CHECK(sql_row(q) && col_int(q, 0) > 0);
    sql_end(q);
  }
  return s->stop_after == 0 || --s->stop_after > 0 || error_set(e, ERR_INPUT, "enough");
}

static bool history_4821(struct db *db, void *arg, struct error *e) {
  struct seen *s = arg;
  s->db = db;
  s->out.len = 0;
  return ledger_history(db, s->arena, 4821, s->after, s->categories, s->n_categories, see, s, e);
}

static bool dispose_identity(struct db *db, void *arg, struct error *e) {
  struct run *r = arg;
  const struct ledger_entry why = {.purpose = "retention"};
  return ledger_dispose(db, &r->ctx, &why, 17, "identity", GOLDEN_AT + 1, &r->n, e);
}

static const struct ledger_body second_body[] = {
    {"education_plan", "[{\"f\":{\"view\":\"x\"},\"i\":4821,\"r\":\"pep\",\"v\":4}]", 45}};

static void check_history(struct run *r, struct seen *s, const char *expected) {
  if (!store_read(r->f->store, history_4821, s, &r->f->e)) fail_msg("%s", r->f->e.message);
  assert_string_equal(buf_text(&s->out), expected);
}

static void test_history(void **state) {
  struct fixture *f = *state;
  struct run r = run_of(f, "history");
  must_write(&r, ensure);
  append_entry(&r, &golden_change);
  append_entry(&r, &golden_empty);
  struct ledger_entry x = golden_change;
  struct ledger_touch touch = {"pep", 5000, 1}; /* another row, named without a body */
  assert_int_equal(strlen(second_body[0].bytes), second_body[0].n);
  x.version = 4;
  x.bodies = second_body;
  x.n_bodies = 1;
  x.touches = &touch;
  x.n_touches = 1;
  append_entry(&r, &x);
  struct seen s = {.arena = f->arena};
  buf_init(&s.out, f->arena);
  check_history(
      &r, &s, "3 change v4 education_plan view\n1 change v3 education_plan _state view\n1 change v3 identity photo\n");
  const char *plan = "education_plan", *health = "health";
  s.categories = &plan;
  s.n_categories = 1;
  check_history(&r, &s, "3 change v4 education_plan view\n1 change v3 education_plan _state view\n");
  s.categories = &health; /* who and when, not what */
  check_history(&r, &s, "3 change v4\n1 change v3\n");
  s.categories = NULL;
  s.after = 3;
  check_history(&r, &s, "3 change v4 education_plan view\n");
  s.after = 0;
  must_write(&r, dispose_identity);
  assert_int_equal(r.n, 1);
  check_history(
      &r, &s,
      "3 change v4 education_plan view\n1 change v3 education_plan _state view\n1 change v3 identity disposed\n");
  s.stop_after = 1;
  assert_false(store_read(f->store, history_4821, &s, &f->e));
  assert_string_equal(f->e.message, "enough");
  assert_string_equal(buf_text(&s.out), "3 change v4 education_plan view\n");
  random_free(r.ctx.random);
}

/* ---- folding in order, over several pages ---- */

enum { MANY = 700 };

static bool append_many(struct db *db, void *arg, struct error *e) {
  struct run *r = arg;
  for (int i = 1; i <= MANY; i++) {
    char one[96], two[96];
    int n1 = snprintf(one, sizeof one, "[{\"f\":{\"n\":%d},\"i\":7,\"r\":\"note\",\"v\":%d}]", i, i);
    int n2 = snprintf(two, sizeof two, "[{\"f\":{\"m\":%d},\"i\":8,\"r\":\"note\",\"v\":%d}]", i, i);
    struct ledger_body b[] = {{"b", two, (size_t)n2}, {"a", one, (size_t)n1}};
    struct ledger_entry x = {.child = i % 3 + 1, .kind = "change", .bodies = b, .n_bodies = 2};
    if (!ledger_append(db, &r->ctx, &x, NULL, e)) return false;
  }
  return true;
}

struct fold {
  struct db *db;
  int64_t n, last_seq, disposed;
  const char *last_category;
};

static bool fold_row(const struct ledger_view *v, void *arg, struct error *e) {
  struct fold *k = arg;
  bool first = strcmp(v->category, "a") == 0;
  int64_t i = 0, value = 0;
  CHECK(json_int(json_get(v->row, "i"), &i) && i == (first ? 7 : 8));
  CHECK(json_int(json_get(json_get(v->row, "f"), first ? "n" : "m"), &value) && value == v->entry.seq);
  CHECK(first ? v->entry.seq > k->last_seq : v->entry.seq >= k->last_seq);
  k->last_seq = v->entry.seq;
  k->n++;
  struct stmt *q = db_sql(k->db, "select kind from ledger_entry where seq = $1", "i");
  sql_int(q, 1, v->entry.seq);
  CHECK(sql_row(q));
  sql_end(q);
  return true;
}

static bool fold_from(struct db *db, void *arg, struct error *e) {
  struct run *r = arg;
  struct fold k = {.db = db};
  if (!ledger_each(db, r->f->arena, r->n, fold_row, &k, e)) return false;
  r->seq = k.n;
  return true;
}

static bool dispose_two(struct db *db, void *arg, struct error *e) {
  struct run *r = arg;
  return ledger_dispose(db, &r->ctx, &golden_empty, 2, "a", INT64_MAX, &r->n, e);
}

static bool history_7(struct db *db, void *arg, struct error *e) {
  struct seen *s = arg;
  s->out.len = 0;
  return ledger_history(db, s->arena, 7, 0, NULL, 0, see, s, e);
}

static void test_each(void **state) {
  struct fixture *f = *state;
  struct run r = run_of(f, "each");
  must_write(&r, ensure);
  must_write(&r, append_many);
  r.n = 0;
  must_read(&r, fold_from);
  assert_int_equal(r.seq, 2 * MANY);
  r.n = MANY; /* the last entry only */
  must_read(&r, fold_from);
  assert_int_equal(r.seq, 2);
  struct seen s = {.arena = f->arena};
  buf_init(&s.out, f->arena);
  if (!store_read(f->store, history_7, &s, &f->e)) fail_msg("%s", f->e.message);
  int lines = 0;
  for (const char *p = buf_text(&s.out); *p; p++) lines += *p == '\n';
  assert_int_equal(lines, MANY);
  must_write(&r, dispose_two);
  int64_t gone = r.n;
  assert_int_equal(gone, (MANY + 2) / 3);
  r.n = 0;
  must_read(&r, fold_from);
  assert_int_equal(r.seq, 2 * MANY - gone);
  random_free(r.ctx.random);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_golden, fixture_open, fixture_close),
      cmocka_unit_test(test_body_shape),
      cmocka_unit_test_setup_teardown(test_append_refuses, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_history, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_each, fixture_open, fixture_close),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
