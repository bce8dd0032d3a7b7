/* Rules about young people who left care (OC3). */
#include "check/ssda903/rules.h"

const struct rule_group rules_oc3 = {"young people who left care (OC3)", NULL, 0};
