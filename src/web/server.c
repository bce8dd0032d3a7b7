#include "web/server.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/error.h"
#include "base/log.h"
#include "web/http.h"
#include "web/lane.h"

enum { SLOW_THREADS = 2, SLOW_QUEUE = 64 };

struct server {
  struct server_app app;
  struct server_options o;
  struct MHD_Daemon *daemon;
  struct lane normal, slow;
  struct arena *arena;
  _Atomic bool draining;
  _Atomic int in_flight; /* taken and not yet completed */
  _Atomic int resuming;  /* threads inside MHD_resume_connection: the daemon must outlive them */
};

/* One request on a connection, from its first header to its reply's last byte. */
struct call {
  struct lane_item item; /* first: a lane hands back this address */
  struct server *server;
  struct MHD_Connection *connection;
  struct arena *arena;
  struct request q;
  struct response r;
  struct error error;
  struct buf body;
  int refuse; /* status with which it is refused unread, or 0 */
  bool begun, taken;
  _Atomic bool done;
};

/* --- taking a request apart ----------------------------------------------------------------------------------------------------------- */
struct list {
  struct arena *arena;
  struct pair *items;
  size_t n, cap;
  bool lower, decode;
};

static const char *lower(struct arena *a, const char *s, size_t n) {
  char *out = arena_strndup(a, s, n);
  for (char *c = out; *c; c++)
    if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
  return out;
}

static enum MHD_Result gather(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_n, const char *value,
                              size_t value_n) {
  struct list *l = cls;
  (void)kind;
  if (l->n == HTTP_PAIRS_MAX) return MHD_NO;
  struct pair p = {.name = l->lower ? lower(l->arena, key, key_n) : http_decode(l->arena, key, key_n, &key_n)};
  if (l->decode)
    p.value = http_decode(l->arena, value ? value : "", value_n, &p.n);
  else
    p.value = arena_strndup(l->arena, value ? value : "", p.n = value_n);
  l->items = arena_grow(l->arena, l->items, &l->cap, l->n + 1, sizeof *l->items);
  l->items[l->n++] = p;
  return MHD_YES;
}

/* libmicrohttpd's own decoding would lose a NUL: it is told to leave everything, and http.c decodes. */
static size_t leave_escaped(void *cls, struct MHD_Connection *connection, char *s) {
  (void)cls;
  (void)connection;
  return strlen(s);
}

static bool loopback(const struct sockaddr *a) {
  if (a->sa_family == AF_INET)
    return (ntohl(((const struct sockaddr_in *)(const void *)a)->sin_addr.s_addr) >> 24) == 127;
  if (a->sa_family == AF_INET6) return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)a)->sin6_addr);
  return false;
}

static void note_peer(struct call *c) {
  const struct server_options *o = &c->server->o;
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(c->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  const struct sockaddr *peer = info ? info->client_addr : NULL;
  const struct pair *proto = http_find(c->q.headers, c->q.n_headers, "x-forwarded-proto");
  bool proxied = proto || http_find(c->q.headers, c->q.n_headers, "x-forwarded-for") ||
                 http_find(c->q.headers, c->q.n_headers, "forwarded");
  char text[INET6_ADDRSTRLEN] = "";
  if (peer)
    getnameinfo(peer, peer->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6), text,
                sizeof text, NULL, 0, NI_NUMERICHOST);
  c->q.local = peer && loopback(peer) && !proxied;
  c->q.secure = o->tls_cert || (o->trusted_proxy && strcmp(o->trusted_proxy, text) == 0 && proto &&
                                strcmp(proto->value, "https") == 0);
}

static long long stated_length(const struct call *c) {
  const struct pair *p = http_find(c->q.headers, c->q.n_headers, "content-length");
  return p ? strtoll(p->value, NULL, 10) : 0;
}

static struct call *call_begin(struct server *s, struct MHD_Connection *connection, const char *url,
                               const char *method) {
  struct call *c = calloc(1, sizeof *c);
  if (!c) abort();
  c->server = s;
  c->connection = connection;
  c->arena = arena_new();
  buf_init(&c->body, c->arena);
  error_init(&c->error, c->arena);
  struct list headers = {.arena = c->arena, .lower = true}, query = {.arena = c->arena, .decode = true};
  MHD_get_connection_values_n(connection, MHD_HEADER_KIND, gather, &headers);
  MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, gather, &query);
  c->q = (struct request){.arena = c->arena,
                          .method = arena_strdup(c->arena, method),
                          .path = http_path(c->arena, url),
                          .query = query.items,
                          .n_query = query.n,
                          .headers = headers.items,
                          .n_headers = headers.n};
  note_peer(c);
  if (stated_length(c) > s->o.max_body) c->refuse = 413;
  return c;
}

