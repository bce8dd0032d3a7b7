/* Rules about placements: types, ages, temporary placements, changes, where they are and how far from home. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "check/ssda903/facts.h"

/* How long at most, in days, an episode of a temporary type lasts. */
static void longer_than(const struct child *c, struct finding *f, const char *place, int days) {
  for (EACH(e, c->t[EPISODES])) {
    date_t from = e->c[E_DECOM].date, to = e->c[E_DEC].date;
    if (cell_is(e->c[E_PLACE], place) && from != DATE_NONE && to != DATE_NONE && to - from > days &&
        c->born != DATE_NONE)
      flag(f, EPISODES, e);
  }
}
static void rule_375(const struct child *c, struct finding *f) {
  longer_than(c, f, "T1", 42);
}
static void rule_376(const struct child *c, struct finding *f) {
  longer_than(c, f, "T3", 21);
}
static void rule_379(const struct child *c, struct finding *f) {
  longer_than(c, f, "T4", 7);
}

/* How old at least, when an episode of a type begins. */
static void younger_than(const struct child *c, struct finding *f, const char *place, int years) {
  for (EACH(h, c->t[HEADER]))
    for (EACH(e, c->t[EPISODES]))
      if (cell_is(e->c[E_PLACE], place) && under_age(h->c[H_DOB].date, e->c[E_DECOM].date, years)) flag(f, EPISODES, e);
}
static void rule_370(const struct child *c, struct finding *f) {
  younger_than(c, f, "P2", 16);
}
static void rule_371(const struct child *c, struct finding *f) {
  younger_than(c, f, c->year->ends >= 2025 ? "K3" : "H5", 16);
}
static void rule_372(const struct child *c, struct finding *f) {
  younger_than(c, f, "R5", 10);
}
static void rule_373(const struct child *c, struct finding *f) {
  younger_than(c, f, "S1", 4);
}
/* Employment is looked at when it has ended: until then the placement may still be put right. */
static void rule_374(const struct child *c, struct finding *f) {
  for (EACH(h, c->t[HEADER]))
    for (EACH(e, c->t[EPISODES]))
      if (cell_is(e->c[E_PLACE], "P3") && has_date(e->c[E_DEC]) && under_age(h->c[H_DOB].date, e->c[E_DECOM].date, 14))
        flag(f, EPISODES, e);
}

static void rule_217(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES])) {
    date_t from = e->c[E_DECOM].date;
    if (IN(e->c[E_PLACE], "A3", "A5") && from != DATE_NONE && from >= date_of(2015, 4, 1) &&
        !IN(e->c[E_RNE], "S", "T", "U"))
      flag(f, EPISODES, e);
  }
}
static void rule_217t(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES])) {
    date_t from = e->c[E_DECOM].date;
    if (cell_is(e->c[E_PLACE], "P2") && from != DATE_NONE && from >= date_of(2023, 10, 28)) flag(f, EPISODES, e);
  }
}

/* The episode ends because the child moved on to a placement that is not temporary, from one that is not. */
static void rule_225(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES])) {
    const struct row *next = episode_after(c, e);
    if (next && cell_is(e->c[E_REC], "X1") && IN(next->c[E_RNE], "P", "B", "T", "U") && blank(e->c[E_CHANGE]) &&
        !cell_in(e->c[E_PLACE], set_temporary) && !cell_in(next->c[E_PLACE], set_temporary))
      flag(f, EPISODES, e);
  }
}
static void rule_226(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES])) {
    const struct row *next = episode_after(c, e);
    bool temporary = cell_in(e->c[E_PLACE], set_temporary) || (next && cell_in(next->c[E_PLACE], set_temporary));
    if (temporary && !blank(e->c[E_CHANGE])) flag(f, EPISODES, e);
  }
}
static void rule_233(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    if (blank(e->c[E_DEC]) && !blank(e->c[E_CHANGE])) flag(f, EPISODES, e);
}
static void rule_234(const struct child *c, struct finding *f) {
  for (EACH(h, c->t[HEADER]))
    for (EACH(e, c->t[EPISODES]))
      if (cell_is(e->c[E_CHANGE], "CUSTOD") && under_age(h->c[H_DOB].date, e->c[E_DEC].date, 10))
        flag(f, EPISODES, e), flag(f, HEADER, h);
}

