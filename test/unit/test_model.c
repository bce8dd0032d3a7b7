#include "base/date.h"
#include "model/cond.h"
#include "model_fixture.h"

static void test_shipped_loads(void **state) {
  const struct model *m = overlay_load(*state);
  if (!m) fail_msg("%s", ((struct overlay *)*state)->e.message);
  static const char *const names[] = {"child",        "identifier",  "child_name",        "relationship",
                                      "legal_status", "care_period", "placement",         "organisation",
                                      "team",         "person",      "professional",      "appointment",
                                      "involvement",  "enrolment",   "sharing_agreement", "sharing_item",
                                      "pep",          "pep_target",  "pep_action",        "note"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) assert_non_null(model_record(m, names[i]));
  assert_null(model_record(m, "no_such"));
  assert_int_equal(strlen(m->version), 32);
  const struct model_record *child = model_record(m, "child");
  assert_true(child->is_child);
  const struct model_field *id = model_field(child, "local_id");
  assert_string_equal(id->check, "local_id");
  assert_non_null(id->unique_with);
  assert_int_equal(id->n_unique_with, 0);
  assert_string_equal(id->category, "care_status");
  assert_string_equal(model_field(child, "surname")->category, "daily");
  assert_true(model_field(child, "surname")->sort_key);
}

static void test_plan_has_the_states_of_the_design(void **state) {
  const struct model *m = overlay_load(*state);
  assert_non_null(m);
  const struct model_record *pep = model_record(m, "pep");
  assert_string_equal(pep->states[0].id, "initiated");
  const struct model_state *returned = model_state(pep, "returned"), *approved = model_state(pep, "approved");
  assert_int_equal(returned->n_next, 1);
  assert_string_equal(returned->next[0].to, "submitted");
  assert_string_equal(returned->next[0].roles[0], "designated_teacher");
  assert_string_equal(returned->next[0].label, "Submit again");
  assert_true(approved->snapshot);
  assert_true(model_state(pep, "closed")->final);
  const struct model_section *views = model_section(pep, "my_views");
  assert_string_equal(views->filled_by[0], "young_person");
  assert_string_equal(model_section(pep, "targets")->parts, "pep_target");
  assert_string_equal(model_section(pep, "sen")->fields[0]->category, "sen");
}

/* The lists made from the policy have no dates; all others are dated. */
static void test_codes_have_source_and_dates(void **state) {
  const struct model *m = overlay_load(*state);
  assert_non_null(m);
  for (size_t i = 0; i < m->n_codes; i++) {
    assert_non_null(m->codes[i].source);
    assert_non_null(m->codes[i].confidence);
    bool made = strcmp(m->codes[i].name, "role") == 0 || strcmp(m->codes[i].name, "category") == 0;
    for (size_t k = 0; k < m->codes[i].n && !made; k++) assert_int_not_equal(m->codes[i].codes[k].from, DATE_NONE);
  }
  const struct model_code *z = model_code(model_codes(m, "placement_type"), "Z11");
  assert_false(model_code_valid(z, date_of(2025, 3, 31)));
  assert_true(model_code_valid(z, date_of(2025, 4, 1)));
  assert_true(model_code_valid(z, DATE_NONE));
  assert_non_null(model_code(model_codes(m, "role"), "designated_teacher"));
  assert_non_null(model_code(model_codes(m, "category"), "placement_address"));
}

static void test_canonical_round_trip(void **state) {
  struct overlay *o = *state;
  const struct model *m = overlay_load(o), *again = NULL;
  assert_non_null(m);
  if (!model_from_canonical(o->a, m->canonical, m->n_canonical, &again, &o->e)) fail_msg("%s", o->e.message);
  assert_string_equal(again->version, m->version);
  assert_int_equal(again->n_canonical, m->n_canonical);
  assert_memory_equal(again->canonical, m->canonical, m->n_canonical);
  struct buf b;
  buf_init(&b, o->a);
  assert_false(model_diff(m, again, &b));
  assert_int_equal(b.len, 0);
  const struct model_record *pep = model_record(again, "pep");
  assert_string_equal(pep->states[0].id, "initiated");
  assert_string_equal(pep->sections[0].id, "general");
  error_clear(&o->e);
  assert_false(model_from_canonical(o->a, m->canonical, m->n_canonical - 5, &again, &o->e));
  error_clear(&o->e);
  assert_false(model_from_canonical(o->a, "{}", 2, &again, &o->e));
}

static void test_duties_say_what_they_read(void **state) {
  const struct model *m = overlay_load(*state);
  assert_non_null(m);
  const struct model_duty *d = &m->duties[0];
  assert_string_equal(d->id, "pep_initiated");
  static const char *const reads[] = {"care_period", "child", "pep"};
  assert_int_equal(d->n_reads, 3);
  for (size_t i = 0; i < 3; i++) assert_string_equal(d->reads[i], reads[i]);
  assert_string_equal(d->start_label, "Became looked after");
  assert_int_equal(d->within, 10);
  assert_int_equal(d->unit, UNIT_WORKING_DAY);
  assert_int_equal(d->from, date_of(2018, 2, 26));
  assert_string_equal(m->categories[d->category_index].id, "education_plan");
}

