/* may: the decision as SQL text. Private to src/guard.
 *
 * may(child, role, relation, category, action) holds for the actor $first on the day $first+1 at the instant $first+2.
 * It is made of reach (the facts by which the actor stands in a relation to a child, joined to what the policy gives
 * for it) and of limits (restriction, conflict, agreement, exclusion), which only take away. The child is either bound
 * to an expression, or free: then the relation lists all children, driven from the actor's own appointments. Both are
 * written by the same functions. */
#ifndef KITH_GUARD_MAY_H
#define KITH_GUARD_MAY_H
#include "guard/guard.h"

struct buf;

enum relation_reach {
  REACH_NEAR,      /* a tie of the child's own: allocated, team, on_roll, placed, provided, parent, self */
  REACH_WIDE,      /* by holding the role: authority, looked_after */
  REACH_EMERGENCY, /* break_glass */
  REACH_SHARED,    /* what the agreement gives beside a near relation */
  REACH_REGISTER   /* no child */
};
struct relation {
  const char *name;
  enum relation_reach reach;
};
const struct relation *relation_find(const char *name); /* NULL: no such relation */

struct may {
  const struct model *model;
  const char *child; /* SQL expression, or NULL: free */
  int first;         /* number of the first parameter */
  int category;      /* index; -1: any */
  int action;        /* enum guard_action; -1: any */
  bool no_authority; /* leave the relation `authority` out */
};
/* Appends `select child, role, relation, category, action from ...`. Nothing that the policy cannot give is looked up;
 * when it can give nothing at all, the relation is empty. */
void may_sql(struct buf *b, const struct may *q);

/* Whole authorities are too long to list for a predicate over rows: their part of the relation as a condition on one
 * child. Only where may_authority_apart: some role can be given this by `authority`, and nothing that takes away from
 * it depends on the role. */
bool may_authority_gives(const struct may *q);
bool may_authority_apart(const struct may *q);
void may_authority_held_sql(struct buf *b,
                            const struct may *q); /* select 1 .. where the actor holds such a role today */
void may_authority_child_sql(struct buf *b, const struct may *q,
                             const char *child); /* condition: the child is there and not withheld */
#endif
