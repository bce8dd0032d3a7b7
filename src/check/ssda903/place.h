/* place: postcodes, authorities and providers, with their dates: where a placement is, in whose area, how far from
 * home.
 *
 * The postcode file is made once by place_make_postcodes and mapped read-only, so that a check does not pay for
 * loading it. Reading is safe from many threads; place_set_providers is not. */
#ifndef KITH_CHECK_SSDA903_PLACE_H
#define KITH_CHECK_SSDA903_PLACE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
struct arena;
struct error;
struct place;

struct spot {
  bool known;           /* the postcode is in the list */
  bool has_grid;        /* and it has a grid reference: easting and northing hold */
  uint32_t laua_number; /* of its laua, below place_n_lauas, when known */
  const char *laua; /* ONS code of the district or single-tier authority; NULL unknown. Lives as long as the place */
  int32_t easting, northing; /* metres, Ordnance Survey National Grid */
};
struct provider { /* texts upper-cased and trimmed, NULL when blank */
  const char *urn, *place_codes, *provider_codes /* "U1,U2" */, *postcode, *laua /* ONS code of the authority */;
  date_t registered_on, closed_on;
};

struct place *place_none(struct arena *a);
/* data folder: <dir>/postcodes.kith, <dir>/authorities.csv; absent files are not an error (facts are then unknown,
 * and the shipped list of authorities holds). */
bool place_open(struct arena *a, const char *dir, struct place **out, struct error *e);
void place_close(struct place *p); /* what place_find gave must not be used any more */

bool place_have_postcodes(const struct place *p);
struct spot place_find(const struct place *p, const char *postcode); /* any case, blanks ignored */
size_t place_n_lauas(const struct place *p);
const char *place_laua(const struct place *p, size_t i); /* NULL when the file is damaged there */
double place_miles(
    struct spot a,
    struct spot b); /* straight line, rounded to one decimal as the return asks; both have a grid reference */
/* From the ONS list, CSV or csv.gz: postcode, laua, easting, northing (pcds, oslaua, oseast1m, osnrth1m will do).
 * Written beside and moved into place: a run killed midway leaves the old list. n: postcodes written. */
bool place_make_postcodes(const char *path, const char *data_dir, int64_t *n, struct arena *a, struct error *e);

/* Providers: Ofsted's list as given to the check. Replaces what was there. A URN that stands in the list more than
 * once counts as the registration that is still open, or closed last. */
bool place_set_providers(struct place *p, const struct provider *list, size_t n);
const struct provider *place_provider(const struct place *p, const char *urn); /* NULL when not in the list */
bool place_have_providers(const struct place *p);
/* Columns of such a list, by the names of Ofsted's and of the return's own: index for provider_of, -1 when it is none
 * of them. */
enum { PROVIDER_COLUMNS = 8 };
int provider_column(const char *name);
/* cells: PROVIDER_COLUMNS texts, NULL where there is none; copied. */
struct provider provider_of(struct arena *a, const struct place *p, const char *const *cells);
/* "U1" in "U1, U2": a code in a list parted by commas. */
bool code_listed(const char *list, const char *code);

/* Authorities with children's services, and districts within counties (upper set). Dates: the first day, and the day
 * after the last. */
struct la {
  const char *code; /* three digits of the Department; NULL for a district */
  const char *ons, *name;
  date_t from, to;       /* DATE_NONE open */
  const char *successor; /* ONS code, NULL none */
  const char *upper;     /* ONS code of the county that a district is in, NULL */
};
/* By three digits, ONS code or name, at a date (DATE_NONE: whichever is newest); NULL when there is none. */
const struct la *place_authority(const struct place *p, const char *what, date_t on);
/* ONS code of the authority with children's services for a laua at a date: the county of a district, the successor of
 * what has ended. What is not in the list (Wales, Scotland, Northern Ireland, islands) is given back. */
const char *place_children_services(const struct place *p, const char *laua, date_t on);
/* csv: code, ons, name, from, to, successor, upper; checked, and kept as <data_dir>/authorities.csv. */
bool place_make_authorities(const char *path, const char *data_dir, int64_t *n, struct arena *a, struct error *e);
#endif
