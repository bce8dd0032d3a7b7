#include "ledger/ledger.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "ledger/body.h"
#include "ledger/chain.h"

enum { MAX_BODIES = 64 /* as many as a model has categories */ };

#define INTEGER(n) \
  { n, STORE_INTEGER, true }
#define TEXT(n) \
  { n, STORE_TEXT, true }
#define BLOB(n) \
  { n, STORE_BLOB, true }
#define COUNT(a) (sizeof(a) / sizeof *(a))

bool ledger_ensure(struct db *db, struct error *e) {
  static const struct store_column entry_columns[] = {
      INTEGER("seq"),  INTEGER("format"), INTEGER("at"),      INTEGER("actor"), INTEGER("on_behalf"),
      TEXT("purpose"), INTEGER("child"),  TEXT("record"),     INTEGER("id"),    INTEGER("version"),
      TEXT("kind"),    TEXT("model"),     BLOB("commitment"), BLOB("hash"),
  };
  static const struct store_index entry_indexes[] = {
      {"ledger_entry_child", "child, seq", true, NULL},
      {"ledger_entry_dispose", "seq", true, "kind = 'dispose'"},
  };
  static const struct store_column body_columns[] = {
      INTEGER("seq"), TEXT("category"), BLOB("leaf"), {"salt", STORE_BLOB, false}, {"body", STORE_BLOB, false},
  };
  static const struct store_column touch_columns[] = {
      INTEGER("id"),
      INTEGER("seq"),
      TEXT("record"),
      INTEGER("version"),
  };
  static const struct store_index touch_indexes[] = {{"ledger_touch_seq", "seq, id", true, NULL}};
  static const struct store_table tables[] = {
      {"ledger_entry", entry_columns, COUNT(entry_columns), "seq", false, entry_indexes, COUNT(entry_indexes)},
      {"ledger_body", body_columns, COUNT(body_columns), "seq, category", true, NULL, 0},
      {"ledger_touch", touch_columns, COUNT(touch_columns), "id, seq", true, touch_indexes, COUNT(touch_indexes)},
  };
  for (size_t i = 0; i < COUNT(tables); i++) {
    if (!db_ensure_table(db, &tables[i], e)) return false;
  }
  return true;
}

/* Bodies in order of category, which is the order of the commitment. */
static bool sort_bodies(const struct ledger_entry *x, const struct ledger_body *sorted[MAX_BODIES], struct error *e) {
  if (x->n_bodies > MAX_BODIES) return error_set(e, ERR_BROKEN, "A ledger entry has more than %d bodies.", MAX_BODIES);
  for (size_t i = 0; i < x->n_bodies; i++) {
    size_t at = i;
    for (; at > 0 && strcmp(sorted[at - 1]->category, x->bodies[i].category) > 0; at--) sorted[at] = sorted[at - 1];
    sorted[at] = &x->bodies[i];
    if (at > 0 && strcmp(sorted[at - 1]->category, sorted[at]->category) == 0) {
      return error_set(e, ERR_BROKEN, "A ledger entry has two bodies of the category %s.", sorted[at]->category);
    }
  }
  return true;
}

static void put_touch(struct db *db, int64_t seq, const struct ledger_touch *t) {
  struct stmt *q = db_sql(db,
                          "insert into ledger_touch (id, seq, record, version) values ($1, $2, $3, $4) "
                          "on conflict (id, seq) do nothing",
                          "iiti");
  sql_int(q, 1, t->id);
  sql_int(q, 2, seq);
  sql_text(q, 3, t->record);
  sql_int(q, 4, t->version);
  sql_run(q);
}

static int by_touched_id(const void *x, const void *y) {
  int64_t i = ((const struct ledger_touch *)x)->id, j = ((const struct ledger_touch *)y)->id;
  return (i > j) - (i < j);
}

/* Every row of every body is touched, whether or not the caller named it: history finds rows by touches alone. A row is mostly in
 * several bodies and named as well, and is put once. */
static bool put_touches(struct db *db, const struct ctx *c, const struct ledger_entry *x, int64_t seq,
                        struct error *e) {
  struct ledger_touch *all = NULL;
  size_t n = 0, cap = 0;
  for (size_t i = 0; i < x->n_bodies; i++) {
    struct body_reader r;
    struct body_row row;
    body_open(&r, x->bodies[i].bytes, x->bodies[i].n);
    while (body_next(&r, &row)) {
      all = arena_grow(c->arena, all, &cap, n + 1, sizeof *all);
      all[n++] = (struct ledger_touch){arena_strndup(c->arena, row.record, row.n_record), row.id, row.version};
    }
    if (r.state != BODY_DONE) {
      return error_set(e, ERR_BROKEN, "The %s body of a ledger entry is not of the settled form.",
                       x->bodies[i].category);
    }
  }
  for (size_t i = 0; i < x->n_touches; i++) {
    all = arena_grow(c->arena, all, &cap, n + 1, sizeof *all);
    all[n++] = x->touches[i];
  }
  if (n) qsort(all, n, sizeof *all, by_touched_id);
  for (size_t i = 0; i < n; i++) {
    if (i == 0 || all[i].id != all[i - 1].id) put_touch(db, seq, &all[i]);
  }
  return db_ok(db, e);
}

static void put_body(struct db *db, int64_t seq, const struct ledger_body *b, const unsigned char salt[LEDGER_SALT],
                     const unsigned char leaf[LEDGER_HASH]) {
  struct stmt *q =
      db_sql(db, "insert into ledger_body (seq, category, leaf, salt, body) values ($1, $2, $3, $4, $5)", "itbbb");
  sql_int(q, 1, seq);
  sql_text(q, 2, b->category);
  sql_blob(q, 3, leaf, LEDGER_HASH);
  sql_blob(q, 4, salt, LEDGER_SALT);
  sql_blob(q, 5, b->bytes, b->n);
  sql_run(q);
}

