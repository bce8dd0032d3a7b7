/* Sign-in, sessions and tokens. Only hashes of what a browser or a program holds are kept. */
#include "kith/session.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "kith/directory.h"
#include "kith/event.h"
#include "kith/password.h"

enum { SECRET = 32, SECRET_HEX = 2 * SECRET, FAILURES_TO_LOCK = 10, MOST_DOUBLINGS = 6 };
#define MINUTE INT64_C(60000000)
#define IDLE (30 * MINUTE)
#define LONGEST (12 * 60 * MINUTE)
#define FIRST_LOCK (15 * MINUTE)
static const char token_prefix[] = "kith_";

struct sign_in {
  const struct ctx *c;
  const char *username;
  bool known, right; /* there is such an account; the password was that of `hash` */
  char hash[PASSWORD_HASH];
  unsigned char key[crypto_generichash_BYTES]; /* of the session to be */
  bool admitted;
};

struct holder { /* what a callback about a session or token is given and gives */
  const struct ctx *c;
  unsigned char key[crypto_generichash_BYTES];
  int64_t account;
  const char *authority, *label, *scope;
  char expires_on[DATE_TEXT];
  struct session *out;
  bool found, stale;
};

static void key_of(const unsigned char secret[SECRET], unsigned char key[crypto_generichash_BYTES]) {
  crypto_generichash(key, crypto_generichash_BYTES, secret, SECRET, NULL, 0);
}

static bool secret_of(const char *hex, unsigned char secret[SECRET]) {
  size_t n = 0;
  return hex && strlen(hex) == SECRET_HEX && sodium_hex2bin(secret, SECRET, hex, SECRET_HEX, NULL, &n, NULL) == 0 &&
         n == SECRET;
}

static const char *hex_of(struct arena *a, const unsigned char bytes[SECRET]) {
  return sodium_bin2hex(arena_alloc(a, SECRET_HEX + 1), SECRET_HEX + 1, bytes, SECRET);
}

/* The browser's form key: from the token, which nobody but the browser has, so that there is nothing more to keep. */
static const char *csrf_of(struct arena *a, const unsigned char secret[SECRET]) {
  static const unsigned char purpose[] = "kith csrf";
  unsigned char out[SECRET];
  crypto_generichash(out, sizeof out, purpose, sizeof purpose - 1, secret, SECRET);
  return hex_of(a, out);
}

/* ---- sign-in ---- */

static bool hash_fn(struct db *db, void *arg, struct error *e) {
  struct sign_in *s = arg;
  struct stmt *q = db_sql(db, "select password from account where username = $1", "t");
  sql_text(q, 1, s->username);
  s->known = sql_row(q);
  if (s->known) snprintf(s->hash, sizeof s->hash, "%s", col_text(q, 0));
  sql_end(q);
  return db_ok(db, e);
}

static bool admit(struct db *db, const struct sign_in *s, int64_t account, struct error *e) {
  struct stmt *q = db_sql(db, "update account set failures = 0, locks = 0, locked_until = 0 where id = $1", "i");
  sql_int(q, 1, account);
  sql_run(q);
  q = db_sql(db, "delete from session where account = $1 and (started_at <= $2 or seen_at <= $3)", "iii");
  sql_int(q, 1, account);
  sql_int(q, 2, s->c->now - LONGEST);
  sql_int(q, 3, s->c->now - IDLE);
  sql_run(q);
  /* begins in the first of the account's authorities; session_choose takes another */
  q = db_sql(db,
             "insert into session (hash, account, authority, started_at, seen_at) values ($1, $2, "
             "coalesce((select min(authority) from membership where account = $2), ''), $3, $3)",
             "bii");
  sql_blob(q, 1, s->key, sizeof s->key);
  sql_int(q, 2, account);
  sql_int(q, 3, s->c->now);
  sql_run(q);
  return db_ok(db, e) && event_add(db, s->c, "sign_in", account, account, e);
}

static bool lock(struct db *db, const struct sign_in *s, int64_t account, int64_t locks, struct error *e) {
  int64_t doublings = locks < MOST_DOUBLINGS ? locks : MOST_DOUBLINGS;
  struct stmt *q =
      db_sql(db, "update account set failures = 0, locks = locks + 1, locked_until = $2 where id = $1", "ii");
  sql_int(q, 1, account);
  sql_int(q, 2, s->c->now + FIRST_LOCK * (INT64_C(1) << doublings));
  sql_run(q);
  q = db_sql(db, "delete from session where account = $1", "i");
  sql_int(q, 1, account);
  sql_run(q);
  return db_ok(db, e) && event_add(db, s->c, "lock", account, 0, e);
}

