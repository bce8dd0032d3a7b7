/* Where placements are: postcodes, authorities with their successors, providers. */
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/csv.h"
#include "base/error.h"
#include "check/ssda903/provider.h"
#include "check/ssda903/ssda903.h"
#include "prop.h"

static struct arena *arena;
static struct error error;
static char dir[32];

static const char *write_file(const char *name, const char *text) {
  const char *path = arena_printf(arena, "%s/%s", dir, name);
  FILE *f = fopen(path, "we");
  assert_non_null(f);
  fputs(text, f);
  fclose(f);
  return path;
}

static struct place *open_place(void) {
  struct place *p;
  assert_true(place_open(arena, dir, &p, &error));
  return p;
}

static struct place *with_postcodes(void) {
  int64_t n;
  assert_true(place_make_postcodes(KITH_SOURCE_ROOT "/test/check/postcodes.csv", dir, &n, arena, &error));
  assert_int_equal(n, 7);
  return open_place();
}

static void test_postcodes(void **state) {
  (void)state;
  struct place *p = with_postcodes();
  struct spot a = place_find(p, " zz11aa"), b = place_find(p, "ZZ1 1AB");
  assert_true(a.known && a.has_grid && b.known);
  assert_string_equal(a.laua, "E07000105");
  assert_int_equal(a.easting, 600000);
  assert_false(place_find(p, "ZZ9 9ZZ").known);
  assert_false(place_find(p, "").known);
  assert_false(place_find(p, NULL).known);
  assert_false(place_find(p, "ZZ1 1AA ZZ1 1AB").known);
  assert_false(place_find(p, "ZZ1-1AA").known);
  struct spot c = place_find(p, "ZZ5 5AA");
  assert_true(c.known && !c.has_grid);
  /* 15,000 m east and 16,000 m north: 21,931.7 m, 13.63 miles */
  assert_true(place_miles(a, b) > 13.59 && place_miles(a, b) < 13.61);
  place_close(p);
}

static void test_every_postcode_found(void **state) {
  (void)state;
  struct buf b;
  int64_t n;
  buf_init(&b, arena);
  buf_str(&b, "pcds,oseast1m,osnrth1m,oslaua\n");
  for (int i = 0; i < 5000; i++)
    buf_printf(&b, "\"Z%d %dAA\",\"%d\",%d,E0900%04d\n", i / 10, i % 10, 1 + i, 1 + i, i % 40);
  assert_true(place_make_postcodes(write_file("many.csv", buf_text(&b)), dir, &n, arena, &error));
  struct place *p = open_place();
  for (int i = 0; i < 5000; i++) {
    struct spot s = place_find(p, arena_printf(arena, "Z%d %dAA", i / 10, i % 10));
    assert_true(s.known);
    assert_int_equal(s.easting, 1 + i);
    assert_string_equal(s.laua, arena_printf(arena, "E0900%04d", i % 40));
  }
  place_close(p);
}

static void test_postcodes_damaged(void **state) {
  (void)state;
  struct place *p = with_postcodes();
  place_close(p);
  const char *bytes, *path = arena_printf(arena, "%s/postcodes.kith", dir);
  size_t n;
  assert_true(file_read(arena, path, 0, &bytes, &n, &error));
  for (size_t keep = 0; keep < n; keep += 8) {
    assert_int_equal(truncate(path, (off_t)keep), 0);
    if (keep == 0) continue;
    assert_false(place_open(arena, dir, &p, &error));
    FILE *f = fopen(path, "wbe");
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    fclose(f);
  }
}

static void test_postcodes_refused(void **state) {
  (void)state;
  int64_t n;
  assert_false(place_make_postcodes(write_file("a.csv", "postcode,laua\nZZ1 1AA,E0\n"), dir, &n, arena, &error));
  assert_string_equal(error.items[0].column, "easting");
  assert_false(place_make_postcodes(write_file("b.csv", "postcode,laua,easting,northing\n"), dir, &n, arena, &error));
  error_clear(&error);
  assert_false(place_make_postcodes(write_file("c.csv", "postcode,laua,easting,northing\nLONGER THAN ONE,E0,1,1\n"),
                                    dir, &n, arena, &error));
  assert_int_equal(error.items[0].row, 2);
  assert_int_equal(access(arena_printf(arena, "%s/postcodes.kith", dir), F_OK), -1);
}

