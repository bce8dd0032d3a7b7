/* Rules about health and wellbeing (OC2). */
#include "check/ssda903/rules.h"

const struct rule_group rules_oc2 = {"health and wellbeing (OC2)", NULL, 0};
