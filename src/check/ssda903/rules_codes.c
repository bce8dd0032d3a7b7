/* Rules about codes and dates that are not valid, table by table. */
#include "check/ssda903/rules.h"

const struct rule_group rules_codes = {"codes and dates that are not valid, table by table", NULL, 0};
