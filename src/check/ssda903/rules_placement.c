/* Rules about placements, providers, postcodes and distance. */
#include "check/ssda903/rules.h"

const struct rule_group rules_placement = {"placements, providers, postcodes and distance", NULL, 0};