/* Decided again here, where sign-ins to one directory stand in a queue: many guesses at once get no more than ten. */
static bool sign_in_fn(struct db *db, void *arg, struct error *e) {
  struct sign_in *s = arg;
  struct stmt *q = db_sql(db,
                          "select id, disabled, failures, locks, locked_until, password from account "
                          "where username = $1",
                          "t");
  sql_text(q, 1, s->username);
  bool there = sql_row(q);
  int64_t account = there ? col_int(q, 0) : 0, failures = col_int(q, 2), locks = col_int(q, 3);
  bool open = there && col_int(q, 1) == 0 && col_int(q, 4) <= s->c->now;
  s->admitted = open && s->right && strcmp(col_text(q, 5), s->hash) == 0;
  sql_end(q);
  if (!db_ok(db, e)) return false;
  if (s->admitted) return admit(db, s, account, e);
  if (open) {
    if (failures + 1 >= FAILURES_TO_LOCK && !lock(db, s, account, locks, e)) return false;
    if (failures + 1 < FAILURES_TO_LOCK) {
      q = db_sql(db, "update account set failures = failures + 1 where id = $1", "i");
      sql_int(q, 1, account);
      sql_run(q);
    }
  }
  return db_ok(db, e) && event_add(db, s->c, "sign_in_failed", account, 0, e);
}

bool session_start(struct store *dir, const struct ctx *c, const char *username, const char *password,
                   const char **token, struct error *e) {
  const char *name = account_username(c->arena, username);
  struct sign_in s = {.c = c, .username = name ? name : ""};
  unsigned char secret[SECRET];
  random_bytes(c->random, secret, sizeof secret);
  key_of(secret, s.key);
  if (!store_read(dir, hash_fn, &s, e)) return false;
  s.right = password_is(password, s.known ? s.hash : NULL, c->arena);
  if (!store_write(dir, sign_in_fn, &s, e)) return false;
  if (!s.admitted) {
    return error_set(e, ERR_DENIED, "The username or password is not right, or the account is locked");
  }
  *token = hex_of(c->arena, secret);
  return true;
}

/* ---- sessions ---- */

static bool not_signed_in(struct error *e) {
  return error_set(e, ERR_DENIED, "You are not signed in.");
}

static void read_memberships(struct db *db, const struct ctx *c, struct session *s) {
  struct membership *all = NULL;
  size_t n = 0, cap = 0;
  struct stmt *q = db_sql(db, "select authority, actor from membership where account = $1 order by authority", "i");
  sql_int(q, 1, s->account);
  while (sql_row(q)) {
    all = arena_grow(c->arena, all, &cap, n + 1, sizeof *all);
    all[n++] = (struct membership){s->account, arena_strdup(c->arena, col_text(q, 0)), col_int(q, 1)};
  }
  s->memberships = all;
  s->n_memberships = n;
}

/* An authority that the account no longer belongs to is none. */
static void settle_authority(struct session *s, const char *chosen) {
  for (size_t i = 0; i < s->n_memberships; i++) {
    if (strcmp(s->memberships[i].authority, chosen) != 0) continue;
    s->authority = s->memberships[i].authority;
    s->actor = s->memberships[i].actor;
  }
}

static bool session_fn(struct db *db, void *arg, struct error *e) {
  struct holder *h = arg;
  struct stmt *q = db_sql(db,
                          "select a.id, a.username, a.name, a.must_change, s.authority, s.seen_at "
                          "from session s join account a on a.id = s.account "
                          "where s.hash = $1 and a.disabled = 0 and s.started_at > $2 and s.seen_at > $3",
                          "bii");
  sql_blob(q, 1, h->key, sizeof h->key);
  sql_int(q, 2, h->c->now - LONGEST);
  sql_int(q, 3, h->c->now - IDLE);
  const char *chosen = "";
  h->found = sql_row(q);
  if (h->found) {
    *h->out = (struct session){.account = col_int(q, 0),
                               .username = arena_strdup(h->c->arena, col_text(q, 1)),
                               .name = arena_strdup(h->c->arena, col_text(q, 2)),
                               .must_change = col_int(q, 3) != 0};
    chosen = arena_strdup(h->c->arena, col_text(q, 4));
    h->stale = col_int(q, 5) <= h->c->now - MINUTE;
  }
  sql_end(q);
  if (h->found) {
    read_memberships(db, h->c, h->out);
    settle_authority(h->out, chosen);
  }
  return db_ok(db, e);
}

