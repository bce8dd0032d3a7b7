/* Rules about young people who left care (OC3). */
#include "check/ssda903/facts.h"

static bool any_row_filled(struct rows rows, const int *columns) {
  for (EACH(r, rows))
    if (any_filled(r->c, columns)) return true;
  return false;
}

static void rule_134(const struct child *c, struct finding *f) {
  if (!any_row_filled(c->t[OC3], cols_leaver)) return;
  for (EACH(r, c->t[AD1]))
    if (any_filled(r->c, cols_adoption)) flag(f, AD1, r);
}

static void rule_153(const struct child *c, struct finding *f) {
  for (EACH(r, c->t[OC3]))
    if (any_filled(r->c, cols_leaver) && !all_filled(r->c, cols_leaver)) flag(f, OC3, r);
}

/* 0 says that there is nothing to say. */
static bool completed(struct cell c) {
  return !blank(c) && !cell_is(c, "0");
}
static void rule_344(const struct child *c, struct finding *f) {
  for (EACH(r, c->t[OC3]))
    if (IN(r->c[O3_IN_TOUCH], "DIED", "RHOM") && (completed(r->c[O3_ACTIV]) || completed(r->c[O3_ACCOM])))
      flag(f, OC3, r);
}
static void rule_345(const struct child *c, struct finding *f) {
  for (EACH(r, c->t[OC3]))
    if (cell_is(r->c[O3_IN_TOUCH], "YES") && (cell_is(r->c[O3_ACTIV], "0") || cell_is(r->c[O3_ACCOM], "0")))
      flag(f, OC3, r);
}

/* T, T1, T2: foyers and the like. */
static void rule_347(const struct child *c, struct finding *f) {
  for (EACH(r, c->t[OC3])) {
    struct cell accom = r->c[O3_ACCOM];
    if (IN(accom, "T", "T1", "T2") && under_age(r->c[O3_DOB].date, c->year->start, 18)) flag(f, OC3, r);
  }
}

static void rule_348(const struct child *c, struct finding *f) {
  for (EACH(before, c->last[OC3]))
    if (cell_is(before->c[O3_IN_TOUCH], "DIED")) flag_rows(f, OC3, c->t[OC3]);
}

static void rule_391(const struct child *c, struct finding *f) {
  for (EACH(r, c->t[OC3]))
    if (under_age(r->c[O3_DOB].date, c->year->end, 17) && any_filled(r->c, cols_leaver)) flag(f, OC3, r);
}

#define ROW(n, from, needs, fields, message) RULE_ANY(#n, from, 0, needs, fields, message, rule_##n)
enum { O3 = TABLE_BIT(OC3), A = TABLE_BIT(AD1) };
static const struct rule rules[] = {
    ROW(134, 2023, A | O3, "IN_TOUCH,ACTIV,ACCOM,DATE_INT,DATE_MATCH,FOSTER_CARE,NB_ADOPTR,SEX_ADOPTR,LS_ADOPTR",
        "The young person has a care leaver's row, so an adoption cannot be returned as well."),
    ROW(153, 2023, O3, "IN_TOUCH,ACTIV,ACCOM",
        "In touch, activity and accommodation are all completed or all blank. Complete the rest, or clear the row."),
    ROW(344, 2023, O3, "IN_TOUCH,ACTIV,ACCOM",
        "The young person has died or returned home for six months or more: activity and accommodation are 0."),
    ROW(345, 2023, O3, "IN_TOUCH,ACTIV,ACCOM",
        "The authority is in touch, so activity and accommodation are known: 0 is for those it is not in touch with."),
    ROW(347, 2024, O3, "ACCOM,DOB", "A foyer is not for under-18s. Check the accommodation and the date of birth."),
    {"348", 2026, 0, SEVERITY_ERROR, FORMAT_ANY, O3, O3, "IN_TOUCH",
     "Last year's return says that the young person had died. Take the row out, or have last year's corrected.",
     rule_348, NULL},
    ROW(391, 2023, O3, "DOB,IN_TOUCH,ACTIV,ACCOM",
        "The young person was under 17 at the end of the year. Care leavers are returned from 17 to 21."),
};
const struct rule_group rules_oc3 = {"young people who left care (OC3)", rules, sizeof rules / sizeof rules[0]};
