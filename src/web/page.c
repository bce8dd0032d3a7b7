/* What handlers call: inputs, links, the stores, answers. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "kith/once.h"
#include "web/app.h"
#include "web/http.h"

/* --- what was sent ------------------------------------------------------------------------------------------------------------------ */
const char *page_input(const struct page *p, const char *name) {
  const struct pair *found = http_find(p->private->inputs, p->private->n_inputs, name);
  return found ? found->value : "";
}

size_t page_inputs(const struct page *p, const char *name, const char *const **values) {
  const struct page_private *x = p->private;
  const char **out = arena_alloc(p->arena, (x->n_inputs + 1) * sizeof *out);
  size_t n = 0;
  for (size_t i = 0; i < x->n_inputs; i++)
    if (strcmp(x->inputs[i].name, name) == 0) out[n++] = x->inputs[i].value;
  *values = out;
  return n;
}

size_t page_input_prefixed(const struct page *p, const char *prefix, const char *const **names,
                           const char *const **values) {
  const struct page_private *x = p->private;
  const char **name = arena_alloc(p->arena, (x->n_inputs + 1) * sizeof *name);
  const char **value = arena_alloc(p->arena, (x->n_inputs + 1) * sizeof *value);
  size_t n = 0, len = strlen(prefix);
  for (size_t i = 0; i < x->n_inputs; i++) {
    if (strncmp(x->inputs[i].name, prefix, len) != 0 || strchr(x->inputs[i].name, ':')) continue;
    name[n] = x->inputs[i].name + len;
    value[n++] = x->inputs[i].value;
  }
  *names = name;
  *values = value;
  return n;
}

const char *page_file(const struct page *p, const char *name, size_t *n, const char **filename) {
  const struct page_private *x = p->private;
  const struct pair *bytes = http_find(x->inputs, x->n_inputs, name);
  const struct pair *called = http_find(x->inputs, x->n_inputs, arena_printf(p->arena, "%s:filename", name));
  *n = 0;
  *filename = NULL;
  /* A browser sends an empty part without a name when no file was chosen. */
  if (!bytes || !called || !*called->value) return NULL;
  *n = bytes->n;
  *filename = called->value;
  return bytes->value;
}

static const struct path_value *path_value(const struct page *p, const char *name) {
  for (size_t i = 0; i < p->private->n_path; i++)
    if (strcmp(p->private->path[i].name, name) == 0) return &p->private->path[i];
  return NULL;
}

const char *page_path(const struct page *p, const char *name) {
  const struct path_value *v = path_value(p, name);
  return v ? v->text : NULL;
}

int64_t page_id(const struct page *p, const char *name) {
  const struct path_value *v = path_value(p, name);
  if (v) return v->number;
  const char *sent = page_input(p, name), *dash = strchr(sent, '-');
  return *sent ? strtoll(dash ? dash + 1 : sent, NULL, 10) : 0;
}

const char *page_header(const struct page *p, const char *name) {
  const struct pair *found = http_find(p->request->headers, p->request->n_headers, name);
  return found ? found->value : NULL;
}

bool page_is_fragment(const struct page *p) {
  return page_header(p, "hx-request") != NULL;
}

/* --- forms and links ------------------------------------------------------------------------------------------------------------------ */
static const char *random_hex(struct page *p, size_t bytes) {
  unsigned char raw[32];
  char *out = arena_alloc(p->arena, bytes * 2 + 1);
  random_bytes(p->ctx.random, raw, bytes);
  return sodium_bin2hex(out, bytes * 2 + 1, raw, bytes);
}

const char *page_csrf(const struct page *p) {
  if (p->session) return p->session->csrf;
  return p->private->form_token ? p->private->form_token : "";
}

const char *page_key(struct page *p) {
  return random_hex(p, 16);
}

const char *page_ref(const struct page *p, int64_t id) {
  return arena_printf(p->arena, "%s-%lld", p->authority ? p->authority->code : "000", (long long)id);
}

const char *page_url(const struct page *p, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  const char *url = arena_vprintf(p->arena, fmt, ap);
  va_end(ap);
  return url;
}

/* --- the stores ---------------------------------------------------------------------------------------------------------------------------- */
/* What a callback may have changed before it is run again. */
struct mark {
  size_t html, body, headers, children;
  int status;
  bool answered;
};

