/* story_fixture: an installation of one authority (886) in a folder of its own, and in its store the world of never.tsv
 * and always.tsv. */
#ifndef KITH_TEST_STORY_FIXTURE_H
#define KITH_TEST_STORY_FIXTURE_H
#include "kith/kith.h"
#include "story_world.h"

struct story_fixture {
  struct arena *arena;
  struct error e;
  char dir[64];
  const char *server; /* PostgreSQL's address, or NULL */
  char database[32];  /* of this run, there */
  struct engine *engine;
  struct store *store; /* of the authority */
  struct story story;
};
int story_open(void **state); /* for cmocka; on PostgreSQL where KITH_TEST_PG says so */
int story_close(void **state);
void story_say(const struct error *e);
bool sentence_is_never(const struct sentence *s);
#endif