static void test_authorities(void **state) {
  (void)state;
  struct place *p = place_none(arena);
  date_t before = date_of(2022, 6, 1), after = date_of(2023, 6, 1);
  assert_string_equal(place_authority(p, "886", after)->ons, "E10000016");
  assert_string_equal(place_authority(p, "kent", after)->code, "886");
  assert_string_equal(place_authority(p, "933", before)->ons, "E10000027");
  assert_string_equal(place_authority(p, "933", after)->ons, "E06000066");
  assert_string_equal(place_authority(p, "942", after)->name, "Cumberland");
  assert_null(place_authority(p, "AUTH", after));
  assert_string_equal(place_children_services(p, "E07000105", after), "E10000016");
  assert_string_equal(place_children_services(p, "E07000240", after), "E10000015");
  assert_string_equal(place_children_services(p, "E07000188", before), "E10000027");
  assert_string_equal(place_children_services(p, "E07000188", after), "E06000066");
  assert_string_equal(place_children_services(p, "E08000016", date_of(2026, 1, 1)), "E08000038");
  assert_string_equal(place_children_services(p, "W06000015", after), "W06000015");
}

static void test_own_authorities(void **state) {
  (void)state;
  int64_t n;
  const char *path = write_file("list.csv",
                                "code,ons,name,from,to,successor,upper\n"
                                "999,E99000001,Old shire,,2024-04-01,E99000002,\n"
                                "998,E99000002,New shire,01/04/2024,,E99000001,\n"
                                ",E99000003,A district,,,,E99000001\n");
  assert_true(place_make_authorities(path, dir, &n, arena, &error));
  assert_int_equal(n, 3);
  struct place *p = open_place();
  assert_string_equal(place_children_services(p, "E99000003", date_of(2023, 1, 1)), "E99000001");
  assert_string_equal(place_children_services(p, "E99000003", date_of(2025, 1, 1)), "E99000002");
  assert_string_equal(place_children_services(p, "E07000105", date_of(2025, 1, 1)), "E07000105");
  place_close(p);
  assert_false(place_make_authorities(write_file("bad.csv", "code,ons,name,from,to,successor,upper\n1,E9,x,,soon,,\n"),
                                      dir, &n, arena, &error));
}

static void test_providers(void **state) {
  (void)state;
  static const char text[] =
      "Title of the worksheet,,\nURN,Local authority,Placement code,Deregistration date,Setting address postcode\n"
      "SC1,Kent,\"U1,U2\",01/02/2025,zz1 1aa\nSC1,Kent,K2,,ZZ1 1AB\n,nobody,,,\nSC2,Nowhere,K3,,\n";
  struct place *p = place_none(arena);
  struct provider *list;
  size_t n;
  assert_true(providers_read(arena, p, "ofsted.csv", text, sizeof text - 1, &list, &n, &error));
  assert_int_equal(n, 3);
  assert_false(place_have_providers(p));
  place_set_providers(p, list, n);
  assert_true(place_have_providers(p));
  assert_string_equal(place_provider(p, "SC1")->place_codes, "K2"); /* the registration that is open */
  assert_string_equal(place_provider(p, "SC1")->laua, "E10000016");
  assert_null(place_provider(p, "SC2")->laua);
  assert_null(place_provider(p, "SC3"));
  assert_null(place_provider(p, NULL));
  assert_true(code_listed("U1, U2", "U2") && code_listed("U1,U2", "U1"));
  assert_false(code_listed("U1,U22", "U2") || code_listed("", "U2") || code_listed(NULL, "U2") ||
               code_listed("U1", ""));
}

