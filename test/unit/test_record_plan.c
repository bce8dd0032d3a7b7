/* A plan through its states: what each step asks for, what is frozen, what the snapshot holds, and the history of it
 * all. */
#include "record_world.h"

static bool move(struct db *db, struct world *w, int64_t actor, int64_t base, const char *to, const char *reason,
                 int64_t *version, struct error *e) {
  const struct permit *p = world_permit(db, w, actor, w->child, e);
  return p && record_move(db, &w->ctx, &w->env, p, world_record(w, "pep"), w->pep, base, to, reason, version, e);
}

static bool current(struct db *db, struct world *w, struct record_row *row, struct error *e) {
  return record_get(db, &w->ctx, world_permit(db, w, 0, w->child, e), world_record(w, "pep"), w->pep, row, e);
}

static int64_t target;

static bool add_target(struct db *db, struct world *w, struct error *e) {
  const struct model_record *r = world_record(w, "pep_target");
  struct record_input in;
  const struct permit *p = world_permit(db, w, w->teacher, w->child, e);
  return p &&
         world_input(w, r, &in, e, "area=literacy", "target=Read a chapter a week", "pupil_premium=yes",
                     "cost_pence=12.50", NULL) &&
         record_create(db, &w->ctx, &w->env, p, r, w->child, w->pep, &in, &target, e);
}

static bool submit_too_soon(struct db *db, struct world *w, struct error *e) {
  struct record_row row;
  int64_t version;
  CHECK(current(db, w, &row, e));
  return move(db, w, w->teacher, row.version, "submitted", NULL, &version, e);
}

static bool to_met(struct db *db, struct world *w, struct error *e) {
  int64_t version;
  CHECK(world_change(db, w, w->teacher, "pep", w->pep, "meeting", 1, &version, e, "meeting_on=2026-01-10", NULL));
  CHECK(move(db, w, w->teacher, version, "met", NULL, &version, e));
  return move(db, w, w->teacher, version - 1, "met", NULL, &version, e); /* posted twice: nothing more */
}

static bool to_approved(struct db *db, struct world *w, struct error *e) {
  struct record_row row;
  int64_t version;
  CHECK(current(db, w, &row, e) && strcmp(row.state, "met") == 0);
  CHECK(world_change(db, w, w->teacher, "pep", w->pep, NULL, row.version, &version, e, "progress_summary=Good progress",
                     "view_taken=spoken", "completed_on=2026-01-12", NULL));
  CHECK(world_change(db, w, w->social_worker, "pep", w->pep, "general", version, &version, e,
                     "care_plan=Stay with the Lees", NULL));
  CHECK(move(db, w, w->teacher, version, "submitted", NULL, &version, e));
  CHECK(move(db, w, w->adviser, version, "returned", "Say more of maths", &version, e));
  CHECK(move(db, w, w->teacher, version, "submitted", NULL, &version, e));
  CHECK(world_change(db, w, w->adviser, "pep", w->pep, "quality", version, &version, e, "quality_rating=green", NULL));
  return move(db, w, w->adviser, version, "approved", NULL, &version, e);
}

static bool teacher_approves(struct db *db, struct world *w, struct error *e) {
  struct record_row row;
  int64_t version;
  CHECK(current(db, w, &row, e));
  return move(db, w, w->teacher, row.version, "approved", NULL, &version, e);
}

static bool stale_move(struct db *db, struct world *w, struct error *e) {
  int64_t version;
  return move(db, w, w->social_worker, 1, "closed", "No longer looked after", &version, e);
}

static bool no_reason(struct db *db, struct world *w, struct error *e) {
  struct record_row row;
  int64_t version;
  CHECK(current(db, w, &row, e));
  return move(db, w, w->social_worker, row.version, "closed", " ", &version, e);
}

static void through(struct world *w) {
  world_do(w, add_target);
  world_do(w, to_met);
  world_do(w, to_approved);
}

static void test_steps(void **state) {
  struct world *w = *state;
  world_refused(w, submit_too_soon, ERR_DENIED); /* not from here */
  world_refused(w, teacher_approves, ERR_DENIED);
  world_do(w, to_met);
  const struct error *e = world_refused(w, submit_too_soon, ERR_INPUT);
  assert_int_equal(e->n_items, 3); /* progress, how the view was asked for, when it was complete */
  world_refused(w, stale_move, ERR_CONFLICT);
  e = world_refused(w, no_reason, ERR_INPUT);
  assert_string_equal(e->items[0].column, "reason");
  world_do(w, to_approved);
  assert_int_equal(fixture_ask(w->f, "select count(*) from pep where state = 'approved'", 0), 1);
  world_rebuilt(w);
}

