/* Tables and views made from the model: additive only, so that a store at an older model is brought up to a newer one.
 */
#include "record/table.h"

#include <stdio.h>
#include <string.h>

#define COUNT(x) (sizeof(x) / sizeof *(x))

/* PostgreSQL cuts names at 63 bytes, which would let two indexes meet: a long name is shortened here, and told apart by
 * a hash. */
static const char *index_name(struct arena *a, const char *record, const char *what) {
  const char *name = arena_printf(a, "x_%s_%s", record, what);
  if (strlen(name) <= 60) return name;
  uint64_t h = UINT64_C(14695981039346656037);
  for (const char *s = name; *s; s++) h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
  return arena_printf(a, "%.40s_%016llx", name, (unsigned long long)h);
}

struct shape {
  struct arena *a;
  struct store_column *columns;
  size_t n_columns, cap_columns;
  struct store_index *indexes;
  size_t n_indexes, cap_indexes;
};

static void column(struct shape *s, const char *name, enum store_type type, bool required) {
  s->columns = arena_grow(s->a, s->columns, &s->cap_columns, s->n_columns + 1, sizeof *s->columns);
  s->columns[s->n_columns++] = (struct store_column){name, type, required};
}

static void add_index(struct shape *s, const char *name, const char *columns, bool unique, const char *where) {
  s->indexes = arena_grow(s->a, s->indexes, &s->cap_indexes, s->n_indexes + 1, sizeof *s->indexes);
  s->indexes[s->n_indexes++] = (struct store_index){name, columns, unique, where};
}

bool table_unique_by_index(const struct model_record *r, const struct model_field *f) {
  return f->unique_with && !r->current_from && !r->current_to;
}

static void field_shape(struct shape *s, const struct model_record *r, const struct model_field *f) {
  struct arena *a = s->a;
  column(s, f->name, row_type(f), false);
  if (f->sort_key) {
    column(s, arena_printf(a, "%s_key", f->name), STORE_TEXT, false);
    column(s, arena_printf(a, "%s_fold", f->name), STORE_TEXT, false);
    column(s, arena_printf(a, "%s_sounds", f->name), STORE_TEXT, false);
    add_index(s, index_name(a, r->name, arena_printf(a, "%s_key", f->name)), arena_printf(a, "%s_key", f->name), false,
              NULL);
  }
  if (f->type == FIELD_REF) add_index(s, index_name(a, r->name, f->name), f->name, false, NULL);
  if (!f->unique_with) return;
  struct buf b;
  buf_init(&b, a);
  buf_str(&b, f->name);
  for (size_t i = 0; i < f->n_unique_with; i++) buf_printf(&b, ", %s", f->unique_with[i]);
  const char *name = index_name(a, r->name, arena_printf(a, "%s_once", f->name));
  bool unique = table_unique_by_index(r, f);
  add_index(s, name, arena_strdup(a, buf_text(&b)), unique, unique ? "voided = 0" : NULL);
}

static bool ensure_record(struct db *db, struct arena *a, const struct model_record *r, struct error *e) {
  struct shape s = {.a = a};
  column(&s, "id", STORE_INTEGER, true);
  column(&s, "version", STORE_INTEGER, true);
  column(&s, "state", STORE_TEXT, false);
  column(&s, "voided", STORE_INTEGER, true);
  column(&s, "created_at", STORE_INTEGER, true);
  column(&s, "created_by", STORE_INTEGER, true);
  column(&s, "changed_at", STORE_INTEGER, true);
  column(&s, "changed_by", STORE_INTEGER, true);
  if (r->about == ABOUT_CHILD) {
    column(&s, "child", STORE_INTEGER, true);
    add_index(&s, index_name(a, r->name, "child"), "child", false, NULL);
  }
  if (r->part_of) {
    column(&s, "owner", STORE_INTEGER, false);
    add_index(&s, index_name(a, r->name, "owner"), "owner", false, NULL);
  }
  for (size_t i = 0; i < r->n_fields; i++) field_shape(&s, r, &r->fields[i]);
  for (size_t i = 0; i < r->n_sections; i++) {
    const char *id = r->sections[i].id;
    column(&s, arena_printf(a, "v_%s", id), STORE_INTEGER, false);
    column(&s, arena_printf(a, "d_%s", id), STORE_INTEGER, false);
    column(&s, arena_printf(a, "b_%s", id), STORE_INTEGER, false);
  }
  struct store_table t = {row_table(a, r), s.columns, s.n_columns, "id", false, s.indexes, s.n_indexes};
  return db_ensure_table(db, &t, e);
}

