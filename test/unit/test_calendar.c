#include "base/calendar.h"
#include "prop.h"

/* Easter a second way: the Sunday after the first ecclesiastical full moon on or after 21 March, moons by Gauss's
 * reckoning of golden number and epact with the centuries' corrections (Clavius), day by day. */
static date_t slow_easter(int y) {
  int golden = y % 19 + 1, century = y / 100 + 1;
  int sun = 3 * century / 4 - 12, moon = (8 * century + 5) / 25 - 5;
  int epact = (11 * golden + 20 + moon - sun) % 30;
  if (epact < 0) epact += 30;
  if ((epact == 25 && golden > 11) || epact == 24) epact++;
  int full = 44 - epact; /* day of March */
  if (full < 21) full += 30;
  date_t d = date_of(y, 3, 1) + full;
  while (date_weekday(d) != 7) d++;
  return d;
}

/* Bank holidays as one would work them out by hand, in a table that is filled year by year. */
struct slow_holidays {
  bool closed[366];
  date_t first;
};

static void close_day(struct slow_holidays *s, date_t d) {
  while (date_weekday(d) > 5 || s->closed[d - s->first]) d++; /* the next weekday that is not itself a holiday */
  s->closed[d - s->first] = true;
}

static date_t monday(date_t d, int step) {
  while (date_weekday(d) != 1) d += step;
  return d;
}

static void slow_year(struct slow_holidays *s, int y) {
  memset(s, 0, sizeof *s);
  s->first = date_of(y, 1, 1);
  close_day(s, s->first);
  close_day(s, slow_easter(y) - 2);
  close_day(s, slow_easter(y) + 1);
  close_day(s, y == 2020 ? date_of(2020, 5, 8) : monday(date_of(y, 5, 1), 1));
  close_day(s, y == 2012 ? date_of(2012, 6, 4) : y == 2022 ? date_of(2022, 6, 2) : monday(date_of(y, 5, 31), -1));
  close_day(s, monday(date_of(y, 8, 31), -1));
  /* A weekday keeps its own holiday; the one that fell on the week-end comes after it. */
  bool boxing_first = date_weekday(date_of(y, 12, 25)) == 7;
  close_day(s, date_of(y, 12, boxing_first ? 26 : 25));
  close_day(s, date_of(y, 12, boxing_first ? 25 : 26));
  static const struct {
    int y, m, d;
  } once[] = {{2011, 4, 29}, {2012, 6, 5}, {2022, 6, 3}, {2022, 9, 19}, {2023, 5, 8}};
  for (size_t i = 0; i < sizeof once / sizeof *once; i++)
    if (once[i].y == y) close_day(s, date_of(y, once[i].m, once[i].d));
}

static void test_every_day(void **state) {
  (void)state;
  struct slow_holidays s;
  for (int y = 1996; y <= 2100; y++) {
    /* Before the data only the rule is promised: these years had days of their own. */
    if (y == 1999 || y == 2002) continue;
    slow_year(&s, y);
    for (date_t d = s.first; d < date_of(y + 1, 1, 1); d++) {
      bool closed = s.closed[d - s.first];
      if ((calendar_bank_holiday_name(d) != NULL) != closed ||
          calendar_counts(calendar_england(), d) != (!closed && date_weekday(d) <= 5)) {
        char text[DATE_TEXT];
        fail_msg("%s", date_format(d, text));
      }
    }
  }
}

static void test_names(void **state) {
  (void)state;
  assert_string_equal(calendar_bank_holiday_name(date_of(2022, 9, 19)), "State Funeral of Queen Elizabeth II");
  assert_string_equal(calendar_bank_holiday_name(date_of(2020, 5, 8)), "Early May bank holiday (VE day)");
  assert_null(calendar_bank_holiday_name(date_of(2020, 5, 4)));
  assert_string_equal(calendar_bank_holiday_name(date_of(2022, 12, 27)), "Christmas Day (substitute day)");
  assert_string_equal(calendar_bank_holiday_name(date_of(2033, 12, 27)), "Christmas Day (substitute day)");
  assert_string_equal(calendar_bank_holiday_name(date_of(2033, 12, 26)), "Boxing Day");
  assert_string_equal(calendar_bank_holiday_name(date_of(2032, 12, 28)), "Boxing Day (substitute day)");
  assert_null(calendar_bank_holiday_name(DATE_NONE));
}

