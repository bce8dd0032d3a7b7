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
  const struct permit *permit; /* of the one child; NULL: all children, by guard_scope */
  bool open_only;
  struct duty_row *rows;
  size_t n, cap;
};

static enum duty_status status_of(const struct model_duty *d, date_t due_on, date_t met_on, date_t today) {
  if (met_on != DATE_NONE) return met_on <= due_on ? DUTY_MET : DUTY_MET_LATE;
  if (due_on < today) return DUTY_OVERDUE;
  return due_on - today <= d->warn_days ? DUTY_DUE_SOON : DUTY_DUE;
}

static const char *text_of(const struct listing *l, const char *where) {
  return arena_printf(l->c->arena,
                      "select d.child, d.start_on, d.due_on, d.met_on from duty_due d where d.duty = $1%s and %s "
                      "order by d.due_on, d.child, d.start_id, d.start_on",
                      l->open_only ? " and d.met_on is null and d.waived = 0" : "", where);
}

static struct stmt *select_of_child(struct db *db, const struct listing *l, const struct model_duty *d) {
  struct stmt *q = db_sql(db, text_of(l, "d.child = $2"), "ti");
  sql_text(q, 1, d->id);
  sql_int(q, 2, permit_child(l->permit));
  return q;
}

static struct stmt *select_of_all(struct db *db, const struct listing *l, const struct model_duty *d) {
  const char *scope = guard_scope(db, l->c, l->m, l->who, "d.child", d->category_index, GUARD_READ, 2);
  struct stmt *q = db_sql(db, text_of(l, scope), "t" GUARD_TYPES);
  sql_text(q, 1, d->id);
  guard_bind(q, 2, l->c, l->who);
  return q;
}

static void list_one(struct db *db, struct listing *l, const struct model_duty *d) {
  struct arena *a = l->c->arena;
  if (l->permit && !(permit_reads(l->permit) >> d->category_index & 1)) return;
  struct stmt *q = l->permit ? select_of_child(db, l, d) : select_of_all(db, l, d);
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

static bool list_all(struct db *db, struct listing *l, struct duty_row **out, size_t *n, struct error *e) {
  for (size_t i = 0; i < l->m->n_duties; i++) list_one(db, l, &l->m->duties[i]);
  if (l->rows) qsort(l->rows, l->n, sizeof *l->rows, by_due);
  *out = l->rows;
  *n = l->n;
  return db_ok(db, e);
}

bool duty_list_child(struct db *db, const struct ctx *c, const struct permit *p, bool open_only, struct duty_row **out,
                     size_t *n, struct error *e) {
  struct listing l = {.c = c, .m = permit_model(p), .permit = p, .open_only = open_only};
  return permit_valid(p, db, permit_child(p), e) && list_all(db, &l, out, n, e);
}

bool duty_list(struct db *db, const struct ctx *c, const struct model *m, const struct actor *who, int64_t child,
               bool open_only, struct duty_row **out, size_t *n, struct error *e) {
  struct listing l = {.c = c, .m = m, .who = who, .open_only = open_only};
  if (child && !guard_open(db, c, m, who, child, &l.permit, e)) {
    if (e->kind != ERR_NOT_FOUND) return false;
    error_clear(e);
    *out = NULL;
    *n = 0;
    return db_ok(db, e);
  }
  return list_all(db, &l, out, n, e);
}
