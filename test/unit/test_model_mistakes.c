/* One run finds every mistake, each with its file, line and remedy. */
#include "model_fixture.h"

static void test_records(void **state) {
  struct overlay *o = *state;
  overlay_write(
      o, "records/a.yaml",
      "record: pep\n"
      "titel: X\n"
      "sections:\n"
      "  - id: general\n"
      "    fields:\n"
      "      - {name: initiated_on, type: text}\n"
      "      - {name: newone, type: strng, label: L, after: nowhere}\n"
      "      - {name: local_b, type: integer, label: B, show_if: \"stat = 'x'\", required_if: \"initiated_on = 3\"}\n"
      "      - {name: local_c, type: yes_no, label: C, show_if: \"meeting_on > 'soon' or state = 'aproved' or phase = "
      "'nursery'\"}\n"
      "states:\n"
      "  approved: {next: {gone: [nobody]}}\n"
      "  local_x: {title: X}\n"
      "---\n"
      "record: newrec\n"
      "title: N\n"
      "about: nobody\n"
      "---\n"
      "record: local_rec\n"
      "title: A\n"
      "about: child\n"
      "category: educatoin_plan\n"
      "order_by: zz desc\n"
      "label: [q]\n"
      "current: [a, b]\n"
      "fields:\n"
      "  - {name: a, type: code, label: A, show_if: \"child.sex = 'Q'\"}\n"
      "  - {name: a, type: date, label: A, min: 3, unique_with: [zz]}\n"
      "  - {name: b, type: ref, ref: chlid, label: B}\n"
      "  - {name: Bad Name, type: text, label: B}\n"
      "  - {name: owner, type: number, scale: 9, label: B, sort_key: perhaps}\n"
      "  - {name: p, type: text, label: P, pattern: \"[a\", check: nhss, min: 5, max: 3}\n"
      "  - {name: s, type: text, label: S, show_if: \"s = 'x'\", required: true, required_if: \"b is null\"}\n");
  assert_null(overlay_load(o));
  static const struct {
    long line;
    const char *text;
  } wanted[] = {
      {2, "Did you mean “title”?"},
      {6, "A field is never retyped; “initiated_on” is date"},
      {7, "Call it “local_newone”"},
      {7, "There is no “nowhere” to place it after"},
      {7, "“strng” is not a known type"},
      {8, "Did you mean “state”?"},
      {8, "compared with a value of another type"},
      {9, "“soon”, which is no date"},
      {9, "There is no state “aproved”"},
      {9, "has no code “nursery”"},
      {11, "There is no state “gone”"},
      {11, "There is no role “nobody”"},
      {12, "cannot be reached"},
      {14, "Call it “local_newrec”"},
      {16, "“nobody” is not a known about"},
      {21, "Did you mean “education_plan”?"},
      {22, "has no field “zz”"},
      {23, "has no field “q”"},
      {24, "“a” is not a date"},
      {26, "“codes” is missing"},
      {26, "“sex” has no code “Q”"},
      {27, "The field “a” stands twice"},
      {27, "Remove min and max"},
      {27, "has no field “zz”"},
      {28, "Did you mean “child”?"},
      {29, "“Bad Name” is not a name"},
      {30, "“owner” is a word of the store's own"},
      {30, "at most 6 decimal places"},
      {30, "neither true nor false"},
      {31, "The pattern cannot be used"},
      {31, "Did you mean “nhs”?"},
      {31, "max is less than min"},
      {32, "A field cannot depend on itself"},
      {32, "always or under a condition"},
  };
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    const struct error_item *x = overlay_mistake(o, "records/a.yaml", wanted[i].line, wanted[i].text);
    assert_non_null(x->expected);
  }
  assert_non_null(strstr(o->e.message, "mistakes; the first: "));
}

static void test_duties_and_codes(void **state) {
  struct overlay *o = *state;
  overlay_write(o, "duties/d.yaml",
                "duty: local_d\n"
                "title: D\n"
                "owner: social_workr\n"
                "starts: select child from care_perod\n"
                "met: delete from pep; select $1\n"
                "source: s\n"
                "confidence: hig\n"
                "due: {within: ten, unit: dayz}\n"
                "in_force: {from: 2018-02-30}\n");
  overlay_write(o, "codes/c.yaml",
                "codes: local_c\n"
                "title: C\n"
                "source: s\n"
                "confidence: high\n"
                "list:\n"
                "  - {code: a, label: A, from: 2020-01-01, to: 2019-01-01}\n"
                "  - {code: a, lable: A}\n");
  assert_null(overlay_load(o));
  overlay_mistake(o, "duties/d.yaml", 3, "Did you mean “social_worker”?");
  overlay_mistake(o, "duties/d.yaml", 4, "Did you mean “care_period”?");
  overlay_mistake(o, "duties/d.yaml", 5, "This is not a select");
  overlay_mistake(o, "duties/d.yaml", 5, "“delete” has no place here");
  overlay_mistake(o, "duties/d.yaml", 5, "“;” has no place here");
  overlay_mistake(o, "duties/d.yaml", 5, "“$” has no place here");
  overlay_mistake(o, "duties/d.yaml", 7, "Did you mean “high”?");
  overlay_mistake(o, "duties/d.yaml", 8, "“ten” is not such a number");
  overlay_mistake(o, "duties/d.yaml", 8, "Did you mean “day”?");
  overlay_mistake(o, "duties/d.yaml", 9, "“2018-02-30” is not a date");
  overlay_mistake(o, "codes/c.yaml", 6, "ends before it begins");
  overlay_mistake(o, "codes/c.yaml", 7, "Did you mean “label”?");
  overlay_mistake(o, "codes/c.yaml", 7, "“a” stands twice");
}

