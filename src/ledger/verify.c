#include "ledger/verify.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

const char VERIFY_ALTERED[] = "altered";
static const char reordered[] = "reordered";

void verify_finding(struct verify *v, int64_t seq, const char *what) {
  struct ledger_report *r = v->out;
  if (r->n_findings < sizeof r->findings / sizeof *r->findings) {
    r->findings[r->n_findings++] = (struct ledger_finding){seq, what};
  }
  r->total_findings++;
}

/* One entry as stored; packed holds its header after room for the previous hash. */
typedef void link_fn(struct verify *v, void *arg, const struct link *x, uint32_t format,
                     const unsigned char hash[LEDGER_HASH]);

static void check_heads(struct verify *v, int64_t seq, const unsigned char hash[LEDGER_HASH]) {
  for (; v->next_head < v->n_heads && v->heads[v->next_head]->seq <= seq; v->next_head++) {
    const struct ledger_head *h = v->heads[v->next_head];
    /* a head of an entry that is no longer there belongs to a gap, which is a finding already */
    if (h->seq == seq && memcmp(h->hash, hash, LEDGER_HASH) != 0) verify_finding(v, seq, "differs from signed head");
  }
}

static void check_link(struct verify *v, void *arg, const struct link *x, uint32_t format,
                       const unsigned char hash[LEDGER_HASH]) {
  struct link **next = arg;
  unsigned char expected[LEDGER_HASH];
  v->out->entries++;
  if (x->seq - 1 > v->last_seq) {
    verify_finding(v, v->last_seq + 1, "removed");
  } else {
    chain_hash(&v->packed, v->last_hash, expected);
    bool right = x->seq - 1 == v->last_seq && format == LEDGER_FORMAT && memcmp(expected, hash, LEDGER_HASH) == 0;
    if (!right) verify_finding(v, x->seq, VERIFY_ALTERED);
  }
  check_heads(v, x->seq, hash);
  v->last_seq = x->seq;
  memcpy(v->last_hash, hash, LEDGER_HASH);
  if (next) *(*next)++ = *x;
}

/* Up to limit entries after `after`; how many there were. */
static size_t change_page(struct verify *v, int64_t after, int64_t limit, link_fn *fn, void *arg) {
  struct stmt *q = db_sql(v->db,
                          "select " LEDGER_COLUMNS("") ", format, commitment, hash from ledger_entry "
                          "where seq > $1 order by seq limit $2",
                          "ii");
  sql_int(q, 1, after);
  sql_int(q, 2, limit);
  size_t n = 0;
  while (sql_row(q)) {
    struct ledger_entry x;
    struct link link;
    unsigned char hash[LEDGER_HASH];
    ledger_entry_cols(q, 0, NULL, &x);
    uint32_t format = (uint32_t)col_int(q, LEDGER_N_COLUMNS);
    chain_col_hash(q, LEDGER_N_COLUMNS + 1, link.commitment);
    chain_col_hash(q, LEDGER_N_COLUMNS + 2, hash);
    link.seq = x.seq;
    link.child = x.child;
    link.at = x.at;
    chain_begin(&v->packed);
    ledger_header(&v->packed, &x, link.commitment, format);
    fn(v, arg, &link, format, hash);
    n++;
  }
  return n;
}

static const char *text_col(struct stmt *q, int i) {
  const char *s = col_text(q, i);
  return s ? s : "";
}

struct access_open { /* an entry whose children are still coming */
  struct link link;
  uint32_t format, n_children;
  size_t count_at; /* where in packed the count of children stands */
  unsigned char hash[LEDGER_HASH];
};

static void access_entry_open(struct verify *v, struct stmt *q, struct access_open *o) {
  struct access_entry x = {
      .at = col_int(q, 2),
      .actor = col_int(q, 3),
      .on_behalf = col_int(q, 4),
      .purpose = text_col(q, 5),
      .route = text_col(q, 6),
      .request = text_col(q, 7),
      .outcome = text_col(q, 8),
  };
  *o = (struct access_open){.link = {.seq = col_int(q, 0), .at = x.at}, .format = (uint32_t)col_int(q, 1)};
  chain_col_hash(q, 9, o->hash);
  chain_begin(&v->packed);
  access_header(&v->packed, o->link.seq, &x, 0, o->format);
  o->count_at = v->packed.len - 4;
}

