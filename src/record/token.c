/* token: what a child is found by, one row a word, sound or number, in the order in which a search reads it. Fields
 * give tokens by what the model says of them: names by sort_key, numbers by check or by standing as `value` beside a
 * `scheme`.
 *
 * Kinds: n a folded word of a name; i its endings of three letters and more, for parts within a word; s a word's sound;
 * d a date of birth; l a local id, u a UPN, h an NHS number. */
#include <string.h>

#include "base/ident.h"
#include "base/text.h"
#include "record/change.h"

static const char *check_kind(const struct model_field *f) {
  if (!f->check) return NULL;
  if (strcmp(f->check, "local_id") == 0) return "l";
  if (strcmp(f->check, "upn") == 0) return "u";
  if (strcmp(f->check, "nhs") == 0) return "h";
  return NULL;
}

/* Names are those of the child record and of child_name (names used before, or by others). A parent's name finds no
 * child. */
static bool names_child(const struct model_record *r) {
  return r->is_child || strcmp(r->name, "child_name") == 0;
}

static bool numbers_child(const struct model_record *r, const struct model_field *f) {
  return strcmp(f->name, "value") == 0 && row_type(f) == STORE_TEXT && model_field(r, "scheme") != NULL;
}

static bool field_found(const struct model_record *r, const struct model_field *f) {
  if (check_kind(f) || numbers_child(r, f)) return true;
  if (f->sort_key && names_child(r)) return true;
  return r->is_child && row_born_field(r) == f;
}

bool token_source(const struct model_record *r) {
  if (r->about != ABOUT_CHILD) return false;
  for (size_t i = 0; i < r->n_fields; i++)
    if (field_found(r, &r->fields[i])) return true;
  return false;
}

struct tokens {
  struct arena *a;
  struct token **out;
  size_t *n, *cap;
  struct token t;
  size_t start; /* of this row */
};

static void put(struct tokens *k, const char *kind, const char *token) {
  if (!*token) return;
  for (size_t i = k->start; i < *k->n; i++) {
    const struct token *had = &(*k->out)[i];
    if (strcmp(had->kind, kind) == 0 && strcmp(had->token, token) == 0) return;
  }
  *k->out = arena_grow(k->a, *k->out, k->cap, *k->n + 1, sizeof **k->out);
  struct token *t = &(*k->out)[(*k->n)++];
  *t = k->t;
  t->kind = kind;
  t->token = token;
}

static void put_name(struct tokens *k, const char *text) {
  char *words = text_fold(k->a, text), *save = NULL;
  for (char *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
    put(k, "n", w);
    size_t n = strlen(w);
    for (size_t i = 1; i + 3 <= n && i < 40; i++)
      if (((unsigned char)w[i] & 0xC0) != 0x80) put(k, "i", w + i);
  }
  char *sounds = text_sounds(k->a, text);
  for (char *w = strtok_r(sounds, " ", &save); w; w = strtok_r(NULL, " ", &save)) put(k, "s", w);
}

static void put_number(struct tokens *k, const char *text) {
  char upn[UPN_LENGTH + 1], nhs[11];
  if (upn_check(text, upn) != UPN_INVALID)
    put(k, "u", arena_strdup(k->a, upn));
  else if (nhs_check(text, nhs))
    put(k, "h", arena_strdup(k->a, nhs));
  else
    put(k, "l", text_upper_ascii(k->a, text));
}

void tokens_of(struct arena *a, const struct row *row, struct token **out, size_t *n, size_t *cap) {
  const struct model_record *r = row->r.record;
  if (row->r.voided) return;
  struct tokens k = {.a = a, .out = out, .n = n, .cap = cap, .start = *n};
  k.t = (struct token){.child = row->r.child, .row = row->r.id};
  for (size_t i = 0; i < r->n_fields; i++) {
    const struct model_field *f = &r->fields[i];
    if (row->values[i].type != VALUE_TEXT || !field_found(r, f)) continue;
    k.t.category = f->category;
    if (check_kind(f))
      put(&k, check_kind(f), text_upper_ascii(a, row->values[i].s));
    else if (numbers_child(r, f))
      put_number(&k, row->values[i].s);
    else if (f->type == FIELD_DATE)
      put(&k, "d", row->values[i].s);
    else
      put_name(&k, row->values[i].s);
  }
}

bool token_touched(const struct row_change *x) {
  const struct model_record *r = x->row.r.record;
  if (r->about != ABOUT_CHILD) return false;
  for (size_t i = 0; i < x->n; i++) {
    const struct model_field *f = model_field(r, x->cells[i].name);
    if (f ? field_found(r, f) : strcmp(x->cells[i].name, "_void") == 0) return true;
  }
  return false;
}

void token_drop(struct db *db, int64_t child, int64_t row) {
  struct stmt *q = db_sql(db, "delete from child_token where child = $1 and row_id = $2", "ii");
  sql_int(q, 1, child);
  sql_int(q, 2, row);
  sql_run(q);
}

void token_put(struct db *db, struct arena *a, const struct row *row) {
  token_drop(db, row->r.child, row->r.id);
  struct token *t = NULL;
  size_t n = 0, cap = 0;
  tokens_of(a, row, &t, &n, &cap);
  for (size_t i = 0; i < n; i++) {
    struct stmt *q = db_sql(
        db, "insert into child_token (kind, token, child, row_id, category) values ($1, $2, $3, $4, $5)", "ttiit");
    sql_text(q, 1, t[i].kind);
    sql_text(q, 2, t[i].token);
    sql_int(q, 3, t[i].child);
    sql_int(q, 4, t[i].row);
    sql_text(q, 5, t[i].category);
    sql_run(q);
  }
}
