#include "duty/duty.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"

struct start {
  int64_t child, id;
  date_t on, end;
};
struct met {
  int64_t child, id; /* id 0: the select gives none */
  date_t on;
};
struct due {
  int64_t child, start_id;
  date_t start_on, due_on, met_on;
  bool waived;
};
struct run {
  const struct ctx *c;
  const struct model_duty *duty;
  int64_t child; /* 0: all */
};

bool duty_ensure(struct db *db, struct error *e) {
  static const struct store_column columns[] = {{"child", STORE_INTEGER, true},    {"duty", STORE_TEXT, true},
                                                {"start_id", STORE_INTEGER, true}, {"start_on", STORE_TEXT, true},
                                                {"due_on", STORE_TEXT, true},      {"met_on", STORE_TEXT, false},
                                                {"waived", STORE_INTEGER, true}};
  static const struct store_index indexes[] = {
      {"duty_due_duty", "duty, due_on, child", false, NULL},
      {"duty_due_open", "duty, due_on, child", false, "met_on is null and waived = 0"}};
  static const struct store_table table = {"duty_due", columns, 7, "child, duty, start_id, start_on", true, indexes, 2};
  static const struct store_column broken_columns[] = {{"duty", STORE_TEXT, true}, {"reason", STORE_TEXT, true}};
  static const struct store_table broken = {"duty_broken", broken_columns, 2, "duty", true, NULL, 0};
  return db_ensure_table(db, &table, e) && db_ensure_table(db, &broken, e);
}

static const char *bounded(struct arena *a, const char *select, int64_t child) {
  return child ? arena_printf(a, "select * from (%s) s where s.child = $1", select)
               : arena_printf(a, "select * from (%s) s", select);
}

static int column(struct stmt *q, const char *name) {
  for (int i = 0; i < col_count(q); i++) {
    if (strcmp(col_name(q, i), name) == 0) return i;
  }
  return -1;
}

static date_t col_date(struct stmt *q, int i) {
  const char *s = i < 0 ? NULL : col_text(q, i);
  return s ? date_parse_iso(s) : DATE_NONE;
}

static struct stmt *open_select(struct db *db, const struct run *r, const char *select) {
  struct stmt *q = db_sql(db, bounded(r->c->arena, select, r->child), r->child ? "i" : "");
  if (r->child) sql_int(q, 1, r->child);
  return q;
}

static int by_start(const void *l, const void *r) {
  const struct due *x = l, *y = r;
  if (x->child != y->child) return x->child < y->child ? -1 : 1;
  if (x->start_id != y->start_id) return x->start_id < y->start_id ? -1 : 1;
  return x->start_on < y->start_on ? -1 : x->start_on > y->start_on;
}

static int by_met(const void *l, const void *r) {
  const struct met *x = l, *y = r;
  if (x->child != y->child) return x->child < y->child ? -1 : 1;
  return x->on < y->on ? -1 : x->on > y->on;
}

static struct start *read_starts(struct db *db, const struct run *r, size_t *n, struct error *e) {
  struct start *all = NULL;
  size_t cap = 0;
  *n = 0;
  struct stmt *q = open_select(db, r, r->duty->starts);
  int child = -1, on = -1, id = -1, end = -1;
  while (sql_row(q)) {
    if (*n == 0 && on < 0) {
      child = column(q, "child"), on = column(q, "start_on"), id = column(q, "id"), end = column(q, "end_on");
      if (child < 0 || on < 0) {
        sql_end(q);
        error_set(e, ERR_BROKEN, "“starts” of %s must give child and start_on", r->duty->id);
        return NULL;
      }
    }
    struct start s = {col_int(q, child), id < 0 ? 0 : col_int(q, id), col_date(q, on), col_date(q, end)};
    if (s.on == DATE_NONE || s.child == 0) continue;
    all = arena_grow(r->c->arena, all, &cap, *n + 1, sizeof *all);
    all[(*n)++] = s;
  }
  return all;
}

static struct met *read_met(struct db *db, const struct run *r, size_t *n, struct error *e) {
  struct met *all = NULL;
  size_t cap = 0;
  *n = 0;
  struct stmt *q = open_select(db, r, r->duty->met);
  int child = -1, on = -1, id = -1;
  while (sql_row(q)) {
    if (on < 0) {
      child = column(q, "child"), on = column(q, "met_on"), id = column(q, "id");
      if (child < 0 || on < 0) {
        sql_end(q);
        error_set(e, ERR_BROKEN, "“met” of %s must give child and met_on", r->duty->id);
        return NULL;
      }
    }
    struct met m = {col_int(q, child), id < 0 ? 0 : col_int(q, id), col_date(q, on)};
    if (m.on == DATE_NONE) continue;
    all = arena_grow(r->c->arena, all, &cap, *n + 1, sizeof *all);
    all[(*n)++] = m;
  }
  if (all) qsort(all, *n, sizeof *all, by_met);
  return all;
}

