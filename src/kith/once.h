/* once: a post or an API call that carries a key is done once. Its answer is kept in the authority's store, written in the same
 * transaction as what it did, and given again to the same actor for the same key. Kept for a day. Answers hold ids, versions and
 * addresses, nothing that a record says. */
#ifndef KITH_KITH_ONCE_H
#define KITH_KITH_ONCE_H
#include "base/ctx.h"
#include "store/store.h"

enum { ONCE_KEY_MAX = 128, ONCE_BODY_MAX = 4096, ONCE_DIGEST = 32 };

struct once_answer {
  int status;
  const char *location, *etag, *type; /* or NULL */
  const char *body;                   /* at most ONCE_BODY_MAX bytes */
  size_t n;
};
bool once_ensure(struct db *db, struct error *e); /* table once_answer */
/* digest: of what was asked. The key used for something else is ERR_INPUT. */
bool once_find(struct db *db, const struct ctx *c, int64_t actor, const char *key,
               const unsigned char digest[ONCE_DIGEST], struct once_answer *out, bool *found, struct error *e);
bool once_keep(struct db *db, const struct ctx *c, int64_t actor, const char *key,
               const unsigned char digest[ONCE_DIGEST], const struct once_answer *answer, struct error *e);
#endif
