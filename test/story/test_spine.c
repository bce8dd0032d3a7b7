/* The spine: one child, one plan, from a real upload to an approved plan and its disposal, through the engine; and
 * two authorities in one installation whose children have the same numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "duty/duty.h"
#include "play.h"

#define SET SHARED "/conformance/ssda903/sets/n300clean/this"
#define SCHOOLS SHARED "/data/schools/gias_testrows_60.csv"
#define LINKS SHARED "/data/schools/school_links_2025-04-22.csv.gz"
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static const char people[] =
    "row,child,forenames,surname,known_as,email,telephone,role,organisation,organisation_kind,urn,team,relationship,"
    "parental_responsibility,from,until\r\n"
    "name,100000,Ada Mary,O'Neill,Ada,,,,,,,,,,,\r\n"
    "name,100007,Bo,Small,,,,,,,,,,,,\r\n"
    "person,,Sam,Okafor,,sam@council.example,,social_worker,,,,North team,,,01/09/2024,\r\n"
    "person,,Max,Idle,,max@council.example,,class_teacher,Hill School,school,130000,,,,01/09/2024,\r\n"
    "person,,Jo,Patel,,jo@school.example,,designated_teacher,Hill School,school,130000,,,,01/09/2023,\r\n"
    "person,,Ned,Far,,ned@other.example,,designated_teacher,Dale School,school,130001,,,,01/09/2023,\r\n"
    "person,,Vi,Castellanos,,vi@council.example,,virtual_school_adviser,,,,Virtual school,,,01/09/2022,\r\n"
    "works_with,100000,,,,sam@council.example,,social_worker,,,,North team,,,04/01/2027,\r\n"
    "works_with,100000,,,,vi@council.example,,virtual_school_adviser,,,,Virtual school,,,04/01/2027,\r\n"
    "carer,100000,Lee,Marsh,,lee@home.example,,foster_carer,,,,,,,14/02/2027,\r\n"
    "family,100000,Mary,O'Neill,,,,,,,,,mother,yes,,\r\n";
/* The other authority's people: other names, the same numbers. */
static const char other_people[] =
    "row,child,forenames,surname,email,role,urn,organisation,organisation_kind,from\r\n"
    "name,100000,Zebedee,Quantock,,,,,,\r\n"
    "person,,Tom,Elsewhere,tom@far.example,social_worker,,,,01/09/2024\r\n"
    "person,,Jo,Patel,jo@school.example,designated_teacher,130000,Hill School,school,01/09/2023\r\n"
    "works_with,100000,,,tom@far.example,social_worker,,,,04/01/2027\r\n";
static const char roll[] = "child,urn,kind,year_group,class,from\r\n100000,130000,main,9,9B,01/09/2026\r\n";

static struct installation in;
static const struct authority *of(const char *code) {
  return engine_authority(in.engine, code);
}

static const struct step arrival[] = {
    {"authority", &comes_in, "schools", SCHOOLS " links.csv", 60 + 33801},
    {"authority", &comes_in, "schools", SCHOOLS " links.csv", 0},
    {"authority", &comes_in, "ssda903", SET, -1},
    {"authority", &comes_in, "ssda903", SET, 0},
    {"authority", &comes_in, "people", "people.csv", -1},
    {"authority", &comes_in, "people", "people.csv", 0},
    {"authority", &comes_in, "roll", "roll.csv", -1},
    {"authority", &comes_in, "roll", "roll.csv", 0},
    {"authority", &comes_in, "ssda903", SET, 0}, /* what people and roll brought stays */
};

