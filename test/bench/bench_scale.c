/* bench_scale: what hangs on the number of children: duties of 2,000 from nothing and after one child's change; a return of 10,000
 * into the store; start, and memory when idle, with 100,000.
 *
 *   bench_scale [CHILDREN]      of the last, 100,000 by default
 *
 * The returns are made here: Header and Episodes, two or three episodes a child. CPU stands beside the time because other
 * work on the machine lengthens only the latter. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "bench.h"
#include "duty/duty.h"
#include "exchange/import.h"
#include "web/app.h"
#include "web/server.h"

static void write_return(const char *dir, int children) {
  static const char *const status[] = {"C2", "E1", "V2", "C1"}, *const place[] = {"U1", "U4", "K2", "P1"};
  char path[400];
  snprintf(path, sizeof path, "%s/header.csv", dir);
  FILE *header = fopen(path, "w");
  snprintf(path, sizeof path, "%s/episodes.csv", dir);
  FILE *episodes = fopen(path, "w");
  bench_must(header && episodes, "cannot write the return", NULL);
  fprintf(header, "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n");
  fprintf(episodes, "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n");
  for (int i = 0; i < children; i++) {
    int year = 2018 + i % 8, month = 1 + i % 12, day = 1 + i % 28;
    fprintf(header, "B%07d,%s,%02d/%02d/%d,WBRI,,,\n", i, i % 2 ? "F" : "M", day, month, 2008 + i % 10);
    fprintf(episodes, "B%07d,%02d/%02d/%d,S,%s,N1,%s,PR1,%02d/%02d/%d,X1,CARPL,,,\n", i, day, month, year,
            status[i % 4], place[i % 4], day, month, year + 1);
    fprintf(episodes, "B%07d,%02d/%02d/%d,P,%s,N1,%s,PR1,%s,%s,,,,\n", i, day, month, year + 1, status[i % 4],
            place[(i + 1) % 4], i % 3 ? "" : "01/06/2026", i % 3 ? "" : "E4A");
  }
  bench_must(fclose(header) == 0 && fclose(episodes) == 0, "cannot write the return", NULL);
}

static const struct import_kind *kind_of(const char *name) {
  for (size_t i = 0; i < import_n_kinds; i++)
    if (strcmp(import_kinds[i].name, name) == 0) return &import_kinds[i];
  bench_must(false, "there is no import of returns", NULL);
  return NULL;
}

static struct engine *open_engine(struct arena *a, const char *data) {
  struct engine *g;
  struct error e;
  error_init(&e, a);
  bench_must(engine_open(a, &(struct engine_options){.data = data}, &g, &e), "the engine does not open", &e);
  return g;
}

/* A store of so many children, by an import that is measured. */
static void make(const char *dir, int children, const char *work, const char *limit) {
  struct arena *a = arena_new();
  char source[300], data[300];
  struct error e;
  struct ctx c;
  struct import_report report;
  struct store_stats stats;
  error_init(&e, a);
  snprintf(source, sizeof source, "%s/return-%d", dir, children);
  snprintf(data, sizeof data, "%s/data-%d", dir, children);
  bench_must(mkdir(source, 0700) == 0, "cannot make a folder", NULL);
  write_return(source, children);
  bench_must(engine_init_authority(a, &(struct engine_options){.data = data, .create = true}, "886", "Bench", true, &e),
             "no authority", &e);
  struct engine *g = open_engine(a, data);
  const char *const paths[] = {source};
  ctx_init(&c, a, g->random);
  import_report_init(&report, a);
  double at = bench_now(), cpu = bench_cpu();
  bench_must(
      kind_of("ssda903")->run(g, &g->authorities[0], &c, paths, 1, &(struct import_options){.data = data}, &report, &e),
      "the import failed", &e);
  at = bench_now() - at, cpu = bench_cpu() - cpu;
  bench_must(report.created >= children, "the import made too little", NULL);
  store_stats(g->authorities[0].main, &stats);
  if (work) bench_row(work, limit, "%.1f s, writer held %.1f s, CPU %.1f s", at, (double)stats.longest_ns / 1e9, cpu);
  engine_close(g);
  arena_free(a);
}

struct duties {
  const struct engine *g;
  struct ctx c;
  double all, one;
  int64_t n;
};