static void put_entry(struct db *db, const struct ledger_entry *x, const unsigned char commitment[LEDGER_HASH],
                      const unsigned char hash[LEDGER_HASH]) {
  struct stmt *q = db_sql(db,
                          "insert into ledger_entry (" LEDGER_COLUMNS("") ", format, commitment, hash) "
                          "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
                          "iiiititiittibb");
  sql_int(q, 1, x->seq);
  sql_int(q, 2, x->at);
  sql_int(q, 3, x->actor);
  sql_int(q, 4, x->on_behalf);
  sql_text(q, 5, x->purpose);
  sql_int(q, 6, x->child);
  sql_text(q, 7, x->record);
  sql_int(q, 8, x->id);
  sql_int(q, 9, x->version);
  sql_text(q, 10, x->kind);
  sql_text(q, 11, x->model);
  sql_int(q, 12, LEDGER_FORMAT);
  sql_blob(q, 13, commitment, LEDGER_HASH);
  sql_blob(q, 14, hash, LEDGER_HASH);
  sql_run(q);
}

static const char *or_empty(const char *s) {
  return s ? s : "";
}

bool ledger_append(struct db *db, const struct ctx *c, const struct ledger_entry *entry, int64_t *seq,
                   struct error *e) {
  const struct ledger_body *sorted[MAX_BODIES];
  if (!sort_bodies(entry, sorted, e)) return false;
  struct ledger_entry x = *entry;
  x.at = c->now;
  x.purpose = or_empty(x.purpose);
  x.record = or_empty(x.record);
  x.kind = or_empty(x.kind);
  x.model = or_empty(x.model);

  unsigned char previous[LEDGER_HASH], commitment[LEDGER_HASH], hash[LEDGER_HASH];
  int64_t last;
  if (!chain_last(db, &chain_change, &last, previous, NULL, e)) return false;
  x.seq = last + 1;

  struct buf leaves, scratch;
  buf_init(&leaves, c->arena);
  buf_init(&scratch, c->arena);
  for (size_t i = 0; i < x.n_bodies; i++) {
    unsigned char salt[LEDGER_SALT], leaf[LEDGER_HASH];
    random_bytes(c->random, salt, sizeof salt);
    ledger_leaf(salt, sizeof salt, sorted[i]->bytes, sorted[i]->n, &scratch, leaf);
    ledger_commit_add(&leaves, sorted[i]->category, leaf);
    put_body(db, x.seq, sorted[i], salt, leaf);
  }
  ledger_commit(&leaves, commitment);
  chain_begin(&scratch);
  ledger_header(&scratch, &x, commitment, LEDGER_FORMAT);
  chain_hash(&scratch, previous, hash);
  put_entry(db, &x, commitment, hash);
  if (!put_touches(db, c, &x, x.seq, e)) return false;
  if (seq) *seq = x.seq;
  return db_ok(db, e);
}

bool ledger_dispose(struct db *db, const struct ctx *c, const struct ledger_entry *why, int64_t child,
                    const char *category, instant_t before, int64_t *n_disposed, struct error *e) {
  struct stmt *q = db_sql(db,
                          "update ledger_body set salt = null, body = null "
                          "where body is not null and ($3 = '' or category = $3) and seq in "
                          "(select seq from ledger_entry where child = $1 and at < $2 and kind <> 'dispose')",
                          "iit");
  sql_int(q, 1, child);
  sql_int(q, 2, before);
  sql_text(q, 3, or_empty(category));
  sql_run(q);
  int64_t n = db_changes(db);
  if (!db_ok(db, e)) return false;

  struct ledger_entry x = *why;
  x.kind = "dispose";
  x.child = child;
  x.record = or_empty(category);
  x.id = before;
  x.version = n;
  if (!ledger_append(db, c, &x, NULL, e)) return false;
  if (n_disposed) *n_disposed = n;
  return true;
}

bool ledger_head_read(struct db *db, const char *store_name, const char *chain, struct ledger_head *out,
                      struct error *e) {
  const struct chain *ch = chain_named(chain);
  if (!ch) return error_set(e, ERR_BROKEN, "There is no chain of the name %s.", chain);
  *out = (struct ledger_head){.store = store_name, .chain = ch->name};
  return chain_last(db, ch, &out->seq, out->hash, &out->at, e);
}

/* What is signed: a hash of the packed head, what the signature is for first, so that it cannot serve for anything else. */
static void head_digest(const struct ledger_head *h, unsigned char out[LEDGER_HASH]) {
  struct arena *a = arena_new();
  struct buf b;
  buf_init(&b, a);
  pack_str(&b, "kith ledger head");
  pack_u32(&b, LEDGER_FORMAT);
  pack_str(&b, h->store);
  pack_str(&b, h->chain);
  pack_i64(&b, h->seq);
  buf_add(&b, h->hash, LEDGER_HASH);
  pack_i64(&b, h->at);
  crypto_generichash(out, LEDGER_HASH, (const unsigned char *)b.data, b.len, NULL, 0);
  arena_free(a);
}

void ledger_head_sign(struct ledger_head *h, const unsigned char secret_key[64]) {
  unsigned char digest[LEDGER_HASH];
  head_digest(h, digest);
  crypto_sign_detached(h->signature, NULL, digest, sizeof digest, secret_key);
}

bool ledger_head_signed(const struct ledger_head *h, const unsigned char public_key[32]) {
  unsigned char digest[LEDGER_HASH];
  head_digest(h, digest);
  return crypto_sign_verify_detached(h->signature, digest, sizeof digest, public_key) == 0;
}
