#include "base/ctx.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BLOCK_BYTES = 1024 };

struct random {
  bool seeded;
  pthread_mutex_t lock; /* guards all below; used when seeded only */
  unsigned char key[crypto_stream_chacha20_KEYBYTES];
  uint64_t block; /* number of the next block of the stream */
  size_t used;
  unsigned char bytes[BLOCK_BYTES];
};

static void start_sodium(void) {
  if (sodium_init() < 0) {
    fputs("kith: libsodium could not start\n", stderr);
    abort();
  }
}

struct random *random_system(void) {
  static struct random system_random; /* holds no state: libsodium's source is its own */
  start_sodium();
  return &system_random;
}

struct random *random_seeded(const char *seed) {
  start_sodium();
  struct random *r = calloc(1, sizeof *r);
  if (!r || pthread_mutex_init(&r->lock, NULL) != 0) abort();
  r->seeded = true;
  r->used = BLOCK_BYTES;
  crypto_generichash(r->key, sizeof r->key, (const unsigned char *)seed, strlen(seed), NULL, 0);
  return r;
}

void random_free(struct random *r) {
  if (!r || !r->seeded) return;
  pthread_mutex_destroy(&r->lock);
  sodium_memzero(r, sizeof *r);
  free(r);
}

/* The stream is ChaCha20 under the seed's hash, blocks of 1024 bytes with the block number as nonce, handed out in
 * order: the same bytes whatever the sizes asked for. */
static void next_block(struct random *r) {
  unsigned char nonce[crypto_stream_chacha20_NONCEBYTES];
  for (size_t i = 0; i < sizeof nonce; i++) nonce[i] = (unsigned char)(r->block >> (8 * i));
  crypto_stream_chacha20(r->bytes, sizeof r->bytes, nonce, r->key);
  r->block++;
  r->used = 0;
}

void random_bytes(struct random *r, void *out, size_t n) {
  if (!r->seeded) {
    randombytes_buf(out, n);
    return;
  }
  unsigned char *to = out;
  pthread_mutex_lock(&r->lock);
  while (n > 0) {
    if (r->used == BLOCK_BYTES) next_block(r);
    size_t k = BLOCK_BYTES - r->used < n ? BLOCK_BYTES - r->used : n;
    memcpy(to, r->bytes + r->used, k);
    r->used += k;
    to += k;
    n -= k;
  }
  pthread_mutex_unlock(&r->lock);
}

uint64_t random_below(struct random *r, uint64_t limit) {
  if (limit < 2) return 0;
  const uint64_t reject = -limit % limit; /* 2^64 mod limit: numbers below it would favour the small answers */
  for (;;) {
    unsigned char b[8];
    random_bytes(r, b, sizeof b);
    uint64_t x = 0;
    for (int i = 0; i < 8; i++) x |= (uint64_t)b[i] << (8 * i);
    if (x >= reject) return x % limit;
  }
}

static _Atomic instant_t fixed = INSTANT_NONE;

void clock_fix(instant_t t) {
  atomic_store(&fixed, t);
}

instant_t clock_now(void) {
  instant_t t = atomic_load(&fixed);
  if (t != INSTANT_NONE) return t;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (instant_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void ctx_init(struct ctx *c, struct arena *a, struct random *r) {
  *c = (struct ctx){.arena = a, .now = clock_now(), .random = r};
  c->today = instant_london_date(c->now);
}
