/* Lists, counts and search: what they hold, in which order, and for whom. */
#include "../../src/record/search_date.h"
#include "record_world.h"

struct listed {
  int64_t ids[20];
  const char *child_names[20], *labels[20];
  uint64_t reads[20];
  size_t n;
};

static bool keep(const struct record_row *row, uint64_t reads, void *arg, struct error *e) {
  (void)e;
  struct listed *l = arg;
  const struct model_field *f = model_field(row->record, "organisation");
  l->ids[l->n] = row->id;
  l->reads[l->n] = reads;
  l->child_names[l->n] = row->child_name;
  l->labels[l->n++] = f ? row->labels[f->index] : NULL;
  return l->n < 20;
}

static bool list(struct db *db, struct world *w, int64_t actor, struct query q, const char *record, struct listed *l,
                 struct error *e) {
  struct actor who = {.id = actor, .purpose = ""};
  int64_t n;
  l->n = 0;
  q.record = world_record(w, record);
  if (!record_list(db, &w->ctx, w->m, &who, &q, keep, l, e)) return false;
  return q.limit || (record_count(db, &w->ctx, w->m, &who, &q, &n, e) &&
                     (n == (int64_t)l->n || error_set(e, ERR_BROKEN, "count")));
}

static bool lists(struct db *db, struct world *w, struct error *e) {
  struct listed l;
  CHECK(list(db, w, w->social_worker, (struct query){0}, "pep", &l, e) && l.n == 1 && l.ids[0] == w->pep);
  CHECK(strcmp(l.child_names[0], "Ada Mary O'Neill") == 0);
  CHECK(list(db, w, w->stranger, (struct query){0}, "pep", &l, e) && l.n == 0);
  CHECK(list(db, w, w->teacher, (struct query){.child = w->child}, "enrolment", &l, e) && l.n == 1);
  CHECK(strcmp(l.labels[0], "Elm Park School") == 0);
  CHECK(list(db, w, w->teacher, (struct query){0}, "enrolment", &l, e) && l.n == 1 &&
        strcmp(l.labels[0], "Elm Park School") == 0);
  CHECK(list(db, w, w->social_worker, (struct query){.filter = "initiated_on >= '2025-12-06'"}, "pep", &l, e) &&
        l.n == 0);
  CHECK(list(db, w, w->social_worker, (struct query){.filter = "initiated_on = '2025-12-05' and child.age = 11"}, "pep",
             &l, e) &&
        l.n == 1);
  CHECK(list(db, w, w->social_worker, (struct query){.filter = "child.school_year = 6"}, "pep", &l, e) && l.n == 1);
  CHECK(list(db, w, w->social_worker, (struct query){.filter = "child.age < 11"}, "pep", &l, e) && l.n == 0);
  CHECK(list(db, w, w->social_worker, (struct query){.state = "initiated", .sort = "child"}, "pep", &l, e) && l.n == 1);
  CHECK(list(db, w, w->social_worker, (struct query){.state = "met"}, "pep", &l, e) && l.n == 0);
  return true;
}

static bool list_of_stranger(struct db *db, struct world *w, struct error *e) {
  struct listed l;
  return list(db, w, w->stranger, (struct query){.child = w->child}, "pep", &l, e);
}

static bool list_filtered_by_withheld(struct db *db, struct world *w, struct error *e) {
  struct listed l;
  return list(db, w, w->teacher, (struct query){.child = w->child, .filter = "parent_view is null"}, "pep", &l, e);
}

static bool list_unsortable(struct db *db, struct world *w, struct error *e) {
  struct listed l;
  return list(db, w, w->teacher, (struct query){.sort = "id; drop table t_pep"}, "pep", &l, e);
}

static bool everywhere_filtered_by_withheld(struct db *db, struct world *w, struct error *e) {
  struct listed l;
  CHECK(list(db, w, w->teacher, (struct query){.filter = "initiated_on is not null"}, "pep", &l, e) && l.n == 1);
  CHECK(list(db, w, w->teacher, (struct query){.filter = "parent_view is null"}, "pep", &l, e) && l.n == 0);
  CHECK(list(db, w, w->teacher, (struct query){.sort = "parent_view"}, "pep", &l, e) && l.n == 1);
  return true;
}

