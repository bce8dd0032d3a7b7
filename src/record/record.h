/* record: rows of the model's record types: made, changed, moved through states, voided, drafted, frozen, listed,
 * found, and shown with their history. Every function takes a permit (guard.h) and checks it again inside the caller's
 * transaction.
 *
 * Tables: for each record type `t_<record>`: id, child (about child), owner (part_of), version, state, voided (0/1),
 * created_at, created_by, changed_at, changed_by, one column a field (and <f>_key, <f>_fold, <f>_sounds for sort_key
 * fields), and for each section s: v_<s> (row version at its last save), d_<s> (instant marked done, null), b_<s> (who
 * did). View `<record>`: current columns of rows that are not voided; duties, measures, facts and conditions read views
 * only. For the child record, child = id. Also: draft, snapshot, snapshot_body, model_version, change counters. Ids
 * come from one counter ("id") for all types.
 *
 * Versions: a row's version counts its saves from 1. A save names the version that its editor began from (base); fields
 * changed by others since then merge when they differ from the ones saved; a field changed by both to different values
 * is ERR_CONFLICT with one item each (value = theirs, expected = yours). A field whose show_if is false after the save
 * is blanked in the same entry. */
#ifndef KITH_RECORD_RECORD_H
#define KITH_RECORD_RECORD_H
#include "guard/guard.h"
#include "ledger/ledger.h"

struct record_env { /* const after start-up */
  const struct model *model;
  /* Called inside the writing transaction after a child's rows of a type changed; duty recomputes there. May be NULL.
   */
  bool (*after_write)(struct db *db, const struct ctx *c, const struct model *m, int64_t child,
                      const char *const *records, size_t n, struct error *e);
};

struct record_row {
  const struct model_record *record;
  int64_t id, child, owner, version, created_by, changed_by;
  instant_t created_at, changed_at;
  const char *state;
  bool voided;
  const struct value *values;     /* by field index; VALUE_NULL where withheld */
  const bool *withheld;           /* by field index: the permit does not read its category */
  const int64_t *section_version; /* by section index */
  const instant_t *section_done;  /* INSTANT_NONE: not */
  const int64_t *section_done_by;
  /* Filled by record_list and record_get: what rows referred to are called, by field index; NULL where there is none to
   * show, and where it is a child of whom the actor may not know. child_name: in a list over children. */
  const char *const *labels;
  const char *child_name;
};
/* What a form, API call or import gives. values[i] only where given[i]. */
struct record_input {
  struct value *values;
  bool *given;
};
void record_input_init(struct record_input *in, struct arena *a, const struct model_record *r);
bool record_input_set(struct record_input *in, const struct model_record *r, const char *field,
                      struct value v); /* false: no such field */
/* From text as typed (model_field_check for each); collects every error. names/texts of n pairs; unknown names are
 * errors. */
bool record_input_parse(struct record_input *in, const struct model_record *r, const struct ctx *c,
                        const char *const *names, const char *const *texts, size_t n, struct error *e);

bool record_ensure(struct db *db, const struct model *m, struct error *e); /* tables and views; additive */
/* Makes the store hold model m: ensure, guard_apply, fields with `from:` filled, a `model` ledger entry, model_version
 * row. Nothing when already so. ERR_INPUT for a model that takes away or retypes what has been recorded. Does not
 * call after_write: whoever applies a model computes everything that hangs on rows anew. Values that `from:` cannot
 * read stay where they are and are listed in table model_reject. */
bool record_apply_model(struct db *db, const struct ctx *c, const struct record_env *env, bool *changed,
                        struct error *e);
bool record_model_version(struct db *db, struct arena *a, const char **version,
                          struct error *e); /* NULL when none yet */

bool record_get(struct db *db, const struct ctx *c, const struct permit *p, const struct model_record *r, int64_t id,
                struct record_row *out, struct error *e);
/* owner 0 unless part_of. The child record itself is made with a system permit or by a role in created_by under the
 * register permit. */
bool record_create(struct db *db, const struct ctx *c, const struct record_env *env, const struct permit *p,
                   const struct model_record *r, int64_t child, int64_t owner, const struct record_input *in,
                   int64_t *id, struct error *e);
