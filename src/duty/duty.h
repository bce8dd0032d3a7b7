/* duty: a trigger, a clock in its own unit and calendar, what meets it, who owes it, which guidance says so and when it was in force.
 *
 * Table duty_due(child, duty, start_id, start_on, due_on, met_on, waived): only due_on and met_on are stored; overdue is due_on < today and
 * met_on is null. A write re-runs only duties that read what changed, for that child. A duty applies to a start when start_on is
 * within the duty's in_force dates. The start is met by the earliest met_on >= start_on less the duty's early_days (same id where both selects give one). Where
 * `starts` gives end_on (the period ended), an unmet duty that fell due later never arises, and one that was missed is waived: kept, and shown as
 * a breach, but no longer owed. A duty whose SQL fails is marked in duty_broken and the others run. */
#ifndef KITH_DUTY_DUTY_H
#define KITH_DUTY_DUTY_H
#include "base/calendar.h"
#include "guard/guard.h"

bool duty_ensure(struct db *db, struct error *e);
/* Inside a write or read, after record_ensure: every duty's SQL gives the right columns and reaches one child's rows by an index; else ERR_INPUT with
 * an item for each duty, its file and line. model apply refuses such a model. */
bool duty_check(struct db *db, const struct ctx *c, const struct model *m, struct error *e);
/* Ids of duties whose SQL failed when last computed. */
bool duty_broken(struct db *db, struct arena *a, const char *const **ids, size_t *n, struct error *e);
/* Recompute duties of one child (child > 0) or of all (0) that read any of the records; records NULL: every duty. */
bool duty_compute(struct db *db, const struct ctx *c, const struct model *m, int64_t child, const char *const *records,
                  size_t n, struct error *e);
/* Signature of record_env.after_write. */
bool duty_after_write(struct db *db, const struct ctx *c, const struct model *m, int64_t child,
                      const char *const *records, size_t n, struct error *e);

enum duty_status { DUTY_DUE, DUTY_DUE_SOON, DUTY_OVERDUE, DUTY_MET, DUTY_MET_LATE };
struct duty_row {
  const struct model_duty *duty;
  int64_t child;
  date_t start_on, due_on, met_on;
  enum duty_status status;
  const char *
      working; /* "Became looked after Fri 12 Dec 2025; 10 working days; 25 and 26 Dec do not count; due Tue 30 Dec 2025" */
  bool provisional;
};
/* open_only: still owed (not met, not waived). child 0: all children that the actor may find and whose category the duty's tables have; open ones first by due date. */
bool duty_list(struct db *db, const struct ctx *c, const struct model *m, const struct actor *who, int64_t child,
               bool open_only, struct duty_row **out, size_t *n, struct error *e);
/* The same for the child of a permit that is open. */
bool duty_list_child(struct db *db, const struct ctx *c, const struct permit *p, bool open_only, struct duty_row **out,
                     size_t *n, struct error *e);
date_t duty_due_on(const struct model_duty *d, date_t start, const struct calendar *cal, struct arena *a,
                   const char **working, bool *provisional);
#endif
