/* Snapshots: what was approved, as it was shown, in canonical bytes. docs/records.md has the format, which is settled
 * (format 1).
 *
 * One body a category, all of one shape, so that those a reader may have can be laid over each other again:
 *   {"child":{..},"format":1,"model":"..","row":ROW}
 *   ROW {"id","record","sections":[SECTION],"state","title","version"}
 *   SECTION {"fields":[FIELD],"id","n","parts":[ROW],"title"}   n: place in the record, by which bodies are laid over
 *   FIELD {"label","n","name","text","value"}
 * The child's name stands in the body of the record's own category. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "record/label.h"
#include "record/save.h"

enum { SNAPSHOT_FORMAT = 1, SNAPSHOT_SALT = 16, SNAPSHOT_HASH = 32 };

struct writing {
  struct change_set *s;
  struct json_writer w;
  int category;
  int depth;
};

static void write_field(struct writing *x, const struct model_field *f, struct value v) {
  json_object(&x->w);
  json_key(&x->w, "label");
  json_put_text(&x->w, f->label);
  json_key(&x->w, "n");
  json_put_int(&x->w, f->index);
  json_key(&x->w, "name");
  json_put_text(&x->w, f->name);
  json_key(&x->w, "text");
  json_put_text(&x->w, label_value(x->s->db, x->s->c, x->s->m, f, v));
  json_key(&x->w, "value");
  if (v.type == VALUE_INT)
    json_put_int(&x->w, v.i);
  else if (v.type == VALUE_TEXT)
    json_put_text(&x->w, v.s);
  else
    json_put_null(&x->w);
  json_end_object(&x->w);
}

/* The categories that the row or anything in it has: those of its record type and of its parts'. */
static uint64_t categories_of(const struct model *m, const struct model_record *r, int depth) {
  uint64_t bits = CATEGORY_BIT(r->category_index);
  for (size_t i = 0; i < r->n_fields; i++) bits |= CATEGORY_BIT(r->fields[i].category_index);
  for (size_t i = 0; i < r->n_sections && depth < 8; i++) {
    const struct model_record *part = r->sections[i].parts ? model_record(m, r->sections[i].parts) : NULL;
    if (part) bits |= categories_of(m, part, depth + 1);
  }
  return bits;
}

static void write_row(struct writing *x, const struct row *row);

static void write_parts(struct writing *x, const struct model_record *part, int64_t owner) {
  int64_t *ids = NULL;
  size_t n = 0, cap = 0;
  struct stmt *q =
      db_sql(x->s->db,
             arena_printf(x->s->a, "select id from t_%s where owner = $1 and voided = 0 order by id", part->name), "i");
  sql_int(q, 1, owner);
  while (sql_row(q)) {
    ids = arena_grow(x->s->a, ids, &cap, n + 1, sizeof *ids);
    ids[n++] = col_int(q, 0);
  }
  struct row row;
  for (size_t i = 0; i < n; i++)
    if (row_load(x->s->db, x->s->a, part, ids[i], &row)) write_row(x, &row);
}

static void write_section(struct writing *x, const struct row *row, const struct model_section *s, struct facts *f) {
  const struct model_record *r = row->r.record;
  json_object(&x->w);
  json_key(&x->w, "fields");
  json_array(&x->w);
  for (size_t i = 0; i < s->n_fields; i++)
    if (s->fields[i]->category_index == x->category && rule_shown(f, s->fields[i]))
      write_field(x, s->fields[i], row->values[s->fields[i]->index]);
  json_end_array(&x->w);
  json_key(&x->w, "id");
  json_put_text(&x->w, s->id);
  json_key(&x->w, "n");
  json_put_int(&x->w, s - r->sections);
  json_key(&x->w, "parts");
  json_array(&x->w);
  const struct model_record *part = s->parts ? model_record(x->s->m, s->parts) : NULL;
  if (part && x->depth < 8 && categories_of(x->s->m, part, 0) & CATEGORY_BIT(x->category))
    write_parts(x, part, row->r.id);
  json_end_array(&x->w);
  json_key(&x->w, "title");
  json_put_text(&x->w, s->title);
  json_end_object(&x->w);
}

