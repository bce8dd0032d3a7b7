/* sqlite: what sqlite.c and sqlite_confine.c share. Private to src/store; only these name sqlite3_. */
#ifndef KITH_STORE_SQLITE_H
#define KITH_STORE_SQLITE_H
#include <sqlite3.h>
#include <sys/stat.h>

#include "store/backend.h"

struct sqlite_db {
  struct db base;
  sqlite3 *c;
  int trusted; /* > 0 while a statement of the store's own is prepared or run */
  bool ref_attached;
  dev_t ref_dev;
  ino_t ref_ino;
  int wal_pages, moved_pages; /* of the log; of those, already in the file */
  int next_checkpoint;        /* length of the log at which the writer moves it between two groups */
  uint64_t warned_pages;
  bool unmoved;            /* the log holds pages that are not in the file yet */
  struct arena *names;     /* DB_MODEL: memory of open_names and relations */
  const char **open_names; /* views, and the common table expressions inside them: what may read tables */
  size_t n_open_names, n_views;
  const char **relations;
  size_t n_relations;
};

bool sqlite_confine(struct sqlite_db *d); /* sets the authorizer */
/* DB_MODEL: learns the views of the store and refuses a statement that names anything else. */
bool sqlite_model_allows(struct sqlite_db *d, const char *text);
void sqlite_fail(struct sqlite_db *d, const char *text); /* db_fail from the connection's last error */
#endif
