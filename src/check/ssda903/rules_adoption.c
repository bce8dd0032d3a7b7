/* Rules about adoption: the decision to place, the match, the adopters, and the placement that comes before. */
#include "check/ssda903/facts.h"

static bool adopted(const struct row *e) {
  return IN(e->c[E_REC], "E11", "E12");
}
/* The later of the two dates of decision of a row lies after the day. */
static bool decided_after(const struct row *p, date_t day) {
  return date_before(day, p->c[P_DATE_PLACED].date) || date_before(day, p->c[P_DATE_PLACED_CEASED].date);
}

static void rule_117(const struct child *c, struct finding *f) {
  const struct row *last = last_episode(c);
  bool ceased = last && !blank(last->c[E_REC]) && !cell_is(last->c[E_REC], "X1");
  for (EACH(p, c->t[PLACED_ADOPTION])) {
    if (!decided_after(p, c->year->end) && !(ceased && decided_after(p, last->c[E_DEC].date))) continue;
    flag(f, PLACED_ADOPTION, p);
    if (last) flag(f, EPISODES, last);
  }
}

/* The first episode that is no short break. */
static const struct row *first_in_care(const struct child *c) {
  for (EACH(e, c->t[EPISODES]))
    if (!is_short_break(e->c) && has_date(e->c[E_DECOM])) return e;
  return NULL;
}
static void rule_118(const struct child *c, struct finding *f) {
  const struct row *first = first_in_care(c);
  if (!first) return;
  for (EACH(p, c->t[PLACED_ADOPTION])) {
    date_t ceased = p->c[P_DATE_PLACED_CEASED].date;
    if (date_before(ceased, c->year->start) || date_before(ceased, first->c[E_DECOM].date))
      flag(f, PLACED_ADOPTION, p), flag(f, EPISODES, first);
  }
}

static void rule_119(const struct child *c, struct finding *f) {
  for (EACH(p, c->t[PLACED_ADOPTION]))
    if (blank(p->c[P_DATE_PLACED_CEASED]) != blank(p->c[P_REASON_PLACED_CEASED])) flag(f, PLACED_ADOPTION, p);
}

static void rule_151(const struct child *c, struct finding *f) {
  for (EACH(a, c->t[AD1]))
    if (any_filled(a->c, cols_adoption) && !all_filled(a->c, cols_adoption)) flag(f, AD1, a);
}

static void rule_184(const struct child *c, struct finding *f) {
  for (EACH(p, c->t[PLACED_ADOPTION])) {
    date_t born = c->born != DATE_NONE ? c->born : p->c[P_DOB].date;
    if (date_before(p->c[P_DATE_PLACED].date, born)) flag(f, PLACED_ADOPTION, p);
  }
}

static void rule_331(const struct child *c, struct finding *f) {
  for (EACH(a, c->t[AD1]))
    for (EACH(e, c->t[EPISODES]))
      if (adopted(e) && before(e->c[E_DECOM], a->c[A_DATE_MATCH])) flag(f, AD1, a), flag(f, EPISODES, e);
}

static void rule_333(const struct child *c, struct finding *f) {
  for (EACH(a, c->t[AD1]))
    if (before(a->c[A_DATE_MATCH], a->c[A_DATE_INT])) flag(f, AD1, a);
}

/* The latest period of care: the last episode with RNE S. */
static void rule_334(const struct child *c, struct finding *f) {
  const struct row *start = NULL;
  for (EACH(e, c->t[EPISODES]))
    if (cell_is(e->c[E_RNE], "S")) start = e;
  if (!start) return;
  for (EACH(a, c->t[AD1]))
    if (before(a->c[A_DATE_INT], start->c[E_DECOM])) flag(f, AD1, a), flag(f, EPISODES, start);
}

static void rule_335(const struct child *c, struct finding *f) {
  for (EACH(a, c->t[AD1]))
    for (EACH(e, c->t[EPISODES])) {
      struct cell carer = a->c[A_FOSTER_CARE], place = e->c[E_PLACE];
      if (!cell_in(e->c[E_REC], set_adopted)) continue;
      if (cell_is(carer, "0") ? IN(place, "A2", "A3", "A5") : cell_is(carer, "1") && IN(place, "A1", "A4", "A6"))
        flag(f, AD1, a), flag(f, EPISODES, e);
    }
}

static void rule_336(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES])) {
    const struct row *before = episode_before(c, e);
    if (before && IN(e->c[E_PLACE], "A3", "A4") && !cell_in(before->c[E_PLACE], set_adoption_place) &&
        !cell_in(before->c[E_PLACE], set_foster_place))
      flag(f, EPISODES, e);
  }
}

static void rule_386(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    if (adopted(e) && reached_age(c->born, e->c[E_DEC].date, 18)) flag(f, EPISODES, e);
}
static void rule_390(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    if (adopted(e) && !cell_in(e->c[E_PLACE], set_adoption_place)) flag(f, EPISODES, e);
}
static void rule_408(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    if (IN(e->c[E_PLACE], "A5", "A6") && !cell_is(e->c[E_LS], "E1")) flag(f, EPISODES, e);
}

#define ROW(n, needs, fields, message) RULE_ANY(#n, 2023, 0, needs, fields, message, rule_##n)
enum { E = TABLE_BIT(EPISODES), P = TABLE_BIT(PLACED_ADOPTION), A = TABLE_BIT(AD1), H = TABLE_BIT(HEADER) };
static const struct rule rules[] = {
    ROW(117, E | P, "DATE_PLACED_CEASED,DATE_PLACED,DEC,REC,DECOM",
        "A decision about placing the child for adoption is dated after the year, or after the child left care."),
    ROW(118, E | P, "DATE_PLACED_CEASED,DECOM,LS",
        "The decision no longer to place the child for adoption is dated before the year, or before the child came "
        "into care."),
    ROW(119, P, "REASON_PLACED_CEASED,DATE_PLACED_CEASED",
        "The decision no longer to place for adoption has a date without a reason, or a reason without a date. Enter "
        "both."),
    ROW(151, A, "DATE_INT,DATE_MATCH,FOSTER_CARE,NB_ADOPTR,SEX_ADOPTR,LS_ADOPTR",
        "The adoption is completed in part. Enter every item, or leave all of them blank."),
    ROW(184, H | P, "DATE_PLACED,DOB",
        "The decision to place the child for adoption is dated before the child was born."),
    ROW(331, A | E, "DATE_MATCH,DECOM,REC",
        "Child and adopters were matched after the placement for adoption began. The match comes first, or on that "
        "day."),
    ROW(333, A, "DATE_INT",
        "The child was matched before it should be placed for adoption. The decision comes first, or on that day."),
    ROW(334, A | E, "DATE_INT,DECOM,RNE",
        "The decision that the child should be placed for adoption is dated before the present period of care began."),
    ROW(335, A | E, "PLACE,FOSTER_CARE",
        "Whether the adopter was the child's foster carer contradicts the placement from which the child was adopted."),
    ROW(336, E, "PLACE", "Before being placed for adoption the child was in no foster placement. Check both episodes."),
    ROW(386, E | H, "REC", "The child was 18 or older on the day of the adoption. Check the reason and the dates."),
    ROW(390, E, "PLACE,REC", "The child was adopted, but not from a placement for adoption (A3 to A6)."),
    ROW(408, E, "PLACE,LS",
        "The child is placed for adoption under a placement order (A5, A6), but the legal status is not E1."),
};
const struct rule_group rules_adoption = {"adoption", rules, sizeof rules / sizeof rules[0]};
