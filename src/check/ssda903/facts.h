/* facts: questions that many rules ask of one child, and the ways in which many of them flag rows. */
#ifndef KITH_CHECK_SSDA903_FACTS_H
#define KITH_CHECK_SSDA903_FACTS_H
#include "check/ssda903/codes.h"
#include "check/ssda903/rules.h"

/* for (EACH(r, c->t[OC2])): r->c are the cells */
#define EACH(r, rows)                                               \
  const struct row *r = (rows).at, *r##_end = r ? r + (rows).n : r; \
  r != r##_end;                                                     \
  r++
/* A rule of every format: RULE_BOTH needs tables of last year's return as well; a QUERY may be right. */
#define RULE_OF(severity, code, from, to, needs, needs_last, fields, message, fn) \
  { code, from, to, severity, FORMAT_ANY, needs, needs_last, fields, message, fn, NULL }
#define RULE_BOTH(...) RULE_OF(SEVERITY_ERROR, __VA_ARGS__)
#define RULE_ANY(code, from, to, needs, ...) RULE_OF(SEVERITY_ERROR, code, from, to, needs, 0, __VA_ARGS__)
#define QUERY_ANY(code, from, to, needs, ...) RULE_OF(SEVERITY_QUERY, code, from, to, needs, 0, __VA_ARGS__)

/* Dates: false whenever one of them is blank or invalid. */
bool before(struct cell a, struct cell b);
bool date_before(date_t a, date_t b);                /* a < b, both known */
bool under_age(date_t born, date_t on, int years);   /* not yet that old on the day */
bool reached_age(date_t born, date_t on, int years); /* that old on the day, or older */
date_t earliest_day(const char *s); /* DD/MM/YYYY with ZZ for parts not known; DATE_NONE: no such date */
bool any_filled(const struct cell *c, const int *columns); /* columns end with -1 */
bool all_filled(const struct cell *c, const int *columns);
#define ANY_FILLED(cells, ...) any_filled(cells, (const int[]){__VA_ARGS__, -1})
#define ALL_FILLED(cells, ...) all_filled(cells, (const int[]){__VA_ARGS__, -1})

void flag_rows(struct finding *f, enum table t, struct rows rows);

/* Episodes. In all but short breaks; in short breaks only. */
bool has_care(const struct child *c);          /* an episode that is no short break (V3, V4) */
bool only_short_breaks(const struct child *c); /* episodes, and every one a short break */
const struct row *episode_before(const struct child *c, const struct row *e); /* NULL for the first */
const struct row *episode_after(const struct child *c, const struct row *e);
date_t end_or(struct cell dec, date_t otherwise); /* the episode's end; otherwise when blank; DATE_NONE when invalid */

/* Unaccompanied asylum-seeking child now, or by last year's return (where its Header was not given: by a date ceased in
 * its UASC). */
bool is_uasc(const struct child *c);
bool was_uasc(const struct child *c);

/* Adoption and care leavers' columns, -1 ended. */
extern const int cols_adoption[], cols_leaver[], cols_health[];
#endif
