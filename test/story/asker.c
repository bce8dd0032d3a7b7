#include "asker.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "web/http.h"

#define PASSWORD "correct horse battery"

static bool sign_in(struct asker *x, size_t i, struct error *e) {
  struct story_fixture *f = x->f;
  struct store *dir = f->engine->directory;
  const struct ctx *c = &f->story.ctx;
  const char *name = arena_printf(f->arena, "user%zu", i);
  int64_t account;
  struct session s;
  if (!account_create(dir, c, name, name, PASSWORD, &account, e) ||
      !membership_add(dir, c, account, "886", f->story.sentences[i].actor, e) ||
      !session_start(dir, c, name, PASSWORD, &x->cookies[i], e) || !session_read(dir, c, x->cookies[i], &s, e)) {
    return false;
  }
  x->csrf[i] = s.csrf;
  return token_create(dir, c, account, "886", "story", "read", c->today + 30, &x->tokens[i], e);
}

bool asker_open(struct asker *x, struct story_fixture *f, struct error *e) {
  *x = (struct asker){.f = f, .arena = arena_new()};
  x->cookies = arena_alloc(f->arena, f->story.n * sizeof *x->cookies);
  x->tokens = arena_alloc(f->arena, f->story.n * sizeof *x->tokens);
  x->csrf = arena_alloc(f->arena, f->story.n * sizeof *x->csrf);
  directory_cheap_hashes();
  for (size_t i = 0; i < f->story.n; i++) {
    if (!sign_in(x, i, e)) return false;
  }
  return web_new(f->arena, f->engine, &(struct web_options){0}, &x->web, e);
}

void asker_close(struct asker *x) {
  if (x->web) web_free(x->web);
  arena_free(x->arena);
}

static int ask(struct asker *x, size_t i, const char *method, const char *path, const char *type, const char *body) {
  struct pair headers[2];
  bool api = strncmp(path, "/api/", 5) == 0;
  headers[0] = api ? (struct pair){.name = "authorization", .value = arena_printf(x->arena, "Bearer %s", x->tokens[i])}
                   : (struct pair){.name = "cookie", .value = arena_printf(x->arena, "kith=%s", x->cookies[i])};
  headers[1] = (struct pair){.name = "content-type", .value = type};
  struct request q = {.arena = x->arena,
                      .method = method,
                      .path = http_path(x->arena, arena_strdup(x->arena, path)),
                      .local = true,
                      .headers = headers,
                      .n_headers = type ? 2 : 1,
                      .body = body,
                      .n_body = strlen(body)};
  memset(&x->answer, 0, sizeof x->answer);
  x->asked++;
  web_handle(x->web, &q, &x->answer);
  return x->answer.status;
}

int asker_get(struct asker *x, size_t i, const char *path) {
  return ask(x, i, "GET", path, NULL, "");
}

int asker_post(struct asker *x, size_t i, const char *path, const char *type, const char *body) {
  return ask(x, i, "POST", path, type, body);
}

const char *asker_body(struct asker *x) {
  return x->answer.body.arena ? buf_text(&x->answer.body) : "";
}
