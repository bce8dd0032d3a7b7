/* Rules about the child: sex, date of birth, pupil number, unaccompanied asylum seekers, mothers. */
#include <stdlib.h>
#include <string.h>

#include "check/ssda903/facts.h"

/* A child not yet, or already, looked after in the year: one episode that is no short break touches it. */
static bool in_care_in_year(const struct child *c) {
  for (EACH(e, c->t[EPISODES])) {
    date_t end = e->c[E_DEC].date;
    if (!is_short_break(e->c) && date_before(e->c[E_DECOM].date, c->year->end + 1) &&
        (end == DATE_NONE || end >= c->year->start))
      return true;
  }
  return false;
}

/* Mothers are recorded for girls looked after in the year: 0 or 1. */
static void rule_165(const struct child *c, struct finding *f) {
  if (!in_care_in_year(c)) return;
  for (EACH(h, c->t[HEADER])) {
    struct cell mother = h->c[H_MOTHER], sex = h->c[H_SEX];
    bool wrong = blank(mother) ? is_female(sex) : !IN(mother, "0", "1") || (is_male(sex) && cell_is(mother, "1"));
    if (!wrong) continue;
    flag(f, HEADER, h);
    flag_rows(f, OC3, c->t[OC3]);
  }
}

static void rule_174(const struct child *c, struct finding *f) {
  for (EACH(h, c->t[HEADER]))
    if (code_valid(&codes_sex, h->c[H_SEX], c->year->ends) && is_male(h->c[H_SEX]) && !blank(h->c[H_MC_DOB]))
      flag(f, HEADER, h);
}

static void rule_209(const struct child *c, struct finding *f) {
  for (EACH(h, c->t[HEADER]))
    if (cell_is(h->c[H_UPN], "UN1") && reached_age(h->c[H_DOB].date, c->year->start, 5)) flag(f, HEADER, h);
}

static void rule_210(const struct child *c, struct finding *f) {
  for (EACH(h, c->t[HEADER])) {
    if (!cell_is(h->c[H_UPN], "UN4")) continue;
    for (EACH(e, c->t[EPISODES]))
      if (c->year->end != DATE_NONE && date_before(c->year->end - 8, e->c[E_DECOM].date))
        flag(f, EPISODES, e), flag(f, HEADER, h);
  }
}

static void rule_231(const struct child *c, struct finding *f) {
  for (EACH(h, c->t[HEADER]))
    if (cell_is(h->c[H_UASC], "1") && under_age(h->c[H_DOB].date, c->year->end, 11)) flag(f, HEADER, h);
}

static void rule_232(const struct child *c, struct finding *f) {
  for (EACH(h, c->t[HEADER]))
    if (cell_is(h->c[H_SEX], "U")) flag(f, HEADER, h);
}

static void rule_301(const struct child *c, struct finding *f) {
  for (EACH(h, c->t[HEADER]))
    if (date_before(c->year->end, h->c[H_DOB].date)) flag(f, HEADER, h);
}

static void rule_303(const struct child *c, struct finding *f) {
  for (EACH(h, c->t[HEADER])) {
    if (cell_is(h->c[H_UASC], "1")) continue;
    for (EACH(u, c->t[UASC]))
      if (!blank(u->c[U_DUC])) flag(f, UASC, u), flag(f, HEADER, h);
  }
}

static void rule_304(const struct child *c, struct finding *f) {
  for (EACH(u, c->t[UASC]))
    if (date_before(years_after(u->c[U_DOB].date, 18), u->c[U_DUC].date)) flag(f, UASC, u);
}

static void rule_351(const struct child *c, struct finding *f) {
  for (EACH(h, c->t[HEADER]))
    if (reached_age(h->c[H_DOB].date, c->year->start - 1, 25)) flag(f, HEADER, h);
}

/* Girls looked after, short breaks apart, whose mother field is blank. */
static void rule_393(const struct child *c, struct finding *f) {
  if (!has_care(c)) return;
  for (EACH(h, c->t[HEADER]))
    if (is_female(h->c[H_SEX]) && blank(h->c[H_MOTHER])) flag(f, HEADER, h);
}

/* Nothing of mother or reviews is returned for a child in short breaks only. */
static void rule_399(const struct child *c, struct finding *f) {
  if (!only_short_breaks(c)) return;
  for (EACH(h, c->t[HEADER]))
    for (EACH(r, c->t[REVIEWS])) {
      if (blank(h->c[H_MOTHER]) && blank(r->c[R_REVIEW]) && blank(r->c[R_CODE])) continue;
      flag(f, HEADER, h), flag(f, REVIEWS, r);
      flag_rows(f, EPISODES, c->t[EPISODES]);
    }
}

static void reviews_against_age(const struct child *c, struct finding *f, bool young) {
  for (EACH(r, c->t[REVIEWS])) {
    struct cell code = r->c[R_CODE];
    date_t born = r->c[R_DOB].date, on = r->c[R_REVIEW].date;
    if (young ? cell_is(code, "PN0") && reached_age(born, on, 4)
              : IN(code, "PN1", "PN2", "PN3", "PN4", "PN5", "PN6", "PN7") && under_age(born, on, 4))
      flag(f, REVIEWS, r);
  }
}
static void rule_440(const struct child *c, struct finding *f) {
  reviews_against_age(c, f, true);
}
static void rule_441(const struct child *c, struct finding *f) {
  reviews_against_age(c, f, false);
}

