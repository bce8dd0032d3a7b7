#include "routes.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "record/query.h"

static const struct model *model_of(const struct tried *t) {
  return t->story->env->model;
}
static struct actor actor_of(const struct tried *t) {
  return (struct actor){.id = t->s->actor, .purpose = ""};
}
static enum seen seen(bool yes) {
  return yes ? SEEN : NOT_SEEN;
}

/* true: opened; a refusal is not an error. */
static bool opened(struct tried *t, int64_t child, const struct permit **p) {
  struct actor who = actor_of(t);
  struct error e;
  error_init(&e, t->story->ctx.arena);
  if (guard_open(t->db, &t->story->ctx, model_of(t), &who, child, p, &e)) return true;
  if (e.kind != ERR_NOT_FOUND) error_set(t->e, e.kind, "%s", e.message);
  return false;
}

/* ---- permit: what guard_open gives ---- */

static enum seen by_permit(struct tried *t) {
  const struct sentence *s = t->s;
  const struct permit *p;
  bool yes = opened(t, s->kind == ITEM_REGISTER ? 0 : s->child, &p);
  if (t->e->kind != ERR_NONE) return WENT_WRONG;
  if (yes && s->kind == ITEM_REGISTER) yes = permit_reads(p) != 0;
  if (yes && s->kind == ITEM_ROLE) yes = permit_has_role(p, s->item + strlen("role:"));
  if (yes && s->kind == ITEM_READ) yes = (permit_reads(p) & s->categories) == s->categories;
  if (yes && s->kind == ITEM_WRITE) yes = (permit_writes(p) & s->categories) == s->categories;
  return seen(yes);
}

/* ---- scope: the predicate that lists, counts and searches use ---- */

static bool in_scope(struct tried *t, int category, enum guard_action action) {
  struct arena *a = t->story->ctx.arena;
  struct actor who = actor_of(t);
  const char *scope = guard_scope(t->db, &t->story->ctx, model_of(t), &who, "t.child", category, action, 2);
  struct stmt *q =
      db_sql(t->db, arena_printf(a, "select 1 from child t where t.child = $1 and %s", scope), "i" GUARD_TYPES);
  sql_int(q, 1, t->s->child);
  guard_bind(q, 2, &t->story->ctx, &who);
  bool yes = sql_row(q);
  sql_end(q);
  return yes;
}

static enum seen by_scope(struct tried *t) {
  const struct sentence *s = t->s;
  if (s->kind == ITEM_REGISTER || s->kind == ITEM_ROLE) return NOT_ASKED;
  bool yes = s->kind != ITEM_EXISTS || in_scope(t, -1, GUARD_FIND);
  for (size_t k = 0; k < model_of(t)->n_categories; k++) {
    if (s->categories & ((uint64_t)1 << k))
      yes = yes && in_scope(t, (int)k, s->kind == ITEM_WRITE ? GUARD_WRITE : GUARD_READ);
  }
  return db_ok(t->db, t->e) ? seen(yes) : WENT_WRONG;
}

/* ---- one row ---- */

static enum seen by_row(struct tried *t) {
  const struct sentence *s = t->s;
  const struct permit *p;
  struct record_row row;
  struct error e;
  if (!s->record) return NOT_ASKED;
  if (!opened(t, s->child, &p)) return t->e->kind == ERR_NONE ? NOT_SEEN : WENT_WRONG;
  error_init(&e, t->story->ctx.arena);
  if (!record_get(t->db, &t->story->ctx, p, s->record, s->row, &row, &e)) {
    if (e.kind == ERR_NOT_FOUND) return NOT_SEEN;
    return error_set(t->e, e.kind, "%s", e.message), WENT_WRONG;
  }
  return seen(!row.withheld[s->field->index]);
}

/* Entries of the history that show the field, or any field of the row. */
static enum seen by_history(struct tried *t) {
  const struct sentence *s = t->s;
  const struct permit *p;
  struct change_view *views;
  size_t n;
  struct error e;
  if (!s->record || (s->field->type != FIELD_TEXT && s->field->type != FIELD_PROSE)) return NOT_ASKED;
  if (!opened(t, s->child, &p)) return t->e->kind == ERR_NONE ? NOT_SEEN : WENT_WRONG;
  error_init(&e, t->story->ctx.arena);
  if (!record_history(t->db, &t->story->ctx, p, s->record, s->row, NULL, &views, &n, &e)) {
    if (e.kind == ERR_NOT_FOUND) return NOT_SEEN;
    return error_set(t->e, e.kind, "%s", e.message), WENT_WRONG;
  }
  for (size_t i = 0; i < n; i++) {
    if (views[i].field && strcmp(views[i].field, s->field->name) == 0 && views[i].after && *views[i].after) return SEEN;
  }
  return NOT_SEEN;
}

