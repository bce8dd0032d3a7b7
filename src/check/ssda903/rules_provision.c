/* Rules about who provides a placement, and what goes with the provider. */
#include <string.h>

#include "check/ssda903/facts.h"

static const char *const set_no_provider[] = {"T0", "T1", "T2", "T3", "T4", "Z11", "Z12", "Z13", "Z14", NULL};
static const char *const set_no_provider_2025[] = {"T0", "T1", "T2", "T3", "T4", "Z1", NULL};
static const char *const set_not_own[] = {"P1", "R2", "R5", NULL};
static const char *const set_not_public[] = {"A3", "A4", "A5", "A6", "K1", "K2", "P1",
                                             "U1", "U2", "U3", "U4", "U5", "U6", NULL};
static const char *const set_parents[] = {"P1", NULL};
static const char *const set_anywhere[] = {"A3", "A4", "A5", "A6", "U1", "U2", "U3", "U4", "U5", "U6", "K3", NULL};
static const char *const set_anywhere_2025[] = {"A3", "A4", "A5", "A6", "U1", "U2", "U3", "U4", "U5", "U6", NULL};

static void rule_516(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    if (IN(e->c[E_REC], "E45", "E46") && !cell_in(e->c[E_PLACE], set_foster_place)) flag(f, EPISODES, e);
}

static void no_provider(const struct child *c, struct finding *f, const char *const *allowed) {
  for (EACH(e, c->t[EPISODES]))
    if (!blank(e->c[E_PLACE]) && blank(e->c[E_PROVIDER]) && !cell_in(e->c[E_PLACE], allowed)) flag(f, EPISODES, e);
}
static void rule_526(const struct child *c, struct finding *f) {
  no_provider(c, f, set_no_provider);
}
static void rule_526_to_2025(const struct child *c, struct finding *f) {
  no_provider(c, f, set_no_provider_2025);
}

static void not_with(const struct child *c, struct finding *f, const char *provider, const char *const *places) {
  for (EACH(e, c->t[EPISODES]))
    if (cell_is(e->c[E_PROVIDER], provider) && cell_in(e->c[E_PLACE], places)) flag(f, EPISODES, e);
}
static void rule_527(const struct child *c, struct finding *f) {
  not_with(c, f, "PR1", set_not_own);
}
static void rule_528(const struct child *c, struct finding *f) {
  not_with(c, f, "PR2", set_not_own);
}
static void rule_529(const struct child *c, struct finding *f) {
  not_with(c, f, "PR3", set_not_public);
}
static void rule_530(const struct child *c, struct finding *f) {
  not_with(c, f, "PR4", set_parents);
}
static void rule_531(const struct child *c, struct finding *f) {
  not_with(c, f, "PR5", set_parents);
}

static void rule_550(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    if (cell_is(e->c[E_PROVIDER], "PR0") && !cell_is(e->c[E_PLACE], "P1")) flag(f, EPISODES, e);
}

static void rule_1008(const struct child *c, struct finding *f) {
  if (!place_have_providers(c->year->place)) return;
  for (EACH(e, c->t[EPISODES]))
    if (!blank(e->c[E_URN]) && !cell_is(e->c[E_URN], "XXXXXXX") && !place_provider(c->year->place, e->c[E_URN].s))
      flag(f, EPISODES, e);
}

static void rule_1009(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    if (!blank(e->c[E_CHANGE]) && !code_valid(&codes_place_change, e->c[E_CHANGE], c->year->ends)) flag(f, EPISODES, e);
}