static void test_an_overlay_cannot_widen(void **state) {
  struct overlay *o = *state;
  overlay_write(o, "roles.yaml",
                "roles:\n"
                "  - id: class_teacher\n"
                "    grants:\n"
                "      - {relation: on_roll, read: [daily, family], write: []}\n"
                "  - id: foster_carer\n"
                "    kind: authority\n"
                "    floor: [health_needs, contact]\n"
                "  - id: independent_reviewing_officer\n"
                "    excludes: [social_worker]\n"
                "  - id: local_helper\n"
                "    title: Helper\n"
                "    kind: partner\n"
                "    grants:\n"
                "      - {relation: allocated, find: true, read: [daily, health]}\n"
                "facts: {role: \"select 1\"}\n");
  overlay_write(o, "sharing.yaml", "categories:\n  - {id: family, sensitivity: 2}\n");
  overlay_write(o, "records/r.yaml",
                "record: note\n"
                "fields:\n"
                "  - {name: body, category: daily}\n"
                "---\n"
                "record: person\n"
                "open_if: \"kind <> 'x'\"\n");
  overlay_write(o, "duties/d.yaml", "duty: pep_ready\ndue: {within: 25}\n---\nduty: pep_initiated\nretire: true\n");
  assert_null(overlay_load(o));
  overlay_mistake(o, "roles.yaml", 15, "Facts decide who sees what");
  overlay_mistake(o, "sharing.yaml", 2, "cannot lower the sensitivity of “family”");
  overlay_mistake(o, "records/r.yaml", 3, "cannot open “body”");
  overlay_mistake(o, "records/r.yaml", 6, "cannot change which rows of “person” are open");
  overlay_mistake(o, "roles.yaml", 4, "cannot give “family” to “class_teacher” (on_roll)");
  overlay_mistake(o, "roles.yaml", 6, "cannot change the kind of “foster_carer”");
  overlay_mistake(o, "roles.yaml", 7, "cannot put “contact” above a child's agreement");
  overlay_mistake(o, "roles.yaml", 9, "cannot drop a conflict of roles");
  overlay_mistake(o, "roles.yaml", 14, "cannot give “health” to “local_helper” (allocated)");
  overlay_mistake(o, "duties/d.yaml", 2, "cannot relax the statutory duty “pep_ready”");
  overlay_mistake(o, "duties/d.yaml", 5, "cannot drop the statutory duty “pep_initiated”");
}

static void test_yaml_that_is_refused(void **state) {
  struct overlay *o = *state;
  overlay_write(o, "records/anchor.yaml", "record: &a local_a\ntitle: *a\n");
  overlay_write(o, "records/tab.yaml", "record: local_b\nfields:\n\t- a\n");
  overlay_write(o, "records/twice.yaml", "record: local_c\ntitle: A\ntitle: B\n");
  overlay_write(o, "records/merge.yaml", "record: local_d\n<<: {title: x}\n");
  overlay_write(o, "records/tag.yaml", "record: !!binary local_e\n");
  overlay_write(o, "records/deep.yaml",
                "record: local_f\ntitle: [[[[[[[[[[[[[[[[[[[[[[[[[[[[a]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n");
  overlay_write(o, "records/other.yml", "record: local_g\n");
  assert_null(overlay_load(o));
  overlay_mistake(o, "records/anchor.yaml", 1, "Anchors (&) are not allowed");
  overlay_mistake(o, "records/anchor.yaml", 2, "Aliases (*) are not allowed");
  overlay_mistake(o, "records/tab.yaml", 3, "This is not YAML");
  overlay_mistake(o, "records/twice.yaml", 3, "This key is there already, at line 2");
  overlay_mistake(o, "records/merge.yaml", 2, "Merge keys are not allowed");
  overlay_mistake(o, "records/tag.yaml", 1, "Tags (!) are not allowed");
  overlay_mistake(o, "records/deep.yaml", 2, "too deep");
  overlay_mistake(o, "records/other.yml", 1, "Name it .yaml");
}

/* A name that stands twice in the shipped model, and files of the wrong kind. */
static void test_duplicates_and_wrong_folder(void **state) {
  struct overlay *o = *state;
  overlay_write(
      o, "records/one.yaml",
      "record: local_a\ntitle: A\nabout: child\ncategory: daily\nfields: [{name: x, type: text, label: X}]\n");
  overlay_write(o, "records/two.yaml", "record: local_a\ntitle: A\n");
  overlay_write(o, "records/duty.yaml", "duty: local_b\n");
  assert_null(overlay_load(o));
  overlay_mistake(o, "records/two.yaml", 1, "“local_a” is there already, at ");
  overlay_mistake(o, "records/duty.yaml", 1, "Begin each document with “record: name”");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_records, overlay_setup, overlay_teardown),
      cmocka_unit_test_setup_teardown(test_duties_and_codes, overlay_setup, overlay_teardown),
      cmocka_unit_test_setup_teardown(test_an_overlay_cannot_widen, overlay_setup, overlay_teardown),
      cmocka_unit_test_setup_teardown(test_yaml_that_is_refused, overlay_setup, overlay_teardown),
      cmocka_unit_test_setup_teardown(test_duplicates_and_wrong_folder, overlay_setup, overlay_teardown)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
