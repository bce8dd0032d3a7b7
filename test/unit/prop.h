/* prop: what every property test needs: a generator that can be run again, and asserts that say with which seed they
 * failed.
 *
 *   static void check(struct prop *p) { ... prop_assert(p, condition); }
 *   static void test_x(void **state) { prop_run("x", 1000, check); }
 *
 * KITH_SEED=n runs the one case that failed again. */
#ifndef KITH_TEST_PROP_H
#define KITH_TEST_PROP_H
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

struct prop {
  const char *name;
  uint64_t seed, state;
  struct arena *arena; /* empty at the start of each case */
};

/* splitmix64 */
static inline uint64_t prop_next(struct prop *p) {
  uint64_t z = (p->state += UINT64_C(0x9E3779B97F4A7C15));
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

static inline uint64_t prop_below(struct prop *p, uint64_t limit) {
  return limit ? prop_next(p) % limit : 0;
}

/* Both ends included. */
static inline int64_t prop_between(struct prop *p, int64_t low, int64_t high) {
  return low + (int64_t)prop_below(p, (uint64_t)(high - low) + 1);
}

#define prop_assert(p, condition)                                                  \
  do {                                                                             \
    if (!(condition)) {                                                            \
      print_error("%s: fails with KITH_SEED=%" PRIu64 "\n", (p)->name, (p)->seed); \
      _fail(__FILE__, __LINE__);                                                   \
    }                                                                              \
  } while (0)

static inline void prop_run(const char *name, int cases, void (*check)(struct prop *)) {
  const char *again = getenv("KITH_SEED");
  struct prop p = {.name = name, .arena = arena_new()};
  for (int i = 0; i < (again ? 1 : cases); i++) {
    p.seed = p.state = again ? strtoull(again, NULL, 10) : (uint64_t)i + 1;
    arena_reset(p.arena);
    check(&p);
  }
  arena_free(p.arena);
}

/* Text of up to most code points from many scripts, marks, blanks, controls and odd corners of Unicode; valid UTF-8, no
 * NUL. */
static inline char *prop_text(struct prop *p, size_t most) {
  static const struct {
    uint32_t from, to;
  } ranges[] = {
      {0x20, 0x7E},     {0x41, 0x5A},       {0x61, 0x7A},       {0x01, 0x20},       {0xA0, 0x17F},
      {0x180, 0x24F},   {0x2B0, 0x36F},     {0x370, 0x3FF},     {0x400, 0x52F},     {0x590, 0x6FF},
      {0x900, 0xDFF},   {0xE00, 0x11FF},    {0x1E00, 0x1FFF},   {0x2000, 0x206F},   {0x2100, 0x218F},
      {0x3000, 0x30FF}, {0x4E00, 0x4FFF},   {0xAC00, 0xAD00},   {0xE000, 0xE010},   {0xFB00, 0xFDFF},
      {0xFE00, 0xFFEF}, {0x1D400, 0x1D7FF}, {0x1F300, 0x1F64F}, {0x2F800, 0x2FA1D}, {0x10FFF0, 0x10FFFD},
  };
  struct buf b;
  buf_init(&b, p->arena);
  for (size_t n = prop_below(p, most + 1); n > 0; n--) {
    size_t k = prop_below(p, sizeof ranges / sizeof *ranges);
    uint32_t c = (uint32_t)prop_between(p, ranges[k].from, ranges[k].to);
    if (c < 0x80) {
      buf_char(&b, (char)c);
    } else if (c < 0x800) {
      buf_printf(&b, "%c%c", (int)(0xC0 | c >> 6), (int)(0x80 | (c & 0x3F)));
    } else if (c < 0x10000) {
      buf_printf(&b, "%c%c%c", (int)(0xE0 | c >> 12), (int)(0x80 | (c >> 6 & 0x3F)), (int)(0x80 | (c & 0x3F)));
    } else {
      buf_printf(&b, "%c%c%c%c", (int)(0xF0 | c >> 18), (int)(0x80 | (c >> 12 & 0x3F)), (int)(0x80 | (c >> 6 & 0x3F)),
                 (int)(0x80 | (c & 0x3F)));
    }
  }
  return arena_strdup(p->arena, buf_text(&b));
}
#endif
