/* command: a check from files to text, as `kith check ssda903` does it: everything but the command line itself. */
#ifndef KITH_CHECK_SSDA903_COMMAND_H
#define KITH_CHECK_SSDA903_COMMAND_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
struct arena;
struct error;

struct check_command {
  const char *data;                /* data folder with postcodes.kith and the like; need not exist */
  const char *json;                /* a return, or an array of them, as JSON: a path, or "-" for standard input; or */
  const char *this_dir, *last_dir; /* folders of this and last year's files; last_dir may be NULL */
  const char *year, *la, *providers, *only, *format; /* NULL where not given; format text, json, csv, xlsx */
  const char *out;                                   /* file for the workbook of format xlsx */
  void (*progress)(void *arg, const char *what, int64_t done, int64_t of); /* NULL: nobody watches */
  void *progress_arg;
  const char *explain; /* a rule to explain instead */
};
/* Writes to out. false with ERR_INPUT for what the caller gave. *flags: rows flagged, 0 with json. */
bool check_command_run(const struct check_command *c, struct arena *a, FILE *out, size_t *flags, struct error *e);
#endif
