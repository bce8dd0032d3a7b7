/* Rules about whose care leaver information (OC3) belongs into the return. */
#include "check/ssda903/facts.h"

static void flag_leaver(const struct child *c, struct finding *f) {
  for (EACH(o, c->t[OC3]))
    if (any_filled(o->c, cols_leaver)) flag(f, OC3, o);
}

static bool ended_with(struct rows episodes, const char *reason) {
  for (EACH(e, episodes))
    if (cell_is(e->c[E_REC], reason)) return true;
  return false;
}

static void rule_1000(const struct child *c, struct finding *f) {
  if (ended_with(c->t[EPISODES], "E2") || ended_with(c->last[EPISODES], "E2")) flag_leaver(c, f);
}

/* Days looked after from a birthday on, short breaks out, by this and last year's episodes. */
static int days_from(struct rows episodes, date_t birthday, date_t year_end) {
  int days = 0;
  for (EACH(e, episodes)) {
    date_t from = e->c[E_DECOM].date, to = end_or(e->c[E_DEC], year_end);
    if (is_short_break(e->c) || from == DATE_NONE || to == DATE_NONE) continue;
    if (from < birthday) from = birthday;
    if (to > from) days += to - from;
  }
  return days;
}
static bool adopted_at_last(const struct child *c) {
  const struct row *e = last_episode(c);
  return e && IN(e->c[E_REC], "E11", "E12");
}

/* A relevant or former relevant child was looked after for 13 weeks from 14 on, partly from 16 on, and not adopted. */
static void rule_1001(const struct child *c, struct finding *f) {
  if (c->born == DATE_NONE || c->year->end == DATE_NONE) return;
  const struct rows now = c->t[EPISODES], then = c->last[EPISODES];
  date_t at_14 = years_after(c->born, 14), end = c->year->end;
  /* an episode open in last year's return stands in this year's too, unless the child has none */
  bool again = now.n > 0;
  date_t last_end = c->year->start;
  int from_14 = days_from(now, at_14, end), from_16 = days_from(now, c->birthday_16, end);
  for (EACH(l, then)) {
    struct rows one = {l, 1};
    if (again && blank(l->c[E_DEC])) continue;
    from_14 += days_from(one, at_14, last_end), from_16 += days_from(one, c->birthday_16, last_end);
  }
  if (from_14 < 13 * 7 || from_16 == 0 || adopted_at_last(c)) flag_leaver(c, f);
}

static void rule_1002(const struct child *c, struct finding *f) {
  if (!c->t[EPISODES].n && !c->last[EPISODES].n) flag_rows(f, OC3, c->t[OC3]);
}

/* The 17th or 18th birthday, whichever was in the year to 31 March. */
static date_t birthday_in_year(date_t born, date_t year_end) {
  for (int age = 17; age <= 18; age++) {
    date_t day = years_after(born, age);
    if (day != DATE_NONE && day <= year_end && day > years_after(year_end, -1)) return day;
  }
  return DATE_NONE;
}

static void rule_1007(const struct child *c, struct finding *f) {
  const struct row *e = last_episode(c);
  if (!e || !blank(e->c[E_DEC]) || !has_date(e->c[E_DECOM])) return;
  for (EACH(o, c->t[OC3]))
    if (birthday_in_year(o->c[O3_DOB].date, c->year->end) != DATE_NONE && any_filled(o->c, cols_leaver))
      flag(f, OC3, o);
}

static void rule_1010(const struct child *c, struct finding *f) {
  if (c->t[EPISODES].n || !c->last[EPISODES].n) return;
  const struct row *e = &c->last[EPISODES].at[c->last[EPISODES].n - 1];
  if (blank(e->c[E_DEC])) flag_leaver(c, f);
}

static void rule_1011(const struct child *c, struct finding *f) {
  const struct row *e = last_episode(c);
  if (e && cell_is(e->c[E_REC], "E3")) flag_leaver(c, f);
}

static void rule_1012(const struct child *c, struct finding *f) {
  static const enum table others[] = {PLACED_ADOPTION, MISSING, REVIEWS, AD1, PREV_PERM, OC2};
  if (c->t[EPISODES].n) return;
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) flag_rows(f, others[i], c->t[others[i]]);
}

