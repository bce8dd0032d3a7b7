/* A check from files to text, as the command line does it. */
#include <sys/stat.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/error.h"
#include "base/json.h"
#include "check/ssda903/command.h"
#include "prop.h"

static struct arena *arena;
static struct error error;
static char dir[32];
static size_t flags;

static const char HEADER[] =
    "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n1,X,03/09/2012,WBRI,UN1,,\n2,F,31/02/2012,WBRI,UN1,0,\n";

static const char *put(const char *name, const char *text) {
  const char *path = arena_printf(arena, "%s/%s", dir, name);
  FILE *f = fopen(path, "we");
  assert_non_null(f);
  fputs(text, f);
  fclose(f);
  return path;
}

static struct check_command folder_command(void) {
  return (struct check_command){
      .data = dir, .this_dir = arena_printf(arena, "%s/this", dir), .year = "2026-27", .la = "886"};
}

/* What the command prints; NULL when it fails. */
static const char *run(const struct check_command *c) {
  char *text = NULL;
  size_t n;
  FILE *f = open_memstream(&text, &n);
  error_clear(&error);
  bool ok = check_command_run(c, arena, f, &flags, &error);
  fclose(f);
  const char *out = ok ? arena_strdup(arena, text) : NULL;
  free(text);
  return out;
}

static const struct json *rule_of(const char *line, const char *code) {
  const struct json *all = json_parse(arena, line, strlen(line), &error);
  assert_non_null(all);
  return json_get(json_get(all, "rules"), code);
}

static void expect_rows(const struct json *rule, const char *table, int64_t first, size_t n) {
  const struct json *rows = json_get(json_get(rule, "flags"), table);
  assert_string_equal(json_text(json_get(rule, "state")), "ran");
  assert_int_equal(rows ? rows->n : 0, n);
  if (n) assert_int_equal(rows->items[0]->i, first);
}

static void test_json_cases(void **state) {
  (void)state;
  struct check_command c = {.data = dir, .only = "101,102"};
  c.json = put(
      "cases.json",
      "[{\"metadata\":{},\"tables\":{\"Header\":{\"columns\":[\"CHILD\",\"SEX\"],\"rows\":[[\"1\",\"M\"],[2,null]]}}},"
      "{\"tables\":{\"Header_last\":{\"columns\":[],\"rows\":[]}}}]");
  const char *out = run(&c);
  assert_non_null(out);
  const char *second = strchr(out, '\n') + 1;
  expect_rows(rule_of(arena_strndup(arena, out, (size_t)(second - out)), "101"), "Header", 1, 1);
  expect_rows(rule_of(arena_strndup(arena, out, (size_t)(second - out)), "102"), "Header", 0, 2);
  assert_string_equal(json_text(json_get(rule_of(second, "101"), "state")), "not_run");
  assert_string_equal(json_text(json_get(rule_of(second, "101"), "why")), "Header was not given");
  assert_null(strchr(strchr(second, '\n') + 1, '\n'));
  c.json = put("cases.json", "{\"tables\":{\"Nonsense\":{\"columns\":[],\"rows\":[]}}}");
  assert_null(run(&c));
  c.json = put("cases.json", "{\"tables\":{\"Header\":[]}}");
  assert_null(run(&c));
  c.json = put("cases.json", "{\"tables\"");
  assert_null(run(&c));
}

static void test_folder(void **state) {
  (void)state;
  struct check_command c = folder_command();
  put("this/header.csv", HEADER);
  put("this/notes.csv", "a,b,c\n1,2,3\n");
  put("this/readme.txt", "not a table");
  c.format = "json";
  const char *out = run(&c);
  assert_non_null(out);
  expect_rows(rule_of(out, "101"), "Header", 0, 1);
  expect_rows(rule_of(out, "102"), "Header", 1, 1);
  assert_string_equal(json_text(json_get(rule_of(out, "142"), "state")), "not_run");
  assert_non_null(strstr(out, "this/notes.csv"));
  assert_null(strstr(out, "readme"));
  assert_true(flags >= 2);
  c.format = NULL;
  out = run(&c);
  assert_non_null(strstr(out, "child 1, Header row 2: SEX X"));
  assert_non_null(strstr(out, "not run: 142: Episodes was not given"));
  c.format = "csv";
  assert_non_null(strstr(run(&c), "101,ran,error,Header,2,1,SEX X,"));
}

static void test_workbook(void **state) {
  (void)state;
  struct check_command c = folder_command();
  put("this/header.csv", HEADER);
  c.format = "xlsx";
  assert_null(run(&c));
  c.out = arena_printf(arena, "%s/out.xlsx", dir);
  assert_non_null(run(&c));
  struct stat st;
  assert_int_equal(stat(c.out, &st), 0);
  assert_true(st.st_size > 2000);
  c.out = arena_printf(arena, "%s/not/there.xlsx", dir);
  assert_null(run(&c));
}

static void test_years(void **state) {
  (void)state;
  struct check_command c = folder_command();
  put("this/header.csv", HEADER);
  c.only = "101,700"; /* 700 came in with 2026-27 */
  c.format = "json";
  c.year = "2022-23";
  const char *out = run(&c);
  assert_non_null(out);
  expect_rows(rule_of(out, "101"), "Header", 0, 2); /* when the codes were 1 and 2 */
  assert_string_equal(json_text(json_get(rule_of(out, "700"), "why")), "it is not a rule of this collection year");
  static const char *const wrong[] = {"26-27", "2026-28", "", "next"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    c.year = wrong[i];
    assert_null(run(&c));
  }
  c.year = "2027";
  assert_non_null(run(&c));
}

static void test_refused(void **state) {
  (void)state;
  struct check_command c = folder_command();
  assert_null(run(&c)); /* an empty folder */
  c.this_dir = "/nowhere/at/all";
  assert_null(run(&c));
  c.this_dir = NULL;
  assert_null(run(&c));
  c.explain = "no such rule";
  assert_null(run(&c));
  c.explain = "101";
  assert_non_null(strstr(run(&c), "flags the rows that have a star"));
}

static int set_up(void **state) {
  (void)state;
  arena = arena_new();
  error_init(&error, arena);
  strcpy(dir, "/tmp/kith-check-XXXXXX");
  return mkdtemp(dir) && mkdir(arena_printf(arena, "%s/this", dir), 0700) == 0 ? 0 : -1;
}

static int clear(void **state) {
  (void)state;
  static const char *const names[] = {"cases.json",      "this/header.csv", "this/notes.csv",
                                      "this/readme.txt", "out.xlsx",        "this"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) remove(arena_printf(arena, "%s/%s", dir, names[i]));
  int left = rmdir(dir);
  arena_free(arena);
  return left;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, clear)
int main(void) {
  const struct CMUnitTest tests[] = {TEST(test_json_cases), TEST(test_folder), TEST(test_workbook), TEST(test_years),
                                     TEST(test_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
