/* Rules about adopters, and about adoptions in the year (AD1). */
#include <string.h>

#include "check/ssda903/facts.h"

/* Adopters of one legal status, whose sexes do not fit it. */
static void wrong_sexes(const struct child *c, struct finding *f, const char *status, const char *const *fit) {
  for (EACH(a, c->t[AD1]))
    if (cell_is(a->c[A_LS_ADOPTR], status) && !cell_in(a->c[A_SEX_ADOPTR], fit)) flag(f, AD1, a);
}
static const char *const set_single[] = {"M1", "F1", NULL};
static const char *const set_couple[] = {"MM", "FF", "MF", NULL};
static const char *const set_same_sex[] = {"MM", "FF", NULL};
static const char *const set_both_sexes[] = {"MF", NULL};

static void rule_511(const struct child *c, struct finding *f) {
  for (EACH(a, c->t[AD1]))
    if (cell_is(a->c[A_NB_ADOPTR], "2") && cell_in(a->c[A_SEX_ADOPTR], set_single)) flag(f, AD1, a);
}
static void rule_514(const struct child *c, struct finding *f) {
  wrong_sexes(c, f, "L0", set_single);
}
static void rule_517(const struct child *c, struct finding *f) {
  wrong_sexes(c, f, "L3", set_both_sexes);
}
static void rule_518(const struct child *c, struct finding *f) {
  wrong_sexes(c, f, "L4", set_same_sex);
}
static void rule_519(const struct child *c, struct finding *f) {
  wrong_sexes(c, f, "L2", set_couple);
}
static void rule_520(const struct child *c, struct finding *f) {
  wrong_sexes(c, f, "L11", set_both_sexes);
}
static void rule_524(const struct child *c, struct finding *f) {
  wrong_sexes(c, f, "L12", set_same_sex);
}

static void rule_521(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    for (EACH(a, c->t[AD1]))
      if (cell_in(e->c[E_PLACE], set_adoption_place) && before(e->c[E_DECOM], a->c[A_DATE_INT])) {
        flag(f, EPISODES, e);
        flag(f, AD1, a);
      }
}

static void rule_523(const struct child *c, struct finding *f) {
  for (EACH(p, c->t[PLACED_ADOPTION]))
    for (EACH(a, c->t[AD1]))
      if (has_date(p->c[P_DATE_PLACED]) && has_date(a->c[A_DATE_INT]) &&
          p->c[P_DATE_PLACED].date != a->c[A_DATE_INT].date) {
        flag(f, PLACED_ADOPTION, p);
        flag(f, AD1, a);
      }
}

static void rule_525(const struct child *c, struct finding *f) {
  for (EACH(p, c->t[PLACED_ADOPTION]))
    for (EACH(a, c->t[AD1]))
      if (!blank(p->c[P_DATE_PLACED_CEASED]) && any_filled(a->c, cols_adoption)) {
        flag(f, PLACED_ADOPTION, p);
        flag(f, AD1, a);
      }
}

static bool adopted(const struct row *e) {
  return IN(e->c[E_REC], "E11", "E12");
}

static void rule_582(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    for (EACH(a, c->t[AD1]))
      if (adopted(e) && has_date(e->c[E_DEC]) && e->c[E_DEC].date == a->c[A_DATE_MATCH].date) {
        flag(f, EPISODES, e);
        flag(f, AD1, a);
      }
}

static bool in_year(const struct child *c, struct cell day) {
  return has_date(day) && !date_before(day.date, c->year->start) && !date_before(c->year->end, day.date);
}

static void rule_601(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES])) {
    if (!adopted(e) || !in_year(c, e->c[E_DEC])) continue;
    bool complete = false;
    for (EACH(a, c->t[AD1])) {
      if (all_filled(a->c, cols_adoption))
        complete = true;
      else
        flag(f, AD1, a);
    }
    if (!complete) flag(f, EPISODES, e);
  }
}

