/* chain: what both chains share: the bytes of a header, its hash, and the entry at the end. Inside the ledger layer only. */
#ifndef KITH_LEDGER_CHAIN_H
#define KITH_LEDGER_CHAIN_H
#include "base/arena.h"
#include "ledger/access.h"
#include "ledger/ledger.h"

/* Packed numbers are big-endian; a string is its length (u32) and its bytes; NULL packs as "". */
void pack_u32(struct buf *b, uint32_t v);
void pack_i64(struct buf *b, int64_t v);
void pack_str(struct buf *b, const char *s);

/* A record begins with room for the previous hash, so that hashing needs no second copy. */
void chain_begin(struct buf *b); /* empties b and leaves that room */
void chain_hash(struct buf *b, const unsigned char previous[LEDGER_HASH], unsigned char out[LEDGER_HASH]);

struct chain {
  const char *name;  /* "change" or "access" */
  const char *table; /* ledger_entry or access_entry */
  const char *head;  /* select seq, hash, at of the last entry */
};
extern const struct chain chain_change, chain_access;
const struct chain *chain_named(const char *name); /* NULL when neither */

/* The last entry: seq 0 and 32 zero bytes when there is none. Its at goes to *at when that is not NULL. */
bool chain_last(struct db *db, const struct chain *c, int64_t *seq, unsigned char hash[LEDGER_HASH], instant_t *at,
                struct error *e);
/* A hash column: false when it is not 32 bytes long, and out is zero. */
bool chain_col_hash(struct stmt *q, int i, unsigned char out[LEDGER_HASH]);

/* Appends the header of a change entry (after chain_begin). */
void ledger_header(struct buf *b, const struct ledger_entry *x, const unsigned char commitment[LEDGER_HASH],
                   uint32_t format);
void ledger_leaf(const unsigned char *salt, size_t n_salt, const void *body, size_t n, struct buf *scratch,
                 unsigned char out[LEDGER_HASH]);
void ledger_commit_add(struct buf *b, const char *category, const unsigned char leaf[LEDGER_HASH]);
void ledger_commit(const struct buf *b,
                   unsigned char out[LEDGER_HASH]); /* of what ledger_commit_add gathered, "" for no bodies */

/* Columns of ledger_entry in the order that ledger_entry_cols reads, and how many. */
#define LEDGER_COLUMNS(t)                                                                                        \
  t "seq, " t "at, " t "actor, " t "on_behalf, " t "purpose, " t "child, " t "record, " t "id, " t "version, " t \
    "kind, " t "model"
enum { LEDGER_N_COLUMNS = 11 };
/* Text is copied into a, or left in the statement (valid until its next row) when a is NULL. */
void ledger_entry_cols(struct stmt *q, int first, struct arena *a, struct ledger_entry *out);

/* Header of an access entry, without its children, which access_header_child appends in order of child. */
void access_header(struct buf *b, int64_t seq, const struct access_entry *x, uint32_t n_children, uint32_t format);
void access_header_child(struct buf *b, int64_t child, uint64_t categories, const char *via);
#endif
