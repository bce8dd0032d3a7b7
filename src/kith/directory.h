/* directory: accounts, authenticators, sessions, tokens, and which stores to ask. One store for the whole installation; roles and
 * involvement live in the authority's store and are asked at each request. No transaction spans both: account first, membership
 * second, removal in reverse; kith doctor lists orphans.
 *
 * Passwords: argon2id (libsodium, moderate limits) with at most two hashes at once in a process, others wait. Ten failures lock an account for 15
 * minutes, doubling; the same time and answer for an unknown name. Sessions: 32 random bytes, only their hash is kept; 30 minutes idle,
 * 12 hours at most; ended everywhere on sign-out, password change and lock. Usernames are case-insensitive ASCII.
 *
 * What happens to accounts is on the directory's own change chain (record "account", ids only): create, password, disable, enable,
 * must_change, member_add, member_remove, sign_in, sign_in_failed (id 0: nobody of that name), lock, sign_out, token_create, token_revoke. */
#ifndef KITH_KITH_DIRECTORY_H
#define KITH_KITH_DIRECTORY_H
#include "base/ctx.h"
#include "ledger/ledger.h"
#include "store/store.h"

/* locked_until: sign-in is refused before it; 0 when never locked. */
struct account {
  int64_t id;
  const char *username, *name;
  bool disabled;
  instant_t locked_until;
  bool must_change;
};
struct membership {
  int64_t account;
  const char *authority;
  int64_t actor;
}; /* actor: person or child id in that authority's store */
struct session {
  int64_t account;
  const char *username, *name;
  const char *authority; /* the one chosen; NULL when the account belongs to none */
  int64_t actor;
  const char *csrf; /* hex */
  const struct membership *memberships;
  size_t n_memberships;
  bool by_token;
  const char *token_scope; /* "read" or "write"; NULL without a token */
  bool must_change;
};

bool directory_ensure(struct db *db, struct error *e);
/* Passwords of 12 characters or more (counted as a person counts), not the username, not on the short list of worst ones; ERR_INPUT otherwise. */
bool account_create(struct store *dir, const struct ctx *c, const char *username, const char *name,
                    const char *password, int64_t *id, struct error *e);
bool account_password(struct store *dir, const struct ctx *c, int64_t account, const char *password, struct error *e);
bool account_disable(struct store *dir, const struct ctx *c, int64_t account, bool disabled, struct error *e);
bool account_must_change(struct store *dir, const struct ctx *c, int64_t account,
                         struct error *e); /* at the next sign-in; until a new password is set */
bool account_find(struct store *dir, const struct ctx *c, const char *username, struct account *out, struct error *e);
bool account_list(struct store *dir, const struct ctx *c, struct account **out, size_t *n, struct error *e);
bool membership_add(struct store *dir, const struct ctx *c, int64_t account, const char *authority, int64_t actor,
                    struct error *e);
bool membership_remove(struct store *dir, const struct ctx *c, int64_t account, const char *authority, struct error *e);
/* A demonstration or a test may use cheap password hashing limits (process-wide at start-up). */
void directory_cheap_hashes(void);

/* token: 64 hex digits for the cookie. One message for every refusal ("The username or password is not right, or the account is locked"). */
bool session_start(struct store *dir, const struct ctx *c, const char *username, const char *password,
                   const char **token, struct error *e);
bool session_read(struct store *dir, const struct ctx *c, const char *token, struct session *out,
                  struct error *e); /* ERR_DENIED when none; touches last-seen at most once a minute */
bool session_choose(struct store *dir, const struct ctx *c, const char *token, const char *authority,
                    struct error *e); /* switch authority */
bool session_end_everywhere(struct store *dir, const struct ctx *c, int64_t account, struct error *e);
/* API tokens ("kith_" + 64 hex): bound to one membership, scope read or write, expiry; shown once. */
bool token_create(struct store *dir, const struct ctx *c, int64_t account, const char *authority, const char *label,
                  const char *scope, date_t expires_on, const char **token, struct error *e);
bool token_read(struct store *dir, const struct ctx *c, const char *token, struct session *out, struct error *e);
bool token_revoke(struct store *dir, const struct ctx *c, int64_t account, const char *label, struct error *e);
/* Memberships of this authority whose actor is neither a person nor a child of its store. */
bool directory_orphans(struct store *dir, struct store *authority_store, const struct ctx *c, const char *authority,
                       struct membership **out, size_t *n, struct error *e);
/* Signed heads of every store's chains, kept here. */
bool directory_head_add(struct store *dir, const struct ctx *c, const struct ledger_head *h, struct error *e);
bool directory_heads(struct store *dir, const struct ctx *c, const char *store, const char *chain,
                     struct ledger_head **out, size_t *n, struct error *e);
/* Authorities of this installation. */
struct authority_row {
  const char *code, *name;
  bool practice, synthetic;
};
bool directory_authority_add(struct store *dir, const struct ctx *c, const struct authority_row *a, struct error *e);
bool directory_authorities(struct store *dir, const struct ctx *c, struct authority_row **out, size_t *n,
                           struct error *e);
#endif