/* --- answering -------------------------------------------------------------------------------------------------------------------------------- */
static bool ends_connection(const struct call *c) {
  return c->refuse == 413 || atomic_load(&c->server->draining);
}

static enum MHD_Result send_bytes(struct call *c, int status, const char *bytes, size_t n, const struct pair *headers,
                                  size_t n_headers) {
  /* The bytes live in the call's arena or for ever; the call ends when the reply is sent. */
  struct MHD_Response *m = MHD_create_response_from_buffer(n, (void *)(uintptr_t)bytes, MHD_RESPMEM_PERSISTENT);
  if (!m) return MHD_NO;
  for (size_t i = 0; i < n_headers; i++) MHD_add_response_header(m, headers[i].name, headers[i].value);
  if (ends_connection(c)) MHD_add_response_header(m, "Connection", "close");
  enum MHD_Result queued = MHD_queue_response(c->connection, (unsigned)status, m);
  MHD_destroy_response(m);
  return queued;
}

static enum MHD_Result send_response(struct call *c) {
  return send_bytes(c, c->r.status, c->r.body.data ? c->r.body.data : "", c->r.body.len, c->r.headers, c->r.n_headers);
}

static enum MHD_Result send_refusal(struct call *c, int status) {
  c->server->app.refuse(c->server->app.arg, &c->q, &c->r, status);
  return send_response(c);
}

static enum MHD_Result send_asset(struct call *c, const struct asset_answer *x) {
  struct pair headers[7];
  size_t n = 0;
  headers[n++] = (struct pair){.name = "Content-Type", .value = x->type};
  headers[n++] = (struct pair){.name = "X-Content-Type-Options", .value = "nosniff"};
  headers[n++] = (struct pair){.name = "Cross-Origin-Resource-Policy", .value = "same-origin"};
  headers[n++] =
      (struct pair){.name = "Cache-Control", .value = x->etag ? "public, max-age=31536000, immutable" : "no-store"};
  if (x->etag) headers[n++] = (struct pair){.name = "ETag", .value = x->etag};
  headers[n++] = (struct pair){.name = "Vary", .value = "Accept-Encoding"};
  if (x->gzip) headers[n++] = (struct pair){.name = "Content-Encoding", .value = "gzip"};
  return send_bytes(c, x->status, x->bytes, x->n, headers, n);
}

/* The answer stands in c->r: wake the connection, whose thread then calls `access_handler` again. c may be gone when this returns. */
static void finish(struct call *c) {
  struct server *s = c->server;
  struct MHD_Connection *connection = c->connection;
  atomic_fetch_add(&s->resuming, 1);
  atomic_store(&c->done, true);
  MHD_resume_connection(connection);
  atomic_fetch_sub(&s->resuming, 1);
}

static void durable(void *arg, bool ok, struct error *e) {
  struct call *c = arg;
  (void)e;
  if (!ok) c->server->app.unwritten(c->server->app.arg, &c->r);
  finish(c);
}

static void work(struct lane_item *item) {
  struct call *c = (struct call *)(void *)item;
  const struct server_app *app = &c->server->app;
  app->handle(app->arg, &c->q, &c->r);
  if (c->r.has_access)
    store_write_async(c->r.access_store, app->access_write, &c->r, &c->error, durable, c);
  else
    finish(c);
}

static enum MHD_Result take(struct call *c) {
  struct server *s = c->server;
  struct asset_answer asset;
  c->taken = true;
  atomic_fetch_add(&s->in_flight, 1);
  if (atomic_load(&s->draining)) return send_refusal(c, 503);
  c->q.body = c->body.len ? c->body.data : "";
  c->q.n_body = c->body.len;
  if (s->app.asset && s->app.asset(s->app.arg, &c->q, &asset)) return send_asset(c, &asset);
  bool slow = s->app.slow && c->q.path && s->app.slow(s->app.arg, c->q.method, c->q.path);
  MHD_suspend_connection(c->connection);
  /* From here the call is a worker's: only a full lane leaves it with us. */
  if (lane_put(slow ? &s->slow : &s->normal, &c->item)) return MHD_YES;
  s->app.refuse(s->app.arg, &c->q, &c->r, slow ? 429 : 503);
  finish(c);
  return MHD_YES;
}

