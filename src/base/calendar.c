#include "base/calendar.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/calendar_data.h"

enum { WORKING_DAYS = 5, FARTHEST = 366 * 100 }; /* a hundred years without an answer is no answer */

static date_t holiday_date(size_t i) {
  int ymd = CALENDAR_HOLIDAYS[i].ymd;
  return date_of(ymd / 10000, ymd / 100 % 100, ymd % 100);
}

/* The Gregorian computus in the form of Meeus, Jones and Butcher. */
static date_t easter_sunday(int y) {
  int a = y % 19, b = y / 100, c = y % 100;
  int g = (8 * b + 13) / 25;
  int h = (19 * a + b - b / 4 - g + 15) % 30;
  int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
  int m = (a + 11 * h + 19 * l) / 433;
  int month = (h + l - 7 * m + 90) / 25;
  return date_of(y, month, (h + l - 7 * m + 33 * month + 19) % 32);
}

static const char *new_year_by_rule(int day, int weekday) {
  if (day == 1 && weekday <= WORKING_DAYS) return "New Year’s Day";
  return day <= 3 && day > 1 && weekday == 1 ? "New Year’s Day (substitute day)" : NULL;
}

static const char *christmas_by_rule(int day, int weekday) {
  switch (day) {
  case 25:
    return weekday <= WORKING_DAYS ? "Christmas Day" : NULL;
  case 26:
    return weekday <= WORKING_DAYS ? "Boxing Day" : NULL;
  case 27: /* the 25th was a Saturday or a Sunday */
    return weekday <= 2 ? "Christmas Day (substitute day)" : NULL;
  case 28: /* the 26th was a Saturday or a Sunday */
    return weekday <= 2 ? "Boxing Day (substitute day)" : NULL;
  default:
    return NULL;
  }
}

/* The Act's rule and the standing proclamations, for years that the data do not hold. */
static const char *holiday_by_rule(date_t d, int y, int m, int day) {
  int weekday = date_weekday(d);
  if (m == 1) return new_year_by_rule(day, weekday);
  if (m == 12) return christmas_by_rule(day, weekday);
  if (m == 5 && weekday == 1 && day <= 7) return "Early May bank holiday";
  if (m == 5 && weekday == 1 && day > 24) return "Spring bank holiday";
  if (m == 8 && weekday == 1 && day > 24) return "Summer bank holiday";
  if (m != 3 && m != 4) return NULL;
  date_t easter = easter_sunday(y);
  return d == easter - 2 ? "Good Friday" : d == easter + 1 ? "Easter Monday" : NULL;
}

/* First place in the data at or after d. */
static size_t holiday_at(int ymd) {
  size_t low = 0, high = CALENDAR_HOLIDAY_COUNT;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (CALENDAR_HOLIDAYS[middle].ymd < ymd) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

const char *calendar_bank_holiday_name(date_t d) {
  int y, m, day;
  date_split(d, &y, &m, &day);
  if (y == 0) return NULL;
  if (y < CALENDAR_FIRST_YEAR || y > CALENDAR_LAST_YEAR) return holiday_by_rule(d, y, m, day);
  int ymd = y * 10000 + m * 100 + day;
  size_t i = holiday_at(ymd);
  return i < CALENDAR_HOLIDAY_COUNT && CALENDAR_HOLIDAYS[i].ymd == ymd ? CALENDAR_HOLIDAYS[i].name : NULL;
}

static struct calendar england;
static pthread_once_t england_once = PTHREAD_ONCE_INIT;

static void england_make(void) {
  static date_t closed[(CALENDAR_LAST_YEAR - CALENDAR_FIRST_YEAR + 1) * 12];
  for (size_t i = 0; i < CALENDAR_HOLIDAY_COUNT; i++) closed[i] = holiday_date(i);
  england = (struct calendar){
      .closed = closed,
      .n_closed = CALENDAR_HOLIDAY_COUNT,
      .provisional_from = date_of(CALENDAR_PROCLAIMED_TO + 1, 1, 1),
  };
}

const struct calendar *calendar_england(void) {
  pthread_once(&england_once, england_make);
  return &england;
}

static int date_order(const void *a, const void *b) {
  date_t x = *(const date_t *)a, y = *(const date_t *)b;
  return (x > y) - (x < y);
}

static int range_order(const void *a, const void *b) {
  return date_order(&((const struct calendar_range *)a)->from, &((const struct calendar_range *)b)->from);
}

struct calendar *calendar_school(struct arena *a, const struct calendar_range *terms, size_t n_terms,
                                 const date_t *closures, size_t n_closures) {
  const struct calendar *all = calendar_england();
  struct calendar *c = arena_alloc(a, sizeof *c);
  size_t n = all->n_closed + n_closures;
  date_t *closed = arena_alloc(a, n * sizeof *closed);
  memcpy(closed, all->closed, all->n_closed * sizeof *closed);
  if (n_closures) memcpy(closed + all->n_closed, closures, n_closures * sizeof *closed);
  qsort(closed, n, sizeof *closed, date_order);
  *c = (struct calendar){.closed = closed, .n_closed = n, .provisional_from = all->provisional_from};
  if (terms && n_terms) {
    struct calendar_range *sorted = arena_copy(a, terms, n_terms * sizeof *terms);
    qsort(sorted, n_terms, sizeof *sorted, range_order);
    c->terms = sorted;
    c->n_terms = n_terms;
  }
  return c;
}

static bool in_term(const struct calendar *c, date_t d) {
  if (!c->terms) return true;
  for (size_t i = 0; i < c->n_terms && c->terms[i].from <= d; i++)
    if (d <= c->terms[i].to) return true;
  return false;
}

static bool beyond_data(date_t d) {
  int y, m, day;
  date_split(d, &y, &m, &day);
  return y < CALENDAR_FIRST_YEAR || y > CALENDAR_LAST_YEAR;
}

bool calendar_counts(const struct calendar *c, date_t d) {
  int weekday = date_weekday(d);
  if (weekday == 0 || weekday > WORKING_DAYS || !in_term(c, d)) return false;
  if (bsearch(&d, c->closed, c->n_closed, sizeof d, date_order)) return false;
  return !beyond_data(d) || !calendar_bank_holiday_name(d);
}

date_t calendar_add(const struct calendar *c, date_t d, int n, date_t *skipped, size_t max, size_t *n_skipped,
                    bool *provisional) {
  size_t passed = 0;
  date_t at = d;
  int left = n;
  const int limit = n < 0 ? 0 : FARTHEST;
  for (int gap = 0; left > 0 && date_weekday(at) != 0 && gap <= limit; gap++) {
    at++;
    if (calendar_counts(c, at)) {
      left--;
      gap = 0;
    } else if (date_weekday(at) >= 1 && date_weekday(at) <= WORKING_DAYS) {
      if (skipped && passed < max) skipped[passed] = at;
      passed++;
    }
  }
  if (left != 0 || date_weekday(at) == 0) at = DATE_NONE;
  if (n_skipped) *n_skipped = passed;
  if (provisional) *provisional = at != DATE_NONE && c->provisional_from != DATE_NONE && at >= c->provisional_from;
  return at;
}

int calendar_between(const struct calendar *c, date_t after, date_t upto) {
  if (after == DATE_NONE || upto == DATE_NONE) return 0;
  if (upto < after) return -calendar_between(c, upto, after);
  int n = 0;
  for (date_t d = after + 1; d <= upto; d++) n += calendar_counts(c, d);
  return n;
}
