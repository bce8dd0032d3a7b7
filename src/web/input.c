/* What a route declares, taken from query or form: cleaned, checked for kind and length; anything else is dropped. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "web/app.h"
#include "web/http.h"

static const struct route_input *declared(const struct route *r, const char *name) {
  for (size_t i = 0; i < sizeof r->inputs / sizeof *r->inputs && r->inputs[i].name; i++) {
    const char *own = r->inputs[i].name;
    size_t n = strlen(own);
    if (own[n - 1] == '*' ? strncmp(own, name, n - 1) == 0 : strcmp(own, name) == 0) return &r->inputs[i];
  }
  return NULL;
}

/* The declared name of which this is a part, "born" for "born-day"; "" when it is none. */
static const char *date_stem(struct arena *a, const char *name, int *which) {
  static const char *const endings[] = {"-day", "-month", "-year"};
  size_t n = strlen(name);
  for (int i = 0; i < 3; i++) {
    size_t k = strlen(endings[i]);
    if (n <= k || strcmp(name + n - k, endings[i]) != 0) continue;
    *which = i;
    return arena_strndup(a, name, n - k);
  }
  return "";
}

static void add(struct page *p, const char *name, const char *value, size_t n) {
  struct page_private *x = p->private;
  x->inputs = arena_grow(p->arena, x->inputs, &x->cap_inputs, x->n_inputs + 1, sizeof *x->inputs);
  x->inputs[x->n_inputs++] = (struct pair){.name = name, .value = value, .n = n};
}

static bool id_right(const struct page *p, const char *v) {
  size_t n = strlen(v);
  if (n < 5 || n > 22 || v[3] != '-' || strspn(v, "0123456789") != 3 || v[4] == '0' ||
      strspn(v + 4, "0123456789") != n - 4)
    return false;
  return p->authority && strncmp(p->authority->code, v, 3) == 0;
}

static bool kind_right(const struct page *p, enum input_kind kind, const char *v) {
  size_t n = strlen(v);
  if (n == 0) return true;
  switch (kind) {
  case INPUT_LINE:
    return !strchr(v, '\n');
  case INPUT_WORD:
    return *v >= 'a' && *v <= 'z' && strspn(v, "abcdefghijklmnopqrstuvwxyz0123456789_") == n;
  case INPUT_NUMBER:
    return n <= 18 && strspn(v, "0123456789") == n;
  case INPUT_ID:
    return id_right(p, v);
  default:
    return true;
  }
}

static int limit_of(const struct route_input *in) {
  if (in->max) return in->max;
  return in->kind == INPUT_PROSE || in->kind == INPUT_FILE ? 0 : 200;
}

static bool take(struct page *p, const struct route_input *in, const struct pair *given, int *status) {
  int limit = limit_of(in);
  if (limit && given->n > (size_t)limit) {
    *status = 413;
    return error_field(&p->error, given->name, NULL, "What was sent for %s is longer than %d bytes.", given->name,
                       limit);
  }
  if (in->kind == INPUT_FILE || in->kind == INPUT_SECRET) {
    if (in->kind == INPUT_SECRET && strlen(given->value) != given->n) {
      *status = 400;
      return error_field(&p->error, given->name, NULL, "%s holds a character that cannot be kept.", given->name);
    }
    add(p, given->name, given->value, given->n);
    return true;
  }
  char *clean = text_clean(p->arena, given->value, given->n);
  if (!clean || !kind_right(p, in->kind, clean)) {
    *status = 400;
    return error_field(&p->error, given->name, NULL, "%s is not of the kind that this page takes.", given->name);
  }
  add(p, given->name, clean, strlen(clean));
  return true;
}

/* Day, month and year of one date, joined: "YYYY-MM-DD", "d/m/y" as typed when that is no date, "" when all are empty. */
static const char *date_join(struct arena *a, const char *const part[3]) {
  const char *v[3];
  for (int i = 0; i < 3; i++) v[i] = part[i] ? text_trim(a, part[i]) : "";
  if (!*v[0] && !*v[1] && !*v[2]) return "";
  const char *typed = arena_printf(a, "%s/%s/%s", v[0], v[1], v[2]);
  date_t d = date_parse_uk(typed);
  if (d == DATE_NONE) return typed;
  char *out = arena_alloc(a, DATE_TEXT);
  return date_format(d, out);
}

