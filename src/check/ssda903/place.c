#include "check/ssda903/place.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "check/ssda903/place_private.h"

struct place *place_none(struct arena *a) {
  struct place *p = arena_alloc(a, sizeof *p);
  p->arena = a;
  authorities_load(p, NULL, NULL);
  return p;
}

bool place_open(struct arena *a, const char *dir, struct place **out, struct error *e) {
  struct place *p = *out = arena_alloc(a, sizeof *p);
  p->arena = a;
  return authorities_load(p, dir, e) && postcodes_map(p, arena_printf(a, "%s/postcodes.kith", dir), e);
}

void place_close(struct place *p) {
  if (p && p->head) munmap((void *)(uintptr_t)p->head, p->mapped);
  if (p) p->head = NULL;
}

bool place_have_postcodes(const struct place *p) {
  return p->head != NULL;
}
bool place_have_providers(const struct place *p) {
  return p->have_providers;
}

double place_miles(struct spot a, struct spot b) {
  double east = a.easting - b.easting, north = a.northing - b.northing;
  return round(sqrt(east * east + north * north) / 1609.344 * 10) / 10;
}

enum { P_URN, P_PLACE, P_PROVIDER, P_POSTCODE, P_LA, P_LA_NAME, P_FROM, P_TO };

int provider_column(const char *name) {
  static const struct {
    const char *name;
    int at;
  } names[] = {{"URN", P_URN},
               {"PLACE_CODES", P_PLACE},
               {"Placement code", P_PLACE},
               {"PROVIDER_CODES", P_PROVIDER},
               {"Placement provider code", P_PROVIDER},
               {"POSTCODE", P_POSTCODE},
               {"Setting address postcode", P_POSTCODE},
               {"LA_CODE_INFERRED", P_LA},
               {"LA_NAME_INFERRED", P_LA_NAME},
               {"Local authority", P_LA_NAME},
               {"REG_START", P_FROM},
               {"Registration date", P_FROM},
               {"REG_END", P_TO},
               {"Deregistration date", P_TO}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (text_eq_ci(names[i].name, name)) return names[i].at;
  return -1;
}

static const char *upper(struct arena *a, const char *s) {
  char *out = s ? text_upper_ascii(a, text_trim(a, s)) : NULL;
  return out && *out ? out : NULL;
}

/* As people write it, or as a workbook counts it: days since 30 December 1899. */
static date_t date_any(const char *s) {
  if (!s) return DATE_NONE;
  char *end;
  double days = strtod(s, &end);
  if (!*end && days > 1 && days < 200000) return date_of(1899, 12, 30) + (date_t)days;
  date_t d = date_parse_uk(s);
  return d != DATE_NONE ? d : date_parse_iso(s);
}

struct provider provider_of(struct arena *a, const struct place *p, const char *const *cells) {
  const char *t[PROVIDER_COLUMNS];
  for (int i = 0; i < PROVIDER_COLUMNS; i++) t[i] = upper(a, cells[i]);
  const struct la *named = t[P_LA] ? NULL : place_authority(p, t[P_LA_NAME], DATE_NONE);
  return (struct provider){.urn = t[P_URN],
                           .place_codes = t[P_PLACE],
                           .provider_codes = t[P_PROVIDER],
                           .postcode = t[P_POSTCODE],
                           .laua = t[P_LA] ? t[P_LA]
                                   : named ? named->ons
                                           : NULL,
                           .registered_on = date_any(t[P_FROM]),
                           .closed_on = date_any(t[P_TO])};
}

static int by_urn(const void *pa, const void *pb) {
  const struct provider *a = pa, *b = pb;
  int c = strcmp(a->urn, b->urn);
  if (c) return c;
  int64_t x = a->closed_on == DATE_NONE ? INT64_MAX : a->closed_on,
          y = b->closed_on == DATE_NONE ? INT64_MAX : b->closed_on;
  return x > y ? -1 : x < y;
}

static size_t slot_of(const struct place *p, const char *urn) {
  uint32_t h = 2166136261u;
  for (const char *s = urn; *s; s++) h = (h ^ (unsigned char)*s) * 16777619u;
  size_t i = (h ^ h >> 15) & p->provider_mask;
  while (p->provider_slots[i] && strcmp(p->providers[p->provider_slots[i] - 1].urn, urn) != 0)
    i = (i + 1) & p->provider_mask;
  return i;
}

bool place_set_providers(struct place *p, const struct provider *list, size_t n) {
  struct provider *mine = arena_alloc(p->arena, (n + 1) * sizeof *mine);
  size_t kept = 0;
  for (size_t i = 0; i < n; i++)
    if (list[i].urn) mine[kept++] = list[i];
  qsort(mine, kept, sizeof *mine, by_urn);
  p->providers = mine;
  p->n_providers = kept;
  p->have_providers = list != NULL;
  size_t size = 16;
  while (size < kept * 2) size *= 2;
  p->provider_slots = arena_alloc(p->arena, size * sizeof *p->provider_slots);
  p->provider_mask = size - 1;
  for (size_t i = 0; i < kept; i++) {
    size_t slot = slot_of(p, mine[i].urn);
    if (!p->provider_slots[slot]) p->provider_slots[slot] = (uint32_t)i + 1; /* the one that counts comes first */
  }
  return true;
}

const struct provider *place_provider(const struct place *p, const char *urn) {
  uint32_t found = urn && p->n_providers ? p->provider_slots[slot_of(p, urn)] : 0;
  return found ? &p->providers[found - 1] : NULL;
}

bool code_listed(const char *list, const char *code) {
  size_t n = code ? strlen(code) : 0;
  for (const char *p = list; p && *p && n;) {
    while (*p == ' ' || *p == ',') p++;
    size_t m = strcspn(p, ", ");
    if (m == n && strncmp(p, code, n) == 0) return true;
    p += m;
  }
  return false;
}