static const struct step plan[] = {
    {"sam@council.example", &opens},
    {"sam@council.example", &reads, "child.surname", "O'Neill"},
    {"sam@council.example", &reads, "legal_status.status", "C2"},
    {"sam@council.example", &reads, "placement.kind", "K2"},
    {"sam@council.example", &owes, "pep_initiated", NULL, DUTY_OVERDUE},
    {"jo@school.example", &initiates, NULL, "initiated_on=12/1/2027", .expects = ERR_DENIED},
    {"sam@council.example", &initiates, NULL, "initiated_on=12/1/2027; term=spring; care_plan=Stay near school"},
    {"sam@council.example", &owes, "pep_initiated", NULL, DUTY_MET},
    {"jo@school.example", &lists, "child", NULL, 1},
    {"jo@school.example", &counts, "pep", NULL, 1},
    {"jo@school.example", &reads, "pep.term", "spring"},
    {"jo@school.example", &may_not_read, "placement.home_postcode"},
    {"max@council.example", &opens}, /* a class teacher sees that the pupil is there, not why */
    {"max@council.example", &lists, "pep", NULL, 0},
    {"max@council.example", &reads, "pep.term", "", .expects = ERR_NOT_FOUND},
    {"jo@school.example", &fills, "attendance", "attendance_percent=94.5; suspensions=0"},
    {"jo@school.example", &fills, "attendance", "attendance_percent=90.0", .base = 1, .expects = ERR_CONFLICT},
    {"jo@school.example", &fills, "social_worker_views", "social_worker_view=Mine", .expects = ERR_DENIED},
    {"jo@school.example", &moves, "submitted", NULL, .expects = ERR_DENIED}, /* not before the meeting */
    {"100000", &fills, "my_views", "view=I want to stay with my friends; ambitions=Vet"},
    {"jo@school.example", &fills, "my_views", "view=The child is content", .expects = ERR_DENIED},
    {"jo@school.example", &fills, "meeting", "meeting_on=20/1/2027"},
    {"jo@school.example", &moves, "met", NULL},
    {"jo@school.example", &moves, "submitted", NULL, .expects = ERR_INPUT}, /* three things are missing */
    {"jo@school.example", &fills, "attainment", "phase=key_stage_3; progress_summary=Two grades up in science"},
    {"jo@school.example", &fills, "meeting", "view_taken=spoken; completed_on=22/1/2027; next_review_on=22/6/2027"},
    {"jo@school.example", &adds, "pep_target", "area=literacy; target=Reads a chapter a week; measure=Reading log"},
    {"vi@council.example", &adds, "pep_target", "area=literacy; target=Mine", .expects = ERR_DENIED},
    {"jo@school.example", &moves, "submitted", NULL},
    {"jo@school.example", &moves, "approved", NULL, .expects = ERR_DENIED},
    {"vi@council.example", &moves, "returned", "", .expects = ERR_INPUT}, /* not without a reason */
    {"vi@council.example", &moves, "returned", "Say who reads with the child"},
    {"jo@school.example", &adds, "pep_action", "what=Buddy reader on Tuesdays; who=Jo Patel; due_on=2/2/2027"},
    {"jo@school.example", &moves, "submitted", NULL},
    {"vi@council.example", &moves, "approved", NULL, .expects = ERR_INPUT}, /* not without a rating */
    {"vi@council.example", &fills, "quality", "quality_rating=green"},
    {"vi@council.example", &moves, "approved", NULL},
    {"vi@council.example", &shows_frozen, NULL, NULL, 1},
    {"jo@school.example", &fills, "attendance", "attendance_percent=99.0", .expects = ERR_DENIED}, /* frozen */
    {"100000", &reads, "pep.progress_summary", "Two grades up in science"},
    {"100000", &reads, "pep.quality_rating", "green"},
    {"100000", &shows_frozen, NULL, NULL, 1},
    {"lee@home.example", &reads, "pep.view", "I want to stay with my friends"},
    {"sam@council.example", &tells, "attendance_percent", "Jo Patel", 1},
    {"sam@council.example", &tells, "view", "Ada Mary O'Neill", 1},
};

static const struct step stranger[] = {
    {"ned@other.example", &opens, .expects = ERR_NOT_FOUND},
    {"ned@other.example", &reads, "pep.term", "", .expects = ERR_NOT_FOUND},
    {"ned@other.example", &lists, "child", NULL, 0},
    {"ned@other.example", &counts, "child", NULL, 0},
    {"ned@other.example", &lists, "pep", NULL, 0},
    {"ned@other.example", &counts, "pep_target", NULL, 0},
    {"ned@other.example", &finds, "O'Neill", NULL, 0},
    {"ned@other.example", &finds, "100000", NULL, 0},
    {"ned@other.example", &finds, "5/3/2012", NULL, 0},
    {"ned@other.example", &tells, "view", NULL, .expects = ERR_NOT_FOUND},
    {"100007", &opens, .expects = ERR_NOT_FOUND}, /* another child is a stranger too */
    {"100007", &finds, "O'Neill", NULL, 0},
    {"jo@school.example", &finds, "oneil", NULL, 1},
    {"jo@school.example", &finds, "5 March 2012", NULL, 1},
    {"sam@council.example", &finds, "100000", NULL, 1},
};

