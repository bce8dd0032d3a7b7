/* What browsers send, well formed and not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "web/http.h"

static int open_arena(void **state) {
  *state = arena_new();
  return 0;
}

static int close_arena(void **state) {
  arena_free(*state);
  return 0;
}

static const char *value(const struct pair *p, size_t n, const char *name) {
  const struct pair *found = http_find(p, n, name);
  return found ? found->value : NULL;
}

static void test_urlencoded(void **state) {
  const struct pair *p;
  size_t n;
  const char *text = "a=1&b=two+words&c=%C3%A9%2B&&=empty&d&e=%zz%4&a=again&f=x%00y";
  assert_true(http_urlencoded(*state, text, strlen(text), &p, &n));
  assert_int_equal(n, 8);
  assert_string_equal(value(p, n, "a"), "1");
  assert_string_equal(value(p, n, "b"), "two words");
  assert_string_equal(value(p, n, "c"), "\xc3\xa9+");
  assert_string_equal(value(p, n, ""), "empty");
  assert_string_equal(value(p, n, "d"), "");
  assert_string_equal(value(p, n, "e"), "%zz%4");
  assert_int_equal(http_find(p, n, "f")->n, 3);
  assert_memory_equal(http_find(p, n, "f")->value, "x\0y", 4);
  assert_true(http_urlencoded(*state, "", 0, &p, &n));
  assert_int_equal(n, 0);
}

static void test_too_many_pairs(void **state) {
  const struct pair *p;
  size_t n;
  char *text = arena_alloc(*state, 2 * (HTTP_PAIRS_MAX + 1));
  for (size_t i = 0; i < HTTP_PAIRS_MAX + 1; i++) memcpy(text + 2 * i, "a&", 2);
  assert_true(http_urlencoded(*state, text, 2 * HTTP_PAIRS_MAX, &p, &n));
  assert_int_equal(n, HTTP_PAIRS_MAX);
  assert_false(http_urlencoded(*state, text, 2 * (HTTP_PAIRS_MAX + 1), &p, &n));
}

#define TYPE "multipart/form-data; boundary=\"b-1\""

static void test_multipart(void **state) {
  const struct pair *p;
  size_t n;
  static const char body[] =
      "preamble\r\n--b-1\r\nContent-Disposition: form-data; name=\"who\"\r\n\r\nAmara\r\n"
      "--b-1\r\ncontent-disposition: form-data; name=\"file\"; filename=\"C:\\\\letters\\\\a \\\"b\\\".txt\"\r\n"
      "Content-Type: text/plain\r\n\r\nline\r\n--b-2\0x\r\n"
      "--b-1\r\nContent-Disposition: form-data; name=empty\r\n\r\n\r\n--b-1--\r\nepilogue";
  assert_true(http_multipart(*state, TYPE, body, sizeof body - 1, &p, &n));
  assert_int_equal(n, 5);
  assert_string_equal(value(p, n, "who"), "Amara");
  assert_string_equal(value(p, n, "file:filename"), "a \"b\".txt");
  assert_string_equal(value(p, n, "file:type"), "text/plain");
  assert_int_equal(http_find(p, n, "file")->n, 13);
  assert_memory_equal(http_find(p, n, "file")->value, "line\r\n--b-2\0x", 13);
  assert_string_equal(value(p, n, "empty"), "");
}

static void test_multipart_broken(void **state) {
  const struct pair *p;
  size_t n;
  static const struct {
    const char *type, *body;
  } broken[] = {
      {"multipart/form-data", "--b\r\n\r\n\r\n--b--"},
      {"multipart/form-data; boundary=", "--\r\n\r\n\r\n----"},
      {"multipart/form-data; boundary=b", ""},
      {"multipart/form-data; boundary=b", "--b"},
      {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ncut"},
      {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"},
      {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n--b--\r\n\r\nx"},
      {"multipart/form-data; boundary=b", "--bx\r\n\r\n\r\n--b--"},
  };
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
    assert_false(http_multipart(*state, broken[i].type, broken[i].body, strlen(broken[i].body), &p, &n));
}

static void test_cookies(void **state) {
  const struct pair *p;
  size_t n;
  http_cookies(*state, "kith=abc; other=\"q v\" ;bad; =x; kith=second;last=", &p, &n);
  assert_int_equal(n, 4);
  assert_string_equal(value(p, n, "kith"), "abc");
  assert_string_equal(value(p, n, "other"), "q v");
  assert_string_equal(value(p, n, "last"), "");
  http_cookies(*state, NULL, &p, &n);
  assert_int_equal(n, 0);
}

static void test_paths(void **state) {
  assert_string_equal(http_path(*state, "/a%20b/c+d"), "/a b/c+d");
  assert_string_equal(http_path(*state, "/%C3%A9"), "/\xc3\xa9");
  assert_null(http_path(*state, "a"));
  assert_null(http_path(*state, ""));
  assert_null(http_path(*state, "/%00"));
  assert_null(http_path(*state, "/%0d%0aSet-Cookie: x"));
  assert_null(http_path(*state, "/%C3"));
}

static void test_headers(void **state) {
  assert_string_equal(http_media_type(*state, "Text/HTML; charset=utf-8"), "text/html");
  assert_string_equal(http_media_type(*state, NULL), "");
  assert_true(http_takes_gzip("deflate, gzip;q=0.5"));
  assert_true(http_takes_gzip("gzip"));
  assert_false(http_takes_gzip("gzip;q=0"));
  assert_false(http_takes_gzip("gzip;q=0.000, br"));
  assert_false(http_takes_gzip("xgzip, gzipped"));
  assert_false(http_takes_gzip(NULL));
  assert_true(http_etag_listed("\"a\", W/\"b\"", "\"b\""));
  assert_true(http_etag_listed("*", "\"b\""));
  assert_false(http_etag_listed("\"ab\"", "\"b\""));
  assert_false(http_etag_listed("\"b", "\"b\""));
  assert_false(http_etag_listed(NULL, "\"b\""));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_urlencoded, open_arena, close_arena),
      cmocka_unit_test_setup_teardown(test_too_many_pairs, open_arena, close_arena),
      cmocka_unit_test_setup_teardown(test_multipart, open_arena, close_arena),
      cmocka_unit_test_setup_teardown(test_multipart_broken, open_arena, close_arena),
      cmocka_unit_test_setup_teardown(test_cookies, open_arena, close_arena),
      cmocka_unit_test_setup_teardown(test_paths, open_arena, close_arena),
      cmocka_unit_test_setup_teardown(test_headers, open_arena, close_arena),
  };
  return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