static enum MHD_Result access_handler(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                                      const char *version, const char *upload, size_t *upload_n, void **con_cls) {
  struct server *s = cls;
  struct call *c = *con_cls;
  (void)version;
  if (!c) {
    *con_cls = c = call_begin(s, connection, url, method);
    if (!c->refuse) return MHD_YES;
    /* Said before the body is read, so that nobody sends it all in vain. */
    c->taken = true;
    atomic_fetch_add(&s->in_flight, 1);
    return send_refusal(c, c->refuse);
  }
  if (*upload_n) {
    if (c->body.len + *upload_n > (size_t)s->o.max_body)
      c->refuse = 413;
    else
      buf_add(&c->body, upload, *upload_n);
    *upload_n = 0;
    return MHD_YES;
  }
  if (atomic_load(&c->done)) return send_response(c);
  if (c->begun) return MHD_YES;
  c->begun = true;
  if (!c->refuse) return take(c);
  c->taken = true;
  atomic_fetch_add(&s->in_flight, 1);
  return send_refusal(c, c->refuse);
}

static void completed(void *cls, struct MHD_Connection *connection, void **con_cls,
                      enum MHD_RequestTerminationCode why) {
  struct server *s = cls;
  struct call *c = *con_cls;
  (void)connection;
  (void)why;
  if (!c) return;
  bool taken = c->taken;
  *con_cls = NULL;
  arena_free(c->arena);
  free(c);
  if (taken) atomic_fetch_sub(&s->in_flight, 1);
}

/* --- start and stop ------------------------------------------------------------------------------------------------------------------------------ */
bool server_address(const char *listen, struct sockaddr_storage *out, socklen_t *n, struct error *e) {
  char host[64];
  const char *colon = strrchr(listen, ':');
  memset(out, 0, sizeof *out);
  char *end = NULL;
  long port = colon ? strtol(colon + 1, &end, 10) : -1;
  size_t len = colon ? (size_t)(colon - listen) : 0;
  bool bracketed = len > 2 && listen[0] == '[' && listen[len - 1] == ']';
  if (!colon || !colon[1] || *end || port < 0 || port > 65535 || len >= sizeof host)
    return error_set(e, ERR_INPUT, "\"%s\" is no address to listen on; write 127.0.0.1:8080 or [::1]:8080", listen);
  snprintf(host, sizeof host, "%.*s", (int)(bracketed ? len - 2 : len), listen + (bracketed ? 1 : 0));
  struct sockaddr_in *v4 = (void *)out;
  struct sockaddr_in6 *v6 = (void *)out;
  if (!bracketed && inet_pton(AF_INET, strcmp(host, "localhost") == 0 ? "127.0.0.1" : host, &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons((uint16_t)port);
    *n = sizeof *v4;
    return true;
  }
  if (bracketed && inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons((uint16_t)port);
    *n = sizeof *v6;
    return true;
  }
  return error_set(e, ERR_INPUT, "\"%s\" is no address to listen on; write 127.0.0.1:8080 or [::1]:8080", listen);
}

static void defaults(struct server_options *o) {
  if (o->threads <= 0) o->threads = 2;
  if (o->workers <= 0) o->workers = 8;
  if (o->max_body <= 0) o->max_body = 8 << 20;
  if (o->max_connections <= 0) o->max_connections = 2048;
  if (o->queue <= 0) o->queue = 1024;
  if (o->timeout <= 0) o->timeout = 30;
  if (o->drain <= 0) o->drain = 30;
}

static bool tls_options(struct server *s, struct MHD_OptionItem *items, size_t *n, struct error *e) {
  const char *cert, *key;
  size_t bytes;
  if (!s->o.tls_cert) return true;
  if (!s->o.tls_key) return error_set(e, ERR_INPUT, "A TLS certificate needs its key as well");
  if (!file_read(s->arena, s->o.tls_cert, 1 << 20, &cert, &bytes, e)) return false;
  cert = arena_strndup(s->arena, cert, bytes);
  if (!file_read(s->arena, s->o.tls_key, 1 << 20, &key, &bytes, e)) return false;
  key = arena_strndup(s->arena, key, bytes);
  items[(*n)++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)cert};
  items[(*n)++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)key};
  return true;
}

