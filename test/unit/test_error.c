#include "base/error.h"
#include "prop.h"

static void test_set(void **state) {
  (void)state;
  struct arena *a = arena_new();
  struct error e;
  error_init(&e, a);
  assert_int_equal(e.kind, ERR_NONE);
  assert_false(error_field(&e, "born_on", "32/1/2010", "%s is not a date.", "32/1/2010"));
  assert_int_equal(e.kind, ERR_INPUT);
  assert_string_equal(e.message, "32/1/2010 is not a date.");
  assert_false(error_set(&e, ERR_RETRY, "Try %d", 2));
  assert_int_equal(e.kind, ERR_RETRY);
  assert_string_equal(e.message, "Try 2");
  assert_int_equal(e.n_items, 1);
  error_clear(&e);
  assert_int_equal(e.kind, ERR_NONE);
  assert_int_equal(e.n_items, 0);
  assert_null(e.message);
  arena_free(a);
}

static void test_items(void **state) {
  (void)state;
  struct arena *a = arena_new();
  struct error e;
  char value[] = "31/02/2020";
  error_init(&e, a);
  for (long row = 2; row < 40; row++) error_cell(&e, "header.csv", row, "DOB", value, "a date like 31/12/2010");
  value[0] = 'X'; /* strings are the error's own */
  assert_int_equal(e.n_items, 38);
  assert_string_equal(e.items[37].value, "31/02/2020");
  assert_int_equal(e.items[37].row, 39);
  assert_string_equal(e.items[0].message,
                      "header.csv, row 2, column DOB: “31/02/2020” is not right; expected a date like 31/12/2010.");
  assert_string_equal(e.message, e.items[0].message);
  error_clear(&e);
  error_cell(&e, NULL, 0, NULL, "", NULL);
  assert_string_equal(e.message, "The file: the cell is empty.");
  assert_null(e.items[0].expected);
  arena_free(a);
}

static void test_conflict_stays(void **state) {
  (void)state;
  struct arena *a = arena_new();
  struct error e;
  error_init(&e, a);
  error_set(&e, ERR_CONFLICT, "Somebody else saved first.");
  error_field(&e, "view", "theirs", "Both changed this.");
  assert_int_equal(e.kind, ERR_CONFLICT);
  assert_string_equal(e.message, "Somebody else saved first.");
  assert_string_equal(error_kind_name(ERR_CONFLICT), "conflict");
  assert_string_equal(error_kind_name(ERR_NOT_FOUND), "not_found");
  arena_free(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_set),
      cmocka_unit_test(test_items),
      cmocka_unit_test(test_conflict_stays),
  };
  return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
