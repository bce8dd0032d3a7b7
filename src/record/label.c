#include "record/label.h"

#include <string.h>

const char *label_of(struct arena *a, const struct model_record *r, const struct value *values) {
  struct buf b;
  buf_init(&b, a);
  for (size_t i = 0; i < r->n_label; i++) {
    const struct model_field *f = model_field(r, r->label[i]);
    if (!f || values[f->index].type == VALUE_NULL) continue;
    const char *shown = f->type == FIELD_REF ? NULL : model_field_show(f, values[f->index], a);
    if (!shown || !*shown) continue;
    if (b.len) buf_char(&b, ' ');
    buf_str(&b, shown);
  }
  return buf_text(&b);
}

static const char *school_label(struct db *db, struct arena *a, const char *urn) {
  struct stmt *q = db_sql(db, "select name from ref.school where urn = $1", "t");
  sql_text(q, 1, urn);
  const char *name = sql_row(q) ? arena_strdup(a, col_text(q, 0)) : NULL;
  sql_end(q);
  return name ? name : arena_printf(a, "School %s (not in the national list)", urn);
}

/* Labels that hold a reference ("Social worker, Ada Obi") show the label of that row, one step further and no more. */
static const char *label_at(struct db *db, const struct ctx *c, const struct model *m, const char *record, int64_t id,
                            struct arena *a, int steps) {
  const struct model_record *r = model_record(m, record);
  struct row row;
  if (!r || !row_load(db, a, r, id, &row)) return "";
  struct buf b;
  buf_init(&b, a);
  for (size_t i = 0; i < r->n_label; i++) {
    const struct model_field *f = model_field(r, r->label[i]);
    struct value v = f ? row.values[f->index] : VALUE_NONE;
    if (v.type == VALUE_NULL) continue;
    const char *shown = f->type != FIELD_REF   ? model_field_show(f, v, a)
                        : v.type == VALUE_TEXT ? school_label(db, a, v.s)
                        : steps > 0            ? label_at(db, c, m, f->ref, v.i, a, steps - 1)
                                               : "";
    if (b.len && *shown) buf_char(&b, ' ');
    buf_str(&b, shown);
  }
  return b.len ? buf_text(&b) : r->title;
}

const char *record_label(struct db *db, const struct ctx *c, const struct model *m, const char *record, int64_t id,
                         struct arena *a) {
  return label_at(db, c, m, record, id, a, 1);
}

const char *label_actor(struct db *db, const struct ctx *c, const struct model *m, int64_t id) {
  if (id == 0) return "The system";
  struct stmt *q = db_sql(db, "select record from ledger_touch where id = $1 order by seq limit 1", "i");
  sql_int(q, 1, id);
  const char *record = sql_row(q) ? arena_strdup(c->arena, col_text(q, 0)) : NULL;
  sql_end(q);
  const char *name = record ? record_label(db, c, m, record, id, c->arena) : "";
  return *name ? name : arena_printf(c->arena, "Number %lld", (long long)id);
}

const char *label_value(struct db *db, const struct ctx *c, const struct model *m, const struct model_field *f,
                        struct value v) {
  if (v.type == VALUE_NULL) return "";
  if (f->type != FIELD_REF) return model_field_show(f, v, c->arena);
  if (v.type == VALUE_TEXT) return school_label(db, c->arena, v.s);
  const char *name = record_label(db, c, m, f->ref, v.i, c->arena);
  return *name ? name : arena_printf(c->arena, "Number %lld", (long long)v.i);
}
