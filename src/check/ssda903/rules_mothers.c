/* Rules about looked-after children who are mothers. */
#include "check/ssda903/facts.h"

static bool left_in_year(const struct child *c, const struct row *e) {
  struct cell dec = e->c[E_DEC];
  return has_date(dec) && !date_before(dec.date, c->year->start) && !date_before(c->year->end, dec.date) &&
         !blank(e->c[E_REC]) && !cell_is(e->c[E_REC], "X1") && !is_short_break(e->c);
}

static void rule_607(const struct child *c, struct finding *f) {
  for (EACH(h, c->t[HEADER]))
    for (EACH(e, c->t[EPISODES]))
      if (is_female(h->c[H_SEX]) && blank(h->c[H_MOTHER]) && left_in_year(c, e)) {
        flag(f, HEADER, h);
        flag(f, EPISODES, e);
      }
}

static void rule_611(const struct child *c, struct finding *f) {
  for (EACH(h, c->t[HEADER]))
    if (cell_is(h->c[H_MOTHER], "1") && blank(h->c[H_MC_DOB])) flag(f, HEADER, h);
}

static void rule_612(const struct child *c, struct finding *f) {
  for (EACH(h, c->t[HEADER]))
    if (is_female(h->c[H_SEX]) && (blank(h->c[H_MOTHER]) || cell_is(h->c[H_MOTHER], "0")) && !blank(h->c[H_MC_DOB]))
      flag(f, HEADER, h);
}

static void rule_620(const struct child *c, struct finding *f) {
  for (EACH(h, c->t[HEADER]))
    if (cell_is(h->c[H_MOTHER], "1") && under_age(h->c[H_DOB].date, c->year->start, 11)) flag(f, HEADER, h);
}

static void rule_621(const struct child *c, struct finding *f) {
  for (EACH(h, c->t[HEADER]))
    if (has_date(h->c[H_MC_DOB]) && !before(h->c[H_DOB], h->c[H_MC_DOB])) flag(f, HEADER, h);
}

static void rule_624(const struct child *c, struct finding *f) {
  for (EACH(h, c->t[HEADER]))
    for (EACH(l, c->last[HEADER]))
      if (!blank(l->c[H_MC_DOB]) && !cell_same(h->c[H_MC_DOB], l->c[H_MC_DOB])) flag(f, HEADER, h);
}

static const struct row *last_to_end(const struct child *c) {
  const struct row *found = NULL;
  for (EACH(e, c->t[EPISODES]))
    if (has_date(e->c[E_DEC]) && (!found || e->c[E_DEC].date > found->c[E_DEC].date)) found = e;
  return found;
}

static void rule_625(const struct child *c, struct finding *f) {
  const struct row *left = last_to_end(c);
  if (!c->t[EPISODES].n) return;
  for (EACH(h, c->t[HEADER])) {
    struct cell born = h->c[H_MC_DOB];
    bool after_care = left && before(left->c[E_DEC], born);
    if (!after_care && !date_before(c->year->end, born.date)) continue;
    flag(f, HEADER, h);
    if (left) flag(f, EPISODES, left);
  }
}

static void rule_626(const struct child *c, struct finding *f) {
  for (EACH(h, c->t[HEADER]))
    for (EACH(l, c->last[HEADER]))
      if (cell_is(h->c[H_MOTHER], "1") && date_before(h->c[H_MC_DOB].date, c->year->start) &&
          cell_is(l->c[H_MOTHER], "0"))
        flag(f, HEADER, h);
}

static void rule_628(const struct child *c, struct finding *f) {
  if (c->t[EPISODES].n) return;
  for (EACH(h, c->t[HEADER]))
    for (EACH(o, c->t[OC3]))
      if (!blank(h->c[H_MOTHER]) && any_filled(o->c, cols_leaver)) flag(f, HEADER, h);
}

#define WHO TABLE_BIT(HEADER)
#define AND_EPISODES (TABLE_BIT(HEADER) | TABLE_BIT(EPISODES))
static const struct rule rules[] = {
    RULE_ANY("607", 2023, 0, AND_EPISODES, "DEC,REC,MOTHER,LS,SEX",
             "A girl who left care in the year: say in MOTHER whether she is a mother, 0 or 1.", rule_607),
    RULE_ANY("611", 2023, 0, WHO, "MOTHER,MC_DOB",
             "She is a mother, but her child's date of birth is blank: give it in MC_DOB.", rule_611),
    RULE_ANY("612", 2023, 0, WHO, "SEX,MOTHER,MC_DOB",
             "A child's date of birth is given, but MOTHER does not say that she is a mother: make MOTHER 1, or leave "
             "MC_DOB blank.",
             rule_612),
    QUERY_ANY("620", 2023, 0, WHO, "DOB,MOTHER",
              "A mother under 11 at the start of the year: check her date of birth, and whether she is a mother.",
              rule_620),
    RULE_ANY("621", 2023, 0, WHO, "DOB,MC_DOB",
             "Her child is born before she was, or on the same day: correct one of the two dates of birth.", rule_621),
    RULE_BOTH("624", 2023, 0, WHO, WHO, "MC_DOB",
              "Her first child's date of birth differs from that of last year's return: it should be the same.",
              rule_624),
    RULE_ANY(
        "625", 2023, 0, AND_EPISODES, "MC_DOB,DEC",
        "Her child is born after the year's end, or after she left care: correct the date, or leave it for a later "
        "return.",
        rule_625),
    RULE_BOTH(
        "626", 2023, 0, WHO, WHO, "MOTHER,MC_DOB",
        "Her child was born before this year, but last year's return said that she was no mother: correct MC_DOB, "
        "or amend last year.",
        rule_626),
    RULE_ANY("628", 2023, 0, AND_EPISODES | TABLE_BIT(OC3), "MOTHER",
             "A care leaver who was not looked after this year: leave MOTHER blank.", rule_628),
};
const struct rule_group rules_mothers = {"mothers", rules, sizeof rules / sizeof rules[0]};
