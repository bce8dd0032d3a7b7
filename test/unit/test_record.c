/* Rows made, changed, moved, voided and read, under the shipped model and its roles. */
#include "record_world.h"

static bool get(struct db *db, struct world *w, int64_t actor, const char *record, int64_t id, struct record_row *row,
                struct error *e) {
  const struct permit *p = world_permit(db, w, actor, w->child, e);
  return p && record_get(db, &w->ctx, p, world_record(w, record), id, row, e);
}

/* ---- create and read ---- */

static bool reads_plan(struct db *db, struct world *w, struct error *e) {
  struct record_row row;
  CHECK(get(db, w, w->social_worker, "pep", w->pep, &row, e));
  CHECK(row.version == 1 && row.child == w->child && strcmp(row.state, "initiated") == 0);
  CHECK(row.created_by == w->social_worker && strcmp(world_text(w, &row, "initiated_on"), "2025-12-05") == 0);
  return true;
}

static bool one_version(struct db *db, struct world *w, struct error *e) {
  struct record_row row;
  const struct permit *p = world_permit(db, w, 0, w->child, e);
  CHECK(record_get(db, &w->ctx, p, world_record(w, "child"), w->child, &row, e));
  CHECK(row.child == w->child && row.version == 1);
  return true;
}

static void test_create(void **state) {
  struct world *w = *state;
  world_do(w, reads_plan);
  world_do(w, one_version);
  assert_int_equal(fixture_ask(w->f, "select count(*) from ledger_entry where kind = 'create' and record = 'pep'", 0),
                   1);
  assert_string_equal(w->hook_names, "pep ");
  world_rebuilt(w);
}

static bool stranger_reads(struct db *db, struct world *w, struct error *e) {
  struct record_row row;
  return get(db, w, w->stranger, "pep", w->pep, &row, e);
}

static bool reads_nothing(struct db *db, struct world *w, struct error *e) {
  struct record_row row;
  return get(db, w, w->social_worker, "pep", 999999, &row, e);
}

static bool other_childs_permit(struct db *db, struct world *w, struct error *e) {
  struct record_row row;
  const struct permit *p = world_permit(db, w, 0, w->other_child, e);
  return record_get(db, &w->ctx, p, world_record(w, "pep"), w->pep, &row, e);
}

static void test_not_yours_is_not_there(void **state) {
  struct world *w = *state;
  const char *first = arena_strdup(w->a, world_refused(w, stranger_reads, ERR_NOT_FOUND)->message);
  assert_string_equal(first, world_refused(w, reads_nothing, ERR_NOT_FOUND)->message);
  assert_string_equal(first, world_refused(w, other_childs_permit, ERR_NOT_FOUND)->message);
}

static bool teacher_creates(struct db *db, struct world *w, struct error *e) {
  const struct model_record *r = world_record(w, "pep");
  struct record_input in;
  int64_t id;
  const struct permit *p = world_permit(db, w, w->teacher, w->child, e);
  return p && world_input(w, r, &in, e, "initiated_on=2026-01-05", NULL) &&
         record_create(db, &w->ctx, &w->env, p, r, w->child, 0, &in, &id, e);
}

static void test_create_by_role(void **state) {
  world_refused(*state, teacher_creates, ERR_DENIED);
}

/* ---- withheld ---- */

static bool withheld(struct db *db, struct world *w, struct error *e) {
  struct record_row row;
  int64_t version;
  CHECK(world_change(db, w, w->social_worker, "pep", w->pep, "social_worker_views", 1, &version, e,
                     "parent_view=Mum agrees", "social_worker_view=Going well", NULL));
  CHECK(get(db, w, w->teacher, "pep", w->pep, &row, e));
  size_t hidden = (size_t)model_field(row.record, "parent_view")->index;
  CHECK(row.withheld[hidden] && row.values[hidden].type == VALUE_NULL);
  CHECK(strcmp(world_text(w, &row, "social_worker_view"), "Going well") == 0);
  CHECK(get(db, w, w->social_worker, "pep", w->pep, &row, e));
  CHECK(!row.withheld[hidden] && strcmp(world_text(w, &row, "parent_view"), "Mum agrees") == 0);
  return true;
}

