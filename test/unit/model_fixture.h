/* model_fixture: the shipped model, and overlays written for one test. */
#ifndef KITH_TEST_MODEL_FIXTURE_H
#define KITH_TEST_MODEL_FIXTURE_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/error.h"
#include "model/model.h"

#define SHIPPED KITH_SOURCE_ROOT "/model"

struct overlay {
  struct arena *a;
  struct error e;
  char dir[40];
  char files[8][80];
  int n;
};

static inline int overlay_setup(void **state) {
  struct overlay *o = calloc(1, sizeof *o);
  o->a = arena_new();
  error_init(&o->e, o->a);
  strcpy(o->dir, "/tmp/kith-model-XXXXXX");
  if (!mkdtemp(o->dir)) return -1;
  *state = o;
  return 0;
}

static inline void overlay_write(struct overlay *o, const char *name, const char *text) {
  char path[80];
  const char *slash = strchr(name, '/');
  if (slash) {
    snprintf(path, sizeof path, "%s/%.*s", o->dir, (int)(slash - name), name);
    mkdir(path, 0700);
  }
  snprintf(o->files[o->n], sizeof o->files[0], "%s/%s", o->dir, name);
  FILE *f = fopen(o->files[o->n++], "w");
  assert_non_null(f);
  fputs(text, f);
  fclose(f);
}

static inline int overlay_teardown(void **state) {
  static const char *const folders[] = {"records", "codes", "duties", ""};
  struct overlay *o = *state;
  char path[80];
  for (int i = 0; i < o->n; i++) unlink(o->files[i]);
  for (int i = 0; i < 4; i++) {
    snprintf(path, sizeof path, "%s/%s", o->dir, folders[i]);
    rmdir(path);
  }
  arena_free(o->a);
  free(o);
  return 0;
}

static inline const struct model *overlay_load(struct overlay *o) {
  const struct model *m = NULL;
  error_clear(&o->e);
  return model_load(o->a, SHIPPED, o->n ? o->dir : NULL, &m, &o->e) ? m : NULL;
}

/* The mistake at this line of this file whose message holds the text; fails with all of them when there is none. */
static inline const struct error_item *overlay_mistake(struct overlay *o, const char *file, long line,
                                                       const char *text) {
  for (size_t i = 0; i < o->e.n_items; i++) {
    const struct error_item *x = &o->e.items[i];
    size_t n = strlen(x->file), m = strlen(file);
    if (n >= m && strcmp(x->file + n - m, file) == 0 && x->row == line && strstr(x->message, text)) return x;
  }
  for (size_t i = 0; i < o->e.n_items; i++) print_error("%s\n", o->e.items[i].message);
  fail_msg("no mistake at %s:%ld with: %s", file, line, text);
  return NULL;
}
#endif
