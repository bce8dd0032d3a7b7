/* assets: what a browser is given besides pages, read once at start-up from the folder that script/build makes (manifest.tsv: logical
 * name, file, sha256). Files carry their hash in their name, so they may be kept for ever. <file>.gz beside a file is sent to
 * those who take gzip. A file whose bytes do not match the manifest stops the start. */
#ifndef KITH_WEB_ASSETS_H
#define KITH_WEB_ASSETS_H
#include "web/web.h"

struct assets;
/* dir NULL: KITH_ASSETS, else share/kith/assets beside the program, else assets/dist of the source tree that it was built from.
 * dir "": none at all (tests). */
bool assets_load(struct arena *a, const char *dir, const struct assets **out, struct error *e);
const char *assets_url(const struct assets *s,
                       const char *logical); /* "/assets/kith-51d7a2baa2a3.css"; NULL when there is none */
/* Answers GET /assets/<file>: 200, 304 or 404. The body is the asset's own memory, not copied. */
struct asset_answer {
  int status;
  const char *type, *etag, *bytes;
  size_t n;
  bool gzip;
};
void assets_get(const struct assets *s, const char *path, const char *if_none_match, const char *accept_encoding,
                struct asset_answer *out);
#endif
