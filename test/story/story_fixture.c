#include "story_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"

bool sentence_is_never(const struct sentence *s) {
  return strcmp(s->file, "never.tsv") == 0;
}

void story_say(const struct error *e) {
  fprintf(stderr, "%s\n", e->message);
  for (size_t i = 0; i < e->n_items && i < 10; i++) fprintf(stderr, "  %s\n", e->items[i].message);
}

static bool run(const char *command) {
  return system(command) == 0;
}

/* On PostgreSQL the stores have fixed names: each run has a database of its own, so that several can go on at once. */
static const char *own_database(struct story_fixture *f, const char *server) {
  const char *slash = strchr(strstr(server, "//") + 2, '/'), *options = strchr(slash, '?');
  f->server = server;
  snprintf(f->database, sizeof f->database, "kith_never_%d", (int)getpid());
  if (!run(arena_printf(f->arena, "psql -q -c 'create database %s' '%s'", f->database, server))) return NULL;
  return arena_printf(f->arena, "%.*s/%s%s", (int)(slash - server), server, f->database, options ? options : "");
}

static bool open_engine(struct story_fixture *f) {
  const char *server = getenv("KITH_TEST_PG");
  struct engine_options o = {.data = arena_printf(f->arena, "%s/kith.d", f->dir),
                             .db = server ? own_database(f, server) : NULL,
                             .model_dir = KITH_SOURCE_ROOT "/model",
                             .seed = "never"};
  if (server && !o.db) return error_set(&f->e, ERR_BROKEN, "The database could not be made.");
  return engine_init_authority(f->arena, &o, "886", "Example", true, &f->e) &&
         engine_open(f->arena, &o, &f->engine, &f->e);
}

static bool read_sentences(struct story_fixture *f) {
  struct sentence *never, *always;
  size_t n_never, n_always;
  const struct model *m = f->engine->model;
  if (!sentences_read(f->arena, m, "never.tsv", &never, &n_never, &f->e)) return false;
  if (!sentences_read(f->arena, m, "always.tsv", &always, &n_always, &f->e)) return false;
  f->story.n = n_never + n_always;
  f->story.sentences = arena_alloc(f->arena, f->story.n * sizeof *never);
  memcpy(f->story.sentences, never, n_never * sizeof *never);
  memcpy(f->story.sentences + n_never, always, n_always * sizeof *always);
  return true;
}

static bool build(struct db *db, void *arg, struct error *e) {
  return story_build(db, arg, e);
}

int story_open(void **state) {
  struct story_fixture *f = calloc(1, sizeof *f);
  *state = f;
  f->arena = arena_new();
  error_init(&f->e, f->arena);
  strcpy(f->dir, "/tmp/kith-story-XXXXXX");
  if (!mkdtemp(f->dir)) return -1;
  clock_fix(instant_parse("2026-11-24T09:00:00Z"));
  if (!open_engine(f)) return story_say(&f->e), -1;
  f->store = engine_authority(f->engine, "886")->main;
  story_init(&f->story, f->arena, &f->engine->env, f->engine->random);
  if (!read_sentences(f) || !store_write(f->store, build, &f->story, &f->e)) return story_say(&f->e), -1;
  return 0;
}

int story_close(void **state) {
  struct story_fixture *f = *state;
  if (f->engine) engine_close(f->engine);
  bool gone = run(arena_printf(f->arena, "rm -rf '%s'", f->dir));
  if (f->server)
    gone &= run(arena_printf(f->arena, "psql -q -c 'drop database %s with (force)' '%s'", f->database, f->server));
  arena_free(f->arena);
  free(f);
  return gone ? 0 : -1;
}