static const char *const overlay_pep =
    "record: pep\n"
    "title: My education plan\n"
    "sections:\n"
    "  - id: strengths\n"
    "    fields:\n"
    "      - {name: local_reading_age, type: integer, label: Reading age, after: strengths}\n"
    "      - {name: enrichment, retire: true}\n"
    "  - id: local_music\n"
    "    title: Music\n"
    "    after: general\n"
    "    filled_by: [designated_teacher]\n"
    "    fields:\n"
    "      - {name: local_instrument, type: code, codes: local_instrument, label: Instrument}\n";

static void test_overlay_merges(void **state) {
  struct overlay *o = *state;
  const struct model *plain = overlay_load(o);
  overlay_write(o, "records/pep.yaml", overlay_pep);
  overlay_write(o, "codes/local_instrument.csv",
                "code,label,from,to,source\nviolin,Violin,2020-01-01,,here\ndrum,Drum,2020-01-01,2021-08-31,here\n");
  overlay_write(o, "duties/pep.yaml", "duty: pep_ready\ndue: {within: 15}\nwarn_days: 3\n");
  const struct model *m = overlay_load(o);
  if (!m) fail_msg("%s", o->e.message);
  const struct model_record *pep = model_record(m, "pep"), *was = model_record(plain, "pep");
  assert_string_equal(pep->title, "My education plan");
  assert_int_equal(pep->n_fields, was->n_fields + 2);
  assert_string_equal(pep->sections[1].id, "local_music");
  const struct model_section *strengths = model_section(pep, "strengths");
  assert_string_equal(strengths->fields[1]->name, "local_reading_age");
  assert_true(model_field(pep, "enrichment")->retired);
  assert_false(model_field(was, "enrichment")->retired);
  assert_string_not_equal(m->version, plain->version);
  const struct model_code *drum = model_code(model_field(pep, "local_instrument")->codes, "drum");
  assert_int_equal(drum->to, date_of(2021, 8, 31));
  for (size_t i = 0; i < m->n_duties; i++) {
    if (strcmp(m->duties[i].id, "pep_ready") == 0) assert_int_equal(m->duties[i].within, 15);
  }
  struct buf b;
  buf_init(&b, o->a);
  assert_true(model_diff(plain, m, &b));
  const char *d = buf_text(&b);
  assert_non_null(strstr(d, "+ pep.strengths.local_reading_age integer\n"));
  assert_non_null(strstr(d, "~ pep.title Personal education plan -> My education plan\n"));
  assert_non_null(strstr(d, "~ pep_ready.due.within 20 -> 15\n"));
  assert_non_null(strstr(d, "+ codes.local_instrument"));
  assert_non_null(strstr(d, "+ pep.strengths.enrichment.retire true\n"));
}

static void test_docs(void **state) {
  struct overlay *o = *state;
  const struct model *m = overlay_load(o);
  struct buf b;
  buf_init(&b, o->a);
  assert_true(model_docs(m, "markdown", &b, &o->e));
  assert_non_null(strstr(buf_text(&b), "### pep: Personal education plan"));
  assert_non_null(strstr(buf_text(&b), "| UN1 | Not of school age and not yet given a number | 1991-10-14 |"));
  buf_init(&b, o->a);
  assert_true(model_docs(m, "csv", &b, &o->e));
  size_t lines = 0, fields = 0;
  for (const char *c = buf_text(&b); *c; c++) lines += *c == '\n';
  for (size_t i = 0; i < m->n_records; i++) fields += m->records[i].n_fields;
  assert_int_equal(lines, fields + 1);
  assert_false(model_docs(m, "pdf", &b, &o->e));
}

static void test_missing_folder(void **state) {
  struct overlay *o = *state;
  const struct model *m = NULL;
  assert_false(model_load(o->a, "/nonexistent/model", NULL, &m, &o->e));
  assert_int_equal(o->e.kind, ERR_INPUT);
  assert_non_null(strstr(o->e.items[0].message, "There is no such folder"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_shipped_loads, overlay_setup, overlay_teardown),
      cmocka_unit_test_setup_teardown(test_plan_has_the_states_of_the_design, overlay_setup, overlay_teardown),
      cmocka_unit_test_setup_teardown(test_codes_have_source_and_dates, overlay_setup, overlay_teardown),
      cmocka_unit_test_setup_teardown(test_canonical_round_trip, overlay_setup, overlay_teardown),
      cmocka_unit_test_setup_teardown(test_duties_say_what_they_read, overlay_setup, overlay_teardown),
      cmocka_unit_test_setup_teardown(test_overlay_merges, overlay_setup, overlay_teardown),
      cmocka_unit_test_setup_teardown(test_docs, overlay_setup, overlay_teardown),
      cmocka_unit_test_setup_teardown(test_missing_folder, overlay_setup, overlay_teardown)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
