#include "base/arena.h"
#include "prop.h"

static void test_alloc(void **state) {
  (void)state;
  struct arena *a = arena_new();
  assert_non_null(arena_alloc(a, 0));
  for (size_t n = 1; n < 5000; n += 37) {
    unsigned char *p = arena_alloc(a, n);
    assert_int_equal((uintptr_t)p % 16, 0);
    for (size_t i = 0; i < n; i++) assert_int_equal(p[i], 0);
    memset(p, 0xAA, n);
  }
  arena_reset(a); /* what was used before must come back zeroed */
  for (size_t n = 1; n < 5000; n += 41) {
    unsigned char *p = arena_alloc(a, n);
    for (size_t i = 0; i < n; i++) assert_int_equal(p[i], 0);
  }
  arena_free(a);
  arena_free(NULL);
}

static void test_big_pieces(void **state) {
  (void)state;
  struct arena *a = arena_new();
  char *small = arena_strdup(a, "small");
  char *big = arena_alloc(a, 3 << 20);
  memset(big, 'x', 3 << 20);
  char *after = arena_strdup(a, "after");
  assert_string_equal(small, "small");
  assert_string_equal(after, "after");
  arena_reset(a);
  assert_string_equal(arena_strdup(a, "again"), "again");
  arena_free(a);
}

static void test_strings(void **state) {
  (void)state;
  struct arena *a = arena_new();
  assert_null(arena_strdup(a, NULL));
  assert_string_equal(arena_strndup(a, "abcdef", 3), "abc");
  assert_string_equal(arena_printf(a, "%s-%d", "x", 7), "x-7");
  char *long_text = arena_printf(a, "%01000d", 5);
  assert_int_equal(strlen(long_text), 1000);
  assert_int_equal(long_text[999], '5');
  assert_memory_equal(arena_copy(a, "a\0b", 3), "a\0b", 3);
  assert_non_null(arena_copy(a, NULL, 0));
  arena_free(a);
}

static void test_grow(void **state) {
  (void)state;
  struct arena *a = arena_new();
  int *numbers = NULL;
  size_t cap = 0;
  for (size_t i = 0; i < 3000; i++) {
    size_t before = cap;
    numbers = arena_grow(a, numbers, &cap, i + 1, sizeof *numbers);
    assert_true(cap > i);
    for (size_t k = before; k < cap; k++) assert_int_equal(numbers[k], 0);
    numbers[i] = (int)i + 1;
    if (i % 700 == 0) arena_alloc(a, 10); /* something stands behind: it must move */
  }
  for (int i = 0; i < 3000; i++) assert_int_equal(numbers[i], i + 1);
  arena_free(a);
}

static void check_buf(struct prop *p) {
  struct buf b, c;
  char expected[20000];
  size_t n = 0;
  buf_init(&b, p->arena);
  buf_init(&c, p->arena);
  for (int i = 0; i < 60; i++) {
    char piece[300];
    size_t k = prop_below(p, sizeof piece - 1);
    memset(piece, 'a' + i % 26, k);
    piece[k] = '\0';
    switch (prop_below(p, 4)) {
    case 0:
      buf_add(&b, piece, k);
      break;
    case 1:
      buf_str(&b, piece);
      break;
    case 2:
      buf_printf(&b, "%s", piece);
      break;
    default:
      for (size_t q = 0; q < k; q++) buf_char(&b, piece[q]);
    }
    memcpy(expected + n, piece, k);
    n += k;
    buf_str(&c, "another that grows");
    prop_assert(p, b.len == n);
    prop_assert(p, strlen(buf_text(&b)) == n && memcmp(buf_text(&b), expected, n) == 0);
  }
}

static void test_buf(void **state) {
  (void)state;
  struct arena *a = arena_new();
  struct buf b;
  buf_init(&b, a);
  buf_str(&b, NULL);
  assert_string_equal(buf_text(&b), "");
  buf_printf(&b, "%d", 12);
  assert_string_equal(buf_text(&b), "12");
  arena_free(a);
  prop_run("buf", 50, check_buf);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_alloc), cmocka_unit_test(test_big_pieces), cmocka_unit_test(test_strings),
      cmocka_unit_test(test_grow),  cmocka_unit_test(test_buf),
  };
  return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
