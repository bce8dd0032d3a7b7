/* One row made, changed, moved or voided: one ledger entry each. */
#include <string.h>

#include "record/save.h"

bool record_may_create(const struct permit *p, const struct model_record *r) {
  if (permit_is_system(p)) return true;
  if (r->is_child) return permit_child(p) == 0 && rule_holds_one(p, r->created_by, r->n_created_by);
  if (r->n_created_by == 0) return access_section(p, r, NULL);
  return (permit_writes(p) & CATEGORY_BIT(r->category_index)) && rule_holds_one(p, r->created_by, r->n_created_by);
}

bool record_may_fill(const struct permit *p, const struct model_record *r, const struct model_section *s,
                     const struct record_row *row) {
  if (row && (row->voided || rule_state_frozen(r, row->state))) return false;
  return access_section(p, r, s);
}

/* ---- what one save takes in ---- */

struct taking {
  struct change_set *s;
  const struct permit *p;
  struct row_change *x;
  const struct model_section *only; /* NULL: any section that the actor may fill */
  bool *sections;                   /* which are touched */
  bool any_section;                 /* making the child record: roles were checked, there is no category yet */
};

static bool may_take(const struct taking *t, const struct model_field *f) {
  const struct model_record *r = t->x->row.r.record;
  const struct model_section *section = &r->sections[f->section];
  if (permit_is_system(t->p) || t->any_section) return true;
  if (f->retired || (t->only && t->only != section)) return false;
  uint64_t bit = CATEGORY_BIT(f->category_index);
  return (permit_reads(t->p) & bit) && (permit_writes(t->p) & bit) && access_section(t->p, r, section);
}

/* Every given field that the actor may fill and whose value is another; mg tells what others did meanwhile (NULL:
 * nobody). */
static bool take_fields(struct taking *t, const struct record_input *in, const struct merge *mg, struct error *e) {
  const struct model_record *r = t->x->row.r.record;
  struct arena *a = t->s->a;
  bool ok = true, conflict = false;
  for (size_t i = 0; i < r->n_fields; i++) {
    const struct model_field *f = &r->fields[i];
    if (!in->given[i]) continue;
    if (!may_take(t, f)) {
      ok = input_unknown(e, f->name);
      continue;
    }
    struct value yours = input_value(a, in->values[i]), now = t->x->row.values[i];
    if (!input_type_ok(f, yours, e)) ok = false;
    t->sections[f->section] = true;
    if (!ok || value_eq(yours, now)) continue;
    if (mg && mg->changed[i]) {
      if (!mg->unknown[i] && value_eq(yours, mg->before[i])) continue; /* the editor left it; theirs stays */
      conflict = true;
      error_field(e, f->name, model_field_text(f, now, a), "%s was changed by somebody else while you were writing.",
                  f->label);
      e->items[e->n_items - 1].expected = model_field_text(f, yours, a);
      continue;
    }
    change_field(t->x, t->s, f, yours);
  }
  if (!ok || !conflict) return ok;
  return error_set(e, ERR_CONFLICT, "Somebody else changed this while you were writing. Choose which to keep.");
}

/* The child's own words, written by an adult, are recorded as written for the child. */
static bool on_behalf(struct taking *t, struct error *e) {
  struct change_set *s = t->s;
  const struct model_record *r = t->x->row.r.record;
  if (s->actor.on_behalf && s->actor.on_behalf != s->child)
    return error_set(e, ERR_DENIED, "You can write only for the child whose record this is.");
  if (s->actor.id == 0 || s->actor.id == s->child) return true;
  for (size_t i = 0; i < r->n_sections; i++)
    if (t->sections[i] && rule_childs_own(s->m, &r->sections[i])) s->actor.on_behalf = s->child;
  return true;
}

static bool complete(struct taking *t, struct error *e) {
  if (t->x->row.r.record->n_states > 0) return true; /* a move asks for what is needed */
  struct facts f;
  facts_init(&f, t->s->db, t->s->c, t->s->m, &t->x->row);
  return rule_complete(&f, t->sections, e);
}

static struct taking taking_of(struct change_set *s, const struct permit *p, struct row_change *x) {
  struct taking t = {.s = s, .p = p, .x = x};
  t.sections = arena_alloc(s->a, x->row.r.record->n_sections * sizeof *t.sections);
  return t;
}

