#include "check/ssda903/facts.h"

#include <string.h>

const int cols_adoption[] = {A_DATE_INT, A_DATE_MATCH, A_FOSTER_CARE, A_NB_ADOPTR, A_SEX_ADOPTR, A_LS_ADOPTR, -1};
const int cols_leaver[] = {O3_IN_TOUCH, O3_ACTIV, O3_ACCOM, -1};
const int cols_health[] = {O2_CONVICTED,
                           O2_HEALTH_CHECK,
                           O2_IMMUNISATIONS,
                           O2_TEETH_CHECK,
                           O2_HEALTH_ASSESSMENT,
                           O2_SUBSTANCE_MISUSE,
                           O2_INTERVENTION_RECEIVED,
                           O2_INTERVENTION_OFFERED,
                           -1};

bool date_before(date_t a, date_t b) {
  return a != DATE_NONE && b != DATE_NONE && a < b;
}
bool before(struct cell a, struct cell b) {
  return date_before(a.date, b.date);
}
bool under_age(date_t born, date_t on, int years) {
  return date_before(on, years_after(born, years));
}
bool reached_age(date_t born, date_t on, int years) {
  return born != DATE_NONE && on != DATE_NONE && years_after(born, years) <= on;
}

bool any_filled(const struct cell *c, const int *columns) {
  for (; *columns >= 0; columns++)
    if (!blank(c[*columns])) return true;
  return false;
}
bool all_filled(const struct cell *c, const int *columns) {
  for (; *columns >= 0; columns++)
    if (blank(c[*columns])) return false;
  return true;
}

/* Two or four characters of a date: digits, or Z for each when they are not known, which counts as 1. -1: neither. */
static int part(const char *s, size_t n) {
  int value = 0;
  size_t unknown = 0;
  for (size_t i = 0; i < n; i++) {
    if (s[i] == 'Z')
      unknown++;
    else if (s[i] < '0' || s[i] > '9')
      return -1;
    value = value * 10 + (s[i] - '0');
  }
  return !unknown ? value : unknown == n ? 1 : -1;
}
date_t earliest_day(const char *s) {
  if (strlen(s) != 10 || s[2] != '/' || s[5] != '/') return DATE_NONE;
  int d = part(s, 2), m = part(s + 3, 2), y = part(s + 6, 4);
  return d < 0 || m < 0 || y < 0 ? DATE_NONE : date_of(y, m, d);
}

void flag_rows(struct finding *f, enum table t, struct rows rows) {
  for (EACH(r, rows)) flag(f, t, r);
}

bool has_care(const struct child *c) {
  for (EACH(e, c->t[EPISODES]))
    if (!is_short_break(e->c)) return true;
  return false;
}
bool only_short_breaks(const struct child *c) {
  return c->t[EPISODES].n && !has_care(c);
}
const struct row *episode_before(const struct child *c, const struct row *e) {
  return e > c->t[EPISODES].at ? e - 1 : NULL;
}
const struct row *episode_after(const struct child *c, const struct row *e) {
  return e + 1 < c->t[EPISODES].at + c->t[EPISODES].n ? e + 1 : NULL;
}
date_t end_or(struct cell dec, date_t otherwise) {
  return blank(dec) ? otherwise : dec.date;
}

static bool any_uasc(struct rows header) {
  for (EACH(h, header))
    if (cell_is(h->c[H_UASC], "1")) return true;
  return false;
}
bool is_uasc(const struct child *c) {
  return any_uasc(c->t[HEADER]);
}
bool was_uasc(const struct child *c) {
  if (c->year->have_last & TABLE_BIT(HEADER)) return any_uasc(c->last[HEADER]);
  for (EACH(u, c->last[UASC]))
    if (!blank(u->c[U_DUC])) return true;
  return false;
}
