#include "bench.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static double clock_of(clockid_t id) {
  struct timespec t;
  clock_gettime(id, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double bench_now(void) {
  return clock_of(CLOCK_MONOTONIC);
}
double bench_cpu(void) {
  return clock_of(CLOCK_PROCESS_CPUTIME_ID);
}

void bench_must(bool ok, const char *what, const struct error *e) {
  if (ok) return;
  fprintf(stderr, "%s%s%s\n", what, e && e->message ? ": " : "", e && e->message ? e->message : "");
  exit(1);
}

void bench_dir(char *out, int size, const char *under) {
  snprintf(out, (size_t)size, "%s/kith-bench-XXXXXX", under ? under : "/tmp");
  bench_must(mkdtemp(out) != NULL, "cannot make a folder", NULL);
}

void bench_dir_drop(const char *dir) {
  char command[300];
  snprintf(command, sizeof command, "rm -rf '%s'", dir);
  bench_must(system(command) == 0, "cannot remove the folder", NULL);
}

void bench_row(const char *work, const char *limit, const char *fmt, ...) {
  va_list ap;
  char said[200];
  va_start(ap, fmt);
  vsnprintf(said, sizeof said, fmt, ap);
  va_end(ap);
  printf("%-44s %-72s | %s\n", work, said, limit);
  fflush(stdout);
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

void bench_percentiles(double *seconds, size_t n, double out[3]) {
  static const size_t of[3] = {50, 95, 99};
  if (n) qsort(seconds, n, sizeof *seconds, by_value);
  for (int i = 0; i < 3; i++) out[i] = n ? seconds[n * of[i] / 100] * 1000 : 0;
}

void bench_fsync(const char *dir) {
  char path[300], block[4096] = {1};
  snprintf(path, sizeof path, "%s/fsync", dir);
  int fd = open(path, O_CREAT | O_WRONLY | O_APPEND, 0600);
  bench_must(fd >= 0, "cannot write here", NULL);
  double from = bench_now();
  size_t n = 0;
  for (; bench_now() < from + 1; n++)
    bench_must(write(fd, block, sizeof block) == sizeof block && fdatasync(fd) == 0, "cannot sync", NULL);
  bench_row("raw fsync (4 KiB appended)", "-", "%zu a second, %.2f ms each", n, 1000 / (double)n);
  close(fd);
  unlink(path);
}
