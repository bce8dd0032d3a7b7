/* report: results of a check, as the JSON contract prints them, as CSV, and as text for people. */
#ifndef KITH_CHECK_SSDA903_REPORT_H
#define KITH_CHECK_SSDA903_REPORT_H
#include "check/ssda903/ssda903.h"
struct buf;
struct json;

/* {"children":n,"notes":[{"file","row","text"}],"rules":{"103":{"state":"ran","flags":{"Header":[0,3]}}}} on one
 * line; a rule that did not run has "why". */
void report_json(const struct ssda903 *s, struct buf *out);
/* One line a flag: rule, state, severity, table, row (as a spreadsheet shows it), child, cells, message. */
void report_csv(const struct ssda903 *s, struct arena *a, struct buf *out);
/* A workbook at path: errors by rule, children, each table with its faulty cells marked, what was noticed of the
 * files. */
bool report_xlsx(const struct ssda903 *s, struct arena *a, const char *path, struct error *e);
void report_text(const struct ssda903 *s, struct arena *a, struct buf *out); /* by rule, then by child */
/* The first case that a rule flags and the first near miss, as test/check/ssda903 has them; either may be NULL. Made
 * by examples.py. */
struct rule_example {
  const char *rule, *flagged, *spared;
};
extern const struct rule_example rule_examples[];
extern const size_t n_rule_examples;
bool report_explain(const char *code, struct arena *a, struct buf *out); /* false: no such rule */

/* One recorded return: {"metadata": {...}, "tables": {...}} checked with the rules named; its report_json is appended
 * with a line end. */
bool check_json_case(struct arena *a, struct place *place, const struct json *request, const char *const *only,
                     struct buf *out, struct error *e);
#endif
