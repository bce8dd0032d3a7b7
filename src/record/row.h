/* row: one row of a record type in memory and in its table t_<record>. Knows nothing of who asks: everything that takes
 * a permit stands above it (record.c, save.c, query.c). Private to record/. */
#ifndef KITH_RECORD_ROW_H
#define KITH_RECORD_ROW_H
#include "base/arena.h"
#include "base/error.h"
#include "record/record.h"

struct row {
  struct record_row r; /* its pointers are the ones below */
  struct value *values;
  bool *withheld;
  int64_t *section_version;
  instant_t *section_done;
  int64_t *section_done_by;
};

void row_init(struct row *row, struct arena *a, const struct model_record *r);
void row_copy(struct row *to, struct arena *a, const struct row *from);
const char *row_state(
    const struct row *row); /* the initial state for rows that are older than their states; NULL when stateless */

enum store_type row_type(const struct model_field *f); /* how a field is stored */
const char *row_table(struct arena *a, const struct model_record *r);
/* Columns of a row as row_read expects them, each with alias and a dot before it. */
void row_columns(struct buf *b, const struct model_record *r, const char *alias);
int row_width(const struct model_record *r);
void row_read(struct stmt *q, int at, struct arena *a, const struct model_record *r,
              struct row *out); /* at: first column */
bool row_load(struct db *db, struct arena *a, const struct model_record *r, int64_t id,
              struct row *out); /* false: not there */
/* Puts the whole row, with the keys by which it is sorted and found. */
void row_insert(struct db *db, struct arena *a, const struct row *row);
void row_update(struct db *db, struct arena *a, const struct row *row);
void row_delete(struct db *db, struct arena *a, const struct model_record *r, int64_t id);
/* key, fold and sounds of a sort_key field's value (all null for null). */
void row_keys(struct arena *a, struct value v, struct value out[3]);
/* Everything the table holds is the same in both. */
bool row_same(const struct row *x, const struct row *y);

const struct model_record *row_child_record(const struct model *m);
const struct model_field *row_born_field(const struct model_record *child); /* date_of_birth, or NULL */
#define CATEGORY_BIT(i) (UINT64_C(1) << (i))
#endif
