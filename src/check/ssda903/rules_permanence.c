/* Rules about permanence arranged before the child came into care (PrevPerm). */
#include <string.h>

#include "check/ssda903/facts.h"

static bool nothing_to_report(const struct row *p) {
  return cell_is(p->c[PP_PREV_PERM], "Z1");
}

static bool reported(const struct child *c) {
  for (EACH(p, c->t[PREV_PERM]))
    if (!blank(p->c[PP_PREV_PERM]) && (nothing_to_report(p) || ALL_FILLED(p->c, PP_LA_PERM, PP_DATE_PERM))) return true;
  return false;
}

static void rule_630(const struct child *c, struct finding *f) {
  if (reported(c)) return;
  for (EACH(e, c->t[EPISODES]))
    if (cell_is(e->c[E_RNE], "S") && has_date(e->c[E_DECOM]) && !date_before(e->c[E_DECOM].date, c->year->start))
      flag(f, EPISODES, e);
}

static void rule_631(const struct child *c, struct finding *f) {
  for (EACH(p, c->t[PREV_PERM]))
    if (!blank(p->c[PP_PREV_PERM]) && !IN(p->c[PP_PREV_PERM], "P1", "P2", "P3", "P4", "Z1")) flag(f, PREV_PERM, p);
}

static void rule_632(const struct child *c, struct finding *f) {
  const struct row *first = first_episode(c);
  if (!first || !has_date(first->c[E_DECOM])) return;
  for (EACH(p, c->t[PREV_PERM])) {
    struct cell given = p->c[PP_DATE_PERM];
    if (blank(given)) continue;
    date_t day = earliest_day(given.s);
    if (day != DATE_NONE && day < first->c[E_DECOM].date) continue;
    flag(f, PREV_PERM, p);
    flag(f, EPISODES, first);
  }
}

static bool authority_code(const struct child *c, const char *s) {
  return strlen(s) == 3 && strspn(s, "0123456789") == 3 && place_authority(c->year->place, s, DATE_NONE) != NULL;
}
static void rule_633(const struct child *c, struct finding *f) {
  for (EACH(p, c->t[PREV_PERM])) {
    struct cell la = p->c[PP_LA_PERM];
    if (!blank(la) && !IN(la, "999", "WAL", "SCO", "NIR", "NUK") && !authority_code(c, la.s)) flag(f, PREV_PERM, p);
  }
}

static void rule_634(const struct child *c, struct finding *f) {
  bool any = false;
  for (EACH(e, c->t[EPISODES])) {
    any = any || has_date(e->c[E_DECOM]);
    if (has_date(e->c[E_DECOM]) && e->c[E_DECOM].date >= date_of(2016, 4, 1)) return;
  }
  if (!any) return;
  for (EACH(p, c->t[PREV_PERM]))
    if (ANY_FILLED(p->c, PP_PREV_PERM, PP_LA_PERM, PP_DATE_PERM)) {
      flag(f, PREV_PERM, p);
      flag_rows(f, EPISODES, c->t[EPISODES]);
    }
}

static void rule_635(const struct child *c, struct finding *f) {
  for (EACH(p, c->t[PREV_PERM]))
    if (nothing_to_report(p) && ALL_FILLED(p->c, PP_LA_PERM, PP_DATE_PERM)) flag(f, PREV_PERM, p);
}

#define BEFORE TABLE_BIT(PREV_PERM)
#define AND_EPISODES (TABLE_BIT(PREV_PERM) | TABLE_BIT(EPISODES))
static const struct rule rules[] = {
    RULE_ANY("630", 2023, 0, AND_EPISODES, "RNE",
             "A child who came into care this year: say in PrevPerm whether permanence had been arranged before (Z1 if "
             "not), with the authority and the day of the order where it had.",
             rule_630),
    RULE_ANY("631", 2023, 0, BEFORE, "PREV_PERM", "Not a code of the return: give P1, P2, P3, P4 or Z1.", rule_631),
    RULE_ANY(
        "632", 2023, 0, AND_EPISODES, "DATE_PERM,DECOM",
        "The order's day is no date, or is not before the child came into care: give day/month/year, with ZZ for a "
        "part that is not known.",
        rule_632),
    RULE_ANY(
        "633", 2023, 0, BEFORE, "LA_PERM",
        "No authority has this code: give its three digits, WAL, SCO, NIR or NUK for outside England, or 999 if not "
        "known.",
        rule_633),
    RULE_ANY("634", 2023, 0, AND_EPISODES, "LA_PERM,PREV_PERM,DATE_PERM,DECOM",
             "Previous permanence is asked for only where the child came into care from 1 April 2016 on: leave it out.",
             rule_634),
    RULE_ANY(
        "635", 2023, 0, BEFORE, "LA_PERM,DATE_PERM,PREV_PERM",
        "No permanence had been arranged (Z1), and yet an authority and a day are given: leave both blank, or correct "
        "PREV_PERM.",
        rule_635),
};
const struct rule_group rules_permanence = {"permanence before care", rules, sizeof rules / sizeof rules[0]};
