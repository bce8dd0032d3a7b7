/* ssda903: checks a looked-after children return: every rule of its collection year, over any upload, without store
 * or model.
 *
 * Use: ssda903_new; then tables by ssda903_add_files or ssda903_add_file or ssda903_add_rows; the year and authority in
 * `setup`; ssda903_run; then read results; ssda903_free. One ssda903 is used by one thread; the run uses as many as
 * asked. */
#ifndef KITH_CHECK_SSDA903_SSDA903_H
#define KITH_CHECK_SSDA903_SSDA903_H
#include "check/ssda903/rules.h"

struct ssda903;
struct ssda903_setup {
  int year_ends; /* 2027 for 2026-27: whose rules; 0 or before 2023: the newest rules. start and end follow from it */
  date_t start, end;       /* collection year; DATE_NONE: from year_ends, or unknown */
  bool no_dates;           /* the dates are unknown, whatever the year */
  const char *authority;   /* ONS code or three digits; NULL unknown */
  bool xml;                /* file format of the return, when no file shows it */
  const char *const *only; /* codes, NULL-ended; NULL: all live in the year */
  int threads;             /* 0: one a processor, at most 8 */
};
struct ssda903_note {
  const char *file, *text;
  long row;
};
struct ssda903_flag {
  enum table table;
  bool last;
  uint32_t row;
};
struct ssda903_result {
  const struct rule *rule;
  bool ran;
  const char *why; /* when it did not */
  const struct ssda903_flag *flags;
  size_t n;
};

struct ssda903 *ssda903_new(struct arena *a, struct place *place);
/* Ends it: cells, notes and results must not be used any more. NULL is allowed. */
void ssda903_free(struct ssda903 *s);
/* One file, CSV (the table is known by its columns) or XML of the whole return. false with an item in e when the
 * bytes are neither (the rest can still be checked). */
bool ssda903_add_file(struct ssda903 *s, const char *name, const void *bytes, size_t n, bool last, struct error *e);
/* From JSON or XML: rows of n_columns texts each, NULL or "" blank. Columns unknown to the table are noted and left
 * out. */
bool ssda903_add_rows(struct ssda903 *s, enum table t, bool last, const char *const *columns, size_t n_columns,
                      const char *const *const *rows, size_t n_rows);
/* Files of a return by path; name is what messages call them. What cannot be used becomes a note, and the rest is
 * checked; false when a file cannot be read at all. */
struct ssda903_file {
  const char *name, *path;
  bool last;
};
bool ssda903_add_files(struct ssda903 *s, const struct ssda903_file *files, size_t n, struct error *e);
bool ssda903_run(struct ssda903 *s, const struct ssda903_setup *setup, struct error *e);
size_t ssda903_results(const struct ssda903 *s, const struct ssda903_result **out); /* in the order of codes */
size_t ssda903_notes(const struct ssda903 *s, const struct ssda903_note **out);
size_t ssda903_children(const struct ssda903 *s);
size_t ssda903_rows(const struct ssda903 *s, enum table t, bool last);
const char *ssda903_cell(const struct ssda903 *s, enum table t, bool last, uint32_t row, int column); /* NULL blank */
/* All rules ever, in the order of codes. */
size_t ssda903_rules(struct arena *a, const struct rule *const **out);
bool rule_live(const struct rule *r, int year_ends);
#endif
