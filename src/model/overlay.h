/* overlay: one model laid over another while both are still trees. Maps merge by key; lists of maps by id, name, code, to or relation; all
 * else replaces. `retire: true` stays as a key, `after: name` places an item and goes. */
#ifndef KITH_MODEL_OVERLAY_H
#define KITH_MODEL_OVERLAY_H
#include "model/read.h"

/* Lays over onto base (changed in place). Both are root trees (load.c). Reports new names without local_, retyped fields, unknown `after`,
 * and what an overlay may never bring (facts). */
void overlay_merge(struct reading *r, struct node *base, const struct node *over);
struct model;
/* Compares the shipped model with the merged one, whose tree is root: S4 to S8 may not be read or written by more roles, statutory duties stay. */
void overlay_check(struct reading *r, const struct model *shipped, const struct model *merged, const struct node *root);
/* The key by which an item of a list is known ("id", "name" ...), or NULL. */
const char *overlay_item_key(const struct node *item);
struct node *overlay_find(const struct node *list, const char *key, const char *value); /* item, or NULL */
#endif
