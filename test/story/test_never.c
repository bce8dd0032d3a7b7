/* Every sentence of never.tsv and always.tsv by every route below the web. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/error.h"
#include "routes.h"
#include "story_fixture.h"

static void test_enough_of_them(void **state) {
  struct story_fixture *n = *state;
  size_t never = 0, roles = 0;
  const struct model *m = n->story.env->model;
  for (size_t i = 0; i < n->story.n; i++) never += sentence_is_never(&n->story.sentences[i]);
  assert_true(never >= 200 && n->story.n - never >= 60);
  for (size_t r = 0; r < m->n_roles; r++) {
    for (size_t i = 0; i < never; i++) {
      if (strcmp(n->story.sentences[i].role, m->roles[r].id) != 0) continue;
      roles++;
      break;
    }
  }
  assert_int_equal(roles, m->n_roles); /* no role without a sentence */
}

struct run {
  struct story_fixture *n;
  const struct route *route;
  int tried, wrong;
};

static bool asks(const struct sentence *s, const struct route *r) {
  return r->every || strcmp(s->route, "all") == 0 || strcmp(s->route, r->name) == 0;
}

/* What one may find but not read is in no list. */
static bool lists_it(const struct sentence *s, const struct route *r) {
  return s->kind != ITEM_EXISTS || sentence_is_never(s) ||
         (strcmp(r->name, "list") != 0 && strcmp(r->name, "count") != 0);
}

static bool try_all(struct db *db, void *arg, struct error *e) {
  struct run *run = arg;
  struct arena *a = run->n->story.ctx.arena;
  run->tried = run->wrong = 0;
  for (size_t i = 0; i < run->n->story.n; i++) {
    const struct sentence *s = &run->n->story.sentences[i];
    struct error why;
    error_init(&why, a);
    struct tried t = {db, &run->n->story, s, &why};
    if (!asks(s, run->route) || !lists_it(s, run->route)) continue;
    enum seen got = run->route->try_it(&t);
    if (got == NOT_ASKED) continue;
    run->tried++;
    if (got == (sentence_is_never(s) ? NOT_SEEN : SEEN)) continue;
    run->wrong++;
    print_error("by %s: %s%s%s\n", run->route->name, sentence_text(a, s), got == WENT_WRONG ? ": " : "",
                got == WENT_WRONG ? why.message : "");
  }
  return db_ok(db, e);
}

static void test_routes(void **state) {
  struct story_fixture *n = *state;
  int wrong = 0;
  for (size_t i = 0; i < n_routes; i++) {
    struct run run = {.n = n, .route = &routes[i]};
    if (!store_read(n->store, try_all, &run, &n->e)) fail_msg("%s", n->e.message);
    print_message("# %s: %d sentences\n", routes[i].name, run.tried);
    assert_true(run.tried > 0);
    wrong += run.wrong;
  }
  assert_int_equal(wrong, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_enough_of_them), cmocka_unit_test(test_routes)};
  return cmocka_run_group_tests(tests, story_open, story_close);
}
