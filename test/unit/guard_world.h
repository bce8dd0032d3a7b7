/* guard_world: a small authority made of facts alone, for the tests of the guard. Each fact is a row of one list;
 * world_store puts the lists into tables of a store and gives the model the facts as views over them. oracle_may
 * decides from the lists, in plain C, as docs/roles.md says: it shares no code with src/guard. */
#ifndef KITH_TEST_GUARD_WORLD_H
#define KITH_TEST_GUARD_WORLD_H
#include "base/ctx.h"
#include "guard/guard.h"

enum fact_kind {
  FACT_ROLE,
  FACT_INVOLVEMENT,
  FACT_TEAM,
  FACT_ON_ROLL,
  FACT_PLACED,
  FACT_SELF,
  FACT_PARENT,
  FACT_CHILD,
  FACT_LOOKED_AFTER,
  FACT_RESTRICTION,
  FACT_NAMED,
  FACT_CONFLICT,
  FACT_AGREEMENT,
  FACT_SHARED,
  FACT_BREAK_GLASS,
  FACT_KINDS
};
struct fact { /* 0 and NULL are null; which columns count is the kind's (guard.h) */
  int64_t person, child, organisation, team;
  const char *role, *category, *kind;
  date_t from, to; /* DATE_NONE is null */
  instant_t from_at, to_at;
};
struct world {
  struct arena *arena;
  struct fact *facts[FACT_KINDS];
  size_t n[FACT_KINDS], cap[FACT_KINDS];
};
void world_init(struct world *w, struct arena *a);
struct fact *world_add(struct world *w, enum fact_kind kind, struct fact f);

/* A model of the shipped categories and these roles, with the facts as views over the world's tables. */
struct model *world_model(struct arena *a, const struct model_role *roles, size_t n_roles);
uint64_t world_bit(const struct model *m, const char *category);

/* Inside a write: the world's tables, emptied and filled; then guard_apply. */
bool world_store(struct db *db, const struct world *w, const struct model *m, struct error *e);

bool oracle_may(const struct world *w, const struct model *m, int64_t actor, int64_t child, int category,
                enum guard_action action, date_t today, instant_t now);
#endif
