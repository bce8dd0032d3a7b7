/* Bodies against leaves, leaves against commitments, touches against the rows of bodies, disposals against `dispose` entries. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "ledger/body.h"
#include "ledger/verify.h"

bool verify_disposals(struct verify *v, struct error *e) {
  struct stmt *q = db_sql(v->db,
                          "select child, seq, record, id from ledger_entry where kind = 'dispose' "
                          "order by child, seq",
                          "");
  size_t cap = 0;
  while (sql_row(q)) {
    v->disposals = arena_grow(v->a, v->disposals, &cap, v->n_disposals + 1, sizeof *v->disposals);
    v->disposals[v->n_disposals++] =
        (struct disposal){col_int(q, 0), col_int(q, 1), arena_strdup(v->a, col_text(q, 2)), col_int(q, 3)};
  }
  return db_ok(v->db, e);
}

static bool was_disposed(const struct verify *v, const struct link *x, const char *category) {
  size_t lo = 0, hi = v->n_disposals;
  while (lo < hi) {
    size_t mid = lo + (hi - lo) / 2;
    if (v->disposals[mid].child < x->child) {
      lo = mid + 1;
    } else {
      hi = mid;
    }
  }
  for (; lo < v->n_disposals && v->disposals[lo].child == x->child; lo++) {
    const struct disposal *d = &v->disposals[lo];
    if (d->seq > x->seq && x->at < d->before && (!*d->category || strcmp(d->category, category) == 0)) return true;
  }
  return false;
}

struct row_seen {
  int64_t seq, id, version;
  const char *record;
};
struct rows_seen {
  struct row_seen *at;
  size_t n, cap;
};

static const char *same_name(struct verify *v, const char *s, size_t n) {
  for (size_t i = 0; i < v->n_records; i++) {
    if (strncmp(v->records[i], s, n) == 0 && v->records[i][n] == '\0') return v->records[i];
  }
  v->records = arena_grow(v->a, v->records, &v->cap_records, v->n_records + 1, sizeof *v->records);
  return v->records[v->n_records++] = arena_strndup(v->a, s, n);
}

static bool see_rows(struct verify *v, struct rows_seen *seen, int64_t seq, const void *bytes, size_t n) {
  struct body_reader r;
  struct body_row row;
  body_open(&r, bytes, n);
  while (body_next(&r, &row)) {
    seen->at = arena_grow(v->scratch, seen->at, &seen->cap, seen->n + 1, sizeof *seen->at);
    seen->at[seen->n++] = (struct row_seen){seq, row.id, row.version, same_name(v, row.record, row.n_record)};
  }
  return r.state == BODY_DONE;
}

/* The body in the row at hand; its leaf is added to what the entry's commitment must be. */
static void check_body(struct verify *v, struct rows_seen *seen, struct stmt *q, const struct link *x) {
  const char *category = col_text(q, 1);
  unsigned char leaf[LEDGER_HASH], found[LEDGER_HASH];
  chain_col_hash(q, 2, leaf);
  ledger_commit_add(&v->leaves, category, leaf);
  if (col_null(q, 3) && col_null(q, 4)) {
    v->out->disposed++;
    if (!was_disposed(v, x, category)) verify_finding(v, x->seq, "body removed");
    return;
  }
  v->out->bodies++;
  size_t n_salt = 0, n = 0;
  const void *salt = col_blob(q, 3, &n_salt), *body = col_blob(q, 4, &n);
  ledger_leaf(salt, n_salt, body, n, &v->salted, found);
  bool right = n_salt == LEDGER_SALT && memcmp(leaf, found, LEDGER_HASH) == 0;
  if (!right || !see_rows(v, seen, x->seq, body, n)) verify_finding(v, x->seq, "body altered");
}

static void check_commitment(struct verify *v, const struct link *x) {
  unsigned char commitment[LEDGER_HASH];
  ledger_commit(&v->leaves, commitment);
  if (memcmp(commitment, x->commitment, LEDGER_HASH) != 0) verify_finding(v, x->seq, "bodies are not the entry's");
  v->leaves.len = 0;
}

static void check_all_bodies(struct verify *v, struct rows_seen *seen, const struct link *links, size_t n,
                             int64_t after, int64_t upto) {
  struct stmt *q = db_sql(v->db,
                          "select seq, category, leaf, salt, body from ledger_body where seq > $1 and seq <= $2 "
                          "order by seq, category",
                          "ii");
  sql_int(q, 1, after);
  sql_int(q, 2, upto);
  size_t i = 0;
  while (sql_row(q)) {
    int64_t seq = col_int(q, 0);
    while (i < n && links[i].seq < seq) check_commitment(v, &links[i++]);
    if (i < n && links[i].seq == seq) {
      check_body(v, seen, q, &links[i]);
    } else {
      verify_finding(v, seq, "body without entry");
    }
  }
  while (i < n) check_commitment(v, &links[i++]);
}

static int by_seq_id(const void *a, const void *b) {
  const struct row_seen *x = a, *y = b;
  if (x->seq != y->seq) return x->seq < y->seq ? -1 : 1;
  return x->id < y->id ? -1 : x->id > y->id;
}

static void check_touches(struct verify *v, const struct rows_seen *seen, const struct link *links, size_t n,
                          int64_t after, int64_t upto) {
  struct stmt *q = db_sql(v->db,
                          "select seq, id, version, record from ledger_touch where seq > $1 and seq <= $2 "
                          "order by seq, id",
                          "ii");
  sql_int(q, 1, after);
  sql_int(q, 2, upto);
  size_t i = 0, l = 0;
  while (sql_row(q)) {
    struct row_seen t = {col_int(q, 0), col_int(q, 1), col_int(q, 2), col_text(q, 3)};
    while (l < n && links[l].seq < t.seq) l++;
    if (l == n || links[l].seq != t.seq) verify_finding(v, t.seq, "touch without entry");
    for (; i < seen->n && by_seq_id(&seen->at[i], &t) < 0; i++) verify_finding(v, seen->at[i].seq, "touch removed");
    for (; i < seen->n && by_seq_id(&seen->at[i], &t) == 0; i++) {
      const struct row_seen *s = &seen->at[i];
      if (s->version != t.version || strcmp(s->record, t.record) != 0) verify_finding(v, t.seq, "touch altered");
    }
  }
  for (; i < seen->n; i++) verify_finding(v, seen->at[i].seq, "touch removed");
}

bool verify_bodies(struct verify *v, const struct link *links, size_t n, int64_t after, int64_t upto, struct error *e) {
  struct rows_seen seen = {0};
  check_all_bodies(v, &seen, links, n, after, upto);
  if (seen.n > 0) qsort(seen.at, seen.n, sizeof *seen.at, by_seq_id);
  check_touches(v, &seen, links, n, after, upto);
  return db_ok(v->db, e);
}