static void rule_442(const struct child *c, struct finding *f) {
  if (!has_care(c)) return;
  for (EACH(h, c->t[HEADER]))
    if (blank(h->c[H_UPN])) flag(f, HEADER, h);
}

static int by_upn(const void *a, const void *b) {
  return strcmp((*(const struct row *const *)a)->c[H_UPN].s, (*(const struct row *const *)b)->c[H_UPN].s);
}

/* One pupil number for two rows, whoever's. */
static void rule_444(const struct upload *u, struct finding *f) {
  size_t n = 0, at = 0;
  for (size_t i = 0; i < u->n; i++) n += u->children[i].t[HEADER].n;
  const struct row **all = malloc((n + 1) * sizeof *all);
  if (!all) abort();
  for (size_t i = 0; i < u->n; i++)
    for (EACH(h, u->children[i].t[HEADER]))
      if (!blank(h->c[H_UPN]) && !cell_in(h->c[H_UPN], set_unknown_upn)) all[at++] = h;
  qsort(all, at, sizeof *all, by_upn);
  for (size_t i = 1; i < at; i++)
    if (by_upn(&all[i - 1], &all[i]) == 0) flag(f, HEADER, all[i - 1]), flag(f, HEADER, all[i]);
  free(all);
}

/* Neither episodes nor anything of a care leaver. */
static void rule_EPI(const struct child *c, struct finding *f) {
  if (c->t[EPISODES].n) return;
  for (EACH(r, c->t[OC3]))
    if (any_filled(r->c, cols_leaver)) return;
  flag_rows(f, HEADER, c->t[HEADER]);
}

#define ROW(n, from, needs, fields, message) RULE_ANY(#n, from, 0, needs, fields, message, rule_##n)
#define QUERY(n, from, needs, fields, message) QUERY_ANY(#n, from, 0, needs, fields, message, rule_##n)
enum {
  H = TABLE_BIT(HEADER),
  E = TABLE_BIT(EPISODES),
  R = TABLE_BIT(REVIEWS),
  U = TABLE_BIT(UASC),
  O3 = TABLE_BIT(OC3)
};
static const struct rule rules[] = {
    ROW(165, 2023, H | E | O3, "MOTHER,SEX,ACTIV,ACCOM,IN_TOUCH,DECOM",
        "The mother field must be 0 or 1 for a girl looked after in the year, and must not say that a boy is a "
        "mother."),
    ROW(174, 2023, H, "SEX,MC_DOB",
        "A date of birth of a mother's child is given for a boy. Correct the sex or take the date out."),
    ROW(209, 2023, H, "UPN,DOB",
        "The child was of school age at the start of the year, so UN1 (not yet of school age) cannot be right. Enter "
        "the "
        "pupil number."),
    ROW(210, 2023, H | E, "UPN,DECOM",
        "UN4 (only just looked after) does not fit the dates of the child's episodes. Enter the pupil number."),
    QUERY(231, 2025, H, "DOB,UASC",
          "An unaccompanied asylum seeker of ten or younger is unusual. Check the date of birth, or explain it."),
    QUERY(232, 2025, H, "SEX", "Sex is returned as unknown. Check whether it is known by now."),
    ROW(301, 2023, H, "DOB", "The child was born after the end of the collection year. Check the date of birth."),
    ROW(303, 2023, H | U, "DUC,UASC",
        "There is a date on which the status of unaccompanied asylum seeker ended, but the child is not marked as "
        "one."),
    ROW(304, 2023, U, "DUC",
        "The status of unaccompanied asylum seeker ends on the 18th birthday at the latest; the date given is later."),
    QUERY(351, 2023, H, "DOB", "The young person was over 25 when the collection year began. Check the date of birth."),
    ROW(393, 2023, H | E, "MOTHER", "A girl was looked after and the mother field is blank. Enter 0 or 1."),
    ROW(399, 2023, H | E | R, "MOTHER,LS,REVIEW,REVIEW_CODE",
        "The child had short breaks only (V3, V4), so neither mother nor reviews are returned."),
    ROW(440, 2023, R, "DOB,REVIEW,REVIEW_CODE",
        "The review is coded PN0 (under four), but the child was four or older on the day. Use PN1 to PN7."),
    ROW(441, 2023, R, "DOB,REVIEW,REVIEW_CODE",
        "The review says how a child of four or older took part, but the child was under four. Use PN0."),
    ROW(442, 2023, H | E, "UPN", "The pupil number is blank. Enter it, or say why there is none with UN1 to UN5."),
    {"444", 2026, 0, SEVERITY_ERROR, FORMAT_ANY, H, 0, "UPN",
     "Two rows carry the same pupil number. It belongs to one child only.", NULL, rule_444},
    QUERY(EPI, 2023, H, "CHILD",
          "The child has no episode and is no care leaver. Enter the episodes, or take the child out."),
};
const struct rule_group rules_header = {"the child: sex, birth, pupil number, asylum, mothers", rules,
                                        sizeof rules / sizeof rules[0]};
