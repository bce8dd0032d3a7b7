#include "record/row.h"

#include <string.h>

#include "base/text.h"

#define ROW_ENGINE 10 /* columns before the fields */

void row_init(struct row *row, struct arena *a, const struct model_record *r) {
  memset(row, 0, sizeof *row);
  row->values = arena_alloc(a, r->n_fields * sizeof *row->values);
  row->withheld = arena_alloc(a, r->n_fields * sizeof *row->withheld);
  row->section_version = arena_alloc(a, r->n_sections * sizeof *row->section_version);
  row->section_done = arena_alloc(a, r->n_sections * sizeof *row->section_done);
  row->section_done_by = arena_alloc(a, r->n_sections * sizeof *row->section_done_by);
  for (size_t i = 0; i < r->n_sections; i++) row->section_done[i] = INSTANT_NONE;
  row->r.record = r;
  row->r.values = row->values;
  row->r.withheld = row->withheld;
  row->r.section_version = row->section_version;
  row->r.section_done = row->section_done;
  row->r.section_done_by = row->section_done_by;
}

void row_copy(struct row *to, struct arena *a, const struct row *from) {
  const struct model_record *r = from->r.record;
  row_init(to, a, r);
  struct record_row pointers = to->r;
  to->r = from->r;
  to->r.values = pointers.values;
  to->r.withheld = pointers.withheld;
  to->r.section_version = pointers.section_version;
  to->r.section_done = pointers.section_done;
  to->r.section_done_by = pointers.section_done_by;
  memcpy(to->values, from->values, r->n_fields * sizeof *to->values);
  memcpy(to->withheld, from->withheld, r->n_fields * sizeof *to->withheld);
  memcpy(to->section_version, from->section_version, r->n_sections * sizeof *to->section_version);
  memcpy(to->section_done, from->section_done, r->n_sections * sizeof *to->section_done);
  memcpy(to->section_done_by, from->section_done_by, r->n_sections * sizeof *to->section_done_by);
}

const char *row_state(const struct row *row) {
  const struct model_record *r = row->r.record;
  if (r->n_states == 0) return NULL;
  return row->r.state ? row->r.state : r->states[0].id;
}

enum store_type row_type(const struct model_field *f) {
  switch (f->type) {
  case FIELD_TEXT:
  case FIELD_PROSE:
  case FIELD_DATE:
  case FIELD_CODE:
    return STORE_TEXT;
  case FIELD_REF:
    return f->ref && strcmp(f->ref, "school") == 0 ? STORE_TEXT : STORE_INTEGER;
  default:
    return STORE_INTEGER;
  }
}

const char *row_table(struct arena *a, const struct model_record *r) {
  return arena_printf(a, "t_%s", r->name);
}

void row_columns(struct buf *b, const struct model_record *r, const char *alias) {
  static const char *const engine[] = {"id",         "version",    "state",      "voided",
                                       "created_at", "created_by", "changed_at", "changed_by"};
  for (size_t i = 0; i < sizeof engine / sizeof *engine; i++) buf_printf(b, "%s%s.%s", i ? ", " : "", alias, engine[i]);
  if (r->about == ABOUT_CHILD)
    buf_printf(b, ", %s.child", alias);
  else
    buf_str(b, ", 0");
  if (r->part_of)
    buf_printf(b, ", %s.owner", alias);
  else
    buf_str(b, ", 0");
  for (size_t i = 0; i < r->n_fields; i++) buf_printf(b, ", %s.%s", alias, r->fields[i].name);
  for (size_t i = 0; i < r->n_sections; i++) {
    const char *s = r->sections[i].id;
    buf_printf(b, ", %s.v_%s, %s.d_%s, %s.b_%s", alias, s, alias, s, alias, s);
  }
}

int row_width(const struct model_record *r) {
  return ROW_ENGINE + (int)r->n_fields + 3 * (int)r->n_sections;
}

