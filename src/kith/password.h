/* password: what a password must be, and its hash: argon2id, at most two at once in a process (each takes 256 MB and most of a
 * second of one core, so that more at once would only let a flood of sign-ins starve everybody). */
#ifndef KITH_KITH_PASSWORD_H
#define KITH_KITH_PASSWORD_H
#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"

enum { PASSWORD_HASH = 128 }; /* bytes of a hash with its NUL */

/* ERR_INPUT for field "password", in a sentence for the person who chose it. */
bool password_acceptable(const char *username, const char *password, struct arena *a, struct error *e);
bool password_hash(const char *password, struct arena *a, char out[PASSWORD_HASH], struct error *e);
/* Whether the password is that of the hash. hash NULL (nobody of that name): false, after as much work. */
bool password_is(const char *password, const char *hash, struct arena *a);
#endif
