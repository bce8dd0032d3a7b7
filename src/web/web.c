/* web_handle: from a request to a response, step by step; each step either goes on or leaves a problem page. */
#include <sodium.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "kith/once.h"
#include "web/app.h"
#include "web/http.h"

static bool ensure_once(struct db *db, void *arg, struct error *e) {
  (void)arg;
  return once_ensure(db, e);
}

bool web_new(struct arena *a, struct engine *g, const struct web_options *o, struct web **out, struct error *e) {
  struct web *w = arena_alloc(a, sizeof *w);
  w->engine = g;
  w->trusted_proxy = o->trusted_proxy;
  w->demo = o->demo;
  if (!assets_load(a, o->assets, &w->assets, e)) return false;
  if (!routes_compile(a, o->tables ? o->tables : route_tables, o->tables ? o->n_tables : n_route_tables, w, e))
    return false;
  for (size_t i = 0; i < g->n_authorities; i++)
    if (!store_write(g->authorities[i].main, ensure_once, NULL, e)) return false;
  *out = w;
  return true;
}

void web_free(struct web *w) {
  (void)w; /* all of it lives in the arena given to web_new */
}

static void page_begin(struct page *p, struct page_private *x, struct web *w, struct request *q, struct response *r) {
  unsigned char id[8];
  char *text = arena_alloc(q->arena, 17);
  *p = (struct page){.web = w,
                     .engine = w->engine,
                     .model = w->engine->model,
                     .arena = q->arena,
                     .request = q,
                     .response = r,
                     .private = x};
  buf_init(&r->body, q->arena);
  r->status = 200;
  r->headers = NULL;
  r->n_headers = r->cap_headers = 0;
  r->has_access = false;
  ctx_init(&p->ctx, q->arena, w->engine->random);
  random_bytes(p->ctx.random, id, sizeof id);
  p->ctx.request_id = sodium_bin2hex(text, 17, id, sizeof id);
  r->ctx = p->ctx;
  error_init(&p->error, q->arena);
  p->html = html_new(q->arena);
  p->title = "";
}

static bool fail(struct page *p, int status, const char *message) {
  problem_page(p, status, message);
  return false;
}

/* --- who ------------------------------------------------------------------------------------------------------------------------------------ */
static bool hex64(const char *s) {
  return strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}

static bool store_down(const struct error *e) {
  return e->kind == ERR_BROKEN || e->kind == ERR_RETRY;
}

static bool by_cookie(struct page *p) {
  struct request *q = p->request;
  struct page_private *x = p->private;
  if (!q->cookies) http_cookies(p->arena, page_header(p, "cookie"), &q->cookies, &q->n_cookies);
  const struct pair *session = http_find(q->cookies, q->n_cookies, page_cookie_name(p, "kith"));
  const struct pair *form = http_find(q->cookies, q->n_cookies, page_cookie_name(p, "kith_form"));
  if (form && hex64(form->value)) x->form_token = form->value;
  if (!session || !hex64(session->value)) return true;
  if (session_read(p->engine->directory, &p->ctx, session->value, &x->session, &p->error)) {
    p->session = &x->session;
    x->token = session->value;
  } else if (store_down(&p->error)) {
    return fail(p, 503, NULL);
  }
  error_clear(&p->error);
  return true;
}

static bool by_token(struct page *p) {
  const char *header = page_header(p, "authorization");
  if (!header || strncmp(header, "Bearer ", 7) != 0 || strlen(header) > 200) {
    page_set_header(p, "www-authenticate", "Bearer");
    return fail(p, 401, NULL);
  }
  if (!token_read(p->engine->directory, &p->ctx, header + 7, &p->private->session, &p->error)) {
    if (store_down(&p->error)) return fail(p, 503, NULL);
    page_set_header(p, "www-authenticate", "Bearer error=\"invalid_token\"");
    return fail(p, 401, NULL);
  }
  p->session = &p->private->session;
  const char *scope = p->session->token_scope;
  if (strcmp(p->route->method, "GET") != 0 && !p->route->reads && (!scope || strcmp(scope, "write") != 0))
    return fail(p, 403, "This token may only read.");
  return true;
}

static bool send_to_sign_in(struct page *p) {
  if (strcmp(p->route->method, "GET") != 0)
    return fail(p, 403, "You are no longer signed in. Sign in again in another tab, then go back and send this again.");
  page_redirect(p, arena_printf(p->arena, "/sign-in?next=%s", p->request->path));
  return false;
}

