/* directory: accounts, sign-in and lock-out, sessions and their ends, tokens, memberships, heads, and what is on record of it. */
#include <pthread.h>
#include <sodium.h>

#include "kith/directory.h"
#include "kith/password.h"
#include "store_fixture.h"

#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define START INT64_C(1764547200000000) /* 1 December 2025, 00:00 */
static const char good[] = "seven quiet otters";
static const char refusal[] = "The username or password is not right, or the account is locked";

struct place {
  struct fixture *f;
  struct store *dir;
  struct ctx c;
  struct error *e;
  int64_t ann;
};

static bool ensure(struct db *db, void *arg, struct error *e) {
  (void)arg;
  return directory_ensure(db, e);
}

static void set_time(struct place *p, instant_t t) {
  p->c.now = t;
  p->c.today = instant_london_date(t);
}

static struct place place_of(void **state) {
  struct fixture *f = *state;
  struct place p = {.f = f, .dir = f->store, .e = &f->e};
  directory_cheap_hashes();
  ctx_init(&p.c, f->arena, random_system());
  set_time(&p, START);
  for (int twice = 0; twice < 2; twice++) {
    if (!store_write(p.dir, ensure, NULL, p.e)) fail_msg("%s", p.e->message);
  }
  if (!account_create(p.dir, &p.c, "Ann.Lee", "Ann Lee", good, &p.ann, p.e)) fail_msg("%s", p.e->message);
  return p;
}

#define OK(p, call)                                          \
  do {                                                       \
    error_clear((p)->e);                                     \
    if (!(call)) fail_msg("%s: %s", #call, (p)->e->message); \
  } while (0)
#define REFUSED(p, call, k)                      \
  do {                                           \
    error_clear((p)->e);                         \
    if (call) fail_msg("%s was allowed", #call); \
    assert_int_equal((p)->e->kind, k);           \
  } while (0)

static bool sign_in(struct place *p, const char *username, const char *password, const char **token) {
  const char *unused;
  return session_start(p->dir, &p->c, username, password, token ? token : &unused, p->e);
}

static int64_t ask(struct place *p, const char *sql, int64_t n) {
  return fixture_ask(p->f, sql, n);
}

/* ---- passwords and accounts ---- */

static void test_passwords(void **state) {
  struct place p = place_of(state);
  int64_t id;
  static const char *const bad[] = {
      "",
      "elevenchars",
      "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", /* six characters in twelve bytes */
      "boris.becker",
      "BORIS.BECKER",
      "password1234",
      "Password1234",
      "aaaaaaaaaaaaaa",
      "twelve bytes\xff",
      NULL};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    REFUSED(&p, account_create(p.dir, &p.c, "boris.becker", "Boris", bad[i], &id, p.e), ERR_INPUT);
    assert_string_equal(p.e->items[0].column, "password");
    assert_null(p.e->items[0].value); /* a password is never said back */
  }
  REFUSED(&p, account_password(p.dir, &p.c, p.ann, "ann.lee", p.e), ERR_INPUT);
  char *longest = arena_alloc(p.f->arena, 1026);
  for (int i = 0; i < 1025; i++) longest[i] = (char)('a' + i % 26);
  REFUSED(&p, account_create(p.dir, &p.c, "boris.becker", "Boris", longest, &id, p.e), ERR_INPUT);
  longest[1024] = '\0';
  OK(&p, account_create(p.dir, &p.c, "boris.becker", "Boris", longest, &id, p.e));
  OK(&p, sign_in(&p, "boris.becker", longest, NULL));
  /* composed and decomposed are the same password */
  OK(&p, account_password(p.dir, &p.c, p.ann, "caf\xc3\xa9 on the corner", p.e));
  OK(&p, sign_in(&p, "ann.lee", "cafe\xcc\x81 on the corner", NULL));
  assert_int_equal(ask(&p, "select count(*) from account where password like '$argon2id$%'", 0), 2);
}

static void test_accounts(void **state) {
  struct place p = place_of(state);
  int64_t id;
  static const char *const bad[] = {"", " ", "ann lee", "-ann", "ann'; drop table account", "\xc3\xa4nn", NULL};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    REFUSED(&p, account_create(p.dir, &p.c, bad[i], "Ann", good, &id, p.e), ERR_INPUT);
    assert_string_equal(p.e->items[0].column, "username");
  }
  REFUSED(&p, account_create(p.dir, &p.c, "ANN.LEE ", "Ann", good, &id, p.e), ERR_INPUT); /* taken */
  REFUSED(&p, account_create(p.dir, &p.c, "bob", "  ", good, &id, p.e), ERR_INPUT);
  OK(&p, account_create(p.dir, &p.c, "bob", " Bob O'Neill ", good, &id, p.e));
  assert_int_not_equal(id, p.ann);
  struct account a, *all;
  size_t n;
  OK(&p, account_find(p.dir, &p.c, " Ann.LEE", &a, p.e));
  assert_int_equal(a.id, p.ann);
  assert_string_equal(a.username, "ann.lee");
  assert_string_equal(a.name, "Ann Lee");
  assert_false(a.disabled || a.must_change || a.locked_until != 0);
  REFUSED(&p, account_find(p.dir, &p.c, "nobody", &a, p.e), ERR_NOT_FOUND);
  REFUSED(&p, account_find(p.dir, &p.c, "", &a, p.e), ERR_NOT_FOUND);
  OK(&p, account_list(p.dir, &p.c, &all, &n, p.e));
  assert_int_equal(n, 2);
  assert_string_equal(all[1].name, "Bob O'Neill");
  REFUSED(&p, account_disable(p.dir, &p.c, 999, true, p.e), ERR_NOT_FOUND);
  REFUSED(&p, account_password(p.dir, &p.c, 999, good, p.e), ERR_NOT_FOUND);
  REFUSED(&p, account_must_change(p.dir, &p.c, 999, p.e), ERR_NOT_FOUND);
}

