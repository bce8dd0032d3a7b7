/* change: what a transaction does to rows, gathered, put into the tables and written down in one ledger entry. Private
 * to record/.
 *
 * A cell is one name of a row with its new value: a field, or one of the engine's names, which docs/records.md lists.
 * Everything that reaches a table goes through here or through fold.c, and both give cells their meaning by cell_apply,
 * so that folding the ledger again gives the same rows. */
#ifndef KITH_RECORD_CHANGE_H
#define KITH_RECORD_CHANGE_H
#include "record/row.h"

struct cell {
  const char *name;
  struct value v;
  int category;
};

struct row_change {
  struct row row; /* as it will be */
  bool created, stored;
  struct cell *cells;
  size_t n, cap;
};

struct change_set {
  struct db *db;
  const struct ctx *c;
  const struct model *m;
  struct actor actor;
  int64_t child;
  struct arena *a;
  struct row_change **changes;
  size_t n, cap;
  struct row_change *head; /* set by changes_commit */
};

void changes_init(struct change_set *s, struct db *db, const struct ctx *c, const struct permit *p, int64_t child);
/* A new row with its id, or one that is there; cells are then put to it. */
struct row_change *changes_create(struct change_set *s, const struct model_record *r, int64_t child, int64_t owner);
struct row_change *changes_to(struct change_set *s, const struct row *row);
void change_put(struct row_change *x, struct change_set *s, const char *name, struct value v, int category);
void change_field(struct row_change *x, struct change_set *s, const struct model_field *f, struct value v);
void change_done(struct row_change *x, struct change_set *s, const struct model_section *section, bool done);
/* Puts the rows that have cells into their tables; the version of each has gone up by one. */
void change_store(struct change_set *s, struct row_change *x);
/* The ledger entry, then the hook; nothing when no row has changed. One row: head says its record, id and version.
 * kind: ledger.h. */
bool changes_commit(struct change_set *s, const struct record_env *env, const char *kind, const char *source,
                    struct error *e);

/* The meaning of one cell, here and when the ledger is folded. */
void cell_apply(struct row *row, const char *name, struct value v, int64_t by);
/* The section to which the cell belonged is of this version. in: the record as it was when it was written, as sections
 * may move. */
void cell_touch(struct row *row, const struct model_record *in, const char *name, int64_t version);

/* Tokens by which search finds the child (token.c). */
struct token {
  const char *kind, *token;
  int64_t child, row;
  const char *category;
};
bool token_source(const struct model_record *r); /* its rows give tokens */
bool token_touched(const struct row_change *x);  /* the change may give others */
void tokens_of(struct arena *a, const struct row *row, struct token **out, size_t *n, size_t *cap);
void token_put(struct db *db, struct arena *a, const struct row *row); /* replaces those of the row */
void token_drop(struct db *db, int64_t child, int64_t row);
#endif