static void write_row(struct writing *x, const struct row *row) {
  const struct model_record *r = row->r.record;
  const struct model_state *state = r->n_states ? model_state(r, row_state(row)) : NULL;
  struct facts f;
  facts_init(&f, x->s->db, x->s->c, x->s->m, row);
  x->depth++;
  json_object(&x->w);
  json_key(&x->w, "id");
  json_put_int(&x->w, row->r.id);
  json_key(&x->w, "record");
  json_put_text(&x->w, r->name);
  json_key(&x->w, "sections");
  json_array(&x->w);
  for (size_t i = 0; i < r->n_sections; i++)
    if (rule_section_shown(&f, &r->sections[i])) write_section(x, row, &r->sections[i], &f);
  json_end_array(&x->w);
  json_key(&x->w, "state");
  json_put_text(&x->w, state ? state->title : NULL);
  json_key(&x->w, "title");
  json_put_text(&x->w, r->title);
  json_key(&x->w, "version");
  json_put_int(&x->w, row->r.version);
  json_end_object(&x->w);
  x->depth--;
}

static bool body_of(struct change_set *s, const struct row *row, int category, struct buf *out, struct error *e) {
  struct writing x = {.s = s, .category = category};
  struct buf raw;
  buf_init(&raw, s->a);
  json_begin(&x.w, &raw);
  json_object(&x.w);
  const struct model_record *child = row_child_record(s->m);
  if (child && row->r.child && category == row->r.record->category_index) {
    json_key(&x.w, "child");
    json_object(&x.w);
    json_key(&x.w, "id");
    json_put_int(&x.w, row->r.child);
    json_key(&x.w, "name");
    json_put_text(&x.w, record_label(s->db, s->c, s->m, child->name, row->r.child, s->a));
    json_end_object(&x.w);
  }
  json_key(&x.w, "format");
  json_put_int(&x.w, SNAPSHOT_FORMAT);
  json_key(&x.w, "model");
  json_put_text(&x.w, s->m->version);
  json_key(&x.w, "row");
  write_row(&x, row);
  json_end_object(&x.w);
  const struct json *tree = json_parse(s->a, buf_text(&raw), raw.len, e);
  return tree && json_canonical(out, s->a, tree, e); /* labels may come in any form of Unicode */
}

static void leaf_of(const unsigned char *salt, size_t n_salt, const void *body, size_t n,
                    unsigned char out[SNAPSHOT_HASH]) {
  crypto_generichash_state h;
  crypto_generichash_init(&h, NULL, 0, SNAPSHOT_HASH);
  crypto_generichash_update(&h, salt, n_salt);
  crypto_generichash_update(&h, body, n);
  crypto_generichash_final(&h, out, SNAPSHOT_HASH);
}

/* Hash of the whole: over u32be length, category and leaf of each body in order of category, as the ledger's
 * commitment. */
static void whole_add(crypto_generichash_state *h, const char *category, const void *leaf) {
  size_t n = strlen(category);
  unsigned char len[4] = {(unsigned char)(n >> 24), (unsigned char)(n >> 16), (unsigned char)(n >> 8),
                          (unsigned char)n};
  crypto_generichash_update(h, len, sizeof len);
  crypto_generichash_update(h, (const unsigned char *)category, n);
  crypto_generichash_update(h, leaf, SNAPSHOT_HASH);
}

static int by_category(const void *x, const void *y) {
  return strcmp((*(const struct model_category *const *)x)->id, (*(const struct model_category *const *)y)->id);
}

static void put_body(struct change_set *s, int64_t id, const char *category, const struct buf *body,
                     crypto_generichash_state *whole) {
  unsigned char salt[SNAPSHOT_SALT], leaf[SNAPSHOT_HASH];
  random_bytes(s->c->random, salt, sizeof salt);
  leaf_of(salt, sizeof salt, body->data, body->len, leaf);
  whole_add(whole, category, leaf);
  struct stmt *q = db_sql(
      s->db, "insert into snapshot_body (snapshot, category, leaf, salt, body) values ($1, $2, $3, $4, $5)", "itbbb");
  sql_int(q, 1, id);
  sql_text(q, 2, category);
  sql_blob(q, 3, leaf, sizeof leaf);
  sql_blob(q, 4, salt, sizeof salt);
  sql_blob(q, 5, body->data, body->len);
  sql_run(q);
}