static bool offered(struct db *db, struct world *w, struct error *e) {
  const struct model_transition *next[8];
  struct record_row row;
  CHECK(current(db, w, &row, e));
  CHECK(record_transitions(world_permit(db, w, w->teacher, w->child, e), &row, next, 8) == 2);
  CHECK(record_transitions(world_permit(db, w, w->adviser, w->child, e), &row, next, 8) == 1 &&
        strcmp(next[0]->to, "closed") == 0);
  CHECK(record_may_fill(world_permit(db, w, w->teacher, w->child, e), row.record, model_section(row.record, "setting"),
                        &row));
  CHECK(!record_may_fill(world_permit(db, w, w->adviser, w->child, e), row.record, model_section(row.record, "setting"),
                         &row));
  CHECK(record_may_create(world_permit(db, w, w->social_worker, w->child, e), row.record));
  CHECK(!record_may_create(world_permit(db, w, w->teacher, w->child, e), row.record));
  return true;
}

static void test_offered(void **state) {
  world_do(*state, offered);
}

/* ---- frozen ---- */

static bool change_approved(struct db *db, struct world *w, struct error *e) {
  struct record_row row;
  int64_t version;
  CHECK(current(db, w, &row, e));
  return world_change(db, w, w->teacher, "pep", w->pep, "setting", row.version, &version, e, "class_teacher=Ms Lark",
                      NULL);
}

static bool change_approved_target(struct db *db, struct world *w, struct error *e) {
  int64_t version;
  return world_change(db, w, w->teacher, "pep_target", target, NULL, 1, &version, e, "target=Something else", NULL);
}

static bool outcome_of_target(struct db *db, struct world *w, struct error *e) {
  int64_t version;
  return world_change(db, w, w->teacher, "pep_target", target, NULL, 1, &version, e, "outcome=met",
                      "reviewed_on=2026-01-16", NULL);
}

static bool reopen(struct db *db, struct world *w, struct error *e) {
  struct record_row row;
  int64_t version;
  CHECK(current(db, w, &row, e));
  CHECK(move(db, w, w->adviser, row.version, "returned", "The date is wrong", &version, e));
  CHECK(
      world_change(db, w, w->teacher, "pep", w->pep, "meeting", version, &version, e, "completed_on=2026-01-13", NULL));
  CHECK(move(db, w, w->teacher, version, "submitted", NULL, &version, e));
  return move(db, w, w->adviser, version, "approved", NULL, &version, e);
}

static bool void_approved(struct db *db, struct world *w, struct error *e) {
  struct record_row row;
  int64_t version;
  CHECK(current(db, w, &row, e));
  return record_void(db, &w->ctx, &w->env, world_permit(db, w, w->social_worker, w->child, e), row.record, w->pep,
                     row.version, "Oops", &version, e);
}

static void test_frozen(void **state) {
  struct world *w = *state;
  through(w);
  world_refused(w, change_approved, ERR_DENIED);
  world_refused(w, add_target, ERR_DENIED);
  world_refused(w, change_approved_target, ERR_DENIED);
  world_refused(w, void_approved, ERR_DENIED);
  world_do(w, outcome_of_target);
  world_do(w, reopen);
  assert_int_equal(fixture_ask(w->f, "select count(*) from snapshot", 0), 2);
  world_rebuilt(w);
}

/* ---- snapshots ---- */

static const struct json *find_field(const struct json *row, const char *name) {
  const struct json *sections = json_get(row, "sections");
  for (size_t i = 0; sections && i < sections->n; i++) {
    const struct json *fields = json_get(sections->items[i], "fields"), *parts = json_get(sections->items[i], "parts");
    for (size_t k = 0; fields && k < fields->n; k++)
      if (strcmp(json_text(json_get(fields->items[k], "name")), name) == 0) return fields->items[k];
    for (size_t k = 0; parts && k < parts->n; k++) {
      const struct json *in = find_field(parts->items[k], name);
      if (in) return in;
    }
  }
  return NULL;
}

static bool snapshot_read(struct db *db, struct world *w, struct error *e) {
  struct snapshot s, *list;
  size_t n;
  const struct model_record *r = world_record(w, "pep");
  CHECK(snapshot_get(db, &w->ctx, world_permit(db, w, w->social_worker, w->child, e), r, w->pep, 0, &s, e));
  CHECK(s.intact && s.row == w->pep && s.child == w->child && s.by == w->adviser && strlen(s.hash) == 64);
  const struct json *row = json_get(s.parts, "row");
  CHECK(strcmp(json_text(json_get(json_get(s.parts, "child"), "name")), "Ada Mary O'Neill") == 0);
  CHECK(strcmp(json_text(json_get(row, "state")), "Approved") == 0);
  CHECK(strcmp(json_text(json_get(find_field(row, "view_taken"), "text")), "Spoken") == 0);
  CHECK(strcmp(json_text(json_get(find_field(row, "target"), "text")), "Read a chapter a week") == 0);
  CHECK(strcmp(json_text(json_get(find_field(row, "care_plan"), "text")), "Stay with the Lees") == 0);
  CHECK(snapshot_list(db, &w->ctx, world_permit(db, w, w->child, w->child, e), r, w->pep, &list, &n, e) && n == 1);
  /* The child does not read everything: what is withheld leaves no trace but the word that it is. */
  CHECK(list[0].intact && list[0].withheld && find_field(json_get(list[0].parts, "row"), "parent_view") == NULL);
  return true;
}

