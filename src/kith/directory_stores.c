/* What the directory knows of the stores: the authorities of this installation, the signed heads of every chain, and memberships
 * whose person is not there. */
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/ident.h"
#include "kith/directory.h"

/* ---- heads ---- */

struct heads_call {
  const struct ctx *c;
  const struct ledger_head *head;
  const char *store, *chain;
  struct ledger_head *list;
  size_t n, cap;
};

/* A head that says what the last one said is not kept again: hours in which nothing happened add nothing. */
static bool head_fn(struct db *db, void *arg, struct error *e) {
  const struct ledger_head *h = ((struct heads_call *)arg)->head;
  struct stmt *q = db_sql(db,
                          "insert into head (store, chain, seq, hash, at, signature) select $1, $2, $3, $4, $5, $6 "
                          "where not exists (select 1 from head where store = $1 and chain = $2 and seq = $3 "
                          "and hash = $4)",
                          "ttibib");
  sql_text(q, 1, h->store);
  sql_text(q, 2, h->chain);
  sql_int(q, 3, h->seq);
  sql_blob(q, 4, h->hash, sizeof h->hash);
  sql_int(q, 5, h->at);
  sql_blob(q, 6, h->signature, sizeof h->signature);
  sql_run(q);
  return db_ok(db, e);
}

bool directory_head_add(struct store *dir, const struct ctx *c, const struct ledger_head *h, struct error *e) {
  struct heads_call k = {.c = c, .head = h};
  return store_write(dir, head_fn, &k, e);
}

static void copy_bytes(struct stmt *q, int i, unsigned char *out, size_t n) {
  size_t got = 0;
  const void *p = col_blob(q, i, &got);
  if (p && got == n) memcpy(out, p, n); /* else zeros, which no signature fits */
}

static bool heads_fn(struct db *db, void *arg, struct error *e) {
  struct heads_call *k = arg;
  struct stmt *q = db_sql(db,
                          "select seq, hash, at, signature from head where store = $1 and chain = $2 "
                          "order by seq, at",
                          "tt");
  sql_text(q, 1, k->store);
  sql_text(q, 2, k->chain);
  k->n = 0;
  while (sql_row(q)) {
    k->list = arena_grow(k->c->arena, k->list, &k->cap, k->n + 1, sizeof *k->list);
    struct ledger_head *h = &k->list[k->n++];
    *h = (struct ledger_head){.store = k->store, .chain = k->chain, .seq = col_int(q, 0), .at = col_int(q, 2)};
    copy_bytes(q, 1, h->hash, sizeof h->hash);
    copy_bytes(q, 3, h->signature, sizeof h->signature);
  }
  return db_ok(db, e);
}

bool directory_heads(struct store *dir, const struct ctx *c, const char *store, const char *chain,
                     struct ledger_head **out, size_t *n, struct error *e) {
  struct heads_call k = {.c = c, .store = arena_strdup(c->arena, store), .chain = arena_strdup(c->arena, chain)};
  if (!store_read(dir, heads_fn, &k, e)) return false;
  *out = k.list;
  *n = k.n;
  return true;
}

/* ---- authorities ---- */

struct authorities_call {
  const struct ctx *c;
  const struct authority_row *add;
  struct authority_row *list;
  size_t n, cap;
};

static bool authority_fn(struct db *db, void *arg, struct error *e) {
  const struct authority_row *a = ((struct authorities_call *)arg)->add;
  struct stmt *q = db_sql(db,
                          "insert into authority (code, name, practice, synthetic) values ($1, $2, $3, $4) "
                          "on conflict (code) do nothing",
                          "ttii");
  sql_text(q, 1, a->code);
  sql_text(q, 2, a->name);
  sql_int(q, 3, a->practice);
  sql_int(q, 4, a->synthetic);
  sql_run(q);
  if (!db_ok(db, e)) return false;
  if (db_changes(db) == 1) return true;
  return error_field(e, "authority", a->code, "Authority %s is here already", a->code);
}

bool directory_authority_add(struct store *dir, const struct ctx *c, const struct authority_row *a, struct error *e) {
  if (!a->code || !authority_code_check(a->code)) {
    return error_field(e, "authority", a->code, "Authority must be a code of three digits");
  }
  if (!a->name || !*a->name) return error_field(e, "name", a->name, "Enter the authority's name");
  struct authorities_call k = {.c = c, .add = a};
  return store_write(dir, authority_fn, &k, e);
}

static bool authorities_fn(struct db *db, void *arg, struct error *e) {
  struct authorities_call *k = arg;
  struct stmt *q = db_sql(db, "select code, name, practice, synthetic from authority order by code", "");
  k->n = 0;
  while (sql_row(q)) {
    k->list = arena_grow(k->c->arena, k->list, &k->cap, k->n + 1, sizeof *k->list);
    k->list[k->n++] =
        (struct authority_row){arena_strdup(k->c->arena, col_text(q, 0)), arena_strdup(k->c->arena, col_text(q, 1)),
                               col_int(q, 2) != 0, col_int(q, 3) != 0};
  }
  return db_ok(db, e);
}

bool directory_authorities(struct store *dir, const struct ctx *c, struct authority_row **out, size_t *n,
                           struct error *e) {
  struct authorities_call k = {.c = c};
  if (!store_read(dir, authorities_fn, &k, e)) return false;
  *out = k.list;
  *n = k.n;
  return true;
}

/* ---- orphans ---- */

struct orphans_call {
  const struct ctx *c;
  const char *authority;
  struct membership *list;
  size_t n, cap, kept;
};

static bool members_fn(struct db *db, void *arg, struct error *e) {
  struct orphans_call *k = arg;
  struct stmt *q = db_sql(db, "select account, actor from membership where authority = $1 order by account", "t");
  sql_text(q, 1, k->authority);
  k->n = 0;
  while (sql_row(q)) {
    k->list = arena_grow(k->c->arena, k->list, &k->cap, k->n + 1, sizeof *k->list);
    k->list[k->n++] = (struct membership){col_int(q, 0), k->authority, col_int(q, 1)};
  }
  return db_ok(db, e);
}

static bool row_exists(struct db *db, const char *sql, int64_t id) {
  struct stmt *q = db_sql(db, sql, "i");
  sql_int(q, 1, id);
  bool there = sql_row(q);
  sql_end(q);
  return there;
}

/* Moves the orphans to the front; run again it does the same, since the list is only put in another order. */
static bool orphans_fn(struct db *db, void *arg, struct error *e) {
  struct orphans_call *k = arg;
  bool persons = db_has_table(db, "t_person"), children = db_has_table(db, "t_child");
  k->kept = 0;
  for (size_t i = 0; i < k->n; i++) {
    struct membership m = k->list[i];
    if (persons && row_exists(db, "select id from t_person where id = $1 and voided = 0", m.actor)) continue;
    if (children && row_exists(db, "select id from t_child where id = $1 and voided = 0", m.actor)) continue;
    k->list[i] = k->list[k->kept];
    k->list[k->kept++] = m;
  }
  return db_ok(db, e);
}

bool directory_orphans(struct store *dir, struct store *authority_store, const struct ctx *c, const char *authority,
                       struct membership **out, size_t *n, struct error *e) {
  struct orphans_call k = {.c = c, .authority = arena_strdup(c->arena, authority)};
  if (!store_read(dir, members_fn, &k, e) || !store_read(authority_store, orphans_fn, &k, e)) return false;
  *out = k.list;
  *n = k.kept;
  return true;
}