static void put_snapshot(struct change_set *s, int64_t id, const struct row *row,
                         const unsigned char hash[SNAPSHOT_HASH]) {
  struct stmt *q = db_sql(s->db,
                          "insert into snapshot (id, row_id, record, child, version, state, at, by_id, hash) "
                          "values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                          "iitiitiib");
  sql_int(q, 1, id);
  sql_int(q, 2, row->r.id);
  sql_text(q, 3, row->r.record->name);
  sql_int(q, 4, row->r.child);
  sql_int(q, 5, row->r.version);
  sql_text(q, 6, row_state(row));
  sql_int(q, 7, s->c->now);
  sql_int(q, 8, s->actor.id);
  sql_blob(q, 9, hash, SNAPSHOT_HASH);
  sql_run(q);
}

static const char *hex(struct arena *a, const void *bytes, size_t n) {
  char *out = arena_alloc(a, 2 * n + 1);
  return sodium_bin2hex(out, 2 * n + 1, bytes, n);
}

bool snapshot_take(struct change_set *s, const struct row *row, const char **hash_hex, struct error *e) {
  const struct model_category *sorted[64] = {0};
  uint64_t bits = categories_of(s->m, row->r.record, 0);
  size_t n = 0;
  for (size_t i = 0; i < s->m->n_categories; i++)
    if (bits & CATEGORY_BIT(s->m->categories[i].index)) sorted[n++] = &s->m->categories[i];
  qsort(sorted, n, sizeof *sorted, by_category);
  int64_t id = db_counter(s->db, "id", 1);
  crypto_generichash_state whole;
  crypto_generichash_init(&whole, NULL, 0, SNAPSHOT_HASH);
  for (size_t i = 0; i < n; i++) {
    struct buf body;
    buf_init(&body, s->a);
    if (!body_of(s, row, sorted[i]->index, &body, e)) return false;
    put_body(s, id, sorted[i]->id, &body, &whole);
  }
  unsigned char hash[SNAPSHOT_HASH];
  crypto_generichash_final(&whole, hash, sizeof hash);
  put_snapshot(s, id, row, hash);
  *hash_hex = hex(s->a, hash, sizeof hash);
  return db_ok(s->db, e);
}

/* ---- reading ---- */

#define SNAPSHOT_COLUMNS "id, row_id, version, child, at, by_id, state, hash"

static void read_head(struct stmt *q, struct arena *a, struct snapshot *out) {
  size_t n = 0;
  *out = (struct snapshot){.id = col_int(q, 0),
                           .row = col_int(q, 1),
                           .version = col_int(q, 2),
                           .child = col_int(q, 3),
                           .at = col_int(q, 4),
                           .by = col_int(q, 5),
                           .state = arena_strdup(a, col_text(q, 6))};
  const void *hash = col_blob(q, 7, &n);
  out->hash = hex(a, hash, n);
}

/* The bodies laid over each other, for those that may be read. */
static const struct json *lay(struct arena *a, const struct json *x, const struct json *y);

static bool same_thing(const struct json *x, const struct json *y) {
  int64_t i, j;
  if (json_int(json_get(x, "n"), &i) && json_int(json_get(y, "n"), &j)) return i == j;
  return json_int(json_get(x, "id"), &i) && json_int(json_get(y, "id"), &j) && i == j;
}

static int64_t place(const struct json *x) {
  int64_t i = 0;
  if (!json_int(json_get(x, "n"), &i)) json_int(json_get(x, "id"), &i);
  return i;
}

static int by_place(const void *x, const void *y) {
  int64_t i = place(*(const struct json *const *)x), j = place(*(const struct json *const *)y);
  return (i > j) - (i < j);
}

static const struct json *lay_arrays(struct arena *a, const struct json *x, const struct json *y) {
  struct json *out = arena_alloc(a, sizeof *out);
  const struct json **items = arena_alloc(a, (x->n + y->n) * sizeof *items);
  *out = (struct json){.type = JSON_ARRAY, .items = items};
  for (size_t i = 0; i < x->n; i++) items[out->n++] = x->items[i];
  for (size_t i = 0; i < y->n; i++) {
    size_t k = 0;
    while (k < x->n && !same_thing(items[k], y->items[i])) k++;
    if (k < x->n)
      items[k] = lay(a, items[k], y->items[i]);
    else
      items[out->n++] = y->items[i];
  }
  if (out->n) qsort(items, out->n, sizeof *items, by_place);
  return out;
}

static const struct json *lay(struct arena *a, const struct json *x, const struct json *y) {
  if (!x || x->type != y->type) return y;
  if (x->type == JSON_ARRAY) return lay_arrays(a, x, y);
  if (x->type != JSON_OBJECT) return x;
  struct json *out = arena_alloc(a, sizeof *out);
  const struct json **items = arena_alloc(a, (x->n + y->n) * sizeof *items);
  const char **keys = arena_alloc(a, (x->n + y->n) * sizeof *keys);
  *out = (struct json){.type = JSON_OBJECT, .items = items, .keys = keys};
  for (size_t i = 0; i < x->n; i++) {
    const struct json *other = json_get(y, x->keys[i]);
    keys[out->n] = x->keys[i];
    items[out->n++] = other ? lay(a, x->items[i], other) : x->items[i];
  }
  for (size_t i = 0; i < y->n; i++) {
    if (json_get(x, y->keys[i])) continue;
    keys[out->n] = y->keys[i];
    items[out->n++] = y->items[i];
  }
  return out;
}

static bool read_bodies(struct db *db, const struct ctx *c, const struct permit *p, struct snapshot *out,
                        struct error *e) {
  struct stmt *q =
      db_sql(db, "select category, leaf, salt, body from snapshot_body where snapshot = $1 order by category", "i");
  crypto_generichash_state whole;
  crypto_generichash_init(&whole, NULL, 0, SNAPSHOT_HASH);
  sql_int(q, 1, out->id);
  out->intact = true;
  bool ok = true;
  while (ok && sql_row(q)) {
    size_t n_leaf, n_salt, n;
    const void *leaf = col_blob(q, 1, &n_leaf), *salt = col_blob(q, 2, &n_salt), *body = col_blob(q, 3, &n);
    unsigned char found[SNAPSHOT_HASH];
    if (n_leaf != SNAPSHOT_HASH) {
      out->intact = false;
      continue;
    }
    whole_add(&whole, col_text(q, 0), leaf);
    const struct model_category *k = model_category(permit_model(p), col_text(q, 0));
    if (!body || !k || !(permit_reads(p) & CATEGORY_BIT(k->index))) { /* disposed of, or not this reader's */
      out->withheld = true;
      continue;
    }
    leaf_of(salt, n_salt, body, n, found);
    out->intact = out->intact && memcmp(found, leaf, SNAPSHOT_HASH) == 0;
    const struct json *tree = json_parse(c->arena, body, n, e);
    ok = tree != NULL;
    if (ok) out->parts = lay(c->arena, out->parts, tree);
  }
  sql_end(q);
  unsigned char hash[SNAPSHOT_HASH];
  crypto_generichash_final(&whole, hash, sizeof hash);
  out->intact = out->intact && strcmp(hex(c->arena, hash, sizeof hash), out->hash) == 0;
  return db_ok(db, e) && ok;
}

bool snapshot_get(struct db *db, const struct ctx *c, const struct permit *p, const struct model_record *r, int64_t row,
                  int64_t id, struct snapshot *out, struct error *e) {
  struct row held;
  if (!access_row(db, c, p, r, row, &held, e)) return false;
  struct stmt *q = db_sql(db,
                          "select " SNAPSHOT_COLUMNS
                          " from snapshot where row_id = $1 and ($2 = 0 or id = $2) order by id desc limit 1",
                          "ii");
  sql_int(q, 1, row);
  sql_int(q, 2, id);
  bool found = sql_row(q);
  if (found) read_head(q, c->arena, out);
  sql_end(q);
  if (!db_ok(db, e)) return false;
  return found ? read_bodies(db, c, p, out, e) : access_not_found(db, e);
}

bool snapshot_list(struct db *db, const struct ctx *c, const struct permit *p, const struct model_record *r,
                   int64_t row, struct snapshot **out, size_t *n, struct error *e) {
  struct row held;
  size_t cap = 0;
  *out = NULL;
  *n = 0;
  if (!access_row(db, c, p, r, row, &held, e)) return false;
  struct stmt *q = db_sql(db, "select " SNAPSHOT_COLUMNS " from snapshot where row_id = $1 order by id desc", "i");
  sql_int(q, 1, row);
  while (sql_row(q)) {
    *out = arena_grow(c->arena, *out, &cap, *n + 1, sizeof **out);
    read_head(q, c->arena, &(*out)[(*n)++]);
  }
  for (size_t i = 0; i < *n && db_ok(db, e); i++)
    if (!read_bodies(db, c, p, &(*out)[i], e)) return false;
  return db_ok(db, e);
}