/* ---- sign-in ---- */

static void test_one_answer(void **state) {
  struct place p = place_of(state);
  int64_t bob;
  OK(&p, account_create(p.dir, &p.c, "bob", "Bob", good, &bob, p.e));
  OK(&p, account_disable(p.dir, &p.c, bob, true, p.e));
  static const struct {
    const char *username, *password;
  } tries[] = {{"ann.lee", "not her password"},
               {"nobody", good},
               {"bob", good},
               {"", ""},
               {NULL, NULL},
               {"ann.lee", ""},
               {"ann.lee", NULL},
               {"ann.lee' or '1'='1", good},
               {"ann.lee", "\xff\xfe"}};
  for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
    REFUSED(&p, sign_in(&p, tries[i].username, tries[i].password, NULL), ERR_DENIED);
    assert_string_equal(p.e->message, refusal);
  }
  OK(&p, account_disable(p.dir, &p.c, bob, false, p.e));
  OK(&p, sign_in(&p, "bob", good, NULL));
}

static void fail_times(struct place *p, int n) {
  for (int i = 0; i < n; i++) REFUSED(p, sign_in(p, "ann.lee", "not her password", NULL), ERR_DENIED);
}

static void test_lock_out(void **state) {
  struct place p = place_of(state);
  struct account a;
  struct session s;
  const char *token;
  fail_times(&p, 9);
  OK(&p, sign_in(&p, "ann.lee", good, &token)); /* the count begins again */
  fail_times(&p, 9);
  OK(&p, session_read(p.dir, &p.c, token, &s, p.e));
  fail_times(&p, 1);
  OK(&p, account_find(p.dir, &p.c, "ann.lee", &a, p.e));
  assert_int_equal(a.locked_until, START + 15 * MINUTE);
  REFUSED(&p, session_read(p.dir, &p.c, token, &s, p.e), ERR_DENIED); /* ended everywhere */
  REFUSED(&p, sign_in(&p, "ann.lee", good, NULL), ERR_DENIED);
  assert_string_equal(p.e->message, refusal);
  set_time(&p, START + 15 * MINUTE - 1);
  REFUSED(&p, sign_in(&p, "ann.lee", good, NULL), ERR_DENIED);
  set_time(&p, START + 15 * MINUTE);
  fail_times(&p, 10); /* doubled */
  OK(&p, account_find(p.dir, &p.c, "ann.lee", &a, p.e));
  assert_int_equal(a.locked_until, START + 45 * MINUTE);
  set_time(&p, START + 45 * MINUTE);
  OK(&p, sign_in(&p, "ann.lee", good, NULL));
  fail_times(&p, 10); /* after a good sign-in a quarter of an hour again */
  OK(&p, account_find(p.dir, &p.c, "ann.lee", &a, p.e));
  assert_int_equal(a.locked_until, START + 60 * MINUTE);
  OK(&p, account_password(p.dir, &p.c, p.ann, "three red bicycles", p.e)); /* a new password unlocks */
  OK(&p, sign_in(&p, "ann.lee", "three red bicycles", NULL));
  REFUSED(&p, sign_in(&p, "ann.lee", good, NULL), ERR_DENIED);
  for (int i = 0; i < 12; i++) { /* and never more than sixteen hours */
    fail_times(&p, 10);
    OK(&p, account_find(p.dir, &p.c, "ann.lee", &a, p.e));
    assert_true(a.locked_until - p.c.now <= 960 * MINUTE);
    set_time(&p, a.locked_until);
  }
}

