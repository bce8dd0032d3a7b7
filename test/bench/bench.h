/* bench: what the programs that measure share: clocks, a folder of their own, raw speed of the disk. Any failure ends the program. */
#ifndef KITH_BENCH_H
#define KITH_BENCH_H
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

double bench_now(void);                                            /* seconds */
double bench_cpu(void);                                            /* of this process, all threads */
void bench_must(bool ok, const char *what, const struct error *e); /* e: NULL or what says why */
void bench_dir(char *out, int size, const char *under);            /* makes a folder; under NULL: /tmp */
void bench_dir_drop(const char *dir);
/* One line of the table: work, what was measured, the figure to reach. */
void bench_row(const char *work, const char *limit, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Sorts n seconds; p50, p95 and p99 in milliseconds. */
void bench_percentiles(double *seconds, size_t n, double out[3]);
void bench_fsync(const char *dir); /* appends 4 KiB and calls fdatasync, one after the other, for a second */
#endif