static void rule_602(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    if (adopted(e) && in_year(c, e->c[E_DEC])) return;
  for (EACH(a, c->t[AD1]))
    if (any_filled(a->c, cols_adoption)) flag(f, AD1, a);
}

#define ADOPTERS TABLE_BIT(AD1)
#define AND_EPISODES (TABLE_BIT(AD1) | TABLE_BIT(EPISODES))
#define AND_PLACED (TABLE_BIT(AD1) | TABLE_BIT(PLACED_ADOPTION))
#define STATUS_AND_SEX "LS_ADOPTR,SEX_ADOPTR"
static const struct rule rules[] = {
    RULE_ANY("511", 2023, 0, ADOPTERS, "NB_ADOPTR,SEX_ADOPTR",
             "Two adopters, but the sex given is that of one (M1, F1): give MM, FF or MF, or correct their number.",
             rule_511),
    RULE_ANY("514", 2023, 0, ADOPTERS, STATUS_AND_SEX,
             "A single adopter (L0), but the sex given is not that of one: give M1 or F1, or correct the legal status.",
             rule_514),
    RULE_ANY("517", 2023, 0, ADOPTERS, STATUS_AND_SEX,
             "An unmarried couple of different sexes (L3), but the sexes given do not say so: give MF.", rule_517),
    RULE_ANY(
        "518", 2023, 0, ADOPTERS, STATUS_AND_SEX,
        "A couple of the same sex not in a civil partnership (L4), but the sexes given do not say so: give MM or FF.",
        rule_518),
    RULE_ANY("519", 2023, 0, ADOPTERS, STATUS_AND_SEX,
             "A couple in a civil partnership (L2), but the sexes given are not a couple's: give MM, FF or MF.",
             rule_519),
    RULE_ANY(
        "520", 2023, 0, ADOPTERS, STATUS_AND_SEX,
        "A married couple of different sexes (L11), but the sexes given do not say so: give MF, or correct the legal "
        "status.",
        rule_520),
    RULE_ANY("521", 2023, 0, AND_EPISODES, "PLACE,DECOM,DATE_INT",
             "The child was placed for adoption before the authority's decision that adoption is in the child's best "
             "interests: the decision should be on or before the day of the placement.",
             rule_521),
    RULE_ANY("523", 2023, 0, AND_PLACED, "DATE_PLACED,DATE_INT",
             "The decision that the child should be placed for adoption is dated differently in the two tables: "
             "DATE_PLACED and DATE_INT should be the same day.",
             rule_523),
    RULE_ANY("524", 2023, 0, ADOPTERS, STATUS_AND_SEX,
             "A married couple of the same sex (L12), but the sexes given do not say so: give MM or FF.", rule_524),
    RULE_ANY("525", 2023, 0, AND_PLACED,
             "DATE_PLACED_CEASED,DATE_INT,DATE_MATCH,FOSTER_CARE,NB_ADOPTR,SEX_ADOPTR,LS_ADOPTR",
             "The decision to place the child for adoption was reversed, and yet an adoption is described: one of the "
             "two should go.",
             rule_525),
    QUERY_ANY(
        "582", 2023, 0, AND_EPISODES, "DEC,DATE_MATCH",
        "Matched with the adopters on the very day of the adoption: a match is normally earlier. Check both dates.",
        rule_582),
    RULE_ANY("601", 2023, 0, AND_EPISODES, "REC,DATE_INT,DATE_MATCH,FOSTER_CARE,NB_ADOPTR,SEX_ADOPTR,LS_ADOPTR",
             "The child was adopted in the year, but the adoption is not fully described: give all six columns of AD1.",
             rule_601),
    RULE_ANY(
        "602", 2023, 0, AND_EPISODES, "CHILD",
        "An adoption is described, but no episode of this year ended in adoption (E11, E12): correct the episode, or "
        "leave the child out of AD1.",
        rule_602),
};
const struct rule_group rules_adopters = {"adopters and adoptions", rules, sizeof rules / sizeof rules[0]};
