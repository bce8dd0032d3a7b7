/* Rules about health and convictions (OC2) that go by the child's age. */
#include "check/ssda903/facts.h"

static void rule_542(const struct child *c, struct finding *f) {
  for (EACH(o, c->t[OC2]))
    if (under_age(o->c[O2_DOB].date, c->year->end, 10) && !blank(o->c[O2_CONVICTED])) flag(f, OC2, o);
}
static void rule_543(const struct child *c, struct finding *f) {
  for (EACH(o, c->t[OC2]))
    if (c->all_year && reached_age(o->c[O2_DOB].date, c->year->end, 10) && blank(o->c[O2_CONVICTED])) flag(f, OC2, o);
}
static void rule_545(const struct child *c, struct finding *f) {
  for (EACH(o, c->t[OC2]))
    if (c->all_year && under_age(o->c[O2_DOB].date, c->year->end, 5) && blank(o->c[O2_HEALTH_CHECK])) flag(f, OC2, o);
}
static void rule_546(const struct child *c, struct finding *f) {
  for (EACH(o, c->t[OC2]))
    if (c->all_year && reached_age(o->c[O2_DOB].date, c->year->end, 5) && !blank(o->c[O2_HEALTH_CHECK]))
      flag(f, OC2, o);
}

/* What must be there beside a yes in one column. */
static void incomplete_beside(const struct child *c, struct finding *f, int column) {
  for (EACH(o, c->t[OC2]))
    if (cell_is(o->c[column], "1") &&
        !ALL_FILLED(o->c, O2_IMMUNISATIONS, O2_TEETH_CHECK, O2_HEALTH_ASSESSMENT, O2_SUBSTANCE_MISUSE))
      flag(f, OC2, o);
}
static void rule_544(const struct child *c, struct finding *f) {
  incomplete_beside(c, f, O2_CONVICTED);
}
static void rule_547(const struct child *c, struct finding *f) {
  incomplete_beside(c, f, O2_HEALTH_CHECK);
}

#define HEALTH TABLE_BIT(OC2)
#define AND_EPISODES (TABLE_BIT(OC2) | TABLE_BIT(EPISODES))
static const struct rule rules[] = {
    RULE_ANY("542", 2023, 0, HEALTH, "CONVICTED",
             "The child was under 10 on 31 March, and so cannot have been convicted: leave CONVICTED blank, or correct "
             "the date of birth.",
             rule_542),
    RULE_ANY("543", 2023, 0, AND_EPISODES, "DOB,CONVICTED",
             "Ten or older on 31 March and looked after for the whole year: CONVICTED should be 0 or 1.", rule_543),
    RULE_ANY(
        "544", 2023, 0, HEALTH, "CONVICTED,IMMUNISATIONS,TEETH_CHECK,HEALTH_ASSESSMENT,SUBSTANCE_MISUSE",
        "Where convictions are reported, so should be immunisations, dental check, health assessment and substance "
        "misuse: fill in those that are blank.",
        rule_544),
    RULE_ANY("545", 2023, 0, AND_EPISODES, "DOB,HEALTH_CHECK",
             "Under five on 31 March and looked after for the whole year: HEALTH_CHECK should be 0 or 1.", rule_545),
    RULE_ANY("546", 2023, 0, AND_EPISODES, "DOB,HEALTH_CHECK",
             "Five or older on 31 March: health surveillance is for younger children, so leave HEALTH_CHECK blank, or "
             "correct the date of birth.",
             rule_546),
    RULE_ANY("547", 2023, 0, HEALTH, "HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK,HEALTH_ASSESSMENT,SUBSTANCE_MISUSE",
             "Where health surveillance is reported, so should be immunisations, dental check, health assessment and "
             "substance misuse: fill in those that are blank.",
             rule_547),
};
const struct rule_group rules_health = {"health and convictions by age", rules, sizeof rules / sizeof rules[0]};