/* ---- many at once ---- */

struct guesser {
  struct place *p;
  const char *password;
  int times, admitted;
};

static void *guess(void *arg) {
  struct guesser *g = arg;
  struct arena *a = arena_new();
  struct ctx c = g->p->c;
  struct error e;
  const char *token;
  c.arena = a;
  error_init(&e, a);
  for (int i = 0; i < g->times; i++) {
    g->admitted += session_start(g->p->dir, &c, "ann.lee", g->password, &token, &e);
    error_clear(&e);
  }
  arena_free(a);
  return NULL;
}

/* Guesses that arrive together get no more tries than guesses in a row. */
static void test_guesses_at_once(void **state) {
  struct place p = place_of(state);
  struct guesser g[8];
  pthread_t t[8];
  for (int i = 0; i < 8; i++) {
    g[i] = (struct guesser){&p, "not her password", 5, 0};
    assert_int_equal(pthread_create(&t[i], NULL, guess, &g[i]), 0);
  }
  for (int i = 0; i < 8; i++) pthread_join(t[i], NULL);
  for (int i = 0; i < 8; i++) assert_int_equal(g[i].admitted, 0);
  assert_int_equal(ask(&p, "select locks from account where id = $1", p.ann), 1);
  assert_int_equal(ask(&p, "select failures from account where id = $1", p.ann), 0);
  assert_int_equal(ask(&p, "select count(*) from ledger_entry where kind = 'sign_in_failed'", 0), 40);
  REFUSED(&p, sign_in(&p, "ann.lee", good, NULL), ERR_DENIED);
}

/* ---- sessions ---- */

static void test_sessions(void **state) {
  struct place p = place_of(state);
  struct session s;
  const char *one, *two;
  OK(&p, sign_in(&p, " ANN.lee", good, &one));
  OK(&p, sign_in(&p, "ann.lee", good, &two));
  assert_int_equal(strlen(one), 64);
  assert_string_not_equal(one, two);
  OK(&p, session_read(p.dir, &p.c, one, &s, p.e));
  assert_int_equal(s.account, p.ann);
  assert_string_equal(s.username, "ann.lee");
  assert_string_equal(s.name, "Ann Lee");
  assert_null(s.authority);
  assert_int_equal(s.actor, 0);
  assert_int_equal(strlen(s.csrf), 64);
  assert_false(s.by_token || s.must_change);
  const char *csrf = s.csrf;
  OK(&p, session_read(p.dir, &p.c, two, &s, p.e));
  assert_string_not_equal(csrf, s.csrf);
  assert_string_not_equal(csrf, one);
  OK(&p, session_read(p.dir, &p.c, one, &s, p.e));
  assert_string_equal(csrf, s.csrf);
  char *wrong = arena_strdup(p.f->arena, one);
  wrong[63] = wrong[63] == '0' ? '1' : '0';
  const char *const bad[] = {"",
                             NULL,
                             wrong,
                             one + 1,
                             arena_printf(p.f->arena, "%s0", one),
                             arena_printf(p.f->arena, "zz%s", one + 2),
                             arena_printf(p.f->arena, "kith_%s", one)};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    REFUSED(&p, session_read(p.dir, &p.c, bad[i], &s, p.e), ERR_DENIED);
    REFUSED(&p, token_read(p.dir, &p.c, bad[i], &s, p.e), ERR_DENIED); /* and a session is no token */
  }
  assert_int_equal(ask(&p, "select count(*) from session", 0), 2);
  OK(&p, account_must_change(p.dir, &p.c, p.ann, p.e));
  OK(&p, session_read(p.dir, &p.c, one, &s, p.e));
  assert_true(s.must_change);
  OK(&p, session_end_everywhere(p.dir, &p.c, p.ann, p.e));
  REFUSED(&p, session_read(p.dir, &p.c, one, &s, p.e), ERR_DENIED);
  REFUSED(&p, session_read(p.dir, &p.c, two, &s, p.e), ERR_DENIED);
  OK(&p, sign_in(&p, "ann.lee", good, &one));
  OK(&p, account_password(p.dir, &p.c, p.ann, "three red bicycles", p.e));
  REFUSED(&p, session_read(p.dir, &p.c, one, &s, p.e), ERR_DENIED);
  OK(&p, sign_in(&p, "ann.lee", "three red bicycles", &one));
  OK(&p, session_read(p.dir, &p.c, one, &s, p.e));
  assert_false(s.must_change);
  OK(&p, account_disable(p.dir, &p.c, p.ann, true, p.e));
  REFUSED(&p, session_read(p.dir, &p.c, one, &s, p.e), ERR_DENIED);
}