static void rule_377(const struct child *c, struct finding *f) {
  size_t holidays = 0;
  for (EACH(e, c->t[EPISODES])) holidays += cell_is(e->c[E_PLACE], "T3");
  if (holidays <= 2) return;
  for (EACH(e, c->t[EPISODES]))
    if (cell_is(e->c[E_PLACE], "T3")) flag(f, EPISODES, e);
}

static void rule_378(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    if (cell_is(e->c[E_PLACE], "P1") && cell_is(e->c[E_LS], "V2")) flag(f, EPISODES, e);
}
static void rule_380(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    if (cell_in(e->c[E_PLACE], set_temporary) && !IN(e->c[E_RNE], "P", "B")) flag(f, EPISODES, e);
}
static void rule_381(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    if (cell_in(e->c[E_PLACE], set_temporary) && !blank(e->c[E_REC]) && !cell_is(e->c[E_REC], "X1"))
      flag(f, EPISODES, e);
}
static void rule_382(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    if (is_short_break(e->c) && cell_in(e->c[E_PLACE], set_temporary)) flag(f, EPISODES, e);
}

/* From a temporary placement the child goes back to the placement before it: same type, provider, postcode and URN. */
static bool same_placement(const struct cell *a, const struct cell *b) {
  return cell_same(a[E_PLACE], b[E_PLACE]) && cell_same(a[E_PL_POST], b[E_PL_POST]);
}
static void rule_383(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES])) {
    const struct row *before = episode_before(c, e), *next = episode_after(c, e);
    if (!before || !next || !cell_in(e->c[E_PLACE], set_temporary)) continue;
    if (!cell_is(next->c[E_RNE], "P") || !same_placement(before->c, next->c)) flag(f, EPISODES, e);
  }
}
static void rule_384(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    if (is_short_break(e->c) && cell_in(e->c[E_PLACE], set_long_term_foster)) flag(f, EPISODES, e);
}

/* Where the placement is. */
static bool number(struct cell c, double *v) {
  char *end;
  *v = blank(c) ? 0 : strtod(c.s, &end);
  return !blank(c) && end != c.s && *end == 0;
}
static void rule_164(const struct child *c, struct finding *f) {
  if (is_uasc(c) || was_uasc(c)) return;
  for (EACH(e, c->t[EPISODES])) {
    struct cell d = e->c[E_PL_DISTANCE];
    double miles;
    if (is_short_break(e->c) || blank(d)) continue;
    if (!number(d, &miles) || miles < 0 || miles > 999.9) flag(f, EPISODES, e);
  }
}
static void blank_in_care(const struct child *c, struct finding *f, int column) {
  for (EACH(e, c->t[EPISODES]))
    if (!is_short_break(e->c) && blank(e->c[column])) flag(f, EPISODES, e);
}
static void rule_169(const struct child *c, struct finding *f) {
  blank_in_care(c, f, E_PL_LA);
}
static void rule_179(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    if (!is_short_break(e->c) && !IN(e->c[E_PL_LOCATION], "IN", "OUT")) flag(f, EPISODES, e);
}
static void rule_392a(const struct child *c, struct finding *f) {
  if (!is_uasc(c) && !was_uasc(c)) blank_in_care(c, f, E_PL_DISTANCE);
}
static void rule_392b(const struct child *c, struct finding *f) {
  if (is_uasc(c) || was_uasc(c)) return;
  for (EACH(e, c->t[EPISODES]))
    if (!is_short_break(e->c) && (blank(e->c[E_HOME_POST]) || blank(e->c[E_PL_POST]))) flag(f, EPISODES, e);
}

/* A postcode is made like one: AA9A 9AA, A9A 9AA, A9 9AA, A99 9AA, AA9 9AA, AA99 9AA, or GIR 0AA; blanks do not
 * matter. */
