/* Rules about missing and away from placement. */
#include "check/ssda903/spells.h"

static void rule_564(const struct child *c, struct finding *f) {
  for (EACH(m, c->t[MISSING]))
    if (IN(m->c[M_MISSING], "M", "A") && blank(m->c[M_START])) flag(f, MISSING, m);
}
static void rule_565(const struct child *c, struct finding *f) {
  for (EACH(m, c->t[MISSING]))
    if (!blank(m->c[M_START]) && blank(m->c[M_MISSING])) flag(f, MISSING, m);
}
static void rule_566(const struct child *c, struct finding *f) {
  for (EACH(m, c->t[MISSING]))
    if (!blank(m->c[M_END]) && blank(m->c[M_MISSING])) flag(f, MISSING, m);
}
static void rule_567(const struct child *c, struct finding *f) {
  for (EACH(m, c->t[MISSING]))
    if (before(m->c[M_END], m->c[M_START])) flag(f, MISSING, m);
}
static void rule_570(const struct child *c, struct finding *f) {
  spells_start_after_year(c, f, &spells_missing);
}
static void rule_571(const struct child *c, struct finding *f) {
  spells_end_outside_year(c, f, &spells_missing);
}
static void rule_574(const struct child *c, struct finding *f) {
  spells_overlap(c, f, &spells_missing);
}

static bool begins_on(const struct child *c, date_t day) {
  for (EACH(e, c->t[EPISODES]))
    if (e->c[E_DECOM].date == day) return true;
  return false;
}

static void rule_575(const struct child *c, struct finding *f) {
  for (EACH(m, c->t[MISSING])) {
    date_t start = m->c[M_START].date;
    if (start == DATE_NONE || !blank(m->c[M_END])) continue;
    for (EACH(e, c->t[EPISODES])) {
      date_t from = e->c[E_DECOM].date, to = e->c[E_DEC].date;
      if (from == DATE_NONE || to == DATE_NONE || start < from || start > to) continue;
      if (start < to || !begins_on(c, to)) flag(f, MISSING, m);
    }
  }
}

/* Open at the end of last year: its start must be this year's first. */
static void rule_576(const struct child *c, struct finding *f) {
  if (!c->t[MISSING].n) return;
  for (EACH(l, c->last[MISSING])) {
    if (!blank(l->c[M_END]) || !has_date(l->c[M_START])) continue;
    const struct row *first = &c->t[MISSING].at[0];
    if (first->c[M_START].date != l->c[M_START].date) flag(f, MISSING, first);
  }
}

static void rule_577(const struct child *c, struct finding *f) {
  spells_beyond_care(c, f, &spells_missing);
}

static void rule_578(const struct child *c, struct finding *f) {
  for (EACH(m, c->t[MISSING]))
    if (has_date(m->c[M_START]) && standing_of(c, m->c[M_START].date).after) flag(f, MISSING, m);
}

static void rule_580(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES])) {
    if (!has_date(e->c[E_DEC]) || blank(e->c[E_REC]) || IN(e->c[E_REC], "X1", "E8")) continue;
    for (EACH(m, c->t[MISSING])) {
      bool begun = has_date(m->c[M_START]) && m->c[M_START].date <= e->c[E_DEC].date;
      bool over = bad_date(m->c[M_END]) || before(m->c[M_END], e->c[E_DEC]);
      if (begun && !over) flag(f, EPISODES, e);
    }
  }
}

static void rule_581(const struct child *c, struct finding *f) {
  if (!c->t[EPISODES].n) return;
  for (EACH(m, c->t[MISSING]))
    if (!standing_of(c, m->c[M_START].date).within) flag(f, MISSING, m);
}

static void rule_586(const struct child *c, struct finding *f) {
  for (EACH(m, c->t[MISSING]))
    if (has_date(m->c[M_START]) && has_date(m->c[M_DOB]) && m->c[M_START].date <= m->c[M_DOB].date) flag(f, MISSING, m);
}

