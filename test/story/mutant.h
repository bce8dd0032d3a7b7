/* mutant: a policy changed in one way that would let somebody see, or hide from somebody, what they should not. */
#ifndef KITH_TEST_MUTANT_H
#define KITH_TEST_MUTANT_H
#include "model/model.h"

enum mutation {
  ADD_READ, /* role, relation: reads more categories (a grant is made where there is none) */
  ADD_WRITE,
  ADD_FIND,
  DROP_GRANT, /* role, relation */
  DROP_READ,
  KIND,          /* role: another kind */
  FLOOR,         /* role: this floor instead */
  NO_EXCLUDES,   /* role */
  SEES_CHILDREN, /* role: no longer aggregate_only, and reads by this relation */
  REGISTER,      /* role: reads the register */
  SENSITIVITY,   /* category (in text) becomes as sensitive as another, or the number in relation */
  FACT           /* fact named in role: another select (text) */
};
struct mutant {
  const char *name;
  enum mutation how;
  const char *role, *relation, *text; /* text: categories with commas, kind, or select */
  bool hides;                         /* takes away: always.tsv must catch it, else never.tsv */
};
extern const struct mutant mutants[];
extern const size_t n_mutants;
/* A copy of the model, changed; NULL when the mutant names what the model does not have. */
struct model *mutant_model(struct arena *a, const struct model *m, const struct mutant *x);
#endif
