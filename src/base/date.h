/* date: civil dates and instants.
 *
 * A date_t counts days since 1970-01-01 in the proleptic Gregorian calendar; DATE_NONE is "no date". An instant_t
 * counts microseconds since 1970-01-01T00:00:00Z. Local dates are Europe/London by rule (last Sundays of March and
 * October, 01:00 UTC; Summer Time Order 2002, SI 2002/262), never by TZ. Years 1 to 9999 are held. */
#ifndef KITH_BASE_DATE_H
#define KITH_BASE_DATE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int32_t date_t;
typedef int64_t instant_t;
#define DATE_NONE INT32_MIN
#define INSTANT_NONE INT64_MIN
#define DATE_TEXT 11    /* bytes for YYYY-MM-DD and NUL */
#define INSTANT_TEXT 28 /* bytes for 2026-11-24T00:19:12.000000Z and NUL */

/* Outside the years held, or given DATE_NONE, functions return DATE_NONE, 0 for a part or weekday, -1 for an age, ""
 * for text. */
bool date_valid(int y, int m, int d);
date_t date_of(int y, int m, int d); /* DATE_NONE when not valid */
void date_split(date_t d, int *y, int *m, int *day);
int date_weekday(date_t d);              /* 1 Monday .. 7 Sunday (ISO 8601) */
date_t date_add_months(date_t d, int n); /* clamps to the month's last day */
date_t date_add_years(date_t d, int n);  /* 29 February becomes 28 February */
int date_age(
    date_t born,
    date_t on); /* completed years, -1 before birth; born on 29 February: a year older on 1 March in a common year */
int date_academic_year(date_t d);  /* year in which the school year (1 September to 31 August) began */
int date_financial_year(date_t d); /* year in which the financial year (1 April to 31 March) began */
int date_national_curriculum_year(
    date_t born, date_t on); /* Year group by age: 0 Reception, 1.., -1 nursery, -2 ...; summer-born not adjusted */

/* Whole string must match; DATE_NONE otherwise. iso: YYYY-MM-DD. uk: D/M/YYYY or D-M-YYYY, one or two digits for day
 * and month, four for the year. */
date_t date_parse_iso(const char *s);
date_t date_parse_uk(const char *s);
char *date_format(date_t d, char out[DATE_TEXT]); /* YYYY-MM-DD, "" for DATE_NONE */
char *date_words(date_t d, char *out, size_t n);  /* "Fri 12 Dec 2025" */
char *date_long(date_t d, char *out, size_t n);   /* "12 December 2025" */

instant_t instant_parse(const char *s);                    /* RFC 3339 with Z or offset; INSTANT_NONE otherwise */
char *instant_format(instant_t t, char out[INSTANT_TEXT]); /* always UTC, six decimals */
date_t instant_london_date(instant_t t);
void instant_london(instant_t t, date_t *d, int *hour, int *minute); /* wall clock */
instant_t instant_of_london(
    date_t d, int hour,
    int minute); /* the first of two when the clock goes back; moved on by the hour that does not exist */
#endif
