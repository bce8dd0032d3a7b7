/* Rules about the decision that a child should be placed for adoption (PlacedAdoption). */
#include "check/ssda903/facts.h"

static const int cols_reversal[] = {P_DATE_PLACED_CEASED, P_REASON_PLACED_CEASED, -1};

static void flag_both(struct finding *f, const struct row *p, const struct row *e) {
  flag(f, PLACED_ADOPTION, p);
  flag(f, EPISODES, e);
}

static bool for_adoption(const struct row *e) {
  return cell_in(e->c[E_PLACE], set_adoption_place);
}

static void rule_522(const struct child *c, struct finding *f) {
  for (EACH(p, c->t[PLACED_ADOPTION]))
    if (before(p->c[P_DATE_PLACED_CEASED], p->c[P_DATE_PLACED])) flag(f, PLACED_ADOPTION, p);
}

static void rule_551(const struct child *c, struct finding *f) {
  for (EACH(p, c->t[PLACED_ADOPTION]))
    if (!blank(p->c[P_DATE_PLACED])) return;
  for (EACH(e, c->t[EPISODES]))
    if (for_adoption(e)) flag(f, EPISODES, e);
}

static void rule_552(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    for (EACH(p, c->t[PLACED_ADOPTION]))
      if (for_adoption(e) && before(e->c[E_DECOM], p->c[P_DATE_PLACED])) flag_both(f, p, e);
}

/* An order and no decision; or an order in an episode still open, and no decision that stands. */
static void order_without_decision(const struct child *c, struct finding *f, const char *order) {
  for (EACH(e, c->t[EPISODES])) {
    if (!cell_is(e->c[E_LS], order)) continue;
    if (!c->t[PLACED_ADOPTION].n) flag(f, EPISODES, e);
    if (!blank(e->c[E_DEC])) continue;
    for (EACH(p, c->t[PLACED_ADOPTION]))
      if (blank(p->c[P_DATE_PLACED]) || any_filled(p->c, cols_reversal)) flag(f, PLACED_ADOPTION, p);
  }
}
static void rule_553(const struct child *c, struct finding *f) {
  order_without_decision(c, f, "E1");
}
static void rule_555(const struct child *c, struct finding *f) {
  order_without_decision(c, f, "D1");
}

/* The first episode under an order, and a decision after it. */
static void decision_after_order(const struct child *c, struct finding *f, const char *order) {
  const struct row *first = NULL;
  for (EACH(e, c->t[EPISODES]))
    if (!first && cell_is(e->c[E_LS], order) && has_date(e->c[E_DECOM])) first = e;
  if (!first) return;
  for (EACH(p, c->t[PLACED_ADOPTION]))
    if (before(first->c[E_DECOM], p->c[P_DATE_PLACED])) flag_both(f, p, first);
}
static void rule_554(const struct child *c, struct finding *f) {
  decision_after_order(c, f, "E1");
}
static void rule_556(const struct child *c, struct finding *f) {
  decision_after_order(c, f, "D1");
}

static void left_unadopted(const struct child *c, struct finding *f, const char *const *orders) {
  for (EACH(e, c->t[EPISODES])) {
    if (!for_adoption(e) && !cell_in(e->c[E_LS], orders)) continue;
    if (blank(e->c[E_REC]) || IN(e->c[E_REC], "E11", "E12", "X1")) continue;
    if (!c->t[PLACED_ADOPTION].n) flag(f, EPISODES, e);
    for (EACH(p, c->t[PLACED_ADOPTION]))
      if (!all_filled(p->c, cols_reversal)) flag_both(f, p, e);
  }
}
static void rule_557(const struct child *c, struct finding *f) {
  static const char *const orders[] = {"E1", NULL};
  left_unadopted(c, f, orders);
}
static void rule_557_to_2024(const struct child *c, struct finding *f) {
  static const char *const orders[] = {"D1", "E1", NULL};
  left_unadopted(c, f, orders);
}

/* As recorded: flags where all of several decisions are reversed; a child's only decision is not looked at. */
static void rule_558(const struct child *c, struct finding *f) {
  if (c->t[PLACED_ADOPTION].n < 2) return;
  for (EACH(p, c->t[PLACED_ADOPTION]))
    if (blank(p->c[P_DATE_PLACED_CEASED])) return;
  for (EACH(e, c->t[EPISODES]))
    if (IN(e->c[E_REC], "E11", "E12")) flag(f, EPISODES, e);
}

