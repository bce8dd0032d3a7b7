/* place: postcodes, authorities and providers, with their dates: where a placement is, in whose area, how far from home.
 *
 * The postcode file is made once by place_make_postcodes (ONS Postcode Directory, CSV or csv.gz: postcode, laua, easting, northing) and mapped
 * read-only, so that a check does not pay for loading it. */
#ifndef KITH_CHECK_SSDA903_PLACE_H
#define KITH_CHECK_SSDA903_PLACE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
struct arena;
struct error;
struct place;

struct spot { bool known; char laua[10]; int32_t easting, northing; };
struct provider { const char *urn, *place_codes, *provider_codes, *postcode, *laua; date_t registered_on, closed_on; };

struct place *place_none(struct arena *a);
/* data folder: <dir>/postcodes.kith, <dir>/authorities.csv; absent files are not an error (facts are then unknown). */
bool place_open(struct arena *a, const char *dir, struct place **out, struct error *e);
void place_close(struct place *p);
bool place_have_postcodes(const struct place *p);
struct spot place_find(const struct place *p, const char *postcode);      /* any case, blanks ignored */
double place_miles(struct spot a, struct spot b);                         /* straight line, rounded to one decimal as the return asks */
/* Providers: Ofsted's list as given to the check. Replaces what was there. */
bool place_set_providers(struct place *p, const struct provider *list, size_t n);
const struct provider *place_provider(const struct place *p, const char *urn); /* NULL when not in the list */
bool place_have_providers(const struct place *p);
bool place_make_postcodes(const char *csv_or_gz, const char *data_dir, int64_t *n, struct arena *a, struct error *e);
/* Name and tier of an authority at a date (successor dates: 2023's new authorities). */
struct la { const char *code, *ons, *name; date_t from, to; const char *successor; bool england; };
const struct la *place_authority(const struct place *p, const char *code_or_ons, date_t on);
#endif
