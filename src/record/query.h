/* query: lists, counts, search, history: always through guard_scope, never wider than guard_open. */
#ifndef KITH_RECORD_QUERY_H
#define KITH_RECORD_QUERY_H
#include "record/record.h"

struct query {
  const struct model_record *record;
  int64_t child;                  /* 0: all that the actor may see */
  int64_t owner;                  /* parts of that row, or 0 */
  const char *filter;             /* condition text (cond.h) over the record's fields, or NULL */
  const char *state;              /* or NULL */
  bool with_voided, current_only; /* current_only: today within current_from..current_to */
  const char *sort;               /* field name, "-name" descending; NULL: record's order_by */
  int64_t after;                  /* keyset paging by offset: first row number, 0 the first */
  int limit;                      /* at most 1000 */
  const struct permit
      *permit; /* already opened for this child in this transaction, so that it is not opened again; or NULL */
};
typedef bool query_fn(const struct record_row *row, uint64_t reads, void *arg, struct error *e);
/* Rows whose record category the actor may read; each row's fields withheld by category, as record_get. */
bool record_list(struct db *db, const struct ctx *c, const struct model *m, const struct actor *who,
                 const struct query *q, query_fn *fn, void *arg, struct error *e);
bool record_count(struct db *db, const struct ctx *c, const struct model *m, const struct actor *who,
                  const struct query *q, int64_t *n, struct error *e);

/* Children found by name (folded, partial, sounds-like), date of birth (any way of writing it), local id, UPN, NHS
 * number; best first. */
struct found {
  int64_t child;
  const char *name, *local_id;
  date_t born;
  int score;
  const char *why;
};
bool record_search(struct db *db, const struct ctx *c, const struct model *m, const struct actor *who, const char *text,
                   int limit, struct found **out, size_t *n, struct error *e);

/* One change of one field (field NULL: all fields of the row), newest first, with what it was before. */
struct change_view {
  int64_t seq, version;
  instant_t at;
  int64_t by, on_behalf;
  const char *by_name, *kind, *purpose, *reason, *field, *label, *before, *after;
  bool disposed;
};
bool record_history(struct db *db, const struct ctx *c, const struct permit *p, const struct model_record *r,
                    int64_t id, const char *field, struct change_view **out, size_t *n, struct error *e);

/* Folds the ledger anew. compare: into a scratch set, counting rows that differ (0 = equal) without touching anything;
 * else replaces projections. */
bool record_rebuild(struct db *db, const struct ctx *c, const struct record_env *env, bool compare, int64_t *rows,
                    int64_t *different, struct error *e);
/* Disposes bodies of a child (ledger_dispose) and folds what is left into the projections, in one transaction. */
bool record_dispose(struct db *db, const struct ctx *c, const struct record_env *env, const struct permit *p,
                    const char *category, const char *reason, instant_t before, struct error *e);
#endif
