/* rules: one row a rule. The code is the Department's; messages are ours. A rule is a function over one child (or, for a few, over the
 * whole upload) that flags rows; it neither reads nor writes anything else. The order of this table never changes a result. */
#ifndef KITH_CHECK_SSDA903_RULES_H
#define KITH_CHECK_SSDA903_RULES_H
#include "check/ssda903/view.h"

struct finding; /* collects flags */
void flag(struct finding *f, enum table t,
          const struct row *r); /* this year's table; a row flagged twice counts once */
void flag_last(struct finding *f, enum table t, const struct row *r); /* last year's */

/* Each row of this year's table, in order: FOR_ROWS(r, c, EPISODES) if (...) flag(f, EPISODES, r); */
#define FOR_ROWS(r, child, table_) \
  for (const struct row *r = (child)->t[table_].at, *r##_end = r + (child)->t[table_].n; r != r##_end; r++)
#define FOR_ROWS_LAST(r, child, table_) \
  for (const struct row *r = (child)->last[table_].at, *r##_end = r + (child)->last[table_].n; r != r##_end; r++)

typedef void child_rule(const struct child *c, struct finding *f);
typedef void upload_rule(const struct upload *u, struct finding *f);

enum severity { SEVERITY_ERROR, SEVERITY_QUERY }; /* a query may be right: check it, or ask for a bypass */
enum rule_format { FORMAT_ANY, FORMAT_CSV, FORMAT_XML };
struct rule {
  const char *code;
  int from, to; /* collection years by the year in which they end, 2023..2027; to 0: still live */
  enum severity severity;
  enum rule_format format;
  uint32_t needs, needs_last; /* tables without which it cannot run */
  const char *fields;         /* comma-separated columns to look at */
  const char *message;        /* what is wrong and what would be right */
  child_rule *child;
  upload_rule *upload;
};
/* Each group of rules is a table in its own file; run.c lists the groups. A code may stand in several rows with years that do not overlap. */
struct rule_group {
  const char *about;
  const struct rule *rules;
  size_t n;
};
extern const struct rule_group rules_codes, rules_header, rules_episodes, rules_sequence, rules_placement,
    rules_adoption, rules_oc2, rules_oc3, rules_missing, rules_workers, rules_dolo, rules_lastyear, rules_urn,
    rules_provision, rules_adopters, rules_placed, rules_health, rules_mothers, rules_permanence, rules_leavers,
    rules_internal;
#endif