void row_read(struct stmt *q, int at, struct arena *a, const struct model_record *r, struct row *out) {
  row_init(out, a, r);
  out->r.id = col_int(q, at);
  out->r.version = col_int(q, at + 1);
  out->r.state = arena_strdup(a, col_text(q, at + 2));
  out->r.voided = col_int(q, at + 3) != 0;
  out->r.created_at = col_int(q, at + 4);
  out->r.created_by = col_int(q, at + 5);
  out->r.changed_at = col_int(q, at + 6);
  out->r.changed_by = col_int(q, at + 7);
  out->r.child = col_int(q, at + 8);
  out->r.owner = col_int(q, at + 9);
  at += ROW_ENGINE;
  for (size_t i = 0; i < r->n_fields; i++) out->values[i] = col_value(q, at++, a);
  for (size_t i = 0; i < r->n_sections; i++) {
    out->section_version[i] = col_int(q, at++);
    out->section_done[i] = col_null(q, at) ? INSTANT_NONE : col_int(q, at);
    at++;
    out->section_done_by[i] = col_int(q, at++);
  }
}

bool row_load(struct db *db, struct arena *a, const struct model_record *r, int64_t id, struct row *out) {
  struct buf b;
  buf_init(&b, a);
  buf_str(&b, "select ");
  row_columns(&b, r, "t");
  buf_printf(&b, " from t_%s t where t.id = $1", r->name);
  struct stmt *q = db_sql(db, buf_text(&b), "i");
  sql_int(q, 1, id);
  bool found = sql_row(q);
  if (found) row_read(q, 0, a, r, out);
  sql_end(q);
  return found;
}

void row_keys(struct arena *a, struct value v, struct value out[3]) {
  out[0] = out[1] = out[2] = VALUE_NONE;
  if (v.type != VALUE_TEXT) return;
  out[0] = value_text(text_sort_key(a, v.s));
  out[1] = value_text(text_fold(a, v.s));
  out[2] = value_text(text_sounds(a, v.s));
}

/* The columns of one statement with their parameter types and values, in one walk, so that they cannot fall out of
 * step. */
struct put {
  struct buf names, types;
  struct value *values;
  size_t n, cap;
  struct arena *a;
};

static void put_column(struct put *p, const char *prefix, const char *name, const char *suffix, char type,
                       struct value v) {
  p->values = arena_grow(p->a, p->values, &p->cap, p->n + 1, sizeof *p->values);
  p->values[p->n++] = v;
  if (p->n > 1) buf_char(&p->names, ',');
  buf_str(&p->names, prefix);
  buf_str(&p->names, name);
  buf_str(&p->names, suffix);
  buf_char(&p->types, type);
}

static struct value instant_value(instant_t t) {
  return t == INSTANT_NONE ? VALUE_NONE : value_int(t);
}
static struct value id_value(int64_t id) {
  return id == 0 ? VALUE_NONE : value_int(id);
}

static void put_row(struct put *p, struct arena *a, const struct row *row) {
  const struct model_record *r = row->r.record;
  memset(p, 0, sizeof *p);
  p->a = a;
  buf_init(&p->names, a);
  buf_init(&p->types, a);
  put_column(p, "", "id", "", 'i', value_int(row->r.id));
  put_column(p, "", "version", "", 'i', value_int(row->r.version));
  put_column(p, "", "state", "", 't', value_text(row->r.state));
  put_column(p, "", "voided", "", 'i', value_int(row->r.voided));
  put_column(p, "", "created_at", "", 'i', value_int(row->r.created_at));
  put_column(p, "", "created_by", "", 'i', value_int(row->r.created_by));
  put_column(p, "", "changed_at", "", 'i', value_int(row->r.changed_at));
  put_column(p, "", "changed_by", "", 'i', value_int(row->r.changed_by));
  if (r->about == ABOUT_CHILD) put_column(p, "", "child", "", 'i', value_int(row->r.child));
  if (r->part_of) put_column(p, "", "owner", "", 'i', id_value(row->r.owner));
  for (size_t i = 0; i < r->n_fields; i++) {
    const struct model_field *f = &r->fields[i];
    put_column(p, "", f->name, "", row_type(f) == STORE_TEXT ? 't' : 'i', row->values[i]);
    if (!f->sort_key) continue;
    struct value keys[3];
    row_keys(a, row->values[i], keys);
    put_column(p, "", f->name, "_key", 't', keys[0]);
    put_column(p, "", f->name, "_fold", 't', keys[1]);
    put_column(p, "", f->name, "_sounds", 't', keys[2]);
  }
  for (size_t i = 0; i < r->n_sections; i++) {
    const char *s = r->sections[i].id;
    put_column(p, "v_", s, "", 'i', id_value(row->section_version[i]));
    put_column(p, "d_", s, "", 'i', instant_value(row->section_done[i]));
    put_column(p, "b_", s, "", 'i', id_value(row->section_done_by[i]));
  }
}

