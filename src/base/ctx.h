/* ctx: the only clock and entropy. Every request, command and job has one; --now and --seed set it for tests and demos.
 * */
#ifndef KITH_BASE_CTX_H
#define KITH_BASE_CTX_H
#include "base/date.h"
struct arena;
struct random; /* the system's (libsodium randombytes) or a seeded ChaCha20 stream; thread-safe */

struct ctx {
  struct arena *arena;
  instant_t now;
  date_t today; /* Europe/London date of now */
  struct random *random;
  const char *request_id; /* or NULL */
};
struct random *random_system(void);
struct random *random_seeded(const char *seed); /* caller frees with random_free */
void random_free(struct random *r);
void random_bytes(struct random *r, void *out, size_t n);
uint64_t random_below(struct random *r, uint64_t limit);         /* uniform in [0, limit); 0 when limit is 0 */
instant_t clock_now(void);                                       /* or the instant fixed by clock_fix */
void clock_fix(instant_t t);                                     /* start-up only: --now, --today */
void ctx_init(struct ctx *c, struct arena *a, struct random *r); /* reads the clock once */
#endif
