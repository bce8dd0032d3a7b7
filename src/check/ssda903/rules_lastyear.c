/* Rules that compare this year's return with last year's. */
#include "check/ssda903/facts.h"

typedef bool header_differs(const struct child *c, const struct cell *now, const struct cell *last);
static void compare_headers(const struct child *c, struct finding *f, header_differs *differs) {
  for (EACH(h, c->t[HEADER]))
    for (EACH(l, c->last[HEADER]))
      if (differs(c, h->c, l->c)) flag(f, HEADER, h);
}

/* Sex was 1 and 2 up to 2023-24. */
static bool sex_differs(const struct child *c, const struct cell *now, const struct cell *last) {
  (void)c;
  struct cell a = now[H_SEX], b = last[H_SEX];
  return !cell_same(a, b) && !(is_male(a) && is_male(b)) && !(is_female(a) && is_female(b));
}
static void rule_202(const struct child *c, struct finding *f) {
  compare_headers(c, f, sex_differs);
}

static bool birth_differs(const struct child *c, const struct cell *now, const struct cell *last) {
  (void)c;
  return now[H_DOB].date != last[H_DOB].date;
}
static void rule_203(const struct child *c, struct finding *f) {
  compare_headers(c, f, birth_differs);
}

static bool ethnic_differs(const struct child *c, const struct cell *now, const struct cell *last) {
  (void)c;
  return !cell_same(now[H_ETHNIC], last[H_ETHNIC]);
}
static void rule_204(const struct child *c, struct finding *f) {
  compare_headers(c, f, ethnic_differs);
}

static bool no_longer_mother(const struct child *c, const struct cell *now, const struct cell *last) {
  return c->t[EPISODES].n && cell_is(last[H_MOTHER], "1") && !cell_is(now[H_MOTHER], "1");
}
static void rule_207(const struct child *c, struct finding *f) {
  compare_headers(c, f, no_longer_mother);
}

/* A pupil number stays. It may take the place of a reason for having none or of a blank, and UN1 (too young) may give
 * way to another. */
static bool upn_differs(const struct child *c, const struct cell *now, const struct cell *last) {
  (void)c;
  struct cell a = now[H_UPN], b = last[H_UPN];
  if (cell_same(a, b)) return false;
  bool number_now = !blank(a) && !cell_in(a, set_unknown_upn);
  if (number_now && (blank(b) || cell_in(b, set_unknown_upn))) return false;
  return !((blank(b) || cell_is(b, "UN1")) && IN(a, "UN2", "UN3", "UN4", "UN5"));
}
static void rule_208(const struct child *c, struct finding *f) {
  compare_headers(c, f, upn_differs);
}

/* Unaccompanied asylum seekers. Last year's status is in Header of an XML return; a CSV return tells it by a date
 * ceased. */
static bool any_ceased(struct rows uasc) {
  for (EACH(u, uasc))
    if (!blank(u->c[U_DUC])) return true;
  return false;
}
static bool uasc_last_year(const struct child *c) {
  if (!c->year->xml) return any_ceased(c->last[UASC]);
  for (EACH(h, c->last[HEADER]))
    if (cell_is(h->c[H_UASC], "1")) return true;
  return false;
}
/* The date ceased, or DATE_NONE. */
static date_t ceased_on(struct rows uasc) {
  for (EACH(u, uasc))
    if (has_date(u->c[U_DUC])) return u->c[U_DUC].date;
  return DATE_NONE;
}
typedef bool status_test(const struct child *c, bool now, bool last);
/* By each row that Header has of the child; the rows of UASC are flagged with it. */
static void compare_status(const struct child *c, struct finding *f, status_test *wrong) {
  const struct rows h = c->t[HEADER];
  bool last = uasc_last_year(c);
  for (EACH(r, h))
    if (wrong(c, cell_is(r->c[H_UASC], "1"), last)) flag(f, HEADER, r), flag_rows(f, UASC, c->t[UASC]);
  if (!h.n && wrong(c, !(c->year->have & TABLE_BIT(HEADER)) && any_ceased(c->t[UASC]), last))
    flag_rows(f, UASC, c->t[UASC]);
}

static bool no_longer(const struct child *c, bool now, bool last) {
  return last && !now && !date_before(ceased_on(c->last[UASC]), c->year->start);
}
static void rule_205A(const struct child *c, struct finding *f) {
  compare_status(c, f, no_longer);
}
static bool still(const struct child *c, bool now, bool last) {
  date_t ends = ceased_on(c->t[UASC]), ended = ceased_on(c->last[UASC]);
  return last && now && ended != DATE_NONE && (ended < c->year->start || ends != ended);
}
static void rule_205B(const struct child *c, struct finding *f) {
  compare_status(c, f, still);
}
static bool neither(const struct child *c, bool now, bool last) {
  return !last && !now && (any_ceased(c->last[UASC]) || any_ceased(c->t[UASC]));
}
static void rule_205C(const struct child *c, struct finding *f) {
  compare_status(c, f, neither);
}

