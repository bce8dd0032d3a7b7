/* Files of the looked-after children return as they come: well made, oddly made, cut, swapped, and not tables at all.
 * */
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "check/ssda903/ssda903.h"
#include "prop.h"

static struct arena *arena;
static struct place *nowhere;

/* A small upload: the text of each table, rows of n children. */
static const char *table_text(enum table t, int n) {
  static const char *const rows[N_TABLES] = {
      [HEADER] = "%06d,F,03/09/2012,WBRI,UN1,0,\r\n",
      [EPISODES] = "%06d,01/05/2026,S,C2,N1,U1,PR1,,,,ZZ1 1AA,ZZ1 1AB,SC000001\r\n",
      [REVIEWS] = "%06d,03/09/2012,01/06/2026,PN1\r\n",
      [UASC] = "%06d,F,03/09/2012,03/09/2030\r\n",
      [OC2] = "%06d,03/09/2012,17,,0,,1,1,1,0,,\r\n",
      [OC3] = "%06d,03/09/2012,YES,F1,B1\r\n",
      [AD1] = "%06d,03/09/2012,01/06/2026,01/07/2026,0,2,MF,L2\r\n",
      [PLACED_ADOPTION] = "%06d,03/09/2012,01/06/2026,,\r\n",
      [PREV_PERM] = "%06d,03/09/2012,Z1,,\r\n",
      [MISSING] = "%06d,03/09/2012,M,01/06/2026,02/06/2026\r\n",
      [SW_EPISODES] = "%06d,03/09/2012,SW000001,01/05/2026,,FCONTA\r\n",
      [DOLO] = "%06d,03/09/2012,01/06/2026,02/06/2026\r\n"};
  struct buf b;
  buf_init(&b, arena);
  for (int i = 0; i < tables[t].n_file; i++) buf_printf(&b, "%s%s", i ? "," : "", tables[t].columns[i]);
  buf_str(&b, "\r\n");
  for (int i = 0; i < n; i++) {
    const char *row = rows[t];
    buf_printf(&b, "%06d%s", 100 + i, row + strlen("%06d"));
  }
  return buf_text(&b);
}

static bool add(struct ssda903 *s, const char *name, const void *bytes, size_t n, struct error *e) {
  error_init(e, arena);
  return ssda903_add_file(s, name, bytes, n, false, e);
}

static bool add_text(struct ssda903 *s, const char *text, struct error *e) {
  return add(s, "file", text, strlen(text), e);
}

static void run(struct ssda903 *s) {
  struct error e;
  error_init(&e, arena);
  struct ssda903_setup u = {.year_ends = 2027, .start = DATE_NONE, .end = DATE_NONE, .authority = "886", .threads = 1};
  assert_true(ssda903_run(s, &u, &e));
}

static const char *all_notes(const struct ssda903 *s) {
  const struct ssda903_note *notes;
  size_t n = ssda903_notes(s, &notes);
  struct buf b;
  buf_init(&b, arena);
  for (size_t i = 0; i < n; i++) buf_printf(&b, "%ld %s\n", notes[i].row, notes[i].text);
  return buf_text(&b);
}

static void test_known_by_columns(void **state) {
  (void)state;
  struct ssda903 *s = ssda903_new(arena, nowhere);
  struct error e;
  for (int t = 0; t < N_TABLES; t++) {
    assert_true(add_text(s, table_text((enum table)t, 3), &e));
    assert_int_equal(ssda903_rows(s, (enum table)t, false), 3);
  }
  assert_string_equal(all_notes(s), "");
  run(s);
  assert_int_equal(ssda903_children(s), 3);
  ssda903_free(s);
}

static void test_tidied(void **state) {
  (void)state;
  struct ssda903 *s = ssda903_new(arena, nowhere);
  struct error e;
  assert_true(add_text(s, " Review_Code ;dob; CHILD;REVIEW;NOTE\n pn1 ; 3/9/2012;\t12ab ;31/02/2026;x\n", &e));
  assert_string_equal(ssda903_cell(s, REVIEWS, false, 0, CHILD), "12AB");
  assert_string_equal(ssda903_cell(s, REVIEWS, false, 0, R_CODE), "PN1");
  assert_non_null(strstr(all_notes(s), "column NOTE is not one of Reviews"));
  ssda903_free(s);
}

static void test_column_lacking(void **state) {
  (void)state;
  struct ssda903 *s = ssda903_new(arena, nowhere);
  struct error e;
  assert_true(add_text(s, "CHILD,DOB,REVIEW,REVIEW\n1,,01/06/2026,2\n", &e));
  assert_non_null(strstr(all_notes(s), "column REVIEW_CODE of Reviews is not there"));
  assert_non_null(strstr(all_notes(s), "column REVIEW stands twice"));
  assert_string_equal(ssda903_cell(s, REVIEWS, false, 0, R_REVIEW), "01/06/2026");
  ssda903_free(s);
}

