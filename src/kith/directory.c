#include "kith/directory.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/ident.h"
#include "base/text.h"
#include "kith/event.h"
#include "kith/password.h"
#include "kith/session.h"

#define INTEGER(n) \
  { n, STORE_INTEGER, true }
#define TEXT(n) \
  { n, STORE_TEXT, true }
#define BLOB(n) \
  { n, STORE_BLOB, true }
#define COUNT(a) (sizeof(a) / sizeof *(a))

bool directory_ensure(struct db *db, struct error *e) {
  static const struct store_column account[] = {
      INTEGER("id"),          TEXT("username"),      TEXT("name"),     TEXT("password"),
      INTEGER("disabled"),    INTEGER("failures"),   INTEGER("locks"), INTEGER("locked_until"),
      INTEGER("must_change"), INTEGER("created_at"),
  };
  static const struct store_column membership[] = {INTEGER("account"), TEXT("authority"), INTEGER("actor")};
  static const struct store_column session[] = {
      BLOB("hash"), INTEGER("account"), TEXT("authority"), INTEGER("started_at"), INTEGER("seen_at"),
  };
  static const struct store_column token[] = {
      BLOB("hash"),  INTEGER("account"), TEXT("authority"),     TEXT("label"),
      TEXT("scope"), TEXT("expires_on"), INTEGER("created_at"),
  };
  static const struct store_column head[] = {
      TEXT("store"), TEXT("chain"), INTEGER("seq"), BLOB("hash"), INTEGER("at"), BLOB("signature"),
  };
  static const struct store_column authority[] = {
      TEXT("code"),
      TEXT("name"),
      INTEGER("practice"),
      INTEGER("synthetic"),
  };
  static const struct store_index account_index = {"account_username", "username", true, NULL};
  static const struct store_index session_index = {"session_account", "account", false, NULL};
  static const struct store_index token_index = {"token_label", "account, label", true, NULL};
  static const struct store_table tables[] = {
      {"account", account, COUNT(account), "id", false, &account_index, 1},
      {"membership", membership, COUNT(membership), "account, authority", true, NULL, 0},
      {"session", session, COUNT(session), "hash", true, &session_index, 1},
      {"token", token, COUNT(token), "hash", true, &token_index, 1},
      {"head", head, COUNT(head), "store, chain, seq, at", true, NULL, 0},
      {"authority", authority, COUNT(authority), "code", true, NULL, 0},
  };
  for (size_t i = 0; i < COUNT(tables); i++) {
    if (!db_ensure_table(db, &tables[i], e)) return false;
  }
  return ledger_ensure(db, e);
}

/* ---- accounts ---- */

struct account_call {
  const struct ctx *c;
  int64_t account, actor, id;
  const char *username, *name, *hash, *authority;
  bool flag;
  struct account *list;
  size_t n, cap;
};

const char *account_username(struct arena *a, const char *typed) {
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789._@+-";
  if (!typed) return NULL;
  char *s = text_trim(a, typed);
  size_t n = strlen(s);
  for (char *p = s; *p; p++) {
    if (*p >= 'A' && *p <= 'Z') *p = (char)(*p - 'A' + 'a');
  }
  return n > 0 && n <= 64 && strspn(s, allowed) == n && s[0] != '-' ? s : NULL;
}

static bool create_fn(struct db *db, void *arg, struct error *e) {
  struct account_call *k = arg;
  struct stmt *q = db_sql(db, "select id from account where username = $1", "t");
  sql_text(q, 1, k->username);
  bool taken = sql_row(q);
  sql_end(q);
  if (taken) return error_field(e, "username", k->username, "Somebody has this username already. Choose another");
  k->id = db_counter(db, "account", 1);
  q = db_sql(db,
             "insert into account (id, username, name, password, disabled, failures, locks, locked_until, must_change, "
             "created_at) values ($1, $2, $3, $4, 0, 0, 0, 0, 0, $5)",
             "ittti");
  sql_int(q, 1, k->id);
  sql_text(q, 2, k->username);
  sql_text(q, 3, k->name);
  sql_text(q, 4, k->hash);
  sql_int(q, 5, k->c->now);
  sql_run(q);
  return db_ok(db, e) && event_add(db, k->c, "create", k->id, 0, e);
}

