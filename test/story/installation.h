/* installation: a data folder of its own for a test, with authorities in it, as `kith init` and `kith import` make
 * and fill it. On SQLite, or where KITH_TEST_PG is set in a PostgreSQL database of its own, so that tests can run
 * side by side. */
#ifndef KITH_TEST_INSTALLATION_H
#define KITH_TEST_INSTALLATION_H
#include "exchange/import.h"
#include "record/query.h"

#define SHARED KITH_SOURCE_ROOT "/../shared"

struct installation {
  struct arena *arena;
  struct error e;
  char dir[64], database[32]; /* database "" on SQLite */
  struct engine_options options;
  struct engine *engine;
  struct ctx ctx;
  struct import_report report; /* of the last import */
};

/* now: an instant, fixed for the process. codes: authorities, ends with NULL; none: installation_open when some are
 * there. */
bool installation_make(struct installation *x, const char *now, const char *const *codes);
bool installation_open(struct installation *x); /* the engine again, after it was closed */
void installation_end(struct installation *x);
void installation_say(const struct error *e); /* to stderr, with its items */
void installation_tick(struct installation *x, int seconds);
void installation_clock(struct installation *x, const char *now); /* another instant for what comes */

/* A file of the installation's folder in/; gives its path. */
const char *installation_file(struct installation *x, const char *name, const char *bytes, size_t n);
const char *installation_text(struct installation *x, const char *name, const char *text);
/* Imports into authority `code`; the report is in x->report, the error in x->e. */
bool installation_import(struct installation *x, const char *code, const char *kind, const char *const *paths, size_t n,
                         const struct import_options *o);
/* The integer that a select gives, -1 without a row. code NULL: the ref store. */
int64_t installation_ask(struct installation *x, const char *code, const char *sql);
/* A digest of every row of every table of the authority's store, whatever their order. */
uint64_t installation_digest(struct installation *x, const char *code);
/* Every chain verifies against the signed heads, and the tables are what the ledger folds to; complains on stderr. */
bool installation_sound(struct installation *x);
bool installation_run(struct installation *x, const char *fmt, ...)
    __attribute__((format(printf, 2, 3))); /* a shell command */
#endif