static void test_session_ages(void **state) {
  struct place p = place_of(state);
  struct session s;
  const char *token;
  OK(&p, sign_in(&p, "ann.lee", good, &token));
  set_time(&p, START + 59 * SECOND);
  OK(&p, session_read(p.dir, &p.c, token, &s, p.e));
  assert_true(ask(&p, "select seen_at from session", 0) == START); /* touched at most once a minute */
  set_time(&p, START + 60 * SECOND);
  OK(&p, session_read(p.dir, &p.c, token, &s, p.e));
  assert_true(ask(&p, "select seen_at from session", 0) == START + 60 * SECOND);
  set_time(&p, START + 31 * MINUTE); /* half an hour after it was last seen */
  REFUSED(&p, session_read(p.dir, &p.c, token, &s, p.e), ERR_DENIED);
  REFUSED(&p, session_choose(p.dir, &p.c, token, "330", p.e), ERR_NOT_FOUND);
  OK(&p, sign_in(&p, "ann.lee", good, &token));
  assert_int_equal(ask(&p, "select count(*) from session", 0), 1); /* the old one was swept away */
  instant_t began = p.c.now;
  for (int i = 1; i < 36; i++) {
    set_time(&p, began + i * 20 * MINUTE);
    OK(&p, session_read(p.dir, &p.c, token, &s, p.e));
  }
  set_time(&p, began + 12 * 60 * MINUTE); /* in use all day: twelve hours are the end of it */
  REFUSED(&p, session_read(p.dir, &p.c, token, &s, p.e), ERR_DENIED);
}

/* ---- memberships ---- */

static void test_memberships(void **state) {
  struct place p = place_of(state);
  struct session s;
  const char *token;
  OK(&p, membership_add(p.dir, &p.c, p.ann, "887", 41, p.e));
  OK(&p, membership_add(p.dir, &p.c, p.ann, "330", 42, p.e));
  REFUSED(&p, membership_add(p.dir, &p.c, p.ann, "33", 42, p.e), ERR_INPUT);
  REFUSED(&p, membership_add(p.dir, &p.c, p.ann, NULL, 42, p.e), ERR_INPUT);
  REFUSED(&p, membership_add(p.dir, &p.c, 999, "330", 42, p.e), ERR_NOT_FOUND);
  OK(&p, sign_in(&p, "ann.lee", good, &token));
  OK(&p, session_read(p.dir, &p.c, token, &s, p.e));
  assert_string_equal(s.authority, "330");
  assert_int_equal(s.actor, 42);
  assert_int_equal(s.n_memberships, 2);
  OK(&p, session_choose(p.dir, &p.c, token, "887", p.e));
  REFUSED(&p, session_choose(p.dir, &p.c, token, "888", p.e), ERR_NOT_FOUND);
  REFUSED(&p, session_choose(p.dir, &p.c, token, "", p.e), ERR_NOT_FOUND);
  OK(&p, session_read(p.dir, &p.c, token, &s, p.e));
  assert_string_equal(s.authority, "887");
  assert_int_equal(s.actor, 41);
  OK(&p, membership_remove(p.dir, &p.c, p.ann, "887", p.e)); /* at once, in sessions that are open */
  REFUSED(&p, membership_remove(p.dir, &p.c, p.ann, "887", p.e), ERR_NOT_FOUND);
  OK(&p, session_read(p.dir, &p.c, token, &s, p.e));
  assert_null(s.authority);
  assert_int_equal(s.actor, 0);
  assert_int_equal(s.n_memberships, 1);
}

