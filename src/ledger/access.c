#include "ledger/access.h"

#include <string.h>

#include "base/error.h"
#include "ledger/chain.h"

#define INTEGER(n) \
  { n, STORE_INTEGER, true }
#define TEXT(n) \
  { n, STORE_TEXT, true }
#define COUNT(a) (sizeof(a) / sizeof *(a))

void access_init(struct access_entry *x, const struct ctx *c, int64_t actor, const char *route) {
  *x = (struct access_entry){.at = c->now,
                             .actor = actor,
                             .purpose = "",
                             .route = route,
                             .request = c->request_id ? c->request_id : "",
                             .outcome = "shown"};
}

/* Whether the list "a, b" already names it. */
static bool via_names(const char *list, const char *via) {
  size_t n = strlen(via);
  for (const char *p = strstr(list, via); p; p = strstr(p + 1, via)) {
    bool starts = p == list || p[-1] == ' ';
    bool ends = p[n] == '\0' || p[n] == ',';
    if (starts && ends) return true;
  }
  return false;
}

void access_add(struct access_entry *x, struct arena *a, int64_t child, uint64_t categories, const char *via) {
  if (!via) via = "";
  size_t lo = 0, hi = x->n_children;
  if (hi > 0 && x->children[hi - 1].child < child) lo = hi;
  while (lo < hi) {
    size_t mid = lo + (hi - lo) / 2;
    if (x->children[mid].child < child) {
      lo = mid + 1;
    } else {
      hi = mid;
    }
  }
  if (lo < x->n_children && x->children[lo].child == child) {
    struct access_child *k = &x->children[lo];
    k->categories |= categories;
    if (*via && !via_names(k->via, via)) k->via = *k->via ? arena_printf(a, "%s, %s", k->via, via) : via;
    return;
  }
  x->children = arena_grow(a, x->children, &x->cap_children, x->n_children + 1, sizeof *x->children);
  memmove(x->children + lo + 1, x->children + lo, (x->n_children - lo) * sizeof *x->children);
  x->children[lo] = (struct access_child){child, categories, via};
  x->n_children++;
}

bool access_ensure(struct db *db, struct error *e) {
  static const struct store_column entry_columns[] = {
      INTEGER("seq"),  INTEGER("format"), INTEGER("at"),   INTEGER("actor"), INTEGER("on_behalf"),
      TEXT("purpose"), TEXT("route"),     TEXT("request"), TEXT("outcome"),  {"hash", STORE_BLOB, true},
  };
  static const struct store_index entry_indexes[] = {{"access_entry_actor", "actor, seq", true, NULL}};
  static const struct store_column child_columns[] = {
      INTEGER("child"),
      INTEGER("seq"),
      INTEGER("categories"),
      TEXT("via"),
  };
  static const struct store_index child_indexes[] = {{"access_child_child", "child, seq", true, NULL}};
  static const struct store_table tables[] = {
      {"access_entry", entry_columns, COUNT(entry_columns), "seq", false, entry_indexes, COUNT(entry_indexes)},
      {"access_child", child_columns, COUNT(child_columns), "seq, child", true, child_indexes, COUNT(child_indexes)},
  };
  for (size_t i = 0; i < COUNT(tables); i++) {
    if (!db_ensure_table(db, &tables[i], e)) return false;
  }
  return true;
}