static void access_entry_close(struct verify *v, struct access_open *o, link_fn *fn, void *arg) {
  size_t end = v->packed.len;
  v->packed.len = o->count_at;
  pack_u32(&v->packed, o->n_children);
  v->packed.len = end;
  fn(v, arg, &o->link, o->format, o->hash);
}

static size_t access_page(struct verify *v, int64_t after, int64_t limit, link_fn *fn, void *arg) {
  struct stmt *q = db_sql(v->db,
                          "select x.seq, x.format, x.at, x.actor, x.on_behalf, x.purpose, x.route, x.request, "
                          "x.outcome, x.hash, k.child, k.categories, k.via from "
                          "(select * from access_entry where seq > $1 order by seq limit $2) x "
                          "left join access_child k on k.seq = x.seq order by x.seq, k.child nulls first",
                          "ii");
  sql_int(q, 1, after);
  sql_int(q, 2, limit);
  struct access_open o;
  size_t n = 0;
  while (sql_row(q)) {
    if (n == 0 || o.link.seq != col_int(q, 0)) {
      if (n > 0) access_entry_close(v, &o, fn, arg);
      access_entry_open(v, q, &o);
      n++;
    }
    if (col_null(q, 10)) continue;
    access_header_child(&v->packed, col_int(q, 10), (uint64_t)col_int(q, 11), text_col(q, 12));
    o.n_children++;
  }
  if (n > 0) access_entry_close(v, &o, fn, arg);
  return n;
}

static size_t page(struct verify *v, int64_t after, int64_t limit, link_fn *fn, void *arg) {
  return v->chain == &chain_access ? access_page(v, after, limit, fn, arg) : change_page(v, after, limit, fn, arg);
}

/* What was moved is told from what was altered: an entry that would be right in the place of another finding. Only the
 * first few are tried, since each is hashed in each place after each possible predecessor. */
enum { MAX_SUSPECTS = 24 };
struct suspect {
  int64_t seq;
  struct buf packed;
  unsigned char hash[LEDGER_HASH];
};
struct suspects {
  struct suspect at[MAX_SUSPECTS];
  size_t n;
  unsigned char before[2 * MAX_SUSPECTS + 1]
                      [LEDGER_HASH]; /* hashes after which one may have stood; the last is the start's */
  size_t n_before;
};

static void keep_hash(struct verify *v, void *arg, const struct link *x, uint32_t format,
                      const unsigned char hash[LEDGER_HASH]) {
  (void)v, (void)x, (void)format;
  memcpy(arg, hash, LEDGER_HASH);
}

static void keep_suspect(struct verify *v, void *arg, const struct link *x, uint32_t format,
                         const unsigned char hash[LEDGER_HASH]) {
  (void)format;
  struct suspect *s = arg;
  s->seq = x->seq;
  memcpy(s->hash, hash, LEDGER_HASH);
  buf_init(&s->packed, v->a);
  buf_add(&s->packed, v->packed.data, v->packed.len);
}

static bool belongs(struct suspects *all, struct suspect *s, int64_t seq) {
  enum { SEQ_AT = LEDGER_HASH + 4 };
  size_t end = s->packed.len;
  s->packed.len = SEQ_AT;
  pack_i64(&s->packed, seq);
  s->packed.len = end;
  for (size_t i = 0; i < all->n_before; i++) {
    unsigned char hash[LEDGER_HASH];
    chain_hash(&s->packed, all->before[i], hash);
    for (size_t j = 0; j < all->n; j++) {
      if (memcmp(hash, all->at[j].hash, LEDGER_HASH) == 0) return true;
    }
  }
  return false;
}

