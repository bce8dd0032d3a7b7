/* Rules that hold the tables of one upload together: the same child, once, with the same date of birth. */
#include "check/ssda903/facts.h"

static void unknown_child(const struct child *c, struct finding *f, enum table t) {
  if (!c->t[HEADER].n) flag_rows(f, t, c->t[t]);
}
static void other_birth(const struct child *c, struct finding *f, enum table t, int column) {
  for (EACH(r, c->t[t]))
    for (EACH(h, c->t[HEADER])) {
      struct cell a = r->c[column], b = h->c[H_DOB];
      if (has_date(a) && has_date(b) && a.date != b.date) flag(f, t, r);
    }
}
static void rule_INT21(const struct child *c, struct finding *f) {
  for (EACH(u, c->t[UASC]))
    for (EACH(h, c->t[HEADER]))
      if (!blank(u->c[U_SEX]) && !blank(h->c[H_SEX]) && !cell_same(u->c[U_SEX], h->c[H_SEX])) flag(f, UASC, u);
}
static void twice(const struct child *c, struct finding *f, enum table t) {
  if (c->t[t].n > 1) flag_rows(f, t, c->t[t]);
}

#define UNKNOWN(code, table)                                          \
  static void rule_##code(const struct child *c, struct finding *f) { \
    unknown_child(c, f, table);                                       \
  }
#define OTHER(code, table, column)                                    \
  static void rule_##code(const struct child *c, struct finding *f) { \
    other_birth(c, f, table, column);                                 \
  }
#define TWICE(code, table)                                            \
  static void rule_##code(const struct child *c, struct finding *f) { \
    twice(c, f, table);                                               \
  }
UNKNOWN(INT01, AD1)
UNKNOWN(INT02, PLACED_ADOPTION)
UNKNOWN(INT03, EPISODES)
UNKNOWN(INT04, MISSING)
UNKNOWN(INT05, OC2)
UNKNOWN(INT06, OC3)
UNKNOWN(INT07, PREV_PERM)
UNKNOWN(INT08, REVIEWS)
UNKNOWN(INT09, UASC)
OTHER(INT11, AD1, A_DOB)
OTHER(INT12, PLACED_ADOPTION, P_DOB)
OTHER(INT13, MISSING, M_DOB)
OTHER(INT14, OC2, O2_DOB)
OTHER(INT15, OC3, O3_DOB)
OTHER(INT16, PREV_PERM, PP_DOB)
OTHER(INT17, REVIEWS, R_DOB)
OTHER(INT18, UASC, U_DOB)
TWICE(INT31, AD1)
TWICE(INT32, HEADER)
TWICE(INT33, OC2)
TWICE(INT34, OC3)
TWICE(INT35, PREV_PERM)
TWICE(INT36, UASC)

#define TWO(table) (TABLE_BIT(HEADER) | TABLE_BIT(table))
#define NOT_IN_HEADER(code, table, name)        \
  RULE_ANY(#code, 2023, 0, TWO(table), "CHILD", \
           "This child of " name " is not in Header: add the child there, or correct the number.", rule_##code)
#define BORN_OTHERWISE(code, table, name)     \
  RULE_ANY(#code, 2023, 0, TWO(table), "DOB", \
           "The date of birth in " name " is not that of Header: make the two the same.", rule_##code)
#define MORE_THAN_ONCE(code, table, name)                                                                            \
  RULE_ANY(#code, 2023, 0, TABLE_BIT(table), "CHILD", "This child stands in " name " more than once: keep one row.", \
           rule_##code)
static const struct rule rules[] = {
    NOT_IN_HEADER(INT01, AD1, "AD1"),
    NOT_IN_HEADER(INT02, PLACED_ADOPTION, "PlacedAdoption"),
    NOT_IN_HEADER(INT03, EPISODES, "Episodes"),
    NOT_IN_HEADER(INT04, MISSING, "Missing"),
    NOT_IN_HEADER(INT05, OC2, "OC2"),
    NOT_IN_HEADER(INT06, OC3, "OC3"),
    NOT_IN_HEADER(INT07, PREV_PERM, "PrevPerm"),
    NOT_IN_HEADER(INT08, REVIEWS, "Reviews"),
    NOT_IN_HEADER(INT09, UASC, "UASC"),
    BORN_OTHERWISE(INT11, AD1, "AD1"),
    BORN_OTHERWISE(INT12, PLACED_ADOPTION, "PlacedAdoption"),
    BORN_OTHERWISE(INT13, MISSING, "Missing"),
    BORN_OTHERWISE(INT14, OC2, "OC2"),
    BORN_OTHERWISE(INT15, OC3, "OC3"),
    BORN_OTHERWISE(INT16, PREV_PERM, "PrevPerm"),
    BORN_OTHERWISE(INT17, REVIEWS, "Reviews"),
    BORN_OTHERWISE(INT18, UASC, "UASC"),
    RULE_ANY("INT21", 2023, 0, TWO(UASC), "SEX", "The sex in UASC is not that of Header: make the two the same.",
             rule_INT21),
    MORE_THAN_ONCE(INT31, AD1, "AD1"),
    MORE_THAN_ONCE(INT32, HEADER, "Header"),
    MORE_THAN_ONCE(INT33, OC2, "OC2"),
    MORE_THAN_ONCE(INT34, OC3, "OC3"),
    MORE_THAN_ONCE(INT35, PREV_PERM, "PrevPerm"),
    MORE_THAN_ONCE(INT36, UASC, "UASC"),
};
const struct rule_group rules_internal = {"tables that belong together", rules, sizeof rules / sizeof rules[0]};
