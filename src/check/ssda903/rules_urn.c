/* Rules about providers of placements: registration with Ofsted (URN), provider codes, and whose provision it is. */
#include <stdlib.h>
#include <string.h>

#include "check/ssda903/facts.h"

/* XXXXXXX stands for a registration that is not known yet. */
static bool real_urn(struct cell urn) {
  return !blank(urn) && !cell_is(urn, "XXXXXXX");
}
/* Placements that no provider registered with Ofsted gives. Independent and semi-independent living (P2, H5) are among
 * them up to 2023-24. */
static bool unregistered_place(const struct child *c, struct cell place) {
  return IN(place, "P1", "P3", "R1", "R2", "R5") || cell_in(place, set_temporary) ||
         is_other_place(place, c->year->ends) || (c->year->ends <= 2024 && IN(place, "P2", "H5"));
}

static void rule_213(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES])) {
    struct cell place = e->c[E_PLACE];
    if (blank(e->c[E_PROVIDER])) continue;
    if (cell_in(place, set_temporary) || is_other_place(place, c->year->ends)) flag(f, EPISODES, e);
  }
}

static void rule_214(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    if (is_short_break(e->c) && ANY_FILLED(e->c, E_PL_POST, E_URN)) flag(f, EPISODES, e);
}

/* Needed in England, unless the episode ended before the year. */
static void rule_218(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES])) {
    if (!blank(e->c[E_URN]) || date_before(e->c[E_DEC].date, c->year->start)) continue;
    if (!is_short_break(e->c) && !blank(e->c[E_PLACE]) && !unregistered_place(c, e->c[E_PLACE]) &&
        !blank(e->c[E_PL_LA]) && !cell_in(e->c[E_PL_LA], set_outside_england))
      flag(f, EPISODES, e);
  }
}

/* The provider of an episode with a real URN. NULL: there is none, no list of providers is at hand, or it does not hold
 * the URN. */
static const struct provider *provider_at(const struct child *c, const struct row *e) {
  return real_urn(e->c[E_URN]) ? place_provider(c->year->place, e->c[E_URN].s) : NULL;
}
/* What a URN that is not in the list stands for matches nothing. */
static const struct provider *listed_or_empty(const struct child *c, const struct row *e) {
  static const struct provider empty = {.registered_on = DATE_NONE, .closed_on = DATE_NONE};
  const struct provider *p = provider_at(c, e);
  return p || !real_urn(e->c[E_URN]) || !place_have_providers(c->year->place) ? p : &empty;
}

static void rule_219(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES])) {
    const struct provider *p = listed_or_empty(c, e);
    struct cell place = e->c[E_PLACE];
    if (p && (blank(place) || !p->place_codes || !code_listed(p->place_codes, place.s))) flag(f, EPISODES, e);
  }
}

/* Postcodes without their blanks. */
static bool same_postcode(const char *a, const char *b) {
  for (;; a++, b++) {
    while (*a == ' ') a++;
    while (*b == ' ') b++;
    if (*a != *b) return false;
    if (!*a) return true;
  }
}

/* Homes, schools and supported accommodation stand where they are registered; H5 does in 2023-24 alone, K3 after it. */
static void rule_221(const struct child *c, struct finding *f) {
  int year = c->year->ends;
  for (EACH(e, c->t[EPISODES])) {
    const struct provider *p = listed_or_empty(c, e);
    struct cell place = e->c[E_PLACE], post = e->c[E_PL_POST];
    bool fixed = IN(place, "K1", "K2", "R3", "S1") || cell_is(place, year >= 2025 ? "K3" : year == 2024 ? "H5" : "-");
    if (!p || is_short_break(e->c) || !fixed || blank(post)) continue;
    if (!p->postcode || !same_postcode(p->postcode, post.s)) flag(f, EPISODES, e);
  }
}

/* H5 could carry a URN from 2023-24, when supported accommodation came to be registered. */
static void rule_222(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES])) {
    bool registering = c->year->ends == 2024 && cell_is(e->c[E_PLACE], "H5");
    if (real_urn(e->c[E_URN]) && unregistered_place(c, e->c[E_PLACE]) && !registering) flag(f, EPISODES, e);
  }
}

static void rule_224(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES])) {
    const struct provider *p = listed_or_empty(c, e);
    struct cell code = e->c[E_PROVIDER];
    if (p && (blank(code) || !p->provider_codes || !code_listed(p->provider_codes, code.s))) flag(f, EPISODES, e);
  }
}

