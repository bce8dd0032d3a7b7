/* Each mutant of the policy makes a sentence fail: one of never.tsv where it shows too much, of always.tsv where it
 * hides too much. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/error.h"
#include "mutant.h"
#include "routes.h"
#include "story_fixture.h"

struct trial {
  struct story_fixture *f;
  const struct mutant *mutant; /* NULL: the policy as it is */
  int never, always;           /* sentences that fail */
  const char *refused;         /* by guard_apply */
};

static bool fails(struct db *db, const struct story *story, const struct sentence *s) {
  struct error e;
  error_init(&e, story->ctx.arena);
  struct tried t = {db, story, s, &e};
  for (size_t i = 0; i < n_routes; i++) {
    if (strcmp(routes[i].name, "permit") == 0) return routes[i].try_it(&t) != (sentence_is_never(s) ? NOT_SEEN : SEEN);
  }
  return true;
}

/* Always rolled back, so that the next mutant begins from the policy as it is. */
static bool try_mutant(struct db *db, void *arg, struct error *e) {
  struct trial *t = arg;
  struct arena *scratch = arena_new();
  struct story story = t->f->story;
  struct record_env env = *story.env;
  struct error why;
  error_init(&why, t->f->arena);
  if (t->mutant) env.model = mutant_model(scratch, story.env->model, t->mutant);
  story.env = &env;
  story.ctx.arena = scratch;
  t->never = t->always = 0;
  t->refused = NULL;
  if (!env.model) {
    t->refused = "names what the model does not have";
  } else if (!guard_apply(db, env.model, &why)) {
    t->refused = why.message;
  } else {
    for (size_t i = 0; i < story.n; i++) {
      if (!fails(db, &story, &story.sentences[i])) continue;
      if (sentence_is_never(&story.sentences[i]))
        t->never++;
      else
        t->always++;
    }
  }
  arena_free(scratch);
  return error_set(e, ERR_CONFLICT, "Rolled back.");
}

static void run(struct trial *t) {
  struct error e;
  error_init(&e, t->f->arena);
  assert_false(store_write(t->f->store, try_mutant, t, &e));
  if (e.kind != ERR_CONFLICT) fail_msg("%s", e.message);
}

static void test_as_it_is(void **state) {
  struct trial t = {.f = *state};
  run(&t);
  assert_null(t.refused);
  assert_int_equal(t.never, 0);
  assert_int_equal(t.always, 0);
}

static void test_each_is_caught(void **state) {
  struct trial t = {.f = *state};
  int shows = 0, missed = 0;
  for (size_t i = 0; i < n_mutants; i++) {
    t.mutant = &mutants[i];
    run(&t);
    shows += !mutants[i].hides;
    if (t.refused) {
      print_error("%s: %s\n", mutants[i].name, t.refused);
      missed++;
    } else if ((mutants[i].hides ? t.always : t.never) == 0) {
      print_error("%s: no sentence of %s fails\n", mutants[i].name, mutants[i].hides ? "always.tsv" : "never.tsv");
      missed++;
    }
  }
  print_message("# %zu mutants, %d of them show too much\n", n_mutants, shows);
  assert_true(shows >= 50);
  assert_int_equal(missed, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_as_it_is), cmocka_unit_test(test_each_is_caught)};
  return cmocka_run_group_tests(tests, story_open, story_close);
}