static bool writes_withheld(struct db *db, struct world *w, struct error *e) {
  int64_t version;
  return world_change(db, w, w->teacher, "pep", w->pep, NULL, 2, &version, e, "parent_view=x", NULL);
}

static bool writes_unknown(struct db *db, struct world *w, struct error *e) {
  (void)db;
  struct record_input in;
  return world_input(w, world_record(w, "pep"), &in, e, "no_such_field=x", NULL);
}

static void test_withheld(void **state) {
  struct world *w = *state;
  world_do(w, withheld);
  const char *refused = arena_strdup(w->a, world_refused(w, writes_withheld, ERR_INPUT)->items[0].message);
  assert_string_equal(refused, world_refused(w, writes_unknown, ERR_INPUT)->items[0].message);
}

/* ---- sections ---- */

static bool teacher_fills(struct db *db, struct world *w, struct error *e) {
  struct record_row row;
  int64_t version;
  CHECK(world_change(db, w, w->teacher, "pep", w->pep, "setting", 1, &version, e, "class_teacher=Ms Lark",
                     "timetable_hours=22.5", NULL));
  CHECK(version == 2);
  CHECK(get(db, w, w->teacher, "pep", w->pep, &row, e));
  const struct model_record *r = row.record;
  size_t setting = (size_t)(model_section(r, "setting") - r->sections),
         general = (size_t)(model_section(r, "general") - r->sections);
  CHECK(row.section_version[setting] == 2 && row.section_version[general] == 1 &&
        row.section_done[setting] == INSTANT_NONE);
  struct record_input none;
  record_input_init(&none, w->a, r);
  const struct permit *p = world_permit(db, w, w->teacher, w->child, e);
  CHECK(record_change(db, &w->ctx, &w->env, p, r, w->pep, "setting", 2, &none, 1, &version, e) && version == 3);
  CHECK(record_change(db, &w->ctx, &w->env, p, r, w->pep, "setting", 3, &none, 1, &version, e) && version == 3);
  CHECK(get(db, w, w->teacher, "pep", w->pep, &row, e));
  CHECK(row.section_done[setting] == w->ctx.now && row.section_done_by[setting] == w->teacher &&
        row.section_version[setting] == 3);
  return true;
}

static bool social_worker_in_school_section(struct db *db, struct world *w, struct error *e) {
  int64_t version;
  return world_change(db, w, w->social_worker, "pep", w->pep, "setting", 3, &version, e, "class_teacher=x", NULL);
}

static bool field_of_other_section(struct db *db, struct world *w, struct error *e) {
  int64_t version;
  return world_change(db, w, w->teacher, "pep", w->pep, "setting", 3, &version, e, "strengths=x", NULL);
}

static bool childs_words_by_teacher(struct db *db, struct world *w, struct error *e) {
  int64_t version;
  return world_change(db, w, w->teacher, "pep", w->pep, "my_views", 3, &version, e, "view=They said so", NULL);
}

static void test_sections(void **state) {
  struct world *w = *state;
  world_do(w, teacher_fills);
  world_refused(w, social_worker_in_school_section, ERR_DENIED);
  world_refused(w, field_of_other_section, ERR_INPUT);
  world_refused(w, childs_words_by_teacher, ERR_DENIED);
  world_rebuilt(w);
}

static bool child_and_advocate(struct db *db, struct world *w, struct error *e) {
  int64_t id, version;
  const char *who = arena_printf(w->a, "person=%lld", (long long)w->stranger);
  CHECK(world_change(db, w, w->child, "pep", w->pep, "my_views", 1, &version, e, "view=I like drawing", NULL));
  CHECK(world_put(db, w, "appointment", 0, &id, e, who, "role=advocate", "from_on=2025-01-01", NULL));
  CHECK(world_put(db, w, "involvement", w->child, &id, e, who, "role=advocate", "from_on=2025-01-01", NULL));
  return world_change(db, w, w->stranger, "pep", w->pep, "my_views", version, &version, e, "worries=Moving again",
                      NULL);
}