static void rule_227(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES])) {
    const struct provider *p = provider_at(c, e);
    date_t from = e->c[E_DECOM].date;
    if (p && p->closed_on != DATE_NONE && from != DATE_NONE && from >= p->closed_on) flag(f, EPISODES, e);
  }
}
static void rule_228(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES])) {
    const struct provider *p = provider_at(c, e);
    if (p && date_before(p->closed_on, end_or(e->c[E_DEC], c->year->end))) flag(f, EPISODES, e);
  }
}

/* Own provision (PR1) is the placing authority's, PR2 another's. */
static void rule_229(const struct child *c, struct finding *f) {
  const char *own = c->year->authority;
  for (EACH(e, c->t[EPISODES])) {
    const struct provider *p = listed_or_empty(c, e);
    struct cell code = e->c[E_PROVIDER], place = e->c[E_PLACE];
    if (!p || !own || unregistered_place(c, place) || cell_is(place, "K3")) continue;
    bool same = p->laua && strcmp(p->laua, own) == 0;
    if (cell_is(code, "PR1") ? !same : cell_is(code, "PR2") && same) flag(f, EPISODES, e);
  }
}

static void rule_230(const struct child *c, struct finding *f) {
  date_t registered = date_of(2023, 10, 28);
  for (EACH(e, c->t[EPISODES])) {
    date_t to = e->c[E_DEC].date;
    if (cell_is(e->c[E_PLACE], "H5") && blank(e->c[E_URN]) && (to == DATE_NONE || to >= registered) &&
        !is_short_break(e->c) && !cell_in(e->c[E_PL_LA], set_outside_england))
      flag(f, EPISODES, e);
  }
}

/* Supported accommodation (K3) is registered by provider, and given where the provider has premises. */
static void rule_241(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES])) {
    const struct provider *p = provider_at(c, e);
    if (p && p->laua && cell_is(e->c[E_PLACE], "K3") && !blank(e->c[E_PL_LA]) && !cell_is(e->c[E_PL_LA], p->laua))
      flag(f, EPISODES, e);
  }
}

static void rule_242(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    if (cell_is(e->c[E_URN], "XXXXXXX") && !cell_in(e->c[E_PLACE], set_adoption_place) &&
        !cell_in(e->c[E_PLACE], set_foster_place))
      flag(f, EPISODES, e);
}

static void rule_243(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    if (!blank(e->c[E_URN]) && cell_in(e->c[E_PL_LA], set_outside_england)) flag(f, EPISODES, e);
}

#define ROW(n, from, to, fields, message) RULE_ANY(#n, from, to, TABLE_BIT(EPISODES), fields, message, rule_##n)
static const struct rule rules[] = {
    ROW(213, 2023, 0, "PLACE_PROVIDER", "This type of placement has no provider code. Leave it blank."),
    ROW(214, 2023, 0, "PL_POST,URN", "Short breaks (V3, V4) are returned without postcode and URN of the placement."),
    ROW(218, 2023, 0, "URN",
        "The placement is in England and of a type that Ofsted registers: enter the provider's URN."),
    ROW(219, 2023, 0, "URN,PLACE",
        "The provider with this URN gives other types of placement. Check the URN and the placement type."),
    ROW(221, 2023, 0, "PL_POST",
        "The provider with this URN is registered at another postcode. Check the URN and the postcode."),
    ROW(222, 2023, 0, "URN",
        "Ofsted registers no providers of this type of placement. Take the URN out, or correct the type."),
    ROW(224, 2023, 0, "PLACE_PROVIDER",
        "The provider with this URN is of another kind than the provider code says. Correct one of them."),
    ROW(227, 2023, 0, "URN,DECOM",
        "The provider with this URN had closed by the day the episode began. Check URN and date."),
    ROW(228, 2023, 0, "URN,DEC", "The provider with this URN closed before the episode ended. Check URN and date."),
    ROW(229, 2023, 0, "URN,PLACE_PROVIDER",
        "PR1 is the placing authority's own provision and PR2 another authority's, but the provider is in the area of "
        "the other. Check "
        "provider code and URN."),
    ROW(230, 2024, 2024, "PLACE,DEC,URN",
        "Supported accommodation in England (H5) has been registered since 28 October 2023: enter the provider's URN."),
    ROW(241, 2026, 0, "URN", "The provider has no premises in the authority of the placement. Check URN and postcode."),
    ROW(242, 2026, 0, "URN",
        "XXXXXXX stands in for regional adoption agencies and foster placements only. Enter the URN."),
    ROW(243, 2026, 0, "URN", "The placement is outside England, where Ofsted registers nobody. Take the URN out."),
};
const struct rule_group rules_urn = {"providers of placements and their registration", rules,
                                     sizeof rules / sizeof rules[0]};
