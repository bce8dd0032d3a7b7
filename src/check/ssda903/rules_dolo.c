/* Rules about deprivation of liberty. */
#include "check/ssda903/rules.h"

const struct rule_group rules_dolo = {"deprivation of liberty", NULL, 0};
