/* ssda903_cases: the tables of test/check/ssda903 as a person writes them (docs/returns/ssda903.md describes them),
 * read for tests. */
#ifndef KITH_TEST_SSDA903_CASES_H
#define KITH_TEST_SSDA903_CASES_H
#include "check/ssda903/ssda903.h"

struct case_table {
  enum table table;
  bool last;
  const char **columns;
  size_t n_columns;
  const char ***rows;
  bool *star;
  size_t n, cap, cap_star;
};
struct rule_case {
  const char *file, *rule, *words;
  int line, year_ends;
  const char *la, *start, *end; /* dd/mm/yyyy, "none", or NULL: the year's */
  bool xml, not_run;
  struct case_table tables[8], providers;
  size_t n_tables;
  bool has_providers;
};
struct rule_cases {
  struct arena *arena;
  struct rule_case *at;
  size_t n, cap;
};
/* Appends the cases of one file; a mistake in it is printed with its line, and false. */
bool cases_read(struct rule_cases *all, const char *path);
#endif
