/* Rules about adoption and permanence. */
#include "check/ssda903/rules.h"

const struct rule_group rules_adoption = {"adoption and permanence", NULL, 0};
