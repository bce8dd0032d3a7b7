/* Rules about children looked after continuously for twelve months at 31 March (OC2): health, convictions, strengths
 * and difficulties. */
#include "check/ssda903/facts.h"

static void rule_157(const struct child *c, struct finding *f) {
  if (!c->all_year) return;
  for (EACH(r, c->t[OC2])) {
    date_t born = r->c[O2_DOB].date;
    if (cell_is(r->c[O2_SDQ_REASON], "SDQ1") && reached_age(born, c->year->start, 4) &&
        under_age(born, c->year->end, 17))
      flag(f, OC2, r);
  }
}

static void rule_158(const struct child *c, struct finding *f) {
  for (EACH(r, c->t[OC2]))
    if (cell_is(r->c[O2_INTERVENTION_RECEIVED], "1") && !blank(r->c[O2_INTERVENTION_OFFERED])) flag(f, OC2, r);
}
static void rule_159(const struct child *c, struct finding *f) {
  for (EACH(r, c->t[OC2]))
    if (cell_is(r->c[O2_SUBSTANCE_MISUSE], "1") && cell_is(r->c[O2_INTERVENTION_RECEIVED], "0") &&
        blank(r->c[O2_INTERVENTION_OFFERED]))
      flag(f, OC2, r);
}

static void rule_182(const struct child *c, struct finding *f) {
  for (EACH(r, c->t[OC2]))
    if (!ALL_FILLED(r->c, O2_IMMUNISATIONS, O2_TEETH_CHECK, O2_HEALTH_ASSESSMENT, O2_SUBSTANCE_MISUSE) &&
        ANY_FILLED(r->c, O2_CONVICTED, O2_HEALTH_CHECK, O2_INTERVENTION_RECEIVED, O2_INTERVENTION_OFFERED))
      flag(f, OC2, r);
}

/* What only the children looked after for twelve months have. */
static void only_all_year(const struct child *c, struct finding *f, const int *columns) {
  if (c->all_year) return;
  for (EACH(r, c->t[OC2]))
    if (any_filled(r->c, columns)) flag(f, OC2, r);
}
static void rule_185(const struct child *c, struct finding *f) {
  only_all_year(c, f, (const int[]){O2_SDQ_SCORE, -1});
}
static void rule_190(const struct child *c, struct finding *f) {
  only_all_year(c, f, cols_health);
}
static void rule_198(const struct child *c, struct finding *f) {
  only_all_year(c, f, (const int[]){O2_SDQ_REASON, -1});
}

static void rule_186(const struct child *c, struct finding *f) {
  if (!c->all_year) return;
  for (EACH(r, c->t[OC2])) {
    date_t born = r->c[O2_DOB].date;
    if (reached_age(born, c->year->start, 4) && under_age(born, c->year->end, 17) && blank(r->c[O2_SDQ_SCORE]) &&
        blank(r->c[O2_SDQ_REASON]))
      flag(f, OC2, r);
  }
}

static void rule_187(const struct child *c, struct finding *f) {
  if (!c->all_year) return;
  for (EACH(r, c->t[AD1]))
    if (any_filled(r->c, cols_adoption)) flag(f, AD1, r);
  for (EACH(r, c->t[OC3]))
    if (any_filled(r->c, cols_leaver)) flag(f, OC3, r);
}

static void rule_188(const struct child *c, struct finding *f) {
  for (EACH(r, c->t[OC2]))
    if (under_age(r->c[O2_DOB].date, c->year->end, 4) && ANY_FILLED(r->c, O2_SDQ_SCORE, O2_SDQ_REASON)) flag(f, OC2, r);
}
static void rule_189(const struct child *c, struct finding *f) {
  for (EACH(r, c->t[OC2]))
    if (reached_age(r->c[O2_DOB].date, c->year->start - 1, 17) && ANY_FILLED(r->c, O2_SDQ_SCORE, O2_SDQ_REASON))
      flag(f, OC2, r);
}

static void rule_191(const struct child *c, struct finding *f) {
  if (!c->all_year) return;
  for (EACH(r, c->t[OC2]))
    if (!ALL_FILLED(r->c, O2_IMMUNISATIONS, O2_TEETH_CHECK, O2_HEALTH_ASSESSMENT, O2_SUBSTANCE_MISUSE)) flag(f, OC2, r);
  if (!c->t[OC2].n) flag(f, EPISODES, first_episode(c));
}

static void rule_192(const struct child *c, struct finding *f) {
  for (EACH(r, c->t[OC2]))
    if (cell_is(r->c[O2_SUBSTANCE_MISUSE], "1") && blank(r->c[O2_INTERVENTION_RECEIVED])) flag(f, OC2, r);
}
static void rule_193(const struct child *c, struct finding *f) {
  for (EACH(r, c->t[OC2]))
    if (!cell_is(r->c[O2_SUBSTANCE_MISUSE], "1") && ANY_FILLED(r->c, O2_INTERVENTION_RECEIVED, O2_INTERVENTION_OFFERED))
      flag(f, OC2, r);
}

