/* place_private: what a place is made of; for place.c, authority.c and postcode.c only. */
#ifndef KITH_CHECK_SSDA903_PLACE_PRIVATE_H
#define KITH_CHECK_SSDA903_PLACE_PRIVATE_H
#include "check/ssda903/authority.h"
#include "check/ssda903/place.h"

enum { POSTCODE_MAX = 7, LAUA_TEXT = 16, NO_GRID = INT32_MIN };

/* postcodes.kith: this header, then lauas (LAUA_TEXT bytes each), then records in order of key. In the byte order of
 * the machine that made it, which the magic number shows. */
struct postcode_head {
  uint64_t magic;
  uint32_t n_lauas, n_records;
};
#define POSTCODE_MAGIC 0x314350484854494bu /* "KITHHPC1" */
struct postcode_record {
  uint64_t key; /* postcode_key << 16 | index of its laua */
  int32_t easting, northing;
};
/* 0: not a postcode by its shape (letters and digits, at most seven). */
uint64_t postcode_key(const char *postcode);

struct place {
  struct arena *arena;
  const struct postcode_head *head; /* mapped; NULL: no list */
  size_t mapped;
  const char *lauas;
  const struct postcode_record *records;
  const struct la *areas;
  size_t n_areas;
  bool own_areas;                   /* from authorities.csv, not the shipped list */
  const struct provider *providers; /* sorted by urn, the registration that counts first */
  size_t n_providers;
  uint32_t *provider_slots; /* hash table by urn: index + 1 */
  size_t provider_mask;
  bool have_providers;
};
bool postcodes_map(struct place *p, const char *path, struct error *e);
bool authorities_load(struct place *p, const char *dir, struct error *e);
#endif
