/* list: what is due, through the door: each duty in its own category. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "duty/duty.h"

struct listing {
  const struct ctx *c;
  const struct model *m;
  const struct actor *who;
  int64_t child;
  bool open_only;
  struct duty_row *rows;
  size_t n, cap;
};

static enum duty_status status_of(const struct model_duty *d, date_t due_on, date_t met_on, date_t today) {
  if (met_on != DATE_NONE) return met_on <= due_on ? DUTY_MET : DUTY_MET_LATE;
  if (due_on < today) return DUTY_OVERDUE;
  return due_on - today <= d->warn_days ? DUTY_DUE_SOON : DUTY_DUE;
}

static const char *select_of(struct db *db, const struct listing *l, const struct model_duty *d) {
  struct arena *a = l->c->arena;
  const char *scope = guard_scope(db, l->c, l->m, l->who, "d.child", d->category_index, GUARD_READ, 2);
  return arena_printf(a,
                      "select d.child, d.start_on, d.due_on, d.met_on from duty_due d where d.duty = $1%s%s and (%s) "
                      "order by d.due_on, d.child, d.start_id, d.start_on",
                      l->child ? arena_printf(a, " and d.child = $%d", 2 + GUARD_PARAMS) : "",
                      l->open_only ? " and d.met_on is null and d.waived = 0" : "", scope);
}

static void list_one(struct db *db, struct listing *l, const struct model_duty *d) {
  struct arena *a = l->c->arena;
  struct stmt *q = db_sql(db, select_of(db, l, d), l->child ? "t" GUARD_TYPES "i" : "t" GUARD_TYPES);
  sql_text(q, 1, d->id);
  guard_bind(q, 2, l->c, l->who);
  if (l->child) sql_int(q, 2 + GUARD_PARAMS, l->child);
  while (sql_row(q)) {
    struct duty_row row = {.duty = d,
                           .child = col_int(q, 0),
                           .start_on = date_parse_iso(col_text(q, 1)),
                           .due_on = date_parse_iso(col_text(q, 2)),
                           .met_on = col_null(q, 3) ? DATE_NONE : date_parse_iso(col_text(q, 3))};
    row.status = status_of(d, row.due_on, row.met_on, l->c->today);
    duty_due_on(d, row.start_on, NULL, a, &row.working, &row.provisional);
    l->rows = arena_grow(a, l->rows, &l->cap, l->n + 1, sizeof row);
    l->rows[l->n++] = row;
  }
}

static int by_due(const void *l, const void *r) {
  const struct duty_row *x = l, *y = r;
  bool open_x = x->met_on == DATE_NONE, open_y = y->met_on == DATE_NONE;
  if (open_x != open_y) return open_x ? -1 : 1;
  if (x->due_on != y->due_on) return x->due_on < y->due_on ? -1 : 1;
  if (x->child != y->child) return x->child < y->child ? -1 : 1;
  return strcmp(x->duty->id, y->duty->id);
}

bool duty_list(struct db *db, const struct ctx *c, const struct model *m, const struct actor *who, int64_t child,
               bool open_only, struct duty_row **out, size_t *n, struct error *e) {
  struct listing l = {c, m, who, child, open_only, NULL, 0, 0};
  for (size_t i = 0; i < m->n_duties; i++) list_one(db, &l, &m->duties[i]);
  if (l.rows) qsort(l.rows, l.n, sizeof *l.rows, by_due);
  *out = l.rows;
  *n = l.n;
  return db_ok(db, e);
}
