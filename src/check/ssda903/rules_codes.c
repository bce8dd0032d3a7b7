/* Rules about codes and dates that are not valid, table by table. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "check/ssda903/facts.h"

enum when_blank { BLANK_IS_FINE, BLANK_IS_WRONG };

static void bad_codes(const struct child *c, struct finding *f, enum table t, int column, const struct code_list *list,
                      enum when_blank when) {
  for (EACH(r, c->t[t])) {
    struct cell x = r->c[column];
    if (blank(x) ? when == BLANK_IS_WRONG : !code_valid(list, x, c->year->ends)) flag(f, t, r);
  }
}
static void bad_dates(const struct child *c, struct finding *f, enum table t, int column, enum when_blank when) {
  for (EACH(r, c->t[t]))
    if (bad_date(r->c[column]) || (when == BLANK_IS_WRONG && blank(r->c[column]))) flag(f, t, r);
}

#define CODE_RULE(n, t, column, list, when)                        \
  static void rule_##n(const struct child *c, struct finding *f) { \
    bad_codes(c, f, t, column, &list, when);                       \
  }
#define DATE_RULE(n, t, column, when)                              \
  static void rule_##n(const struct child *c, struct finding *f) { \
    bad_dates(c, f, t, column, when);                              \
  }

CODE_RULE(101, HEADER, H_SEX, codes_sex, BLANK_IS_WRONG)
DATE_RULE(102, HEADER, H_DOB, BLANK_IS_WRONG)
CODE_RULE(103, HEADER, H_ETHNIC, codes_ethnic, BLANK_IS_WRONG)
CODE_RULE(105, HEADER, H_UASC, codes_yes_no, BLANK_IS_WRONG)
DATE_RULE(112, AD1, A_DATE_INT, BLANK_IS_FINE)
DATE_RULE(113, AD1, A_DATE_MATCH, BLANK_IS_FINE)
CODE_RULE(114, AD1, A_FOSTER_CARE, codes_foster_care, BLANK_IS_FINE)
DATE_RULE(115, PLACED_ADOPTION, P_DATE_PLACED, BLANK_IS_FINE)
DATE_RULE(116, PLACED_ADOPTION, P_DATE_PLACED_CEASED, BLANK_IS_FINE)
CODE_RULE(120, PLACED_ADOPTION, P_REASON_PLACED_CEASED, codes_reason_placed_ceased, BLANK_IS_FINE)
CODE_RULE(131, OC3, O3_IN_TOUCH, codes_in_touch, BLANK_IS_WRONG)
CODE_RULE(132, OC3, O3_ACTIV, codes_activity, BLANK_IS_WRONG)
CODE_RULE(133, OC3, O3_ACCOM, codes_accommodation, BLANK_IS_WRONG)
DATE_RULE(141, EPISODES, E_DECOM, BLANK_IS_FINE)
CODE_RULE(143, EPISODES, E_RNE, codes_rne, BLANK_IS_FINE)
CODE_RULE(144, EPISODES, E_LS, codes_legal_status, BLANK_IS_FINE)
CODE_RULE(145, EPISODES, E_CIN, codes_need, BLANK_IS_FINE)
CODE_RULE(146, EPISODES, E_PLACE, codes_placement, BLANK_IS_FINE)
DATE_RULE(147, EPISODES, E_DEC, BLANK_IS_FINE)
CODE_RULE(149, EPISODES, E_REC, codes_rec, BLANK_IS_FINE)
DATE_RULE(166, REVIEWS, R_REVIEW, BLANK_IS_WRONG)
DATE_RULE(171, HEADER, H_MC_DOB, BLANK_IS_FINE)
CODE_RULE(175, AD1, A_NB_ADOPTR, codes_adopters, BLANK_IS_FINE)
CODE_RULE(176, AD1, A_SEX_ADOPTR, codes_sex_adopters, BLANK_IS_FINE)
CODE_RULE(177, AD1, A_LS_ADOPTR, codes_status_adopters, BLANK_IS_FINE)
CODE_RULE(196, OC2, O2_SDQ_REASON, codes_sdq_reason, BLANK_IS_FINE)

/* The date must be one, and within the year or later: a status that ceased in an earlier year is no longer returned. */
static void rule_104(const struct child *c, struct finding *f) {
  for (EACH(r, c->t[UASC]))
    if (bad_date(r->c[U_DUC]) || date_before(r->c[U_DUC].date, c->year->start)) flag(f, UASC, r);
}