/* "$n". Texts of rows are written for every row of an import: hence no printf. */
static void put_number(struct buf *b, size_t n) {
  char digits[24];
  size_t at = sizeof digits;
  do digits[--at] = (char)('0' + n % 10);
  while (n /= 10);
  digits[--at] = '$';
  buf_add(b, digits + at, sizeof digits - at);
}

static void put_run(struct put *p, struct db *db, const char *text) {
  struct stmt *q = db_sql(db, text, buf_text(&p->types));
  for (size_t i = 0; i < p->n; i++) sql_value(q, (int)i + 1, p->values[i]);
  sql_run(q);
}

void row_insert(struct db *db, struct arena *a, const struct row *row) {
  struct put p;
  struct buf b;
  put_row(&p, a, row);
  buf_init(&b, a);
  buf_str(&b, "insert into t_");
  buf_str(&b, row->r.record->name);
  buf_str(&b, " (");
  buf_add(&b, p.names.data, p.names.len);
  buf_str(&b, ") values (");
  for (size_t i = 0; i < p.n; i++) {
    if (i) buf_char(&b, ',');
    put_number(&b, i + 1);
  }
  buf_char(&b, ')');
  put_run(&p, db, buf_text(&b));
}

void row_update(struct db *db, struct arena *a, const struct row *row) {
  struct put p;
  struct buf b;
  put_row(&p, a, row);
  buf_init(&b, a);
  buf_str(&b, "update t_");
  buf_str(&b, row->r.record->name);
  buf_str(&b, " set ");
  const char *names = buf_text(&p.names);
  names += strcspn(names, ",") + 1; /* id is $1 and stays */
  for (size_t i = 1; i < p.n; i++) {
    size_t len = strcspn(names, ",");
    if (i > 1) buf_char(&b, ',');
    buf_add(&b, names, len);
    buf_char(&b, '=');
    put_number(&b, i + 1);
    names += len + 1;
  }
  buf_str(&b, " where id = $1");
  put_run(&p, db, buf_text(&b));
}

void row_delete(struct db *db, struct arena *a, const struct model_record *r, int64_t id) {
  struct stmt *q = db_sql(db, arena_printf(a, "delete from t_%s where id = $1", r->name), "i");
  sql_int(q, 1, id);
  sql_run(q);
}

static bool text_same(const char *x, const char *y) {
  return x == y || (x && y && strcmp(x, y) == 0);
}

bool row_same(const struct row *x, const struct row *y) {
  const struct record_row *p = &x->r, *q = &y->r;
  if (p->id != q->id || p->version != q->version || p->voided != q->voided || p->child != q->child ||
      p->owner != q->owner || p->created_at != q->created_at || p->created_by != q->created_by ||
      p->changed_at != q->changed_at || p->changed_by != q->changed_by || !text_same(p->state, q->state))
    return false;
  for (size_t i = 0; i < p->record->n_fields; i++)
    if (!value_eq(x->values[i], y->values[i])) return false;
  for (size_t i = 0; i < p->record->n_sections; i++)
    if (x->section_version[i] != y->section_version[i] || x->section_done[i] != y->section_done[i] ||
        x->section_done_by[i] != y->section_done_by[i])
      return false;
  return true;
}

const struct model_record *row_child_record(const struct model *m) {
  for (size_t i = 0; i < m->n_records; i++)
    if (m->records[i].is_child) return &m->records[i];
  return NULL;
}

const struct model_field *row_born_field(const struct model_record *child) {
  const struct model_field *f = child ? model_field(child, "date_of_birth") : NULL;
  return f && f->type == FIELD_DATE ? f : NULL;
}
