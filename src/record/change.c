#include "record/change.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

void changes_init(struct change_set *s, struct db *db, const struct ctx *c, const struct permit *p, int64_t child) {
  *s = (struct change_set){
      .db = db, .c = c, .m = permit_model(p), .actor = *permit_actor(p), .child = child, .a = c->arena};
}

static struct row_change *add(struct change_set *s) {
  struct row_change *x = arena_alloc(s->a, sizeof *x);
  s->changes = arena_grow(s->a, s->changes, &s->cap, s->n + 1, sizeof *s->changes);
  s->changes[s->n++] = x;
  return x;
}

struct row_change *changes_create(struct change_set *s, const struct model_record *r, int64_t child, int64_t owner) {
  struct row_change *x = add(s);
  row_init(&x->row, s->a, r);
  x->created = true;
  x->row.r.id = db_counter(s->db, "id", 1);
  x->row.r.version = 1;
  x->row.r.created_at = s->c->now;
  x->row.r.created_by = s->actor.id;
  if (r->is_child) child = x->row.r.id;
  if (r->about == ABOUT_CHILD) change_put(x, s, "_child", value_int(child), r->category_index);
  if (r->part_of && owner) change_put(x, s, "_owner", value_int(owner), r->category_index);
  if (r->n_states) change_put(x, s, "_state", value_text(r->states[0].id), r->category_index);
  return x;
}

struct row_change *changes_to(struct change_set *s, const struct row *row) {
  struct row_change *x = add(s);
  row_copy(&x->row, s->a, row);
  x->row.r.version++;
  return x;
}

void change_put(struct row_change *x, struct change_set *s, const char *name, struct value v, int category) {
  cell_apply(&x->row, name, v, s->actor.id);
  for (size_t i = 0; i < x->n; i++) {
    if (strcmp(x->cells[i].name, name) != 0) continue;
    x->cells[i].v = v;
    return;
  }
  x->cells = arena_grow(s->a, x->cells, &x->cap, x->n + 1, sizeof *x->cells);
  x->cells[x->n++] = (struct cell){name, v, category};
}

void change_field(struct row_change *x, struct change_set *s, const struct model_field *f, struct value v) {
  change_put(x, s, f->name, v, f->category_index);
}

void change_done(struct row_change *x, struct change_set *s, const struct model_section *section, bool done) {
  const char *name = arena_printf(s->a, "_done.%s", section->id);
  change_put(x, s, name, done ? value_int(s->c->now) : VALUE_NONE, section->category_index);
}

static long section_index(const struct model_record *r, const char *id) {
  for (size_t i = 0; i < r->n_sections; i++)
    if (strcmp(r->sections[i].id, id) == 0) return (long)i;
  return -1;
}

static struct value applied_text(struct value v) {
  return v.type == VALUE_TEXT ? v : VALUE_NONE;
}

void cell_apply(struct row *row, const char *name, struct value v, int64_t by) {
  const struct model_record *r = row->r.record;
  if (name[0] != '_') {
    const struct model_field *f = model_field(r, name);
    if (f) row->values[f->index] = v;
  } else if (strcmp(name, "_child") == 0) {
    row->r.child = v.i;
  } else if (strcmp(name, "_owner") == 0) {
    row->r.owner = v.i;
  } else if (strcmp(name, "_state") == 0) {
    row->r.state = applied_text(v).s;
  } else if (strcmp(name, "_void") == 0) {
    row->r.voided = v.i != 0;
  } else if (strncmp(name, "_done.", 6) == 0) {
    long s = section_index(r, name + 6);
    if (s < 0) return;
    row->section_done[s] = v.type == VALUE_INT ? v.i : INSTANT_NONE;
    row->section_done_by[s] = v.type == VALUE_INT ? by : 0;
  }
}

void cell_touch(struct row *row, const struct model_record *in, const char *name, int64_t version) {
  const char *section = NULL;
  if (strncmp(name, "_done.", 6) == 0) section = name + 6;
  const struct model_field *f = name[0] == '_' ? NULL : model_field(in, name);
  if (f) section = in->sections[f->section].id;
  long s = section ? section_index(row->r.record, section) : -1;
  if (s >= 0) row->section_version[s] = version;
}

void change_store(struct change_set *s, struct row_change *x) {
  struct row *row = &x->row;
  if (x->n == 0) return;
  row->r.changed_at = s->c->now;
  row->r.changed_by = s->actor.id;
  for (size_t i = 0; i < x->n; i++) cell_touch(row, row->r.record, x->cells[i].name, row->r.version);
  if (x->created && !x->stored)
    row_insert(s->db, s->a, row);
  else
    row_update(s->db, s->a, row);
  x->stored = true;
  if (token_touched(x)) token_put(s->db, s->a, row);
}

/* ---- bodies ---- */

