/* verify: the parts of ledger_verify. Inside the ledger layer only. */
#ifndef KITH_LEDGER_VERIFY_H
#define KITH_LEDGER_VERIFY_H
#include "ledger/chain.h"

enum { VERIFY_PAGE = 1024 };

struct link { /* what of an entry is needed after its header has been hashed */
  int64_t seq, child;
  instant_t at;
  unsigned char commitment[LEDGER_HASH];
};
struct disposal { /* a `dispose` entry: bodies of this child and category ("" all) older than `before` may be gone */
  int64_t child, seq;
  const char *category;
  instant_t before;
};
struct verify {
  struct db *db;
  struct arena *a;       /* lives as long as the verification */
  struct arena *scratch; /* a page */
  const struct chain *chain;
  struct ledger_report *out;
  struct buf packed, leaves, salted;
  int64_t last_seq;
  unsigned char last_hash[LEDGER_HASH];
  const struct ledger_head **heads; /* of this chain and properly signed, by seq */
  size_t n_heads, next_head;
  struct disposal *disposals; /* by child, seq */
  size_t n_disposals;
  const char **records; /* names of record types met so far, so that equal names are equal pointers */
  size_t n_records, cap_records;
};
extern const char VERIFY_ALTERED[];

void verify_finding(struct verify *v, int64_t seq, const char *what);
bool verify_disposals(struct verify *v, struct error *e); /* reads them */
/* Bodies and touches of entries with after < seq <= upto, of which links are all that exist. */
bool verify_bodies(struct verify *v, const struct link *links, size_t n, int64_t after, int64_t upto, struct error *e);
#endif