/* Those who turned four or seventeen in the year. */
static bool birthday_in_year(const struct child *c, date_t born, int years) {
  date_t day = years_after(born, years);
  return day != DATE_NONE && day >= c->year->start && day <= c->year->end;
}
static void rule_197B(const struct child *c, struct finding *f) {
  if (!c->all_year) return;
  for (EACH(r, c->t[OC2])) {
    date_t born = r->c[O2_DOB].date;
    if ((birthday_in_year(c, born, 4) || birthday_in_year(c, born, 17)) &&
        !ANY_FILLED(r->c, O2_SDQ_SCORE, O2_SDQ_REASON))
      flag(f, OC2, r);
  }
}
static void rule_197a(const struct child *c, struct finding *f) {
  for (EACH(r, c->t[OC2]))
    if (ALL_FILLED(r->c, O2_SDQ_SCORE, O2_SDQ_REASON)) flag(f, OC2, r);
}

static void rule_215(const struct child *c, struct finding *f) {
  for (EACH(l, c->t[OC3]))
    for (EACH(r, c->t[OC2]))
      if (any_filled(l->c, cols_leaver) && any_filled(r->c, cols_health)) flag(f, OC3, l), flag(f, OC2, r);
}

#define ROW(n, needs, fields, message) RULE_ANY(#n, 2023, 0, needs, fields, message, rule_##n)
#define HEALTH                                                                                                 \
  "CONVICTED,HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK,HEALTH_ASSESSMENT,SUBSTANCE_MISUSE,INTERVENTION_RECEIVED," \
  "INTERVENTION_OFFERED"
enum { E = TABLE_BIT(EPISODES), O2 = TABLE_BIT(OC2), O3 = TABLE_BIT(OC3), A = TABLE_BIT(AD1) };
static const struct rule rules[] = {
    ROW(157, E | O2, "SDQ_REASON,DOB",
        "SDQ1 (not of the age for the questionnaire) is given for a child of 4 to 16, who is of the age. Enter the "
        "score, or another "
        "reason."),
    ROW(158, O2, "INTERVENTION_RECEIVED,INTERVENTION_OFFERED",
        "Help with substance misuse was received, so leave blank whether it was offered."),
    ROW(159, O2, "SUBSTANCE_MISUSE,INTERVENTION_RECEIVED,INTERVENTION_OFFERED",
        "Help with substance misuse was not received: say whether it was offered."),
    ROW(182, O2, HEALTH,
        "Immunisations, teeth, health assessment and substance misuse are all completed, or nothing in the row is."),
    ROW(185, E | O2, "SDQ_SCORE",
        "There is a strengths and difficulties score, but the child was not looked after for the twelve months to 31 "
        "March."),
    ROW(186, E | O2, "SDQ_SCORE",
        "A child of 4 to 16 looked after for twelve months has neither a strengths and difficulties score nor a reason "
        "for having none."),
    ROW(187, E | A | O3, "DATE_INT,DATE_MATCH,FOSTER_CARE,NB_ADOPTR,SEX_ADOPTR,LS_ADOPTR,IN_TOUCH,ACTIV,ACCOM",
        "The child was looked after throughout the twelve months to 31 March, so was neither adopted nor a care leaver "
        "in it."),
    ROW(188, O2, "SDQ_SCORE,SDQ_REASON",
        "The child was under four at the end of the year: no strengths and difficulties score or reason is returned."),
    ROW(189, O2, "DOB,SDQ_SCORE,SDQ_REASON",
        "The child was 17 or older when the year began: no strengths and difficulties score or reason is returned."),
    ROW(190, E | O2, HEALTH,
        "The row has outcomes, but the child was not looked after for the twelve months to 31 March."),
    ROW(191, E | O2, "IMMUNISATIONS,TEETH_CHECK,HEALTH_ASSESSMENT,SUBSTANCE_MISUSE,CHILD",
        "The child was looked after for the twelve months to 31 March: immunisations, teeth, health assessment and "
        "substance misuse are "
        "to be completed."),
    ROW(192, O2, "SUBSTANCE_MISUSE,INTERVENTION_RECEIVED",
        "A substance misuse problem was found: say whether help was received."),
    ROW(193, O2, "SUBSTANCE_MISUSE,INTERVENTION_RECEIVED,INTERVENTION_OFFERED",
        "No substance misuse problem is recorded, so leave help received and help offered blank."),
    ROW(197B, E | O2, "SDQ_REASON,DOB",
        "The child turned 4 or 17 in the year: enter the strengths and difficulties score, or the reason for having "
        "none."),
    ROW(197a, O2, "SDQ_SCORE,SDQ_REASON",
        "There is a score, so no reason for having none is wanted. Take one of them out."),
    ROW(198, E | O2, "SDQ_REASON",
        "There is a reason for no strengths and difficulties score, but the child was not looked after for the twelve "
        "months to 31 March."),
    ROW(215, O2 | O3, "IN_TOUCH,ACTIV,ACCOM," HEALTH,
        "The young person has a care leaver's row and outcomes of a child looked after for twelve months. Only one of "
        "them can be right."),
};
const struct rule_group rules_oc2 = {"children looked after for twelve months (OC2)", rules,
                                     sizeof rules / sizeof rules[0]};
