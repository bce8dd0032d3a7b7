/* Rules about an episode and those before and after it, in this year's return and the last. */
#include <math.h>
#include <stdlib.h>

#include "check/ssda903/facts.h"

static void rule_142(const struct child *c, struct finding *f) {
  const struct rows e = c->t[EPISODES];
  for (size_t i = 0; i + 1 < e.n; i++) {
    const struct cell *now = e.at[i].c;
    if (!has_date(now[E_DEC]) || blank(now[E_REC])) flag(f, EPISODES, &e.at[i]);
  }
}

static void rule_501(const struct child *c, struct finding *f) {
  const struct rows e = c->t[EPISODES];
  for (size_t i = 1; i < e.n; i++)
    if (before(e.at[i].c[E_DECOM], e.at[i - 1].c[E_DEC])) flag(f, EPISODES, &e.at[i]);
}

/* This year's first episode, and the one that last year's return left open. */
struct join {
  const struct row *now, *then;
};
static struct join join_of(const struct child *c) {
  struct join j = {NULL, NULL};
  for (EACH(e, c->t[EPISODES]))
    if (!j.now && has_date(e->c[E_DECOM])) j.now = e;
  for (EACH(l, c->last[EPISODES]))
    if (has_date(l->c[E_DECOM])) j.then = l;
  if (j.then && !blank(j.then->c[E_DEC])) j.then = NULL;
  return j;
}

static void rule_502(const struct child *c, struct finding *f) {
  struct join j = join_of(c);
  if (j.now && j.then && j.now->c[E_DECOM].date != j.then->c[E_DECOM].date) flag(f, EPISODES, j.now);
}

typedef bool same_value(struct cell now, struct cell then);

/* Where last year's return left several episodes open that began on one day, one of them that agrees will do. */
static void differs(const struct child *c, struct finding *f, int column, same_value *same) {
  struct join j = join_of(c);
  if (!j.now || !j.then) return;
  for (EACH(l, c->last[EPISODES]))
    if (l->c[E_DECOM].date == j.then->c[E_DECOM].date && blank(l->c[E_DEC]) && same(j.now->c[column], l->c[column]))
      return;
  flag(f, EPISODES, j.now);
}
static void rule_503A(const struct child *c, struct finding *f) {
  differs(c, f, E_RNE, cell_same);
}
static void rule_503B(const struct child *c, struct finding *f) {
  differs(c, f, E_LS, cell_same);
}
static void rule_503C(const struct child *c, struct finding *f) {
  differs(c, f, E_CIN, cell_same);
}
static void rule_503D_to_2024(const struct child *c, struct finding *f) {
  differs(c, f, E_PLACE, cell_same);
}
static void rule_503D_2025(const struct child *c, struct finding *f) {
  struct join j = join_of(c);
  if (j.now && j.then && IN(j.then->c[E_PLACE], "P2", "H5") && cell_is(j.now->c[E_PLACE], "K3")) return;
  differs(c, f, E_PLACE, cell_same);
}
static void rule_503D(const struct child *c, struct finding *f) {
  struct join j = join_of(c);
  if (j.now && j.then && cell_is(j.then->c[E_PLACE], "Z1") && IN(j.now->c[E_PLACE], "Z11", "Z12", "Z13", "Z14")) return;
  differs(c, f, E_PLACE, cell_same);
}
static void rule_503E(const struct child *c, struct finding *f) {
  differs(c, f, E_PROVIDER, cell_same);
}
static void rule_503F(const struct child *c, struct finding *f) {
  differs(c, f, E_URN, cell_same);
}
static void rule_503H(const struct child *c, struct finding *f) {
  differs(c, f, E_PL_LA, cell_same);
}
static void rule_503J(const struct child *c, struct finding *f) {
  differs(c, f, E_PL_LOCATION, cell_same);
}

static bool about_as_far(struct cell now, struct cell then) {
  if (blank(now)) return true;
  if (blank(then)) return false;
  return fabs(strtod(now.s, NULL) - strtod(then.s, NULL)) < 0.2;
}
static void rule_503G(const struct child *c, struct finding *f) {
  differs(c, f, E_PL_DISTANCE, about_as_far);
}

