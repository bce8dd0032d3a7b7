/* The looked-after children return: whole processes, from files on disk to JSON on a pipe, with all rules, and beside
 * it the time of merely reading and splitting the same files. Uploads come from the generator of the recorded cases;
 * an argument, the number of children, measures that one alone. */
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/error.h"

static const char SHARED[] = KITH_SOURCE_ROOT "/../shared";
static char work[] = "/tmp/kith-bench-903-XXXXXX";

struct cost {
  double wall, cpu;
  long kilobytes;
  int status;
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Reads and splits every file of a folder; what comes of it is thrown away. */
static int split_folder(const char *dir) {
  struct arena *a = arena_new();
  struct error e;
  DIR *d = opendir(dir);
  error_init(&e, a);
  if (!d) return 1;
  for (struct dirent *entry; (entry = readdir(d));) {
    const char *bytes;
    size_t n;
    struct csv *c;
    if (!strstr(entry->d_name, ".csv")) continue;
    if (!file_read(a, arena_printf(a, "%s/%s", dir, entry->d_name), 0, &bytes, &n, &e)) return 1;
    if (!(c = csv_open(a, entry->d_name, bytes, n, &e))) return 1;
    for (struct csv_row row; csv_next(c, &row);) continue;
  }
  closedir(d);
  arena_free(a);
  return 0;
}

/* Runs a program, or splits folders when args is NULL, with its output on a pipe that is read to the end. */
static struct cost run(char *const *args, const char *this_dir, const char *last_dir) {
  int out[2];
  char waste[1 << 16];
  struct rusage u;
  struct cost c = {.status = -1};
  if (pipe2(out, O_CLOEXEC) != 0) return c;
  double began = now();
  pid_t pid = fork();
  if (pid == 0) {
    if (!args) _exit(split_folder(this_dir) || split_folder(last_dir));
    dup2(out[1], STDOUT_FILENO);
    execv(args[0], args);
    _exit(127);
  }
  close(out[1]);
  while (read(out[0], waste, sizeof waste) > 0) continue;
  close(out[0]);
  if (pid < 0 || wait4(pid, &c.status, 0, &u) != pid) return c;
  c.wall = now() - began;
  c.cpu = (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
  c.kilobytes = u.ru_maxrss;
  return c;
}

static struct cost best_of(int times, char *const *args, const char *this_dir, const char *last_dir) {
  struct cost best = run(args, this_dir, last_dir);
  for (int i = 1; i < times; i++) {
    struct cost c = run(args, this_dir, last_dir);
    if (c.wall < best.wall) best = c;
  }
  return best;
}

static const char *program(struct arena *a) {
  char self[4096];
  ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
  self[n > 0 ? n : 0] = '\0';
  for (int up = 0; up < 3; up++) {
    char *slash = strrchr(self, '/');
    if (slash) *slash = '\0';
  }
  return arena_printf(a, "%s/kith", self);
}

static void measure(struct arena *a, const char *kith, const char *data, const char *children, int times,
                    const char *figure, const char *peer) {
  char *dir = arena_printf(a, "%s/n%s", work, children);
  char *generator = arena_printf(a, "%s/conformance/ssda903/gen903.py", SHARED);
  char *generate[] = {"/usr/bin/env", "python3", generator, "-n", (char *)children, "-s", "903", "-o", dir, NULL};
  if (run(generate, NULL, NULL).status != 0) {
    printf("%s children: skipped, the generator of uploads did not run\n", children);
    return;
  }
  char *this_dir = arena_printf(a, "%s/this", dir), *last_dir = arena_printf(a, "%s/prev", dir);
  char *check[] = {(char *)kith,
                   "check",
                   "ssda903",
                   "--year",
                   "2026-27",
                   "--la",
                   "E10000016",
                   "--format",
                   "json",
                   "--data",
                   (char *)data,
                   "--this",
                   this_dir,
                   "--last",
                   last_dir,
                   "--providers",
                   arena_printf(a, "%s/providers.csv", dir),
                   NULL};
  struct cost c = best_of(times, check, NULL, NULL), split = best_of(times, NULL, this_dir, last_dir);
  if (!WIFEXITED(c.status) || WEXITSTATUS(c.status) > 1) printf("%s children: the check failed\n", children);
  printf("%s children: %.3f s, %.3f s of processor, %ld MB (to reach: %s)\n", children, c.wall, c.cpu,
         c.kilobytes / 1024, figure);
  printf("  merely reading and splitting the same files, on one core: %.3f s\n", split.wall);
  if (peer) printf("  the sector's validator, recorded: %s\n", peer);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at) {
  (void)st, (void)type, (void)at;
  return remove(path);
}

int main(int argc, char **argv) {
  struct arena *a = arena_new();
  const char *kith = program(a);
  char *list = arena_printf(a, "%s/data/places/postcodes.csv.gz", SHARED);
  if (access(list, R_OK) != 0) {
    puts("skipped: ../shared is not there, which holds postcodes and the generator of uploads");
    arena_free(a);
    return 0;
  }
  if (!mkdtemp(work)) return 1;
  char *data = arena_printf(a, "%s/data", work);
  char *import[] = {(char *)kith, "import", "postcodes", list, "--data", data, NULL};
  struct cost c = run(import, NULL, NULL);
  printf("2.7 million postcodes into the data folder, once: %.1f s, %ld MB%s\n", c.wall, c.kilobytes / 1024,
         c.status ? " (failed)" : "");
  static const struct {
    const char *children, *figure, *peer;
    int times;
  } sizes[] = {{"1000", "50 ms, 64 MB", "13.4 s, 0.80 GB", 10},
               {"10000", "0.3 s, 150 MB", "54.4 s, 6.3 GB", 5},
               {"80000", "3 s", NULL, 3}};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    if (argc < 2 || strcmp(argv[1], sizes[i].children) == 0)
      measure(a, kith, data, sizes[i].children, sizes[i].times, sizes[i].figure, sizes[i].peer);
  nftw(work, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  arena_free(a);
  return 0;
}
