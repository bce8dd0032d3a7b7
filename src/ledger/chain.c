#include "ledger/chain.h"

#include <sodium.h>
#include <string.h>

#include "base/error.h"

void pack_u32(struct buf *b, uint32_t v) {
  unsigned char p[4] = {(unsigned char)(v >> 24), (unsigned char)(v >> 16), (unsigned char)(v >> 8), (unsigned char)v};
  buf_add(b, p, sizeof p);
}

void pack_i64(struct buf *b, int64_t v) {
  uint64_t u = __builtin_bswap64((uint64_t)v);
  _Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the swap above is for little-endian machines");
  buf_add(b, &u, sizeof u);
}

void pack_str(struct buf *b, const char *s) {
  size_t n = s ? strlen(s) : 0;
  pack_u32(b, (uint32_t)n);
  if (n) buf_add(b, s, n);
}

void chain_begin(struct buf *b) {
  static const unsigned char room[LEDGER_HASH];
  b->len = 0;
  buf_add(b, room, sizeof room);
}

void chain_hash(struct buf *b, const unsigned char previous[LEDGER_HASH], unsigned char out[LEDGER_HASH]) {
  memcpy(b->data, previous, LEDGER_HASH);
  crypto_generichash(out, LEDGER_HASH, (const unsigned char *)b->data, b->len, NULL, 0);
}

const struct chain chain_change = {"change", "ledger_entry",
                                   "select seq, hash, at from ledger_entry order by seq desc limit 1"};
const struct chain chain_access = {"access", "access_entry",
                                   "select seq, hash, at from access_entry order by seq desc limit 1"};

const struct chain *chain_named(const char *name) {
  if (strcmp(name, chain_change.name) == 0) return &chain_change;
  if (strcmp(name, chain_access.name) == 0) return &chain_access;
  return NULL;
}

bool chain_col_hash(struct stmt *q, int i, unsigned char out[LEDGER_HASH]) {
  size_t n = 0;
  const void *p = col_blob(q, i, &n);
  if (!p || n != LEDGER_HASH) {
    memset(out, 0, LEDGER_HASH);
    return false;
  }
  memcpy(out, p, LEDGER_HASH);
  return true;
}

bool chain_last(struct db *db, const struct chain *c, int64_t *seq, unsigned char hash[LEDGER_HASH], instant_t *at,
                struct error *e) {
  *seq = 0;
  memset(hash, 0, LEDGER_HASH);
  if (at) *at = 0;
  struct stmt *q = db_sql(db, c->head, "");
  if (sql_row(q)) {
    *seq = col_int(q, 0);
    bool whole = chain_col_hash(q, 1, hash);
    if (at) *at = col_int(q, 2);
    sql_end(q);
    if (!whole) {
      return error_set(e, ERR_BROKEN, "The last entry of the %s chain has no hash. Run kith ledger verify.", c->name);
    }
  }
  return db_ok(db, e);
}

void ledger_header(struct buf *b, const struct ledger_entry *x, const unsigned char commitment[LEDGER_HASH],
                   uint32_t format) {
  pack_u32(b, format);
  pack_i64(b, x->seq);
  pack_i64(b, x->at);
  pack_i64(b, x->actor);
  pack_i64(b, x->on_behalf);
  pack_str(b, x->purpose);
  pack_i64(b, x->child);
  pack_str(b, x->record);
  pack_i64(b, x->id);
  pack_i64(b, x->version);
  pack_str(b, x->kind);
  pack_str(b, x->model);
  buf_add(b, commitment, LEDGER_HASH);
}

void ledger_leaf(const unsigned char *salt, size_t n_salt, const void *body, size_t n, struct buf *scratch,
                 unsigned char out[LEDGER_HASH]) {
  scratch->len = 0;
  buf_add(scratch, salt, n_salt);
  buf_add(scratch, body, n);
  crypto_generichash(out, LEDGER_HASH, (const unsigned char *)scratch->data, scratch->len, NULL, 0);
}

void ledger_commit_add(struct buf *b, const char *category, const unsigned char leaf[LEDGER_HASH]) {
  pack_str(b, category);
  buf_add(b, leaf, LEDGER_HASH);
}

void ledger_commit(const struct buf *b, unsigned char out[LEDGER_HASH]) {
  crypto_generichash(out, LEDGER_HASH, (const unsigned char *)b->data, b->len, NULL, 0);
}

static const char *text_of(struct stmt *q, int i, struct arena *a) {
  const char *s = col_text(q, i);
  if (!s) return "";
  return a ? arena_strdup(a, s) : s;
}

void ledger_entry_cols(struct stmt *q, int first, struct arena *a, struct ledger_entry *out) {
  *out = (struct ledger_entry){
      .seq = col_int(q, first),
      .at = col_int(q, first + 1),
      .actor = col_int(q, first + 2),
      .on_behalf = col_int(q, first + 3),
      .purpose = text_of(q, first + 4, a),
      .child = col_int(q, first + 5),
      .record = text_of(q, first + 6, a),
      .id = col_int(q, first + 7),
      .version = col_int(q, first + 8),
      .kind = text_of(q, first + 9, a),
      .model = text_of(q, first + 10, a),
  };
}

void access_header(struct buf *b, int64_t seq, const struct access_entry *x, uint32_t n_children, uint32_t format) {
  pack_u32(b, format);
  pack_i64(b, seq);
  pack_i64(b, x->at);
  pack_i64(b, x->actor);
  pack_i64(b, x->on_behalf);
  pack_str(b, x->purpose);
  pack_str(b, x->route);
  pack_str(b, x->request);
  pack_str(b, x->outcome);
  pack_u32(b, n_children);
}

void access_header_child(struct buf *b, int64_t child, uint64_t categories, const char *via) {
  pack_i64(b, child);
  pack_i64(b, (int64_t)categories);
  pack_str(b, via);
}