static bool touch_fn(struct db *db, void *arg, struct error *e) {
  struct holder *h = arg;
  struct stmt *q = db_sql(db, "update session set seen_at = $2 where hash = $1 and seen_at < $2", "bi");
  sql_blob(q, 1, h->key, sizeof h->key);
  sql_int(q, 2, h->c->now);
  sql_run(q);
  return db_ok(db, e);
}

bool session_read(struct store *dir, const struct ctx *c, const char *token, struct session *out, struct error *e) {
  unsigned char secret[SECRET];
  struct holder h = {.c = c, .out = out};
  if (!secret_of(token, secret)) return not_signed_in(e);
  key_of(secret, h.key);
  if (!store_read(dir, session_fn, &h, e)) return false;
  if (!h.found) return not_signed_in(e);
  out->csrf = csrf_of(c->arena, secret);
  return !h.stale || store_write(dir, touch_fn, &h, e);
}

static bool choose_fn(struct db *db, void *arg, struct error *e) {
  struct holder *h = arg;
  struct stmt *q = db_sql(db,
                          "update session set authority = $2 where hash = $1 and started_at > $3 and seen_at > $4 "
                          "and exists (select 1 from membership m where m.account = session.account "
                          "and m.authority = $2)",
                          "btii");
  sql_blob(q, 1, h->key, sizeof h->key);
  sql_text(q, 2, h->authority);
  sql_int(q, 3, h->c->now - LONGEST);
  sql_int(q, 4, h->c->now - IDLE);
  sql_run(q);
  h->found = db_changes(db) == 1;
  return db_ok(db, e);
}

bool session_choose(struct store *dir, const struct ctx *c, const char *token, const char *authority, struct error *e) {
  unsigned char secret[SECRET];
  struct holder h = {.c = c, .authority = authority ? authority : ""};
  if (!secret_of(token, secret)) return not_signed_in(e);
  key_of(secret, h.key);
  if (!store_write(dir, choose_fn, &h, e)) return false;
  return h.found || error_set(e, ERR_NOT_FOUND, "You do not work with that authority.");
}

static bool end_fn(struct db *db, void *arg, struct error *e) {
  struct holder *h = arg;
  struct stmt *q = db_sql(db, "delete from session where account = $1", "i");
  sql_int(q, 1, h->account);
  sql_run(q);
  bool any = db_changes(db) > 0;
  return db_ok(db, e) && (!any || event_add(db, h->c, "sign_out", h->account, h->account, e));
}

bool session_end_everywhere(struct store *dir, const struct ctx *c, int64_t account, struct error *e) {
  struct holder h = {.c = c, .account = account};
  return store_write(dir, end_fn, &h, e);
}

/* ---- tokens ---- */

static bool token_create_fn(struct db *db, void *arg, struct error *e) {
  struct holder *h = arg;
  struct stmt *q = db_sql(db, "select 1 from membership where account = $1 and authority = $2", "it");
  sql_int(q, 1, h->account);
  sql_text(q, 2, h->authority);
  bool member = sql_row(q);
  sql_end(q);
  q = db_sql(db, "select 1 from token where account = $1 and label = $2", "it");
  sql_int(q, 1, h->account);
  sql_text(q, 2, h->label);
  bool taken = sql_row(q);
  sql_end(q);
  if (!db_ok(db, e)) return false;
  if (!member) return error_set(e, ERR_NOT_FOUND, "The account does not belong to that authority.");
  if (taken)
    return error_field(e, "label", h->label, "There is a token of this name already. Revoke it or choose another");
  q = db_sql(db,
             "insert into token (hash, account, authority, label, scope, expires_on, created_at) "
             "values ($1, $2, $3, $4, $5, $6, $7)",
             "bitttti");
  sql_blob(q, 1, h->key, sizeof h->key);
  sql_int(q, 2, h->account);
  sql_text(q, 3, h->authority);
  sql_text(q, 4, h->label);
  sql_text(q, 5, h->scope);
  sql_text(q, 6, h->expires_on);
  sql_int(q, 7, h->c->now);
  sql_run(q);
  return db_ok(db, e) && event_add(db, h->c, "token_create", h->account, h->account, e);
}

