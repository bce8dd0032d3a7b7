/* A store brought from one model to the next: what is filled, what is left, what is refused, and how old entries show
 * afterwards. */
#include <sys/stat.h>

#include "record_world.h"

static char overlay_dir[64];

static void overlay(struct world *w, const char *text) {
  strcpy(overlay_dir, "/tmp/kith-overlay-XXXXXX");
  assert_non_null(mkdtemp(overlay_dir));
  char *records = arena_printf(w->a, "%s/records", overlay_dir), *file = arena_printf(w->a, "%s/child.yaml", records);
  assert_int_equal(mkdir(records, 0700), 0);
  FILE *f = fopen(file, "w");
  assert_non_null(f);
  fputs(text, f);
  fclose(f);
  error_clear(&w->f->e);
  if (!model_load(w->a, KITH_SOURCE_ROOT "/model", overlay_dir, &w->m, &w->f->e)) {
    for (size_t i = 0; i < w->f->e.n_items; i++) print_error("%s\n", w->f->e.items[i].message);
    fail_msg("%s", w->f->e.message);
  }
  w->env.model = w->m;
  unlink(file);
  rmdir(records);
  rmdir(overlay_dir);
}

static bool applied;

static bool apply(struct db *db, struct world *w, struct error *e) {
  return record_apply_model(db, &w->ctx, &w->env, &applied, e);
}

static void test_unchanged(void **state) {
  struct world *w = *state;
  int64_t entries = world_entries(w);
  world_do(w, apply);
  assert_false(applied);
  assert_int_equal(world_entries(w), entries);
}

static const char more[] =
    "record: child\n"
    "fields:\n"
    "  - {name: local_sex, type: text, label: Sex in words, from: sex}\n"
    "  - {name: local_place, type: integer, label: Place, from: surname}\n"
    "  - {name: surname, label: Family name}\n";

static bool filled(struct db *db, struct world *w, struct error *e) {
  struct record_row row;
  const char *version;
  CHECK(record_get(db, &w->ctx, world_permit(db, w, 0, w->child, e), world_record(w, "child"), w->child, &row, e));
  CHECK(strcmp(world_text(w, &row, "local_sex"), "F") == 0 && strcmp(world_text(w, &row, "local_place"), "") == 0);
  CHECK(row.version == 2 && strcmp(world_text(w, &row, "sex"), "F") == 0);
  CHECK(record_model_version(db, w->a, &version, e) && strcmp(version, w->m->version) == 0);
  return true;
}

/* An entry shows under the labels of its own day. */
static bool old_labels(struct db *db, struct world *w, struct error *e) {
  struct change_view *h;
  size_t n;
  int64_t version;
  CHECK(world_change(db, w, 0, "child", w->child, NULL, 0, &version, e, "surname=Okoro", NULL));
  CHECK(record_history(db, &w->ctx, world_permit(db, w, 0, w->child, e), world_record(w, "child"), w->child, "surname",
                       &h, &n, e));
  CHECK(n == 2 && strcmp(h[0].label, "Family name") == 0 && strcmp(h[1].label, "Last name") == 0);
  CHECK(strcmp(h[0].before, "O'Neill") == 0 && strcmp(h[1].by_name, "The system") == 0);
  return true;
}

static void test_filled(void **state) {
  struct world *w = *state;
  int64_t models = fixture_ask(w->f, "select count(*) from ledger_entry where kind = 'model'", 0);
  overlay(w, more);
  world_do(w, apply);
  assert_true(applied);
  world_do(w, filled);
  assert_int_equal(fixture_ask(w->f, "select count(*) from model_reject where field = 'local_place'", 0), 2);
  assert_int_equal(fixture_ask(w->f, "select count(*) from ledger_entry where kind = 'model'", 0), models + 3);
  world_rebuilt(w);
  world_do(w, old_labels);
  world_do(w, apply);
  assert_false(applied);
  world_rebuilt(w);
}

/* The present model with one thing about its child record made otherwise. */
static struct model_record *tampered(struct world *w) {
  struct model *m = arena_copy(w->a, w->m, sizeof *m);
  struct model_record *records = arena_copy(w->a, m->records, m->n_records * sizeof *records);
  m->records = records;
  m->version = "0123456789abcdef0123456789abcdef";
  struct model_record *r = &records[model_record(w->m, "child")->index];
  r->fields = arena_copy(w->a, r->fields, r->n_fields * sizeof *r->fields);
  w->env.model = m;
  return r;
}

static void test_refused(void **state) {
  struct world *w = *state;
  struct model_record *r = tampered(w);
  r->n_fields--;
  world_refused(w, apply, ERR_INPUT);
  r = tampered(w);
  struct model_field *fields = (struct model_field *)r->fields;
  fields[model_field(r, "sex")->index].type = FIELD_INTEGER;
  const struct error *e = world_refused(w, apply, ERR_INPUT);
  assert_non_null(strstr(e->items[0].message, "from: sex"));
  w->env.model = w->m;
  world_rebuilt(w);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
int main(void) {
  const struct CMUnitTest tests[] = {TEST(test_unchanged), TEST(test_filled), TEST(test_refused)};
  return cmocka_run_group_tests_name("record_model", tests, NULL, NULL);
}
