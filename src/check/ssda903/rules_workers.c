/* Rules about social workers and reviews. */
#include "check/ssda903/rules.h"

const struct rule_group rules_workers = {"social workers and reviews", NULL, 0};