bool account_create(struct store *dir, const struct ctx *c, const char *username, const char *name,
                    const char *password, int64_t *id, struct error *e) {
  char hash[PASSWORD_HASH];
  struct account_call k = {.c = c, .hash = hash, .username = account_username(c->arena, username)};
  if (!k.username) {
    return error_field(e, "username", username,
                       "Username must be 64 characters or fewer and use only letters, numbers and . _ @ + -");
  }
  k.name = name ? text_clean(c->arena, name, strlen(name)) : NULL;
  if (!k.name || !*k.name) return error_field(e, "name", name, "Enter the person's name");
  if (!password_acceptable(k.username, password, c->arena, e) || !password_hash(password, c->arena, hash, e)) {
    return false;
  }
  if (!store_write(dir, create_fn, &k, e)) return false;
  *id = k.id;
  return true;
}

static bool changed_one(struct db *db, struct error *e) {
  if (!db_ok(db, e)) return false;
  return db_changes(db) == 1 || error_set(e, ERR_NOT_FOUND, "There is no such account.");
}

static void end_sessions(struct db *db, int64_t account) {
  struct stmt *q = db_sql(db, "delete from session where account = $1", "i");
  sql_int(q, 1, account);
  sql_run(q);
}

static bool username_fn(struct db *db, void *arg, struct error *e) {
  struct account_call *k = arg;
  struct stmt *q = db_sql(db, "select username from account where id = $1", "i");
  sql_int(q, 1, k->account);
  k->username = sql_row(q) ? arena_strdup(k->c->arena, col_text(q, 0)) : NULL;
  sql_end(q);
  if (!db_ok(db, e)) return false;
  return k->username || error_set(e, ERR_NOT_FOUND, "There is no such account.");
}

static bool password_fn(struct db *db, void *arg, struct error *e) {
  struct account_call *k = arg;
  struct stmt *q = db_sql(db,
                          "update account set password = $2, failures = 0, locks = 0, locked_until = 0, "
                          "must_change = 0 where id = $1",
                          "it");
  sql_int(q, 1, k->account);
  sql_text(q, 2, k->hash);
  sql_run(q);
  if (!changed_one(db, e)) return false;
  end_sessions(db, k->account);
  return event_add(db, k->c, "password", k->account, 0, e);
}

bool account_password(struct store *dir, const struct ctx *c, int64_t account, const char *password, struct error *e) {
  char hash[PASSWORD_HASH];
  struct account_call k = {.c = c, .account = account, .hash = hash};
  return store_read(dir, username_fn, &k, e) && password_acceptable(k.username, password, c->arena, e) &&
         password_hash(password, c->arena, hash, e) && store_write(dir, password_fn, &k, e);
}

static bool disable_fn(struct db *db, void *arg, struct error *e) {
  struct account_call *k = arg;
  struct stmt *q = db_sql(db, "update account set disabled = $2 where id = $1", "ii");
  sql_int(q, 1, k->account);
  sql_int(q, 2, k->flag);
  sql_run(q);
  if (!changed_one(db, e)) return false;
  if (k->flag) end_sessions(db, k->account);
  return event_add(db, k->c, k->flag ? "disable" : "enable", k->account, 0, e);
}

bool account_disable(struct store *dir, const struct ctx *c, int64_t account, bool disabled, struct error *e) {
  struct account_call k = {.c = c, .account = account, .flag = disabled};
  return store_write(dir, disable_fn, &k, e);
}

static bool must_change_fn(struct db *db, void *arg, struct error *e) {
  struct account_call *k = arg;
  struct stmt *q = db_sql(db, "update account set must_change = 1 where id = $1", "i");
  sql_int(q, 1, k->account);
  sql_run(q);
  return changed_one(db, e) && event_add(db, k->c, "must_change", k->account, 0, e);
}

bool account_must_change(struct store *dir, const struct ctx *c, int64_t account, struct error *e) {
  struct account_call k = {.c = c, .account = account};
  return store_write(dir, must_change_fn, &k, e);
}

