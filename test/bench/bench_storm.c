/* bench_storm: 500 teachers of one school, each with a session and a connection of their own, keep a draft every 5 seconds.
 *
 *   bench_storm [--seconds N]
 *
 * A reply says that the draft is on disk; afterwards each teacher's draft in the store must be the last that was answered. A post
 * is timed from the moment at which it was due, not from when the client came to send it. Passwords are hashed cheaply. */
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "bench.h"
#include "client.h"
#include "exchange/import.h"
#include "web/app.h"
#include "web/server.h"

enum { TEACHERS = 500, EVERY = 5, MOST = 100000 };

struct teacher {
  char cookie[80], csrf[80];
  int64_t actor;
  int turn; /* the last that was answered */
};
struct storm {
  struct arena *a;
  struct engine *g;
  struct web *w;
  struct ctx ctx;
  const char *draft, *field, *base; /* address, name and version of the form */
  const char *urn;                  /* of the school */
  struct teacher teachers[TEACHERS];
  double seconds;
};
struct result {
  size_t done, failed;
  double p[3], took;
  int turns[TEACHERS];
};

static const char *get(struct storm *s, const char *path, const char *cookie) {
  struct pair header = {.name = "cookie", .value = arena_printf(s->a, "kith=%s", cookie)};
  struct request q = {
      .arena = s->a, .method = "GET", .path = path, .body = "", .headers = &header, .n_headers = 1, .local = true};
  struct response r = {0};
  web_handle(s->w, &q, &r);
  return r.status == 200 ? buf_text(&r.body) : "";
}

/* The next `before...stop` in the page, without before; NULL when there is none. */
static const char *next(struct storm *s, const char **page, const char *before, char stop) {
  const char *at = strstr(*page, before);
  if (!at) return NULL;
  at += strlen(before);
  *page = at;
  return arena_strndup(s->a, at, strcspn(at, (char[]){stop, '\0'}));
}

static bool find_form_of(struct storm *s, const char *plan, const char *cookie) {
  const char *page = get(s, plan, cookie), *edit;
  while ((edit = next(s, &page, "href=\"", '"'))) {
    if (!strstr(edit, "/pep/") || !strstr(edit, "/edit/")) continue;
    const char *form = get(s, edit, cookie), *field = strstr(form, "<textarea");
    if (!field) continue;
    s->field = next(s, &field, "name=\"", '"');
    s->base = next(s, &form, "name=\"base\" value=\"", '"');
    s->draft = arena_printf(s->a, "%s/draft", edit);
    return s->field && s->base;
  }
  return false;
}

/* A section of a plan that the school's designated teacher fills in words. */
static void find_form(struct storm *s, const char *cookie) {
  const char *children = get(s, "/children", cookie), *child, *plan;
  while (!s->draft && (child = next(s, &children, "href=\"/children/", '"'))) {
    const char *plans = get(s, arena_printf(s->a, "/children/%s/pep", child), cookie);
    while (!s->draft && (plan = next(s, &plans, "/pep/", '"')))
      find_form_of(s, arena_printf(s->a, "/children/%s/pep/%s", child, plan), cookie);
  }
  bench_must(s->draft != NULL, "no plan can be written to", NULL);
}

static void sign_in(struct storm *s, const char *username, const char *password, struct teacher *t) {
  const char *token;
  struct session session;
  struct error e;
  error_init(&e, s->a);
  bench_must(session_start(s->g->directory, &s->ctx, username, password, &token, &e) &&
                 session_read(s->g->directory, &s->ctx, token, &session, &e),
             "cannot sign in", &e);
  snprintf(t->cookie, sizeof t->cookie, "%s", token);
  snprintf(t->csrf, sizeof t->csrf, "%s", session.csrf);
  t->actor = session.actor;
}

struct at {
  struct storm *s;
  int64_t person;
};

