/* bench_web: what a page costs, its durable access entry included.
 *
 *   bench_web [--seconds N] [DIR]       DIR defaults to /tmp
 *
 * The page is that of a child in a demonstration authority, as a social worker sees it: session, door, reads, layout, access entry.
 * "loop" asks web_handle for it on one thread with 64 entries at a time on their way to the disk; "held" asks for it over 32, 200 and 400 kept
 * connections as fast as replies come; "open" asks 400 times a second whatever comes back, and measures from the moment at
 * which each should have been asked. The client is a process of its own on the same cores. "fsync" appends 4 KiB and
 * calls fdatasync in the same DIR, one after the other. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
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
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "exchange/import.h"
#include "web/app.h"
#include "web/http.h"
#include "web/server.h"

enum { GROUP = 64, MAX_HELD = 400, MAX_LATENCIES = 1000000, OPEN_RATE = 400, CHUNK = 65536 };

static double seconds = 3;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double cpu(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(bool ok, const char *what) {
  if (ok) return;
  fprintf(stderr, "bench_web: %s\n", what);
  exit(1);
}

/* --- the client: a process that holds connections ------------------------------------------------------------------------------ */
struct conn {
  int fd;
  double asked; /* 0: idle */
  size_t left;  /* bytes of the reply still to come */
  char head[2048];
  size_t n_head;
};
struct result {
  size_t done, failed;
  double p50, p95, p99, took;
};
struct client {
  struct conn *conns;
  struct pollfd *polls;
  int n;
  char request[512];
  size_t n_request;
  double *latencies;
  struct result r;
};

static int connect_to(int port) {
  struct sockaddr_in a = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  must(fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof a) == 0, "cannot connect");
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

static void ask(struct client *c, struct conn *x, double at) {
  x->asked = at;
  x->n_head = 0;
  x->left = 0;
  must(send(x->fd, c->request, c->n_request, MSG_NOSIGNAL) == (ssize_t)c->n_request, "cannot send");
}

/* The head tells how much is to come; true when the reply is whole. */
static bool head_read(struct client *c, struct conn *x, const char *bytes, size_t n) {
  size_t room = sizeof x->head - 1 - x->n_head, k = n < room ? n : room;
  memcpy(x->head + x->n_head, bytes, k);
  x->n_head += k;
  x->head[x->n_head] = '\0';
  char *blank = strstr(x->head, "\r\n\r\n");
  must(blank || x->n_head < sizeof x->head - 1, "a reply's head is too long");
  if (!blank) return false;
  const char *length = strcasestr(x->head, "\r\ncontent-length:");
  size_t whole = (size_t)(blank - x->head) + 4 + (length ? (size_t)atol(length + 17) : 0);
  size_t before = x->n_head - k;
  if (strncmp(x->head + 9, "200", 3) != 0) c->r.failed++;
  x->left = whole - before - n;
  return x->left == 0;
}