static void test_encodings(void **state) {
  (void)state;
  static const struct {
    const char *bytes;
    size_t n;
    const char *said;
  } files[] = {
      {"\xEF\xBB\xBF"
       "CHILD,DOB,REVIEW,REVIEW_CODE\n1,,,\n",
       36, "byte-order mark"},
      {"CHILD,DOB,REVIEW,REVIEW_CODE\nZo\xEB,,,\n", 36, "Windows-1252"},
  };
  for (size_t i = 0; i < 2; i++) {
    struct ssda903 *s = ssda903_new(arena, nowhere);
    struct error e;
    assert_true(add(s, "r.csv", files[i].bytes, files[i].n, &e));
    assert_non_null(strstr(all_notes(s), files[i].said));
    assert_int_equal(ssda903_rows(s, REVIEWS, false), 1);
    ssda903_free(s);
  }
  const char *text = table_text(REVIEWS, 5);
  size_t n = strlen(text);
  char *wide = arena_alloc(arena, 2 * n + 2);
  memcpy(wide, "\xFF\xFE", 2);
  for (size_t i = 0; i < n; i++) wide[2 + 2 * i] = text[i];
  struct ssda903 *s = ssda903_new(arena, nowhere);
  struct error e;
  assert_true(add(s, "r.csv", wide, 2 * n + 2, &e));
  assert_int_equal(ssda903_rows(s, REVIEWS, false), 5);
  assert_non_null(strstr(all_notes(s), "UTF-16"));
  ssda903_free(s);
}

static void test_dates(void **state) {
  (void)state;
  struct ssda903 *s = ssda903_new(arena, nowhere);
  struct error e;
  assert_true(
      add_text(s, "CHILD,DOB,REVIEW,REVIEW_CODE\n1,03/09/2012,2026-06-01,PN1\n2,03-09-2012,01/13/2026,PN1\n", &e));
  assert_non_null(strstr(all_notes(s), "2 1 date is written year-month-day"));
  assert_true(cell_is((struct cell){ssda903_cell(s, REVIEWS, false, 1, R_DOB), 0, 0}, "03-09-2012"));
  ssda903_free(s);
}

static void refuse(const void *bytes, size_t n, const char *said) {
  struct ssda903 *s = ssda903_new(arena, nowhere);
  struct error e;
  assert_false(add(s, "odd.csv", bytes, n, &e));
  const char *what = e.n_items && e.items[0].expected ? e.items[0].expected : e.message;
  if (!strstr(what, said)) fail_msg("\"%s\" does not say \"%s\"", what, said);
  assert_true(add_text(s, table_text(HEADER, 2), &e)); /* the rest is checked */
  run(s);
  assert_int_equal(ssda903_children(s), 2);
  ssda903_free(s);
}

static void test_refused(void **state) {
  (void)state;
  refuse("", 0, "empty");
  refuse("PK\3\4rest of it", 15, "zip");
  refuse("a,b,c\n1,2,3\n", 12, "twelve tables");
  refuse("CHILD,REVIEW\n1,,\n", 17, "Reviews: these are not there: DOB, REVIEW_CODE");
  refuse("CHILD,SEX,DOB\n1,,\n", 18, "twelve tables");
  refuse("<html><body>no</body></html>", 28, "EXPSSDA903");
  refuse("\0\1\2\3\4\5\6\7", 8, "not text");
}

static void test_two_files_of_one_table(void **state) {
  (void)state;
  struct ssda903 *s = ssda903_new(arena, nowhere);
  struct error e;
  assert_true(add_text(s, table_text(OC3, 4), &e));
  assert_false(add_text(s, table_text(OC3, 2), &e));
  assert_non_null(strstr(e.items[0].expected, "another OC3"));
  assert_int_equal(ssda903_rows(s, OC3, false), 4);
  ssda903_free(s);
}

/* Whatever a file was cut to, it is read or refused, the rules run, and rows before the cut are as they were. */
static void test_cut_anywhere(void **state) {
  (void)state;
  for (int t = 0; t < N_TABLES; t++) {
    const char *whole = table_text((enum table)t, 40);
    size_t n = strlen(whole);
    for (size_t cut = 0; cut < n; cut += 100) {
      struct ssda903 *s = ssda903_new(arena, nowhere);
      struct error e;
      char *bytes = malloc(cut + 1); /* of its own, so that a read beyond the end shows */
      memcpy(bytes, whole, cut);
      bool read = add(s, "cut.csv", bytes, cut, &e);
      free(bytes);
      assert_true(read || e.message);
      size_t rows = ssda903_rows(s, (enum table)t, false);
      for (uint32_t r = 0; r + 1 < rows; r++)
        assert_string_equal(ssda903_cell(s, (enum table)t, false, r, CHILD), arena_printf(arena, "%06u", 100 + r));
      run(s);
      ssda903_free(s);
    }
  }
}

/* Any two columns changed about under their names: read, checked, never a crash. */
static void test_columns_swapped(void **state) {
  (void)state;
  for (int t = 0; t < N_TABLES; t++) {
    struct error e;
    for (int x = 0; x < tables[t].n_file; x++)
      for (int y = x + 1; y < tables[t].n_file; y++) {
        struct buf b;
        buf_init(&b, arena);
        for (int i = 0; i < tables[t].n_file; i++)
          buf_printf(&b, "%s%s", i ? "," : "", tables[t].columns[i == x ? y : i == y ? x : i]);
        buf_str(&b, strstr(table_text((enum table)t, 2), "\r\n"));
        struct ssda903 *s = ssda903_new(arena, nowhere);
        assert_true(add(s, "swapped.csv", b.data, b.len, &e));
        run(s);
        ssda903_free(s);
      }
  }
}