/* A row of this year beside one of last year. */
typedef bool clash(const struct child *c, const struct cell *now, const struct cell *then);
static void beside_last_year(const struct child *c, struct finding *f, clash *wrong) {
  for (EACH(p, c->t[PLACED_ADOPTION]))
    for (EACH(l, c->last[PLACED_ADOPTION]))
      if (wrong(c, p->c, l->c)) flag(f, PLACED_ADOPTION, p);
}
static bool decided_earlier(const struct child *c, const struct cell *now, const struct cell *then) {
  return date_before(now[P_DATE_PLACED].date, c->year->start) && blank(then[P_DATE_PLACED]);
}
static bool another_day(const struct cell *now, const struct cell *then) {
  return has_date(now[P_DATE_PLACED]) && has_date(then[P_DATE_PLACED]) &&
         now[P_DATE_PLACED].date != then[P_DATE_PLACED].date;
}
static bool redated(const struct child *c, const struct cell *now, const struct cell *then) {
  (void)c;
  struct cell a = now[P_DATE_PLACED], b = then[P_DATE_PLACED];
  return !blank(a) && !blank(b) && !(has_date(a) ? a.date == b.date : cell_same(a, b)) &&
         blank(then[P_DATE_PLACED_CEASED]);
}
static bool revived(const struct child *c, const struct cell *now, const struct cell *then) {
  (void)c;
  return has_date(now[P_DATE_PLACED]) && now[P_DATE_PLACED].date == then[P_DATE_PLACED].date &&
         any_filled(then, cols_reversal);
}
static bool redated_after_reversal(const struct child *c, const struct cell *now, const struct cell *then) {
  (void)c;
  return another_day(now, then) && all_filled(then, cols_reversal);
}
static void rule_559(const struct child *c, struct finding *f) {
  beside_last_year(c, f, decided_earlier);
}
static void rule_560(const struct child *c, struct finding *f) {
  beside_last_year(c, f, redated);
}
static void rule_561(const struct child *c, struct finding *f) {
  beside_last_year(c, f, revived);
}
static void rule_584(const struct child *c, struct finding *f) {
  beside_last_year(c, f, redated_after_reversal);
}

static void rule_563(const struct child *c, struct finding *f) {
  for (EACH(p, c->t[PLACED_ADOPTION]))
    if (blank(p->c[P_DATE_PLACED]) && any_filled(p->c, cols_reversal)) flag(f, PLACED_ADOPTION, p);
}

static void rule_579(const struct child *c, struct finding *f) {
  const struct rows p = c->t[PLACED_ADOPTION];
  for (size_t i = 1; i < p.n; i++) {
    const struct cell *now = p.at[i].c, *then = p.at[i - 1].c;
    if (!has_date(then[P_DATE_PLACED_CEASED]) || before(now[P_DATE_PLACED], then[P_DATE_PLACED_CEASED]))
      flag(f, PLACED_ADOPTION, &p.at[i]);
  }
}

/* A decision that stands, though another was made after it; or on the same day, and reversed. */
static void rule_583(const struct child *c, struct finding *f) {
  for (EACH(p, c->t[PLACED_ADOPTION]))
    for (EACH(o, c->t[PLACED_ADOPTION])) {
      bool twin = p != o && has_date(p->c[P_DATE_PLACED]) && p->c[P_DATE_PLACED].date == o->c[P_DATE_PLACED].date;
      bool passed = before(p->c[P_DATE_PLACED], o->c[P_DATE_PLACED]) || (twin && !blank(o->c[P_DATE_PLACED_CEASED]));
      if (passed && blank(p->c[P_DATE_PLACED_CEASED])) flag(f, PLACED_ADOPTION, p);
    }
}

static void rule_1003(const struct child *c, struct finding *f) {
  const struct row *first = NULL;
  for (EACH(e, c->t[EPISODES]))
    if (!first && cell_is(e->c[E_RNE], "S") && has_date(e->c[E_DECOM])) first = e;
  if (!first) return;
  for (EACH(p, c->t[PLACED_ADOPTION]))
    if (before(p->c[P_DATE_PLACED], first->c[E_DECOM])) flag_both(f, p, first);
}

