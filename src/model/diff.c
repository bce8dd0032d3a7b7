/* diff: what differs between two models, from their canonical JSON, so that no key can be forgotten. One line each:
 * "+ pep.local_reading_age integer", "- codes.sex.U", "~ pep_ready.due.within 20 -> 15". */
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "model/model.h"

struct differ {
  struct arena *a;
  struct buf *out;
  size_t lines;
};

static void compare(struct differ *d, const char *path, const struct json *was, const struct json *now);

/* What names an item of a list: the same keys as an overlay's. */
static const char *item_name(const struct json *item) {
  static const char *const keys[] = {"id", "name", "code", "to", "relation"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    const char *s = json_text(json_get(item, keys[i]));
    if (s) return s;
  }
  return NULL;
}

static const struct json *item_named(const struct json *list, const char *name) {
  for (size_t i = 0; i < list->n; i++) {
    const char *s = item_name(list->items[i]);
    if (s && strcmp(s, name) == 0) return list->items[i];
  }
  return NULL;
}

static const char *under(struct differ *d, const char *path, const char *name) {
  static const char *const plain[] = {"records", "duties", "roles", "categories", "sections", "fields", "list"};
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
    if (strcmp(name, plain[i]) == 0) return path;
  }
  return *path ? arena_printf(d->a, "%s.%s", path, name) : name;
}

static const char *short_text(struct differ *d, const struct json *v) {
  const char *s = json_text(v);
  if (s) return strlen(s) > 60 ? arena_printf(d->a, "%.57s...", s) : s;
  if (v->type != JSON_ARRAY) return "{...}";
  struct buf b;
  buf_init(&b, d->a);
  buf_char(&b, '[');
  for (size_t i = 0; i < v->n && b.len < 80; i++) {
    const char *item = json_text(v->items[i]) ? json_text(v->items[i]) : item_name(v->items[i]);
    buf_printf(&b, "%s%s", i ? ", " : "", item ? item : "{...}");
  }
  buf_char(&b, ']');
  return buf_text(&b);
}

static void line(struct differ *d, char sign, const char *path, const char *rest) {
  buf_printf(d->out, "%c %s%s%s\n", sign, path, *rest ? " " : "", rest);
  d->lines++;
}

static void one_sided(struct differ *d, char sign, const char *path, const struct json *v) {
  const char *type = json_text(json_get(v, "type"));
  const char *title = type ? type : json_text(json_get(v, "title"));
  if (!title) title = json_text(json_get(v, "label"));
  line(d, sign, path, title ? title : json_text(v) ? short_text(d, v) : "");
}

static void compare_maps(struct differ *d, const char *path, const struct json *was, const struct json *now) {
  for (size_t i = 0; i < was->n; i++) {
    const struct json *other = json_get(now, was->keys[i]);
    const char *at = under(d, path, was->keys[i]);
    if (other) {
      compare(d, at, was->items[i], other);
    } else {
      one_sided(d, '-', at == path ? was->keys[i] : at, was->items[i]);
    }
  }
  for (size_t i = 0; i < now->n; i++) {
    if (!json_get(was, now->keys[i])) one_sided(d, '+', under(d, path, now->keys[i]), now->items[i]);
  }
}

static bool is_named(const struct json *list) {
  for (size_t i = 0; list->type == JSON_ARRAY && i < list->n; i++) {
    if (!item_name(list->items[i])) return false;
  }
  return list->type == JSON_ARRAY;
}

static void compare_lists(struct differ *d, const char *path, const struct json *was, const struct json *now) {
  size_t common = 0, moved = 0;
  for (size_t i = 0; i < was->n; i++) {
    const char *name = item_name(was->items[i]);
    const struct json *other = item_named(now, name);
    const char *at = *path ? arena_printf(d->a, "%s.%s", path, name) : name;
    if (other) {
      compare(d, at, was->items[i], other);
    } else {
      one_sided(d, '-', at, was->items[i]);
    }
  }
  for (size_t i = 0; i < now->n; i++) {
    const char *name = item_name(now->items[i]);
    const char *at = *path ? arena_printf(d->a, "%s.%s", path, name) : name;
    if (!item_named(was, name)) {
      one_sided(d, '+', at, now->items[i]);
      continue;
    }
    while (common < was->n && !item_named(now, item_name(was->items[common]))) common++;
    moved += common < was->n && strcmp(item_name(was->items[common]), name) != 0;
    common++;
  }
  if (moved) line(d, '~', path, "in another order");
}

static bool same(const struct json *l, const struct json *r) {
  if (l->type != r->type || l->n != r->n) return false;
  if (l->type == JSON_STRING) return strcmp(l->s, r->s) == 0;
  if (l->type != JSON_ARRAY && l->type != JSON_OBJECT) return true;
  for (size_t i = 0; i < l->n; i++) {
    if (l->type == JSON_OBJECT && strcmp(l->keys[i], r->keys[i]) != 0) return false;
    if (!same(l->items[i], r->items[i])) return false;
  }
  return true;
}

static void compare(struct differ *d, const char *path, const struct json *was, const struct json *now) {
  if (same(was, now)) return;
  if (was->type == JSON_OBJECT && now->type == JSON_OBJECT) {
    compare_maps(d, path, was, now);
  } else if (is_named(was) && is_named(now)) {
    compare_lists(d, path, was, now);
  } else {
    line(d, '~', path, arena_printf(d->a, "%s -> %s", short_text(d, was), short_text(d, now)));
  }
}

bool model_diff(const struct model *old, const struct model *new_, struct buf *out) {
  struct differ d = {.a = out->arena, .out = out};
  struct error e;
  error_init(&e, d.a);
  const struct json *was = json_parse(d.a, old->canonical, old->n_canonical, &e);
  const struct json *now = json_parse(d.a, new_->canonical, new_->n_canonical, &e);
  if (was && now) compare(&d, "", was, now);
  return d.lines > 0;
}
