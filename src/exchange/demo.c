#include "exchange/import.h"

bool demo_make(struct arena *a, const struct engine_options *eo, const struct demo_options *o, struct demo_user **users, size_t *n_users, struct error *e) {
  (void)a, (void)eo, (void)o, (void)users, (void)n_users;
  return error_set(e, ERR_BROKEN, "not written yet");
}