static date_t first_met(const struct met *all, size_t n, const struct start *s, int early_days) {
  date_t from = s->on - early_days;
  size_t lo = 0, hi = n;
  while (lo < hi) { /* first of this child that counts */
    size_t mid = (lo + hi) / 2;
    if (all[mid].child < s->child || (all[mid].child == s->child && all[mid].on < from)) {
      lo = mid + 1;
    } else {
      hi = mid;
    }
  }
  for (; lo < n && all[lo].child == s->child; lo++) {
    if (!all[lo].id || !s->id || all[lo].id == s->id) return all[lo].on;
  }
  return DATE_NONE;
}

/* What the table should hold. */
static struct due *work_out(const struct run *r, const struct start *starts, size_t n_starts, const struct met *met,
                            size_t n_met, size_t *n) {
  struct due *all = arena_alloc(r->c->arena, (n_starts + 1) * sizeof *all);
  const struct model_duty *d = r->duty;
  *n = 0;
  for (size_t i = 0; i < n_starts; i++) {
    const struct start *s = &starts[i];
    if (s->on < d->from || (d->to != DATE_NONE && s->on > d->to)) continue;
    struct due x = {s->child,
                    s->id,
                    s->on,
                    duty_due_on(d, s->on, NULL, r->c->arena, NULL, NULL),
                    first_met(met, n_met, s, d->early_days),
                    false};
    bool ended = s->end != DATE_NONE && x.met_on == DATE_NONE;
    if (ended && s->end <= x.due_on) continue;
    x.waived = ended;
    all[(*n)++] = x;
  }
  qsort(all, *n, sizeof *all, by_start);
  size_t kept = 0;
  for (size_t i = 0; i < *n; i++) {
    if (kept == 0 || by_start(&all[kept - 1], &all[i]) != 0) all[kept++] = all[i];
  }
  *n = kept;
  return all;
}

static struct due *read_due(struct db *db, const struct run *r, size_t *n) {
  struct due *all = NULL;
  size_t cap = 0;
  *n = 0;
  struct stmt *q = db_sql(
      db,
      r->child ? "select child, start_id, start_on, due_on, met_on, waived from duty_due where duty = $1 and child = $2"
               : "select child, start_id, start_on, due_on, met_on, waived from duty_due where duty = $1",
      r->child ? "ti" : "t");
  sql_text(q, 1, r->duty->id);
  if (r->child) sql_int(q, 2, r->child);
  while (sql_row(q)) {
    all = arena_grow(r->c->arena, all, &cap, *n + 1, sizeof *all);
    all[(*n)++] =
        (struct due){col_int(q, 0), col_int(q, 1), col_date(q, 2), col_date(q, 3), col_date(q, 4), col_int(q, 5) != 0};
  }
  if (all) qsort(all, *n, sizeof *all, by_start);
  return all;
}

static void put(struct db *db, const struct model_duty *d, const struct due *x) {
  char start[DATE_TEXT], due[DATE_TEXT], met[DATE_TEXT];
  struct stmt *q = db_sql(
      db,
      "insert into duty_due (child, duty, start_id, start_on, due_on, met_on, waived) values ($1, $2, $3, $4, $5, $6, "
      "$7) "
      "on conflict (child, duty, start_id, start_on) do update set due_on = excluded.due_on, met_on = excluded.met_on, "
      "waived = excluded.waived",
      "itittti");
  sql_int(q, 1, x->child);
  sql_text(q, 2, d->id);
  sql_int(q, 3, x->start_id);
  sql_text(q, 4, date_format(x->start_on, start));
  sql_text(q, 5, date_format(x->due_on, due));
  sql_text(q, 6, x->met_on == DATE_NONE ? NULL : date_format(x->met_on, met));
  sql_int(q, 7, x->waived);
  sql_run(q);
}

static void drop(struct db *db, const struct model_duty *d, const struct due *x) {
  char start[DATE_TEXT];
  struct stmt *q =
      db_sql(db, "delete from duty_due where child = $1 and duty = $2 and start_id = $3 and start_on = $4", "itit");
  sql_int(q, 1, x->child);
  sql_text(q, 2, d->id);
  sql_int(q, 3, x->start_id);
  sql_text(q, 4, date_format(x->start_on, start));
  sql_run(q);
}