static bool reply_read(struct client *c, struct conn *x) {
  static char bytes[CHUNK];
  for (;;) {
    ssize_t n = recv(x->fd, bytes, sizeof bytes, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    must(n > 0, "the server closed a connection");
    if (x->left) {
      x->left -= (size_t)n;
      if (x->left == 0) return true;
    } else if (head_read(c, x, bytes, (size_t)n)) {
      return true;
    }
  }
}

static void answered(struct client *c, struct conn *x) {
  if (c->r.done < MAX_LATENCIES) c->latencies[c->r.done] = now() - x->asked;
  c->r.done++;
  x->asked = 0;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static struct conn *idle(struct client *c) {
  for (int i = 0; i < c->n; i++)
    if (c->conns[i].asked == 0) return &c->conns[i];
  return NULL;
}

/* rate 0: every connection asks again at once. */
static void client_run(struct client *c, double rate) {
  double from = now(), until = from + seconds;
  size_t asked = 0;
  if (rate == 0)
    for (int i = 0; i < c->n; i++) ask(c, &c->conns[i], now());
  for (;;) {
    double at = now();
    int busy = 0;
    while (rate > 0 && at < until && from + (double)asked / rate <= at) {
      struct conn *x = idle(c);
      if (!x) break;
      ask(c, x, from + (double)asked++ / rate);
    }
    for (int i = 0; i < c->n; i++) {
      c->polls[i].events = c->conns[i].asked != 0 ? POLLIN : 0;
      busy += c->conns[i].asked != 0;
    }
    if (at >= until && busy == 0) break;
    must(at < until + 20, "replies did not come");
    poll(c->polls, (nfds_t)c->n, rate > 0 ? 1 : 100);
    for (int i = 0; i < c->n; i++) {
      if (!(c->polls[i].revents & (POLLIN | POLLHUP)) || !reply_read(c, &c->conns[i])) continue;
      answered(c, &c->conns[i]);
      if (rate == 0 && now() < until) ask(c, &c->conns[i], now());
    }
  }
  c->r.took = now() - from;
}

static struct result client(int port, const char *path, const char *cookie, int n, double rate) {
  int out[2];
  struct result r;
  must(pipe(out) == 0, "no pipe");
  pid_t pid = fork();
  must(pid >= 0, "cannot fork");
  if (pid == 0) {
    struct client c = {
        .n = n, .conns = calloc((size_t)n, sizeof *c.conns), .polls = calloc((size_t)n, sizeof *c.polls)};
    c.latencies = malloc(MAX_LATENCIES * sizeof *c.latencies);
    c.n_request = (size_t)snprintf(c.request, sizeof c.request,
                                   "GET %s HTTP/1.1\r\nHost: localhost\r\nCookie: kith=%s\r\n\r\n", path, cookie);
    for (int i = 0; i < n; i++) c.polls[i].fd = c.conns[i].fd = connect_to(port);
    client_run(&c, rate);
    size_t k = c.r.done < MAX_LATENCIES ? c.r.done : MAX_LATENCIES;
    qsort(c.latencies, k, sizeof *c.latencies, by_value);
    if (k) {
      c.r.p50 = c.latencies[k / 2] * 1000;
      c.r.p95 = c.latencies[k * 95 / 100] * 1000;
      c.r.p99 = c.latencies[k * 99 / 100] * 1000;
    }
    _exit(write(out[1], &c.r, sizeof c.r) == sizeof c.r ? 0 : 1);
  }
  close(out[1]);
  must(read(out[0], &r, sizeof r) == sizeof r, "the client failed");
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
  must(ok, "an access entry was not written");
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
  must(t->r.status == 200 && t->r.has_access, "the page is not shown");
  store_write_async(t->r.access_store, web_access_write, &t->r, &t->e, written, t);
}

static double loop(struct web *w, const char *path, const char *cookie, size_t *bytes) {
  struct loop l = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
  static struct turn turns[GROUP];
  double from = now(), cpu_from = cpu();
  size_t n = 0;
  while (now() < from + seconds) {
    struct turn *t = free_turn(&l, turns);
    t->loop = &l;
    once_round(w, t, path, cookie);
    n++;
  }
  pthread_mutex_lock(&l.lock);
  while (l.flying) pthread_cond_wait(&l.changed, &l.lock);
  pthread_mutex_unlock(&l.lock);
  double took = now() - from, each = (cpu() - cpu_from) / (double)n * 1e6;
  *bytes = turns[0].r.body.len;
  printf("%-28s %9.0f pages/s %48.1f us CPU a page\n", "loop, one thread, no HTTP", (double)n / took, each);
  for (int i = 0; i < GROUP; i++) arena_free(turns[i].arena);
  return each;
}

static void raw_fsync(const char *dir) {
  char path[256], block[4096] = {1};
  snprintf(path, sizeof path, "%s/fsync", dir);
  int fd = open(path, O_CREAT | O_WRONLY | O_APPEND, 0600);
  must(fd >= 0, "cannot write here");
  double from = now();
  size_t n = 0;
  for (; now() < from + 1; n++)
    must(write(fd, block, sizeof block) == sizeof block && fdatasync(fd) == 0, "cannot sync");
  printf("%-28s %9.0f a second, %.2f ms each\n", "fsync", (double)n, 1000 / (double)n);
  close(fd);
  unlink(path);
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
    must(session_start(g->directory, &c, users[i].username, users[i].password, &token, &e), "cannot sign in");
    return token;
  }
  must(false, "the demonstration has no such user");
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
  must(r.status == 200 && found, "the list of children shows none");
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
  must(server_start(&app, &(struct server_options){.listen = "127.0.0.1:0"}, &s, &e), "the server does not start");
  for (size_t i = 0; i < sizeof held / sizeof *held; i++) {
    double from = cpu();
    struct result r = client(server_port(s), path, cookie, held[i], 0);
    double each = (cpu() - from) / (double)r.done * 1e6;
    printf(
        "held, %3d connections        %9.0f pages/s  p50 %6.1f p95 %6.1f p99 %6.1f ms %7.1f us CPU a page, %.2f of the "
        "loop's; %zu failed\n",
        held[i], (double)r.done / r.took, r.p50, r.p95, r.p99, each, each / alone, r.failed);
  }
  struct result r = client(server_port(s), path, cookie, MAX_HELD, OPEN_RATE);
  printf("open, %d pages a second     %9.0f pages/s  p50 %6.1f p95 %6.1f p99 %6.1f ms; %zu failed\n", OPEN_RATE,
         (double)r.done / r.took, r.p50, r.p95, r.p99, r.failed);
  must(server_stop(s), "the server does not stop");
  arena_free(a);
}

int main(int argc, char **argv) {
  static const struct option options[] = {{"seconds", required_argument, NULL, 's'}, {0}};
  for (int o; (o = getopt_long(argc, argv, "", options, NULL)) != -1;) seconds = o == 's' ? atof(optarg) : seconds;
  char dir[200];
  snprintf(dir, sizeof dir, "%s/kith-bench-XXXXXX", optind < argc ? argv[optind] : "/tmp");
  must(mkdtemp(dir) != NULL, "cannot make a folder");
  struct arena *a = arena_new();
  struct error e;
  struct demo_user *users;
  struct engine *g;
  struct web *w;
  size_t n, bytes;
  error_init(&e, a);
  directory_cheap_hashes();
  struct engine_options eo = {.data = dir, .create = true};
  must(demo_make(a, &eo, &(struct demo_options){.profile = "small", .seed = "bench"}, &users, &n, &e),
       "no demonstration");
  eo.create = false;
  must(engine_open(a, &eo, &g, &e), "the engine does not open");
  must(web_new(a, g, &(struct web_options){.assets = ""}, &w, &e), "the web does not start");
  const char *cookie = sign_in(g, a, users, n, "ocial worker"), *path = first_child(w, a, cookie);
  raw_fsync(dir);
  double alone = loop(w, path, cookie, &bytes);
  printf("%-28s %9zu bytes\n", "page", bytes);
  over_http(w, path, cookie, alone);
  printf("to reach: open p95 <= 50 ms; CPU over HTTP at most twice that of the loop\n");
  web_free(w);
  engine_close(g);
  arena_free(a);
  char command[256];
  snprintf(command, sizeof command, "rm -rf '%s'", dir);
  return system(command) == 0 ? 0 : 1;
}
