#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/ident.h"
#include "web/app.h"

static bool segment_compile(struct arena *a, const char *s, size_t n, struct segment *out) {
  if (s[0] != '{') {
    *out = (struct segment){SEGMENT_LITERAL, arena_strndup(a, s, n)};
    return true;
  }
  const char *colon = memchr(s, ':', n);
  if (!colon || s[n - 1] != '}') return false;
  const char *kind = arena_strndup(a, colon + 1, (size_t)(s + n - 1 - colon - 1));
  out->text = arena_strndup(a, s + 1, (size_t)(colon - s - 1));
  if (strcmp(kind, "id") == 0)
    out->kind = SEGMENT_ID;
  else if (strcmp(kind, "word") == 0)
    out->kind = SEGMENT_WORD;
  else if (strcmp(kind, "number") == 0)
    out->kind = SEGMENT_NUMBER;
  else
    return false;
  return true;
}

static bool compile(struct arena *a, const struct route *r, struct compiled *out, struct error *e) {
  out->route = r;
  for (const char *s = r->path; *s;) {
    s++; /* the stroke */
    size_t n = strcspn(s, "/");
    if (n == 0) break;
    if (out->n == PATH_SEGMENTS || !segment_compile(a, s, n, &out->segments[out->n]))
      return error_set(e, ERR_BROKEN, "route %s %s: a segment is neither literal nor {name:kind}", r->method, r->path);
    out->n++;
    s += n;
  }
  return true;
}

bool routes_compile(struct arena *a, const struct route *const *tables, size_t n, struct web *w, struct error *e) {
  size_t cap = 0;
  for (size_t i = 0; i < n; i++) {
    for (const struct route *r = tables[i]; r->path; r++) {
      w->routes = arena_grow(a, w->routes, &cap, w->n_routes + 1, sizeof *w->routes);
      w->routes[w->n_routes] = (struct compiled){0};
      if (!compile(a, r, &w->routes[w->n_routes++], e)) return false;
    }
  }
  return true;
}

static bool digits(const char *s, size_t n) {
  if (n == 0 || n > 18) return false;
  for (size_t i = 0; i < n; i++)
    if (s[i] < '0' || s[i] > '9') return false;
  return true;
}

static bool value_matches(enum segment_kind kind, const char *s, struct path_value *v) {
  size_t n = strlen(s);
  v->text = s;
  switch (kind) {
  case SEGMENT_WORD:
    if (*s < 'a' || *s > 'z') return false;
    return strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == n;
  case SEGMENT_NUMBER:
    if (!digits(s, n)) return false;
    v->number = strtoll(s, NULL, 10);
    return true;
  case SEGMENT_ID:
    if (n < 5 || s[3] != '-' || !digits(s, 3) || !digits(s + 4, n - 4) || s[4] == '0') return false;
    memcpy(v->authority, s, 3);
    v->number = strtoll(s + 4, NULL, 10);
    return true;
  default:
    return false;
  }
}

/* The more literal segments, the earlier, the better: -1 when the path is another. */
static long match(const struct compiled *c, char *const *parts, size_t n, struct path_value *values) {
  long score = 0;
  if (c->n != n) return -1;
  for (size_t i = 0; i < n; i++) {
    const struct segment *s = &c->segments[i];
    score *= 2;
    values[i] = (struct path_value){0};
    if (s->kind == SEGMENT_LITERAL) {
      if (strcmp(s->text, parts[i]) != 0) return -1;
      score++;
    } else {
      values[i].name = s->text;
      if (!value_matches(s->kind, parts[i], &values[i])) return -1;
    }
  }
  return score;
}

static size_t split(struct arena *a, const char *path, char **parts) {
  char *rest = arena_strdup(a, path + 1);
  size_t n = 0;
  if (!*rest) return 0;
  for (char *part; (part = strsep(&rest, "/"));) {
    if (n == PATH_SEGMENTS) return PATH_SEGMENTS + 1;
    parts[n++] = part;
  }
  return n;
}

static void keep_values(struct page_private *priv, const struct path_value *values, size_t n) {
  priv->n_path = 0;
  priv->path_authority = NULL;
  for (size_t i = 0; i < n; i++)
    if (values[i].name) priv->path[priv->n_path++] = values[i];
  for (size_t i = 0; i < priv->n_path; i++)
    if (priv->path[i].authority[0] && !priv->path_authority) priv->path_authority = priv->path[i].authority;
}

const struct route *routes_find(const struct web *w, struct arena *a, const char *method, const char *path,
                                struct page_private *priv, const char **allowed) {
  char *parts[PATH_SEGMENTS + 1];
  struct path_value values[PATH_SEGMENTS];
  const struct route *best = NULL;
  long best_score = -1;
  *allowed = NULL;
  if (strcmp(method, "HEAD") == 0) method = "GET";
  size_t n = split(a, path, parts);
  if (n > PATH_SEGMENTS) return NULL;
  for (size_t i = 0; i < w->n_routes; i++) {
    long score = match(&w->routes[i], parts, n, values);
    const struct route *r = w->routes[i].route;
    if (score < 0) continue;
    if (strcmp(r->method, method) != 0) {
      *allowed = *allowed ? arena_printf(a, "%s, %s", *allowed, r->method) : r->method;
    } else if (score > best_score) {
      best = r;
      best_score = score;
      keep_values(priv, values, n);
    }
  }
  return best;
}

const char *routes_template(const struct page *p) {
  /* Kinds are left out: {child:id} is {child}. */
  struct buf b;
  buf_init(&b, p->arena);
  buf_printf(&b, "%s ", p->route->method);
  for (const char *s = p->route->path; *s; s++) {
    if (*s == ':')
      while (s[1] && s[1] != '}') s++;
    else
      buf_char(&b, *s);
  }
  return buf_text(&b);
}

bool web_slow(const struct web *w, const char *method, const char *path) {
  for (size_t i = 0; i < w->n_routes; i++) {
    const struct route *r = w->routes[i].route;
    if (r->slow && strcmp(r->method, method) == 0 && strcmp(r->path, path) == 0) return true;
  }
  return false;
}