/* ---- tokens ---- */

static void test_tokens(void **state) {
  struct place p = place_of(state);
  struct session s;
  const char *token, *other;
  OK(&p, membership_add(p.dir, &p.c, p.ann, "330", 42, p.e));
  date_t tomorrow = p.c.today + 1;
  REFUSED(&p, token_create(p.dir, &p.c, p.ann, "887", "mis", "read", tomorrow, &token, p.e), ERR_NOT_FOUND);
  REFUSED(&p, token_create(p.dir, &p.c, p.ann, "330", " ", "all", p.c.today - 1, &token, p.e), ERR_INPUT);
  assert_int_equal(p.e->n_items, 3);
  REFUSED(&p, token_create(p.dir, &p.c, p.ann, "330", "mis", "read", p.c.today + 400, &token, p.e), ERR_INPUT);
  OK(&p, token_create(p.dir, &p.c, p.ann, "330", "mis", "read", tomorrow, &token, p.e));
  REFUSED(&p, token_create(p.dir, &p.c, p.ann, "330", "mis", "read", tomorrow, &other, p.e), ERR_INPUT);
  OK(&p, token_create(p.dir, &p.c, p.ann, "330", "mis 2", "write", tomorrow, &other, p.e));
  assert_int_equal(strlen(token), 69);
  assert_int_equal(strncmp(token, "kith_", 5), 0);
  OK(&p, token_read(p.dir, &p.c, token, &s, p.e));
  assert_true(s.by_token);
  assert_string_equal(s.token_scope, "read");
  assert_string_equal(s.authority, "330");
  assert_int_equal(s.actor, 42);
  assert_int_equal(s.n_memberships, 1);
  OK(&p, token_read(p.dir, &p.c, other, &s, p.e));
  assert_string_equal(s.token_scope, "write");
  REFUSED(&p, session_read(p.dir, &p.c, token + 5, &s, p.e), ERR_DENIED); /* a token is no session */
  set_time(&p, START + 48 * 60 * MINUTE - 1);
  OK(&p, token_read(p.dir, &p.c, token, &s, p.e)); /* its last day is included */
  set_time(&p, START + 48 * 60 * MINUTE);
  REFUSED(&p, token_read(p.dir, &p.c, token, &s, p.e), ERR_DENIED);
  set_time(&p, START);
  OK(&p, token_revoke(p.dir, &p.c, p.ann, "mis", p.e));
  REFUSED(&p, token_revoke(p.dir, &p.c, p.ann, "mis", p.e), ERR_NOT_FOUND);
  REFUSED(&p, token_read(p.dir, &p.c, token, &s, p.e), ERR_DENIED);
  OK(&p, account_disable(p.dir, &p.c, p.ann, true, p.e));
  REFUSED(&p, token_read(p.dir, &p.c, other, &s, p.e), ERR_DENIED);
  OK(&p, account_disable(p.dir, &p.c, p.ann, false, p.e));
  OK(&p, token_read(p.dir, &p.c, other, &s, p.e));
  OK(&p, membership_remove(p.dir, &p.c, p.ann, "330", p.e));
  OK(&p, membership_add(p.dir, &p.c, p.ann, "330", 42, p.e)); /* does not bring old tokens back */
  REFUSED(&p, token_read(p.dir, &p.c, other, &s, p.e), ERR_DENIED);
}

/* ---- heads, authorities, orphans ---- */

static void test_heads(void **state) {
  struct place p = place_of(state);
  unsigned char pk[32], sk[64];
  crypto_sign_keypair(pk, sk);
  struct ledger_head h = {.store = "la_330", .chain = "change", .seq = 7, .at = START}, *all;
  memset(h.hash, 9, sizeof h.hash);
  size_t n;
  for (int hour = 0; hour < 3; hour++) { /* nothing happened in between: kept once */
    h.at = START + hour * 60 * MINUTE;
    ledger_head_sign(&h, sk);
    OK(&p, directory_head_add(p.dir, &p.c, &h, p.e));
  }
  h.hash[0] = 1; /* the same place, another past: both are kept */
  ledger_head_sign(&h, sk);
  OK(&p, directory_head_add(p.dir, &p.c, &h, p.e));
  h.chain = "access";
  OK(&p, directory_head_add(p.dir, &p.c, &h, p.e));
  OK(&p, directory_heads(p.dir, &p.c, "la_330", "change", &all, &n, p.e));
  assert_int_equal(n, 2);
  assert_int_equal(all[0].at, START);
  assert_int_equal(all[0].seq, 7);
  assert_true(ledger_head_signed(&all[0], pk) && ledger_head_signed(&all[1], pk));
  OK(&p, directory_heads(p.dir, &p.c, "la_331", "change", &all, &n, p.e));
  assert_int_equal(n, 0);
}

