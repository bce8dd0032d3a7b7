/* Rules about deprivation of liberty orders (DoLo), from 2026-27. */
#include "check/ssda903/spells.h"

static void rule_700(const struct child *c, struct finding *f) {
  for (EACH(d, c->t[DOLO]))
    if (!has_date(d->c[D_START])) flag(f, DOLO, d);
}
static void rule_701(const struct child *c, struct finding *f) {
  spells_end_invalid(c, f, &spells_dolo);
}
static void rule_702(const struct child *c, struct finding *f) {
  for (EACH(d, c->t[DOLO]))
    if (has_date(d->c[D_START]) && has_date(d->c[D_END]) && d->c[D_END].date <= d->c[D_START].date) flag(f, DOLO, d);
}
static void rule_703(const struct child *c, struct finding *f) {
  spells_start_after_year(c, f, &spells_dolo);
}
static void rule_704(const struct child *c, struct finding *f) {
  spells_end_outside_year(c, f, &spells_dolo);
}
static void rule_705(const struct child *c, struct finding *f) {
  spells_overlap(c, f, &spells_dolo);
}

static void rule_706(const struct child *c, struct finding *f) {
  if (!c->t[DOLO].n) return;
  for (EACH(l, c->last[DOLO])) {
    if (!blank(l->c[D_END]) || !has_date(l->c[D_START])) continue;
    bool found = false;
    for (EACH(d, c->t[DOLO])) found = found || d->c[D_START].date == l->c[D_START].date;
    if (!found) flag(f, DOLO, &c->t[DOLO].at[0]);
  }
}

static void rule_707(const struct child *c, struct finding *f) {
  spells_beyond_care(c, f, &spells_dolo);
}

static void rule_708(const struct child *c, struct finding *f) {
  for (EACH(d, c->t[DOLO]))
    if (has_date(d->c[D_START]) && has_date(d->c[D_DOB]) && d->c[D_START].date <= d->c[D_DOB].date) flag(f, DOLO, d);
}

/* An order that has ended and an episode that has ended, with a day in common. */
static bool together(const struct row *d, const struct row *e) {
  return has_date(d->c[D_START]) && has_date(d->c[D_END]) && has_date(e->c[E_DECOM]) && has_date(e->c[E_DEC]) &&
         d->c[D_START].date <= e->c[E_DEC].date && e->c[E_DECOM].date <= d->c[D_END].date;
}
static void placed_in(const struct child *c, struct finding *f, const char *const *places, bool listed) {
  for (EACH(d, c->t[DOLO]))
    for (EACH(e, c->t[EPISODES]))
      if (!blank(e->c[E_PLACE]) && cell_in(e->c[E_PLACE], places) == listed && together(d, e)) {
        flag(f, DOLO, d);
        flag(f, EPISODES, e);
      }
}
static void rule_709(const struct child *c, struct finding *f) {
  static const char *const expected[] = {"K2", "Z12", "Z13", NULL};
  placed_in(c, f, expected, false);
}
static void rule_710(const struct child *c, struct finding *f) {
  static const char *const impossible[] = {"K1", "P1", "R5", "K3", NULL};
  placed_in(c, f, impossible, true);
}

#define ORDERS TABLE_BIT(DOLO)
#define AND_EPISODES (TABLE_BIT(DOLO) | TABLE_BIT(EPISODES))
static const struct rule rules[] = {
    RULE_ANY("700", 2027, 0, ORDERS, "DOLO_START",
             "The day on which the order began is blank or is no date: give it as day/month/year.", rule_700),
    RULE_ANY("701", 2027, 0, ORDERS, "DOLO_END",
             "The day on which the order ended is no date: give it as day/month/year, or leave it blank while it is in "
             "force.",
             rule_701),
    RULE_ANY("702", 2027, 0, ORDERS, "DOLO_START,DOLO_END",
             "The order ended before it began, or on that day: DOLO_END should be after DOLO_START.", rule_702),
    RULE_ANY("703", 2027, 0, ORDERS, "DOLO_START",
             "The order began after the year's end: correct DOLO_START, or leave it for next year's return.", rule_703),
    RULE_ANY(
        "704", 2027, 0, ORDERS, "DOLO_END",
        "The order ended before this year, or after it: DOLO_END should be from 1 April to 31 March, or blank while "
        "it is in force.",
        rule_704),
    RULE_ANY("705", 2027, 0, ORDERS, "DOLO_START,DOLO_END",
             "It overlaps with another order: end the earlier one on or before the day on which the later one begins.",
             rule_705),
    RULE_BOTH("706", 2027, 0, ORDERS, ORDERS, "DOLO_START",
              "An order was in force at the end of last year: this year's first order should begin on that same day.",
              rule_706),
    RULE_ANY("707", 2027, 0, AND_EPISODES, "DOLO_END", "The child has left care: the order should have ended by then.",
             rule_707),
    RULE_ANY("708", 2027, 0, ORDERS, "DOLO_START",
             "The order began before the child was born, or on that day: correct DOLO_START or DOB.", rule_708),
    QUERY_ANY("709", 2027, 0, AND_EPISODES, "DOLO_START,PLACE",
              "Under such an order a child is normally in a children's home (K2) or an unregistered place (Z12, Z13): "
              "check the placement.",
              rule_709),
    RULE_ANY("710", 2027, 0, AND_EPISODES, "DOLO_START,PLACE",
             "A child under such an order cannot be in a secure home (K1), with parents (P1), in a young offender "
             "institution (R5) or in supported accommodation (K3): correct the placement or the order's days.",
             rule_710),
};
const struct rule_group rules_dolo = {"deprivation of liberty orders", rules, sizeof rules / sizeof rules[0]};
