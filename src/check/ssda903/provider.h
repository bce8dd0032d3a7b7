/* provider: Ofsted's list of social care providers as a file, CSV or an Excel workbook. Columns are known by name
 * (place.h, provider_column); lines before the one that holds URN are titles and passed over. */
#ifndef KITH_CHECK_SSDA903_PROVIDER_H
#define KITH_CHECK_SSDA903_PROVIDER_H
#include "check/ssda903/place.h"

/* Pure over bytes. list lives in a. */
bool providers_read(struct arena *a, const struct place *p, const char *name, const void *bytes, size_t n,
                    struct provider **list, size_t *count, struct error *e);
/* Into the place, from a file; replaces what was there. */
bool providers_load(struct place *p, struct arena *a, const char *path, struct error *e);
/* Checked and kept as <data_dir>/providers.kith, which a check uses when it is given no list. */
bool place_make_providers(const char *path, const char *data_dir, int64_t *n, struct arena *a, struct error *e);
#endif
