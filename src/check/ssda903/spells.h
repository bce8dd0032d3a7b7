/* spells: what the rules about stretches of time within care share: missing and away (Missing), and deprivation of
 * liberty orders (DoLo), which are tables of one shape: a child's stretches with a first and a last day. */
#ifndef KITH_CHECK_SSDA903_SPELLS_H
#define KITH_CHECK_SSDA903_SPELLS_H
#include "check/ssda903/facts.h"

struct spells {
  enum table table;
  int start, end; /* columns */
};
extern const struct spells spells_missing, spells_dolo;

void spells_end_invalid(const struct child *c, struct finding *f, const struct spells *s);
void spells_start_after_year(const struct child *c, struct finding *f, const struct spells *s);
void spells_end_outside_year(const struct child *c, struct finding *f, const struct spells *s);
/* Begun while the one before it was open, or before that ended. Taken in the order of their ends, an open one by its
 * start; an end that is no date counts as none. */
void spells_overlap(const struct child *c, struct finding *f, const struct spells *s);
/* Where a day stands to the episodes of care. */
struct standing {
  bool within, after; /* after: no episode holds it, and one ended before it */
};
struct standing standing_of(const struct child *c, date_t day);
/* Open, or ending, after the child ceased to be looked after. */
void spells_beyond_care(const struct child *c, struct finding *f, const struct spells *s);
#endif