/* ---- create ---- */

static bool owner_open(struct db *db, const struct ctx *c, const struct permit *p, const struct model_record *r,
                       int64_t owner, struct error *e) {
  const struct model *m = permit_model(p);
  const struct model_record *above = r->part_of ? model_record(m, r->part_of) : NULL;
  if (!above) return owner == 0 || error_set(e, ERR_BROKEN, "%s is not part of anything.", r->title);
  struct row row;
  if (!access_writable(db, c, p, above, owner, &row, e)) return false;
  if (row.r.voided || rule_frozen(db, c->arena, m, &row) != FROZEN_NO)
    return error_set(e, ERR_DENIED, "%s is closed: nothing can be added to it.", above->title);
  return true;
}

bool record_create(struct db *db, const struct ctx *c, const struct record_env *env, const struct permit *p,
                   const struct model_record *r, int64_t child, int64_t owner, const struct record_input *in,
                   int64_t *id, struct error *e) {
  if (!permit_valid(p, db, r->about == ABOUT_NONE || r->is_child ? 0 : child, e)) return false;
  if (!record_may_create(p, r)) return error_set(e, ERR_DENIED, "Your role does not add this: %s.", r->title);
  if (!owner_open(db, c, p, r, owner, e)) return false;
  struct change_set s;
  changes_init(&s, db, c, p, child);
  struct row_change *x = changes_create(&s, r, child, owner);
  s.child = x->row.r.child;
  struct taking t = taking_of(&s, p, x);
  t.any_section = r->is_child;
  if (!take_fields(&t, in, NULL, e)) return false;
  for (size_t i = 0; i < r->n_sections; i++)
    t.sections[i] = t.sections[i] || t.any_section || access_section(p, r, &r->sections[i]);
  bool *may = t.sections;
  t.sections = arena_alloc(c->arena, r->n_sections * sizeof *may);
  for (size_t i = 0; i < r->n_fields; i++) t.sections[r->fields[i].section] |= in->given[i];
  if (!on_behalf(&t, e)) return false;
  t.sections = may;
  bool ok = save_settle(&s, x, true, e);
  if (!complete(&t, e) || !ok) return false;
  change_store(&s, x);
  if (!changes_commit(&s, env, "create", NULL, e)) return false;
  *id = x->row.r.id;
  return true;
}

/* ---- change ---- */

static bool closed(struct error *e) {
  return error_set(e, ERR_DENIED,
                   "This is closed and does not change. A correction is made by moving it to another state first.");
}

static bool changeable(struct db *db, const struct ctx *c, const struct permit *p, const struct row *row,
                       enum frozen *frozen, struct error *e) {
  if (row->r.voided) return error_set(e, ERR_DENIED, "This was recorded in error and is kept as it was.");
  *frozen = rule_frozen(db, c->arena, permit_model(p), row);
  return db_ok(db, e) && (*frozen != FROZEN_ALL || closed(e));
}

/* Only what was blank has been filled. */
static bool only_filled(const struct row *before, const struct row_change *x, struct error *e) {
  for (size_t i = 0; i < x->n; i++) {
    const struct model_field *f = model_field(before->r.record, x->cells[i].name);
    if (f && before->values[f->index].type != VALUE_NULL) return closed(e);
  }
  return true;
}

static bool base_known(const struct permit *p, const struct row *row, int64_t *base, struct error *e) {
  if (*base == 0 && permit_is_system(p)) *base = row->r.version;
  if (*base > 0 && *base <= row->r.version) return true;
  return error_set(e, ERR_INPUT, "Say which version this began from. Load the page again.");
}

static bool section_open(const struct taking *t, const char *section, const struct model_section **out,
                         struct error *e) {
  const struct model_record *r = t->x->row.r.record;
  *out = section ? model_section(r, section) : NULL;
  if (!section) return true;
  bool seen = *out && (permit_reads(t->p) & CATEGORY_BIT((*out)->category_index));
  if (!seen) return input_unknown(e, section);
  if (access_section(t->p, r, *out)) return true;
  return error_set(e, ERR_DENIED, "Your role does not fill this section: %s.", (*out)->title);
}