/* ---- lists and counts ---- */

struct listed {
  const struct tried *t;
  int64_t rows, of_child;
  bool shows; /* the field, of the sentence's child */
};

static bool listed_row(const struct record_row *row, uint64_t reads, void *arg, struct error *e) {
  struct listed *l = arg;
  (void)reads;
  (void)e;
  l->rows++;
  if (row->child != l->t->s->child) return true;
  l->of_child++;
  const struct model_field *f = l->t->s->field;
  l->shows |= !f || !row->withheld[f->index];
  return true;
}

static bool list(struct tried *t, const struct model_record *r, int64_t child, struct listed *l) {
  struct actor who = actor_of(t);
  struct query q = {.record = r, .child = child, .limit = 1000};
  *l = (struct listed){.t = t};
  error_clear(t->e);
  return record_list(t->db, &t->story->ctx, model_of(t), &who, &q, listed_row, l, t->e) || t->e->kind == ERR_NOT_FOUND;
}

static bool counted(struct tried *t, const struct model_record *r, int64_t child, int64_t *n) {
  struct actor who = actor_of(t);
  struct query q = {.record = r, .child = child};
  *n = 0;
  error_clear(t->e);
  return record_count(t->db, &t->story->ctx, model_of(t), &who, &q, n, t->e) || t->e->kind == ERR_NOT_FOUND;
}

/* Record types in which the item could be met: its own, those of its category, or all for the child's existence. */
static bool concerns(const struct sentence *s, const struct model_record *r) {
  if (r->about != ABOUT_CHILD) return false;
  if (s->record) return s->record == r;
  return s->kind == ITEM_EXISTS || (s->kind == ITEM_READ && (s->categories & ((uint64_t)1 << r->category_index)));
}

static enum seen each_record(struct tried *t, enum seen (*look)(struct tried *, const struct model_record *)) {
  enum seen result = NOT_ASKED;
  const struct model *m = model_of(t);
  for (size_t i = 0; i < m->n_records; i++) {
    if (!concerns(t->s, &m->records[i])) continue;
    enum seen one = look(t, &m->records[i]);
    if (one == WENT_WRONG || one == SEEN) return one;
    result = NOT_SEEN;
  }
  return result;
}

/* Both lists: the child's own, and that of all children. */
static enum seen list_one(struct tried *t, const struct model_record *r) {
  struct listed own, all;
  if (!list(t, r, t->s->child, &own) || !list(t, r, 0, &all)) return WENT_WRONG;
  if (own.shows != all.shows) {
    return error_set(t->e, ERR_BROKEN, "%s: the child's own list and that of all children differ", r->name), WENT_WRONG;
  }
  return seen(own.shows);
}

static enum seen by_list(struct tried *t) {
  return each_record(t, list_one);
}

/* A count counts what its list lists. */
static enum seen count_one(struct tried *t, const struct model_record *r) {
  struct listed own, all;
  int64_t n_own, n_all;
  if (!list(t, r, t->s->child, &own) || !list(t, r, 0, &all) || !counted(t, r, t->s->child, &n_own) ||
      !counted(t, r, 0, &n_all)) {
    return WENT_WRONG;
  }
  if (n_own != own.rows || n_all != all.rows) {
    error_set(t->e, ERR_BROKEN, "%s: %lld counted, %lld listed", r->name, (long long)n_all, (long long)all.rows);
    return WENT_WRONG;
  }
  return seen(n_own > 0);
}

/* A count is of rows: a row that is listed with the field withheld is counted. */
static enum seen by_count(struct tried *t) {
  if (t->s->field && t->s->field->category_index != t->s->record->category_index) return NOT_ASKED;
  return each_record(t, count_one);
}

/* ---- search ---- */

static enum seen by_search(struct tried *t) {
  const struct sentence *s = t->s;
  struct actor who = actor_of(t);
  struct found *found;
  size_t n;
  if (s->kind != ITEM_EXISTS) return NOT_ASKED;
  if (!record_search(t->db, &t->story->ctx, model_of(t), &who, s->word, 200, &found, &n, t->e)) return WENT_WRONG;
  for (size_t i = 0; i < n; i++) {
    if (found[i].child == s->child) return SEEN;
  }
  return NOT_SEEN;
}

const struct route routes[] = {{"permit", true, by_permit},   {"scope", true, by_scope}, {"row", true, by_row},
                               {"history", true, by_history}, {"list", false, by_list},  {"count", false, by_count},
                               {"search", false, by_search}};
const size_t n_routes = sizeof routes / sizeof routes[0];