static void test_authorities(void **state) {
  struct place p = place_of(state);
  struct authority_row *all, kent = {.code = "886", .name = "Example"}, odd = {.code = "99", .name = "Odd"};
  size_t n;
  OK(&p, directory_authority_add(p.dir, &p.c, &kent, p.e));
  REFUSED(&p, directory_authority_add(p.dir, &p.c, &kent, p.e), ERR_INPUT);
  REFUSED(&p, directory_authority_add(p.dir, &p.c, &odd, p.e), ERR_INPUT);
  kent.name = "";
  kent.code = "887";
  REFUSED(&p, directory_authority_add(p.dir, &p.c, &kent, p.e), ERR_INPUT);
  odd = (struct authority_row){.code = "330", .name = "Practice", .practice = true, .synthetic = true};
  OK(&p, directory_authority_add(p.dir, &p.c, &odd, p.e));
  OK(&p, directory_authorities(p.dir, &p.c, &all, &n, p.e));
  assert_int_equal(n, 2);
  assert_string_equal(all[0].code, "330");
  assert_true(all[0].practice && all[0].synthetic);
  assert_string_equal(all[1].name, "Example");
  assert_false(all[1].practice || all[1].synthetic);
}

static bool make_people(struct db *db, void *arg, struct error *e) {
  (void)arg;
  static const struct store_column columns[] = {{"id", STORE_INTEGER, true}, {"voided", STORE_INTEGER, true}};
  static const struct store_table person = {"t_person", columns, 2, "id", false, NULL, 0},
                                  child = {"t_child", columns, 2, "id", false, NULL, 0};
  return db_ensure_table(db, &person, e) && db_ensure_table(db, &child, e);
}

static void test_orphans(void **state) {
  struct place p = place_of(state);
  struct membership *lost;
  size_t n;
  int64_t ids[4];
  for (int i = 0; i < 4; i++) {
    OK(&p, account_create(p.dir, &p.c, arena_printf(p.f->arena, "user%d", i), "User", good, &ids[i], p.e));
    OK(&p, membership_add(p.dir, &p.c, ids[i], "330", 100 + i, p.e));
  }
  OK(&p, directory_orphans(p.dir, p.dir, &p.c, "330", &lost, &n, p.e)); /* a store without people yet */
  assert_int_equal(n, 4);
  OK(&p, store_write(p.dir, make_people, NULL, p.e));
  fixture_do(p.f, "insert into t_person (id, voided) values ($1, 0)", 100);
  fixture_do(p.f, "insert into t_child (id, voided) values ($1, 0)", 101);
  fixture_do(p.f, "insert into t_person (id, voided) values ($1, 1)", 102);
  OK(&p, directory_orphans(p.dir, p.dir, &p.c, "330", &lost, &n, p.e));
  assert_int_equal(n, 2);
  assert_int_equal(lost[0].account, ids[2]);
  assert_int_equal(lost[1].actor, 103);
  OK(&p, directory_orphans(p.dir, p.dir, &p.c, "331", &lost, &n, p.e));
  assert_int_equal(n, 0);
}

/* ---- what is on record ---- */

struct record {
  struct place *p;
  struct buf kinds;
  struct ledger_report report;
};

static bool read_record(struct db *db, void *arg, struct error *e) {
  struct record *r = arg;
  r->kinds.len = 0;
  struct stmt *q = db_sql(db, "select kind, id, actor from ledger_entry order by seq", "");
  while (sql_row(q)) {
    buf_printf(&r->kinds, "%s %lld %lld|", col_text(q, 0), (long long)col_int(q, 1), (long long)col_int(q, 2));
  }
  return ledger_verify(db, r->p->f->arena, "change", NULL, 0, (const unsigned char[32]){0}, &r->report, e);
}

