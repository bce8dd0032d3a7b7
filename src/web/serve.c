/* web_serve: the server with web_handle behind it, until a signal says stop. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "web/app.h"
#include "web/server.h"

enum { HOUR = 3600 };

/* Set once before the handlers are; a signal handler can be told nothing else. */
static int stop_fd = -1;

static void on_signal(int number) {
  uint64_t one = 1;
  int saved = errno;
  (void)number;
  if (write(stop_fd, &one, sizeof one) < 0) errno = saved; /* the counter is already raised */
  errno = saved;
}

static void handle(void *arg, struct request *q, struct response *r) {
  struct web *w = arg;
  atomic_fetch_add(&w->in_flight, 1);
  web_handle(w, q, r);
  atomic_fetch_sub(&w->in_flight, 1);
}

static void refuse(void *arg, struct request *q, struct response *r, int status) {
  web_refuse(arg, q, r, status);
}

static void unwritten(void *arg, struct response *r) {
  web_unwritten(arg, r);
}

static bool asset(void *arg, const struct request *q, struct asset_answer *out) {
  return web_asset(arg, q, out);
}

static bool slow(void *arg, const char *method, const char *path) {
  return web_slow(arg, method, path);
}

struct server_app web_app(struct web *w) {
  return (struct server_app){.arg = w,
                             .handle = handle,
                             .refuse = refuse,
                             .unwritten = unwritten,
                             .access_write = web_access_write,
                             .asset = asset,
                             .slow = slow};
}

/* As many open files as the machine allows this process: every connection is one. */
static void raise_limit(void) {
  struct rlimit l;
  if (getrlimit(RLIMIT_NOFILE, &l) != 0) return;
  l.rlim_cur = l.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &l) != 0) log_event(LOG_WARN, "open_files_limit", "soft=%lld", (long long)l.rlim_cur);
}

static void sign_heads(struct web *w) {
  struct arena *a = arena_new();
  struct ctx c;
  struct error e;
  error_init(&e, a);
  ctx_init(&c, a, w->engine->random);
  if (!engine_sign_heads(w->engine, &c, &e))
    log_event(LOG_ERROR, "heads_not_signed", "kind=%s", error_kind_name(e.kind));
  arena_free(a);
}

static void wait_for_stop(struct web *w) {
  struct pollfd p = {.fd = stop_fd, .events = POLLIN};
  struct timespec last, now;
  clock_gettime(CLOCK_MONOTONIC, &last);
  for (;;) {
    int n = poll(&p, 1, 60000);
    if (n > 0) return;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec - last.tv_sec < HOUR) continue;
    sign_heads(w);
    last = now;
  }
}

bool web_serve(struct web *w, const struct serve_options *o, struct error *e) {
  const struct server_app app = web_app(w);
  const struct server_options so = {.listen = o->listen,
                                    .threads = o->threads,
                                    .workers = o->workers,
                                    .max_body = o->max_body,
                                    .trusted_proxy = w->trusted_proxy,
                                    .tls_cert = o->tls_cert,
                                    .tls_key = o->tls_key};
  struct sigaction stop = {.sa_handler = on_signal}, ignore = {.sa_handler = SIG_IGN}, old_int, old_term;
  struct server *s;
  raise_limit();
  stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (stop_fd < 0) return error_set(e, ERR_BROKEN, "No file could be opened to wait for signals");
  sigaction(SIGPIPE, &ignore, NULL);
  if (!server_start(&app, &so, &s, e)) return false;
  sigaction(SIGINT, &stop, &old_int);
  sigaction(SIGTERM, &stop, &old_term);
  log_event(LOG_INFO, "listening", "port=%d", server_port(s));
  wait_for_stop(w);
  log_event(LOG_INFO, "stopping", "in_flight=%d", server_in_flight(s));
  bool clean = server_stop(s);
  sigaction(SIGINT, &old_int, NULL);
  sigaction(SIGTERM, &old_term, NULL);
  close(stop_fd);
  if (clean) sign_heads(w);
  log_event(LOG_INFO, "stopped", "clean=%d", clean);
  return clean || error_set(e, ERR_BROKEN, "Some requests did not end in time");
}
