/* routes: the ways by which something of a child could be seen. Each tries one sentence and says whether it was. */
#ifndef KITH_TEST_ROUTES_H
#define KITH_TEST_ROUTES_H
#include "story_world.h"

enum seen { SEEN, NOT_SEEN, NOT_ASKED, WENT_WRONG }; /* not asked: the route has no question for such an item */
struct tried {
  struct db *db;
  const struct story *story;
  const struct sentence *s;
  struct error *e; /* of a route that went wrong */
};
struct route {
  const char *name; /* as in the files, or what lies beneath all of them */
  bool every;       /* beneath: tried whatever route the sentence names */
  enum seen (*try_it)(struct tried *t);
};
extern const struct route routes[];
extern const size_t n_routes;
#endif
