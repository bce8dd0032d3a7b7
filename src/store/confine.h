/* confine: the words that model SQL may use, the same on both back ends. Private to src/store. */
#ifndef KITH_STORE_CONFINE_H
#define KITH_STORE_CONFINE_H
#include "store/backend.h"
/* names[0..n_views) are the views that may be read, names up to n_closed are further names that the statement may not define.
 * False with db_fail when the statement reads another table or schema than views, ref and its own common table expressions,
 * defines an expression by the name of a view or table, or calls a function that is not shared. */
bool confine_model(struct db *db, const char *text, const char *const *names, size_t n_views, size_t n_closed);
#endif
