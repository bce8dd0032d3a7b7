/* fold: the ledger's bodies back into rows, in the order in which they were written. Runs no rules. Private to record/.
 */
#ifndef KITH_RECORD_FOLD_H
#define KITH_RECORD_FOLD_H
#include "base/json.h"
#include "record/change.h"
#include "record/idmap.h"

struct fold {
  struct db *db;
  struct arena *a; /* what is kept */
  const struct model *m;
  struct idmap rows;              /* struct fold_row by id */
  struct fold_row *first, **last; /* in the order in which they came */
  const struct model **models;    /* earlier models, by version, read once */
  size_t n_models, cap_models;
  int64_t part, parts; /* only rows with id % parts == part: bounds the memory */
};
struct fold_row {
  struct row row;
  bool met, same; /* for who compares: in its table, and as it is there */
  struct fold_row *next;
};
void fold_init(struct fold *f, struct db *db, struct arena *a, const struct model *m);
bool fold_view(const struct ledger_view *v, void *fold, struct error *e); /* ledger_view_fn: entries in order */
/* Versions, makers and instants come from headers, which disposal leaves. id 0: of all rows. */
bool fold_headers(struct fold *f, int64_t id, struct error *e);
struct fold_row *fold_find(struct fold *f, int64_t id); /* NULL: nothing is left of it */
struct value fold_value(struct arena *a, const struct json *v);
/* The model under which an entry was written; the present one when the store does not hold it. */
bool fold_model(struct fold *f, const char *version, const struct model **out, struct error *e);
#endif
