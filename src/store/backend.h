/* backend: what the two back ends have in common and what each must do. Private to src/store. */
#ifndef KITH_STORE_BACKEND_H
#define KITH_STORE_BACKEND_H
#include <time.h>

#include "base/arena.h"
#include "base/error.h"
#include "store/store.h"

enum db_kind { DB_WRITER, DB_READER, DB_MODEL };
enum step { STEP_ROW, STEP_DONE, STEP_FAILED };
enum stmt_state { STMT_READY, STMT_ROW, STMT_ENDED };

enum {
  STORE_GROUP_MAX = 256,              /* callbacks in one commit */
  STORE_GROUP_NS = 20 * 1000 * 1000,  /* work after which a group takes nobody in */
  STORE_RETRIES = 8,                  /* runs of one callback or one group before it is reported failed */
  STORE_BUSY_MS = 10 * 1000,          /* wait for a reader, or for another process's write lock */
  STORE_STATEMENTS = 512,             /* prepared statements kept by a connection */
  STORE_CHECKPOINT_PAGES = 10 * 1000, /* of write-ahead log */
  STORE_BUCKETS = 1024
};

struct stmt { /* first member of the back end's own */
  struct db *db;
  char *key, *text, *types; /* key: by which it is found: its text, or a name */
  bool trusted;
  int n_params;
  struct value *params; /* bound when the first row is asked for */
  enum stmt_state state;
  bool open; /* has been stepped and not reset; in db->open */
  int depth; /* savepoint level at which it was opened */
  uint32_t hash;
  struct stmt *chain, *newer, *older, *next_open;
};

struct db { /* first member of the back end's own */
  struct store *store;
  const struct backend *be;
  enum db_kind kind;
  bool failed;
  enum error_kind fail_kind;
  char fail_message[512];
  int depth;
  uint64_t transaction; /* counts runs of callbacks */
  int64_t changes;
  struct stmt *buckets[STORE_BUCKETS], *newest, *oldest, *open;
  size_t n_stmts;
  struct stmt dead; /* what db_sql gives when there is nothing to give */
  struct db *next_free;
};

struct backend {
  const char *name;
  /* Connects; the writer comes first and makes what is missing when o->create. */
  struct db *(*connect)(struct store *s, const struct store_options *o, enum db_kind kind, struct error *e);
  void (*disconnect)(struct db *db); /* statements are already finalised */
  /* These report through db_fail and return false. begin takes the one write lock for a writer, a read-only snapshot otherwise. */
  bool (*begin)(struct db *db);
  bool (*commit)(struct db *db); /* on false nothing of it is there */
  bool (*exec)(struct db *db, const char *sql);
  void (*rollback)(struct db *db);
  bool (*lost)(struct db *db); /* the whole transaction has been undone by a failure */
  struct stmt *(*prepare)(struct db *db, const char *text, const char *types, bool trusted);
  void (*finalize)(struct stmt *q);
  enum step (*step)(struct stmt *q);
  void (*reset)(struct stmt *q);
  int (*columns)(struct stmt *q);
  const char *(*column_name)(struct stmt *q, int i);
  struct value (*column)(struct stmt *q, int i,
                         enum value_type want); /* want VALUE_NULL: as it is; result may be VALUE_NULL */
  bool (*tend)(struct db *writer,
               bool idle); /* after a commit, and when nothing is queued; false: ask again in a while */
  /* Whether the plan reads a whole table, and which (in a). */
  bool (*scans)(struct db *db, const char *text, const char *types, struct arena *a, const char **table);
  const char *type_names[3]; /* by enum store_type */
  const char *table_suffix;  /* after the closing bracket of create table, "" or "strict" */
  const char *table_clustered;
  const char *relations;  /* select name, 't' or 'v' from this schema, by name */
  const char *columns_of; /* select name, declared type of table $1 */
  bool (*replace_view)(struct db *db, const char *name, const char *select);
};
extern const struct backend backend_sqlite, backend_postgres;

/* store.c */
void *store_alloc(size_t n); /* zeroed; ends the process when there is none */
char *store_copy(const char *s);
uint64_t store_now_ns(void);            /* monotonic; for measuring only */
struct timespec store_deadline(int ms); /* for pthread_cond_timedwait on the monotonic clock */
void db_fail(struct db *db, enum error_kind kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void db_unfail(struct db *db);
struct stmt *db_sql_trusted(struct db *db, const char *text,
                            const char *types); /* not confined; for store's own statements */
void db_reset_open(struct db *db, int depth);   /* resets statements opened at that level or above */
void db_trim(struct db *db, size_t keep);       /* finalises the least recently used; only between callbacks */
/* Runs fn in savepoint `name level`; an undone one leaves db not failed unless the transaction is lost. */
bool db_run_savepoint(struct db *db, store_fn *fn, void *arg, struct error *e);
const struct store_options *store_opened_with(const struct store *s);
void store_checkpointed(struct store *s, uint64_t pages);

/* writer.c */
struct writer;
struct writer *writer_start(struct store *s, struct db *db);
void writer_stop(struct writer *w); /* drains, ends the thread */
bool writer_run(struct writer *w, store_fn *fn, void *arg, struct error *e);
void writer_queue(struct writer *w, store_fn *fn, void *arg, struct error *e, store_done *done, void *done_arg);
void writer_stats(struct writer *w, struct store_stats *out);
void writer_checkpointed(struct writer *w, uint64_t pages);
void writer_free(struct writer *w);

/* sqltext.c: see sqltext.h. functions.c */
struct sqlite3;
bool functions_sqlite(struct sqlite3 *c);
bool functions_shared(const char *name, size_t n); /* may SQL call it? the functions that both back ends have */
extern const char functions_postgres[];            /* makes ours in the current schema */
#endif
