/* rule: what a row must satisfy, and who may put what: conditions, required fields, uniqueness, sections and states.
 * Private to record/. */
#ifndef KITH_RECORD_RULE_H
#define KITH_RECORD_RULE_H
#include "record/row.h"

/* What a condition is evaluated over: the row, and the child, read when first asked for. */
struct facts {
  struct db *db;
  const struct ctx *c;
  const struct model *m;
  const struct row *row;
  const char *state; /* the state that is meant: the row's, or the one it moves to */
  bool child_read, child_found;
  struct row child;
};
void facts_init(struct facts *f, struct db *db, const struct ctx *c, const struct model *m, const struct row *row);
bool rule_section_shown(struct facts *f, const struct model_section *s);
bool rule_shown(struct facts *f,
                const struct model_field *field); /* its section is shown too; retired fields are not shown */
bool rule_required(struct facts *f, const struct model_field *field); /* and shown */
/* Input errors for required fields without a value, of the sections for which wanted[section] (NULL: all). */
bool rule_complete(struct facts *f, const bool *wanted, struct error *e);
/* Fields that must be blanked now: their condition is false. One that reads `state` blanks nothing: it is about when,
 * not whether. */
size_t rule_hidden(struct facts *f, const struct model_field **out);
/* unique_with; the row as it will be. */
bool rule_unique(struct db *db, const struct ctx *c, const struct row *row, struct error *e);

/* Whether the row, or the plan of which it is a part, is in a state in which it does not change. What was approved of a
 * part stays as it was, but what was left blank may be filled once: outcomes come after approval, and what has happened
 * can always be recorded. */
enum frozen { FROZEN_NO, FROZEN_FILLED, FROZEN_ALL };
enum frozen rule_frozen(struct db *db, struct arena *a, const struct model *m, const struct row *row);
bool rule_state_frozen(const struct model_record *r, const char *state);
bool rule_holds_one(const struct permit *p, const char *const *roles, size_t n);
/* Roles that fill this section: its own, else the record's, else those of the section of which it is a part. */
void rule_fillers(const struct model *m, const struct model_record *r, const struct model_section *s,
                  const char *const **roles, size_t *n);
/* Words written into a section that is the child's own by somebody else are on behalf of the child. */
bool rule_childs_own(const struct model *m, const struct model_section *s);
#endif
