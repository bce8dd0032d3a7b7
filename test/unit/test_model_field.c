#include "base/date.h"
#include "model_fixture.h"
#include "prop.h"

struct typed {
  const char *given, *text, *shown; /* text NULL: refused, and shown is what is said */
};

static const struct model_code colours[] = {{.code = "R", .label = "Red", .from = DATE_NONE, .to = DATE_NONE},
                                            {.code = "old", .label = "Old", .from = DATE_NONE, .to = 18000},
                                            {.code = "new", .label = "New", .from = 30000, .to = DATE_NONE}};
static const struct model_codes colour = {.name = "colour", .title = "colour", .codes = colours, .n = 3};

static void try_all(const struct model_field *f, const struct typed *cases, size_t n) {
  struct arena *a = arena_new();
  date_t today = date_of(2026, 1, 5);
  for (size_t i = 0; i < n; i++) {
    struct value v, again;
    const char *expected = NULL;
    bool ok = model_field_check(f, cases[i].given, today, a, &v, &expected);
    if (ok != (cases[i].text != NULL)) fail_msg("“%s”: %s", cases[i].given, ok ? "accepted" : expected);
    if (!ok) {
      if (!strstr(expected, cases[i].shown)) fail_msg("“%s” says: %s", cases[i].given, expected);
      assert_int_equal(v.type, VALUE_NULL);
      continue;
    }
    assert_int_equal(v.type == VALUE_NULL ? model_field_value(f) : v.type, model_field_value(f));
    assert_string_equal(model_field_text(f, v, a), cases[i].text);
    assert_string_equal(model_field_show(f, v, a), cases[i].shown);
    assert_true(model_field_check(f, model_field_text(f, v, a), today, a, &again, &expected));
    assert_true(value_eq(v, again));
  }
  arena_free(a);
}
#define TRY(field, ...)                                \
  do {                                                 \
    const struct typed cases[] = {__VA_ARGS__};        \
    const struct model_field f_ = field;               \
    try_all(&f_, cases, sizeof cases / sizeof *cases); \
  } while (0)
#define F(...) ((struct model_field){__VA_ARGS__})

static void test_dates(void **state) {
  (void)state;
  TRY(F(.type = FIELD_DATE), {"27/3/2026", "2026-03-27", "27 March 2026"}, {"27 3 2026", "2026-03-27", "27 March 2026"},
      {"2026-03-27", "2026-03-27", "27 March 2026"}, {" 27 March 2026 ", "2026-03-27", "27 March 2026"},
      {"1st jan 2026", "2026-01-01", "1 January 2026"}, {"3-12-1999", "1999-12-03", "3 December 1999"},
      {"7.8.2020", "2020-08-07", "7 August 2020"}, {"", "", ""}, {"   ", "", ""},
      {"29/2/2024", "2024-02-29", "29 February 2024"}, {"29/2/2025", NULL, "Enter a date like 27 3 2026"},
      {"31/4/2026", NULL, "Enter a date like 27 3 2026"}, {"3/27/2026", NULL, "Enter a date like 27 3 2026"},
      {"27/3/26", NULL, "Enter a date like 27 3 2026"}, {"tomorrow", NULL, "Enter a date like 27 3 2026"},
      {"2026-03-27x", NULL, "Enter a date like"}, {"12 Marchember 2026", NULL, "Enter a date like"},
      {"1/1/1823", NULL, "a year from 1900"}, {"1/1/0001", NULL, "a year from 1900"}, {"1/1/9999", NULL, "to 2150"});
  TRY(F(.type = FIELD_DATE, .check = "not_future"), {"5/1/2026", "2026-01-05", "5 January 2026"},
      {"6/1/2026", NULL, "today or in the past"});
  TRY(F(.type = FIELD_INSTANT), {"27/3/2026 14:05", "2026-03-27T14:05:00.000000Z", "27 March 2026, 14:05"},
      {"1 July 2026 00:30", "2026-06-30T23:30:00.000000Z", "1 July 2026, 00:30"},
      {"2026-01-05T10:00:00+02:00", "2026-01-05T08:00:00.000000Z", "5 January 2026, 08:00"},
      {"27/3/2026", NULL, "date and time"}, {"27/3/2026 25:00", NULL, "date and time"},
      {"27/3/2026 1:5", NULL, "date and time"});
}

