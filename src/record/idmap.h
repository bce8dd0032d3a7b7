/* idmap: from a row's id to what a transaction holds of it. Private to record/. */
#ifndef KITH_RECORD_IDMAP_H
#define KITH_RECORD_IDMAP_H
#include <stdint.h>

#include "base/arena.h"

struct idmap_slot {
  int64_t id;
  void *value;
};
struct idmap {
  struct arena *a;
  struct idmap_slot *slots; /* open addressing; a power of two; id 0 is an empty slot */
  size_t n, cap;
};
void *idmap_get(const struct idmap *m, int64_t id);       /* NULL: not there */
void idmap_put(struct idmap *m, int64_t id, void *value); /* id > 0 */
#endif
