#include "base/value.h"
#include "prop.h"

static void test_value(void **state) {
  (void)state;
  assert_true(value_eq(value_int(-5), value_int(-5)));
  assert_false(value_eq(value_int(1), value_int(2)));
  assert_true(value_eq(value_text("a"), value_text("a")));
  assert_false(value_eq(value_text("a"), value_text("ab")));
  assert_false(value_eq(value_text("1"), value_int(1)));
  assert_int_equal(value_text(NULL).type, VALUE_NULL);
  assert_true(value_eq(VALUE_NONE, value_text(NULL)));
  assert_false(value_eq(VALUE_NONE, value_text("")));
  struct value blob = {.type = VALUE_BLOB, .s = "a\0b", .n = 3}, other = {.type = VALUE_BLOB, .s = "a\0c", .n = 3};
  assert_true(value_eq(blob, blob));
  assert_false(value_eq(blob, other));
  assert_false(value_eq(blob, value_text("a")));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_value)};
  return cmocka_run_group_tests_name("value", tests, NULL, NULL);
}