static void put_entry(struct db *db, int64_t seq, const struct access_entry *x, const unsigned char hash[LEDGER_HASH]) {
  struct stmt *q = db_sql(db,
                          "insert into access_entry (seq, format, at, actor, on_behalf, purpose, route, request, "
                          "outcome, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                          "iiiiittttb");
  sql_int(q, 1, seq);
  sql_int(q, 2, LEDGER_FORMAT);
  sql_int(q, 3, x->at);
  sql_int(q, 4, x->actor);
  sql_int(q, 5, x->on_behalf);
  sql_text(q, 6, x->purpose);
  sql_text(q, 7, x->route);
  sql_text(q, 8, x->request);
  sql_text(q, 9, x->outcome);
  sql_blob(q, 10, hash, LEDGER_HASH);
  sql_run(q);
}

static const char *or_empty(const char *s) {
  return s ? s : "";
}

bool access_append(struct db *db, const struct ctx *c, const struct access_entry *entry, int64_t *seq,
                   struct error *e) {
  for (size_t i = 1; i < entry->n_children; i++) {
    if (entry->children[i - 1].child < entry->children[i].child) continue;
    return error_set(e, ERR_BROKEN, "The children of an access entry are not in order.");
  }
  struct access_entry x = *entry;
  x.purpose = or_empty(x.purpose);
  x.route = or_empty(x.route);
  x.request = or_empty(x.request);
  x.outcome = or_empty(x.outcome);
  int64_t last = 0;
  unsigned char previous[LEDGER_HASH], hash[LEDGER_HASH];
  if (!chain_last(db, &chain_access, &last, previous, NULL, e)) return false;

  struct buf b;
  buf_init(&b, c->arena);
  chain_begin(&b);
  access_header(&b, last + 1, &x, (uint32_t)x.n_children, LEDGER_FORMAT);
  struct stmt *q = db_sql(db, "insert into access_child (child, seq, categories, via) values ($1, $2, $3, $4)", "iiit");
  for (size_t i = 0; i < x.n_children; i++) {
    const struct access_child *k = &x.children[i];
    access_header_child(&b, k->child, k->categories, k->via);
    sql_int(q, 1, k->child);
    sql_int(q, 2, last + 1);
    sql_int(q, 3, (int64_t)k->categories);
    sql_text(q, 4, or_empty(k->via));
    sql_run(q);
  }
  chain_hash(&b, previous, hash);
  put_entry(db, last + 1, &x, hash);
  if (seq) *seq = last + 1;
  return db_ok(db, e);
}

#define VIEW_COLUMNS "x.seq, x.at, x.actor, x.on_behalf, x.route, x.purpose, x.outcome, k.via, k.categories, k.child"

/* Reads all before it gives any, so that nothing is open in the database while the caller's function runs. */
static bool give_views(struct db *db, struct arena *a, struct stmt *q, access_view_fn *fn, void *arg, struct error *e) {
  struct access_view *views = NULL;
  size_t n = 0, cap = 0;
  while (sql_row(q)) {
    views = arena_grow(a, views, &cap, n + 1, sizeof *views);
    views[n++] = (struct access_view){
        .seq = col_int(q, 0),
        .at = col_int(q, 1),
        .actor = col_int(q, 2),
        .on_behalf = col_int(q, 3),
        .route = arena_strdup(a, col_text(q, 4)),
        .purpose = arena_strdup(a, col_text(q, 5)),
        .outcome = arena_strdup(a, col_text(q, 6)),
        .via = col_null(q, 7) ? "" : arena_strdup(a, col_text(q, 7)),
        .categories = (uint64_t)col_int(q, 8),
        .child = col_int(q, 9),
    };
  }
  if (!db_ok(db, e)) return false;
  for (size_t i = 0; i < n; i++) {
    if (!fn(&views[i], arg, e)) return false;
  }
  return true;
}

bool access_of_child(struct db *db, struct arena *a, int64_t child, int64_t before_seq, int limit, access_view_fn *fn,
                     void *arg, struct error *e) {
  struct stmt *q = db_sql(db,
                          "select " VIEW_COLUMNS
                          " from access_child k join access_entry x on x.seq = k.seq "
                          "where k.child = $1 and k.seq < $2 order by k.seq desc limit $3",
                          "iii");
  sql_int(q, 1, child);
  sql_int(q, 2, before_seq > 0 ? before_seq : INT64_MAX);
  sql_int(q, 3, limit);
  return give_views(db, a, q, fn, arg, e);
}

bool access_of_actor(struct db *db, struct arena *a, int64_t actor, int64_t before_seq, int limit, access_view_fn *fn,
                     void *arg, struct error *e) {
  struct stmt *q = db_sql(db,
                          "select " VIEW_COLUMNS
                          " from "
                          "(select * from access_entry where actor = $1 and seq < $2 order by seq desc limit $3) x "
                          "left join access_child k on k.seq = x.seq "
                          "order by x.seq desc, k.child nulls first",
                          "iii");
  sql_int(q, 1, actor);
  sql_int(q, 2, before_seq > 0 ? before_seq : INT64_MAX);
  sql_int(q, 3, limit);
  return give_views(db, a, q, fn, arg, e);
}
