/* session: what directory.c and session.c share. Inside kith only. */
#ifndef KITH_KITH_SESSION_H
#define KITH_KITH_SESSION_H
#include "base/arena.h"

/* A username as it is kept: lower case, trimmed; NULL when it cannot be one. */
const char *account_username(struct arena *a, const char *typed);
#endif