/* The episode before; of two that began on one day, the one that has ended. */
static const struct row *ended_before(const struct child *c, const struct row *e) {
  const struct row *b = episode_before(c, e), *a = b ? episode_before(c, b) : NULL;
  bool twins = a && has_date(b->c[E_DECOM]) && a->c[E_DECOM].date == b->c[E_DECOM].date;
  return twins && blank(b->c[E_DEC]) ? a : b;
}

static void rule_504(const struct child *c, struct finding *f) {
  for (EACH(e, c->t[EPISODES])) {
    const struct row *b = ended_before(c, e);
    bool goes_on = b && has_date(e->c[E_DECOM]) && e->c[E_DECOM].date == b->c[E_DEC].date && cell_is(b->c[E_REC], "X1");
    if (goes_on && !cell_same(e->c[E_CIN], b->c[E_CIN])) flag(f, EPISODES, e);
  }
}

static void rule_562(const struct child *c, struct finding *f) {
  const struct row *e = first_episode(c), *then = NULL;
  for (EACH(l, c->last[EPISODES]))
    if (has_date(l->c[E_DECOM])) then = l;
  if (e && date_before(e->c[E_DECOM].date, c->year->start) && (!then || then->c[E_DECOM].date != e->c[E_DECOM].date))
    flag(f, EPISODES, e);
}

#define EP TABLE_BIT(EPISODES)
#define AS_LAST_YEAR(code, from, to, fields, what, fn)                                                   \
  RULE_BOTH(code, from, to, EP, EP, fields,                                                              \
            what                                                                                         \
            " differs from that of the episode left open in last year's return, of which this is the "   \
            "continuation: make them the same, or give a new episode from the day on which it changed.", \
            fn)
static const struct rule rules[] = {
    RULE_ANY("142", 2023, 0, EP, "DEC,REC",
             "A later episode has begun, but this one has no end: give the day on which it ended (DEC) and the reason "
             "(REC).",
             rule_142),
    RULE_ANY("501", 2023, 0, EP, "DECOM,DEC",
             "This episode begins before the one before it ended: its DECOM should be on or after that DEC.", rule_501),
    RULE_BOTH("502", 2023, 0, EP, EP, "DECOM",
              "Last year's return left an episode open: this year's first episode should begin on the same day as that "
              "one.",
              rule_502),
    AS_LAST_YEAR("503A", 2023, 0, "RNE", "The reason for the new episode", rule_503A),
    AS_LAST_YEAR("503B", 2023, 0, "LS", "The legal status", rule_503B),
    AS_LAST_YEAR("503C", 2023, 0, "CIN", "The category of need", rule_503C),
    AS_LAST_YEAR("503D", 2023, 2024, "PLACE", "The placement", rule_503D_to_2024),
    AS_LAST_YEAR("503D", 2025, 2025, "PLACE", "The placement", rule_503D_2025),
    AS_LAST_YEAR("503D", 2026, 0, "PLACE", "The placement", rule_503D),
    AS_LAST_YEAR("503E", 2023, 0, "PLACE_PROVIDER", "The placement's provider", rule_503E),
    AS_LAST_YEAR("503F", 2023, 0, "URN", "The provider's URN", rule_503F),
    AS_LAST_YEAR("503G", 2023, 0, "PL_DISTANCE", "The placement's distance from home", rule_503G),
    AS_LAST_YEAR("503H", 2023, 0, "PL_LA", "The authority in whose area the placement is", rule_503H),
    AS_LAST_YEAR("503J", 2023, 0, "PL_LOCATION", "Whether the placement is inside the authority's area", rule_503J),
    RULE_ANY("504", 2023, 0, EP, "CIN",
             "The category of need changed while the child stayed in care: it is that at the start of the period, and "
             "should stay the same.",
             rule_504),
    RULE_BOTH("562", 2023, 0, EP, EP, "DECOM",
              "This episode began before this year, but last year's last one began on another day: correct "
              "DECOM, or amend last year.",
              rule_562),
};
const struct rule_group rules_sequence = {"an episode and those before and after it", rules,
                                          sizeof rules / sizeof rules[0]};
