#include "record/idmap.h"

static struct idmap_slot *slot(const struct idmap *m, int64_t id) {
  size_t i = (size_t)((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (m->cap - 1);
  while (m->slots[i].id != 0 && m->slots[i].id != id) i = (i + 1) & (m->cap - 1);
  return &m->slots[i];
}

void *idmap_get(const struct idmap *m, int64_t id) {
  return m->cap ? slot(m, id)->value : NULL;
}

void idmap_put(struct idmap *m, int64_t id, void *value) {
  if (m->n * 2 >= m->cap) {
    struct idmap bigger = {.a = m->a, .n = m->n, .cap = m->cap ? m->cap * 2 : 64};
    bigger.slots = arena_alloc(m->a, bigger.cap * sizeof *bigger.slots);
    for (size_t i = 0; i < m->cap; i++)
      if (m->slots[i].id) *slot(&bigger, m->slots[i].id) = m->slots[i];
    *m = bigger;
  }
  struct idmap_slot *s = slot(m, id);
  if (s->id == 0) m->n++;
  *s = (struct idmap_slot){id, value};
}
