#include "base/date.h"
#include "prop.h"

/* A second calendar that only ever counts on by one day. */
struct slow_day {
  int y, m, d, weekday;
};

static int slow_month_days(int y, int m) {
  if (m == 4 || m == 6 || m == 9 || m == 11) return 30;
  if (m != 2) return 31;
  if (y % 400 == 0) return 29;
  if (y % 100 == 0) return 28;
  return y % 4 == 0 ? 29 : 28;
}

static void slow_next(struct slow_day *s) {
  s->weekday = s->weekday == 7 ? 1 : s->weekday + 1;
  if (++s->d <= slow_month_days(s->y, s->m)) return;
  s->d = 1;
  if (++s->m <= 12) return;
  s->m = 1;
  s->y++;
}

/* Every day that is held, 3.6 million of them. */
static void test_every_day(void **state) {
  (void)state;
  struct slow_day s = {1, 1, 1, 1};
  date_t first = date_of(1, 1, 1), last = date_of(9999, 12, 31);
  for (date_t day = first; day <= last; day++, slow_next(&s)) {
    int y, m, d;
    date_split(day, &y, &m, &d);
    if (y != s.y || m != s.m || d != s.d || date_of(y, m, d) != day || date_weekday(day) != s.weekday)
      fail_msg("day %d: %d-%d-%d, expected %d-%d-%d", day, y, m, d, s.y, s.m, s.d);
  }
  assert_int_equal(s.y, 10000);
  assert_int_equal(date_of(1970, 1, 1), 0);
  assert_int_equal(date_weekday(date_of(2026, 11, 24)), 2);
}

static void test_not_held(void **state) {
  (void)state;
  int y, m, d;
  char text[DATE_TEXT] = "x", long_text[40] = "x";
  assert_false(date_valid(2023, 2, 29));
  assert_true(date_valid(2024, 2, 29));
  assert_false(date_valid(1900, 2, 29));
  assert_false(date_valid(2024, 13, 1));
  assert_false(date_valid(2024, 0, 1));
  assert_false(date_valid(0, 1, 1));
  assert_int_equal(date_of(2023, 2, 29), DATE_NONE);
  assert_int_equal(date_of(10000, 1, 1), DATE_NONE);
  date_split(DATE_NONE, &y, &m, &d);
  assert_true(y == 0 && m == 0 && d == 0);
  assert_int_equal(date_weekday(DATE_NONE), 0);
  assert_int_equal(date_add_months(DATE_NONE, 1), DATE_NONE);
  assert_int_equal(date_add_months(date_of(9999, 12, 1), 1), DATE_NONE);
  assert_int_equal(date_add_months(date_of(1, 1, 1), -1), DATE_NONE);
  assert_int_equal(date_add_months(0, INT32_MAX), DATE_NONE);
  assert_int_equal(date_add_years(0, INT32_MIN), DATE_NONE);
  assert_int_equal(date_age(DATE_NONE, 0), -1);
  assert_string_equal(date_format(DATE_NONE, text), "");
  assert_string_equal(date_format(INT32_MAX, text), "");
  assert_string_equal(date_words(DATE_NONE, long_text, sizeof long_text), "");
  assert_string_equal(date_long(DATE_NONE, long_text, sizeof long_text), "");
}

static void test_adding(void **state) {
  (void)state;
  assert_int_equal(date_add_months(date_of(2024, 1, 31), 1), date_of(2024, 2, 29));
  assert_int_equal(date_add_months(date_of(2023, 1, 31), 1), date_of(2023, 2, 28));
  assert_int_equal(date_add_months(date_of(2024, 3, 31), -1), date_of(2024, 2, 29));
  assert_int_equal(date_add_months(date_of(2024, 1, 15), -13), date_of(2022, 12, 15));
  assert_int_equal(date_add_years(date_of(2024, 2, 29), 1), date_of(2025, 2, 28));
  assert_int_equal(date_add_years(date_of(2024, 2, 29), 4), date_of(2028, 2, 29));
}

static void check_adding(struct prop *p) {
  date_t from = (date_t)prop_between(p, date_of(1900, 1, 1), date_of(2100, 12, 31));
  int n = (int)prop_between(p, -600, 600), y, m, d, y2, m2, d2;
  date_split(from, &y, &m, &d);
  date_split(date_add_months(from, n), &y2, &m2, &d2);
  prop_assert(p, y2 * 12 + m2 == y * 12 + m + n);
  prop_assert(p, d2 == d || (d2 < d && d2 == slow_month_days(y2, m2)));
}