static bool postcode_formed(const char *s) {
  char p[9];
  size_t n = 0;
  for (; *s; s++) {
    if (*s == ' ') continue;
    if (n == 7 || !isalnum((unsigned char)*s)) return false;
    p[n++] = isdigit((unsigned char)*s) ? '9' : 'A';
  }
  if (n < 5) return false;
  p[n] = 0;
  static const char *const outward[] = {"A9", "A99", "AA9", "AA99", "A9A", "AA9A", NULL};
  if (strcmp(p + n - 3, "9AA") != 0) return false;
  p[n - 3] = 0;
  for (const char *const *o = outward; *o; o++)
    if (strcmp(p, *o) == 0) return true;
  return false;
}
static bool bad_postcode(struct cell c) {
  return !blank(c) && strcmp(c.s, "GIR 0AA") != 0 && !postcode_formed(c.s);
}
static void rule_392c(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    if (bad_postcode(e->c[E_HOME_POST]) || bad_postcode(e->c[E_PL_POST])) flag(f, EPISODES, e);
}
static void rule_392d(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    if (!blank(e->c[E_HOME_POST]) && cell_same(e->c[E_HOME_POST], e->c[E_PL_POST]) && !cell_is(e->c[E_PLACE], "P1"))
      flag(f, EPISODES, e);
}
static void rule_398(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    if (is_short_break(e->c) && ANY_FILLED(e->c, E_HOME_POST, E_PL_POST)) flag(f, EPISODES, e);
}
static void rule_406(const struct child *c, struct finding *f) {
  if (!is_uasc(c) && !was_uasc(c)) return;
  for (EACH(e, c->t[EPISODES]))
    if (!blank(e->c[E_PL_DISTANCE])) flag(f, EPISODES, e);
}
static void rule_411(const struct child *c, struct finding *f) {
  const char *own = c->year->authority;
  for (EACH(e, c->t[EPISODES])) {
    struct cell la = e->c[E_PL_LA], location = e->c[E_PL_LOCATION];
    if (!own || blank(la)) continue;
    if (cell_is(la, own) ? cell_is(location, "OUT") : cell_is(location, "IN")) flag(f, EPISODES, e);
  }
}
static void rule_420(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES]))
    if (is_short_break(e->c) && !blank(e->c[E_PL_LA])) flag(f, EPISODES, e);
}
static void rule_454(const struct child *c, struct finding *f) {
  double miles;
  for (EACH(e, c->t[EPISODES]))
    if (number(e->c[E_PL_DISTANCE], &miles) && miles > 350) flag(f, EPISODES, e);
}

