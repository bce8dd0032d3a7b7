#include "model/read.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"

bool read_bad(struct reading *r, const struct node *at, const char *key, const char *remedy, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  const char *what = arena_vprintf(r->a, fmt, ap);
  va_end(ap);
  const char *value = at && at->kind == NODE_SCALAR ? at->text : NULL;
  return node_error(r->e, at ? at->file : NULL, at ? at->line : 0, key, value, what, remedy);
}

/* Edits (insert, remove, replace) between two short words. */
static size_t distance(const char *s, const char *t) {
  size_t row[64], n = strlen(s), m = strlen(t);
  if (n > 62 || m > 62) return 99;
  for (size_t j = 0; j <= m; j++) row[j] = j;
  for (size_t i = 1; i <= n; i++) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= m; j++) {
      size_t best = diagonal + (s[i - 1] != t[j - 1]);
      diagonal = row[j];
      if (row[j] + 1 < best) best = row[j] + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      row[j] = best;
    }
  }
  return row[m];
}

const char *read_nearest(const char *given, const char *const *words) {
  const char *best = NULL;
  size_t least = strlen(given) / 2 + 1;
  if (least > 4) least = 4;
  for (; words && *words; words++) {
    size_t d = distance(given, *words);
    if (d < least) {
      least = d;
      best = *words;
    }
  }
  return best;
}

const char *read_did_you_mean(struct reading *r, const char *given, const char *const *words, const char *fallback) {
  const char *near = read_nearest(given, words);
  return near ? arena_printf(r->a, "Did you mean “%s”?", near) : fallback;
}

bool read_keys(struct reading *r, const struct node *map, const char *const *keys, const char *what) {
  if (!map || map->kind != NODE_MAP) {
    return read_bad(r, map, NULL, "Write it as “key: value” pairs", "%s must be a map", what);
  }
  struct buf all;
  buf_init(&all, r->a);
  for (size_t k = 0; keys[k]; k++) buf_printf(&all, "%s%s", k ? ", " : "", keys[k]);
  for (size_t i = 0; i < map->n; i++) {
    size_t k = 0;
    while (keys[k] && strcmp(keys[k], map->keys[i]) != 0) k++;
    if (keys[k]) continue;
    const char *fallback = arena_printf(r->a, "It may have: %s", buf_text(&all));
    const char *remedy = read_did_you_mean(r, map->keys[i], keys, fallback);
    node_error(r->e, map->items[i]->file, map->lines[i], map->keys[i], NULL,
               arena_printf(r->a, "%s has no such key", what), remedy);
  }
  return true;
}

const char *read_text(struct reading *r, const struct node *map, const char *key, bool required) {
  const struct node *n = node_get(map, key);
  if (!n) {
    if (required) {
      read_bad(r, map, key, arena_printf(r->a, "Add “%s:” here", key), "“%s” is missing", key);
    }
    return NULL;
  }
  if (n->kind != NODE_SCALAR) {
    read_bad(r, n, key, "Write one value, not a list or map", "“%s” must be a text", key);
    return NULL;
  }
  return n->text;
}

bool read_name_ok(const char *s) {
  if (!islower((unsigned char)*s) || strlen(s) > 48) return false;
  for (; *s; s++) {
    if (!islower((unsigned char)*s) && !isdigit((unsigned char)*s) && *s != '_') return false;
  }
  return true;
}

const char *read_name(struct reading *r, const struct node *map, const char *key, bool required) {
  const char *s = read_text(r, map, key, required);
  if (s && !read_name_ok(s)) {
    read_bad(r, node_get(map, key), key, "Use small letters, digits and _, begin with a letter, at most 48 characters",
             "“%s” is not a name", s);
    return NULL;
  }
  return s;
}

