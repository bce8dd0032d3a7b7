/* The demonstration: the same from the same seed and day, nobody in it real, and as sound as if people had made it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../story/installation.h"
#include "base/arena.h"

struct made {
  struct installation in;
  uint64_t first, second; /* digests of the two authorities' stores */
  const char *dictionary;
};
static struct made kith_1, kith_2, other_seed, other_day;

static bool make(struct made *m, const char *seed, const char *now) {
  static const char *const none[] = {NULL};
  struct demo_options o = {.profile = "two", .seed = seed};
  struct demo_user *users;
  struct buf docs;
  size_t n;
  if (!installation_make(&m->in, now, none)) return false;
  if (!demo_make(m->in.arena, &m->in.options, &o, &users, &n, &m->in.e)) return installation_say(&m->in.e), false;
  if (!installation_open(&m->in)) return false;
  m->first = installation_digest(&m->in, "998"), m->second = installation_digest(&m->in, "999");
  buf_init(&docs, m->in.arena);
  if (!model_docs(m->in.engine->model, "markdown", &docs, &m->in.e)) return false;
  m->dictionary = buf_text(&docs);
  return n == 13 && m->first && m->second;
}

static void test_same(void **state) {
  (void)state;
  assert_true(kith_1.first == kith_2.first && kith_1.second == kith_2.second);
  assert_string_equal(kith_1.dictionary, kith_2.dictionary);
  assert_true(kith_1.first != other_seed.first && kith_1.second != other_seed.second);
  assert_true(kith_1.first != other_day.first);
}

static void test_whole(void **state) {
  struct installation *in = &kith_1.in;
  (void)state;
  assert_int_equal(installation_ask(in, "998", "select count(*) from child"), 60);
  assert_int_equal(installation_ask(in, "999", "select count(*) from child"), 5);
  assert_true(installation_ask(in, "998", "select count(*) from pep where state = 'approved'") > 5);
  assert_int_equal(installation_ask(in, "998", "select count(distinct state) from pep"), 5);
  assert_true(installation_ask(in, "998", "select count(*) from duty_due where met_on is null") > 0);
  assert_true(installation_sound(in));
}

/* Local numbers are the same in both on purpose; names are not. */
static void test_two(void **state) {
  struct installation *in = &kith_1.in;
  struct account miriam;
  struct session s;
  const char *token;
  (void)state;
  assert_int_equal(installation_ask(in, "999", "select count(*) from child where local_id = 'Q10000'"), 1);
  assert_true(account_find(in->engine->directory, &in->ctx, "miriam", &miriam, &in->e));
  assert_true(session_start(in->engine->directory, &in->ctx, "miriam", "synthetic-children", &token, &in->e));
  assert_true(session_read(in->engine->directory, &in->ctx, token, &s, &in->e));
  assert_int_equal(s.n_memberships, 2);
}

static void test_invented(void **state) {
  struct installation *in = &kith_1.in;
  static const char *const asks[] = {
      "select count(*) from organisation where postcode is not null and postcode not like 'QZ%'",
      "select count(*) from placement where postcode is not null and postcode not like 'QZ%'",
      "select count(*) from organisation where urn is not null and urn not like '99%' and urn not like 'SC99%'",
      "select count(*) from person where email is not null and email not like '%.example'",
      "select count(*) from person where telephone is not null",
      "select count(*) from child where nhs_number is not null",
      "select count(*) from identifier where scheme = 'upn' and substr(value, 2, 3) <> '998'",
  };
  (void)state;
  for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
    if (installation_ask(in, "998", asks[i]) != 0) fail_msg("%s", asks[i]);
    if (installation_ask(in, "999", asks[i]) != 0) fail_msg("second: %s", asks[i]);
  }
  for (size_t i = 0; i < in->engine->n_authorities; i++) assert_true(in->engine->authorities[i].synthetic);
}

static void test_refused(void **state) {
  struct demo_options large = {.profile = "large", .seed = "kith"}, again = {.profile = "small", .seed = "kith"};
  struct demo_user *users;
  struct installation *in = &kith_2.in;
  size_t n;
  (void)state;
  uint64_t before = installation_digest(in, "998");
  assert_false(demo_make(in->arena, &in->options, &large, &users, &n, &in->e));
  assert_int_equal(in->e.kind, ERR_INPUT);
  error_clear(&in->e);
  assert_false(demo_make(in->arena, &in->options, &again, &users, &n, &in->e)); /* there is an authority already */
  assert_int_equal(in->e.kind, ERR_INPUT);
  assert_true(installation_digest(in, "998") == before);
}

static int begin(void **state) {
  (void)state;
  directory_cheap_hashes();
  return make(&kith_1, "kith", "2026-11-24T12:00:00Z") && make(&kith_2, "kith", "2026-11-24T12:00:00Z") &&
                 make(&other_seed, "quill", "2026-11-24T12:00:00Z") && make(&other_day, "kith", "2026-11-25T12:00:00Z")
             ? 0
             : -1;
}

static int end(void **state) {
  (void)state;
  installation_end(&kith_1.in);
  installation_end(&kith_2.in);
  installation_end(&other_seed.in);
  installation_end(&other_day.in);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_same), cmocka_unit_test(test_whole),
                                     cmocka_unit_test(test_two), cmocka_unit_test(test_invented),
                                     cmocka_unit_test(test_refused)};
  return cmocka_run_group_tests(tests, begin, end);
}