static void test_on_record(void **state) {
  struct place p = place_of(state);
  const char *token;
  OK(&p, membership_add(p.dir, &p.c, p.ann, "330", 42, p.e));
  OK(&p, sign_in(&p, "ann.lee", good, NULL));
  fail_times(&p, 1);
  REFUSED(&p, sign_in(&p, "secretname", good, NULL), ERR_DENIED);
  OK(&p, token_create(p.dir, &p.c, p.ann, "330", "mis", "read", p.c.today, &token, p.e));
  OK(&p, token_revoke(p.dir, &p.c, p.ann, "mis", p.e));
  fail_times(&p, 9);
  OK(&p, account_password(p.dir, &p.c, p.ann, "three red bicycles", p.e));
  OK(&p, sign_in(&p, "ann.lee", "three red bicycles", NULL));
  OK(&p, session_end_everywhere(p.dir, &p.c, p.ann, p.e));
  OK(&p, account_must_change(p.dir, &p.c, p.ann, p.e));
  OK(&p, membership_remove(p.dir, &p.c, p.ann, "330", p.e));
  OK(&p, account_disable(p.dir, &p.c, p.ann, true, p.e));
  OK(&p, account_disable(p.dir, &p.c, p.ann, false, p.e));
  struct record r = {.p = &p};
  buf_init(&r.kinds, p.f->arena);
  OK(&p, store_read(p.dir, read_record, &r, p.e));
  assert_int_equal(r.report.total_findings, 0);
  assert_string_equal(buf_text(&r.kinds),
                      "create 1 0|member_add 1 0|sign_in 1 1|sign_in_failed 1 0|sign_in_failed 0 0|token_create 1 1|"
                      "token_revoke 1 1|sign_in_failed 1 0|sign_in_failed 1 0|sign_in_failed 1 0|sign_in_failed 1 0|"
                      "sign_in_failed 1 0|sign_in_failed 1 0|sign_in_failed 1 0|sign_in_failed 1 0|lock 1 0|"
                      "sign_in_failed 1 0|password 1 0|sign_in 1 1|sign_out 1 1|must_change 1 0|member_remove 1 0|"
                      "disable 1 0|enable 1 0|");
}

/* Secrets are nowhere in the store as they are held by people and programs. */
static void test_hashes_only(void **state) {
  struct place p = place_of(state);
  if (fixture_pg()) skip(); /* looks into the file */
  const char *session = "", *token = "";
  OK(&p, membership_add(p.dir, &p.c, p.ann, "330", 42, p.e));
  OK(&p, sign_in(&p, "ann.lee", good, &session));
  OK(&p, token_create(p.dir, &p.c, p.ann, "330", "mis", "read", p.c.today, &token, p.e));
  unsigned char raw[2][32];
  sodium_hex2bin(raw[0], 32, session, 64, NULL, NULL, NULL);
  sodium_hex2bin(raw[1], 32, token + 5, 64, NULL, NULL, NULL);
  const char *const files[] = {"store.db", "store.db-wal"};
  bool seen_label = false;
  for (size_t i = 0; i < 2; i++) {
    FILE *in = fopen(arena_printf(p.f->arena, "%s/%s", p.f->dir, files[i]), "rb");
    if (!in) continue;
    char *bytes = arena_alloc(p.f->arena, 4 << 20);
    size_t n = fread(bytes, 1, 4 << 20, in);
    fclose(in);
    assert_null(memmem(bytes, n, good, strlen(good)));
    assert_null(memmem(bytes, n, session, strlen(session)));
    assert_null(memmem(bytes, n, token + 5, strlen(token + 5)));
    assert_null(memmem(bytes, n, raw[0], 32));
    assert_null(memmem(bytes, n, raw[1], 32));
    seen_label |= memmem(bytes, n, "mis", 3) != NULL;
  }
  assert_true(seen_label); /* it did look at the right bytes */
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_open, fixture_close)
  const struct CMUnitTest tests[] = {
      TEST(test_passwords),       TEST(test_accounts),    TEST(test_one_answer),   TEST(test_lock_out),
      TEST(test_guesses_at_once), TEST(test_sessions),    TEST(test_session_ages), TEST(test_memberships),
      TEST(test_tokens),          TEST(test_heads),       TEST(test_authorities),  TEST(test_orphans),
      TEST(test_on_record),       TEST(test_hashes_only),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