static bool find_urn(struct db *db, void *arg, struct error *e) {
  struct at *x = arg;
  struct stmt *q = db_sql(
      db, "select o.urn from appointment a join organisation o on o.id = a.organisation where a.person = $1", "i");
  sql_int(q, 1, x->person);
  if (sql_row(q)) x->s->urn = arena_strdup(x->s->a, col_text(q, 0));
  sql_end(q);
  return db_ok(db, e) && (x->s->urn || error_set(e, ERR_NOT_FOUND, "the teacher has no school"));
}

static void make_teacher(struct storm *s, int i) {
  const struct authority *x = &s->g->authorities[0];
  struct teacher *t = &s->teachers[i];
  struct error e;
  int64_t account;
  const char *username = arena_printf(s->a, "teacher%d", i), *password = "a long enough phrase";
  struct person_spec spec = {.forenames = "Sam",
                             .surname = arena_printf(s->a, "Storm%d", i),
                             .email = arena_printf(s->a, "teacher%d@example.invalid", i),
                             .role = "designated_teacher",
                             .urn = s->urn,
                             .from = "2020-01-01"};
  error_init(&e, s->a);
  bench_must(people_register(s->g, x, &s->ctx, &spec, &t->actor, &e), "no teacher", &e);
  bench_must(account_create(s->g->directory, &s->ctx, username, spec.surname, password, &account, &e) &&
                 membership_add(s->g->directory, &s->ctx, account, x->code, t->actor, &e),
             "no account", &e);
  sign_in(s, username, password, t);
}

/* --- the client's process --------------------------------------------------------------------------------------------- */
static void post(struct storm *s, struct client_conn *x, int i, int turn, double due) {
  char body[600], request[1400];
  const struct teacher *t = &s->teachers[i];
  int n = snprintf(body, sizeof body, "_csrf=%s&base=%s&%s=teacher+%d+turn+%d+reads+for+pleasure+and+asks+for+more",
                   t->csrf, s->base, s->field, i, turn);
  n = snprintf(
      request, sizeof request,
      "POST %s HTTP/1.1\r\nHost: localhost\r\nCookie: kith=%s\r\nContent-Type: application/x-www-form-urlencoded\r\n"
      "Content-Length: %d\r\n\r\n%s",
      s->draft, t->cookie, n, body);
  client_send(x, request, (size_t)n, due);
}

static void client_run(struct storm *s, int port, struct result *r) {
  static struct client_conn conns[TEACHERS];
  static struct pollfd polls[TEACHERS];
  static double due[TEACHERS], latencies[MOST];
  double from = bench_now(), until = from + s->seconds;
  int busy = 0;
  for (int i = 0; i < TEACHERS; i++) {
    polls[i].fd = conns[i].fd = client_connect(port);
    due[i] = from + (double)EVERY * i / TEACHERS;
  }
  while (bench_now() < until || busy) {
    double at = bench_now();
    bench_must(at < until + 20, "replies did not come", NULL);
    for (int i = 0; i < TEACHERS; i++) {
      if (at < until && conns[i].asked == 0 && due[i] <= at) {
        post(s, &conns[i], i, s->teachers[i].turn + 1, due[i]);
        due[i] += EVERY;
        busy++;
      }
      polls[i].events = conns[i].asked != 0 ? POLLIN : 0;
    }
    poll(polls, TEACHERS, 1);
    for (int i = 0; i < TEACHERS; i++) {
      if (!(polls[i].revents & (POLLIN | POLLHUP)) || !client_reply(&conns[i])) continue;
      if (r->done < MOST) latencies[r->done++] = bench_now() - conns[i].asked;
      if (conns[i].status == 200)
        r->turns[i] = ++s->teachers[i].turn;
      else
        r->failed++;
      conns[i].asked = 0;
      busy--;
    }
  }
  r->took = bench_now() - from;
  bench_percentiles(latencies, r->done, r->p);
}

static void client(struct storm *s, int port, struct result *r) {
  int out[2];
  bench_must(pipe(out) == 0, "no pipe", NULL);
  pid_t pid = fork();
  bench_must(pid >= 0, "cannot fork", NULL);
  if (pid == 0) {
    client_run(s, port, r);
    _exit(write(out[1], r, sizeof *r) == sizeof *r ? 0 : 1); /* less than a pipe holds */
  }
  close(out[1]);
  bench_must(read(out[0], r, sizeof *r) == sizeof *r, "the client failed", NULL);
  close(out[0]);
  waitpid(pid, NULL, 0);
}