static bool cared_for_in_year(const struct child *c) {
  for (EACH(e, c->t[EPISODES])) {
    if (!has_date(e->c[E_DECOM]) || date_before(c->year->end, e->c[E_DECOM].date)) continue;
    if (!date_before(e->c[E_DEC].date, c->year->start)) return true;
  }
  return false;
}

static void rule_1014(const struct child *c, struct finding *f) {
  if (cared_for_in_year(c)) return;
  for (EACH(u, c->t[UASC]))
    for (EACH(o, c->t[OC3])) {
      if (!any_filled(o->c, cols_leaver)) continue;
      flag(f, UASC, u);
      flag(f, OC3, o);
    }
}

static void rule_1016(const struct child *c, struct finding *f) {
  const struct row *e = last_episode(c);
  if (!e) return;
  for (EACH(o, c->t[OC3]))
    if (date_before(birthday_in_year(o->c[O3_DOB].date, c->year->end), e->c[E_DEC].date) &&
        any_filled(o->c, cols_leaver))
      flag(f, OC3, o);
}

static void rule_3001(const struct child *c, struct finding *f) {
  date_t at_17 = years_after(c->born, 17);
  if (at_17 == DATE_NONE || date_before(at_17, c->year->start) || date_before(c->year->end, at_17)) return;
  for (EACH(o, c->t[OC3]))
    if (IN(o->c[O3_ACCOM], "Z1", "Z2")) flag(f, OC3, o);
}

#define EP TABLE_BIT(EPISODES)
#define AND_EPISODES (TABLE_BIT(OC3) | TABLE_BIT(EPISODES))
#define LEAVER "IN_TOUCH,ACTIV,ACCOM"
static const struct rule rules[] = {
    RULE_ANY("1000", 2023, 0, AND_EPISODES, LEAVER,
             "The child died in care (E2): leave the care leaver information blank. Only this and last year's episodes "
             "are seen here.",
             rule_1000),
    RULE_BOTH(
        "1001", 2023, 0, AND_EPISODES | TABLE_BIT(HEADER), EP, LEAVER,
        "By these episodes not a relevant or former relevant child, that is looked after for 13 weeks from 14 on, "
        "partly from 16 on: leave the care leaver information blank, unless episodes before last year say otherwise.",
        rule_1001),
    RULE_BOTH("1002", 2023, 0, AND_EPISODES, EP, LEAVER,
              "No episodes of care this year or last: leave the child out of OC3, unless there were earlier ones.",
              rule_1002),
    RULE_ANY("1007", 2023, 0, AND_EPISODES, LEAVER,
             "Seventeen or eighteen and still looked after: leave the care leaver information blank.", rule_1007),
    RULE_BOTH(
        "1010", 2023, 0, AND_EPISODES, EP, LEAVER,
        "Last year's return left an episode open, and this year's has none: give this year's episodes, or leave the "
        "care leaver information blank.",
        rule_1010),
    RULE_ANY("1011", 2023, 0, AND_EPISODES, LEAVER,
             "The child's care passed to another authority (E3), which reports on the care leaver: leave this blank.",
             rule_1011),
    RULE_ANY(
        "1012", 2023, 0, EP, "CHILD",
        "A child without episodes this year can be in the return as a care leaver only: leave this row out, or give "
        "the episodes.",
        rule_1012),
    RULE_ANY("1014", 2023, 0, AND_EPISODES | TABLE_BIT(UASC), "ACTIV,ACCOM,IN_TOUCH,DUC",
             "A care leaver who was not looked after this year: leave the child out of UASC.", rule_1014),
    RULE_ANY(
        "1016", 2024, 0, AND_EPISODES, LEAVER,
        "The child left care after this year's 17th or 18th birthday, and so was no care leaver on that day: leave "
        "the care leaver information blank.",
        rule_1016),
    RULE_ANY("3001", 2023, 0, TABLE_BIT(HEADER) | TABLE_BIT(OC3), "REC",
             "Seventeen this year: staying put with former foster carers (Z1, Z2) begins at 18, so give another "
             "accommodation.",
             rule_3001),
};
const struct rule_group rules_leavers = {"whose care leaver information is asked for", rules,
                                         sizeof rules / sizeof rules[0]};