static int by_name(const void *x, const void *y) {
  return strcmp(((const struct cell *)x)->name, ((const struct cell *)y)->name);
}
static int by_id(const void *x, const void *y) {
  int64_t i = (*(struct row_change *const *)x)->row.r.id, j = (*(struct row_change *const *)y)->row.r.id;
  return (i > j) - (i < j);
}

static void write_value(struct json_writer *w, struct value v) {
  if (v.type == VALUE_INT)
    json_put_int(w, v.i);
  else if (v.type == VALUE_TEXT)
    json_put_text(w, v.s);
  else
    json_put_null(w);
}

/* {"f":{..},"i":..,"r":..,"v":..} of the cells of one category; cells are sorted. */
static bool write_row(struct json_writer *w, const struct row_change *x, int category) {
  bool any = false;
  for (size_t i = 0; i < x->n; i++) {
    if (x->cells[i].category != category) continue;
    if (!any) {
      json_object(w);
      json_key(w, "f");
      json_object(w);
    }
    any = true;
    json_key(w, x->cells[i].name);
    write_value(w, x->cells[i].v);
  }
  if (!any) return false;
  json_end_object(w);
  json_key(w, "i");
  json_put_int(w, x->row.r.id);
  json_key(w, "r");
  json_put_text(w, x->row.r.record->name);
  json_key(w, "v");
  json_put_int(w, x->row.r.version);
  json_end_object(w);
  return true;
}

static size_t make_bodies(struct change_set *s, struct ledger_body *out) {
  size_t n = 0;
  for (size_t k = 0; k < s->m->n_categories; k++) {
    struct buf b;
    struct json_writer w;
    buf_init(&b, s->a);
    json_begin(&w, &b);
    json_array(&w);
    bool any = false;
    for (size_t i = 0; i < s->n; i++) any = write_row(&w, s->changes[i], s->m->categories[k].index) || any;
    json_end_array(&w);
    if (!any) continue;
    const char *bytes = buf_text(&b);
    out[n++] = (struct ledger_body){s->m->categories[k].id, bytes, b.len};
  }
  return n;
}

static void drop_unchanged(struct change_set *s) {
  size_t kept = 0;
  for (size_t i = 0; i < s->n; i++)
    if (s->changes[i]->n > 0) s->changes[kept++] = s->changes[i];
  s->n = kept;
}

/* Names of the record types changed, each once: what the hook is told. */
static const char **changed_records(struct change_set *s, size_t *n) {
  const char **names = arena_alloc(s->a, s->m->n_records * sizeof *names);
  bool *seen = arena_alloc(s->a, s->m->n_records * sizeof *seen);
  *n = 0;
  for (size_t i = 0; i < s->n; i++) {
    const struct model_record *r = s->changes[i]->row.r.record;
    if (seen[r->index]) continue;
    seen[r->index] = true;
    names[(*n)++] = r->name;
  }
  return names;
}

bool changes_commit(struct change_set *s, const struct record_env *env, const char *kind, const char *source,
                    struct error *e) {
  drop_unchanged(s);
  if (s->n == 0) return db_ok(s->db, e);
  bool bulk = strcmp(kind, "import") == 0 || strcmp(kind, "model") == 0;
  s->head = s->changes[0]; /* the row that the caller meant; others followed from it */
  qsort(s->changes, s->n, sizeof *s->changes, by_id);
  for (size_t i = 0; i < s->n; i++)
    qsort(s->changes[i]->cells, s->changes[i]->n, sizeof *s->changes[i]->cells, by_name);

  struct ledger_body bodies[64];
  struct ledger_touch *touches = arena_alloc(s->a, s->n * sizeof *touches);
  for (size_t i = 0; i < s->n; i++) {
    const struct record_row *r = &s->changes[i]->row.r;
    touches[i] = (struct ledger_touch){r->record->name, r->id, r->version};
  }
  const struct record_row *head = &s->head->row.r;
  struct ledger_entry entry = {.at = s->c->now,
                               .actor = s->actor.id,
                               .on_behalf = s->actor.on_behalf,
                               .purpose = source ? source : s->actor.purpose,
                               .child = s->child,
                               .record = head->record->name,
                               .id = head->id,
                               .version = head->version,
                               .kind = kind,
                               .model = s->m->version,
                               .bodies = bodies,
                               .touches = touches,
                               .n_touches = s->n};
  if (bulk) {
    entry.record = "import";
    entry.id = entry.version = 0;
  }
  entry.n_bodies = make_bodies(s, bodies);
  size_t n_names;
  const char **names = changed_records(s, &n_names);
  if (!db_ok(s->db, e) || !ledger_append(s->db, s->c, &entry, NULL, e)) return false;
  if (env->after_write && !env->after_write(s->db, s->c, s->m, s->child, names, n_names, e)) return false;
  return db_ok(s->db, e);
}
