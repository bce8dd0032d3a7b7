/* History of a row: each change of each field, who, when and why, and what it was before. */
#include <string.h>

#include "record/access.h"
#include "record/fold.h"
#include "record/label.h"
#include "record/query.h"

struct named {
  int64_t id;
  const char *name;
};
struct history {
  struct db *db;
  const struct ctx *c;
  const struct permit *p;
  const struct model_record *r;
  const char *field;
  struct fold models; /* for models of earlier entries */
  struct change_view *at;
  size_t n, cap;
  const char **raw_field; /* beside at: name by which `before` is found */
  size_t cap_raw;
  struct named *names;
  size_t n_names, cap_names;
};

static const char *name_of(struct history *h, int64_t id) {
  for (size_t i = 0; i < h->n_names; i++)
    if (h->names[i].id == id) return h->names[i].name;
  h->names = arena_grow(h->c->arena, h->names, &h->cap_names, h->n_names + 1, sizeof *h->names);
  h->names[h->n_names] = (struct named){id, label_actor(h->db, h->c, permit_model(h->p), id)};
  return h->names[h->n_names++].name;
}

static struct change_view *add(struct history *h, const struct ledger_view *v, const char *field) {
  struct arena *a = h->c->arena;
  h->at = arena_grow(a, h->at, &h->cap, h->n + 1, sizeof *h->at);
  h->raw_field = arena_grow(a, h->raw_field, &h->cap_raw, h->n + 1, sizeof *h->raw_field);
  h->raw_field[h->n] = field;
  struct change_view *x = &h->at[h->n++];
  *x = (struct change_view){.seq = v->entry.seq,
                            .version = v->entry.n_touches ? v->entry.touches[0].version : v->entry.version,
                            .at = v->entry.at,
                            .by = v->entry.actor,
                            .on_behalf = v->entry.on_behalf,
                            .kind = arena_strdup(a, v->entry.kind),
                            .purpose = arena_strdup(a, v->entry.purpose),
                            .field = field,
                            .by_name = name_of(h, v->entry.actor)};
  return x;
}

/* A cell as it was shown under the model of its day. */
static bool show(struct history *h, const struct model_record *in, const char *name, const struct json *v,
                 struct change_view *x) {
  struct arena *a = h->c->arena;
  struct value value = fold_value(a, v);
  const struct model_field *f = name[0] == '_' ? NULL : model_field(in, name);
  if (f) {
    x->label = arena_strdup(a, f->label);
    x->after = access_label(h->db, h->c, h->p, f, value);
    if (!x->after && value.type != VALUE_NULL) x->after = "Not shown to you";
    return true;
  }
  if (strcmp(name, "_state") == 0) {
    const struct model_state *s = value.type == VALUE_TEXT ? model_state(in, value.s) : NULL;
    x->label = "State";
    x->after = s && s->title ? arena_strdup(a, s->title) : value.s;
    return true;
  }
  if (strcmp(name, "_void") == 0) {
    x->label = "Recorded in error";
    x->after = "Yes";
    return true;
  }
  if (strncmp(name, "_done.", 6) == 0) {
    const struct model_section *s = model_section(in, name + 6);
    x->label = s ? arena_printf(a, "%s: done", s->title) : "Section done";
    x->after = value.type == VALUE_INT ? "Yes" : "No";
    return true;
  }
  return false;
}

static bool shown_name(const char *name) {
  return name[0] != '_' || strcmp(name, "_state") == 0 || strcmp(name, "_void") == 0 || strncmp(name, "_done.", 6) == 0;
}

static bool speaks_of(const struct history *h, const char *category) {
  const struct model_field *f = h->field ? model_field(h->r, h->field) : NULL;
  return !f || (category && strcmp(f->category, category) == 0);
}

static bool history_view(const struct ledger_view *v, void *arg, struct error *e) {
  struct history *h = arg;
  struct arena *a = h->c->arena;
  if (v->disposed) {
    if (speaks_of(h, v->category)) add(h, v, NULL)->disposed = true;
    return true;
  }
  const struct json *cells = v->row ? json_get(v->row, "f") : NULL;
  const struct model *under;
  if (!cells) return true; /* nothing in it that this reader may see */
  if (!fold_model(&h->models, v->entry.model, &under, e)) return false;
  const struct model_record *in = model_record(under, h->r->name);
  const char *reason = json_text(json_get(cells, "_reason"));
  bool any = false;
  for (size_t i = 0; i < cells->n; i++) {
    const char *name = cells->keys[i];
    if (!shown_name(name) || (h->field && strcmp(h->field, name) != 0)) continue;
    struct change_view *x = add(h, v, arena_strdup(a, name));
    if (reason) x->reason = arena_strdup(a, reason);
    if (!show(h, in ? in : h->r, name, cells->items[i], x)) h->n--;
    any = true;
  }
  if (!any && !h->field && reason && strcmp(v->entry.kind, "dispose") == 0)
    add(h, v, NULL)->reason = arena_strdup(a, reason);
  return true;
}

/* What a field was before is what the next older change of it made it. */
static void fill_before(struct history *h) {
  for (size_t i = 0; i < h->n; i++) {
    if (!h->raw_field[i]) continue;
    for (size_t k = i + 1; k < h->n; k++) {
      if (!h->raw_field[k] || strcmp(h->raw_field[k], h->raw_field[i]) != 0) continue;
      h->at[i].before = h->at[k].after;
      break;
    }
  }
}

bool record_history(struct db *db, const struct ctx *c, const struct permit *p, const struct model_record *r,
                    int64_t id, const char *field, struct change_view **out, size_t *n, struct error *e) {
  const struct model *m = permit_model(p);
  struct row row;
  *out = NULL;
  *n = 0;
  if (!access_row(db, c, p, r, id, &row, e)) return false;
  const struct model_field *f = field && field[0] != '_' ? model_field(r, field) : NULL;
  if (field && field[0] != '_' && (!f || !(permit_reads(p) & CATEGORY_BIT(f->category_index))))
    return access_not_found(db, e);
  struct history h = {.db = db, .c = c, .p = p, .r = r, .field = field};
  fold_init(&h.models, db, c->arena, m);
  const char **categories = arena_alloc(c->arena, (m->n_categories + 1) * sizeof *categories);
  size_t n_categories = 0;
  for (size_t i = 0; i < m->n_categories; i++)
    if (permit_reads(p) & CATEGORY_BIT(m->categories[i].index)) categories[n_categories++] = m->categories[i].id;
  /* A register's row shown by a child's permit: its own category, which the row that refers to it has opened. */
  if (r->about == ABOUT_NONE && permit_child(p) != 0) categories[n_categories++] = r->category;
  if (!ledger_history(db, c->arena, id, 0, categories, n_categories, history_view, &h, e)) return false;
  fill_before(&h);
  *out = h.at;
  *n = h.n;
  return db_ok(db, e);
}
