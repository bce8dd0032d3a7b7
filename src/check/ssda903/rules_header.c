/* Rules about who the child is: the Header table. */
#include "check/ssda903/rules.h"

static void rule_101(const struct child *c, struct finding *f) {
  FOR_ROWS(r, c, HEADER)
    if (!IN(r->c[H_SEX], "M", "F", "U")) flag(f, HEADER, r);
}

/* A former version of 101: the codes were 1 and 2 until 2023-24. */
static void rule_101_to_2024(const struct child *c, struct finding *f) {
  FOR_ROWS(r, c, HEADER)
    if (!IN(r->c[H_SEX], "1", "2")) flag(f, HEADER, r);
}

static void rule_102(const struct child *c, struct finding *f) {
  FOR_ROWS(r, c, HEADER)
    if (!has_date(r->c[H_DOB])) flag(f, HEADER, r);
}

static const struct rule rules[] = {
    {"101", 2023, 2024, SEVERITY_ERROR, FORMAT_ANY, TABLE_BIT(HEADER), 0, "SEX",
     "Sex is missing or is not a code of the return: give 1 (male) or 2 (female).", rule_101_to_2024, NULL},
    {"101", 2025, 0, SEVERITY_ERROR, FORMAT_ANY, TABLE_BIT(HEADER), 0, "SEX",
     "Sex is missing or is not a code of the return: give M, F, or U where it is not known.", rule_101, NULL},
    {"102", 2023, 0, SEVERITY_ERROR, FORMAT_ANY, TABLE_BIT(HEADER), 0, "DOB",
     "Date of birth is missing or is not a date: give it as day/month/year, for example 03/09/2012.", rule_102, NULL},
};
const struct rule_group rules_header = {"who the child is", rules, sizeof rules / sizeof rules[0]};