static struct mark mark_of(const struct page *p) {
  const struct response *r = p->response;
  return (struct mark){p->html->out.len,     r->body.len, r->n_headers,
                       r->access.n_children, r->status,   p->private->answered};
}

static void back_to(struct page *p, struct mark m) {
  struct response *r = p->response;
  p->html->out.len = m.html;
  r->body.len = m.body;
  r->n_headers = m.headers;
  r->access.n_children = m.children;
  r->status = m.status;
  p->private->answered = m.answered;
  error_clear(&p->error);
}

struct run {
  struct page *p;
  store_fn *fn;
  void *arg;
  struct mark mark;
  const char *key;
  unsigned char digest[ONCE_DIGEST];
};

static bool run_read(struct db *db, void *arg, struct error *e) {
  struct run *run = arg;
  back_to(run->p, run->mark);
  return run->fn(db, run->arg, e);
}

bool page_read(struct page *p, store_fn *fn, void *arg) {
  struct run run = {.p = p, .fn = fn, .arg = arg, .mark = mark_of(p)};
  if (!p->authority) return error_set(&p->error, ERR_NOT_FOUND, "There is nothing here.");
  return store_read(p->authority->main, run_read, &run, &p->error);
}

static void answer_again(struct page *p, const struct once_answer *a) {
  struct response *r = p->response;
  r->status = a->status;
  r->body.len = 0;
  if (a->location) response_header(r, "location", a->location);
  if (a->etag) response_header(r, "etag", a->etag);
  if (a->type) response_header(r, "content-type", a->type);
  buf_add(&r->body, a->body, a->n);
  p->replayed = true;
  p->private->answered = true;
}

static bool run_write(struct db *db, void *arg, struct error *e) {
  struct run *run = arg;
  struct page *p = run->p;
  struct once_answer answer = {0};
  bool found = false;
  back_to(p, run->mark);
  p->replayed = false;
  if (run->key && !once_find(db, &p->ctx, p->actor.id, run->key, run->digest, &answer, &found, e)) return false;
  if (found) {
    answer_again(p, &answer);
    return true;
  }
  if (!run->fn(db, run->arg, e)) return false;
  const struct response *r = p->response;
  if (!run->key || !p->private->answered) return true;
  answer = (struct once_answer){r->status,
                                response_header_get(r, "location"),
                                response_header_get(r, "etag"),
                                response_header_get(r, "content-type"),
                                r->body.data,
                                r->body.len};
  return once_keep(db, &p->ctx, p->actor.id, run->key, run->digest, &answer, e);
}

/* Of the method, path and everything sent but the CSRF token: the same post again has the same digest. */
static void digest_of(const struct page *p, unsigned char out[ONCE_DIGEST]) {
  crypto_generichash_state s;
  const struct request *q = p->request;
  crypto_generichash_init(&s, NULL, 0, ONCE_DIGEST);
  crypto_generichash_update(&s, (const unsigned char *)q->method, strlen(q->method) + 1);
  crypto_generichash_update(&s, (const unsigned char *)q->path, strlen(q->path) + 1);
  if (p->route->raw) crypto_generichash_update(&s, (const unsigned char *)q->body, q->n_body);
  for (size_t i = 0; i < p->private->n_inputs; i++) {
    const struct pair *in = &p->private->inputs[i];
    uint64_t n = in->n;
    if (strcmp(in->name, "_csrf") == 0) continue;
    crypto_generichash_update(&s, (const unsigned char *)in->name, strlen(in->name) + 1);
    crypto_generichash_update(&s, (const unsigned char *)&n, sizeof n);
    crypto_generichash_update(&s, (const unsigned char *)in->value, in->n);
  }
  crypto_generichash_final(&s, out, ONCE_DIGEST);
}

/* An API client names its key and may not use it for anything else; a form's key goes with what was typed, so that going back,
 * changing an answer and sending the form again is a new post. */
