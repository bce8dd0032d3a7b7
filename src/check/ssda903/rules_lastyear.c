/* Rules about this year against last year. */
#include "check/ssda903/rules.h"

const struct rule_group rules_lastyear = {"this year against last year", NULL, 0};
