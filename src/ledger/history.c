/* Reading entries back: the history of one row, and everything in order for folding. Rows are taken in pages, so that nothing
 * is open in the database while the caller's function runs and may ask it something. */
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "ledger/body.h"
#include "ledger/chain.h"

enum { PAGE = 256 };

/* The change of one row inside a body; NULL when the body does not speak of it. */
static bool row_in_body(struct arena *a, const void *bytes, size_t n, int64_t id, int64_t seq, const struct json **out,
                        struct error *e) {
  struct body_reader r;
  struct body_row row;
  *out = NULL;
  body_open(&r, bytes, n);
  while (body_next(&r, &row)) {
    if (row.id != id) continue;
    *out = json_parse(a, row.bytes, row.n, e);
    return *out != NULL;
  }
  if (r.state == BODY_DONE) return true;
  return error_set(e, ERR_BROKEN, "Ledger entry %lld has a body that cannot be read. Run kith ledger verify.",
                   (long long)seq);
}

static bool wanted(const char *category, const char *const *categories, size_t n) {
  if (!categories) return true;
  for (size_t i = 0; i < n; i++) {
    if (strcmp(category, categories[i]) == 0) return true;
  }
  return false;
}

struct asked {
  struct db *db;
  struct arena *a;
  int64_t id, after_version;
  const char *const *categories;
  size_t n_categories;
  ledger_view_fn *fn;
  void *arg;
};

struct touched {
  struct ledger_entry entry;
  struct ledger_touch touch;
};

/* The bodies of one entry that the caller may have: gathered first, given after. */
static bool give_entry(const struct asked *k, const struct touched *t, struct error *e) {
  struct ledger_view *views = NULL;
  size_t n = 0, cap = 0;
  bool ok = true;
  struct stmt *q = db_sql(k->db, "select category, body from ledger_body where seq = $1 order by category", "i");
  sql_int(q, 1, t->entry.seq);
  while (ok && sql_row(q)) {
    const char *category = col_text(q, 0);
    if (!wanted(category, k->categories, k->n_categories)) continue;
    struct ledger_view v = {.entry = t->entry, .disposed = col_null(q, 1)};
    if (!v.disposed) {
      size_t size = 0;
      const void *bytes = col_blob(q, 1, &size);
      ok = row_in_body(k->a, bytes, size, k->id, t->entry.seq, &v.row, e);
      if (!v.row) continue;
    }
    v.category = arena_strdup(k->a, category);
    views = arena_grow(k->a, views, &cap, n + 1, sizeof *views);
    views[n++] = v;
  }
  sql_end(q);
  if (!ok || !db_ok(k->db, e)) return false;
  if (n == 0) return k->fn(&(struct ledger_view){.entry = t->entry}, k->arg, e);
  for (size_t i = 0; i < n; i++) {
    if (!k->fn(&views[i], k->arg, e)) return false;
  }
  return true;
}

/* Next page of entries that touch the row, before `before`; *n receives how many. */
static void read_touched(const struct asked *k, int64_t before, struct touched *page, size_t *n) {
  struct stmt *q = db_sql(k->db,
                          "select " LEDGER_COLUMNS("x.") ", t.record, t.version "
                          "from ledger_touch t join ledger_entry x on x.seq = t.seq "
                          "where t.id = $1 and t.seq < $2 and t.version > $3 order by t.seq desc limit $4",
                          "iiii");
  sql_int(q, 1, k->id);
  sql_int(q, 2, before);
  sql_int(q, 3, k->after_version);
  sql_int(q, 4, PAGE);
  *n = 0;
  while (sql_row(q)) {
    struct touched *t = &page[(*n)++];
    ledger_entry_cols(q, 0, k->a, &t->entry);
    t->touch = (struct ledger_touch){arena_strdup(k->a, col_text(q, LEDGER_N_COLUMNS)), k->id,
                                     col_int(q, LEDGER_N_COLUMNS + 1)};
    t->entry.touches = &t->touch;
    t->entry.n_touches = 1;
  }
}

bool ledger_history(struct db *db, struct arena *a, int64_t id, int64_t after_version, const char *const *categories,
                    size_t n_categories, ledger_view_fn *fn, void *arg, struct error *e) {
  const struct asked k = {db, a, id, after_version, categories, n_categories, fn, arg};
  int64_t before = INT64_MAX;
  for (size_t n = PAGE; n == PAGE;) {
    struct touched *page = arena_alloc(a, PAGE * sizeof *page);
    read_touched(&k, before, page, &n);
    if (!db_ok(db, e)) return false;
    for (size_t i = 0; i < n; i++) {
      if (!give_entry(&k, &page[i], e)) return false;
      before = page[i].entry.seq;
    }
  }
  return true;
}

struct folded {
  struct ledger_entry entry;
  const char *category, *bytes;
  size_t n;
};

static bool give_rows(const struct folded *f, struct arena *a, ledger_view_fn *fn, void *arg, struct error *e) {
  struct body_reader r;
  struct body_row row;
  body_open(&r, f->bytes, f->n);
  while (body_next(&r, &row)) {
    struct ledger_view v = {.entry = f->entry, .category = f->category};
    v.row = json_parse(a, row.bytes, row.n, e);
    if (!v.row || !fn(&v, arg, e)) return false;
  }
  if (r.state == BODY_DONE) return true;
  return error_set(e, ERR_BROKEN, "Ledger entry %lld has a body that cannot be read. Run kith ledger verify.",
                   (long long)f->entry.seq);
}

static size_t read_bodies(struct db *db, struct arena *a, int64_t seq, const char *category, struct folded *page) {
  struct stmt *q = db_sql(db,
                          "select " LEDGER_COLUMNS("x.") ", b.category, b.body "
                          "from ledger_body b join ledger_entry x on x.seq = b.seq "
                          "where (b.seq, b.category) > ($1, $2) and b.body is not null "
                          "order by b.seq, b.category limit $3",
                          "iti");
  sql_int(q, 1, seq);
  sql_text(q, 2, category);
  sql_int(q, 3, PAGE);
  size_t n = 0;
  while (sql_row(q)) {
    struct folded *f = &page[n++];
    ledger_entry_cols(q, 0, a, &f->entry);
    f->category = arena_strdup(a, col_text(q, LEDGER_N_COLUMNS));
    const void *bytes = col_blob(q, LEDGER_N_COLUMNS + 1, &f->n);
    f->bytes = arena_copy(a, bytes, f->n);
  }
  return n;
}

bool ledger_each(struct db *db, struct arena *a, int64_t from_seq, ledger_view_fn *fn, void *arg, struct error *e) {
  struct arena *scratch = arena_new();
  struct folded *page = arena_alloc(a, PAGE * sizeof *page);
  int64_t seq = from_seq;
  const char *category = "";
  bool ok = true;
  for (size_t n = PAGE; ok && n == PAGE;) {
    arena_reset(scratch);
    n = read_bodies(db, scratch, seq, category, page);
    ok = db_ok(db, e);
    for (size_t i = 0; ok && i < n; i++) ok = give_rows(&page[i], scratch, fn, arg, e);
    if (ok && n > 0) {
      seq = page[n - 1].entry.seq;
      category = arena_strdup(a, page[n - 1].category);
    }
  }
  arena_free(scratch);
  return ok;
}