/* Writes only what differs: most writes to a child change no duty. */
static bool compute_one(struct db *db, void *arg, struct error *e) {
  const struct run *r = arg;
  size_t n_starts, n_met, n_now, n_was, i = 0, k = 0;
  struct start *starts = read_starts(db, r, &n_starts, e);
  if (e->kind != ERR_NONE || !db_ok(db, e)) return false;
  struct met *met = read_met(db, r, &n_met, e);
  if (e->kind != ERR_NONE || !db_ok(db, e)) return false;
  struct due *now = work_out(r, starts, n_starts, met, n_met, &n_now), *was = read_due(db, r, &n_was);
  while (i < n_now || k < n_was) {
    int order = i == n_now ? 1 : k == n_was ? -1 : by_start(&now[i], &was[k]);
    if (order > 0) {
      drop(db, r->duty, &was[k++]);
    } else if (order < 0) {
      put(db, r->duty, &now[i++]);
    } else {
      if (now[i].due_on != was[k].due_on || now[i].met_on != was[k].met_on || now[i].waived != was[k].waived)
        put(db, r->duty, &now[i]);
      i++, k++;
    }
  }
  return db_ok(db, e);
}

static bool touches(const struct model_duty *d, const char *const *records, size_t n) {
  if (!records) return true;
  for (size_t i = 0; i < n; i++) {
    for (size_t k = 0; k < d->n_reads; k++) {
      if (strcmp(records[i], d->reads[k]) == 0) return true;
    }
  }
  return false;
}

static void mark(struct db *db, const char *duty, const char *reason) {
  bool marked = false;
  struct stmt *q = db_sql(db, "select 1 from duty_broken where duty = $1", "t");
  sql_text(q, 1, duty);
  while (sql_row(q)) marked = true;
  if (!reason == !marked) return;
  q = db_sql(
      db, reason ? "insert into duty_broken (duty, reason) values ($1, $2)" : "delete from duty_broken where duty = $1",
      reason ? "tt" : "t");
  sql_text(q, 1, duty);
  if (reason) sql_text(q, 2, reason);
  sql_run(q);
}

bool duty_compute(struct db *db, const struct ctx *c, const struct model *m, int64_t child, const char *const *records,
                  size_t n, struct error *e) {
  for (size_t i = 0; i < m->n_duties; i++) {
    struct run r = {c, &m->duties[i], child};
    struct error own;
    if (!touches(r.duty, records, n)) continue;
    error_init(&own, c->arena);
    bool ok = db_savepoint(db, compute_one, &r, &own);
    if (!ok && own.kind == ERR_RETRY) return error_set(e, ERR_RETRY, "%s", own.message);
    if (!ok) log_event(LOG_ERROR, "duty_broken", "duty=%s", r.duty->id);
    mark(db, r.duty->id, ok ? NULL : own.message ? own.message : "failed");
    if (!db_ok(db, e)) return false;
  }
  return true;
}

bool duty_after_write(struct db *db, const struct ctx *c, const struct model *m, int64_t child,
                      const char *const *records, size_t n, struct error *e) {
  return child <= 0 || duty_compute(db, c, m, child, records, n, e);
}

bool duty_broken(struct db *db, struct arena *a, const char *const **ids, size_t *n, struct error *e) {
  const char **all = NULL;
  size_t cap = 0;
  *n = 0;
  struct stmt *q = db_sql(db, "select duty from duty_broken order by duty", "");
  while (sql_row(q)) {
    all = arena_grow(a, all, &cap, *n + 1, sizeof *all);
    all[(*n)++] = arena_strdup(a, col_text(q, 0));
  }
  *ids = all;
  return db_ok(db, e);
}

struct checking {
  const struct ctx *c;
  const struct model_duty *duty;
  const char *select, *key;
};

static bool check_select(struct db *db, void *arg, struct error *e) {
  const struct checking *x = arg;
  const char *table = NULL, *wanted = strcmp(x->key, "starts") == 0 ? "start_on" : "met_on";
  /* Naming the columns makes a select that does not give them fail. */
  const char *sql = arena_printf(x->c->arena, "select s.child, s.%s from (%s) s where s.child = $1", wanted, x->select);
  struct stmt *q = db_sql(db, sql, "i");
  sql_int(q, 1, 0);
  sql_row(q);
  sql_end(q);
  if (!db_ok(db, e)) return false;
  if (db_scans(db, sql, "i", x->c->arena, &table))
    return error_set(e, ERR_INPUT, "for one child it would read all of %s", table);
  return db_ok(db, e);
}

bool duty_check(struct db *db, const struct ctx *c, const struct model *m, struct error *e) {
  for (size_t i = 0; i < 2 * m->n_duties; i++) {
    const struct model_duty *d = &m->duties[i / 2];
    struct checking x = {c, d, i % 2 ? d->met : d->starts, i % 2 ? "met" : "starts"};
    struct error own;
    error_init(&own, c->arena);
    if (db_savepoint(db, check_select, &x, &own)) continue;
    error_cell(e, d->file, d->line, x.key, d->id,
               arena_printf(c->arena, "a select that can be computed for one child: %s", own.message));
  }
  return e->kind == ERR_NONE && db_ok(db, e);
}