/* Age by living through every day: a birthday comes when month and day come round, 1 March in place of a missing 29
 * February. */
static void check_age(struct prop *p) {
  date_t born = (date_t)prop_between(p, date_of(1990, 1, 1), date_of(2020, 12, 31));
  if (prop_below(p, 4) == 0) born = date_of(2000 + 4 * (int)prop_below(p, 5), 2, 29);
  int by, bm, bd, age = 0;
  date_split(born, &by, &bm, &bd);
  prop_assert(p, date_age(born, born) == 0 && date_age(born, born - 1) == -1);
  for (date_t on = born + 1; on < born + 9000; on++) {
    int y, m, d;
    date_split(on, &y, &m, &d);
    bool leapling_day = bm == 2 && bd == 29 && slow_month_days(y, 2) == 28 && m == 3 && d == 1;
    if ((m == bm && d == bd) || leapling_day) age++;
    if (date_age(born, on) != age) prop_assert(p, false);
  }
}

static void test_years(void **state) {
  (void)state;
  assert_int_equal(date_academic_year(date_of(2026, 8, 31)), 2025);
  assert_int_equal(date_academic_year(date_of(2026, 9, 1)), 2026);
  assert_int_equal(date_financial_year(date_of(2026, 3, 31)), 2025);
  assert_int_equal(date_financial_year(date_of(2026, 4, 1)), 2026);
  /* Born on the last and first day of a school year: one starts Reception in September 2015, the other in 2016. */
  assert_int_equal(date_national_curriculum_year(date_of(2011, 8, 31), date_of(2015, 9, 1)), 0);
  assert_int_equal(date_national_curriculum_year(date_of(2011, 9, 1), date_of(2015, 9, 1)), -1);
  assert_int_equal(date_national_curriculum_year(date_of(2011, 9, 1), date_of(2016, 9, 1)), 0);
  assert_int_equal(date_national_curriculum_year(date_of(2010, 5, 5), date_of(2026, 6, 1)), 11);
  assert_int_equal(date_national_curriculum_year(date_of(2010, 5, 5), date_of(2026, 9, 1)), 12);
}

static void test_properties(void **state) {
  (void)state;
  prop_run("adding months", 5000, check_adding);
  prop_run("age", 40, check_age);
}

