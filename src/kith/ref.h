/* ref: what is the same for every authority: schools and their links, in a store of their own that the others read as "ref".
 *
 * Records keep a school's URN, never a foreign key to it. A school that closed and became another (academy conversion, merger) is found by
 * its links; both numbers stay true for their time. */
#ifndef KITH_KITH_REF_H
#define KITH_KITH_REF_H
#include "base/date.h"
#include "store/store.h"

bool ref_ensure(struct db *db, struct error *e); /* tables school, school_link in the ref store */

struct school {
  const char *urn, *name, *status, *type, *phase, *town, *postcode, *la_code, *la_name;
  date_t open_on, close_on;
  bool found;
};
/* From an authority's store (reads ref.school). Unknown URN: found false, name "School 123456 (not in the national list)". */
bool school_get(struct db *db, struct arena *a, const char *urn, struct school *out, struct error *e);
/* The school that this one is on the given day: follows "Successor" links whose date is past, at most ten steps. */
bool school_on(struct db *db, struct arena *a, const char *urn, date_t on, struct school *out, struct error *e);
/* Numbers of the schools that became this one ("Successor" links to it, "Predecessor" links from it), one step back. */
bool school_former(struct db *db, struct arena *a, const char *urn, const char *const **out, size_t *n,
                   struct error *e);
/* By number or part of the name, open schools first, at most limit. */
bool school_search(struct db *db, struct arena *a, const char *text, int limit, struct school **out, size_t *n,
                   struct error *e);
#endif
