/* The files of a return, read from disk side by side. */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/error.h"
#include "check/ssda903/upload.h"

struct job {
  struct incoming in;
  const char *path;
  struct error error;
  bool opened, read;
};
struct jobs {
  struct job *at;
  size_t n;
  atomic_size_t next;
};

static void read_job(struct job *j) {
  struct arena *scratch = arena_new(); /* the bytes and the reader: nothing of them stays */
  const char *bytes;
  size_t n;
  j->opened = file_read(scratch, j->path, 0, &bytes, &n, &j->error);
  j->read = j->opened && incoming_read(&j->in, scratch, bytes, n, &j->error);
  arena_free(scratch);
}

static void *work(void *arg) {
  struct jobs *jobs = arg;
  for (size_t i; (i = atomic_fetch_add(&jobs->next, 1)) < jobs->n;) read_job(&jobs->at[i]);
  return NULL;
}

/* What stands in the way of a file, as a note: the rest of the return is checked all the same. */
static void note_error(struct ssda903 *s, const char *file, const struct error *e) {
  const struct error_item *it = e->n_items ? &e->items[0] : NULL;
  if (it && it->expected)
    ssda903_note(s, file, it->row, "not read: expected %s", it->expected);
  else
    ssda903_note(s, file, 0, "not read: %s", e->message ? e->message : error_kind_name(e->kind));
}

bool ssda903_add_files(struct ssda903 *s, const struct ssda903_file *files, size_t n, struct error *e) {
  struct jobs jobs = {.at = arena_alloc(s->arena, (n + 1) * sizeof *jobs.at), .n = n};
  for (size_t i = 0; i < n; i++) {
    struct job *j = &jobs.at[i];
    struct arena *a = arena_new();
    ssda903_own(s, a);
    j->path = files[i].path;
    j->in.name = files[i].name, j->in.last = files[i].last;
    texts_init(&j->in.texts, a);
    error_init(&j->error, a);
  }
  pthread_t other;
  bool helped = n > 1 && pthread_create(&other, NULL, work, &jobs) == 0;
  work(&jobs);
  if (helped) pthread_join(other, NULL);
  for (size_t i = 0; i < n; i++) {
    struct job *j = &jobs.at[i];
    if (!j->opened) return error_set(e, ERR_INPUT, "%s", j->error.message);
    if (!j->read || !ssda903_take(s, &j->in, &j->error)) note_error(s, j->in.name, &j->error);
  }
  return true;
}
