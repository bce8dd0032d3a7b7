/* Rules about missing and away from placement. */
#include "check/ssda903/rules.h"

const struct rule_group rules_missing = {"missing and away from placement", NULL, 0};