static void test_lists(void **state) {
  struct world *w = *state;
  world_do(w, lists);
  world_refused(w, list_of_stranger, ERR_NOT_FOUND);
  world_refused(w, list_filtered_by_withheld, ERR_NOT_FOUND);
  world_refused(w, list_unsortable, ERR_INPUT);
  world_do(w, everywhere_filtered_by_withheld);
}

static bool plans(struct db *db, struct world *w, struct error *e) {
  int64_t id;
  return world_put(db, w, "pep", w->child, &id, e, "initiated_on=2025-01-05", NULL) &&
         world_put(db, w, "pep", w->child, &id, e, "initiated_on=2025-06-05", NULL);
}

static bool pages(struct db *db, struct world *w, struct error *e) {
  struct listed all, l;
  CHECK(list(db, w, w->social_worker, (struct query){.sort = "initiated_on"}, "pep", &all, e) && all.n == 3 &&
        all.ids[2] == w->pep);
  for (int i = 0; i < 3; i++) {
    struct query q = {.sort = "initiated_on", .after = i, .limit = 1};
    CHECK(list(db, w, w->social_worker, q, "pep", &l, e) && l.n == 1 && l.ids[0] == all.ids[i]);
  }
  CHECK(list(db, w, w->social_worker, (struct query){.sort = "-initiated_on"}, "pep", &l, e) && l.ids[0] == w->pep);
  CHECK(list(db, w, w->social_worker, (struct query){0}, "pep", &l, e) && l.ids[0] == w->pep);
  return true;
}

static void test_pages(void **state) {
  world_do(*state, plans);
  world_do(*state, pages);
}

/* The register: professionals are open to its readers, a child's family is not. */
static bool family(struct db *db, struct world *w, struct error *e) {
  int64_t id;
  struct listed l;
  CHECK(world_put(db, w, "person", 0, &id, e, "kind=family", "forenames=Mum", "surname=O'Neill", NULL));
  CHECK(list(db, w, w->teacher, (struct query){0}, "person", &l, e) && l.n == 4);
  struct record_row row;
  struct actor who = {.id = w->teacher, .purpose = ""};
  const struct permit *p;
  CHECK(guard_open(db, &w->ctx, w->m, &who, 0, &p, e));
  CHECK(record_get(db, &w->ctx, p, world_record(w, "person"), w->social_worker, &row, e));
  struct error no;
  error_init(&no, w->a);
  CHECK(!record_get(db, &w->ctx, p, world_record(w, "person"), id, &row, &no) && no.kind == ERR_NOT_FOUND);
  return true;
}

static void test_register(void **state) {
  world_do(*state, family);
}

/* ---- search ---- */

static bool finds(struct db *db, struct world *w, int64_t actor, const char *text, int64_t child, const char *why,
                  struct error *e) {
  struct actor who = {.id = actor, .purpose = ""};
  struct found *f;
  size_t n;
  if (!record_search(db, &w->ctx, w->m, &who, text, 10, &f, &n, e)) return false;
  if (n != (child != 0)) return error_set(e, ERR_BROKEN, "“%s” found %zu", text, n);
  return n == 0 || (f[0].child == child && (!why || strcmp(f[0].why, why) == 0)) ||
         error_set(e, ERR_BROKEN, "“%s”: %s", text, f[0].why);
}