static bool accounts_fn(struct db *db, void *arg, struct error *e) {
  struct account_call *k = arg;
  struct stmt *q = db_sql(db,
                          "select id, username, name, disabled, locked_until, must_change from account "
                          "where $1 = '' or username = $1 order by username, id",
                          "t");
  sql_text(q, 1, k->username);
  k->n = 0;
  while (sql_row(q)) {
    k->list = arena_grow(k->c->arena, k->list, &k->cap, k->n + 1, sizeof *k->list);
    k->list[k->n++] = (struct account){
        .id = col_int(q, 0),
        .username = arena_strdup(k->c->arena, col_text(q, 1)),
        .name = arena_strdup(k->c->arena, col_text(q, 2)),
        .disabled = col_int(q, 3) != 0,
        .locked_until = col_int(q, 4),
        .must_change = col_int(q, 5) != 0,
    };
  }
  return db_ok(db, e);
}

bool account_find(struct store *dir, const struct ctx *c, const char *username, struct account *out, struct error *e) {
  struct account_call k = {.c = c, .username = account_username(c->arena, username)};
  if (k.username && !store_read(dir, accounts_fn, &k, e)) return false;
  if (k.n == 0) return error_set(e, ERR_NOT_FOUND, "There is no account of that username.");
  *out = k.list[0];
  return true;
}

bool account_list(struct store *dir, const struct ctx *c, struct account **out, size_t *n, struct error *e) {
  struct account_call k = {.c = c, .username = ""};
  if (!store_read(dir, accounts_fn, &k, e)) return false;
  *out = k.list;
  *n = k.n;
  return true;
}

/* ---- memberships ---- */

static bool account_exists(struct db *db, int64_t account, struct error *e) {
  struct stmt *q = db_sql(db, "select 1 from account where id = $1", "i");
  sql_int(q, 1, account);
  bool there = sql_row(q);
  sql_end(q);
  return db_ok(db, e) && (there || error_set(e, ERR_NOT_FOUND, "There is no such account."));
}

static bool member_add_fn(struct db *db, void *arg, struct error *e) {
  struct account_call *k = arg;
  if (!account_exists(db, k->account, e)) return false;
  struct stmt *q = db_sql(db,
                          "insert into membership (account, authority, actor) values ($1, $2, $3) "
                          "on conflict (account, authority) do update set actor = excluded.actor",
                          "iti");
  sql_int(q, 1, k->account);
  sql_text(q, 2, k->authority);
  sql_int(q, 3, k->actor);
  sql_run(q);
  return db_ok(db, e) && event_membership(db, k->c, "member_add", k->account, k->authority, k->actor, e);
}

bool membership_add(struct store *dir, const struct ctx *c, int64_t account, const char *authority, int64_t actor,
                    struct error *e) {
  if (!authority || !authority_code_check(authority)) {
    return error_field(e, "authority", authority, "Authority must be a code of three digits");
  }
  struct account_call k = {.c = c, .account = account, .authority = authority, .actor = actor};
  return store_write(dir, member_add_fn, &k, e);
}

static bool member_remove_fn(struct db *db, void *arg, struct error *e) {
  struct account_call *k = arg;
  struct stmt *q = db_sql(db, "delete from membership where account = $1 and authority = $2 returning actor", "it");
  sql_int(q, 1, k->account);
  sql_text(q, 2, k->authority);
  bool there = sql_row(q);
  int64_t actor = there ? col_int(q, 0) : 0;
  sql_end(q);
  if (!db_ok(db, e)) return false;
  if (!there) return error_set(e, ERR_NOT_FOUND, "The account does not belong to that authority.");
  q = db_sql(db, "delete from token where account = $1 and authority = $2", "it");
  sql_int(q, 1, k->account);
  sql_text(q, 2, k->authority);
  sql_run(q);
  return db_ok(db, e) && event_membership(db, k->c, "member_remove", k->account, k->authority, actor, e);
}

bool membership_remove(struct store *dir, const struct ctx *c, int64_t account, const char *authority,
                       struct error *e) {
  struct account_call k = {.c = c, .account = account, .authority = authority};
  return store_write(dir, member_remove_fn, &k, e);
}
