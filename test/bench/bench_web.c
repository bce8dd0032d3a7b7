/* bench_web: what a page costs, its durable access entry included.
 *
 *   bench_web [--seconds N] [DIR]       DIR defaults to /tmp
 *
 * The page is that of a child in a demonstration authority, as a social worker sees it: session, door, reads, layout, access entry.
 * "loop" asks web_handle for it on one thread with 64 entries at a time on their way to the disk; "held" asks for it over 32, 200 and 400 kept
 * connections as fast as replies come; "open" asks 400 times a second whatever comes back, and measures from the moment at
 * which each should have been asked. The client is a process of its own on the same cores. "fsync" appends 4 KiB and
 * calls fdatasync in the same DIR, one after the other. */
#include <getopt.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "bench.h"
#include "client.h"
#include "exchange/import.h"
#include "web/app.h"
#include "web/http.h"
#include "web/server.h"

enum { GROUP = 64, MAX_HELD = 400, MAX_LATENCIES = 1000000, OPEN_RATE = 400, CHUNK = 65536 };

static double seconds = 3;

/* --- the client: a process that holds connections ------------------------------------------------------------------------------ */
struct result {
  size_t done, failed;
  double p50, p95, p99, took;
};
struct client {
  struct client_conn *conns;
  struct pollfd *polls;
  int n;
  char request[512];
  size_t n_request;
  double *latencies;
  struct result r;
};

static void ask(struct client *c, struct client_conn *x, double at) {
  client_send(x, c->request, c->n_request, at);
}

static void answered(struct client *c, struct client_conn *x) {
  if (x->status != 200) c->r.failed++;
  if (c->r.done < MAX_LATENCIES) c->latencies[c->r.done] = bench_now() - x->asked;
  c->r.done++;
  x->asked = 0;
}

static struct client_conn *idle(struct client *c) {
  for (int i = 0; i < c->n; i++)
    if (c->conns[i].asked == 0) return &c->conns[i];
  return NULL;
}

/* rate 0: every connection asks again at once. */
static void client_run(struct client *c, double rate) {
  double from = bench_now(), until = from + seconds;
  size_t asked = 0;
  if (rate == 0)
    for (int i = 0; i < c->n; i++) ask(c, &c->conns[i], bench_now());
  for (;;) {
    double at = bench_now();
    int busy = 0;
    while (rate > 0 && at < until && from + (double)asked / rate <= at) {
      struct client_conn *x = idle(c);
      if (!x) break;
      ask(c, x, from + (double)asked++ / rate);
    }
    for (int i = 0; i < c->n; i++) {
      c->polls[i].events = c->conns[i].asked != 0 ? POLLIN : 0;
      busy += c->conns[i].asked != 0;
    }
    if (at >= until && busy == 0) break;
    bench_must(at < until + 20, "replies did not come", NULL);
    poll(c->polls, (nfds_t)c->n, rate > 0 ? 1 : 100);
    for (int i = 0; i < c->n; i++) {
      if (!(c->polls[i].revents & (POLLIN | POLLHUP)) || !client_reply(&c->conns[i])) continue;
      answered(c, &c->conns[i]);
      if (rate == 0 && bench_now() < until) ask(c, &c->conns[i], bench_now());
    }
  }
  c->r.took = bench_now() - from;
}

