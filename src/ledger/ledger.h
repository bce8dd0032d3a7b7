/* ledger: every change, for ever, in the order in which it was made; opaque bodies, a chain of headers, signed heads.
 *
 * Settled format (format number 1; may never change for entries already written):
 *   body    canonical JSON (base/json.h), an array of row changes of one category, sorted by (i):
 *             [{"f":{"field":value,...},"i":4821,"r":"pep","v":3}, ...]
 *           f: changed fields' new values (text, integer, null; blobs as {"b":"<base64>"}); i: row id; r: record type; v: row
 *           version after. Names with a leading underscore are the engine's: _child, _owner, _state, _void, _done.<section>.
 *   leaf    BLAKE2b-256(salt(16) || body)
 *   commit  BLAKE2b-256 over, for each body sorted by category: u32be len || category || leaf
 *   header  u32be format || u64be seq || i64be at || i64be actor || i64be on_behalf || str purpose || i64be child || str record
 *           || i64be id || i64be version || str kind || str model || commit(32)          (str: u32be len || bytes; 0 and "" for none)
 *   hash    BLAKE2b-256(previous hash (32 zero bytes for seq 1) || header)
 * Salts and bodies stand apart from headers, by category, so that history passes the door and disposal can delete both; the
 * leaf stays. A bulk import writes one entry a child and file: one body a category with many rows. docs/ledger.md says all this to
 * an auditor, with numbers to test by.
 *
 * Tables (made by ledger_ensure): ledger_entry (headers, hash), ledger_body (seq, category, leaf, salt, body),
 * ledger_touch (id, seq, record, version, category bits are not kept: bodies say). Chain heads are read last, inside the transaction. */
#ifndef KITH_LEDGER_LEDGER_H
#define KITH_LEDGER_LEDGER_H
#include "base/ctx.h"
#include "store/store.h"

#define LEDGER_FORMAT 1
#define LEDGER_HASH 32
#define LEDGER_SALT 16

struct ledger_body {
  const char *category;
  const char *bytes; /* canonical JSON */
  size_t n;
};
struct ledger_touch {
  const char *record;
  int64_t id;
  int64_t version;
};

struct ledger_entry {
  int64_t seq;         /* set by ledger_append */
  instant_t at;        /* ctx->now */
  int64_t actor;       /* person or child id in this store; 0: the system itself */
  int64_t on_behalf;   /* 0: nobody */
  const char *purpose; /* short code; "" none */
  int64_t child;       /* 0: not about a child */
  const char *record;  /* record type; "import" for a bulk import */
  int64_t id;          /* row, or 0 for many */
  int64_t version;     /* after, or 0 */
  const char *kind;    /* create change state void import snapshot dispose model restore */
  const char *model;   /* model version (hex) */
  const struct ledger_body *bodies;
  size_t n_bodies;
  const struct ledger_touch *touches;
  size_t n_touches;
};

bool ledger_ensure(struct db *db, struct error *e);
/* Appends; call it last in the transaction. Sets *seq (which may be NULL). The entry's seq and at are not read. Bodies may come in any
 * order; ERR_BROKEN when two have one category, or when one is not of the settled shape (rows rising strictly by i, never empty).
 * Every row of every body is touched, besides the touches given. */
bool ledger_append(struct db *db, const struct ctx *c, const struct ledger_entry *entry, int64_t *seq, struct error *e);

/* History of one row: entries newest first, only versions after after_version (0: all; events of accounts have version 0 and want -1), only
 * bodies of categories in `categories` (names), or all when NULL. Calls fn once for each body of an entry that has this row
 * (row = its change, a json object {"f":..,"i":..,"r":..,"v":..}) or that is disposed (disposed, row NULL); when there is none, once with category and row
 * NULL: who and when, not what. entry.touches is the one touch of this row (its record and version). Everything lives in a. */
struct json;
struct ledger_view {
  struct ledger_entry entry;
  const char *category;
  const struct json *row;
  bool disposed;
};
typedef bool ledger_view_fn(const struct ledger_view *v, void *arg, struct error *e);
bool ledger_history(struct db *db, struct arena *a, int64_t id, int64_t after_version, const char *const *categories,
                    size_t n_categories, ledger_view_fn *fn, void *arg, struct error *e);
/* All rows of all bodies in order of seq, category, id, for folding. A disposed body yields nothing. What fn is given lives as long as the call;
 * from_seq is included. In both functions fn may ask the database, and its false ends the reading with its error. */
bool ledger_each(struct db *db, struct arena *a, int64_t from_seq, ledger_view_fn *fn, void *arg, struct error *e);

/* Deletes salts and bodies of the given category (NULL: all) of entries about this child made before the instant, then appends `why` (actor, purpose,
 * bodies, touches are the caller's) as a `dispose` entry, whose header says what may be missing: child; record = category or ""; id = before;
 * version = how many. verify accepts a missing body only where such an entry covers it. Bodies of `dispose` entries are never disposed. */
bool ledger_dispose(struct db *db, const struct ctx *c, const struct ledger_entry *why, int64_t child,
                    const char *category, instant_t before, int64_t *n_disposed, struct error *e);

/* Heads. A head is (store, chain, seq, hash, at, signature) with Ed25519 by a key that is kept outside the store, over
 * BLAKE2b-256(str "kith ledger head" || u32be 1 || str store || str chain || i64be seq || hash || i64be at). */
struct ledger_head {
  const char *store;
  const char *chain; /* "change" or "access" */
  int64_t seq;
  unsigned char hash[LEDGER_HASH];
  instant_t at;
  unsigned char signature[64];
};
bool ledger_head_read(struct db *db, const char *store_name, const char *chain, struct ledger_head *out,
                      struct error *e); /* unsigned; at of its last entry; seq 0 and hash of zeros when empty */
void ledger_head_sign(struct ledger_head *h, const unsigned char secret_key[64]);
bool ledger_head_signed(const struct ledger_head *h, const unsigned char public_key[32]);

/* verify: recomputes the chain (either kind), leaves of bodies that are still there and commitments, touches, and compares with those
 * of the signed heads that are of this chain. Findings are counted and the first 100 listed; docs/ledger.md has their words and meanings. A
 * head that is not by this key is a finding and proves nothing else. */
struct ledger_finding {
  int64_t seq;
  const char *what;
};
struct ledger_report {
  int64_t entries, bodies, disposed;
  struct ledger_finding findings[100];
  size_t n_findings;
  int64_t total_findings;
};
bool ledger_verify(struct db *db, struct arena *a, const char *chain, const struct ledger_head *heads, size_t n_heads,
                   const unsigned char public_key[32], struct ledger_report *out, struct error *e);
#endif
