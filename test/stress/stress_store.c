/* stress_store: is every acknowledged write there after kill -9, and none by half?
 *
 *   stress_store [--rounds N] [--threads N] [--seed N]
 *
 * In each round a child opens the store and writes from several threads; a callback writes three rows, one of them a counter's
 * number; each number is written to a pipe when store_write has returned. The parent kills the child at a random moment with
 * SIGKILL, opens the store again and looks: every number that came through the pipe has its three rows; no number has one or
 * two; the store's own check of its file passes. Exit 0 when all rounds held, 1 with the round and number when not. */
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "store/backend.h" /* for SQLite's own check of the file */
#include "store/store.h"

enum { MAX_THREADS = 32 };

static int rounds = 20, threads = 6;
static unsigned seed = 1;
static char dir[] = "/tmp/kith-stress-XXXXXX", file[64];

static struct store *open_store(struct arena *a, struct error *e) {
  struct store_options o = {.location = file, .create = true};
  struct store *s;
  error_init(e, a);
  return store_open(a, &o, &s, e) ? s : NULL;
}

static bool make_tables(struct db *db, void *arg, struct error *e) {
  (void)arg;
  static const struct store_column columns[] = {
      {"id", STORE_INTEGER, true}, {"part", STORE_INTEGER, true}, {"body", STORE_TEXT, true}};
  static const struct store_index index = {"row_body", "body", false, NULL};
  static const struct store_table table = {"row3", columns, 3, "id, part", true, &index, 1};
  return db_ensure_table(db, &table, e);
}

/* ---- the child ---- */

static int acknowledged; /* the pipe */

static bool write_three(struct db *db, void *arg, struct error *e) {
  int64_t id = db_counter(db, "row3", 1);
  for (int part = 1; part <= 3; part++) {
    struct stmt *q = db_sql(db, "insert into row3 (id, part, body) values ($1, $2, $3)", "iit");
    char body[200];
    memset(body, 'a' + (int)(id * 7 + part) % 26, sizeof body - 1);
    body[sizeof body - 1] = '\0';
    sql_int(q, 1, id);
    sql_int(q, 2, part);
    sql_text(q, 3, body);
    sql_run(q);
  }
  *(int64_t *)arg = id;
  return db_ok(db, e);
}

static void *write_on(void *arg) {
  struct store *s = arg;
  struct arena *a = arena_new();
  struct error e;
  error_init(&e, a);
  for (;;) {
    int64_t id;
    if (!store_write(s, write_three, &id, &e)) {
      fprintf(stderr, "stress_store: a write was refused: %s\n", e.message);
      exit(3);
    }
    if (write(acknowledged, &id, sizeof id) != sizeof id) exit(3); /* atomic: shorter than PIPE_BUF */
  }
}

static void child(void) {
  struct error e;
  struct store *s = open_store(arena_new(), &e);
  if (!s) {
    fprintf(stderr, "stress_store: %s\n", e.message);
    exit(3);
  }
  pthread_t t;
  for (int i = 0; i < threads; i++) {
    if (pthread_create(&t, NULL, write_on, s) != 0) exit(3);
  }
  pause();
}

/* ---- the parent ---- */

struct looked {
  const int64_t *ids;
  size_t n;
  int64_t rows, missing, halves;
  bool sound;
};

static bool look(struct db *db, void *arg, struct error *e) {
  struct looked *l = arg;
  struct stmt *q = db_sql(db, "select count(*) from row3 where id = $1", "i");
  l->missing = 0;
  for (size_t i = 0; i < l->n; i++) {
    sql_int(q, 1, l->ids[i]);
    if (!sql_row(q) || col_int(q, 0) != 3) l->missing++;
    sql_end(q);
  }
  q = db_sql(db, "select count(*), sum(n) from (select id, count(*) as n from row3 group by id) as x where n <> 3", "");
  l->halves = sql_row(q) ? col_int(q, 0) : -1;
  sql_end(q);
  q = db_sql(db, "select count(*) from row3", "");
  l->rows = sql_row(q) ? col_int(q, 0) : -1;
  sql_end(q);
  q = db_sql_trusted(db, "pragma integrity_check", "");
  const char *verdict = sql_row(q) ? col_text(q, 0) : NULL;
  l->sound = verdict && strcmp(verdict, "ok") == 0;
  sql_end(q);
  return db_ok(db, e);
}