static bool ensure_view(struct db *db, struct arena *a, const struct model_record *r, struct error *e) {
  struct buf b;
  buf_init(&b, a);
  buf_str(&b, "select id, version, state, created_at, created_by, changed_at, changed_by");
  if (r->about == ABOUT_CHILD) buf_str(&b, ", child");
  if (r->part_of) buf_str(&b, ", owner");
  for (size_t i = 0; i < r->n_fields; i++) {
    buf_printf(&b, ", %s", r->fields[i].name);
    if (r->fields[i].sort_key) buf_printf(&b, ", %s_key", r->fields[i].name);
  }
  for (size_t i = 0; i < r->n_sections; i++) buf_printf(&b, ", d_%s", r->sections[i].id);
  buf_printf(&b, " from t_%s where voided = 0", r->name);
  return db_ensure_view(db, r->name, buf_text(&b), e);
}

/* Tables of the engine's own that no model changes. */
static bool ensure_engine(struct db *db, struct error *e) {
  static const struct store_column draft[] = {{"id", STORE_INTEGER, true},    {"actor", STORE_INTEGER, true},
                                              {"record", STORE_TEXT, true},   {"row_id", STORE_INTEGER, true},
                                              {"child", STORE_INTEGER, true}, {"owner", STORE_INTEGER, true},
                                              {"section", STORE_TEXT, true},  {"base", STORE_INTEGER, true},
                                              {"body", STORE_TEXT, true},     {"at", STORE_INTEGER, true}};
  static const struct store_index draft_index[] = {
      {"x_draft_writer", "actor, record, row_id, child, owner, section", true, NULL}};
  static const struct store_column snapshot[] = {
      {"id", STORE_INTEGER, true},    {"row_id", STORE_INTEGER, true},  {"record", STORE_TEXT, true},
      {"child", STORE_INTEGER, true}, {"version", STORE_INTEGER, true}, {"state", STORE_TEXT, true},
      {"at", STORE_INTEGER, true},    {"by_id", STORE_INTEGER, true},   {"hash", STORE_BLOB, true}};
  static const struct store_index snapshot_index[] = {{"x_snapshot_row", "row_id, id", false, NULL},
                                                      {"x_snapshot_child", "child, at", false, NULL}};
  static const struct store_column body[] = {{"snapshot", STORE_INTEGER, true},
                                             {"category", STORE_TEXT, true},
                                             {"leaf", STORE_BLOB, true},
                                             {"salt", STORE_BLOB, false},
                                             {"body", STORE_BLOB, false}};
  static const struct store_column version[] = {{"seq", STORE_INTEGER, true},
                                                {"version", STORE_TEXT, true},
                                                {"canonical", STORE_TEXT, true},
                                                {"applied_at", STORE_INTEGER, true}};
  static const struct store_index version_index[] = {{"x_model_version", "version", false, NULL}};
  static const struct store_column reject[] = {{"model", STORE_TEXT, true},
                                               {"record", STORE_TEXT, true},
                                               {"row_id", STORE_INTEGER, true},
                                               {"field", STORE_TEXT, true},
                                               {"from_field", STORE_TEXT, true}};
  static const struct store_column token[] = {{"kind", STORE_TEXT, true},
                                              {"token", STORE_TEXT, true},
                                              {"child", STORE_INTEGER, true},
                                              {"row_id", STORE_INTEGER, true},
                                              {"category", STORE_TEXT, true}};
  static const struct store_index token_index[] = {{"x_child_token_child", "child, row_id", false, NULL}};
  static const struct store_table tables[] = {
      {"draft", draft, COUNT(draft), "id", false, draft_index, COUNT(draft_index)},
      {"snapshot", snapshot, COUNT(snapshot), "id", false, snapshot_index, COUNT(snapshot_index)},
      {"snapshot_body", body, COUNT(body), "snapshot, category", true, NULL, 0},
      {"model_version", version, COUNT(version), "seq", false, version_index, COUNT(version_index)},
      {"model_reject", reject, COUNT(reject), "model, row_id, field", true, NULL, 0},
      {"child_token", token, COUNT(token), "kind, token, child, row_id", true, token_index, COUNT(token_index)}};
  for (size_t i = 0; i < COUNT(tables); i++)
    if (!db_ensure_table(db, &tables[i], e)) return false;
  return true;
}

bool record_ensure(struct db *db, const struct model *m, struct error *e) {
  if (!ledger_ensure(db, e) || !ensure_engine(db, e)) return false;
  struct arena *a = arena_new();
  bool ok = true;
  for (size_t i = 0; ok && i < m->n_records; i++)
    ok = ensure_record(db, a, &m->records[i], e) && ensure_view(db, a, &m->records[i], e);
  arena_free(a);
  return ok;
}