static bool date_declared(const struct route_input *in) {
  return in && (in->kind == INPUT_DATE || in->name[strlen(in->name) - 1] == '*');
}

static bool date_part_valid(const struct pair *g) {
  return g->n <= 20 && g->n == strlen(g->value) && text_utf8_valid(g->value, g->n);
}

/* The first part of a date that is met joins all three. false: a part is far too long or no text. */
static bool take_date(struct page *p, const struct pair *given, size_t n, const char *stem) {
  const char *part[3] = {NULL, NULL, NULL};
  for (size_t i = 0; i < n; i++) {
    int which = 0;
    if (strcmp(date_stem(p->arena, given[i].name, &which), stem) != 0 || part[which]) continue;
    if (!date_part_valid(&given[i])) return false;
    part[which] = given[i].value;
  }
  const char *joined = date_join(p->arena, part);
  add(p, stem, joined, strlen(joined));
  return true;
}

static bool taken(const struct page *p, const char *name) {
  return http_find(p->private->inputs, p->private->n_inputs, name) != NULL;
}

static bool take_one(struct page *p, const struct pair *given, size_t n, size_t i, int *status) {
  int which = 0;
  const struct pair *g = &given[i];
  const char *stem = date_stem(p->arena, g->name, &which);
  const struct route_input *of_date = *stem ? declared(p->route, stem) : NULL;
  if (date_declared(of_date)) {
    if (taken(p, stem) || take_date(p, given, n, stem)) return true;
    *status = 400;
    return error_field(&p->error, stem, NULL, "%s is not a date.", stem);
  }
  size_t len = strlen(g->name);
  const char *colon = strrchr(g->name, ':'); /* "N:filename", "N:type" of a part with a file */
  const struct route_input *in =
      declared(p->route, colon ? arena_strndup(p->arena, g->name, (size_t)(colon - g->name)) : g->name);
  if (!in || len > 200) return true;
  if (colon)
    return in->kind != INPUT_FILE ||
           take(p, &(struct route_input){.name = g->name, .kind = INPUT_LINE, .max = 1000}, g, status);
  if (!in->many && taken(p, g->name)) return true;
  return take(p, in, g, status);
}

static bool take_all(struct page *p, const struct pair *given, size_t n, int *status) {
  static const struct route_input always = {.name = "", .kind = INPUT_LINE, .max = 128};
  for (size_t i = 0; i < n; i++) {
    bool own = strcmp(given[i].name, "_csrf") == 0 || strcmp(given[i].name, "_key") == 0;
    if (own ? !take(p, &always, &given[i], status) : !take_one(p, given, n, i, status)) return false;
  }
  return true;
}

static bool parse_form(struct page *p, int *status) {
  struct request *q = p->request;
  const char *header = page_header(p, "content-type"), *type = http_media_type(p->arena, header);
  if (q->form || q->n_body == 0 || p->route->raw) return true;
  *status = 400;
  if (strcmp(type, "application/x-www-form-urlencoded") == 0) {
    if (http_urlencoded(p->arena, q->body, q->n_body, &q->form, &q->n_form)) return true;
    return error_set(&p->error, ERR_INPUT, "The form holds too many values.");
  }
  if (strcmp(type, "multipart/form-data") == 0) {
    if (http_multipart(p->arena, header, q->body, q->n_body, &q->form, &q->n_form)) return true;
    return error_set(&p->error, ERR_INPUT, "The form did not arrive whole. Send it again.");
  }
  *status = 415;
  return error_set(&p->error, ERR_INPUT, "This address takes a form, not %.60s.",
                   *type ? type : "a body of no stated type");
}

bool inputs_take(struct page *p, int *status) {
  struct request *q = p->request;
  if (p->route->raw || strcmp(p->route->method, "GET") == 0) return take_all(p, q->query, q->n_query, status);
  return parse_form(p, status) && take_all(p, q->form, q->n_form, status);
}
