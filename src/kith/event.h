/* event: what happens to accounts, on the directory's own chain (ledger/ledger.h): record "account", ids only. Inside kith only. */
#ifndef KITH_KITH_EVENT_H
#define KITH_KITH_EVENT_H
#include "ledger/ledger.h"

/* account 0: nobody of that name. by: the account that did it, 0 the machine's administrator. Appended last in its transaction. */
bool event_add(struct db *db, const struct ctx *c, const char *kind, int64_t account, int64_t by, struct error *e);
/* A membership came or went: the authority and the person's id there are its body, in the category "account". */
bool event_membership(struct db *db, const struct ctx *c, const char *kind, int64_t account, const char *authority,
                      int64_t actor, struct error *e);
#endif
