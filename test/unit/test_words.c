/* The sentences that pages make from the model's titles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "web/words.h"

static void test_titles_within_sentences(void **state) {
  static const struct {
    const char *title, *within, *one;
  } all[] = {{"School", "school", "a school"},
             {"Action", "action", "an action"},
             {"Personal education plan", "personal education plan", "a personal education plan"},
             {"UPN", "UPN", "a UPN"}};
  struct arena *a = arena_new();
  (void)state;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    assert_string_equal(words_within(a, all[i].title), all[i].within);
    assert_string_equal(words_one(a, all[i].title), all[i].one);
  }
  arena_free(a);
}

static void test_what_has_states_is_started(void **state) {
  struct arena *a = arena_new();
  const struct model_record plain = {.title = "Organisation"},
                            plan = {.title = "Personal education plan", .n_states = 2};
  (void)state;
  assert_string_equal(words_add(a, &plain), "Add an organisation");
  assert_string_equal(words_add(a, &plan), "Start a personal education plan");
  arena_free(a);
}

static void test_what_is_in_work(void **state) {
  const struct model_state states[] = {
      {.id = "begun"}, {.id = "approved", .snapshot = true}, {.id = "closed", .final = true}};
  const struct model_record r = {.title = "Plan", .states = states, .n_states = 3}, stateless = {.title = "Note"};
  (void)state;
  assert_true(words_in_work(&(struct record_row){.record = &r, .state = "begun"}));
  assert_false(words_in_work(&(struct record_row){.record = &r, .state = "begun", .voided = true}));
  assert_false(words_in_work(&(struct record_row){.record = &r, .state = "approved"}));
  assert_false(words_in_work(&(struct record_row){.record = &r, .state = "closed"}));
  assert_false(words_in_work(&(struct record_row){.record = &stateless}));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_titles_within_sentences),
      cmocka_unit_test(test_what_has_states_is_started),
      cmocka_unit_test(test_what_is_in_work),
  };
  return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