static bool daemon_start(struct server *s, struct error *e) {
  struct sockaddr_storage address;
  socklen_t address_n;
  struct MHD_OptionItem items[12];
  size_t n = 0;
  if (!server_address(s->o.listen, &address, &address_n, e)) return false;
  items[n++] = (struct MHD_OptionItem){MHD_OPTION_SOCK_ADDR, 0, &address};
  items[n++] = (struct MHD_OptionItem){MHD_OPTION_CONNECTION_LIMIT, s->o.max_connections, NULL};
  items[n++] = (struct MHD_OptionItem){MHD_OPTION_CONNECTION_TIMEOUT, s->o.timeout, NULL};
  items[n++] = (struct MHD_OptionItem){MHD_OPTION_LISTEN_BACKLOG_SIZE, 1024, NULL};
  items[n++] = (struct MHD_OptionItem){MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL};
  /* A pool of one is refused with a warning: one thread is had by not asking for a pool. */
  if (s->o.threads > 1) items[n++] = (struct MHD_OptionItem){MHD_OPTION_THREAD_POOL_SIZE, s->o.threads, NULL};
  if (!tls_options(s, items, &n, e)) return false;
  items[n] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
  unsigned flags = MHD_USE_POLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
  if (address.ss_family == AF_INET6) flags |= MHD_USE_IPv6;
  if (s->o.tls_cert) flags |= MHD_USE_TLS;
  s->daemon =
      MHD_start_daemon(flags, 0, NULL, NULL, access_handler, s, MHD_OPTION_NOTIFY_COMPLETED, completed, s,
                       MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL, MHD_OPTION_ARRAY, items, MHD_OPTION_END);
  if (s->daemon) return true;
  return error_set(e, ERR_INPUT, "Cannot listen on %s: is another program using it, or the certificate not right?",
                   s->o.listen);
}

bool server_start(const struct server_app *app, const struct server_options *o, struct server **out, struct error *e) {
  struct arena *a = arena_new();
  struct server *s = arena_alloc(a, sizeof *s);
  s->arena = a;
  s->app = *app;
  s->o = *o;
  defaults(&s->o);
  bool threads = lane_start(&s->normal, s->o.workers, s->o.queue, work);
  threads = lane_start(&s->slow, SLOW_THREADS, SLOW_QUEUE, work) && threads;
  if (!threads) error_set(e, ERR_BROKEN, "The workers' threads could not be started");
  if (threads && daemon_start(s, e)) {
    *out = s;
    return true;
  }
  lane_stop(&s->normal);
  lane_stop(&s->slow);
  arena_free(a);
  return false;
}

int server_port(const struct server *s) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
  return info ? info->port : 0;
}

int server_in_flight(const struct server *s) {
  return atomic_load(&s->in_flight);
}

int server_connections(struct server *s) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
  return info ? (int)info->num_connections : 0;
}

static void pause_ms(long ms) {
  nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

static bool quiet(const struct server *s) {
  return atomic_load(&s->in_flight) == 0 && atomic_load(&s->resuming) == 0;
}

bool server_stop(struct server *s) {
  atomic_store(&s->draining, true);
  for (int i = 0; i < s->o.drain * 500 && !quiet(s); i++) pause_ms(2);
  /* A daemon that is stopped with a connection suspended ends the process: rather leave it. */
  if (!quiet(s)) {
    log_event(LOG_ERROR, "stop_unfinished", "in_flight=%d", atomic_load(&s->in_flight));
    return false;
  }
  MHD_socket listening = MHD_quiesce_daemon(s->daemon);
  /* Replies said "Connection: close": give those who are still connected a moment to hear it. */
  for (int i = 0; i < 100 && (server_connections(s) > 0 || !quiet(s)); i++) pause_ms(2);
  for (int i = 0; i < s->o.drain * 500 && !quiet(s); i++) pause_ms(2);
  lane_stop(&s->normal);
  lane_stop(&s->slow);
  MHD_stop_daemon(s->daemon);
  if (listening != MHD_INVALID_SOCKET) close(listening);
  arena_free(s->arena);
  return true;
}
