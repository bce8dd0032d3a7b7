/* Rules about an episode and those before and after it. */
#include "check/ssda903/rules.h"

static void rule_142(const struct child *c, struct finding *f) {
  const struct rows e = c->t[EPISODES];
  for (size_t i = 0; i + 1 < e.n; i++) {
    const struct cell *now = e.at[i].c;
    if (!has_date(now[E_DEC]) || blank(now[E_REC])) flag(f, EPISODES, &e.at[i]);
  }
}

static const struct rule rules[] = {
    {"142", 2023, 0, SEVERITY_ERROR, FORMAT_ANY, TABLE_BIT(EPISODES), 0, "DEC,REC",
     "A later episode has begun, but this one has no end: give the day on which it ended (DEC) and the reason (REC).",
     rule_142, NULL},
};
const struct rule_group rules_sequence = {"an episode and those before and after it", rules,
                                          sizeof rules / sizeof rules[0]};