static void test_iso(void **state) {
  (void)state;
  char text[DATE_TEXT];
  for (date_t d = date_of(2009, 12, 1); d < date_of(2031, 2, 1); d++)
    assert_int_equal(date_parse_iso(date_format(d, text)), d);
  assert_string_equal(date_format(date_of(7, 1, 2), text), "0007-01-02");
  static const char *const bad[] = {"",           "2026-1-01",   "2026-01-1",   "26-01-01",    "2026/01/01",
                                    "2026-02-30", "2026-01-01 ", " 2026-01-01", "2026-01-01T", "0000-01-01",
                                    "20260101",   "2026-13-01"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_int_equal(date_parse_iso(bad[i]), DATE_NONE);
  assert_int_equal(date_parse_iso(NULL), DATE_NONE);
}

static void test_uk(void **state) {
  (void)state;
  assert_int_equal(date_parse_uk("1/2/2026"), date_of(2026, 2, 1));
  assert_int_equal(date_parse_uk("01-02-2026"), date_of(2026, 2, 1));
  assert_int_equal(date_parse_uk("31/12/1823"), date_of(1823, 12, 31));
  static const char *const bad[] = {"",           "1/2/26",     "1/2-2026",  "30/02/2026", "001/2/2026",
                                    "1/2/20260",  "1//2026",    "/1/2026",   "1.2.2026",   "1/2/2026 ",
                                    "12/31/2026", "2026-01-02", "1/2/2026x", "١/٢/٢٠٢٦"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_int_equal(date_parse_uk(bad[i]), DATE_NONE);
  assert_int_equal(date_parse_uk(NULL), DATE_NONE);
}

static void test_words(void **state) {
  (void)state;
  char text[40], small[5];
  assert_string_equal(date_words(date_of(2025, 12, 12), text, sizeof text), "Fri 12 Dec 2025");
  assert_string_equal(date_long(date_of(2025, 9, 2), text, sizeof text), "2 September 2025");
  assert_string_equal(date_words(date_of(2025, 12, 12), small, sizeof small), "Fri ");
}

static void test_instants(void **state) {
  (void)state;
  char text[INSTANT_TEXT];
  assert_int_equal(instant_parse("1970-01-01T00:00:00Z"), 0);
  assert_int_equal(instant_parse("1970-01-01T01:00:00.000001+01:00"), 1);
  assert_int_equal(instant_parse("1969-12-31t23:59:59.9999999z"), -1);
  assert_int_equal(instant_parse("2016-12-31T23:59:60Z"), instant_parse("2017-01-01T00:00:00Z"));
  assert_string_equal(instant_format(-1, text), "1969-12-31T23:59:59.999999Z");
  assert_string_equal(instant_format(instant_parse("2026-11-24T00:19:12-05:30"), text), "2026-11-24T05:49:12.000000Z");
  assert_string_equal(instant_format(INSTANT_NONE, text), "");
  assert_string_equal(instant_format(INT64_MAX, text), "");
  static const char *const bad[] = {"",
                                    "2026-11-24",
                                    "2026-11-24T00:19Z",
                                    "2026-11-24T00:19:12",
                                    "2026-11-24 00:19:12Z",
                                    "2026-11-24T24:00:00Z",
                                    "2026-11-24T00:60:00Z",
                                    "2026-11-24T00:00:61Z",
                                    "2026-11-24T00:00:00.Z",
                                    "2026-11-24T00:00:00+0100",
                                    "2026-11-24T00:00:00+24:00",
                                    "2026-11-24T00:00:00Zx",
                                    "0001-01-01T00:00:00+00:01",
                                    "9999-12-31T23:59:59-00:01"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_true(instant_parse(bad[i]) == INSTANT_NONE);
  assert_true(instant_parse(NULL) == INSTANT_NONE);
}

static void check_instant(struct prop *p) {
  char text[INSTANT_TEXT];
  instant_t t = prop_between(p, instant_parse("0001-01-01T00:00:00Z"), instant_parse("9999-12-31T23:59:59.999999Z"));
  prop_assert(p, instant_parse(instant_format(t, text)) == t && strlen(text) == INSTANT_TEXT - 1);
}

static void test_instant_property(void **state) {
  (void)state;
  prop_run("instant", 5000, check_instant);
}

/* Summer time found by looking through a month for its Sundays, then every quarter of an hour of 2010 to 2030. */
static instant_t change_by_scanning(int y, int month) {
  struct slow_day s = {2000, 1, 1, 6};
  instant_t days = 10957, sunday = 0;
  for (; s.y < y || s.m < month; slow_next(&s)) days++;
  for (; s.m == month; slow_next(&s), days++)
    if (s.weekday == 7) sunday = days;
  return (sunday * 24 + 1) * 3600 * INT64_C(1000000);
}

static void test_london(void **state) {
  (void)state;
  const instant_t hour = INT64_C(3600000000), day = 24 * hour;
  for (int y = 2010; y <= 2030; y++) {
    instant_t forward = change_by_scanning(y, 3), back = change_by_scanning(y, 10);
    for (instant_t t = date_of(y, 1, 1) * day; t < date_of(y + 1, 1, 1) * day; t += hour / 4) {
      instant_t wall = t + (t >= forward && t < back ? hour : 0);
      date_t d;
      int h, m;
      instant_london(t, &d, &h, &m);
      if (d * day + h * hour + m * (hour / 60) != wall || instant_london_date(t) != d) fail_msg("%d: %" PRId64, y, t);
      /* Back again: the same instant, but for the second of the two hours that look alike. */
      instant_t again = instant_of_london(d, h, m);
      if (again != t - (t >= back && t < back + hour ? hour : 0)) fail_msg("%d: back from %" PRId64, y, t);
    }
    /* The hour that does not exist is moved on. */
    assert_true(instant_of_london((date_t)(forward / day), 1, 30) == forward + hour / 2);
  }
  assert_true(instant_of_london(DATE_NONE, 0, 0) == INSTANT_NONE);
  assert_true(instant_of_london(0, 24, 0) == INSTANT_NONE);
  assert_int_equal(instant_london_date(INSTANT_NONE), DATE_NONE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_day),  cmocka_unit_test(test_not_held),
      cmocka_unit_test(test_adding),     cmocka_unit_test(test_years),
      cmocka_unit_test(test_properties), cmocka_unit_test(test_iso),
      cmocka_unit_test(test_uk),         cmocka_unit_test(test_words),
      cmocka_unit_test(test_instants),   cmocka_unit_test(test_instant_property),
      cmocka_unit_test(test_london),
  };
  return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
