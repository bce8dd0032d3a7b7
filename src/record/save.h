/* save: what the functions that write have in common. Private to record/. */
#ifndef KITH_RECORD_SAVE_H
#define KITH_RECORD_SAVE_H
#include "record/access.h"
#include "record/change.h"

bool input_unknown(struct error *e, const char *name);     /* no such field, and no such field for you: one message */
struct value input_value(struct arena *a, struct value v); /* NFC; empty text is null */
bool input_type_ok(const struct model_field *f, struct value v, struct error *e);

/* Blanks hidden fields, then checks uniqueness and references of what the change would leave. */
bool save_settle(struct change_set *s, struct row_change *x, bool blank, struct error *e);

/* What others did since the version begun from (merge.c). */
struct merge {
  bool *changed;        /* by field index: changed since base */
  struct value *before; /* what it was at base */
  bool *unknown;        /* disposed: what it was cannot be told */
};
bool merge_since(struct db *db, const struct ctx *c, const struct row *row, int64_t base, struct merge *out,
                 struct error *e);

bool snapshot_take(struct change_set *s, const struct row *row, const char **hash_hex, struct error *e);
void draft_drop(struct db *db, const struct permit *p, const struct model_record *r, int64_t row, int64_t child,
                const char *section);
#endif