static const char xml_return[] =
    "<?xml version=\"1.0\"?>\n<EXPSSDA903>\n"
    "<CHILD><HEADER><CHILDID>111</CHILDID><SEX>F</SEX><DOB>03/09/2012</DOB><ETHNIC>WBRI</ETHNIC>"
    "<UASC>1</UASC><DUC>03/09/2030</DUC><AREVIEW><REVIEW>01/06/2026</REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW>"
    "<AREVIEW><REVIEW>01/12/2026</REVIEW><REVIEW_CODE>PN2</REVIEW_CODE></AREVIEW></HEADER>\n"
    "<EPISODE><DECOM>01/05/2026</DECOM><RNE>S</RNE><PL>U1</PL></EPISODE></CHILD>\n"
    "<CHILD><HEADER><CHILDID>222</CHILDID><SEX>M</SEX><DOB>04/09/2012</DOB><IN_TOUCH>YES</IN_TOUCH><ODD>1</ODD></"
    "HEADER>"
    "</CHILD>\n</EXPSSDA903>\n";

static void test_xml(void **state) {
  (void)state;
  struct ssda903 *s = ssda903_new(arena, nowhere);
  struct error e;
  assert_true(add_text(s, xml_return, &e));
  assert_int_equal(ssda903_rows(s, HEADER, false), 2);
  assert_int_equal(ssda903_rows(s, REVIEWS, false), 2);
  assert_int_equal(ssda903_rows(s, UASC, false), 1);
  assert_int_equal(ssda903_rows(s, OC3, false), 1);
  assert_string_equal(ssda903_cell(s, REVIEWS, false, 1, R_DOB), "03/09/2012");
  assert_string_equal(ssda903_cell(s, EPISODES, false, 0, E_PLACE), "U1");
  assert_string_equal(ssda903_cell(s, UASC, false, 0, U_SEX), "F");
  assert_string_equal(ssda903_cell(s, OC3, false, 0, CHILD), "222");
  assert_non_null(strstr(all_notes(s), "ODD"));
  assert_false(add_text(s, table_text(HEADER, 1), &e));
  run(s);
  assert_int_equal(ssda903_children(s), 2);
  ssda903_free(s);
}

static void test_xml_cut_anywhere(void **state) {
  (void)state;
  for (size_t cut = 0; cut < strlen(xml_return); cut += 7) {
    struct ssda903 *s = ssda903_new(arena, nowhere);
    struct error e;
    char *bytes = malloc(cut + 1);
    memcpy(bytes, xml_return, cut);
    bool read = add(s, "cut.xml", bytes, cut, &e);
    free(bytes);
    assert_true(read || e.message);
    if (read) assert_true(ssda903_rows(s, HEADER, false) >= 1);
    run(s);
    ssda903_free(s);
  }
}

static void test_xml_without_outside(void **state) {
  (void)state;
  static const char evil[] =
      "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>"
      "<EXPSSDA903><CHILD><HEADER><CHILDID>&e;</CHILDID></HEADER></CHILD></EXPSSDA903>";
  refuse(evil, sizeof evil - 1, "document type");
}

/* 200 MB of reviews: read to the end within the time of a test. */
static void test_large_file(void **state) {
  (void)state;
  const char *head = table_text(REVIEWS, 0), *row = "000100,03/09/2012,01/06/2026,PN1\r\n";
  size_t n = strlen(head), each = strlen(row), rows = 200000000 / each;
  char *bytes = malloc(n + rows * each);
  assert_non_null(bytes);
  memcpy(bytes, head, n);
  for (size_t i = 0; i < rows; i++) memcpy(bytes + n + i * each, row, each);
  struct arena *own = arena_new();
  struct ssda903 *s = ssda903_new(own, nowhere);
  struct error e;
  error_init(&e, own);
  assert_true(ssda903_add_file(s, "large.csv", bytes, n + rows * each, false, &e));
  assert_int_equal(ssda903_rows(s, REVIEWS, false), rows);
  free(bytes);
  ssda903_free(s);
  arena_free(own);
}

static int set_up(void **state) {
  (void)state;
  arena = arena_new();
  nowhere = place_none(arena);
  return 0;
}

static int clear(void **state) {
  (void)state;
  arena_free(arena);
  return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, clear)
int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_known_by_columns),
      TEST(test_tidied),
      TEST(test_column_lacking),
      TEST(test_encodings),
      TEST(test_dates),
      TEST(test_refused),
      TEST(test_two_files_of_one_table),
      TEST(test_cut_anywhere),
      TEST(test_columns_swapped),
      TEST(test_xml),
      TEST(test_xml_cut_anywhere),
      TEST(test_xml_without_outside),
      TEST(test_large_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