static void take_done(struct taking *t, int done) {
  if (!t->only || done < 0) return;
  size_t i = (size_t)(t->only - t->x->row.r.record->sections);
  if ((t->x->row.section_done[i] != INSTANT_NONE) == (done == 1)) return;
  t->sections[i] = true;
  change_done(t->x, t->s, t->only, done == 1);
}

bool record_change(struct db *db, const struct ctx *c, const struct record_env *env, const struct permit *p,
                   const struct model_record *r, int64_t id, const char *section, int64_t base,
                   const struct record_input *in, int done, int64_t *version, struct error *e) {
  struct row row;
  enum frozen frozen = FROZEN_ALL;
  if (!access_writable(db, c, p, r, id, &row, e) || !changeable(db, c, p, &row, &frozen, e)) return false;
  if (!base_known(p, &row, &base, e)) return false;
  struct change_set s;
  changes_init(&s, db, c, p, row.r.child);
  struct row_change *x = changes_to(&s, &row);
  struct taking t = taking_of(&s, p, x);
  struct merge mg;
  if (!section_open(&t, section, &t.only, e) || !merge_since(db, c, &row, base, &mg, e)) return false;
  if (!take_fields(&t, in, &mg, e) || !on_behalf(&t, e)) return false;
  if (t.only) t.sections[t.only - r->sections] = true;
  take_done(&t, done);
  *version = row.r.version;
  if (x->n > 0) {
    bool ok = save_settle(&s, x, true, e);
    if (!complete(&t, e) || !ok) return false;
    if (frozen == FROZEN_FILLED && !only_filled(&row, x, e)) return false;
    change_store(&s, x);
    if (!changes_commit(&s, env, "change", NULL, e)) return false;
    *version = x->row.r.version;
  }
  draft_drop(db, p, r, id, row.r.child, section);
  return db_ok(db, e);
}

/* ---- move and void ---- */

static const struct model_transition *transition(const struct permit *p, const struct model_record *r, const char *from,
                                                 const char *to) {
  const struct model_state *s = model_state(r, from);
  for (size_t i = 0; s && i < s->n_next; i++)
    if (strcmp(s->next[i].to, to) == 0 && rule_holds_one(p, s->next[i].roles, s->next[i].n_roles)) return &s->next[i];
  return NULL;
}

size_t record_transitions(const struct permit *p, const struct record_row *row, const struct model_transition **out,
                          size_t max) {
  const struct model_record *r = row->record;
  const struct model_state *s = r->n_states ? model_state(r, row->state ? row->state : r->states[0].id) : NULL;
  size_t n = 0;
  if (!s || row->voided || !(permit_writes(p) & CATEGORY_BIT(r->category_index))) return 0;
  for (size_t i = 0; i < s->n_next && n < max; i++)
    if (rule_holds_one(p, s->next[i].roles, s->next[i].n_roles)) out[n++] = &s->next[i];
  return n;
}

static bool blank_text(const char *s) {
  return !s || s[strspn(s, " \t\r\n")] == '\0';
}

static bool latest(const struct row *row, int64_t base, struct error *e) {
  if (base == row->r.version) return true;
  return error_set(e, ERR_CONFLICT, "Somebody else changed this since you opened it. Read it again, then decide.");
}

/* What the new state asks for, the snapshot it may take, and the reason given. */
static bool move_to(struct change_set *s, struct row_change *x, const struct model_state *to, const char *reason,
                    struct error *e) {
  const struct model_record *r = x->row.r.record;
  change_put(x, s, "_state", value_text(to->id), r->category_index);
  if (!blank_text(reason)) change_put(x, s, "_reason", input_value(s->a, value_text(reason)), r->category_index);
  struct facts f;
  facts_init(&f, s->db, s->c, s->m, &x->row);
  bool ok = rule_complete(&f, NULL, e);
  if (!save_settle(s, x, false, e) || !ok) return false;
  x->row.r.changed_at = s->c->now;
  x->row.r.changed_by = s->actor.id;
  if (!to->snapshot) return true;
  const char *hash = NULL;
  if (!snapshot_take(s, &x->row, &hash, e)) return false;
  change_put(x, s, "_snapshot", value_text(hash), r->category_index);
  return true;
}