bool token_create(struct store *dir, const struct ctx *c, int64_t account, const char *authority, const char *label,
                  const char *scope, date_t expires_on, const char **token, struct error *e) {
  struct holder h = {.c = c, .account = account, .authority = authority ? authority : "", .scope = scope};
  h.label = label ? text_clean(c->arena, label, strlen(label)) : NULL;
  bool ok = h.label && *h.label;
  if (!ok) error_field(e, "label", label, "Enter a name for the token");
  if (!scope || (strcmp(scope, "read") != 0 && strcmp(scope, "write") != 0)) {
    ok = error_field(e, "scope", scope, "Choose read or write");
  }
  if (expires_on == DATE_NONE || expires_on < c->today || expires_on > date_add_years(c->today, 1)) {
    ok = error_field(e, "expires_on", NULL, "The last day must be from today to a year from today");
  }
  if (!ok) return false;
  date_format(expires_on, h.expires_on);
  unsigned char secret[SECRET];
  random_bytes(c->random, secret, sizeof secret);
  key_of(secret, h.key);
  if (!store_write(dir, token_create_fn, &h, e)) return false;
  *token = arena_printf(c->arena, "%s%s", token_prefix, hex_of(c->arena, secret));
  return true;
}

static bool token_fn(struct db *db, void *arg, struct error *e) {
  struct holder *h = arg;
  struct arena *a = h->c->arena;
  char today[DATE_TEXT];
  struct stmt *q = db_sql(db,
                          "select a.id, a.username, a.name, m.authority, m.actor, t.scope "
                          "from token t join account a on a.id = t.account "
                          "join membership m on m.account = t.account and m.authority = t.authority "
                          "where t.hash = $1 and a.disabled = 0 and t.expires_on >= $2",
                          "bt");
  sql_blob(q, 1, h->key, sizeof h->key);
  sql_text(q, 2, date_format(h->c->today, today));
  h->found = sql_row(q);
  if (h->found) {
    struct membership *m = arena_alloc(a, sizeof *m);
    *m = (struct membership){col_int(q, 0), arena_strdup(a, col_text(q, 3)), col_int(q, 4)};
    *h->out = (struct session){.account = m->account,
                               .username = arena_strdup(a, col_text(q, 1)),
                               .name = arena_strdup(a, col_text(q, 2)),
                               .authority = m->authority,
                               .actor = m->actor,
                               .csrf = "",
                               .memberships = m,
                               .n_memberships = 1,
                               .by_token = true,
                               .token_scope = arena_strdup(a, col_text(q, 5))};
  }
  sql_end(q);
  return db_ok(db, e);
}

bool token_read(struct store *dir, const struct ctx *c, const char *token, struct session *out, struct error *e) {
  unsigned char secret[SECRET];
  struct holder h = {.c = c, .out = out};
  size_t n = sizeof token_prefix - 1;
  if (!token || strncmp(token, token_prefix, n) != 0 || !secret_of(token + n, secret)) return not_signed_in(e);
  key_of(secret, h.key);
  if (!store_read(dir, token_fn, &h, e)) return false;
  return h.found || not_signed_in(e);
}

static bool revoke_fn(struct db *db, void *arg, struct error *e) {
  struct holder *h = arg;
  struct stmt *q = db_sql(db, "delete from token where account = $1 and label = $2", "it");
  sql_int(q, 1, h->account);
  sql_text(q, 2, h->label);
  sql_run(q);
  if (!db_ok(db, e)) return false;
  if (db_changes(db) == 0) return error_set(e, ERR_NOT_FOUND, "There is no token of that name.");
  return event_add(db, h->c, "token_revoke", h->account, h->account, e);
}

bool token_revoke(struct store *dir, const struct ctx *c, int64_t account, const char *label, struct error *e) {
  struct holder h = {.c = c, .account = account, .label = label ? label : ""};
  return store_write(dir, revoke_fn, &h, e);
}