/* --- what the store holds ----------------------------------------------------------------------------------------------- */
struct kept {
  struct storm *s;
  const struct result *r;
  int n;
};

static bool count_kept(struct db *db, void *arg, struct error *e) {
  struct kept *k = arg;
  k->n = 0;
  for (int i = 0; i < TEACHERS; i++) {
    char text[60];
    snprintf(text, sizeof text, "teacher %d turn %d reads", i, k->r->turns[i]);
    struct stmt *q = db_sql(db, "select body from draft where actor = $1", "i");
    sql_int(q, 1, k->s->teachers[i].actor);
    bool same = sql_row(q) && strstr(col_text(q, 0), text);
    sql_end(q);
    k->n += same || k->r->turns[i] == 0;
  }
  return db_ok(db, e);
}

static void storm(struct storm *s) {
  static struct result r;
  struct kept kept = {s, &r, 0};
  struct server_app app = web_app(s->w);
  struct server *server;
  struct error e;
  error_init(&e, s->a);
  bench_must(server_start(&app, &(struct server_options){.listen = "127.0.0.1:0"}, &server, &e), "no server", &e);
  client(s, server_port(server), &r);
  bench_must(server_stop(server), "the server does not stop", NULL);
  bench_must(store_read(s->g->authorities[0].main, count_kept, &kept, &e), "the drafts cannot be read", &e);
  bench_row("autosave: 500 teachers, a draft every 5 s", "p99 <= 100 ms, nothing lost",
            "%.0f a second, p50 %.1f p95 %.1f p99 %.1f ms; %zu failed, %d lost", (double)r.done / r.took, r.p[0],
            r.p[1], r.p[2], r.failed, TEACHERS - kept.n);
  bench_must(r.done > 0 && r.failed == 0, "posts were refused", NULL);
  bench_must(kept.n == TEACHERS, "drafts were lost", NULL);
}

int main(int argc, char **argv) {
  static const struct option options[] = {{"seconds", required_argument, NULL, 's'}, {0}};
  static struct storm s;
  struct demo_user *users;
  struct error e;
  struct teacher demo = {.turn = 0};
  size_t n;
  char dir[200];
  s.seconds = 20;
  for (int o; (o = getopt_long(argc, argv, "", options, NULL)) != -1;) s.seconds = o == 's' ? atof(optarg) : s.seconds;
  s.a = arena_new();
  error_init(&e, s.a);
  directory_cheap_hashes();
  bench_dir(dir, sizeof dir, NULL);
  bench_fsync(dir);
  struct engine_options eo = {.data = dir, .create = true};
  bench_must(demo_make(s.a, &eo, &(struct demo_options){.profile = "small", .seed = "bench"}, &users, &n, &e),
             "no demonstration", &e);
  eo.create = false;
  bench_must(engine_open(s.a, &eo, &s.g, &e), "the engine does not open", &e);
  bench_must(web_new(s.a, s.g, &(struct web_options){.assets = ""}, &s.w, &e), "the web does not start", &e);
  ctx_init(&s.ctx, s.a, s.g->random);
  for (size_t i = 0; i < n && !demo.actor; i++)
    if (strstr(users[i].who, "designated teacher at ") && !strstr(users[i].who, "two authorities"))
      sign_in(&s, users[i].username, users[i].password, &demo);
  bench_must(store_read(s.g->authorities[0].main, find_urn, &(struct at){&s, demo.actor}, &e), "no school", &e);
  find_form(&s, demo.cookie);
  for (int i = 0; i < TEACHERS; i++) make_teacher(&s, i);
  storm(&s);
  web_free(s.w);
  engine_close(s.g);
  arena_free(s.a);
  bench_dir_drop(dir);
  return 0;
}
