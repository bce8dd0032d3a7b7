#include "record/rule.h"

#include <string.h>

#include "model/cond.h"
#include "record/table.h"

void facts_init(struct facts *f, struct db *db, const struct ctx *c, const struct model *m, const struct row *row) {
  memset(f, 0, sizeof *f);
  f->db = db;
  f->c = c;
  f->m = m;
  f->row = row;
  f->state = row_state(row);
}

static struct value age_fact(struct facts *f, const struct model_record *child, bool school_year) {
  const struct model_field *born = row_born_field(child);
  if (!born || f->child.values[born->index].type != VALUE_TEXT) return VALUE_NONE;
  date_t d = date_parse_iso(f->child.values[born->index].s);
  if (d == DATE_NONE || d > f->c->today) return VALUE_NONE;
  return value_int(school_year ? date_national_curriculum_year(d, f->c->today) : date_age(d, f->c->today));
}

static struct value child_fact(struct facts *f, const char *name) {
  const struct model_record *child = row_child_record(f->m);
  if (!child) return VALUE_NONE;
  if (!f->child_read) {
    f->child_read = true;
    if (f->row->r.record->is_child) row_copy(&f->child, f->c->arena, f->row);
    f->child_found = f->row->r.record->is_child || row_load(f->db, f->c->arena, child, f->row->r.child, &f->child);
  }
  if (!f->child_found) return VALUE_NONE;
  if (strcmp(name, "age") == 0) return age_fact(f, child, false);
  if (strcmp(name, "school_year") == 0) return age_fact(f, child, true);
  const struct model_field *field = model_field(child, name);
  return field ? f->child.values[field->index] : VALUE_NONE;
}

static struct value look(void *arg, enum cond_kind k, const char *name) {
  struct facts *f = arg;
  if (k == COND_CHILD) return child_fact(f, name);
  if (strcmp(name, "state") == 0) return value_text(f->state);
  const struct model_field *field = model_field(f->row->r.record, name);
  return field ? f->row->values[field->index] : VALUE_NONE;
}

bool rule_section_shown(struct facts *f, const struct model_section *s) {
  return cond_eval(s->show_if, look, f);
}

bool rule_shown(struct facts *f, const struct model_field *field) {
  return !field->retired && rule_section_shown(f, &f->row->r.record->sections[field->section]) &&
         cond_eval(field->show_if, look, f);
}

bool rule_required(struct facts *f, const struct model_field *field) {
  if (!field->required && !field->required_if) return false;
  if (!rule_shown(f, field)) return false;
  return field->required || cond_eval(field->required_if, look, f);
}

bool rule_complete(struct facts *f, const bool *wanted, struct error *e) {
  const struct model_record *r = f->row->r.record;
  bool ok = true;
  for (size_t i = 0; i < r->n_fields; i++) {
    const struct model_field *field = &r->fields[i];
    if (wanted && !wanted[field->section]) continue;
    if (f->row->values[i].type != VALUE_NULL || !rule_required(f, field)) continue;
    ok = error_field(e, field->name, NULL, "%s is needed.", field->label);
  }
  return ok;
}

static bool reads_state(const struct cond *c, struct arena *a) {
  if (!c) return false;
  size_t n;
  const char *const *names = cond_fields(c, a, &n);
  for (size_t i = 0; i < n; i++)
    if (strcmp(names[i], "state") == 0) return true;
  return false;
}

size_t rule_hidden(struct facts *f, const struct model_field **out) {
  const struct model_record *r = f->row->r.record;
  size_t n = 0;
  for (size_t i = 0; i < r->n_fields; i++) {
    const struct model_field *field = &r->fields[i];
    if (f->row->values[i].type == VALUE_NULL || field->retired) continue;
    const struct cond *section = r->sections[field->section].show_if;
    bool off = field->show_if && !reads_state(field->show_if, f->c->arena) && !cond_eval(field->show_if, look, f);
    off = off || (section && !reads_state(section, f->c->arena) && !cond_eval(section, look, f));
    if (off) out[n++] = field;
  }
  return n;
}

/* ---- uniqueness ---- */

static struct value unique_value(const struct row *row, const char *name) {
  if (strcmp(name, "child") == 0) return value_int(row->r.child);
  if (strcmp(name, "owner") == 0) return value_int(row->r.owner);
  const struct model_field *f = model_field(row->r.record, name);
  return f ? row->values[f->index] : VALUE_NONE;
}

static void bind_equal(struct buf *sql, struct buf *types, struct value *binds, int *n, const char *name,
                       struct value v) {
  binds[(*n)++] = v;
  buf_printf(sql, " and t.%s = $%d", name, *n);
  buf_char(types, v.type == VALUE_TEXT ? 't' : 'i');
}