static void own_elsewhere(const struct child *c, struct finding *f, const char *const *anywhere) {
  const char *own = c->year->authority;
  for (EACH(e, c->t[EPISODES]))
    if (cell_is(e->c[E_PROVIDER], "PR1") && !blank(e->c[E_LS]) && !is_short_break(e->c) && !blank(e->c[E_PLACE]) &&
        !cell_in(e->c[E_PLACE], anywhere) && own && !blank(e->c[E_PL_LA]) && strcmp(e->c[E_PL_LA].s, own) != 0)
      flag(f, EPISODES, e);
}
static void rule_1015(const struct child *c, struct finding *f) {
  own_elsewhere(c, f, set_anywhere);
}
static void rule_1015_to_2025(const struct child *c, struct finding *f) {
  own_elsewhere(c, f, set_anywhere_2025);
}

#define EP TABLE_BIT(EPISODES)
#define PROVIDED "PLACE,PLACE_PROVIDER"
static const struct rule rules[] = {
    RULE_ANY(
        "516", 2023, 0, EP, "REC,PLACE",
        "The child left for a special guardianship order or a child arrangements order with former foster carers "
        "(E45, E46), but this episode was no foster placement: the placement should be U1 to U6, or another reason "
        "should be given.",
        rule_516),
    RULE_ANY("526", 2023, 2025, EP, PROVIDED,
             "Who provided the placement is missing: give PR0 to PR5. Only temporary placements (T0 to T4) and Z1 go "
             "without.",
             rule_526_to_2025),
    RULE_ANY("526", 2026, 0, EP, PROVIDED,
             "Who provided the placement is missing: give PR0 to PR5. Only temporary placements (T0 to T4) and Z11 to "
             "Z14 go without.",
             rule_526),
    RULE_ANY(
        "527", 2023, 0, EP, PROVIDED,
        "The authority itself (PR1) does not provide a placement with parents (P1), an NHS or health trust's place "
        "(R2) or a young offender institution (R5): correct the placement or its provider.",
        rule_527),
    RULE_ANY("528", 2023, 0, EP, PROVIDED,
             "Another authority (PR2) does not provide a placement with parents (P1), an NHS or health trust's place "
             "(R2) or a young offender institution (R5): correct the placement or its provider.",
             rule_528),
    RULE_ANY(
        "529", 2023, 0, EP, PROVIDED,
        "Other public provision (PR3) has no adoption or foster placements, children's homes (K1, K2) or placement "
        "with parents: correct the placement or its provider.",
        rule_529),
    RULE_ANY("530", 2023, 0, EP, PROVIDED,
             "A private provider (PR4) cannot provide a placement with parents (P1): correct one of the two.",
             rule_530),
    RULE_ANY("531", 2023, 0, EP, PROVIDED,
             "A voluntary provider (PR5) cannot provide a placement with parents (P1): correct one of the two.",
             rule_531),
    RULE_ANY(
        "550", 2023, 0, EP, PROVIDED,
        "Parents or others with parental responsibility (PR0) provide placements P1 only: correct the placement or "
        "its provider.",
        rule_550),
    RULE_ANY("1008", 2023, 0, EP, "URN",
             "Ofsted's list has no provider of this number: correct the URN, or give XXXXXXX where there is none.",
             rule_1008),
    RULE_ANY(
        "1009", 2023, 0, EP, "REASON_PLACE_CHANGE",
        "The reason for the change of placement is not a code of the return: give one of CARPL, CLOSE, ALLEG, STAND, "
        "APPRR, CREQB, CREQO, CHILD, LAREQ, PLACE, CUSTOD and OTHER.",
        rule_1009),
    QUERY_ANY("1015", 2023, 2025, EP, "PL_LA",
              "The authority's own provision (PR1), but in another authority's area: check the provider and the "
              "postcode. Foster and adoption placements may be elsewhere.",
              rule_1015_to_2025),
    QUERY_ANY("1015", 2026, 0, EP, "PL_LA",
              "The authority's own provision (PR1), but in another authority's area: check the provider and the "
              "postcode. Foster and adoption placements and supported accommodation (K3) may be elsewhere.",
              rule_1015),
};
const struct rule_group rules_provision = {"providers of placements", rules, sizeof rules / sizeof rules[0]};