static void test_on_behalf(void **state) {
  struct world *w = *state;
  world_do(w, child_and_advocate);
  assert_int_equal(fixture_ask(w->f, "select on_behalf from ledger_entry where actor = $1", w->child), 0);
  assert_int_equal(fixture_ask(w->f, "select on_behalf from ledger_entry where actor = $1", w->stranger), w->child);
  world_rebuilt(w);
}

/* ---- two editors ---- */

static bool different_fields(struct db *db, struct world *w, struct error *e) {
  struct record_row row;
  int64_t version;
  CHECK(world_change(db, w, w->teacher, "pep", w->pep, "setting", 1, &version, e, "class_teacher=Ms Lark",
                     "senco=Mr Fox", NULL));
  /* A form posts every field of its section: those that this editor left are as they were at version 1. */
  CHECK(world_change(db, w, w->teacher, "pep", w->pep, "setting", 1, &version, e,
                     "class_teacher=", "senco=", "timetable_hours=20", NULL));
  CHECK(version == 3 && get(db, w, w->teacher, "pep", w->pep, &row, e));
  CHECK(strcmp(world_text(w, &row, "class_teacher"), "Ms Lark") == 0 &&
        strcmp(world_text(w, &row, "timetable_hours"), "20.0") == 0);
  /* The same value is no conflict and no change. */
  CHECK(world_change(db, w, w->teacher, "pep", w->pep, "setting", 1, &version, e, "class_teacher=Ms Lark", NULL) &&
        version == 3);
  return true;
}

static bool same_field(struct db *db, struct world *w, struct error *e) {
  int64_t version;
  return world_change(db, w, w->teacher, "pep", w->pep, "setting", 1, &version, e, "class_teacher=Mr Rook", NULL);
}

static void test_two_editors(void **state) {
  struct world *w = *state;
  world_do(w, different_fields);
  const struct error *e = world_refused(w, same_field, ERR_CONFLICT);
  assert_int_equal(e->n_items, 1);
  assert_string_equal(e->items[0].column, "class_teacher");
  assert_string_equal(e->items[0].value, "Ms Lark");
  assert_string_equal(e->items[0].expected, "Mr Rook");
  world_rebuilt(w);
}

static bool posted(struct db *db, struct world *w, struct error *e) {
  int64_t version;
  return world_change(db, w, w->teacher, "pep", w->pep, "setting", 1, &version, e, "class_teacher=Ms Lark", NULL);
}

static void test_posted_twice(void **state) {
  struct world *w = *state;
  world_do(w, posted);
  int64_t entries = world_entries(w);
  int calls = w->hook_calls;
  world_do(w, posted);
  assert_int_equal(world_entries(w), entries);
  assert_int_equal(w->hook_calls, calls);
}

static bool unborn_base(struct db *db, struct world *w, struct error *e) {
  int64_t version;
  return world_change(db, w, w->teacher, "pep", w->pep, "setting", 9, &version, e, "class_teacher=x", NULL);
}

static void test_base_must_be_known(void **state) {
  world_refused(*state, unborn_base, ERR_INPUT);
}

/* ---- conditions ---- */