static void rule_1004(const struct child *c, struct finding *f) {
  for (EACH(m, c->t[MISSING]))
    if (!has_date(m->c[M_START])) flag(f, MISSING, m);
}
static void rule_1005(const struct child *c, struct finding *f) {
  spells_end_invalid(c, f, &spells_missing);
}
static void rule_1006(const struct child *c, struct finding *f) {
  for (EACH(m, c->t[MISSING]))
    if (!blank(m->c[M_MISSING]) && !IN(m->c[M_MISSING], "M", "A")) flag(f, MISSING, m);
}

#define MISS TABLE_BIT(MISSING)
#define AND_EPISODES (TABLE_BIT(MISSING) | TABLE_BIT(EPISODES))
static const struct rule rules[] = {
    RULE_ANY("564", 2023, 0, MISS, "MISSING,MIS_START", "Missing or away, but since when is blank: give MIS_START.",
             rule_564),
    RULE_ANY("565", 2023, 0, MISS, "MISSING,MIS_START",
             "A day is given on which it began, but not what: give M (missing) or A (away without authorisation).",
             rule_565),
    RULE_ANY("566", 2023, 0, MISS, "MISSING,MIS_END",
             "A day is given on which it ended, but not what: give M (missing) or A (away without authorisation).",
             rule_566),
    RULE_ANY("567", 2023, 0, MISS, "MIS_START,MIS_END",
             "It ended before it began: MIS_END should be on or after MIS_START.", rule_567),
    RULE_ANY("570", 2023, 0, MISS, "MIS_START",
             "It began after the year's end: correct MIS_START, or leave the row for next year's return.", rule_570),
    RULE_ANY(
        "571", 2023, 0, MISS, "MIS_END",
        "It ended before this year, or after it: MIS_END should be from 1 April to 31 March, or blank while it goes "
        "on.",
        rule_571),
    RULE_ANY(
        "574", 2023, 0, MISS, "MIS_START,MIS_END",
        "It overlaps with another time missing or away: end the earlier one on or before the day on which the later "
        "one begins.",
        rule_574),
    RULE_ANY("575", 2023, 0, AND_EPISODES, "MIS_END",
             "The placement from which the child was missing has ended: give MIS_END, and a new row if the child was "
             "missing from the next one.",
             rule_575),
    RULE_BOTH("576", 2023, 0, MISS, MISS, "CHILD",
              "Last year's return left the child missing or away: this year's first row should begin on that same day.",
              rule_576),
    RULE_ANY("577", 2023, 0, AND_EPISODES, "MIS_END",
             "The child has left care: the time missing or away should have ended by then.", rule_577),
    RULE_ANY("578", 2023, 0, AND_EPISODES, "MIS_START",
             "It began after the child had left care: correct MIS_START or the episode's end.", rule_578),
    RULE_ANY("580", 2023, 0, AND_EPISODES, "REC",
             "The child was missing when care ended: the reason should be E8 (ended for another reason), or the day on "
             "which the child was found is to be corrected.",
             rule_580),
    RULE_ANY("581", 2023, 0, AND_EPISODES, "MIS_START",
             "The child was not looked after on the day on which it began: correct MIS_START or the episodes.",
             rule_581),
    RULE_ANY("586", 2023, 0, MISS, "MIS_START",
             "It began before the child was born, or on that day: correct MIS_START or DOB.", rule_586),
    RULE_ANY("1004", 2023, 0, MISS, "MIS_START",
             "The day on which it began is blank or is no date: give it as day/month/year.", rule_1004),
    RULE_ANY("1005", 2023, 0, MISS, "MIS_END",
             "The day on which it ended is no date: give it as day/month/year, or leave it blank while it goes on.",
             rule_1005),
    RULE_ANY("1006", 2023, 0, MISS, "MISSING", "Not a code of the return: give M (missing) or A (away).", rule_1006),
};
const struct rule_group rules_missing = {"missing and away from placement", rules, sizeof rules / sizeof rules[0]};