static void test_providers_in_a_workbook(void **state) {
  (void)state;
  const char *path = arena_printf(arena, "%s/list.csv", dir), *bytes;
  lxw_workbook *w = workbook_new(path);
  workbook_add_worksheet(w, "Cover");
  lxw_worksheet *sheet = workbook_add_worksheet(w, "Providers");
  static const char *const head[] = {"Web link", "URN", "Local authority", "Registration date",
                                     "Setting address postcode"};
  worksheet_write_string(sheet, 0, 0, "A title", NULL);
  for (lxw_col_t i = 0; i < 5; i++) worksheet_write_string(sheet, 3, i, head[i], NULL);
  worksheet_write_string(sheet, 4, 1, "SC7", NULL);
  worksheet_write_string(sheet, 4, 2, "Kent", NULL);
  worksheet_write_number(sheet, 4, 3, 45383, NULL); /* 1 April 2024 */
  worksheet_write_string(sheet, 4, 4, "a, \"quoted\" one", NULL);
  worksheet_write_number(sheet, 6, 1, 2700001, NULL);
  assert_int_equal(workbook_close(w), LXW_NO_ERROR);
  struct place *p = place_none(arena);
  struct provider *list;
  size_t n, size;
  assert_true(file_read(arena, path, 0, &bytes, &size, &error));
  assert_true(providers_read(arena, p, "list.xlsx", bytes, size, &list, &n, &error));
  assert_int_equal(n, 2);
  assert_string_equal(list[0].urn, "SC7");
  assert_string_equal(list[0].laua, "E10000016");
  assert_string_equal(list[0].postcode, "A, \"QUOTED\" ONE");
  assert_int_equal(list[0].registered_on, date_of(2024, 4, 1));
  assert_string_equal(list[1].urn, "2700001");
  for (size_t cut = 4; cut < size; cut += 100) /* cut anywhere: refused, not a crash */
    assert_false(providers_read(arena, p, "list.xlsx", bytes, cut, &list, &n, &error));
}

/* Distance, authority and locality where not given; as given where given. */
static void test_derived(void **state) {
  (void)state;
  struct place *p = with_postcodes();
  struct ssda903 *s = ssda903_new(arena, p);
  static const char text[] =
      "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
      "1,,,,,,,,,,ZZ1 1AA,ZZ1 1AB,\n1,,,,,,,,,,ZZ1 1AA,ZZ2 2AA,\n1,,,,,,,,,,,ZZ2 2AB,\n1,,,,,,,,,,ZZ1 1AA,NONE,\n";
  assert_true(ssda903_add_file(s, "e.csv", text, sizeof text - 1, false, &error));
  struct ssda903_setup u = {.year_ends = 2027, .start = DATE_NONE, .end = DATE_NONE, .authority = "886"};
  assert_true(ssda903_run(s, &u, &error));
  static const char *const want[4][3] = {
      {"E10000016", "IN", "13.6"}, {"E09000033", "OUT", "49.9"}, {"E06000066", "OUT", NULL}, {NULL, NULL, NULL}};
  for (uint32_t r = 0; r < 4; r++)
    for (int k = 0; k < 3; k++) {
      const char *got = ssda903_cell(s, EPISODES, false, r, E_PL_LA + k);
      if (want[r][k])
        assert_string_equal(got, want[r][k]);
      else
        assert_null(got);
    }
  ssda903_free(s);
  place_close(p);
}

static int set_up(void **state) {
  (void)state;
  arena = arena_new();
  error_init(&error, arena);
  strcpy(dir, "/tmp/kith-place-XXXXXX");
  return mkdtemp(dir) ? 0 : -1;
}

static int clear(void **state) {
  (void)state;
  static const char *const names[] = {"postcodes.kith", "authorities.csv", "many.csv", "a.csv",
                                      "b.csv",          "c.csv",           "list.csv", "bad.csv"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) unlink(arena_printf(arena, "%s/%s", dir, names[i]));
  int left = rmdir(dir); /* fails when a file was left behind */
  arena_free(arena);
  return left;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, clear)
int main(void) {
  const struct CMUnitTest tests[] = {TEST(test_postcodes),
                                     TEST(test_every_postcode_found),
                                     TEST(test_postcodes_damaged),
                                     TEST(test_postcodes_refused),
                                     TEST(test_authorities),
                                     TEST(test_own_authorities),
                                     TEST(test_providers),
                                     TEST(test_providers_in_a_workbook),
                                     TEST(test_derived)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
