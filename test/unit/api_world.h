/* api_world: two authorities (886 and 887), each a record_world of its own, behind one web_handle; tokens and
 * sessions of those who work there. Ids are the same in both, as they would be by chance. */
#ifndef KITH_TEST_API_WORLD_H
#define KITH_TEST_API_WORLD_H
#include "record_world.h"
#include "web/app.h"
#include "web/http.h"

struct api_world {
  struct arena *a;
  struct error e;
  char dir[64];
  struct world *in[2];
  struct engine g;
  struct authority authorities[2];
  struct web *web;
  const char *worker, *reader, *teacher, *adviser, *stranger, *lead,
      *other; /* tokens; reader: scope read; other: of 887 */
  const char *worker_cookie, *teacher_cookie, *stranger_cookie;
  struct request q;
  struct response r;
};
int api_world_open(void **state);
int api_world_close(void **state);

struct header {
  const char *name, *value;
};
/* who: a token, a cookie, or NULL. Gives the status; the access entry has been written. */
int api_ask(struct api_world *w, const char *method, const char *who, const char *path, const char *body,
            struct header one, struct header two);
int api_get(struct api_world *w, const char *who, const char *path);
int api_post(struct api_world *w, const char *who, const char *path, const char *body);
int api_change(struct api_world *w, const char *method, const char *who, const char *path, const char *etag,
               const char *body);
const char *api_body_of(struct api_world *w);        /* of the last answer */
const struct json *api_json_of(struct api_world *w); /* parsed; fails when it is none */
const char *api_header_of(struct api_world *w, const char *name);
const char *api_path(struct api_world *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* "a.b.0.c" of the last answer. */
const struct json *api_at(struct api_world *w, const char *where);
const char *api_text_at(struct api_world *w, const char *where); /* "" for null and for what is absent */

#define API_HAS(w, part)                                                              \
  do {                                                                                \
    if (!strstr(api_body_of(w), part)) fail_msg("no %s in %s", part, api_body_of(w)); \
  } while (0)
#define API_LACKS(w, part)                                                                 \
  do {                                                                                     \
    if (strstr(api_body_of(w), part)) fail_msg("there is %s in %s", part, api_body_of(w)); \
  } while (0)
#define API_STATUS(w, wanted, call)                                                   \
  do {                                                                                \
    int got_ = (call);                                                                \
    if (got_ != (wanted)) fail_msg("%d, not %d: %s", got_, (wanted), api_body_of(w)); \
  } while (0)
#endif
