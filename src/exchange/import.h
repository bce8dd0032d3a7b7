/* import: what comes in from files. Each kind reads, checks and differences its files beside the writer and applies them in one
 * transaction, so that a run killed midway leaves nothing; a second run of the same files changes nothing and says so.
 *
 * Rows that cannot be used are rejected with file, row, column, value and what was expected; the good ones go in, unless `strict`. */
#ifndef KITH_EXCHANGE_IMPORT_H
#define KITH_EXCHANGE_IMPORT_H
#include "kith/kith.h"

struct import_count {
  const char *table;
  int64_t read;
};
struct import_report {
  struct import_count *tables;
  size_t n_tables;
  int64_t created, changed, unchanged, rejected_rows;
  struct error rejected; /* one item a rejected cell or row (error_item), kept whole */
  const char **warnings;
  size_t n_warnings; /* encodings, unknown columns ... */
};
struct import_options {
  bool dry_run, strict;
  const char *data; /* the data folder; NULL with PostgreSQL alone */
  void (*progress)(void *arg, const char *what, int64_t done, int64_t of);
  void *progress_arg;
};

/* kind: a row of this table. paths: files or one folder. */
struct import_kind {
  const char *name, *args, *summary;
  const char *template_csv; /* header and an example row for --template, or NULL */
  bool needs_authority;
  bool without_engine; /* writes into options.data only: no store, engine and authority are NULL */
  bool (*run)(const struct engine *g, const struct authority *a, const struct ctx *c, const char *const *paths,
              size_t n, const struct import_options *o, struct import_report *r, struct error *e);
};
extern const struct import_kind import_kinds[]; /* schools, ssda903, people, roll, postcodes, authorities, providers */
extern const size_t import_n_kinds;
void import_report_init(struct import_report *r, struct arena *a);
void import_report_text(const struct import_report *r, bool dry_run, struct buf *out);
void import_report_json(
    const struct import_report *r,
    struct buf
        *out); /* {"read":{..},"created":n,"changed":n,"unchanged":n,"rejected":[{file,row,column,value,expected}]} */

/* One professional or carer with one appointment, as a "person" row of the people file would make; for `kith user add`. The person is known by
 * the email: a second appointment goes to the same person. actor: the person's id. ERR_INPUT says what was not right. */
struct person_spec {
  const char *forenames, *surname, *email, *telephone, *role, *organisation, *urn, *team, *from, *until;
};
bool people_register(const struct engine *g, const struct authority *a, const struct ctx *c,
                     const struct person_spec *s, int64_t *actor, struct error *e);
/* Ids by natural key, for `kith user add`: person by email, child by local number. 0 when there is none. */
bool people_find(const struct engine *g, const struct authority *a, const struct ctx *c, const char *email,
                 const char *local_id, int64_t *actor, struct error *e);

/* demo: a demonstration authority, all synthetic. Same profile, seed and day: same bytes of every export. */
struct demo_options {
  const char *profile; /* small: 60 children; two: and a second authority, with 5 */
  const char *seed;
};
struct demo_user {
  const char *username, *password, *who;
};
bool demo_make(struct arena *a, const struct engine_options *eo, const struct demo_options *o, struct demo_user **users,
               size_t *n_users, struct error *e);
#endif