static const char *key_of(struct page *p, const unsigned char digest[ONCE_DIGEST]) {
  const char *header = page_header(p, "idempotency-key"), *form = page_input(p, "_key");
  if (p->private->not_html && header && *header) return arena_printf(p->arena, "a:%.*s", ONCE_KEY_MAX, header);
  if (!*form) return NULL;
  char hex[ONCE_DIGEST * 2 + 1];
  sodium_bin2hex(hex, sizeof hex, digest, ONCE_DIGEST);
  return arena_printf(p->arena, "f:%s:%.32s", form, hex);
}

bool page_write(struct page *p, store_fn *fn, void *arg) {
  struct run run = {.p = p, .fn = fn, .arg = arg, .mark = mark_of(p)};
  if (!p->authority || p->actor.id == 0) return error_set(&p->error, ERR_NOT_FOUND, "There is nothing here.");
  digest_of(p, run.digest);
  run.key = key_of(p, run.digest);
  return store_write(p->authority->main, run_write, &run, &p->error);
}

bool page_open(struct page *p, struct db *db, int64_t child, const struct permit **permit, struct error *e) {
  if (!guard_open(db, &p->ctx, p->model, &p->actor, child, permit, e)) return false;
  if (child) page_shown(p, *permit, 0);
  return true;
}

void page_shown(struct page *p, const struct permit *permit, uint64_t categories) {
  page_listed(p, permit_child(permit), categories & permit_reads(permit), permit_via(permit));
}

void page_listed(struct page *p, int64_t child, uint64_t categories, const char *via) {
  access_add(&p->response->access, p->arena, child, categories, via);
}

void page_purpose(struct page *p, const char *outcome, const char *purpose) {
  p->private->outcome = outcome;
  p->private->purpose = purpose;
}

bool web_access_write(struct db *db, void *response, struct error *e) {
  struct response *r = response;
  int64_t seq;
  return access_append(db, &r->ctx, &r->access, &seq, e);
}

/* --- answers --------------------------------------------------------------------------------------------------------------------------------- */
void page_set_header(struct page *p, const char *name, const char *value) {
  response_header(p->response, name, value);
}

void page_redirect(struct page *p, const char *path) {
  p->response->status = 303;
  p->response->body.len = 0;
  response_header(p->response, "location", path);
  p->private->answered = true;
}

void page_json(struct page *p, int status, const char *json) {
  p->response->status = status;
  p->response->body.len = 0;
  response_header(p->response, "content-type", "application/json");
  buf_str(&p->response->body, json);
  p->private->answered = true;
}

/* Letters, digits and a few signs; anything else is a hyphen, so that no name can break out of the header. */
static const char *plain_filename(const struct page *p, const char *filename) {
  char *out = arena_strdup(p->arena, filename);
  for (char *c = out; *c; c++)
    if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", *c)) *c = '-';
  return out;
}

void page_bytes(struct page *p, const char *type, const char *filename, const char *bytes, size_t n) {
  p->response->body.len = 0;
  response_header(p->response, "content-type", type);
  if (filename)
    response_header(p->response, "content-disposition",
                    arena_printf(p->arena, "attachment; filename=\"%s\"", plain_filename(p, filename)));
  buf_add(&p->response->body, bytes, n);
  p->private->answered = true;
}

void page_etag(struct page *p, int64_t version) {
  response_header(p->response, "etag", arena_printf(p->arena, "\"%lld\"", (long long)version));
}

bool page_if_match(const struct page *p, int64_t *version) {
  const char *s = page_header(p, "if-match");
  char *end;
  if (!s) return false;
  if (strncmp(s, "W/", 2) == 0) s += 2;
  if (s[0] != '"' || s[1] < '0' || s[1] > '9') return false;
  *version = strtoll(s + 1, &end, 10);
  return end[0] == '"' && end[1] == '\0';
}

void page_not_found(struct page *p) {
  problem_page(p, 404, NULL);
}

void page_fail(struct page *p) {
  switch (p->error.kind) {
  case ERR_INPUT:
    problem_page(p, 422, p->error.message);
    return;
  case ERR_DENIED:
    problem_page(p, 403, p->error.message);
    return;
  case ERR_NOT_FOUND:
    problem_page(p, 404, NULL);
    return;
  case ERR_CONFLICT:
    problem_page(p, 412, p->error.message);
    return;
  case ERR_RETRY:
    problem_page(p, 503, NULL);
    return;
  default:
    /* The message may quote the store: it goes to whoever runs the machine, by kind only, and never to the reader. */
    log_event(LOG_ERROR, "page_broken", "request=%s kind=%s", p->ctx.request_id, error_kind_name(p->error.kind));
    problem_page(p, 500, NULL);
  }
}