int read_choice(struct reading *r, const struct node *map, const char *key, const char *const *words, bool required) {
  const char *s = read_text(r, map, key, required);
  if (!s) return -1;
  for (int i = 0; words[i]; i++) {
    if (strcmp(s, words[i]) == 0) return i;
  }
  struct buf all;
  buf_init(&all, r->a);
  for (int i = 0; words[i]; i++) buf_printf(&all, "%s%s", i ? ", " : "Write one of ", words[i]);
  const char *remedy = read_did_you_mean(r, s, words, buf_text(&all));
  read_bad(r, node_get(map, key), key, remedy, "“%s” is not a known %s", s, key);
  return -1;
}

bool read_flag(struct reading *r, const struct node *map, const char *key) {
  const char *s = read_text(r, map, key, false);
  if (!s || strcmp(s, "false") == 0 || strcmp(s, "no") == 0) return false;
  if (strcmp(s, "true") == 0 || strcmp(s, "yes") == 0) return true;
  return read_bad(r, node_get(map, key), key, "Write true or false", "“%s” is neither true nor false", s);
}

bool read_decimal_text(const char *s, int scale, int64_t *out) {
  bool negative = *s == '-';
  int64_t v = 0;
  int places = -1, digits = 0;
  for (s += negative; *s; s++) {
    if (*s == '.' && places < 0 && scale > 0) {
      places = 0;
      continue;
    }
    if (!isdigit((unsigned char)*s) || v > INT64_MAX / 100 || (places >= 0 && ++places > scale)) return false;
    v = v * 10 + (*s - '0');
    digits++;
  }
  if (digits == 0 || places == 0) return false;
  for (int i = places < 0 ? 0 : places; i < scale; i++) {
    if (v > INT64_MAX / 100) return false;
    v *= 10;
  }
  *out = negative ? -v : v;
  return true;
}

bool read_decimal(struct reading *r, const struct node *map, const char *key, int scale, int64_t *out) {
  const char *s = read_text(r, map, key, false);
  if (!s) return false;
  if (read_decimal_text(s, scale, out)) return true;
  return read_bad(
      r, node_get(map, key), key,
      scale ? arena_printf(r->a, "Write a number with at most %d decimal places", scale) : "Write a whole number",
      "“%s” is not such a number", s);
}

bool read_integer(struct reading *r, const struct node *map, const char *key, int64_t *out) {
  return read_decimal(r, map, key, 0, out);
}

date_t read_date(struct reading *r, const struct node *map, const char *key) {
  const char *s = read_text(r, map, key, false);
  if (!s) return DATE_NONE;
  date_t d = date_parse_iso(s);
  if (d == DATE_NONE) read_bad(r, node_get(map, key), key, "Write a date as 2018-02-26", "“%s” is not a date", s);
  return d;
}

const char *const *read_texts(struct reading *r, const struct node *map, const char *key, size_t *n) {
  *n = 0;
  const struct node *v = node_get(map, key);
  if (!v) return NULL;
  const char **all = arena_alloc(r->a, (v->n + 2) * sizeof *all);
  if (v->kind == NODE_SCALAR) {
    all[(*n)++] = v->text;
  } else if (v->kind == NODE_MAP) {
    read_bad(r, v, key, "Write [one, two]", "“%s” must be a list", key);
  }
  for (size_t i = 0; v->kind == NODE_LIST && i < v->n; i++) {
    if (v->items[i]->kind == NODE_SCALAR) {
      all[(*n)++] = v->items[i]->text;
    } else {
      read_bad(r, v->items[i], key, "Write plain words: [one, two]", "“%s” holds something that is not a word", key);
    }
  }
  return all;
}

const struct node *read_list(struct reading *r, const struct node *map, const char *key) {
  const struct node *n = node_get(map, key);
  if (!n || n->kind == NODE_LIST) return n;
  read_bad(r, n, key, "Begin each item with “- ”", "“%s” must be a list", key);
  return NULL;
}

const struct node *read_map(struct reading *r, const struct node *map, const char *key) {
  const struct node *n = node_get(map, key);
  if (!n || n->kind == NODE_MAP) return n;
  read_bad(r, n, key, "Write it as “key: value” pairs", "“%s” must be a map", key);
  return NULL;
}
