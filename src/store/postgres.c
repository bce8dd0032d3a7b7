#include "store/backend.h"
static struct db *absent(struct store *s, const struct store_options *o, enum db_kind kind, struct error *e) {
  (void)s, (void)o, (void)kind;
  error_set(e, ERR_BROKEN, "PostgreSQL stores are not built in yet.");
  return NULL;
}
const struct backend backend_postgres = {.name = "postgresql", .connect = absent};
