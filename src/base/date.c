#include "base/date.h"

#include <stdio.h>
#include <string.h>

enum { FIRST_DAY = -719162, LAST_DAY = 2932896 }; /* 0001-01-01 and 9999-12-31 */
#define MICROS INT64_C(1000000)
#define DAY_MICROS (INT64_C(86400) * MICROS)

static const char *const MONTHS[] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};
static const char *const WEEKDAYS[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

static bool held(date_t d) {
  return d >= FIRST_DAY && d <= LAST_DAY;
}
static bool leap(int y) {
  return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

static int month_days(int y, int m) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return m == 2 && leap(y) ? 29 : days[m - 1];
}

bool date_valid(int y, int m, int d) {
  return y >= 1 && y <= 9999 && m >= 1 && m <= 12 && d >= 1 && d <= month_days(y, m);
}

/* Years are counted from 1 March, so that the leap day is the last: day = 365 y + leap days + (153 m + 2) / 5 + d. */
date_t date_of(int y, int m, int d) {
  if (!date_valid(y, m, d)) return DATE_NONE;
  int from_march = (m + 9) % 12, year = y - (m <= 2);
  return year * 365 + year / 4 - year / 100 + year / 400 + (153 * from_march + 2) / 5 + d - 1 - 719468;
}

void date_split(date_t d, int *y, int *m, int *day) {
  *y = *m = *day = 0;
  if (!held(d)) return;
  int n = d + 719468; /* days since 0000-03-01 */
  int era = n / 146097, of_era = n % 146097;
  int year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int of_year = of_era - (365 * year + year / 4 - year / 100);
  int from_march = (5 * of_year + 2) / 153;
  *day = of_year - (153 * from_march + 2) / 5 + 1;
  *m = from_march < 10 ? from_march + 3 : from_march - 9;
  *y = era * 400 + year + (*m <= 2);
}

int date_weekday(date_t d) {
  if (!held(d)) return 0;
  return (d - FIRST_DAY) % 7 + 1; /* 0001-01-01 was a Monday */
}

date_t date_add_months(date_t d, int n) {
  int y, m, day;
  if (!held(d)) return DATE_NONE;
  date_split(d, &y, &m, &day);
  int64_t months = (int64_t)y * 12 + (m - 1) + n;
  if (months < 12 || months >= INT64_C(10000) * 12) return DATE_NONE;
  y = (int)(months / 12);
  m = (int)(months % 12) + 1;
  int last = month_days(y, m);
  return date_of(y, m, day < last ? day : last);
}

date_t date_add_years(date_t d, int n) {
  if (n > 9999 || n < -9999) return DATE_NONE;
  return date_add_months(d, n * 12);
}

int date_age(date_t born, date_t on) {
  int by, bm, bd, y, m, d;
  if (!held(born) || !held(on) || on < born) return -1;
  date_split(born, &by, &bm, &bd);
  date_split(on, &y, &m, &d);
  return y - by - (m < bm || (m == bm && d < bd));
}

static int year_from_month(date_t d, int first_month) {
  int y, m, day;
  if (!held(d)) return 0;
  date_split(d, &y, &m, &day);
  return y - (m < first_month);
}

int date_academic_year(date_t d) {
  return year_from_month(d, 9);
}
int date_financial_year(date_t d) {
  return year_from_month(d, 4);
}

/* Reception is the school year in which a child turns five. */
int date_national_curriculum_year(date_t born, date_t on) {
  return date_academic_year(on) - date_academic_year(born) - 5;
}

/* Reads between least and most digits; the cursor moves past them. -1 when there are fewer. */
static int digits(const char **s, int least, int most) {
  int n = 0, value = 0;
  while (n < most && **s >= '0' && **s <= '9') {
    value = value * 10 + (*(*s)++ - '0');
    n++;
  }
  return n < least ? -1 : value;
}

static bool skip(const char **s, char c) {
  if (**s != c) return false;
  (*s)++;
  return true;
}

/* YYYY-MM-DD at the cursor, which moves past it. */
static date_t iso_at(const char **s) {
  int y = digits(s, 4, 4), m, d;
  if (y < 0 || !skip(s, '-') || (m = digits(s, 2, 2)) < 0 || !skip(s, '-') || (d = digits(s, 2, 2)) < 0)
    return DATE_NONE;
  return date_of(y, m, d);
}

date_t date_parse_iso(const char *s) {
  if (!s) return DATE_NONE;
  date_t d = iso_at(&s);
  return *s == '\0' ? d : DATE_NONE;
}

date_t date_parse_uk(const char *s) {
  if (!s) return DATE_NONE;
  int d = digits(&s, 1, 2), m, y;
  char between = *s;
  if (d < 0 || (between != '/' && between != '-')) return DATE_NONE;
  s++;
  if ((m = digits(&s, 1, 2)) < 0 || !skip(&s, between) || (y = digits(&s, 4, 4)) < 0 || *s != '\0') return DATE_NONE;
  return date_of(y, m, d);
}

/* The years held have four digits; the remainders say so to the compiler. */
char *date_format(date_t d, char out[DATE_TEXT]) {
  int y, m, day;
  out[0] = '\0';
  if (!held(d)) return out;
  date_split(d, &y, &m, &day);
  snprintf(out, DATE_TEXT, "%04u-%02u-%02u", (unsigned)y % 10000, (unsigned)m % 100, (unsigned)day % 100);
  return out;
}

char *date_words(date_t d, char *out, size_t n) {
  int y, m, day;
  if (n > 0) out[0] = '\0';
  if (!held(d)) return out;
  date_split(d, &y, &m, &day);
  snprintf(out, n, "%s %d %.3s %d", WEEKDAYS[date_weekday(d) - 1], day, MONTHS[m - 1], y);
  return out;
}

char *date_long(date_t d, char *out, size_t n) {
  int y, m, day;
  if (n > 0) out[0] = '\0';
  if (!held(d)) return out;
  date_split(d, &y, &m, &day);
  snprintf(out, n, "%d %s %d", day, MONTHS[m - 1], y);
  return out;
}

static bool instant_held(instant_t t) {
  return t >= FIRST_DAY * DAY_MICROS && t < (INT64_C(1) + LAST_DAY) * DAY_MICROS;
}

/* Offset in minutes at the cursor: Z or +HH:MM or -HH:MM. */
static bool offset_at(const char **s, int *minutes) {
  *minutes = 0;
  if (skip(s, 'Z') || skip(s, 'z')) return true;
  int sign = **s == '+' ? 1 : **s == '-' ? -1 : 0;
  if (!sign) return false;
  (*s)++;
  int h = digits(s, 2, 2), m;
  if (h < 0 || h > 23 || !skip(s, ':') || (m = digits(s, 2, 2)) < 0 || m > 59) return false;
  *minutes = sign * (h * 60 + m);
  return true;
}

instant_t instant_parse(const char *s) {
  if (!s) return INSTANT_NONE;
  date_t d = iso_at(&s);
  int h, m, sec, offset;
  if (d == DATE_NONE || (!skip(&s, 'T') && !skip(&s, 't'))) return INSTANT_NONE;
  if ((h = digits(&s, 2, 2)) < 0 || h > 23 || !skip(&s, ':')) return INSTANT_NONE;
  if ((m = digits(&s, 2, 2)) < 0 || m > 59 || !skip(&s, ':')) return INSTANT_NONE;
  if ((sec = digits(&s, 2, 2)) < 0 || sec > 60) return INSTANT_NONE; /* a leap second is the next minute's first */
  int64_t micros = 0;
  if (skip(&s, '.')) {
    if (*s < '0' || *s > '9') return INSTANT_NONE;
    for (int64_t worth = MICROS / 10; *s >= '0' && *s <= '9'; s++, worth /= 10) micros += (*s - '0') * worth;
  }
  if (!offset_at(&s, &offset) || *s != '\0') return INSTANT_NONE;
  instant_t t = d * DAY_MICROS + (((int64_t)h * 60 + m - offset) * 60 + sec) * MICROS + micros;
  return instant_held(t) ? t : INSTANT_NONE;
}

/* Day and microsecond within it, also before 1970. */
static void instant_split(instant_t t, date_t *d, int64_t *of_day) {
  int64_t day = t / DAY_MICROS, rest = t % DAY_MICROS;
  if (rest < 0) {
    rest += DAY_MICROS;
    day--;
  }
  *d = (date_t)day;
  *of_day = rest;
}

char *instant_format(instant_t t, char out[INSTANT_TEXT]) {
  date_t d;
  int64_t of_day;
  char day[DATE_TEXT];
  out[0] = '\0';
  if (!instant_held(t)) return out;
  instant_split(t, &d, &of_day);
  unsigned sec = (unsigned)(of_day / MICROS), micros = (unsigned)(of_day % MICROS);
  snprintf(out, INSTANT_TEXT, "%.10sT%02u:%02u:%02u.%06uZ", date_format(d, day), sec / 3600 % 24, sec / 60 % 60,
           sec % 60, micros % 1000000);
  return out;
}

static date_t last_sunday(int y, int m) {
  date_t last = date_of(y, m, 31);
  return last - date_weekday(last) % 7;
}

/* Microseconds by which London's clock is ahead of UTC. */
static int64_t london_offset(instant_t t) {
  date_t d;
  int64_t of_day;
  int y, m, day;
  instant_split(t, &d, &of_day);
  date_split(d, &y, &m, &day);
  if (m < 3 || m > 10) return 0;
  instant_t from = last_sunday(y, 3) * DAY_MICROS + 3600 * MICROS;
  instant_t to = last_sunday(y, 10) * DAY_MICROS + 3600 * MICROS;
  return t >= from && t < to ? 3600 * MICROS : 0;
}

void instant_london(instant_t t, date_t *d, int *hour, int *minute) {
  int64_t of_day;
  *d = DATE_NONE;
  *hour = *minute = 0;
  if (!instant_held(t)) return;
  instant_split(t + london_offset(t), d, &of_day);
  *hour = (int)(of_day / (3600 * MICROS));
  *minute = (int)(of_day / (60 * MICROS) % 60);
}

date_t instant_london_date(instant_t t) {
  date_t d;
  int hour, minute;
  instant_london(t, &d, &hour, &minute);
  return d;
}

instant_t instant_of_london(date_t d, int hour, int minute) {
  if (!held(d) || hour < 0 || hour > 23 || minute < 0 || minute > 59) return INSTANT_NONE;
  instant_t winter = d * DAY_MICROS + ((int64_t)hour * 60 + minute) * 60 * MICROS;
  instant_t summer = winter - 3600 * MICROS;
  /* When the clock goes back both are right and summer comes first; in the hour that does not exist neither is, and
   * winter time reads an hour later on the wall. */
  return instant_held(summer) && london_offset(summer) != 0 ? summer : winter;
}
