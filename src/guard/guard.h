/* guard: the one door. Who, in what relationship, to which child, what category, for what purpose?
 *
 * The decision is one SQL relation, may(child, role, relation, category, action), for an actor at an instant, made by
 * may_sql (may.h) over the policy (roles.yaml, kept by guard_apply in table guard_policy) and fact views that the model
 * supplies (roles.yaml `facts`, each a select with exactly these columns; from_on and to_on are both included, an open
 * to_on is null, an unknown from_on has not begun):
 *   fact_role(person, role, organisation, team, from_on, to_on)
 *       appointments: no staff role holds towards any child without one
 *   fact_involvement(person, child, role, from_on, to_on)
 *       relation `allocated`, while appointed to that role; a role of kind school only while the child is on its roll
 *   fact_team(child, team, from_on, to_on)
 *       relation `team`: the team of the person's appointment
 *   fact_on_roll(child, organisation, from_on, to_on)
 *       relation `on_roll`: the organisation of the appointment
 *   fact_placed(child, person, organisation, from_on, to_on)
 *       relation `placed`: the person is the carer; relation `provided`: the organisation of the appointment is the
 *       home or agency. Two, because carers of one agency must not see each other's children
 *   fact_self(child), fact_parent(person, child, from_on, to_on)
 *       relations `self` (the actor is the child) and `parent`: they need no appointment
 *   fact_child(child), fact_looked_after(child, from_on, to_on)
 *       relations `authority` (every child) and `looked_after` (every child looked after today)
 *   fact_restriction(child, from_on, to_on), fact_named(child, person, from_on, to_on)
 *       S8: none but the named see anything of a restricted child, nor read an S8 category of any
 *   fact_conflict(person, child, kind, from_on, to_on)
 *       kind `recused`: nothing of S4 and S5; `kin`: as staff, nothing
 *   fact_agreement(child, from_on, to_on), fact_shared(child, category, role, person, from_on, to_on)
 *       an agreement narrows S1..S5 for roles of kind school and carer to what it shares, above the floor; relation
 *       `shared`: what it shares with a role (or person) that also stands in a relation of its own to the child
 *   fact_break_glass(person, child, from_at, to_at)
 *       relation `break_glass`: S1..S7, find and read, while it lasts (instants)
 * Relation `register` (no child) stands for register_read and register_write. A role in another's `excludes` voids that
 * other for a child to whom the person stands in both (other than by authority, looked_after and break_glass).
 *
 * Actions: find (knows that the child exists; every grant gives it), read, write. Deny by default. guard_open asks with
 * the child bound, guard_scope writes the same relation as a predicate for lists, counts and searches: one
 * implementation. Not there and not yours are the same answer (ERR_NOT_FOUND, same message). A permit belongs to one
 * transaction (its db) and can be made only here. */
#ifndef KITH_GUARD_GUARD_H
#define KITH_GUARD_GUARD_H
#include "base/ctx.h"
#include "model/model.h"
#include "store/store.h"

struct actor {
  int64_t id; /* person or child id in this store; 0 is the system (imports, jobs) and only guard_system takes it */
  int64_t on_behalf;   /* 0, or the child for whom an adult writes */
  const char *purpose; /* "" or a short code */
};
enum guard_action { GUARD_FIND, GUARD_READ, GUARD_WRITE };

struct permit;
/* Opens one child. child 0 opens the register (ABOUT_NONE records). The permit lives
 * in c->arena. ERR_NOT_FOUND when the actor may not know of the child. */
bool guard_open(struct db *db, const struct ctx *c, const struct model *m, const struct actor *who, int64_t child,
                const struct permit **out, struct error *e);
/* For imports, migrations and jobs, which act for the authority and are written down as such; reads and writes every
 * category. */
const struct permit *guard_system(struct db *db, const struct ctx *c, const struct model *m, int64_t child,
                                  const char *purpose);

int64_t permit_child(const struct permit *p);
const struct actor *permit_actor(const struct permit *p);
const struct model *permit_model(const struct permit *p);
bool permit_is_system(const struct permit *p);
uint64_t permit_reads(const struct permit *p); /* bit per category */
uint64_t permit_writes(const struct permit *p);
/* Held towards this child by a grant that reads or writes, not by break_glass or to find only; in the register: held at
 * all. */
bool permit_has_role(const struct permit *p, const char *role);
const char *permit_via(const struct permit *p); /* "designated_teacher/on_roll, ..." for the access ledger */
/* ERR_NOT_FOUND when this permit is not of db's transaction or child; every record function calls it. */
bool permit_valid(const struct permit *p, struct db *db, int64_t child, struct error *e);

/* Predicate text (in c->arena), true where the actor may do action on category (-1: any category) for the child in the
 * SQL expression child_sql ("t.child"). Uses parameters $first (actor id, i), $first+1 (today, t), $first+2 (now, i);
 * bind them with guard_bind, for the same actor and transaction: the text leaves out what the actor's appointments
 * cannot give. db_ok says when asking for these failed; the predicate is then false. */
const char *guard_scope(struct db *db, const struct ctx *c, const struct model *m, const struct actor *who,
                        const char *child_sql, int category, enum guard_action action, int first);
#define GUARD_PARAMS 3
#define GUARD_TYPES "iti"
void guard_bind(struct stmt *q, int first, const struct ctx *c, const struct actor *who);

/* All roles an actor holds today (for menus and home), whatever the child. */
bool guard_roles(struct db *db, const struct ctx *c, const struct model *m, const struct actor *who,
                 const char *const **roles, size_t *n, struct error *e);

bool guard_ensure(struct db *db, struct error *e); /* guard_policy */
bool guard_apply(struct db *db, const struct model *m,
                 struct error *e); /* policy rows and fact views; ERR_INPUT when a fact is missing or misshapen */
#endif
