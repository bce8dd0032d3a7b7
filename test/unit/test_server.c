/* The server between sockets and a stand-in for web_handle: connections held and used on one worker, clients that leave, stopping under
 * load, what is too large or malformed, lanes. Every access entry goes through a real store, as in service. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>

#include "ledger/access.h"
#include "store_fixture.h"
#include "web/http.h"
#include "web/server.h"

enum { DEADLINE_MS = 20000 };

struct world {
  struct fixture *f;
  struct server *server;
  int port;
  _Atomic int handled, refused, unwritten;
  _Atomic bool hold; /* requests for /held wait for this to end */
  bool fail_access;
};

static int64_t now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void sleep_ms(long ms) {
  nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

/* --- the stand-in -------------------------------------------------------------------------------------------------------------- */
static void respond(struct request *q, struct response *r, int status, const char *text) {
  buf_init(&r->body, q->arena);
  buf_str(&r->body, text);
  r->status = status;
}

static void handle(void *arg, struct request *q, struct response *r) {
  struct world *w = arg;
  atomic_fetch_add(&w->handled, 1);
  while (strcmp(q->path, "/held") == 0 && atomic_load(&w->hold)) sleep_ms(1);
  if (strcmp(q->path, "/slow") == 0) sleep_ms(300);
  respond(q, r, 200, arena_printf(q->arena, "%s %s %zu\n", q->method, q->path, q->n_body));
  ctx_init(&r->ctx, q->arena, random_system());
  access_init(&r->access, &r->ctx, 7, "GET /children/{id}");
  access_add(&r->access, q->arena, 4821, 1, "test");
  r->access_store = w->f->store;
  r->has_access = true;
}

static void refuse(void *arg, struct request *q, struct response *r, int status) {
  struct world *w = arg;
  atomic_fetch_add(&w->refused, 1);
  respond(q, r, status, "refused\n");
}

static void unwritten(void *arg, struct response *r) {
  struct world *w = arg;
  atomic_fetch_add(&w->unwritten, 1);
  r->body.len = 0;
  r->status = 503;
}

static bool write_access(struct db *db, void *arg, struct error *e) {
  struct response *r = arg;
  int64_t seq;
  return access_append(db, &r->ctx, &r->access, &seq, e);
}

static bool write_nothing(struct db *db, void *arg, struct error *e) {
  (void)db;
  (void)arg;
  return error_set(e, ERR_BROKEN, "the disk is full");
}

static bool slow(void *arg, const char *method, const char *path) {
  (void)arg;
  (void)method;
  return strcmp(path, "/slow") == 0;
}

static bool ensure(struct db *db, void *arg, struct error *e) {
  (void)arg;
  return access_ensure(db, e);
}

static int world_open(void **state) {
  struct world *w = calloc(1, sizeof *w);
  void *f;
  if (fixture_open(&f) != 0) return -1;
  w->f = f;
  *state = w;
  return store_write(w->f->store, ensure, NULL, &w->f->e) ? 0 : -1;
}

static int world_close(void **state) {
  struct world *w = *state;
  void *f = w->f;
  fixture_close(&f);
  free(w);
  return 0;
}

static void start(struct world *w, struct server_options o) {
  const struct server_app app = {.arg = w,
                                 .handle = handle,
                                 .refuse = refuse,
                                 .unwritten = unwritten,
                                 .access_write = w->fail_access ? write_nothing : write_access,
                                 .slow = slow};
  o.listen = "127.0.0.1:0";
  if (!server_start(&app, &o, &w->server, &w->f->e)) fail_msg("%s", w->f->e.message);
  w->port = server_port(w->server);
  assert_true(w->port > 0);
}

static void stop(struct world *w) {
  assert_true(server_stop(w->server));
}

/* --- a client -------------------------------------------------------------------------------------------------------------------- */
struct client {
  int fd;
  char in[8192];
  size_t n;
};

static bool client_open(struct client *c, int port) {
  struct sockaddr_in a = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  c->n = 0;
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  return c->fd >= 0 && connect(c->fd, (struct sockaddr *)&a, sizeof a) == 0;
}

static bool client_send(struct client *c, const char *bytes, size_t n) {
  while (n) {
    ssize_t k = send(c->fd, bytes, n, MSG_NOSIGNAL);
    if (k <= 0) return false;
    bytes += k;
    n -= (size_t)k;
  }
  return true;
}

static bool client_get(struct client *c, const char *path) {
  char text[256];
  int n = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
  return client_send(c, text, (size_t)n);
}

static long body_length(const char *head) {
  const char *at = strcasestr(head, "\r\ncontent-length:");
  return at ? atol(at + 17) : 0;
}

/* Status of the next whole reply; 0 when the connection ended before its first byte, -1 on anything else. */
static int client_reply(struct client *c, bool head_only, int deadline_ms) {
  int64_t end = now_ms() + deadline_ms;
  for (;;) {
    c->in[c->n] = '\0';
    char *blank = strstr(c->in, "\r\n\r\n");
    if (blank) {
      size_t whole = (size_t)(blank - c->in) + 4 + (head_only ? 0 : (size_t)body_length(c->in));
      if (c->n >= whole) {
        int status = atoi(c->in + 9);
        memmove(c->in, c->in + whole, c->n - whole);
        c->n -= whole;
        return status;
      }
    }
    struct pollfd p = {.fd = c->fd, .events = POLLIN};
    int64_t left = end - now_ms();
    if (left <= 0 || poll(&p, 1, (int)left) <= 0) return -1;
    ssize_t k = recv(c->fd, c->in + c->n, sizeof c->in - 1 - c->n, 0);
    if (k <= 0) return c->n == 0 ? 0 : -1;
    c->n += (size_t)k;
  }
}

static void client_close(struct client *c) {
  close(c->fd);
}

static int one_request(struct world *w, const char *bytes) {
  struct client c;
  assert_true(client_open(&c, w->port));
  assert_true(client_send(&c, bytes, strlen(bytes)));
  int status = client_reply(&c, strncmp(bytes, "HEAD", 4) == 0, DEADLINE_MS);
  client_close(&c);
  return status;
}

/* --- tests --------------------------------------------------------------------------------------------------------------------------- */
/* libmicrohttpd's epoll mode froze with exactly 128 connections on one worker. Each of n connections is held and used in every round. */
static void hold_and_use(struct world *w, int n) {
  struct client *c = calloc((size_t)n, sizeof *c);
  start(w, (struct server_options){.threads = 1, .workers = 4});
  for (int i = 0; i < n; i++) assert_true(client_open(&c[i], w->port));
  for (int round = 0; round < 10; round++) {
    int64_t began = now_ms();
    for (int i = 0; i < n; i++) assert_true(client_get(&c[i], "/children/886-4821"));
    for (int i = 0; i < n; i++) assert_int_equal(client_reply(&c[i], false, DEADLINE_MS), 200);
    assert_in_range(now_ms() - began, 0, 10000);
  }
  for (int i = 0; i < n; i++) client_close(&c[i]);
  free(c);
  stop(w);
  assert_int_equal(fixture_ask(w->f, "select count(*) from access_entry", 0), atomic_load(&w->handled));
}

static void test_127(void **state) {
  hold_and_use(*state, 127);
}
static void test_128(void **state) {
  hold_and_use(*state, 128);
}
static void test_129(void **state) {
  hold_and_use(*state, 129);
}
static void test_256(void **state) {
  hold_and_use(*state, 256);
}

static bool sleep_in_writer(struct db *db, void *arg, struct error *e) {
  (void)db;
  (void)arg;
  (void)e;
  sleep_ms(200);
  return true;
}

static void ignore_done(void *arg, bool ok, struct error *e) {
  (void)e;
  *(_Atomic int *)arg = ok;
}

static void test_clients_leave(void **state) {
  struct world *w = *state;
  struct client c[64], after;
  static _Atomic int slept;
  start(w, (struct server_options){.threads = 2, .workers = 4});
  store_write_async(w->f->store, sleep_in_writer, NULL, &w->f->e, ignore_done, &slept);
  for (size_t i = 0; i < 64; i++) {
    assert_true(client_open(&c[i], w->port));
    assert_true(client_get(&c[i], "/children/886-4821"));
  }
  for (int i = 0; i < 2000 && atomic_load(&w->handled) < 64; i++) sleep_ms(1);
  /* All pages wait for the commit, and half of those who asked are gone; some at once, some politely. */
  for (size_t i = 0; i < 64; i += 2) {
    struct linger now = {.l_onoff = i % 4 == 0, .l_linger = 0};
    setsockopt(c[i].fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    client_close(&c[i]);
  }
  for (size_t i = 1; i < 64; i += 2) {
    assert_int_equal(client_reply(&c[i], false, DEADLINE_MS), 200);
    client_close(&c[i]);
  }
  assert_true(client_open(&after, w->port));
  assert_true(client_get(&after, "/"));
  assert_int_equal(client_reply(&after, false, DEADLINE_MS), 200);
  client_close(&after);
  for (int i = 0; i < 5000 && server_in_flight(w->server); i++) sleep_ms(1);
  assert_int_equal(server_in_flight(w->server), 0);
  stop(w);
  assert_int_equal(fixture_ask(w->f, "select count(*) from access_entry", 0), 65);
}

struct hammer {
  struct world *w;
  _Atomic bool *go;
  int ok, refused, ended, lost;
};

static void *hammer(void *arg) {
  struct hammer *h = arg;
  struct client c;
  while (atomic_load(h->go)) {
    if (!client_open(&c, h->w->port)) {
      close(c.fd);
      break;
    }
    for (int status = 200; status == 200;) {
      status = client_get(&c, "/children/886-4821") ? client_reply(&c, false, DEADLINE_MS) : 0;
      if (status == 200)
        h->ok++;
      else if (status == 503)
        h->refused++;
      else if (status == 0)
        h->ended++;
      else
        h->lost++;
      if (status == 200 && !atomic_load(h->go)) break;
    }
    client_close(&c);
  }
  return NULL;
}

static void test_stop_under_load(void **state) {
  struct world *w = *state;
  for (int round = 0; round < 5; round++) {
    enum { CLIENTS = 24 };
    pthread_t threads[CLIENTS];
    struct hammer h[CLIENTS];
    _Atomic bool go = true;
    int ok = 0, lost = 0;
    atomic_store(&w->handled, 0);
    start(w, (struct server_options){.threads = 2, .workers = 4});
    for (int i = 0; i < CLIENTS; i++) {
      h[i] = (struct hammer){.w = w, .go = &go};
      pthread_create(&threads[i], NULL, hammer, &h[i]);
    }
    sleep_ms(150);
    int64_t began = now_ms();
    stop(w);
    assert_in_range(now_ms() - began, 0, 10000);
    atomic_store(&go, false);
    for (int i = 0; i < CLIENTS; i++) {
      pthread_join(threads[i], NULL);
      ok += h[i].ok;
      lost += h[i].lost;
    }
    assert_int_equal(lost, 0);
    assert_true(ok > CLIENTS);
    assert_int_equal(ok, atomic_load(&w->handled));
  }
}

static void test_too_large(void **state) {
  struct world *w = *state;
  start(w, (struct server_options){.threads = 1, .workers = 1, .max_body = 1000});
  assert_int_equal(one_request(w, "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n"), 413);
  assert_int_equal(one_request(w, "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n"), 413);
  char chunked[2600] = "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n";
  size_t n = strlen(chunked);
  memset(chunked + n, 'a', 2000);
  strcpy(chunked + n + 2000, "\r\n0\r\n\r\n");
  assert_int_equal(one_request(w, chunked), 413);
  assert_int_equal(one_request(w, "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"), 200);
  stop(w);
  assert_int_equal(atomic_load(&w->handled), 1);
}

static void test_malformed(void **state) {
  struct world *w = *state;
  start(w, (struct server_options){.threads = 1, .workers = 1});
  assert_true(one_request(w, "RUBBISH\r\n\r\n") != 200);
  assert_true(one_request(w, "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: -5\r\n\r\n") != 200);
  char *huge = calloc(1, 100000);
  strcpy(huge, "GET / HTTP/1.1\r\nHost: h\r\nX: ");
  memset(huge + strlen(huge), 'x', 90000);
  strcat(huge, "\r\n\r\n");
  assert_true(one_request(w, huge) != 200);
  free(huge);
  assert_int_equal(one_request(w, "GET /a%20b?x=%41+%zz HTTP/1.1\r\nHost: h\r\n\r\n"), 200);
  assert_int_equal(one_request(w, "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n"), 200);
  stop(w);
}

static void test_pipelined(void **state) {
  struct world *w = *state;
  struct client c;
  const char *two = "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n";
  start(w, (struct server_options){.threads = 1, .workers = 4});
  assert_true(client_open(&c, w->port));
  assert_true(client_send(&c, two, strlen(two)));
  assert_int_equal(client_reply(&c, false, DEADLINE_MS), 200);
  assert_int_equal(client_reply(&c, false, DEADLINE_MS), 200);
  client_close(&c);
  stop(w);
}

/* Eight requests that take 300 ms each are under way on two threads of their own: somebody else's page does not wait. */
static void test_slow_lane(void **state) {
  struct world *w = *state;
  struct client slow_ones[8], quick;
  start(w, (struct server_options){.threads = 1, .workers = 1});
  for (size_t i = 0; i < 8; i++) {
    assert_true(client_open(&slow_ones[i], w->port));
    assert_true(client_get(&slow_ones[i], "/slow"));
  }
  sleep_ms(50);
  assert_true(client_open(&quick, w->port));
  int64_t began = now_ms();
  assert_true(client_get(&quick, "/"));
  assert_int_equal(client_reply(&quick, false, DEADLINE_MS), 200);
  assert_in_range(now_ms() - began, 0, 250);
  for (size_t i = 0; i < 8; i++) {
    assert_int_equal(client_reply(&slow_ones[i], false, DEADLINE_MS), 200);
    client_close(&slow_ones[i]);
  }
  client_close(&quick);
  stop(w);
}

static void test_queue_full(void **state) {
  struct world *w = *state;
  struct client c[6];
  int ok = 0, busy = 0;
  atomic_store(&w->hold, true);
  start(w, (struct server_options){.threads = 1, .workers = 1, .queue = 2});
  for (size_t i = 0; i < 6; i++) {
    assert_true(client_open(&c[i], w->port));
    assert_true(client_get(&c[i], "/held"));
    for (int k = 0; k < 1000 && server_in_flight(w->server) + ok < (int)i + 1 && atomic_load(&w->refused) == 0; k++)
      sleep_ms(1);
  }
  for (int k = 0; k < 2000 && atomic_load(&w->refused) < 3; k++) sleep_ms(1);
  atomic_store(&w->hold, false);
  for (size_t i = 0; i < 6; i++) {
    int status = client_reply(&c[i], false, DEADLINE_MS);
    ok += status == 200;
    busy += status == 503;
    client_close(&c[i]);
  }
  assert_int_equal(ok + busy, 6);
  assert_in_range(busy, 3, 4); /* the worker may or may not have taken the first before the third came */
  stop(w);
}

static void test_access_not_written(void **state) {
  struct world *w = *state;
  w->fail_access = true;
  start(w, (struct server_options){.threads = 1, .workers = 1});
  assert_int_equal(one_request(w, "GET / HTTP/1.1\r\nHost: h\r\n\r\n"), 503);
  assert_int_equal(atomic_load(&w->unwritten), 1);
  stop(w);
}

static void test_addresses(void **state) {
  struct world *w = *state;
  struct sockaddr_storage a;
  socklen_t n;
  static const char *const right[] = {"127.0.0.1:8080", "[::1]:8080", "0.0.0.0:0", "localhost:65535"};
  static const char *const wrong[] = {"8080",        "127.0.0.1", "127.0.0.1:",    "127.0.0.1:x",    "127.0.0.1:65536",
                                      "::1:8080",    "[::1]",     "[127.0.0.1]:1", "example.org:80", ":80",
                                      "127.0.0.1:-1"};
  for (size_t i = 0; i < 4; i++) assert_true(server_address(right[i], &a, &n, &w->f->e));
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    error_clear(&w->f->e);
    assert_false(server_address(wrong[i], &a, &n, &w->f->e));
    assert_int_equal(w->f->e.kind, ERR_INPUT);
  }
}

static void test_port_taken(void **state) {
  struct world *w = *state;
  struct server *second;
  const struct server_app app = {
      .arg = w, .handle = handle, .refuse = refuse, .unwritten = unwritten, .access_write = write_access};
  char listen[32];
  start(w, (struct server_options){.threads = 1, .workers = 1});
  snprintf(listen, sizeof listen, "127.0.0.1:%d", w->port);
  assert_false(server_start(&app, &(struct server_options){.listen = listen}, &second, &w->f->e));
  assert_int_equal(w->f->e.kind, ERR_INPUT);
  stop(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_127, world_open, world_close),
      cmocka_unit_test_setup_teardown(test_128, world_open, world_close),
      cmocka_unit_test_setup_teardown(test_129, world_open, world_close),
      cmocka_unit_test_setup_teardown(test_256, world_open, world_close),
      cmocka_unit_test_setup_teardown(test_clients_leave, world_open, world_close),
      cmocka_unit_test_setup_teardown(test_stop_under_load, world_open, world_close),
      cmocka_unit_test_setup_teardown(test_too_large, world_open, world_close),
      cmocka_unit_test_setup_teardown(test_malformed, world_open, world_close),
      cmocka_unit_test_setup_teardown(test_pipelined, world_open, world_close),
      cmocka_unit_test_setup_teardown(test_slow_lane, world_open, world_close),
      cmocka_unit_test_setup_teardown(test_queue_full, world_open, world_close),
      cmocka_unit_test_setup_teardown(test_access_not_written, world_open, world_close),
      cmocka_unit_test_setup_teardown(test_addresses, world_open, world_close),
      cmocka_unit_test_setup_teardown(test_port_taken, world_open, world_close),
  };
  return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