/* --- whose ------------------------------------------------------------------------------------------------------------------------------------- */
static const struct membership *membership_of(const struct session *s, const char *authority) {
  for (size_t i = 0; i < s->n_memberships; i++)
    if (strcmp(s->memberships[i].authority, authority) == 0) return &s->memberships[i];
  return NULL;
}

/* The authority chosen, or the only one. */
static const struct membership *membership_usual(const struct session *s) {
  if (s->authority && *s->authority) return membership_of(s, s->authority);
  return s->n_memberships == 1 ? &s->memberships[0] : NULL;
}

/* An id in the path says which authority is meant. A token is good for the authority that it was made for, whatever else its owner may open. */
static const struct membership *membership_meant(const struct page *p) {
  const struct session *s = p->session;
  const char *meant = p->private->path_authority;
  if (!meant || (s->by_token && s->authority && strcmp(meant, s->authority) == 0)) return membership_usual(s);
  return s->by_token ? NULL : membership_of(s, meant);
}

static bool one_authority(const struct page *p) {
  for (size_t i = 0; i < p->private->n_path; i++) {
    const char *own = p->private->path[i].authority;
    if (own[0] && strcmp(own, p->private->path_authority) != 0) return false;
  }
  return true;
}

static void stand_in(struct page *p, const struct membership *m) {
  p->authority = m ? engine_authority(p->engine, m->authority) : NULL;
  p->actor = (struct actor){.id = p->authority ? m->actor : 0, .purpose = ""};
}

/* The page for what is not there stands in the reader's own authority, so that it is the same whatever was asked for. */
static bool nowhere(struct page *p, int status) {
  if (p->session) stand_in(p, membership_usual(p->session));
  return fail(p, status, NULL);
}

static bool choose_authority(struct page *p) {
  const struct session *s = p->session;
  if (!s) return true;
  const struct membership *m = one_authority(p) ? membership_meant(p) : NULL;
  stand_in(p, m);
  if (p->authority) return true;
  if (p->route->need == NEED_NONE || p->route->need == NEED_CHOICE) return true;
  if (p->private->path_authority) return nowhere(p, 404);
  if (p->private->not_html) return fail(p, 403, NULL);
  if (s->n_memberships == 0) return fail(p, 403, "Your account has not been given access to an authority yet.");
  page_redirect(p, "/choose-authority");
  return false;
}

/* --- forged posts -------------------------------------------------------------------------------------------------------------------------------- */
static bool tokens_equal(const char *a, const char *b) {
  size_t n = strlen(a);
  return n > 0 && n == strlen(b) && sodium_memcmp(a, b, n) == 0;
}

static bool check_csrf(struct page *p) {
  const char *site = page_header(p, "sec-fetch-site"), *header = page_header(p, "x-csrf-token");
  if (strcmp(p->route->method, "GET") == 0 || p->route->no_csrf || p->route->need == NEED_TOKEN) return true;
  bool elsewhere = site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0;
  if (!elsewhere && tokens_equal(page_csrf(p), header ? header : page_input(p, "_csrf"))) return true;
  return fail(p, 403,
              "This form was opened before you last signed in, or did not come from Kith. Open the page again and send "
              "it once more.");
}

/* --- steps ------------------------------------------------------------------------------------------------------------------------------------------ */
static bool find_route(struct page *p) {
  const char *allowed;
  struct request *q = p->request;
  p->private->not_html = q->path && strncmp(q->path, "/api/", 5) == 0;
  if (!q->path) return fail(p, 400, NULL);
  p->route = routes_find(p->web, p->arena, q->method, q->path, p->private, &allowed);
  if (p->route) {
    p->private->not_html = p->route->need == NEED_TOKEN;
    return true;
  }
  /* The error page greets whoever is signed in, as every page does. */
  if (!p->private->not_html && !by_cookie(p)) return false;
  if (allowed) page_set_header(p, "allow", allowed);
  return nowhere(p, allowed ? 405 : 404);
}

static bool identify(struct page *p) {
  if (p->route->need == NEED_TOKEN) return by_token(p);
  if (!by_cookie(p)) return false;
  if (!p->session) return p->route->need == NEED_NONE || send_to_sign_in(p);
  if (p->session->must_change && p->route->need == NEED_SESSION) {
    page_redirect(p, "/password");
    return false;
  }
  return true;
}