static const struct step disposal[] = {
    {"sam@council.example", &disposes, "social_work", "Asked", .expects = ERR_DENIED},
    {"authority", &disposes, "education_plan", "", .expects = ERR_INPUT},
    {"authority", &disposes, "education_plan", "Seventy-five years after birth"},
    {"sam@council.example", &reads, "child.surname", "O'Neill"},
    {"sam@council.example", &reads, "pep.progress_summary", ""},
};

static void plays(struct stage *s, const char *code, const struct step *steps, size_t n) {
  if (!play(s, code, steps, n)) fail_msg("the story broke off");
}
#define PLAY(s, code, steps) plays(s, code, steps, COUNT(steps))

static struct stage here = {.in = &in, .local_id = "100000"};

static void test_arrival(void **state) {
  (void)state;
  PLAY(&here, "886", arrival);
  assert_int_equal(installation_ask(&in, "886", "select count(*) from child"), 480);
  assert_int_equal(installation_ask(&in, NULL, "select count(*) from school"), 60);
  assert_true(installation_sound(&in));
}

static void test_plan(void **state) {
  (void)state;
  PLAY(&here, "886", plan);
  assert_true(installation_sound(&in));
}

static void test_stranger(void **state) {
  (void)state;
  PLAY(&here, "886", stranger);
}

/* Nothing of one authority is in the other's store, whatever numbers are the same. */
static void test_two_authorities(void **state) {
  static const struct step there[] = {
      {"authority", &comes_in, "ssda903", SET, -1},
      {"authority", &comes_in, "people", "other.csv", -1},
      {"authority", &comes_in, "roll", "roll.csv", -1},
      {"tom@far.example", &reads, "child.surname", "Quantock"},
      {"tom@far.example", &counts, "pep", NULL, 0},
      {"jo@school.example", &lists, "child", NULL, 1}, /* teaches in both and sees of each what is its own */
      {"jo@school.example", &reads, "child.surname", "Quantock"},
      {"jo@school.example", &lists, "pep", NULL, 0},
      {"tom@far.example", &initiates, NULL, "initiated_on=1/2/2027; term=summer"},
  };
  static const struct step back[] = {
      {"jo@school.example", &reads, "pep.term", "spring"},
      {"jo@school.example", &lists, "pep", NULL, 1},
      {"sam@council.example", &finds, "Quantock", NULL, 0},
      {"sam@council.example", &reads, "child.surname", "O'Neill"},
  };
  (void)state;
  struct stage far = {.in = &in, .local_id = "100000"};
  uint64_t before = installation_digest(&in, "886"), empty = installation_digest(&in, "887");
  PLAY(&far, "887", there);
  assert_true(installation_digest(&in, "886") == before);
  assert_true(installation_digest(&in, "887") != empty);
  uint64_t theirs = installation_digest(&in, "887");
  PLAY(&here, "886", back);
  assert_true(installation_digest(&in, "887") == theirs);
  assert_int_equal(installation_ask(&in, "887", "select count(*) from child where surname = 'O''Neill'"), 0);
  assert_true(installation_sound(&in));
}

static void test_disposal(void **state) {
  (void)state;
  uint64_t theirs = installation_digest(&in, "887");
  PLAY(&here, "886", disposal);
  assert_true(installation_digest(&in, "887") == theirs);
  assert_true(installation_sound(&in));
}

static int begin(void **state) {
  static const char *const codes[] = {"886", "887", NULL};
  (void)state;
  if (!installation_make(&in, "2027-04-12T09:00:00Z", codes) ||
      !installation_run(&in, "gunzip -c '%s' > '%s/in/links.csv'", LINKS, in.dir))
    return -1;
  installation_text(&in, "people.csv", people);
  installation_text(&in, "other.csv", other_people);
  installation_text(&in, "roll.csv", roll);
  return of("887") ? 0 : -1;
}

static int end(void **state) {
  (void)state;
  installation_end(&in);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_arrival), cmocka_unit_test(test_plan),
                                     cmocka_unit_test(test_stranger), cmocka_unit_test(test_two_authorities),
                                     cmocka_unit_test(test_disposal)};
  if (access(SET, R_OK) != 0) return puts("1..0 # SKIP ../shared is not there"), 0;
  return cmocka_run_group_tests(tests, begin, end);
}
