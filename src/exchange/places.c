/* Reference data that a check of a return uses, kept as files of the data folder: no store is opened. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "check/ssda903/place.h"
#include "check/ssda903/provider.h"
#include "exchange/kinds.h"

const char import_authorities_template[] =
    "code,ons,name,from,to,successor,upper\r\n"
    "933,E10000027,Somerset,,2023-04-01,E06000066,\r\n"
    "933,E06000066,Somerset,2023-04-01,,,\r\n"
    ",E07000188,Sedgemoor,,2023-04-01,E06000066,E10000027\r\n";
const char import_providers_template[] =
    "URN,Local authority,Placement code,Placement provider code,Registration date,Deregistration date,Setting address "
    "postcode\r\n"
    "SC000001,Kent,\"U1,U4\",PR1,01/04/2019,,ZZ99 9ZZ\r\n";

typedef bool make_fn(const char *path, const char *data_dir, int64_t *n, struct arena *a, struct error *e);

static bool keep(make_fn *make, const char *what, const char *path, const struct ctx *c, const struct import_options *o,
                 struct import_report *r, struct error *e) {
  int64_t n = 0;
  if (o->dry_run) return error_set(e, ERR_INPUT, "%s are taken as a whole: there is no dry run", what);
  if (!o->data) return error_set(e, ERR_INPUT, "%s are kept in the data folder: give --data DIR", what);
  if (mkdir(o->data, 0700) != 0 && errno != EEXIST)
    return error_set(e, ERR_BROKEN, "cannot make the folder %s: %s", o->data, strerror(errno));
  if (!make(path, o->data, &n, c->arena, e)) return false;
  import_read(r, what, n);
  r->created = n;
  return true;
}

bool import_postcodes(const struct engine *g, const struct authority *a, const struct ctx *c, const char *const *paths,
                      size_t n, const struct import_options *o, struct import_report *r, struct error *e) {
  (void)g, (void)a, (void)n;
  return keep(place_make_postcodes, "postcodes", paths[0], c, o, r, e);
}

bool import_authorities(const struct engine *g, const struct authority *a, const struct ctx *c,
                        const char *const *paths, size_t n, const struct import_options *o, struct import_report *r,
                        struct error *e) {
  (void)g, (void)a, (void)n;
  return keep(place_make_authorities, "authorities", paths[0], c, o, r, e);
}

bool import_providers(const struct engine *g, const struct authority *a, const struct ctx *c, const char *const *paths,
                      size_t n, const struct import_options *o, struct import_report *r, struct error *e) {
  (void)g, (void)a, (void)n;
  return keep(place_make_providers, "providers", paths[0], c, o, r, e);
}