static void test_adding(void **state) {
  (void)state;
  const struct calendar *c = calendar_england();
  date_t skipped[2];
  size_t n;
  bool provisional;
  /* Ten working days after Monday 16 December 2024: over Christmas, Boxing Day and New Year. */
  assert_int_equal(calendar_add(c, date_of(2024, 12, 16), 10, skipped, 2, &n, &provisional), date_of(2025, 1, 2));
  assert_int_equal(n, 3);
  assert_int_equal(skipped[0], date_of(2024, 12, 25));
  assert_int_equal(skipped[1], date_of(2024, 12, 26));
  assert_false(provisional);
  assert_int_equal(calendar_add(c, date_of(2024, 12, 25), 0, NULL, 0, &n, NULL), date_of(2024, 12, 25));
  assert_int_equal(n, 0);
  assert_int_equal(calendar_add(c, date_of(2028, 12, 29), 1, NULL, 0, NULL, &provisional), date_of(2029, 1, 2));
  assert_true(provisional);
  assert_int_equal(calendar_add(c, 0, -1, NULL, 0, NULL, &provisional), DATE_NONE);
  assert_int_equal(calendar_add(c, DATE_NONE, 1, NULL, 0, NULL, NULL), DATE_NONE);
  assert_int_equal(calendar_add(c, date_of(9999, 12, 30), 5, NULL, 0, NULL, NULL), DATE_NONE);
}

static void test_school(void **state) {
  (void)state;
  struct arena *a = arena_new();
  struct calendar_range terms[] = {{date_of(2026, 11, 2), date_of(2026, 12, 18)},
                                   {date_of(2026, 9, 1), date_of(2026, 10, 23)}};
  date_t closures[] = {date_of(2026, 9, 1), date_of(2026, 12, 18)};
  struct calendar *c = calendar_school(a, terms, 2, closures, 2);
  terms[0].from = closures[0] = 0; /* they were copied */
  assert_false(calendar_counts(c, date_of(2026, 9, 1)));
  assert_true(calendar_counts(c, date_of(2026, 9, 2)));
  assert_false(calendar_counts(c, date_of(2026, 10, 28)));
  assert_false(calendar_counts(c, date_of(2026, 9, 5)));
  size_t n;
  assert_int_equal(calendar_add(c, date_of(2026, 10, 22), 2, NULL, 0, &n, NULL), date_of(2026, 11, 2));
  assert_int_equal(n, 5);
  assert_int_equal(calendar_add(c, date_of(2026, 12, 17), 1, NULL, 0, NULL, NULL), DATE_NONE); /* no term is known */
  struct calendar *all_year = calendar_school(a, NULL, 0, closures + 1, 1);
  assert_true(calendar_counts(all_year, date_of(2026, 8, 3)));
  assert_false(calendar_counts(all_year, date_of(2026, 12, 18)));
  assert_false(calendar_counts(all_year, date_of(2026, 12, 25)));
  arena_free(a);
}

static struct calendar *random_school(struct prop *p) {
  struct calendar_range terms[12];
  date_t closures[40], d = date_of(2010, 1, 1) + (date_t)prop_below(p, 60);
  for (int i = 0; i < 12; i++) {
    terms[i].from = d;
    terms[i].to = d + (date_t)prop_below(p, 200);
    d = terms[i].to + 1 + (date_t)prop_below(p, 60);
  }
  for (int i = 0; i < 40; i++) closures[i] = date_of(2010, 1, 1) + (date_t)prop_below(p, 3000);
  return calendar_school(p->arena, terms, prop_below(p, 2) ? 12 : 0, closures, prop_below(p, 41));
}

/* What the sum gives, counting one day at a time gives; between is its inverse. */
static void check_arithmetic(struct prop *p) {
  const struct calendar *c = prop_below(p, 2) ? calendar_england() : random_school(p);
  date_t from = (date_t)prop_between(p, date_of(2010, 1, 1), date_of(2030, 6, 30)), skipped[400];
  int n = (int)prop_below(p, 60), counted = 0;
  size_t n_skipped, passed = 0;
  bool provisional;
  date_t to = calendar_add(c, from, n, skipped, 400, &n_skipped, &provisional);
  if (to == DATE_NONE) {
    prop_assert(p, c->terms && calendar_between(c, from, c->terms[c->n_terms - 1].to) < n);
    return;
  }
  for (date_t d = from + 1; d <= to; d++) {
    bool week_end = date_weekday(d) >= 6, listed = false;
    for (size_t i = 0; i < n_skipped && i < 400; i++) listed |= skipped[i] == d;
    prop_assert(p, listed == (!week_end && !calendar_counts(c, d)) || n_skipped > 400);
    passed += !week_end && !calendar_counts(c, d);
    counted += calendar_counts(c, d);
  }
  prop_assert(p, counted == n && passed == n_skipped);
  prop_assert(p, n == 0 || calendar_counts(c, to));
  prop_assert(p, provisional == (to >= date_of(2029, 1, 1)));
  prop_assert(p, calendar_between(c, from, to) == n && calendar_between(c, to, from) == -n);
}

static void test_arithmetic(void **state) {
  (void)state;
  prop_run("calendar", 1000, check_arithmetic);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_day), cmocka_unit_test(test_names),      cmocka_unit_test(test_adding),
      cmocka_unit_test(test_school),    cmocka_unit_test(test_arithmetic),
  };
  return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