static struct result client(int port, const char *path, const char *cookie, int n, double rate) {
  int out[2];
  struct result r;
  bench_must(pipe(out) == 0, "no pipe", NULL);
  pid_t pid = fork();
  bench_must(pid >= 0, "cannot fork", NULL);
  if (pid == 0) {
    struct client c = {
        .n = n, .conns = calloc((size_t)n, sizeof *c.conns), .polls = calloc((size_t)n, sizeof *c.polls)};
    c.latencies = malloc(MAX_LATENCIES * sizeof *c.latencies);
    c.n_request = (size_t)snprintf(c.request, sizeof c.request,
                                   "GET %s HTTP/1.1\r\nHost: localhost\r\nCookie: kith=%s\r\n\r\n", path, cookie);
    for (int i = 0; i < n; i++) c.polls[i].fd = c.conns[i].fd = client_connect(port);
    client_run(&c, rate);
    double p[3];
    bench_percentiles(c.latencies, c.r.done < MAX_LATENCIES ? c.r.done : MAX_LATENCIES, p);
    c.r.p50 = p[0], c.r.p95 = p[1], c.r.p99 = p[2];
    _exit(write(out[1], &c.r, sizeof c.r) == sizeof c.r ? 0 : 1);
  }
  close(out[1]);
  bench_must(read(out[0], &r, sizeof r) == sizeof r, "the client failed", NULL);
  close(out[0]);
  waitpid(pid, NULL, 0);
  return r;
}

/* --- the same page without HTTP ----------------------------------------------------------------------------------------------------- */
struct loop {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  int flying;
};
struct turn {
  struct loop *loop;
  struct arena *arena;
  struct request q;
  struct response r;
  struct error e;
  bool busy;
};

static void written(void *arg, bool ok, struct error *e) {
  struct turn *t = arg;
  (void)e;
  bench_must(ok, "an access entry was not written", NULL);
  pthread_mutex_lock(&t->loop->lock);
  t->busy = false;
  t->loop->flying--;
  pthread_cond_signal(&t->loop->changed);
  pthread_mutex_unlock(&t->loop->lock);
}

static struct turn *free_turn(struct loop *l, struct turn *turns) {
  struct turn *found = NULL;
  pthread_mutex_lock(&l->lock);
  while (l->flying == GROUP) pthread_cond_wait(&l->changed, &l->lock);
  for (int i = 0; i < GROUP && !found; i++)
    if (!turns[i].busy) found = &turns[i];
  found->busy = true;
  l->flying++;
  pthread_mutex_unlock(&l->lock);
  return found;
}

static void once_round(struct web *w, struct turn *t, const char *path, const char *cookie) {
  struct pair *header = NULL;
  if (t->arena)
    arena_reset(t->arena);
  else
    t->arena = arena_new();
  header = arena_alloc(t->arena, sizeof *header);
  *header = (struct pair){.name = "cookie", .value = arena_printf(t->arena, "kith=%s", cookie)};
  t->q = (struct request){
      .arena = t->arena, .method = "GET", .path = path, .body = "", .headers = header, .n_headers = 1, .local = true};
  error_init(&t->e, t->arena);
  web_handle(w, &t->q, &t->r);
  bench_must(t->r.status == 200 && t->r.has_access, "the page is not shown", NULL);
  store_write_async(t->r.access_store, web_access_write, &t->r, &t->e, written, t);
}

static double loop(struct web *w, const char *path, const char *cookie, size_t *bytes) {
  struct loop l = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
  static struct turn turns[GROUP];
  double from = bench_now(), cpu_from = bench_cpu();
  size_t n = 0;
  while (bench_now() < from + seconds) {
    struct turn *t = free_turn(&l, turns);
    t->loop = &l;
    once_round(w, t, path, cookie);
    n++;
  }
  pthread_mutex_lock(&l.lock);
  while (l.flying) pthread_cond_wait(&l.changed, &l.lock);
  pthread_mutex_unlock(&l.lock);
  double took = bench_now() - from, each = (bench_cpu() - cpu_from) / (double)n * 1e6;
  *bytes = turns[0].r.body.len;
  bench_row("page of a child, loop without HTTP", "-", "%.0f pages/s, %.0f us CPU a page", (double)n / took, each);
  for (int i = 0; i < GROUP; i++) arena_free(turns[i].arena);
  return each;
}

/* --- a demonstration, and a page of it ------------------------------------------------------------------------------------------------ */
static const char *sign_in(struct engine *g, struct arena *a, const struct demo_user *users, size_t n,
                           const char *who) {
  const char *token;
  struct ctx c;
  struct error e;
  error_init(&e, a);
  ctx_init(&c, a, g->random);
  for (size_t i = 0; i < n; i++) {
    if (!strstr(users[i].who, who)) continue;
    bench_must(session_start(g->directory, &c, users[i].username, users[i].password, &token, &e), "cannot sign in",
               NULL);
    return token;
  }
  bench_must(false, "the demonstration has no such user", NULL);
  return NULL;
}

