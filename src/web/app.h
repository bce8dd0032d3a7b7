/* app: what the files of web/ share and handlers do not need: the compiled routes, the page's private half, and the steps of web_handle. */
#ifndef KITH_WEB_APP_H
#define KITH_WEB_APP_H
#include <stdatomic.h>

#include "web/layout.h"
#include "web/route.h"
#include "web/server.h"

enum { PATH_SEGMENTS = 12 };
enum segment_kind { SEGMENT_LITERAL, SEGMENT_ID, SEGMENT_WORD, SEGMENT_NUMBER };
struct segment {
  enum segment_kind kind;
  const char *text; /* the literal, or the parameter's name */
};
struct compiled {
  const struct route *route;
  struct segment segments[PATH_SEGMENTS];
  size_t n;
};

struct web {
  struct engine *engine;
  const struct assets *assets;
  const char *trusted_proxy;
  bool demo;
  struct compiled *routes;
  size_t n_routes;
  /* counted for /metrics; the only things here that change after start-up */
  _Atomic uint64_t requests, by_class[6], access_failures;
  _Atomic int in_flight;
};

struct path_value {
  const char *name, *text;
  char authority[4];
  int64_t number;
};
struct page_private {
  struct path_value path[PATH_SEGMENTS];
  size_t n_path;
  const char *path_authority; /* of the ids in the path, or NULL */
  struct pair *inputs;
  size_t n_inputs, cap_inputs; /* declared, cleaned */
  struct session session;
  const char *token;      /* session cookie as sent */
  const char *form_token; /* against forged posts where nobody is signed in */
  const char *outcome, *purpose;
  bool answered; /* response set by redirect, json, bytes or an error page */
  bool not_html; /* errors are problem+json */
};

/* serve.c */
struct server_app web_app(struct web *w); /* web_handle and its kin, for the server */

/* route.c */
bool routes_compile(struct arena *a, const struct route *const *tables, size_t n, struct web *w, struct error *e);
/* The route of a method and path; parameters in priv. NULL: *allowed is NULL when no path matches, else the methods that would do. */
const struct route *routes_find(const struct web *w, struct arena *a, const char *method, const char *path,
                                struct page_private *priv, const char **allowed);
const char *routes_template(const struct page *p); /* "GET /children/{id}", for the access ledger and the log */

/* input.c: fills priv->inputs from query or form; false with ERR_INPUT and *status 400 or 413. */
bool inputs_take(struct page *p, int *status);

/* problem.c: error pages in plain words; JSON for the API. */
void problem_page(struct page *p, int status,
                  const char *message); /* message NULL: the usual one; else added for the reader */

/* page.c */
void page_layout(struct page *p);
void page_cookie(struct page *p, const char *name, const char *value,
                 const char *same_site);                               /* value NULL: removes it */
const char *page_cookie_name(const struct page *p, const char *stem);  /* "__Host-" before it where secure */
bool web_access_write(struct db *db, void *response, struct error *e); /* appends response->access */

/* Lane in which the server runs a request: true for those that hash. */
bool web_slow(const struct web *w, const char *method, const char *path);
void web_refuse(struct web *w, struct request *q, struct response *r,
                int status); /* a short page that asks no store: 413, 429, 503 */
void web_unwritten(struct web *w,
                   struct response *r); /* the access entry could not be kept: r becomes a 503 that shows nothing */
bool web_asset(const struct web *w, const struct request *q, struct asset_answer *out); /* false: not under /assets/ */
void web_security_headers(struct response *r, bool secure, bool cacheable);
void response_header(struct response *r, const char *name, const char *value); /* replaces */
const char *response_header_get(const struct response *r, const char *name);

extern const struct route signin_routes[], ops_routes[], home_routes[], list_routes[], child_routes[],
    child_who_routes[], record_list_routes[], record_routes[], record_read_routes[], record_edit_routes[],
    record_move_routes[], record_history_routes[];
extern const struct layout_nav site_nav[];
extern const size_t n_site_nav;
#endif
