/* due: when a duty is due, and the working that people read. */
#include <string.h>

#include "base/arena.h"
#include "duty/duty.h"

#define SHOWN 8 /* days that do not count, written out */

static const char *unit_words(const struct model_duty *d, struct arena *a) {
  static const char *const one[] = {"day", "working day", "school day", "week", "month"};
  const char *end = d->within == 1 ? "" : "s";
  return arena_printf(a, "%d %s%s%s", d->within, one[d->unit], end, d->before ? " before" : "");
}

/* The n-th counting day before a date, by stepping back; days that do not count are kept as calendar_add keeps them. */
static date_t count_back(const struct calendar *cal, date_t d, int n, date_t *skipped, size_t *n_skipped,
                         bool *provisional) {
  *n_skipped = 0;
  for (int steps = 0; n > 0 && steps < 366 * 20; steps++) {
    d--;
    if (calendar_counts(cal, d)) {
      n--;
    } else if (date_weekday(d) <= 5) {
      if (*n_skipped < SHOWN) skipped[*n_skipped] = d;
      ++*n_skipped;
    }
  }
  *provisional = cal->provisional_from != DATE_NONE && d >= cal->provisional_from;
  return d;
}

/* "25 and 26 Dec and 1 Jan do not count": a month is written once for its days. */
static void put_skipped(struct buf *out, const date_t *days, size_t n) {
  static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (n == 0) return;
  if (n > SHOWN) {
    buf_printf(out, "; %zu holidays do not count", n);
    return;
  }
  buf_str(out, "; ");
  for (size_t i = 0; i < n; i++) {
    int y, m, day, next_m = 0, next_y, next_day;
    date_split(days[i], &y, &m, &day);
    if (i + 1 < n) date_split(days[i + 1], &next_y, &next_m, &next_day);
    if (i > 0) buf_str(out, i + 1 == n || next_m != m ? " and " : ", ");
    buf_printf(out, "%d", day);
    if (next_m != m) buf_printf(out, " %s", months[m - 1]);
  }
  buf_str(out, n == 1 ? " does not count" : " do not count");
}

static void order_days(date_t *days, size_t n) {
  for (size_t i = 0; i + 1 < n; i++) {
    for (size_t k = i + 1; k < n; k++) {
      if (days[k] >= days[i]) continue;
      date_t was = days[i];
      days[i] = days[k];
      days[k] = was;
    }
  }
}

static date_t plain_due(const struct model_duty *d, date_t start) {
  int n = d->before ? -d->within : d->within;
  if (d->unit == UNIT_MONTH) return date_add_months(start, n);
  return start + (d->unit == UNIT_WEEK ? 7 * n : n);
}

date_t duty_due_on(const struct model_duty *d, date_t start, const struct calendar *cal, struct arena *a,
                   const char **working, bool *provisional) {
  date_t skipped[SHOWN], due;
  size_t n_skipped = 0;
  bool early = false;
  if (!cal) cal = calendar_england();
  if (d->unit != UNIT_WORKING_DAY && d->unit != UNIT_SCHOOL_DAY) {
    due = plain_due(d, start);
  } else if (d->before) {
    due = count_back(cal, start, d->within, skipped, &n_skipped, &early);
  } else {
    due = calendar_add(cal, start, d->within, skipped, SHOWN, &n_skipped, &early);
  }
  /* A school's terms are not known to this calendar: the answer is the earliest that it could be. */
  bool no_terms = d->unit == UNIT_SCHOOL_DAY && !cal->terms;
  if (provisional) *provisional = early || no_terms;
  if (!working) return due;
  char from[32], to[32];
  struct buf b;
  buf_init(&b, a);
  order_days(skipped, n_skipped > SHOWN ? 0 : n_skipped);
  buf_printf(&b, "%s %s; %s", d->start_label ? d->start_label : "Start", date_words(start, from, sizeof from),
             unit_words(d, a));
  put_skipped(&b, skipped, n_skipped);
  if (no_terms) buf_str(&b, "; the school's terms are not known, so working days are counted");
  if (early) buf_str(&b, "; bank holidays of that year are not yet proclaimed");
  buf_printf(&b, "; due %s", date_words(due, to, sizeof to));
  *working = buf_text(&b);
  return due;
}