/* The first child in the list of children. */
static const char *first_child(struct web *w, struct arena *a, const char *cookie) {
  struct request q = {.arena = a, .method = "GET", .path = "/children", .body = "", .n_headers = 1, .local = true};
  struct pair header = {.name = "cookie", .value = arena_printf(a, "kith=%s", cookie)};
  struct response r = {0};
  q.headers = &header;
  web_handle(w, &q, &r);
  const char *found = strstr(buf_text(&r.body), "href=\"/children/");
  bench_must(r.status == 200 && found, "the list of children shows none", NULL);
  found += 6;
  return arena_strndup(a, found, strcspn(found, "\""));
}

static void over_http(struct web *w, const char *path, const char *cookie, double alone) {
  static const int held[] = {32, 200, MAX_HELD};
  struct server_app app = web_app(w);
  struct server *s;
  struct error e;
  struct arena *a = arena_new();
  error_init(&e, a);
  bench_must(server_start(&app, &(struct server_options){.listen = "127.0.0.1:0"}, &s, &e), "the server does not start",
             &e);
  for (size_t i = 0; i < sizeof held / sizeof *held; i++) {
    double from = bench_cpu();
    struct result r = client(server_port(s), path, cookie, held[i], 0);
    double each = (bench_cpu() - from) / (double)r.done * 1e6;
    char work[60];
    snprintf(work, sizeof work, "the same over HTTP, %d connections held", held[i]);
    bench_row(work, "CPU <= 2.0 of the loop",
              "%.0f pages/s, p95 %.1f p99 %.1f ms, %.0f us CPU, %.2f of the loop; %zu failed", (double)r.done / r.took,
              r.p95, r.p99, each, each / alone, r.failed);
  }
  struct result r = client(server_port(s), path, cookie, MAX_HELD, OPEN_RATE);
  bench_row("open loop at 400 pages a second", "p95 <= 50 ms",
            "%.0f pages/s, p50 %.1f p95 %.1f p99 %.1f ms; %zu failed", (double)r.done / r.took, r.p50, r.p95, r.p99,
            r.failed);
  bench_must(server_stop(s), "the server does not stop", NULL);
  arena_free(a);
}

int main(int argc, char **argv) {
  static const struct option options[] = {{"seconds", required_argument, NULL, 's'}, {0}};
  for (int o; (o = getopt_long(argc, argv, "", options, NULL)) != -1;) seconds = o == 's' ? atof(optarg) : seconds;
  char dir[200];
  bench_dir(dir, sizeof dir, optind < argc ? argv[optind] : NULL);
  struct arena *a = arena_new();
  struct error e;
  struct demo_user *users;
  struct engine *g;
  struct web *w;
  size_t n, bytes;
  error_init(&e, a);
  directory_cheap_hashes();
  struct engine_options eo = {.data = dir, .create = true};
  bench_must(demo_make(a, &eo, &(struct demo_options){.profile = "small", .seed = "bench"}, &users, &n, &e),
             "no demonstration", NULL);
  eo.create = false;
  bench_must(engine_open(a, &eo, &g, &e), "the engine does not open", &e);
  bench_must(web_new(a, g, &(struct web_options){.assets = ""}, &w, &e), "the web does not start", &e);
  const char *cookie = sign_in(g, a, users, n, "ocial worker"), *path = first_child(w, a, cookie);
  bench_fsync(dir);
  double alone = loop(w, path, cookie, &bytes);
  bench_row("its size", "-", "%zu bytes", bytes);
  over_http(w, path, cookie, alone);
  web_free(w);
  engine_close(g);
  arena_free(a);
  bench_dir_drop(dir);
  return 0;
}