static size_t read_ids(int fd, int64_t **ids, size_t n) {
  int64_t id;
  ssize_t got;
  while ((got = read(fd, &id, sizeof id)) == (ssize_t)sizeof id || (got < 0 && errno == EINTR)) {
    if (got < 0) continue;
    if ((n & (n - 1)) == 0) *ids = realloc(*ids, (n ? 2 * n : 1) * sizeof id);
    (*ids)[n++] = id;
  }
  return n;
}

struct collector {
  int fd;
  int64_t *ids;
  size_t n;
};

static void *collect(void *arg) { /* beside the wait, so that a full pipe never stops the child */
  struct collector *c = arg;
  c->n = read_ids(c->fd, &c->ids, c->n);
  return NULL;
}

static void run_child(struct collector *c) {
  int ends[2];
  if (pipe(ends) != 0) exit(3);
  pid_t pid = fork();
  if (pid == 0) {
    close(ends[0]);
    acknowledged = ends[1];
    child();
  }
  close(ends[1]);
  c->fd = ends[0];
  pthread_t t;
  if (pid < 0 || pthread_create(&t, NULL, collect, c) != 0) exit(3);
  struct timespec wait = {0, (5 + rand_r(&seed) % 195) * 1000000L};
  nanosleep(&wait, NULL);
  kill(pid, SIGKILL);
  int status;
  waitpid(pid, &status, 0);
  pthread_join(t, NULL);
  close(ends[0]);
  if (!WIFSIGNALED(status)) exit(3); /* it said why */
}

static bool round_holds(int round, struct collector *c) {
  size_t before = c->n;
  run_child(c);
  struct arena *a = arena_new();
  struct error e;
  struct store *s = open_store(a, &e);
  struct looked l = {.ids = c->ids, .n = c->n};
  bool ok = s && store_read(s, look, &l, &e);
  if (!ok)
    printf("# round %d: %s\n", round, e.message);
  else
    printf("# round %d: %zu acknowledged, %lld rows in all\n", round, c->n - before, (long long)l.rows);
  if (ok && (l.missing || l.halves || !l.sound)) {
    printf("# round %d: %lld acknowledged writes missing, %lld by half, file %s\n", round, (long long)l.missing,
           (long long)l.halves, l.sound ? "sound" : "broken");
    ok = false;
  }
  store_close(s);
  arena_free(a);
  return ok;
}

static void options(int argc, char **argv) {
  static const struct option known[] = {{"rounds", required_argument, NULL, 'r'},
                                        {"threads", required_argument, NULL, 't'},
                                        {"seed", required_argument, NULL, 's'},
                                        {0}};
  for (int c; (c = getopt_long(argc, argv, "r:t:s:", known, NULL)) != -1;) {
    long v = optarg ? strtol(optarg, NULL, 10) : 0;
    if (c == 'r' && v > 0)
      rounds = (int)v;
    else if (c == 't' && v > 0 && v <= MAX_THREADS)
      threads = (int)v;
    else if (c == 's' && v > 0)
      seed = (unsigned)v;
    else {
      fprintf(stderr, "usage: stress_store [--rounds N] [--threads N] [--seed N]\n");
      exit(2);
    }
  }
}

int main(int argc, char **argv) {
  options(argc, argv);
  setvbuf(stdout, NULL, _IOLBF, 0);
  printf("1..1\n");
  if (!mkdtemp(dir)) return 3;
  snprintf(file, sizeof file, "%s/store.db", dir);
  struct arena *a = arena_new();
  struct error e;
  struct store *s = open_store(a, &e);
  if (!s || !store_write(s, make_tables, NULL, &e)) return 3;
  store_close(s);
  arena_free(a);
  struct collector c = {0};
  bool ok = true;
  for (int round = 1; ok && round <= rounds; round++) ok = round_holds(round, &c);
  ok = ok && c.n > 0;
  printf("%s 1 - %zu acknowledged writes survived %d kills\n", ok ? "ok" : "not ok", c.n, rounds);
  free(c.ids);
  if (ok) { /* otherwise the file is kept to be looked at */
    char path[80];
    const char *const suffixes[] = {"", "-wal", "-shm"};
    for (int i = 0; i < 3; i++) {
      snprintf(path, sizeof path, "%s%s", file, suffixes[i]);
      unlink(path);
    }
    rmdir(dir);
  }
  return ok ? 0 : 1;
}