static bool snapshot_broken(struct db *db, struct world *w, struct error *e) {
  struct snapshot s;
  struct stmt *q = db_sql(db, "update snapshot_body set body = $1 where category = 'education_plan'", "b");
  sql_blob(q, 1, "{\"row\":{}}", 10);
  CHECK(sql_run(q));
  CHECK(snapshot_get(db, &w->ctx, world_permit(db, w, 0, w->child, e), world_record(w, "pep"), w->pep, 0, &s, e));
  CHECK(!s.intact);
  return true;
}

static void test_snapshot(void **state) {
  struct world *w = *state;
  through(w);
  world_do(w, snapshot_read);
  world_do(w, snapshot_broken);
}

/* ---- history ---- */

static bool history(struct db *db, struct world *w, struct error *e) {
  struct change_view *h;
  size_t n;
  const struct model_record *r = world_record(w, "pep");
  const struct permit *p = world_permit(db, w, w->social_worker, w->child, e),
                      *t = world_permit(db, w, w->teacher, w->child, e);
  CHECK(record_history(db, &w->ctx, p, r, w->pep, "_state", &h, &n, e) && n == 6);
  CHECK(strcmp(h[0].after, "Approved") == 0 && strcmp(h[0].before, "Submitted") == 0 &&
        strcmp(h[0].by_name, "Vic Adviser") == 0);
  CHECK(strcmp(h[2].after, "Returned") == 0 && strcmp(h[2].reason, "Say more of maths") == 0 && h[5].before == NULL);
  CHECK(record_history(db, &w->ctx, t, r, w->pep, "view_taken", &h, &n, e) && n == 1 &&
        strcmp(h[0].after, "Spoken") == 0);
  CHECK(h[0].by == w->teacher && h[0].version == 4 && strcmp(h[0].label, "How the child's view was asked for") == 0);
  CHECK(record_history(db, &w->ctx, p, r, w->pep, NULL, &h, &n, e));
  bool care = false;
  for (size_t i = 0; i < n; i++) care = care || (h[i].field && strcmp(h[i].field, "care_plan") == 0);
  CHECK(care);
  return true;
}

static bool history_withheld(struct db *db, struct world *w, struct error *e) {
  struct change_view *h;
  size_t n;
  return record_history(db, &w->ctx, world_permit(db, w, w->teacher, w->child, e), world_record(w, "pep"), w->pep,
                        "parent_view", &h, &n, e);
}

static void test_history(void **state) {
  struct world *w = *state;
  through(w);
  world_do(w, history);
  world_refused(w, history_withheld, ERR_NOT_FOUND);
}

/* ---- disposal ---- */

static bool dispose(struct db *db, struct world *w, struct error *e) {
  return record_dispose(db, &w->ctx, &w->env, world_permit(db, w, 0, w->child, e), "care_status", "Retention ended",
                        w->ctx.now, e);
}

static bool ledger_whole(struct db *db, struct world *w, struct error *e) {
  struct ledger_report report;
  unsigned char key[32] = {0};
  CHECK(ledger_verify(db, w->a, "change", NULL, 0, key, &report, e));
  CHECK(report.total_findings == 0 && report.disposed > 0);
  return true;
}

static bool after_disposal(struct db *db, struct world *w, struct error *e) {
  struct record_row row;
  struct change_view *h;
  struct snapshot s;
  size_t n;
  bool disposed = false;
  CHECK(current(db, w, &row, e));
  CHECK(strcmp(world_text(w, &row, "care_plan"), "") == 0 && strcmp(world_text(w, &row, "view_taken"), "spoken") == 0);
  CHECK(record_history(db, &w->ctx, world_permit(db, w, 0, w->child, e), row.record, w->pep, "care_plan", &h, &n, e));
  for (size_t i = 0; i < n; i++) disposed = disposed || h[i].disposed;
  CHECK(disposed);
  CHECK(snapshot_get(db, &w->ctx, world_permit(db, w, 0, w->child, e), row.record, w->pep, 0, &s, e));
  CHECK(s.intact && s.withheld && find_field(json_get(s.parts, "row"), "care_plan") == NULL);
  return true;
}

static bool dispose_by_teacher(struct db *db, struct world *w, struct error *e) {
  return record_dispose(db, &w->ctx, &w->env, world_permit(db, w, w->teacher, w->child, e), NULL, "No", w->ctx.now, e);
}

static void test_disposal(void **state) {
  struct world *w = *state;
  through(w);
  world_refused(w, dispose_by_teacher, ERR_DENIED);
  world_do(w, dispose);
  world_do(w, after_disposal);
  world_rebuilt(w);
  world_do(w, ledger_whole);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
int main(void) {
  const struct CMUnitTest tests[] = {TEST(test_steps),    TEST(test_offered), TEST(test_frozen),
                                     TEST(test_snapshot), TEST(test_history), TEST(test_disposal)};
  return cmocka_run_group_tests_name("record_plan", tests, NULL, NULL);
}
