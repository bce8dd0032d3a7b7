/* kith: assembles the const engine: stores, model, after-write hooks (duties among them).
 *
 * Data folder (--data DIR): kith.conf (key = value: db, listen, ...), directory.db, ref.db, la_<code>.db, la_<code>.access.db, keys/ledger.key (0600).
 * With --db postgresql://... the stores are schemas directory, ref, la_<code>, la_<code>_access; keys and kith.conf stay in the folder. */
#ifndef KITH_KITH_KITH_H
#define KITH_KITH_KITH_H
#include "base/arena.h"
#include "base/error.h"
#include "kith/directory.h"
#include "ledger/access.h"
#include "record/query.h"

struct authority {
  const char *code, *name;
  bool practice, synthetic;
  struct store *main, *access;
};
struct engine {
  const char *data, *db; /* db NULL: SQLite */
  const struct model *model;
  struct record_env env;
  struct store *directory, *ref;
  const struct authority *authorities;
  size_t n_authorities;
  struct random *random;
  unsigned char sign_secret[64], sign_public[32];
};
struct engine_options {
  const char *data, *db, *model_dir /* shipped; NULL: found beside the program or KITH_MODEL */, *overlay, *seed;
  bool create;
  int readers;
  bool any_model; /* open stores at another model: apply, doctor, verify */
};
/* Opens everything; ERR_INPUT "store is at another model: run kith model apply" unless any_model. The engine lives in a. */
bool engine_open(struct arena *a, const struct engine_options *o, struct engine **out, struct error *e);
void engine_close(struct engine *g);
/* A setting of kith.conf, NULL when it is not set; a file that it names is looked for from the data folder on. */
const char *engine_setting(const struct engine *g, const char *key);
const char *engine_file_setting(const struct engine *g, struct arena *a, const char *key);
const struct authority *engine_authority(const struct engine *g, const char *code); /* NULL when not there */
/* Makes an authority's stores, applies the model, notes it in the directory. */
bool engine_init_authority(struct arena *a, const struct engine_options *o, const char *code, const char *name,
                           bool synthetic, struct error *e);
bool engine_load_model(struct arena *a, const struct engine_options *o, const struct model **out,
                       struct error *e); /* no store is opened */
bool engine_apply_model(struct engine *g, const struct ctx *c, struct buf *report, bool dry_run, struct error *e);
bool engine_sign_heads(struct engine *g, const struct ctx *c,
                       struct error *e); /* hourly in serve, at the end of imports, in backups */
#endif