static bool run_duties(struct db *db, void *arg, struct error *e) {
  enum { CHILDREN = 200 };
  struct duties *d = arg;
  int64_t ids[CHILDREN];
  int n = 0;
  static const char *const changed[] = {"care_period"};
  sql_run(db_sql(db, "delete from duty_due", ""));
  double at = bench_now();
  if (!duty_compute(db, &d->c, d->g->model, 0, NULL, 0, e)) return false;
  d->all = bench_now() - at;
  struct stmt *q = db_sql(db, "select count(*) from duty_due", "");
  if (sql_row(q)) d->n = col_int(q, 0);
  sql_end(q);
  q = db_sql(db, "select id from child order by id limit 200", "");
  while (n < CHILDREN && sql_row(q)) ids[n++] = col_int(q, 0);
  sql_end(q);
  at = bench_now();
  for (int i = 0; i < n; i++)
    if (!duty_compute(db, &d->c, d->g->model, ids[i], changed, 1, e)) return false;
  d->one = (bench_now() - at) / n;
  return db_ok(db, e);
}

static void duties(const char *dir) {
  struct arena *a = arena_new();
  char data[300];
  struct error e;
  error_init(&e, a);
  snprintf(data, sizeof data, "%s/data-2000", dir);
  struct duties d = {.g = open_engine(a, data)};
  ctx_init(&d.c, a, d.g->random);
  bench_must(store_write(d.g->authorities[0].main, run_duties, &d, &e), "no duties", &e);
  bench_row("duties of 2,000 children, from nothing", "<= 1 s", "%.0f ms, %lld due", d.all * 1e3, (long long)d.n);
  bench_row("duties after one child's change", "<= 2 ms", "%.3f ms", d.one * 1e3);
  engine_close((struct engine *)d.g);
  arena_free(a);
}

static double resident_mb(void) {
  long pages = 0, shared = 0;
  FILE *f = fopen("/proc/self/statm", "r");
  bench_must(f && fscanf(f, "%*d %ld %ld", &pages, &shared) == 2, "cannot read the memory in use", NULL);
  fclose(f);
  return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

/* In a process of its own: nothing that the measuring has used counts. */
static void start(const char *data, int children) {
  struct arena *a = arena_new();
  struct web *w;
  struct server *s;
  struct error e;
  char work[80];
  error_init(&e, a);
  double at = bench_now();
  struct engine *g = open_engine(a, data);
  bench_must(web_new(a, g, &(struct web_options){.assets = ""}, &w, &e), "the web does not start", &e);
  struct server_app app = web_app(w);
  bench_must(server_start(&app, &(struct server_options){.listen = "127.0.0.1:0"}, &s, &e), "no server", &e);
  at = bench_now() - at;
  snprintf(work, sizeof work, "start / memory when idle, %d children", children);
  bench_row(work, "<= 1 s / <= 256 MB", "%.2f s / %.0f MB", at, resident_mb());
  bench_must(server_stop(s), "the server does not stop", NULL);
  web_free(w);
  engine_close(g);
  arena_free(a);
}

int main(int argc, char **argv) {
  if (argc == 4 && strcmp(argv[1], "--start") == 0) {
    start(argv[2], atoi(argv[3]));
    return 0;
  }
  char dir[200], data[300], count[20];
  int children = argc > 1 ? atoi(argv[1]) : 100000, status;
  bench_dir(dir, sizeof dir, NULL);
  bench_fsync(dir);
  make(dir, 2000, NULL, NULL);
  duties(dir);
  make(dir, 10000, "a return of 10,000 children into the store", "<= 5 s, writer held <= 2 s");
  make(dir, children, "the same of all children", "-");
  snprintf(data, sizeof data, "%s/data-%d", dir, children);
  snprintf(count, sizeof count, "%d", children);
  pid_t pid = fork();
  bench_must(pid >= 0, "cannot fork", NULL);
  if (pid == 0) {
    execl("/proc/self/exe", "bench_scale", "--start", data, count, (char *)NULL);
    _exit(127);
  }
  bench_must(waitpid(pid, &status, 0) == pid && status == 0, "it does not start", NULL);
  bench_dir_drop(dir);
  return 0;
}
