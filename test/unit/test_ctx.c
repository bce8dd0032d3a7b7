#include <pthread.h>

#include "base/ctx.h"
#include "prop.h"

static void test_seeded_stream(void **state) {
  (void)state;
  struct random *a = random_seeded("demo"), *b = random_seeded("demo"), *c = random_seeded("other");
  unsigned char whole[5000], parts[5000], different[5000];
  random_bytes(a, whole, sizeof whole);
  for (size_t i = 0, n; i < sizeof parts; i += n) { /* the sizes asked for do not matter */
    n = i % 97 + 1;
    if (n > sizeof parts - i) n = sizeof parts - i;
    random_bytes(b, parts + i, n);
  }
  random_bytes(c, different, sizeof different);
  assert_memory_equal(whole, parts, sizeof whole);
  assert_memory_not_equal(whole, different, 32);
  random_free(a);
  random_free(b);
  random_free(c);
}

/* Demonstrations and tests are built from it: the same bytes in every release. */
static void test_seeded_is_settled(void **state) {
  (void)state;
  static const unsigned char first[8] = {0x93, 0xb5, 0x06, 0x4d, 0x94, 0xe6, 0xb8, 0x0a};
  unsigned char bytes[8];
  struct random *r = random_seeded("kith");
  random_bytes(r, bytes, sizeof bytes);
  assert_memory_equal(bytes, first, sizeof first);
  random_free(r);
}

static void test_below(void **state) {
  (void)state;
  struct random *r = random_seeded("below");
  int seen[6] = {0};
  for (int i = 0; i < 6000; i++) {
    uint64_t x = random_below(r, 6);
    assert_true(x < 6);
    seen[x]++;
  }
  for (int i = 0; i < 6; i++) assert_in_range(seen[i], 850, 1150); /* five standard deviations */
  assert_int_equal(random_below(r, 0), 0);
  assert_int_equal(random_below(r, 1), 0);
  uint64_t large = UINT64_C(1) << 63;
  for (int i = 0; i < 100; i++) assert_true(random_below(r, large + 1) <= large);
  random_free(r);
}

static void test_system(void **state) {
  (void)state;
  unsigned char a[32], b[32];
  random_bytes(random_system(), a, sizeof a);
  random_bytes(random_system(), b, sizeof b);
  assert_memory_not_equal(a, b, sizeof a);
  random_free(random_system()); /* allowed, does nothing */
}

enum { THREADS = 4, DRAWS = 500 };
struct drawer {
  struct random *random;
  uint64_t drawn[DRAWS];
};

static void *draw(void *arg) {
  struct drawer *d = arg;
  for (int i = 0; i < DRAWS; i++) random_bytes(d->random, &d->drawn[i], sizeof d->drawn[i]);
  return NULL;
}

static int by_number(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* Four threads share one stream: together they get what one would have got. */
static void test_threads(void **state) {
  (void)state;
  static struct drawer drawers[THREADS];
  static uint64_t all[THREADS * DRAWS], alone[THREADS * DRAWS];
  struct random *shared = random_seeded("threads"), *other = random_seeded("threads");
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++) {
    drawers[i].random = shared;
    assert_int_equal(pthread_create(&threads[i], NULL, draw, &drawers[i]), 0);
  }
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
    memcpy(all + i * DRAWS, drawers[i].drawn, sizeof drawers[i].drawn);
  }
  random_bytes(other, alone, sizeof alone);
  qsort(all, THREADS * DRAWS, sizeof *all, by_number);
  qsort(alone, THREADS * DRAWS, sizeof *alone, by_number);
  assert_memory_equal(all, alone, sizeof all);
  random_free(shared);
  random_free(other);
}

static void test_clock(void **state) {
  (void)state;
  struct arena *a = arena_new();
  struct ctx c;
  instant_t real = clock_now();
  assert_true(real > instant_parse("2024-01-01T00:00:00Z"));
  clock_fix(instant_parse("2026-06-30T23:30:00Z"));
  ctx_init(&c, a, random_system());
  assert_int_equal(c.now, clock_now());
  assert_int_equal(c.today, date_of(2026, 7, 1)); /* half past midnight in London */
  clock_fix(INSTANT_NONE);
  assert_true(clock_now() >= real);
  arena_free(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_seeded_stream), cmocka_unit_test(test_seeded_is_settled), cmocka_unit_test(test_below),
      cmocka_unit_test(test_system),        cmocka_unit_test(test_threads),           cmocka_unit_test(test_clock),
  };
  return cmocka_run_group_tests_name("ctx", tests, NULL, NULL);
}
