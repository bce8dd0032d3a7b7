/* record_world: a small authority in a fresh store, under the shipped model, made by the record engine itself. */
#ifndef KITH_TEST_RECORD_WORLD_H
#define KITH_TEST_RECORD_WORLD_H
#include "base/json.h"
#include "record/query.h"
#include "store_fixture.h"

struct world {
  struct fixture *f;
  struct arena *a;
  struct ctx ctx;
  struct random *random;
  const struct model *m;
  struct record_env env;
  int64_t child, other_child, school, social_worker, teacher, adviser, stranger, pep;
  int hook_calls;
  char hook_names[256];
};

int world_setup(void **state);
int world_teardown(void **state);
/* A callback in a write transaction; a failure is the test's. world_refused: it must fail with this kind, and gives the
 * error. */
typedef bool world_fn(struct db *db, struct world *w, struct error *e);
void world_do(struct world *w, world_fn *fn);
struct error *world_refused(struct world *w, world_fn *fn, enum error_kind kind);

/* "name=text" pairs, NULL last, as typed into a form. */
bool world_input(struct world *w, const struct model_record *r, struct record_input *in, struct error *e, ...);
const struct model_record *world_record(struct world *w, const char *name);
const struct permit *world_permit(struct db *db, struct world *w, int64_t actor, int64_t child, struct error *e);
/* Made by the system, from "name=text" pairs. */
bool world_put(struct db *db, struct world *w, const char *record, int64_t child, int64_t *id, struct error *e, ...);
bool world_change(struct db *db, struct world *w, int64_t actor, const char *record, int64_t id, const char *section,
                  int64_t base, int64_t *version, struct error *e, ...);
int64_t world_entries(struct world *w);
/* The ledger folded anew gives what the tables hold. */
void world_rebuilt(struct world *w);
const char *world_text(struct world *w, const struct record_row *row, const char *field); /* "" for null */
#endif
