/* asker: the person of each sentence signed in, with a session and a token, asking web_handle as a browser and a
 * program would. */
#ifndef KITH_TEST_ASKER_H
#define KITH_TEST_ASKER_H
#include "story_fixture.h"
#include "web/web.h"

struct asker {
  struct story_fixture *f;
  struct web *web;
  struct arena *arena;                    /* of one sentence */
  const char **cookies, **tokens, **csrf; /* by sentence */
  int64_t asked;
  struct response answer; /* the last */
};
bool asker_open(struct asker *x, struct story_fixture *f,
                struct error *e); /* accounts, memberships, sessions, tokens */
void asker_close(struct asker *x);
int asker_get(struct asker *x, size_t sentence, const char *path); /* status; paths under /api/ with the token */
int asker_post(struct asker *x, size_t sentence, const char *path, const char *type, const char *body);
const char *asker_body(struct asker *x);
#endif