bool record_move(struct db *db, const struct ctx *c, const struct record_env *env, const struct permit *p,
                 const struct model_record *r, int64_t id, int64_t base, const char *to, const char *reason,
                 int64_t *version, struct error *e) {
  struct row row;
  if (!access_writable(db, c, p, r, id, &row, e)) return false;
  if (row.r.voided) return error_set(e, ERR_DENIED, "This was recorded in error and is kept as it was.");
  if (!base_known(p, &row, &base, e)) return false;
  const char *from = row_state(&row);
  const struct model_state *state = model_state(r, to);
  *version = row.r.version;
  if (from && state && strcmp(from, to) == 0 && base + 1 == row.r.version) return true; /* posted twice */
  const struct model_transition *t = from && state ? transition(p, r, from, to) : NULL;
  if (!t || !(permit_writes(p) & CATEGORY_BIT(r->category_index)))
    return error_set(e, ERR_DENIED, "This step is not open to you from here.");
  if (!latest(&row, base, e)) return false;
  if (t->reason && blank_text(reason)) return error_field(e, "reason", NULL, "Say why.");
  struct change_set s;
  changes_init(&s, db, c, p, row.r.child);
  struct row_change *x = changes_to(&s, &row);
  if (!move_to(&s, x, state, reason, e)) return false;
  change_store(&s, x);
  if (!changes_commit(&s, env, "state", NULL, e)) return false;
  *version = x->row.r.version;
  return true;
}

/* The row and all that is part of it, in one entry. */
static void void_rows(struct change_set *s, const struct row *row, const char *reason) {
  const struct model_record *r = row->r.record;
  struct row_change *x = changes_to(s, row);
  change_put(x, s, "_void", value_int(1), r->category_index);
  change_put(x, s, "_reason", input_value(s->a, value_text(reason)), r->category_index);
  change_store(s, x);
  for (size_t i = 0; i < s->m->n_records; i++) {
    const struct model_record *part = &s->m->records[i];
    if (!part->part_of || strcmp(part->part_of, r->name) != 0) continue;
    int64_t *ids = NULL;
    size_t n = 0, cap = 0;
    struct stmt *q = db_sql(
        s->db, arena_printf(s->a, "select id from t_%s where owner = $1 and voided = 0 order by id", part->name), "i");
    sql_int(q, 1, row->r.id);
    while (sql_row(q)) {
      ids = arena_grow(s->a, ids, &cap, n + 1, sizeof *ids);
      ids[n++] = col_int(q, 0);
    }
    struct row below;
    for (size_t k = 0; k < n; k++)
      if (row_load(s->db, s->a, part, ids[k], &below)) void_rows(s, &below, reason);
  }
}

bool record_void(struct db *db, const struct ctx *c, const struct record_env *env, const struct permit *p,
                 const struct model_record *r, int64_t id, int64_t base, const char *reason, int64_t *version,
                 struct error *e) {
  struct row row;
  if (!access_writable(db, c, p, r, id, &row, e)) return false;
  if (!base_known(p, &row, &base, e)) return false;
  *version = row.r.version;
  if (row.r.voided) return true; /* posted twice */
  if (r->is_child && !permit_is_system(p))
    return error_set(e, ERR_DENIED, "A child's own record is not taken out of use.");
  enum frozen frozen = FROZEN_ALL;
  if (!changeable(db, c, p, &row, &frozen, e) || (frozen != FROZEN_NO && !closed(e)) || !latest(&row, base, e))
    return false;
  if (!record_may_create(p, r)) {
    const char *const *roles;
    size_t n;
    rule_fillers(permit_model(p), r, NULL, &roles, &n);
    if (!(permit_writes(p) & CATEGORY_BIT(r->category_index)) || !rule_holds_one(p, roles, n))
      return error_set(e, ERR_DENIED, "Your role does not void this: %s.", r->title);
  }
  if (blank_text(reason)) return error_field(e, "reason", NULL, "Say why this was recorded in error.");
  struct change_set s;
  changes_init(&s, db, c, p, row.r.child);
  void_rows(&s, &row, reason);
  if (!changes_commit(&s, env, "void", NULL, e)) return false;
  *version = row.r.version + 1;
  return true;
}
