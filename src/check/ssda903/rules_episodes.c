/* Rules about an episode by itself. */
#include "check/ssda903/rules.h"

const struct rule_group rules_episodes = {"an episode by itself", NULL, 0};
