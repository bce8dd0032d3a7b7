/* assemble: what the parts of the engine's assembly share. Inside kith only. */
#ifndef KITH_KITH_ASSEMBLE_H
#define KITH_KITH_ASSEMBLE_H
#include "kith/folder.h"
#include "kith/kith.h"

/* Directory of the shipped model: the named one, else KITH_MODEL, else beside the program, else of the source tree; NULL with e. */
const char *model_dir(struct arena *a, const char *named, struct error *e);

/* An engine being put together; engine is its first member, so that engine_close finds the rest. */
struct assembly {
  struct engine engine;
  struct folder folder;
  struct arena *a;
  struct authority *authorities; /* what engine.authorities points to */
  int readers;
  bool seeded;
};
struct assembly *assembly_of(const struct engine *g);
/* The tables of an authority's two stores that stand whatever the model. */
bool assembly_ensure(const struct authority *x, struct error *e);
/* Opens (create: makes) the two stores of an authority. */
bool assembly_stores(struct assembly *m, const char *code, bool create, struct authority *out, struct error *e);
void assembly_close_stores(struct authority *x);
/* Brings one authority's store to the engine's model, duties computed anew; says in report what changes. */
bool assembly_apply(struct engine *g, const struct ctx *c, const struct authority *x, struct buf *report, bool dry_run,
                    struct error *e);
#endif
