/* calendar: which days count.
 *
 * Bank holidays of England and Wales from 2010 to 2030 are dated data in calendar_data.c with their source (Banking and
 * Financial Dealings Act 1971 and proclamations, GOV.UK list). Years beyond the last proclaimed one are computed by the
 * rule of the Act and marked provisional; years before 2010 by the same rule, without the special days of single years.
 * */
#ifndef KITH_BASE_CALENDAR_H
#define KITH_BASE_CALENDAR_H
#include "base/date.h"
struct arena;

struct calendar_range {
  date_t from, to;
}; /* both included */

struct calendar {       /* immutable once made */
  const date_t *closed; /* sorted days that do not count beyond week-ends (bank holidays, in-service days) */
  size_t n_closed;
  const struct calendar_range
      *terms; /* NULL: every weekday not closed counts. Else sorted, and only days inside count */
  size_t n_terms;
  date_t provisional_from; /* days on or after this are not yet proclaimed; DATE_NONE: none */
};

const struct calendar *calendar_england(void); /* working days of an English authority */
/* A school's calendar: terms and half terms as given, England's bank holidays and the school's own closures. No terms
 * (n_terms 0): they are not known, and every week day not closed counts. Copies into a. */
struct calendar *calendar_school(struct arena *a, const struct calendar_range *terms, size_t n_terms,
                                 const date_t *closures, size_t n_closures);

bool calendar_counts(const struct calendar *c, date_t d);
const char *calendar_bank_holiday_name(date_t d); /* NULL when not one */

/* The n-th counting day after d (d itself never counts: "within n working days of"). n >= 0; n == 0 gives d.
 * skipped, when not NULL, receives up to max week-day dates between that did not count (holidays), *n_skipped how many
 * in all. DATE_NONE when n < 0 and when the days run out (no term is known so far ahead).
 * *provisional, when not NULL, says whether the answer leans on a year not yet proclaimed. */
date_t calendar_add(const struct calendar *c, date_t d, int n, date_t *skipped, size_t max, size_t *n_skipped,
                    bool *provisional);
int calendar_between(const struct calendar *c, date_t after,
                     date_t upto); /* counting days in (after, upto]; negative, in (upto, after], when upto < after */
#endif