static bool hides(struct db *db, struct world *w, struct error *e) {
  struct record_row row;
  int64_t version;
  CHECK(world_change(db, w, w->teacher, "pep", w->pep, "setting", 1, &version, e, "alternative_provision=yes",
                     "alternative_details=Farm on Fridays", NULL));
  CHECK(world_change(db, w, w->teacher, "pep", w->pep, "setting", version, &version, e, "alternative_provision=no",
                     NULL));
  CHECK(get(db, w, w->teacher, "pep", w->pep, &row, e) && strcmp(world_text(w, &row, "alternative_details"), "") == 0);
  CHECK(version == 3);
  bool *shown = arena_alloc(w->a, row.record->n_fields), *required = arena_alloc(w->a, row.record->n_fields);
  const struct permit *p = world_permit(db, w, w->teacher, w->child, e);
  CHECK(record_conditions(db, &w->ctx, p, &row, shown, required, e));
  CHECK(!shown[model_field(row.record, "alternative_details")->index]);
  CHECK(required[model_field(row.record, "initiated_on")->index]);
  return true;
}

static void test_hidden_is_blanked(void **state) {
  struct world *w = *state;
  world_do(w, hides);
  world_rebuilt(w);
}

static bool second_period(struct db *db, struct world *w, struct error *e) {
  int64_t id;
  return world_put(db, w, "child", 0, &id, e, "local_id=C1001", "forenames=Twin", "surname=Number",
                   "date_of_birth=2014-12-12", NULL);
}

static bool incomplete(struct db *db, struct world *w, struct error *e) {
  int64_t id;
  return world_put(db, w, "child", 0, &id, e, "surname=Number", NULL);
}

static void test_unique_and_required(void **state) {
  struct world *w = *state;
  const struct error *e = world_refused(w, second_period, ERR_INPUT);
  assert_string_equal(e->items[0].column, "local_id");
  e = world_refused(w, incomplete, ERR_INPUT);
  assert_int_equal(e->n_items, 3);
}

/* ---- void ---- */

static bool voids(struct db *db, struct world *w, struct error *e) {
  int64_t version;
  struct record_row row;
  const struct model_record *r = world_record(w, "pep");
  const struct permit *p = world_permit(db, w, w->social_worker, w->child, e);
  CHECK(record_void(db, &w->ctx, &w->env, p, r, w->pep, 1, "Wrong child", &version, e) && version == 2);
  CHECK(record_void(db, &w->ctx, &w->env, p, r, w->pep, 1, "Wrong child", &version, e) && version == 2);
  CHECK(record_get(db, &w->ctx, p, r, w->pep, &row, e) && row.voided);
  return true;
}

static bool voids_without_reason(struct db *db, struct world *w, struct error *e) {
  int64_t version;
  const struct permit *p = world_permit(db, w, w->social_worker, w->child, e);
  return record_void(db, &w->ctx, &w->env, p, world_record(w, "pep"), w->pep, 1, "  ", &version, e);
}

static bool teacher_voids(struct db *db, struct world *w, struct error *e) {
  int64_t version;
  const struct permit *p = world_permit(db, w, w->teacher, w->child, e);
  return record_void(db, &w->ctx, &w->env, p, world_record(w, "pep"), w->pep, 1, "Mine", &version, e);
}

static void test_void(void **state) {
  struct world *w = *state;
  world_refused(w, voids_without_reason, ERR_INPUT);
  world_refused(w, teacher_voids, ERR_DENIED);
  world_do(w, voids);
  assert_int_equal(fixture_ask(w->f, "select count(*) from pep", 0), 0);
  world_rebuilt(w);
}

/* ---- drafts ---- */

static bool drafts(struct db *db, struct world *w, struct error *e) {
  struct draft d = {.record = "pep", .row = w->pep, .section = "setting", .base = 1, .body = "class_teacher=Ms"}, out;
  bool found;
  int64_t version;
  const struct permit *p = world_permit(db, w, w->teacher, w->child, e),
                      *q = world_permit(db, w, w->social_worker, w->child, e);
  CHECK(draft_save(db, &w->ctx, p, &d, e));
  d.body = "class_teacher=Ms+Lark";
  CHECK(draft_save(db, &w->ctx, p, &d, e));
  CHECK(draft_get(db, &w->ctx, p, "pep", w->pep, 0, "setting", &out, &found, e) && found &&
        strcmp(out.body, d.body) == 0 && out.base == 1);
  CHECK(draft_get(db, &w->ctx, q, "pep", w->pep, 0, "setting", &out, &found, e) && !found);
  CHECK(world_change(db, w, w->teacher, "pep", w->pep, "setting", 1, &version, e, "class_teacher=Ms Lark", NULL));
  CHECK(draft_get(db, &w->ctx, p, "pep", w->pep, 0, "setting", &out, &found, e) && !found);
  CHECK(draft_save(db, &w->ctx, p, &d, e) && draft_discard(db, &w->ctx, p, "pep", w->pep, 0, "setting", e));
  CHECK(draft_get(db, &w->ctx, p, "pep", w->pep, 0, "setting", &out, &found, e) && !found);
  return true;
}