static bool newly_uasc(const struct child *c, const struct cell *now, const struct cell *last) {
  (void)c;
  return cell_is(now[H_UASC], "1") && cell_is(last[H_UASC], "0");
}
static void rule_205D(const struct child *c, struct finding *f) {
  compare_headers(c, f, newly_uasc);
  bool headers = (c->year->have & c->year->have_last & TABLE_BIT(HEADER)) != 0;
  if (!headers && c->last[UASC].n && !any_ceased(c->last[UASC]))
    for (EACH(u, c->t[UASC]))
      if (!blank(u->c[U_DUC])) flag(f, UASC, u);
}

/* Adopted from care, in either year, and looked after again: the episodes that follow. */
static void rule_199(const struct child *c, struct finding *f) {
  bool adopted = false;
  for (EACH(l, c->last[EPISODES])) adopted = adopted || IN(l->c[E_REC], "E11", "E12");
  for (EACH(e, c->t[EPISODES])) {
    if (adopted) flag(f, EPISODES, e);
    adopted = adopted || IN(e->c[E_REC], "E11", "E12");
  }
}

/* In care before the year began, and not in last year's return. */
static void rule_NoE(const struct child *c, struct finding *f) {
  const struct row *first = first_episode(c);
  if (first && !c->last[EPISODES].n && date_before(first->c[E_DECOM].date, c->year->start)) flag(f, EPISODES, first);
}

/* The episode that was open at the end of last year is the first of this year's; what is said of its place stays. */
static void first_of_year_differs(const struct child *c, struct finding *f, int column) {
  const struct rows last = c->last[EPISODES];
  const struct row *now = first_episode(c), *before = last.n ? &last.at[last.n - 1] : NULL;
  if (now && before && blank(before->c[E_DEC]) && cell_same(now->c[E_RNE], before->c[E_RNE]) &&
      !cell_same(now->c[column], before->c[column]))
    flag(f, EPISODES, now);
}
static void rule_452(const struct child *c, struct finding *f) {
  first_of_year_differs(c, f, E_PL_LA);
}
static void rule_453(const struct child *c, struct finding *f) {
  const struct row *now = first_episode(c);
  if (now && !blank(now->c[E_PL_DISTANCE])) first_of_year_differs(c, f, E_PL_DISTANCE); /* 392a speaks of a blank */
}

#define ROW_OF(severity, n, needs, needs_last, fields, message) \
  RULE_OF(severity, #n, 2023, 0, needs, needs_last, fields, message, rule_##n)
#define ROW(...) ROW_OF(SEVERITY_ERROR, __VA_ARGS__)
#define QUERY(...) ROW_OF(SEVERITY_QUERY, __VA_ARGS__)
enum { H = TABLE_BIT(HEADER), E = TABLE_BIT(EPISODES), U = TABLE_BIT(UASC) };
static const struct rule rules[] = {
    QUERY(199, E, 0, "CHILD",
          "The child was adopted from care in an earlier episode. A child who comes back has a new number."),
    QUERY(202, H, H, "SEX", "Sex is not what last year's return says. Check which is right."),
    ROW(203, H, H, "DOB", "The date of birth is not what last year's return says. Check which is right."),
    QUERY(204, H, H, "ETHNIC", "Ethnic origin is not what last year's return says. Check which is right."),
    ROW(205A, U, U, "CHILD,UASC",
        "Last year's return says unaccompanied asylum seeker, this year's does not, and the date on which the status "
        "ended does not explain it."),
    ROW(205B, H | U, H | U, "DUC,UASC",
        "The child is an unaccompanied asylum seeker in both years, but the date on which the status ends is not that "
        "of last year, or lay "
        "before this year."),
    ROW(205C, U, U, "DUC,UASC",
        "The child is no unaccompanied asylum seeker in either year, yet there is a date on which that status ended."),
    ROW(205D, U, U, "UASC,CHILD",
        "The child is an unaccompanied asylum seeker this year and was none last year. A child does not become one."),
    ROW(207, H | E, H, "MOTHER",
        "Last year's return says that she is a mother, this year's does not. A mother stays one."),
    QUERY(208, H, H, "UPN", "The pupil number is not what last year's return says. Check which is right."),
    QUERY(452, E, E, "PL_LA",
          "The placement carried on from last year, but in the area of another authority. Check the postcodes."),
    QUERY(453, E, E, "PL_DISTANCE",
          "The placement carried on from last year, but at another distance from home. Check the postcodes."),
    QUERY(NoE, E, E, "DECOM",
          "Care began before this year, but last year's return has no episode of the child. Correct the date, or last "
          "year's return."),
};
const struct rule_group rules_lastyear = {"this year against last year", rules, sizeof rules / sizeof rules[0]};
