/* access: who was shown what of whom. Its own chain with its own writer, in its own store (la_886_access), one entry a page,
 * export or API answer with a row for each child shown. A page is sent when its entry is durable; a count opens no child.
 *
 * Settled format (format number 1; may never change for entries already written); children in order of child:
 * header  u32be format || u64be seq || i64be at || i64be actor || i64be on_behalf || str purpose || str route || str request || str outcome
 *         || u32be n || n * (i64be child || u64be categories || str via)
 * hash    BLAKE2b-256(previous hash || header). Tables: access_entry, access_child (child, seq, categories, via). */
#ifndef KITH_LEDGER_ACCESS_H
#define KITH_LEDGER_ACCESS_H
#include "ledger/ledger.h"

struct access_child {
  int64_t child;
  uint64_t categories; /* bit = category index of the model */
  const char *via;     /* role and relation by which */
};
struct access_entry {
  instant_t at;
  int64_t actor, on_behalf;
  const char *purpose;
  const char *route;   /* route template, "GET /children/{id}", never a path with numbers */
  const char *request; /* request id */
  const char *outcome; /* shown, refused, exported, break_glass */
  struct access_child *children;
  size_t n_children, cap_children;
};
void access_init(struct access_entry *x, const struct ctx *c, int64_t actor, const char *route);
void access_add(struct access_entry *x, struct arena *a, int64_t child, uint64_t categories,
                const char *via); /* merges by child; kept in order of child */
bool access_ensure(struct db *db, struct error *e);
bool access_append(struct db *db, const struct ctx *c, const struct access_entry *x, int64_t *seq, struct error *e);
/* Accesses to one child, newest first: limit entries from before_seq (0 = newest). By an actor: one call for each child of an entry, in order
 * of child, and one with child 0 for an entry that showed none. Text lives in a. */
struct access_view {
  int64_t seq;
  instant_t at;
  int64_t actor, on_behalf;
  const char *route, *purpose, *outcome, *via;
  uint64_t categories;
  int64_t child;
};
typedef bool access_view_fn(const struct access_view *v, void *arg, struct error *e);
bool access_of_child(struct db *db, struct arena *a, int64_t child, int64_t before_seq, int limit, access_view_fn *fn,
                     void *arg, struct error *e);
bool access_of_actor(struct db *db, struct arena *a, int64_t actor, int64_t before_seq, int limit, access_view_fn *fn,
                     void *arg, struct error *e);
#endif