/* Two rows that are current between dates are the same only where their dates overlap. */
static void bind_overlap(struct buf *sql, struct buf *types, struct value *binds, int *n, const struct row *row) {
  const struct model_record *r = row->r.record;
  struct value from = r->current_from ? unique_value(row, r->current_from) : VALUE_NONE;
  struct value to = r->current_to ? unique_value(row, r->current_to) : VALUE_NONE;
  if (r->current_to && from.type == VALUE_TEXT) {
    binds[(*n)++] = from;
    buf_printf(sql, " and (t.%s is null or t.%s >= $%d)", r->current_to, r->current_to, *n);
    buf_char(types, 't');
  }
  if (r->current_from && to.type == VALUE_TEXT) {
    binds[(*n)++] = to;
    buf_printf(sql, " and (t.%s is null or t.%s <= $%d)", r->current_from, r->current_from, *n);
    buf_char(types, 't');
  }
}

static bool unique_taken(struct db *db, const struct ctx *c, const struct row *row, const struct model_field *f) {
  struct buf sql, types;
  struct value binds[40];
  int n = 0;
  if (f->n_unique_with > 32 || row->values[f->index].type == VALUE_NULL) return false;
  buf_init(&sql, c->arena);
  buf_init(&types, c->arena);
  buf_printf(&sql, "select 1 from t_%s t where t.voided = 0", row->r.record->name);
  bind_equal(&sql, &types, binds, &n, f->name, row->values[f->index]);
  for (size_t i = 0; i < f->n_unique_with; i++) {
    struct value v = unique_value(row, f->unique_with[i]);
    if (v.type == VALUE_NULL) return false;
    bind_equal(&sql, &types, binds, &n, f->unique_with[i], v);
  }
  binds[n++] = value_int(row->r.id);
  buf_printf(&sql, " and t.id <> $%d", n);
  buf_char(&types, 'i');
  if (!table_unique_by_index(row->r.record, f)) bind_overlap(&sql, &types, binds, &n, row);
  buf_str(&sql, " limit 1");
  struct stmt *q = db_sql(db, buf_text(&sql), buf_text(&types));
  for (int i = 0; i < n; i++) sql_value(q, i + 1, binds[i]);
  bool taken = sql_row(q);
  sql_end(q);
  return taken;
}

bool rule_unique(struct db *db, const struct ctx *c, const struct row *row, struct error *e) {
  const struct model_record *r = row->r.record;
  bool ok = true;
  if (row->r.voided) return true;
  for (size_t i = 0; i < r->n_fields; i++) {
    const struct model_field *f = &r->fields[i];
    if (!f->unique_with || !unique_taken(db, c, row, f)) continue;
    const char *given = model_field_text(f, row->values[i], c->arena);
    ok = error_field(e, f->name, given,
                     "%s: this is already recorded. Change the row that is there, or give another value.", f->label);
  }
  return ok;
}

/* ---- states and sections ---- */

bool rule_state_frozen(const struct model_record *r, const char *state) {
  const struct model_state *s = state ? model_state(r, state) : NULL;
  return s && (s->snapshot || s->final);
}

enum frozen rule_frozen(struct db *db, struct arena *a, const struct model *m, const struct row *row) {
  const struct model_record *r = row->r.record;
  if (r->n_states) return rule_state_frozen(r, row_state(row)) ? FROZEN_ALL : FROZEN_NO;
  struct row owner;
  const struct model_record *above = r->part_of ? model_record(m, r->part_of) : NULL;
  if (!above || !row->r.owner || !row_load(db, a, above, row->r.owner, &owner)) return FROZEN_NO;
  if (above->n_states == 0) return rule_frozen(db, a, m, &owner);
  const struct model_state *s = model_state(above, row_state(&owner));
  if (s && s->final) return FROZEN_ALL;
  return s && s->snapshot ? FROZEN_FILLED : FROZEN_NO;
}

bool rule_holds_one(const struct permit *p, const char *const *roles, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (permit_has_role(p, roles[i])) return true;
  return false;
}

void rule_fillers(const struct model *m, const struct model_record *r, const struct model_section *s,
                  const char *const **roles, size_t *n) {
  if (s && s->n_filled_by) {
    *roles = s->filled_by;
    *n = s->n_filled_by;
    return;
  }
  *roles = r->n_changed_by ? r->changed_by : r->created_by;
  *n = r->n_changed_by ? r->n_changed_by : r->n_created_by;
  const struct model_record *above = r->part_of ? model_record(m, r->part_of) : NULL;
  if (*n > 0 || !above) return;
  for (size_t i = 0; i < above->n_sections; i++) {
    const struct model_section *holds = &above->sections[i];
    if (holds->parts && strcmp(holds->parts, r->name) == 0) rule_fillers(m, above, holds, roles, n);
  }
}

bool rule_childs_own(const struct model *m, const struct model_section *s) {
  for (size_t i = 0; i < s->n_filled_by; i++) {
    const struct model_role *role = model_role(m, s->filled_by[i]);
    if (role && role->kind && strcmp(role->kind, "child") == 0) return true;
  }
  return false;
}