static void tell_reordered(struct verify *v) {
  struct suspects *all = arena_alloc(v->a, sizeof *all);
  size_t from[MAX_SUSPECTS];
  for (size_t i = 0; i < v->out->n_findings && all->n < MAX_SUSPECTS; i++) {
    const struct ledger_finding *f = &v->out->findings[i];
    if (f->what != VERIFY_ALTERED || f->seq < 1 || page(v, f->seq - 1, 1, keep_suspect, &all->at[all->n]) == 0)
      continue;
    memcpy(all->before[all->n_before++], all->at[all->n].hash, LEDGER_HASH);
    page(v, f->seq - 2, 1, keep_hash, all->before[all->n_before++]);
    from[all->n++] = i;
  }
  all->n_before++; /* zeros, before the first entry of all */
  for (size_t i = 0; i < all->n; i++) {
    for (size_t j = 0; j < all->n; j++) {
      if (!belongs(all, &all->at[i], all->at[j].seq)) continue;
      v->out->findings[from[i]].what = reordered;
      break;
    }
  }
}

static int by_seq(const void *a, const void *b) {
  const struct ledger_head *x = *(const struct ledger_head *const *)a, *y = *(const struct ledger_head *const *)b;
  return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static void take_heads(struct verify *v, const struct ledger_head *heads, size_t n, const unsigned char *public_key) {
  v->heads = arena_alloc(v->a, (n + 1) * sizeof(struct ledger_head *));
  for (size_t i = 0; i < n; i++) {
    if (strcmp(heads[i].chain, v->chain->name) != 0) continue;
    if (ledger_head_signed(&heads[i], public_key)) {
      v->heads[v->n_heads++] = &heads[i];
    } else {
      verify_finding(v, heads[i].seq, "head not ours");
    }
  }
  if (v->n_heads > 0) qsort(v->heads, v->n_heads, sizeof(struct ledger_head *), by_seq);
  check_heads(v, 0, v->last_hash);
}

static bool verify_changes(struct verify *v, struct error *e) {
  if (!verify_disposals(v, e)) return false;
  struct link *links = arena_alloc(v->a, VERIFY_PAGE * sizeof *links);
  int64_t after = INT64_MIN;
  for (size_t n = VERIFY_PAGE; n == VERIFY_PAGE;) {
    struct link *next = links;
    n = page(v, after, VERIFY_PAGE, check_link, &next);
    int64_t upto = n == VERIFY_PAGE ? links[n - 1].seq : INT64_MAX;
    if (!db_ok(v->db, e) || !verify_bodies(v, links, n, after, upto, e)) return false;
    after = upto;
    arena_reset(v->scratch);
  }
  return true;
}

static bool verify_accesses(struct verify *v, struct error *e) {
  int64_t after = INT64_MIN;
  while (page(v, after, VERIFY_PAGE, check_link, NULL) == VERIFY_PAGE) after = v->last_seq;
  struct stmt *q = db_sql(v->db,
                          "select k.seq from access_child k left join access_entry x on x.seq = k.seq "
                          "where x.seq is null order by k.seq, k.child",
                          "");
  while (sql_row(q)) verify_finding(v, col_int(q, 0), "child without entry");
  return db_ok(v->db, e);
}

bool ledger_verify(struct db *db, struct arena *a, const char *chain, const struct ledger_head *heads, size_t n_heads,
                   const unsigned char public_key[32], struct ledger_report *out, struct error *e) {
  struct verify v = {.db = db, .a = a, .chain = chain_named(chain), .out = out};
  if (!v.chain) return error_set(e, ERR_BROKEN, "There is no chain of the name %s.", chain);
  *out = (struct ledger_report){0};
  v.scratch = arena_new();
  buf_init(&v.packed, a);
  buf_init(&v.leaves, a);
  buf_init(&v.salted, a);
  take_heads(&v, heads, n_heads, public_key);
  bool ok = v.chain == &chain_access ? verify_accesses(&v, e) : verify_changes(&v, e);
  if (ok) {
    if (v.next_head < v.n_heads) verify_finding(&v, v.last_seq + 1, "tail removed");
    tell_reordered(&v);
  }
  arena_free(v.scratch);
  return ok && db_ok(db, e);
}