static bool searches(struct db *db, struct world *w, struct error *e) {
  int64_t id;
  CHECK(world_put(db, w, "identifier", w->child, &id, e, "scheme=upn", "value=A123456789012", NULL) || true);
  error_clear(e);
  CHECK(finds(db, w, w->social_worker, "o'neill", w->child, "name", e));
  CHECK(finds(db, w, w->social_worker, "ONEILL", w->child, "name", e));
  CHECK(finds(db, w, w->social_worker, "ada o’ne", w->child, "name", e));
  CHECK(finds(db, w, w->social_worker, "O'Neil", w->child, NULL, e));
  CHECK(finds(db, w, w->social_worker, "neill", w->child, "part of a name", e));
  CHECK(finds(db, w, w->social_worker, "smyth", w->other_child, "sounds like it", e));
  CHECK(finds(db, w, w->social_worker, "Mary 12/12/2014", w->child, "date of birth", e));
  CHECK(finds(db, w, w->social_worker, "12 December 2014", w->child, "date of birth", e));
  CHECK(finds(db, w, w->social_worker, "2014-12-12", w->child, "date of birth", e));
  CHECK(finds(db, w, w->social_worker, "12.12.14", w->child, "date of birth", e));
  CHECK(finds(db, w, w->social_worker, "Bo Oneill", 0, NULL, e));
  CHECK(finds(db, w, w->social_worker, "c1001", w->child, "local id", e));
  CHECK(finds(db, w, w->social_worker, "zebedee", 0, NULL, e));
  CHECK(finds(db, w, w->social_worker, "' or 1=1 --", 0, NULL, e));
  CHECK(finds(db, w, w->social_worker, "%", 0, NULL, e));
  CHECK(finds(db, w, w->social_worker, "", 0, NULL, e));
  return true;
}

/* The social worker may know that the other child exists; the teacher may not, and a number finds only for who may read
 * it. */
static bool scoped(struct db *db, struct world *w, struct error *e) {
  struct actor who = {.id = w->social_worker, .purpose = ""};
  struct found *f;
  size_t n;
  CHECK(finds(db, w, w->teacher, "smith", 0, NULL, e));
  CHECK(finds(db, w, w->teacher, "o'neill", w->child, NULL, e));
  CHECK(finds(db, w, w->stranger, "o'neill", 0, NULL, e));
  CHECK(finds(db, w, w->social_worker, "c1002", 0, NULL, e));
  CHECK(record_search(db, &w->ctx, w->m, &who, "smith", 10, &f, &n, e) && n == 1);
  CHECK(f[0].born == DATE_NONE && f[0].local_id == NULL && strcmp(f[0].name, "Bo Smith") == 0);
  CHECK(record_search(db, &w->ctx, w->m, &who, "oneill", 10, &f, &n, e) && n == 1);
  CHECK(f[0].born == date_of(2014, 12, 12) && strcmp(f[0].local_id, "C1001") == 0);
  return true;
}

static bool former_name(struct db *db, struct world *w, struct error *e) {
  int64_t id;
  CHECK(world_put(db, w, "child_name", w->child, &id, e, "kind=former", "forenames=Ada", "surname=Featherstone", NULL));
  CHECK(finds(db, w, w->social_worker, "featherstone", w->child, "name", e));
  CHECK(finds(db, w, w->teacher, "featherstone", 0, NULL, e));
  return true;
}

static void test_search(void **state) {
  struct world *w = *state;
  world_do(w, searches);
  world_do(w, scoped);
  world_do(w, former_name);
  world_rebuilt(w);
}

static void test_search_date(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int y, m, d;
  } good[] = {{"2014-12-11", 2014, 12, 11},  {"11/12/2014", 2014, 12, 11},
              {"11-12-14", 2014, 12, 11},    {"11.12.2014", 2014, 12, 11},
              {"11 Dec 2014", 2014, 12, 11}, {"11th December 2014", 2014, 12, 11},
              {"Dec 11 2014", 2014, 12, 11}, {"December 11, 2014", 2014, 12, 11},
              {"11122014", 2014, 12, 11},    {"20141211", 2014, 12, 11},
              {"1/2/99", 1999, 2, 1},        {"3 sept 09", 2009, 9, 3}};
  static const char *const bad[] = {"",    "11",         "11/12",   "32/01/2014", "29 Feb 2015",
                                    "ada", "11/13/2014", "1 2 3 4", "99999999",   "12 Dez 2014"};
  date_t today = date_of(2026, 1, 16);
  for (size_t i = 0; i < sizeof good / sizeof *good; i++)
    assert_int_equal(search_date(good[i].text, today), date_of(good[i].y, good[i].m, good[i].d));
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_int_equal(search_date(bad[i], today), DATE_NONE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
int main(void) {
  const struct CMUnitTest tests[] = {TEST(test_lists), TEST(test_pages), TEST(test_register), TEST(test_search),
                                     cmocka_unit_test(test_search_date)};
  return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