static void rule_167(const struct child *c, struct finding *f) {
  for (EACH(r, c->t[REVIEWS])) {
    struct cell code = r->c[R_CODE];
    if (blank(code) || blank(r->c[R_REVIEW]) ? blank(code) != blank(r->c[R_REVIEW])
                                             : !code_valid(&codes_review, code, c->year->ends))
      flag(f, REVIEWS, r);
  }
}

/* A letter other than I, O and S, then twelve digits or eleven and a letter; or the reason why there is none. */
static bool upn_valid(struct cell upn) {
  if (cell_in(upn, set_unknown_upn)) return true;
  const char *s = upn.s;
  if (strlen(s) != 13 || s[0] < 'A' || s[0] > 'Z' || strchr("IOS", s[0])) return false;
  for (int i = 1; i < 12; i++)
    if (!isdigit((unsigned char)s[i])) return false;
  return isdigit((unsigned char)s[12]) || (s[12] >= 'A' && s[12] <= 'Z');
}
static void rule_168(const struct child *c, struct finding *f) {
  for (EACH(r, c->t[HEADER]))
    if (!blank(r->c[H_UPN]) && !upn_valid(r->c[H_UPN])) flag(f, HEADER, r);
}

/* No provider is recorded for a temporary placement (but T4) or a placement that is none of the usual (Z). */
static void rule_178(const struct child *c, struct finding *f) {
  for (EACH(r, c->t[EPISODES])) {
    struct cell provider = r->c[E_PROVIDER], place = r->c[E_PLACE];
    if (blank(provider)) continue;
    bool none_wanted = (cell_in(place, set_temporary) && !cell_is(place, "T4")) || is_other_place(place, c->year->ends);
    if (none_wanted || !code_valid(&codes_provider, provider, c->year->ends)) flag(f, EPISODES, r);
  }
}

static void rule_180(const struct child *c, struct finding *f) {
  for (EACH(r, c->t[OC2])) {
    struct cell score = r->c[O2_SDQ_SCORE];
    if (blank(score)) continue;
    char *end;
    double v = strtod(score.s, &end);
    if (*end || !(v >= 0 && v <= 40) || v != (double)(int)v) flag(f, OC2, r);
  }
}

static void rule_181(const struct child *c, struct finding *f) {
  for (EACH(r, c->t[OC2]))
    for (const int *col = cols_health; *col >= 0; col++)
      if (!blank(r->c[*col]) && !code_valid(&codes_yes_no, r->c[*col], c->year->ends)) flag(f, OC2, r);
}