#define PLACED TABLE_BIT(PLACED_ADOPTION)
#define AND_EPISODES (TABLE_BIT(PLACED_ADOPTION) | TABLE_BIT(EPISODES))
static const struct rule rules[] = {
    RULE_ANY("522", 2023, 0, PLACED, "DATE_PLACED,DATE_PLACED_CEASED",
             "The decision to place for adoption was reversed before it was made: DATE_PLACED should be on or before "
             "DATE_PLACED_CEASED.",
             rule_522),
    RULE_ANY("551", 2023, 0, AND_EPISODES, "DATE_PLACED,PLACE",
             "The child is placed for adoption (A3 to A6), but the day of the decision is not given: give DATE_PLACED.",
             rule_551),
    RULE_ANY(
        "552", 2023, 0, AND_EPISODES, "DATE_PLACED,DECOM",
        "The child was placed for adoption before the decision: DATE_PLACED should be on or before the day on which "
        "the placement began.",
        rule_552),
    RULE_ANY("553", 2023, 0, AND_EPISODES, "CHILD,DATE_PLACED,DATE_PLACED_CEASED,REASON_PLACED_CEASED",
             "A placement order (E1) is in force, but there is no decision to place for adoption that stands: give "
             "DATE_PLACED, and no reversal.",
             rule_553),
    RULE_ANY(
        "554", 2023, 0, AND_EPISODES, "DATE_PLACED,DECOM,LS",
        "The placement order (E1) came before the decision: DATE_PLACED should be on or before the day of the order. "
        "Episodes of earlier years are not seen here.",
        rule_554),
    RULE_ANY("555", 2023, 2024, AND_EPISODES, "CHILD,DATE_PLACED,DATE_PLACED_CEASED,REASON_PLACED_CEASED",
             "A freeing order (D1) is in force, but there is no decision to place for adoption that stands: give "
             "DATE_PLACED, and no reversal.",
             rule_555),
    RULE_ANY(
        "556", 2023, 2024, AND_EPISODES, "DATE_PLACED,DECOM",
        "The freeing order (D1) came before the decision: DATE_PLACED should be on or before the day of the order.",
        rule_556),
    RULE_ANY("557", 2023, 2024, AND_EPISODES, "DATE_PLACED_CEASED,REASON_PLACED_CEASED,PLACE,LS,REC",
             "The child was to be adopted (A3 to A6, or under D1 or E1) but left care otherwise: give the day and the "
             "reason of the reversal of that decision.",
             rule_557_to_2024),
    RULE_ANY(
        "557", 2025, 0, AND_EPISODES, "DATE_PLACED_CEASED,REASON_PLACED_CEASED,PLACE,LS,REC",
        "The child was to be adopted (A3 to A6, or under E1) but left care otherwise: give the day and the reason of "
        "the reversal of that decision.",
        rule_557),
    RULE_ANY(
        "558", 2023, 0, AND_EPISODES, "DATE_PLACED_CEASED,REC",
        "The child was adopted, but every decision to place for adoption is shown as reversed: the one that led to "
        "the adoption should have no DATE_PLACED_CEASED.",
        rule_558),
    RULE_BOTH("559", 2023, 0, PLACED, PLACED, "DATE_PLACED",
              "The decision was made before this year, but last year's return did not have it: correct DATE_PLACED, or "
              "amend last year.",
              rule_559),
    RULE_BOTH(
        "560", 2023, 0, PLACED, PLACED, "DATE_PLACED,DATE_PLACED_CEASED",
        "The decision is dated differently from last year, and last year's was not reversed: DATE_PLACED should be "
        "the same.",
        rule_560),
    RULE_BOTH("561", 2023, 0, PLACED, PLACED, "DATE_PLACED",
              "The same decision was shown as reversed last year: leave it out, or give the day of the new decision.",
              rule_561),
    RULE_ANY("563", 2023, 0, PLACED, "DATE_PLACED,REASON_PLACED_CEASED,DATE_PLACED_CEASED",
             "A decision is reversed, but not the day on which it was made: give DATE_PLACED.", rule_563),
    RULE_ANY(
        "579", 2023, 0, PLACED, "DATE_PLACED,DATE_PLACED_CEASED",
        "This decision was made before the one before it was reversed: give the reversal of the earlier one, on or "
        "before this DATE_PLACED.",
        rule_579),
    QUERY_ANY("583", 2023, 0, PLACED, "DATE_PLACED,DATE_PLACED_CEASED",
              "A later decision follows, but this one is not reversed: give DATE_PLACED_CEASED, or check that both are "
              "needed.",
              rule_583),
    {"584", 2023, 0, SEVERITY_QUERY, FORMAT_ANY, PLACED, PLACED, "DATE_PLACED",
     "Last year's decision was reversed, and this year there is another: check that a new decision was made on that "
     "day.",
     rule_584, NULL},
    RULE_ANY(
        "1003", 2023, 0, AND_EPISODES, "DATE_PLACED,DECOM,RNE",
        "The decision to place for adoption is dated before the child came into care: correct DATE_PLACED or DECOM.",
        rule_1003),
};
const struct rule_group rules_placed = {"decisions to place for adoption", rules, sizeof rules / sizeof rules[0]};
