/* Two editors: what changed since the version that one began from, and what it was then, told by the ledger. */
#include <string.h>

#include "base/json.h"
#include "record/fold.h"
#include "record/save.h"

struct since {
  const struct row *row;
  const struct model *m;
  int64_t base;
  struct merge *out;
  bool *known; /* before is told */
  struct arena *a;
};

/* A disposed body may have spoken of any field of its category. */
static void disposed_body(struct since *s, const char *category, int64_t version) {
  const struct model_record *r = s->row->r.record;
  for (size_t i = 0; i < r->n_fields; i++) {
    if (strcmp(r->fields[i].category, category) != 0) continue;
    if (version > s->base) s->out->changed[i] = true;
    if (version <= s->base && !s->known[i]) s->out->unknown[i] = s->known[i] = true;
  }
}

static bool since_entry(const struct ledger_view *v, void *arg, struct error *e) {
  (void)e;
  struct since *s = arg;
  int64_t version = v->entry.n_touches ? v->entry.touches[0].version : v->entry.version;
  if (v->disposed && v->category) disposed_body(s, v->category, version);
  const struct json *f = v->row ? json_get(v->row, "f") : NULL;
  for (size_t i = 0; f && i < f->n; i++) {
    const struct model_field *field = f->keys[i][0] == '_' ? NULL : model_field(s->row->r.record, f->keys[i]);
    if (!field) continue;
    if (version > s->base) {
      s->out->changed[field->index] = true;
    } else if (!s->known[field->index]) {
      s->known[field->index] = true;
      s->out->before[field->index] = fold_value(s->a, f->items[i]);
    }
  }
  return true;
}

bool merge_since(struct db *db, const struct ctx *c, const struct row *row, int64_t base, struct merge *out,
                 struct error *e) {
  size_t n = row->r.record->n_fields;
  out->changed = arena_alloc(c->arena, n * sizeof *out->changed);
  out->before = arena_alloc(c->arena, n * sizeof *out->before);
  out->unknown = arena_alloc(c->arena, n * sizeof *out->unknown);
  if (base >= row->r.version) return true;
  struct since s = {.row = row, .base = base, .out = out, .a = c->arena};
  s.known = arena_alloc(c->arena, n * sizeof *s.known);
  return ledger_history(db, c->arena, row->r.id, 0, NULL, 0, since_entry, &s, e);
}