/* section NULL: fields of any section that the actor may fill. base: version begun from; done: 1 mark the section done,
 * 0 not done, -1 leave. */
bool record_change(struct db *db, const struct ctx *c, const struct record_env *env, const struct permit *p,
                   const struct model_record *r, int64_t id, const char *section, int64_t base,
                   const struct record_input *in, int done, int64_t *version, struct error *e);
/* Moves to a state by a declared transition whose roles include one the actor holds; reason as declared. A snapshot
 * state freezes. Required fields (required, required_if) of all sections visible in the new state must be filled: input
 * errors name them. */
bool record_move(struct db *db, const struct ctx *c, const struct record_env *env, const struct permit *p,
                 const struct model_record *r, int64_t id, int64_t base, const char *to, const char *reason,
                 int64_t *version, struct error *e);
bool record_void(struct db *db, const struct ctx *c, const struct record_env *env, const struct permit *p,
                 const struct model_record *r, int64_t id, int64_t base, const char *reason, int64_t *version,
                 struct error *e);
bool record_may_fill(const struct permit *p, const struct model_record *r, const struct model_section *s,
                     const struct record_row *row); /* for forms */
bool record_may_create(const struct permit *p, const struct model_record *r);
size_t record_transitions(const struct permit *p, const struct record_row *row, const struct model_transition **out,
                          size_t max);
/* Which fields show and which are required for these values (conditions evaluated with the child's facts). */
bool record_conditions(struct db *db, const struct ctx *c, const struct permit *p, const struct record_row *row,
                       bool *shown, bool *required, struct error *e);
const char *record_label(struct db *db, const struct ctx *c, const struct model *m, const char *record, int64_t id,
                         struct arena *a); /* "Ada O'Neill"; caller has shown the row that refers to it */

/* Bulk: rows of one child (or of the register, child 0) and one file in one ledger entry. id 0 creates; only changed
 * fields are written; an unchanged row writes nothing. Returns ids. Needs a system permit. */
struct record_batch;
struct record_batch *record_batch_begin(struct db *db, const struct ctx *c, const struct record_env *env,
                                        const struct permit *p, int64_t child, const char *source);
bool record_batch_put(struct record_batch *b, const struct model_record *r, int64_t id, int64_t owner,
                      const struct record_input *in, int64_t *out_id, bool *changed, struct error *e);
bool record_batch_end(struct record_batch *b, struct error *e); /* appends the entry when anything changed */

/* Drafts: outside the ledger, seen by their writer only; one for (actor, record, id or 0, owner, section). body =
 * urlencoded or JSON as given. */
struct draft {
  int64_t id;
  const char *record;
  int64_t row, child, owner;
  const char *section;
  int64_t base;
  const char *body;
  instant_t at;
};
bool draft_save(struct db *db, const struct ctx *c, const struct permit *p, const struct draft *d, struct error *e);
bool draft_get(struct db *db, const struct ctx *c, const struct permit *p, const char *record, int64_t row,
               int64_t owner, const char *section, struct draft *out, bool *found, struct error *e);
bool draft_discard(struct db *db, const struct ctx *c, const struct permit *p, const char *record, int64_t row,
                   int64_t owner, const char *section, struct error *e);

/* Snapshots: canonical bytes, with labels and what the row showed of others, split by category so that reading passes
 * the door; each body hashed, the whole hashed (BLAKE2b-256). Immutable. */
struct snapshot {
  int64_t id, row, version, child;
  instant_t at;
  int64_t by;
  const char *state;
  const char *hash;         /* hex */
  const struct json *parts; /* readable bodies merged */
  bool withheld;
  bool intact;
};
bool snapshot_get(struct db *db, const struct ctx *c, const struct permit *p, const struct model_record *r, int64_t row,
                  int64_t id /* 0 newest */, struct snapshot *out, struct error *e);
bool snapshot_list(struct db *db, const struct ctx *c, const struct permit *p, const struct model_record *r,
                   int64_t row, struct snapshot **out, size_t *n, struct error *e);
#endif