#define ROW(n, from, to, needs, fields, message) RULE_ANY(#n, from, to, needs, fields, message, rule_##n)
enum { E = TABLE_BIT(EPISODES), H = TABLE_BIT(HEADER) };
static const struct rule rules[] = {
    ROW(164, 2023, 0, E, "PL_DISTANCE", "The distance from home is no number from 0 to 999.9. Check both postcodes."),
    ROW(169, 2023, 0, E, "PL_LA", "The authority of the placement is not known. Check the postcode of the placement."),
    ROW(179, 2023, 0, E, "PL_LOCATION",
        "Whether the placement is inside the authority is neither IN nor OUT. Check its postcode."),
    ROW(217, 2023, 0, E, "PLACE,DECOM,RNE",
        "A child placed for adoption with the present foster carers (A3, A5) starts so (S) or changes status with "
        "carers unchanged (T, U)."),
    ROW(217t, 2024, 2024, E, "PLACE,DECOM",
        "Independent living (P2) is no placement type for an episode that begins on or after 28 October 2023."),
    ROW(225, 2023, 0, E, "REASON_PLACE_CHANGE", "The child moved on to another placement: enter why."),
    ROW(226, 2023, 0, E, "REASON_PLACE_CHANGE,PLACE",
        "To and from a temporary placement (T0 to T4) no reason for the change is returned. Leave it blank."),
    ROW(233, 2026, 0, E, "REASON_PLACE_CHANGE,DEC",
        "The episode has not ended, so there is no reason for a change of placement yet."),
    ROW(234, 2026, 0, E | H, "REASON_PLACE_CHANGE,DOB",
        "A child under ten cannot be taken into custody. Check the reason and the date of birth."),
    ROW(370, 2023, 2024, E | H, "DECOM,PLACE",
        "A child in independent living is at least 16. Check the placement and the dates."),
    ROW(371, 2023, 0, E | H, "DECOM,PLACE",
        "A child in supported accommodation is at least 16. Check the placement and the dates."),
    ROW(372, 2023, 0, E | H, "DECOM,PLACE",
        "A child in custody (R5) is at least 10. Check the placement and the dates."),
    ROW(373, 2023, 0, E | H, "DECOM,PLACE",
        "A child placed in a residential school (S1) is at least 4. Check the placement and the dates."),
    ROW(374, 2023, 0, E | H, "DECOM,PLACE",
        "A child in residential employment (P3) is at least 14. Check the placement and the dates."),
    ROW(375, 2023, 0, E | H, "DECOM,PLACE",
        "A stay in hospital is a temporary placement (T1) for six weeks at most; then R2."),
    ROW(376, 2023, 0, E | H, "DECOM,PLACE",
        "A temporary placement for the carers' holiday (T3) lasts three weeks at most."),
    ROW(377, 2023, 0, E, "PLACE",
        "There are more than two temporary placements for the carers' holiday (T3) in twelve months."),
    ROW(378, 2023, 0, E, "PLACE,LS",
        "A child placed with parents (P1) is not accommodated under section 20 (V2). Correct one of them."),
    ROW(379, 2023, 0, E | H, "DECOM,PLACE", "A temporary placement for another reason (T4) lasts seven days at most."),
    ROW(380, 2023, 0, E, "PLACE,RNE",
        "A temporary placement is a change of placement (P or B); no period of care begins with it."),
    ROW(381, 2023, 0, E, "PLACE,REC",
        "A period of care does not end in a temporary placement: enter the return to the usual one first."),
    ROW(382, 2023, 0, E, "LS,PLACE",
        "A child in short breaks (V3, V4) is in no temporary placement. Correct legal status or type."),
    ROW(383, 2023, 0, E, "PLACE,RNE,PL_POST",
        "After a temporary placement the child returns to the placement before it (RNE P). Otherwise it was not "
        "temporary."),
    ROW(384, 2023, 0, E, "PLACE,LS", "A child in short breaks (V3, V4) is in no long-term foster placement (U1, U4)."),
    ROW(392a, 2023, 0, E, "PL_DISTANCE",
        "The distance from home is not known. Check the home and placement postcodes."),
    ROW(392b, 2023, 0, E, "HOME_POST,PL_POST", "The home or the placement postcode is blank. Enter it."),
    ROW(392c, 2023, 0, E, "HOME_POST,PL_POST", "A postcode is not made like one. Correct it."),
    ROW(392d, 2023, 0, E, "HOME_POST,PL_POST,PLACE",
        "Home and placement have the same postcode, but the child is not placed with parents (P1)."),
    ROW(398, 2023, 0, E, "LS,HOME_POST,PL_POST", "Short breaks (V3, V4) are returned without postcodes."),
    ROW(406, 2023, 0, E, "PL_DISTANCE",
        "The child is or was an unaccompanied asylum seeker: no distance from home is returned."),
    ROW(411, 2023, 0, E, "PL_LOCATION", "Inside or outside the authority contradicts the authority of the placement."),
    ROW(420, 2023, 0, E, "PL_LA", "Short breaks (V3, V4) are returned without the authority of the placement."),
    QUERY_ANY("454", 2026, 0, E, "PL_DISTANCE", "The placement is over 350 miles from home. Check both postcodes.",
              rule_454),
};
const struct rule_group rules_placement = {"placements", rules, sizeof rules / sizeof rules[0]};
