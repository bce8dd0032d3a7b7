/* place_private: what a place is made of; for place.c, authority.c and postcode.c only. */
#ifndef KITH_CHECK_SSDA903_PLACE_PRIVATE_H
#define KITH_CHECK_SSDA903_PLACE_PRIVATE_H
#include "check/ssda903/authority.h"
#include "check/ssda903/place.h"

enum { OUTWARD_MAX = 4, LAUA_TEXT = 16 };

/* postcodes.kith: this header, then lauas (LAUA_TEXT bytes each), then outward codes in order of key, then records,
 * each outward code's together and in order. In the byte order of the machine that made it, which the magic number
 * shows. */
struct postcode_head {
  uint64_t magic;
  uint32_t n_lauas, n_outwards, n_records, none;
};
#define POSTCODE_MAGIC 0x324350484854494bu /* "KITHHPC2" */
struct outward {
  uint64_t key;
  uint32_t first, n; /* of its records */
};
/* A record: inward code (13 bits), number of its laua (10), easting (20), northing (21). 8 bytes, so that the pages
 * that a check touches are few; a grid reference of 0, 0 is none. */
typedef uint64_t postcode_record;
enum { NORTH_BITS = 21, EAST_BITS = 20, LAUA_BITS = 10, INWARD_BITS = 13 };

struct place {
  struct arena *arena;
  const struct postcode_head *head; /* mapped; NULL: no list */
  size_t mapped;
  const char *lauas;
  const struct outward *outwards;
  const postcode_record *records;
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