static bool take_inputs(struct page *p) {
  int status = 400;
  if (inputs_take(p, &status)) return true;
  return fail(p, status, p->error.n_items ? p->error.items[0].message : p->error.message);
}

static void begin_access(struct page *p) {
  access_init(&p->response->access, &p->ctx, p->actor.id, routes_template(p));
  p->response->access.request = p->ctx.request_id;
}

static void end_access(struct page *p) {
  struct response *r = p->response;
  if (!p->authority || p->actor.id == 0 || p->quiet) return;
  if (p->private->outcome)
    r->access.outcome = p->private->outcome;
  else if (!r->access.outcome)
    r->access.outcome = "shown";
  if (p->private->purpose) r->access.purpose = p->private->purpose;
  r->access_store = p->authority->access;
  r->has_access = true;
}

static void count(struct web *w, int status) {
  atomic_fetch_add_explicit(&w->requests, 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&w->by_class[status / 100 < 6 ? status / 100 : 5], 1, memory_order_relaxed);
}

static void run(struct page *p) {
  if (!find_route(p) || !identify(p)) return;
  bool chosen = choose_authority(p);
  begin_access(p);
  if (!chosen) return;
  if (!take_inputs(p) || !check_csrf(p)) return;
  p->route->handle(p);
}

void web_handle(struct web *w, struct request *q, struct response *r) {
  struct page_private priv = {0};
  struct page p;
  page_begin(&p, &priv, w, q, r);
  memset(&r->access, 0, sizeof r->access);
  run(&p);
  if (p.route) end_access(&p);
  if (!priv.answered && !p.bare) page_layout(&p);
  if (!priv.answered && p.bare) {
    buf_add(&r->body, p.html->out.data, p.html->out.len);
    response_header(r, "content-type", "text/html; charset=utf-8");
  }
  web_security_headers(r, q->secure, false);
  response_header(r, "x-request-id", p.ctx.request_id);
  count(w, r->status);
}

void web_refuse(struct web *w, struct request *q, struct response *r, int status) {
  struct page_private priv = {.outcome = NULL};
  struct page p;
  page_begin(&p, &priv, w, q, r);
  priv.not_html = q->path && strncmp(q->path, "/api/", 5) == 0;
  problem_page(&p, status, NULL);
  if (!priv.answered) page_layout(&p);
  web_security_headers(r, q->secure, false);
  response_header(r, "x-request-id", p.ctx.request_id);
  count(w, status);
}

bool web_finish(struct web *w, struct response *r) {
  struct error e;
  if (!r->has_access) return true;
  error_init(&e, r->body.arena);
  if (store_write(r->access_store, web_access_write, r, &e)) return true;
  web_unwritten(w, r);
  return false;
}

void web_unwritten(struct web *w, struct response *r) {
  struct layout l = {.assets = w->assets, .title = "Kith is busy or restarting", .request_id = r->ctx.request_id};
  struct html *h = html_new(r->body.arena);
  atomic_fetch_add(&w->access_failures, 1);
  log_event(LOG_ERROR, "access_not_written", "request=%s", r->ctx.request_id);
  ui_heading(h, 1, "l", l.title);
  ui_text(h,
          "Kith could not note down who looked at this page, so the page is not shown. If you were saving something, "
          "look whether it was "
          "saved before you try again.");
  l.main = h;
  r->status = 503;
  r->n_headers = 0;
  r->body.len = 0;
  layout_page(&r->body, r->body.arena, &l);
  response_header(r, "content-type", "text/html; charset=utf-8");
  response_header(r, "retry-after", "5");
  response_header(r, "x-request-id", r->ctx.request_id);
  web_security_headers(r, false, false);
}

bool web_asset(const struct web *w, const struct request *q, struct asset_answer *out) {
  if (!q->path || strncmp(q->path, "/assets/", 8) != 0) return false;
  const struct pair *known = http_find(q->headers, q->n_headers, "if-none-match");
  const struct pair *takes = http_find(q->headers, q->n_headers, "accept-encoding");
  assets_get(w->assets, q->path, known ? known->value : NULL, takes ? takes->value : NULL, out);
  return true;
}
