/* load: what the imports that write records share: one transaction, one ledger entry a child and file, look-ups by natural keys, counts.
 *
 * A loader writes under a system permit: the authority itself imports. Everything in it belongs to the run's arena. */
#ifndef KITH_EXCHANGE_LOAD_H
#define KITH_EXCHANGE_LOAD_H
#include "exchange/kinds.h"

/* Text to id. Keys are copied. */
struct keys {
  struct arena *arena;
  const char **key;
  int64_t *id;
  size_t cap, n;
};
void keys_init(struct keys *k, struct arena *a);
void keys_put(struct keys *k, const char *key, int64_t id); /* replaces */
int64_t keys_get(const struct keys *k, const char *key);    /* 0: not there */
/* From a select of (text, id); further text columns are joined to the key with a blank line between ("\n"). NULL cells are "". */
bool keys_load(struct keys *k, struct db *db, const char *sql, struct error *e);

struct loader {
  const struct engine *engine;
  const struct authority *authority;
  const struct ctx *ctx;
  struct arena *arena;
  const struct import_options *options;
  struct import_report *report;
  const char *source; /* file or folder name, kept in the ledger */
  struct db *db;      /* inside load_run */
  struct record_batch *batch;
  int64_t created, changed, unchanged;
};
typedef bool load_fn(struct loader *l, void *arg, struct error *e);
void loader_init(struct loader *l, const struct engine *g, const struct authority *a, const struct ctx *c,
                 const char *path, const struct import_options *o, struct import_report *r);
/* Runs fn in one write transaction (again when the store asks); a dry run is rolled back. Fills the report's counts. */
bool load_run(struct loader *l, load_fn *fn, void *arg, struct error *e);
bool load_begin(struct loader *l, int64_t child, struct error *e); /* 0: the register */
bool load_put(struct loader *l, const char *record, int64_t id, int64_t owner, const struct record_input *in,
              int64_t *out_id, struct error *e);
bool load_end(struct loader *l, struct error *e);

/* Inputs. load_text goes through the model's check of the field; a value that it refuses is rejected as a cell of the file and not set (false). */
const struct model_record *load_record(const struct loader *l, const char *name);
void load_value(struct record_input *in, const struct model_record *r, const char *field, struct value v);
bool load_text(struct loader *l, struct record_input *in, const struct model_record *r, const char *field,
               const char *text, const char *file, long row, const char *column);
struct value load_date(struct arena *a, date_t d);
#endif
