/* store: SQL, transactions and the writer; knows no table. Two back ends behind this one header.
 *
 * A store is one SQLite file or one PostgreSQL schema. The SQL dialect (docs/sql.md): parameters $1..$n bound by number and
 * declared by type; INTEGER is 64-bit; TEXT is UTF-8 and compares by bytes; BLOB; no REAL; dates are TEXT YYYY-MM-DD; truth is a
 * comparison, never an integer; ORDER BY writes NULLS FIRST/LAST where a column may be null and ends in a unique column;
 * `insert .. on conflict (..) do update`, `returning`, common table expressions and window functions are shared; no date, JSON
 * or collation functions of a back end. SQL gets age_on(born, on) and school_year(date) of ours.
 *
 * Transactions are callbacks that may run again (serialisation failure, busy snapshot, a group that failed to commit): a
 * callback keeps nothing from a former run and sends nothing to anybody. Writers queue to one thread a store; each callback
 * runs in a savepoint of the group, which commits durably (synchronous=FULL); store_write returns, and done is called, only after
 * that commit. Readers run beside it on a bounded pool. Nothing outside src/store names sqlite3_ or PQ. */
#ifndef KITH_STORE_STORE_H
#define KITH_STORE_STORE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/value.h"
struct arena;
struct error;

struct store;
struct db;   /* a connection inside a transaction; lives as long as the callback */
struct stmt; /* a prepared statement of that connection, cached there by its text */

struct store_options {
  const char *location; /* path of the SQLite file, or a postgresql:// connection string */
  const char *schema;   /* PostgreSQL schema; ignored by SQLite */
  const char
      *ref;    /* SQLite: path of the ref file to attach read-only as "ref", or NULL; PostgreSQL: schema ref is used */
  int readers; /* size of the reader pool, 0 = 4 */
  bool create; /* make it when absent; otherwise absent is ERR_NOT_FOUND */
};
bool store_open(struct arena *a, const struct store_options *o, struct store **out, struct error *e);
void store_close(struct store *s);                /* finishes what is queued, then closes; NULL allowed */
const char *store_backend(const struct store *s); /* "sqlite" or "postgresql" */

/* true: commit; false with e set: this callback alone is rolled back. */
typedef bool store_fn(struct db *db, void *arg, struct error *e);

bool store_read(struct store *s, store_fn *fn, void *arg, struct error *e); /* one snapshot; cannot write */
bool store_read_model(struct store *s, store_fn *fn, void *arg,
                      struct error *e); /* as store_read, and sees only views (store_view) and ref */
bool store_write(struct store *s, store_fn *fn, void *arg, struct error *e); /* blocks until durable */
/* The same without waiting: fn runs on the writer thread, done after the commit (or failure) on a thread of the store; arg and e
 * are the caller's and are not touched by the caller until done. */
typedef void store_done(void *done_arg, bool ok, struct error *e);
void store_write_async(struct store *s, store_fn *fn, void *arg, struct error *e, store_done *done, void *done_arg);

/* A failed statement makes its db sticky-failed: later calls do nothing, rows end, and db_ok says why. Check once at the end. */
bool db_ok(struct db *db, struct error *e);
/* types: one letter a parameter, in order: i integer, t text, b blob. Text is prepared once a connection and cached by content.
 * Returned reset and unbound; never NULL. A statement in use must not be asked for again inside its own loop. */
struct stmt *db_sql(struct db *db, const char *text, const char *types);
/* The same for a long text that is tedious to write: write is asked for it only where this connection does not hold the statement yet.
 * name begins with '@' and says everything that the text depends on (what wrote it, the model's version ..). */
typedef const char *sql_writer(const void *arg);
struct stmt *db_sql_named(struct db *db, const char *name, const char *types, sql_writer *write, const void *arg);
void sql_int(struct stmt *q, int n, int64_t v);      /* n counts from 1 */
void sql_text(struct stmt *q, int n, const char *v); /* NULL binds NULL; must outlive sql_end */
void sql_blob(struct stmt *q, int n, const void *v, size_t len);
void sql_null(struct stmt *q, int n);
void sql_value(struct stmt *q, int n, struct value v);
bool sql_row(struct stmt *q); /* true while there is a row; resets at the end */
bool sql_run(struct stmt *q); /* for statements without rows; false when failed */
void sql_end(struct stmt *q); /* leaving a loop early */
int col_count(struct stmt *q);
const char *col_name(struct stmt *q, int i); /* i counts from 0 */
bool col_null(struct stmt *q, int i);
int64_t col_int(struct stmt *q, int i);      /* 0 for NULL */
const char *col_text(struct stmt *q, int i); /* NULL for NULL; valid until the next sql_row */
const void *col_blob(struct stmt *q, int i, size_t *len);
struct value col_value(struct stmt *q, int i, struct arena *a); /* copied */
int64_t db_changes(struct db *db);                              /* rows of the last sql_run */
/* Counter inside the writing transaction: gives the first of n consecutive numbers of that name, starting at 1. */
int64_t db_counter(struct db *db, const char *name, int64_t n);
/* A savepoint of the caller's: fn's failure undoes only fn. */
bool db_savepoint(struct db *db, store_fn *fn, void *arg, struct error *e);
struct store *db_store(struct db *db);
/* Number of this run of the callback on this connection: no other run has the same db and number. For what must not outlive it. */
uint64_t db_transaction(const struct db *db);

/* Schema, additive only. Columns may be added, never dropped or retyped. */
enum store_type { STORE_INTEGER, STORE_TEXT, STORE_BLOB };
struct store_column {
  const char *name;
  enum store_type type;
  bool required; /* not null */
};
struct store_index {
  const char *name;
  const char *columns; /* "child, from_on" */
  bool unique;
  const char *where; /* or NULL */
};
struct store_table {
  const char *name;
  const struct store_column *columns;
  size_t n_columns;
  const char *primary_key; /* "id" or "week_on, enrolment" */
  bool clustered;          /* SQLite: WITHOUT ROWID */
  const struct store_index *indexes;
  size_t n_indexes;
};
/* Inside a write: creates what is missing (tables, columns, indexes). ERR_BROKEN when an existing column has another type.
 * A column added to a table that holds rows must not be `required`. */
bool db_ensure_table(struct db *db, const struct store_table *t, struct error *e);
bool db_ensure_view(struct db *db, const char *name, const char *select,
                    struct error *e); /* replaces; view is open to store_read_model */
bool db_has_table(struct db *db, const char *name);
/* Names of all tables of this store (not views), sorted; for rebuild comparison, copy and doctor. */
const char *const *db_tables(struct db *db, struct arena *a, size_t *n);
/* Plan of a statement: true when some table of more than a page would be scanned whole; name of that table in *table. */
bool db_scans(struct db *db, const char *text, const char *types, struct arena *a, const char **table);

struct store_stats {
  uint64_t groups, writes, retries, largest_group, checkpoint_pages;
  uint64_t commit_ns, longest_ns; /* longest_ns: for which one group held the writer, its commit included */
  int queue;
};
void store_stats(struct store *s, struct store_stats *out);
#endif
