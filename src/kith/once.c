#include "kith/once.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"

#define DAY ((instant_t)24 * 60 * 60 * 1000000)

bool once_ensure(struct db *db, struct error *e) {
  static const struct store_column columns[] = {
      {"actor", STORE_INTEGER, true}, {"key", STORE_TEXT, true},       {"digest", STORE_BLOB, true},
      {"at", STORE_INTEGER, true},    {"status", STORE_INTEGER, true}, {"location", STORE_TEXT, false},
      {"etag", STORE_TEXT, false},    {"type", STORE_TEXT, false},     {"body", STORE_BLOB, false},
  };
  static const struct store_index indexes[] = {{"once_answer_at", "at", false, NULL}};
  static const struct store_table table = {"once_answer", columns, sizeof columns / sizeof *columns, "actor, key", true,
                                           indexes,       1};
  return db_ensure_table(db, &table, e);
}

bool once_find(struct db *db, const struct ctx *c, int64_t actor, const char *key,
               const unsigned char digest[ONCE_DIGEST], struct once_answer *out, bool *found, struct error *e) {
  struct stmt *q = db_sql(db,
                          "select digest, status, location, etag, type, body from once_answer "
                          "where actor = $1 and key = $2 and at > $3",
                          "iti");
  bool same = true;
  *found = false;
  sql_int(q, 1, actor);
  sql_text(q, 2, key);
  sql_int(q, 3, c->now - DAY);
  if (sql_row(q)) {
    size_t n, body_n;
    const void *kept = col_blob(q, 0, &n);
    same = n == ONCE_DIGEST && memcmp(kept, digest, ONCE_DIGEST) == 0;
    out->status = (int)col_int(q, 1);
    out->location = arena_strdup(c->arena, col_text(q, 2));
    out->etag = arena_strdup(c->arena, col_text(q, 3));
    out->type = arena_strdup(c->arena, col_text(q, 4));
    const void *body = col_blob(q, 5, &body_n);
    out->body = body ? arena_copy(c->arena, body, body_n) : "";
    out->n = body ? body_n : 0;
    *found = true;
    sql_end(q);
  }
  if (!db_ok(db, e)) return false;
  if (!same) return error_set(e, ERR_INPUT, "This idempotency key was used for a different request. Send a new key.");
  return true;
}

bool once_keep(struct db *db, const struct ctx *c, int64_t actor, const char *key,
               const unsigned char digest[ONCE_DIGEST], const struct once_answer *answer, struct error *e) {
  struct stmt *old = db_sql(db, "delete from once_answer where at <= $1", "i");
  sql_int(old, 1, c->now - DAY);
  sql_run(old);
  struct stmt *q = db_sql(db,
                          "insert into once_answer (actor, key, digest, at, status, location, etag, type, body) "
                          "values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                          "itbiitttb");
  sql_int(q, 1, actor);
  sql_text(q, 2, key);
  sql_blob(q, 3, digest, ONCE_DIGEST);
  sql_int(q, 4, c->now);
  sql_int(q, 5, answer->status);
  sql_text(q, 6, answer->location);
  sql_text(q, 7, answer->etag);
  sql_text(q, 8, answer->type);
  sql_blob(q, 9, answer->body ? answer->body : "", answer->n <= ONCE_BODY_MAX ? answer->n : 0);
  sql_run(q);
  return db_ok(db, e);
}