/* --- headers, cookies, layout ------------------------------------------------------------------------------------------------------------------ */
void response_header(struct response *r, const char *name, const char *value) {
  for (const char *c = value; *c; c++)
    if ((unsigned char)*c < 0x20) return; /* never split a header */
  for (size_t i = 0; i < r->n_headers && strcmp(name, "set-cookie") != 0; i++)
    if (strcmp(r->headers[i].name, name) == 0) {
      r->headers[i].value = arena_strdup(r->body.arena, value);
      return;
    }
  r->headers = arena_grow(r->body.arena, r->headers, &r->cap_headers, r->n_headers + 1, sizeof *r->headers);
  r->headers[r->n_headers++] =
      (struct pair){.name = name, .value = arena_strdup(r->body.arena, value), .n = strlen(value)};
}

const char *response_header_get(const struct response *r, const char *name) {
  const struct pair *found = http_find(r->headers, r->n_headers, name);
  return found ? found->value : NULL;
}

const char *page_cookie_name(const struct page *p, const char *stem) {
  return arena_printf(p->arena, "%s%s", p->request->secure ? "__Host-" : "", stem);
}

void page_cookie(struct page *p, const char *name, const char *value, const char *same_site) {
  response_header(p->response, "set-cookie",
                  arena_printf(p->arena, "%s=%s; Path=/; HttpOnly; SameSite=%s%s%s", name, value ? value : "",
                               same_site, p->request->secure ? "; Secure" : "", value ? "" : "; Max-Age=0"));
}

/* A young person's way about is the own record. */
static void own_layout(struct page *p, struct layout *l) {
  const char *me = page_ref(p, p->actor.id);
  const struct layout_nav own[] = {{"home", "Home", "/"},
                                   {"pep", "My plan", page_url(p, "/children/%s/pep", me)},
                                   {"children", "My record", page_url(p, "/children/%s", me)},
                                   {"who", "Who has looked", page_url(p, "/children/%s/who", me)}};
  l->nav = arena_copy(p->arena, own, sizeof own);
  l->n_nav = sizeof own / sizeof *own;
  l->own = true;
}

void page_layout(struct page *p) {
  const struct session *s = p->session;
  struct layout l = {
      .assets = p->web->assets,
      .title = p->title,
      .section = p->section,
      .crumbs = p->crumbs,
      .n_crumbs = p->n_crumbs,
      .wide = p->wide,
      .main = p->html,
      .request_id = p->ctx.request_id,
      .csrf = page_csrf(p),
      .nav = site_nav,
      .n_nav = n_site_nav,
  };
  l.error = p->html->errors && p->html->errors->kind != ERR_NONE;
  if (s) {
    l.user = s->name;
    l.choose = s->n_memberships > 1;
  }
  if (p->own) own_layout(p, &l);
  if (p->authority) {
    l.authority = p->authority->name;
    l.synthetic = p->authority->synthetic;
    l.practice = p->authority->practice;
  } else {
    l.n_nav = 0;
    l.synthetic = p->web->demo;
  }
  p->response->body.len = 0;
  response_header(p->response, "content-type", "text/html; charset=utf-8");
  layout_page(&p->response->body, p->arena, &l);
}

void web_security_headers(struct response *r, bool secure, bool cacheable) {
  static const struct {
    const char *name, *value;
  } always[] = {
      {"content-security-policy",
       "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src "
       "'self'; "
       "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"},
      {"x-content-type-options", "nosniff"},
      {"x-frame-options", "DENY"},
      {"referrer-policy", "no-referrer"},
      {"cross-origin-opener-policy", "same-origin"},
      {"cross-origin-resource-policy", "same-origin"},
      {"permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
  };
  for (size_t i = 0; i < sizeof always / sizeof *always; i++) response_header(r, always[i].name, always[i].value);
  response_header(r, "cache-control", cacheable ? "public, max-age=31536000, immutable" : "no-store");
  if (secure) response_header(r, "strict-transport-security", "max-age=31536000; includeSubDomains");
}
