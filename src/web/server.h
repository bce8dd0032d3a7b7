/* server: bytes between sockets and whoever answers. libmicrohttpd in poll mode (its epoll mode freezes when a batch is exactly full) with a
 * pool of threads that only move bytes; requests run on workers, taken from a bounded queue, while their connection is suspended;
 * a reply leaves when its access entry is durable. Requests that hash a password have a lane of their own, so that nobody
 * waits behind them. Knows no route and no session: `struct server_app` answers.
 *
 * Stopping: new requests are refused (503, Connection: close), those under way are finished and their replies sent, then
 * workers end and the sockets close. A client that leaves while its page waits is noticed when the page is ready; nothing is lost but
 * the page. */
#ifndef KITH_WEB_SERVER_H
#define KITH_WEB_SERVER_H
#include <netinet/in.h>

#include "web/assets.h"
#include "web/web.h"

struct server_app {
  void *arg;
  void (*handle)(void *arg, struct request *q, struct response *r); /* on a worker */
  void (*refuse)(void *arg, struct request *q, struct response *r,
                 int status);                       /* 413, 429, 503: a short page, no store */
  void (*unwritten)(void *arg, struct response *r); /* the access entry could not be kept */
  store_fn *access_write;                           /* arg: the response */
  bool (*asset)(void *arg, const struct request *q,
                struct asset_answer *out); /* answered at once; false: not an asset. May be NULL */
  bool (*slow)(void *arg, const char *method, const char *path); /* belongs in the slow lane. May be NULL */
};
struct server_options {
  const char *listen;             /* "127.0.0.1:8080", "[::1]:8080"; port 0: any */
  int threads, workers;           /* 0: 2 and 8 */
  int max_body;                   /* bytes; 0: 8 MiB */
  int max_connections;            /* 0: 2048 */
  int queue;                      /* requests waiting for a worker; 0: 1024 */
  int timeout;                    /* seconds that an idle connection is kept; 0: 30 */
  int drain;                      /* seconds that stopping waits for requests under way; 0: 30 */
  const char *trusted_proxy;      /* address whose X-Forwarded-Proto is believed, or NULL */
  const char *tls_cert, *tls_key; /* PEM files, or NULL */
};
struct server;
bool server_start(const struct server_app *app, const struct server_options *o, struct server **out, struct error *e);
int server_port(const struct server *s);
int server_in_flight(const struct server *s); /* requests taken and not yet answered */
int server_connections(struct server *s);
/* true: every request that was taken had its reply. false: some did not end in time; the server is left running and the process should end. */
bool server_stop(struct server *s);
bool server_address(const char *listen, struct sockaddr_storage *out, socklen_t *n, struct error *e);
#endif
