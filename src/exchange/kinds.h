/* kinds: what the imports share, and the function of each kind (import.h says what they are). */
#ifndef KITH_EXCHANGE_KINDS_H
#define KITH_EXCHANGE_KINDS_H
#include "base/arena.h"
#include "base/csv.h"
#include "exchange/import.h"

typedef bool import_fn(const struct engine *g, const struct authority *a, const struct ctx *c, const char *const *paths,
                       size_t n, const struct import_options *o, struct import_report *r, struct error *e);
import_fn import_schools, import_ssda903, import_people, import_roll, import_postcodes, import_authorities,
    import_providers;
extern const char import_people_template[], import_roll_template[], import_authorities_template[],
    import_providers_template[];

void import_read(struct import_report *r, const char *table, int64_t rows); /* table must live */
void import_warn(struct import_report *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Reads and opens a CSV file; an encoding that had to be guessed becomes a warning. */
bool import_open(struct arena *a, const char *path, struct import_report *r, struct csv **out, struct error *e);
/* at[i] = index of names[i]; a leading "?" makes it optional (-1). false with an item for each that is missing. */
bool import_columns(const struct csv *c, const char *file, const char *const *names, size_t n, long *at,
                    struct error *e);
bool import_refuse(const struct import_report *r, struct error *e); /* what --strict says; always false */
/* A row whose shape is wrong is rejected with what was expected. */
bool import_row_ok(const struct csv_row *row, const char *file, struct import_report *r);
#endif