static void test_drafts(void **state) {
  world_do(*state, drafts);
}

/* ---- batch ---- */

static bool batch(struct db *db, struct world *w, struct error *e) {
  const struct model_record *child = world_record(w, "child"), *period = world_record(w, "care_period");
  struct record_input in;
  int64_t id, row;
  bool changed;
  const struct permit *p = world_permit(db, w, 0, 0, e);
  struct record_batch *b = record_batch_begin(db, &w->ctx, &w->env, p, 0, "header.csv");
  CHECK(world_input(w, child, &in, e, "local_id=C2000", "forenames=New", "surname=Child", NULL));
  CHECK(record_batch_put(b, child, 0, 0, &in, &id, &changed, e) && changed);
  CHECK(world_input(w, period, &in, e, "became_looked_after_on=2024-02-03", NULL));
  CHECK(record_batch_put(b, period, 0, 0, &in, &row, &changed, e) && changed);
  CHECK(world_input(w, period, &in, e, "began_before=yes", NULL));
  CHECK(record_batch_put(b, period, row, 0, &in, &row, &changed, e) && changed);
  CHECK(record_batch_put(b, period, row, 0, &in, &row, &changed, e) && !changed);
  return record_batch_end(b, e);
}

static bool batch_again(struct db *db, struct world *w, struct error *e) {
  const struct model_record *period = world_record(w, "care_period");
  struct record_input in;
  bool changed;
  struct stmt *q = db_sql(db, "select id, child from care_period where became_looked_after_on = '2024-02-03'", "");
  CHECK(sql_row(q));
  int64_t row = col_int(q, 0), child = col_int(q, 1);
  sql_end(q);
  struct record_batch *b =
      record_batch_begin(db, &w->ctx, &w->env, world_permit(db, w, 0, child, e), child, "header.csv");
  CHECK(world_input(w, period, &in, e, "became_looked_after_on=2024-02-03", "began_before=yes", NULL));
  CHECK(record_batch_put(b, period, row, 0, &in, &row, &changed, e) && !changed);
  return record_batch_end(b, e);
}

static void test_batch(void **state) {
  struct world *w = *state;
  int64_t entries = world_entries(w);
  int calls = w->hook_calls;
  world_do(w, batch);
  assert_int_equal(world_entries(w), entries + 1);
  assert_int_equal(w->hook_calls, calls + 1);
  assert_int_equal(fixture_ask(w->f, "select version from care_period where became_looked_after_on = '2024-02-03'", 0),
                   1);
  world_do(w, batch_again);
  assert_int_equal(world_entries(w), entries + 1);
  world_rebuilt(w);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
int main(void) {
  const struct CMUnitTest tests[] = {TEST(test_create),
                                     TEST(test_not_yours_is_not_there),
                                     TEST(test_create_by_role),
                                     TEST(test_withheld),
                                     TEST(test_sections),
                                     TEST(test_on_behalf),
                                     TEST(test_two_editors),
                                     TEST(test_posted_twice),
                                     TEST(test_base_must_be_known),
                                     TEST(test_hidden_is_blanked),
                                     TEST(test_unique_and_required),
                                     TEST(test_void),
                                     TEST(test_drafts),
                                     TEST(test_batch)};
  return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
