/* web: requests in, pages out; works without sockets, for tests.
 *
 * web_handle finds the route, reads the session, checks method, CSRF and inputs (declared in the route), runs the handler on the authority's store, and leaves
 * in the response the access entry that must be durable before the page is sent. web_finish makes it so (blocking); the server does the
 * same without blocking (store_write_async, connection suspended). Error pages carry a request id and nothing of a child. */
#ifndef KITH_WEB_WEB_H
#define KITH_WEB_WEB_H
#include "kith/kith.h"

struct pair {
  const char *name, *value;
  size_t n;
};
struct request {
  struct arena *arena;
  const char *method, *path; /* path decoded, no query; NULL when it could not be */
  const struct pair *query, *form, *headers, *cookies;
  size_t n_query, n_form, n_headers, n_cookies; /* header names lower case */
  const char *body;
  size_t n_body; /* form is made from it by web_handle when form is NULL */
  bool secure;   /* TLS here or at the proxy (X-Forwarded-Proto from a trusted proxy) */
  bool local;    /* from this machine, and not through a proxy */
};
struct response {
  int status;
  struct pair *headers;
  size_t n_headers, cap_headers;
  struct buf body;
  struct access_entry access;
  bool has_access;
  struct store *access_store;
  struct ctx ctx;
};
struct web;
struct route;
struct web_options {
  const char *assets;        /* dir with manifest.tsv; NULL: where it usually is (assets.h) */
  const char *trusted_proxy; /* address whose X-Forwarded-Proto is believed, or NULL */
  bool demo;
  const struct route *const *tables;
  size_t n_tables; /* NULL: route_tables (route.h); tests bring their own */
};
bool web_new(struct arena *a, struct engine *g, const struct web_options *o, struct web **out, struct error *e);
void web_free(struct web *w);
void web_handle(struct web *w, struct request *q, struct response *r);
bool web_finish(struct web *w, struct response *r); /* durable access entry; on failure turns r into a 503 */

/* server: libmicrohttpd in poll mode with a pool, requests on workers, replies after the access entry is durable. Returns when stopped (SIGINT, SIGTERM). */
struct serve_options {
  const char *listen; /* "127.0.0.1:8080", "[::1]:8080" */
  int threads, workers;
  const char *tls_cert, *tls_key;
  int max_body; /* bytes, 0 = 8 MiB */
};
bool web_serve(struct web *w, const struct serve_options *o, struct error *e);
#endif