#define ROW(n, from, needs, fields, message) RULE_ANY(#n, from, 0, TABLE_BIT(needs), fields, message, rule_##n)
static const struct rule rules[] = {
    ROW(101, 2023, HEADER, "SEX", "Sex is missing or is no code of this year. Enter M, F or U (1 or 2 up to 2023-24)."),
    ROW(102, 2023, HEADER, "DOB", "Date of birth is missing or is no date. Enter it as day/month/year."),
    ROW(103, 2023, HEADER, "ETHNIC",
        "Ethnic origin is missing or is no code of the list. REFU and NOBT are codes too."),
    ROW(104, 2023, UASC, "DUC",
        "The date on which the child ceased to be an unaccompanied asylum seeker is no date, or lies before this "
        "collection year. Correct it, or leave the row out if the status ended in an earlier year."),
    {"105", 2023, 0, SEVERITY_ERROR, FORMAT_XML, TABLE_BIT(HEADER), 0, "UASC",
     "Whether the child was an unaccompanied asylum seeker is missing or is neither 0 nor 1.", rule_105, NULL},
    ROW(112, 2023, AD1, "DATE_INT", "The date on which the child should be placed for adoption is no date."),
    ROW(113, 2023, AD1, "DATE_MATCH", "The date on which child and adopters were matched is no date."),
    ROW(114, 2023, AD1, "FOSTER_CARE", "Former carer is neither 0 (not the child's foster carer) nor 1 (was)."),
    ROW(115, 2023, PLACED_ADOPTION, "DATE_PLACED", "The date of the decision to place for adoption is no date."),
    ROW(116, 2023, PLACED_ADOPTION, "DATE_PLACED_CEASED",
        "The date of the decision no longer to place for adoption is no date."),
    ROW(120, 2023, PLACED_ADOPTION, "REASON_PLACED_CEASED",
        "The reason why the child is no longer to be placed for adoption is no code. Use RD1 to RD4."),
    ROW(131, 2023, OC3, "IN_TOUCH", "In touch is missing or is no code. Use YES, NO, DIED, REFU, NREQ or RHOM."),
    ROW(132, 2023, OC3, "ACTIV", "Activity is missing or is no code of the list. Use 0 where it is not known."),
    ROW(133, 2023, OC3, "ACCOM", "Accommodation is missing or is no code of the list. Use 0 where it is not known."),
    ROW(141, 2023, EPISODES, "DECOM", "The date on which the episode began is no date."),
    ROW(143, 2023, EPISODES, "RNE", "The reason for the new episode is no code. Use S, P, L, T, U or B."),
    ROW(144, 2023, EPISODES, "LS", "The legal status is no code of the list."),
    ROW(145, 2023, EPISODES, "CIN", "The category of need is no code. Use N1 to N8."),
    ROW(146, 2023, EPISODES, "PLACE", "The placement type is no code of this collection year."),
    ROW(147, 2023, EPISODES, "DEC", "The date on which the episode ended is no date."),
    ROW(149, 2023, EPISODES, "REC", "The reason why the episode ended is no code of the list."),
    ROW(166, 2023, REVIEWS, "REVIEW", "The date of the review is missing or is no date."),
    ROW(167, 2023, REVIEWS, "REVIEW_CODE", "The child's part in the review is missing or is no code. Use PN0 to PN7."),
    ROW(168, 2023, HEADER, "UPN",
        "The unique pupil number is not made like one: a letter, then twelve digits, or eleven and a letter. If there "
        "is "
        "none, say why with UN1 to UN5."),
    ROW(171, 2023, HEADER, "MC_DOB", "The date of birth of the mother's child is no date."),
    ROW(175, 2023, AD1, "NB_ADOPTR", "The number of adopters is neither 1 nor 2."),
    ROW(176, 2023, AD1, "SEX_ADOPTR", "The sex of the adopters is no code. Use M1, F1, MM, FF or MF."),
    ROW(177, 2023, AD1, "LS_ADOPTR", "The legal status of the adopters is no code. Use L0, L11, L12, L2, L3 or L4."),
    ROW(178, 2023, EPISODES, "PLACE_PROVIDER",
        "The placement provider is no code (PR0 to PR5), or one is given for a type of placement that has none."),
    ROW(180, 2023, OC2, "SDQ_SCORE", "The strengths and difficulties score is no whole number from 0 to 40."),
    ROW(181, 2023, OC2,
        "CONVICTED,HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK,HEALTH_ASSESSMENT,SUBSTANCE_MISUSE,INTERVENTION_RECEIVED,"
        "INTERVENTION_OFFERED",
        "An outcome of a child looked after for twelve months is neither 0 nor 1."),
    ROW(196, 2023, OC2, "SDQ_REASON",
        "The reason for having no strengths and difficulties score is no code. Use SDQ1 to SDQ5."),
};
const struct rule_group rules_codes = {"codes and dates that are not valid, table by table", rules,
                                       sizeof rules / sizeof rules[0]};