static void test_numbers(void **state) {
  (void)state;
  TRY(F(.type = FIELD_MONEY), {"£1,200.50", "1200.50", "£1,200.50"}, {"1200.5", "1200.50", "£1,200.50"},
      {"-£3", "-3.00", "-£3.00"}, {"0.07", "0.07", "£0.07"}, {"1,20", NULL, "Enter an amount like £1,200.50"},
      {"12.345", NULL, "£1,200.50"}, {"£", NULL, "£1,200.50"}, {"--3", NULL, "£1,200.50"},
      {"twelve", NULL, "£1,200.50"}, {"99999999999999999999", NULL, "£1,200.50"});
  TRY(F(.type = FIELD_INTEGER, .has_min = true, .min = 0, .has_max = true, .max = 5000), {"12", "12", "12"},
      {"1,200", "1200", "1,200"}, {"0", "0", "0"}, {"-1", NULL, "Enter a whole number from 0 to 5,000"},
      {"5001", NULL, "from 0 to 5,000"}, {"1.0", NULL, "whole number"});
  TRY(F(.type = FIELD_NUMBER, .scale = 1, .has_max = true, .max = 1000), {"12.5", "12.5", "12.5"},
      {"12", "12.0", "12.0"}, {"-0.5", "-0.5", "-0.5"}, {"100.1", NULL, "Enter a number of 100.0 or less"},
      {"1.25", NULL, "100.0 or less"});
  TRY(F(.type = FIELD_YES_NO), {"yes", "yes", "Yes"}, {"N", "no", "No"}, {"TRUE", "yes", "Yes"}, {"0", "no", "No"},
      {"perhaps", NULL, "Select yes or no"});
}

static void test_texts(void **state) {
  (void)state;
  TRY(F(.type = FIELD_TEXT, .has_max = true, .max = 5), {"  abc ", "abc", "abc"},
      {"\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7xyz", "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7xyz",
       "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7xyz"},
      {"abcdef", NULL, "at most 5 characters"}, {"a\nb", NULL, "one line"}, {"\xFF", NULL, "broken characters"},
      {"'; drop--", NULL, "at most 5"});
  TRY(F(.type = FIELD_PROSE), {"a\r\nb", "a\nb", "a\nb"});
  TRY(F(.type = FIELD_TEXT, .pattern = "[0-9]{3}|x", .example = "886"), {"886", "886", "886"}, {"x", "x", "x"},
      {"8866", NULL, "like 886"}, {"y886", NULL, "like 886"});
  TRY(F(.type = FIELD_TEXT, .check = "postcode"), {"tn237xl", "TN23 7XL", "TN23 7XL"}, {"TN23", NULL, "full postcode"});
  TRY(F(.type = FIELD_TEXT, .check = "local_id"), {"C100", "C100", "C100"}, {"C 100", NULL, "letters and digits"},
      {"123456789012345678901", NULL, "at most 20"});
  TRY(F(.type = FIELD_TEXT, .check = "nhs"), {"943 476 5919", "9434765919", "9434765919"},
      {"943 476 5918", NULL, "NHS number"});
  TRY(F(.type = FIELD_REF, .ref = "person"), {"42", "42", "42"}, {"330-4821", "4821", "4821"},
      {"0", NULL, "Select one"}, {"x", NULL, "Select one"});
  TRY(F(.type = FIELD_REF, .ref = "school"), {"136789", "136789", "136789"}, {"no", NULL, "URN"});
}

static void test_codes(void **state) {
  (void)state;
  TRY(F(.type = FIELD_CODE, .codes = &colour), {"R", "R", "Red"}, {"r", "R", "Red"}, {"red", "R", "Red"},
      {"blue", NULL, "Select a colour: R (Red)"}, {"old", NULL, "could be used until 14 April 2019"},
      {"new", NULL, "may be used from 20 February 2052"});
  struct arena *a = arena_new();
  struct value v;
  const char *expected;
  const struct model_field f = {.type = FIELD_CODE, .codes = &colour};
  assert_true(model_field_check(&f, "old", DATE_NONE, a, &v, &expected)); /* no date: any time */
  assert_true(model_field_check(&f, "old", 18000, a, &v, &expected));
  arena_free(a);
}

/* Whatever is typed, check answers, and what it accepts reads back the same. */
static void check_any(struct prop *p) {
  static const enum field_type types[] = {FIELD_TEXT,    FIELD_PROSE, FIELD_DATE,   FIELD_INSTANT, FIELD_NUMBER,
                                          FIELD_INTEGER, FIELD_MONEY, FIELD_YES_NO, FIELD_CODE,    FIELD_REF};
  struct model_field f = {.type = types[prop_below(p, 10)], .scale = 3, .codes = &colour, .ref = "person"};
  if (f.type != FIELD_NUMBER) f.scale = 0;
  char *given = prop_text(p, 12);
  if (prop_below(p, 2)) {
    given = arena_printf(p->arena, "%s%lld%s%lld", prop_below(p, 2) ? "-" : "", (long long)prop_between(p, 0, 40),
                         prop_below(p, 2) ? "/3/20" : ".", (long long)prop_between(p, 0, 99));
  }
  struct value v, again;
  const char *expected = NULL;
  if (!model_field_check(&f, given, DATE_NONE, p->arena, &v, &expected)) {
    prop_assert(p, expected && *expected);
    return;
  }
  const char *text = model_field_text(&f, v, p->arena);
  prop_assert(p, model_field_show(&f, v, p->arena));
  prop_assert(p, model_field_check(&f, text, DATE_NONE, p->arena, &again, &expected));
  prop_assert(p, value_eq(v, again));
}

static void test_any_text(void **state) {
  (void)state;
  prop_run("model_field_check", 20000, check_any);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_dates), cmocka_unit_test(test_numbers),
                                     cmocka_unit_test(test_texts), cmocka_unit_test(test_codes),
                                     cmocka_unit_test(test_any_text)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
