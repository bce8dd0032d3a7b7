/* folder: the data folder: its settings (kith.conf) and the key that signs the ledger. Inside kith only. */
#ifndef KITH_KITH_FOLDER_H
#define KITH_KITH_FOLDER_H
#include "base/ctx.h"
#include "base/error.h"

struct folder {
  const char *path;
  bool made;                               /* kith.conf is there: an earlier init came to its end */
  const char *const *keys, *const *values; /* of kith.conf */
  size_t n;
  unsigned char secret[64], public[32];
};
/* Reads kith.conf and the key. Without create an absent folder is ERR_NOT_FOUND; with create folder (0700) and key (0600) are made.
 * A folder that was made and has lost its key is refused: a new key would make every head signed so far look foreign. */
bool folder_open(struct arena *a, const char *path, bool create, struct random *r, struct folder *out, struct error *e);
const char *folder_setting(const struct folder *f, const char *key); /* NULL when not set */
/* Writes kith.conf (0600) with these settings, NULL ones left out; the last step of the first init. */
bool folder_made(struct arena *a, const struct folder *f, const char *db, const char *overlay, struct error *e);
/* Settings out of the bytes of a kith.conf: "key = value" lines, # comments. ERR_INPUT names line, key and remedy. */
bool folder_parse(struct arena *a, const char *name, const char *bytes, size_t n, struct folder *out, struct error *e);
#endif
