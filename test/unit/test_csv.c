#include "base/csv.h"
#include "base/error.h"
#include "prop.h"

static struct arena *arena;
static struct error error;

static struct csv *open_bytes(const char *bytes, size_t n) {
  error_init(&error, arena);
  return csv_open(arena, "t.csv", bytes, n, &error);
}
static struct csv *open_text(const char *s) {
  return open_bytes(s, strlen(s));
}

/* The next row as "number:line:status[cell|cell]", "end" after the last. */
static const char *next(struct csv *c) {
  static const char *const names[] = {"ok", "unterminated", "stray", "many", "few", "nul"};
  struct csv_row row;
  struct buf b;
  if (!csv_next(c, &row)) return "end";
  assert_int_equal(row.n, csv_columns(c));
  buf_init(&b, arena);
  buf_printf(&b, "%ld:%ld:%s[", row.row_number, row.line, names[row.status]);
  for (size_t i = 0; i < row.n; i++) buf_printf(&b, "%s%s", i ? "|" : "", row.cells[i]);
  buf_char(&b, ']');
  return buf_text(&b);
}

static void test_plain(void **state) {
  (void)state;
  struct csv *c = open_text("a, b ,c\r\n1,2,3\r\n\"x,y\",\"say \"\"hi\"\"\",\"two\r\nlines\"\n\n  \n4,5,\r\r7,,9");
  assert_int_equal(csv_columns(c), 3);
  assert_string_equal(csv_column(c, 1), "b");
  assert_null(csv_column(c, 3));
  assert_int_equal(csv_encoding(c), CSV_UTF8);
  assert_int_equal(csv_separator(c), ',');
  assert_string_equal(next(c), "2:2:ok[1|2|3]");
  assert_string_equal(next(c), "3:3:ok[x,y|say \"hi\"|two\r\nlines]");
  assert_string_equal(next(c), "6:7:ok[4|5|]");
  assert_string_equal(next(c), "8:9:ok[7||9]");
  assert_string_equal(next(c), "end");
  assert_string_equal(next(c), "end");
}

static void test_find(void **state) {
  (void)state;
  struct csv *c = open_text("Child ID,date of birth,\xC2\xA0URN \nx,y,z\n");
  assert_int_equal(csv_find(c, "CHILDID"), 0);
  assert_int_equal(csv_find(c, "Date Of Birth"), 1);
  assert_int_equal(csv_find(c, "urn"), 2);
  assert_int_equal(csv_find(c, "child"), -1);
}

static void test_separators(void **state) {
  (void)state;
  static const char marks[] = ",;\t|";
  for (const char *m = marks; *m; m++) {
    struct csv *c = open_text(arena_printf(arena, "a%c\"b,b,b;;;||||\t\t\t\"%cc\n1%c2%c3\n", *m, *m, *m, *m));
    assert_int_equal(csv_separator(c), *m);
    assert_string_equal(next(c), "2:2:ok[1|2|3]");
  }
  struct csv *alone = open_text("a\n1\n");
  assert_int_equal(csv_separator(alone), ',');
  assert_string_equal(next(alone), "2:2:ok[1]");
  struct csv *tabs = open_text("a\tb\n\t\n1\t2");
  assert_string_equal(next(tabs), "2:2:ok[|]");
  assert_string_equal(next(tabs), "3:3:ok[1|2]");
}

static void test_faults(void **state) {
  (void)state;
  struct csv *c = open_text("a,b\n1\n1,2,3\n1,2,,\n5\" pipe,x\n\"x\"y,z\nno fault,\n\"q,r\n3,4\n");
  assert_string_equal(next(c), "2:2:few[1|]");
  assert_string_equal(next(c), "3:3:many[1|2]");
  assert_string_equal(next(c), "4:4:ok[1|2]");
  assert_string_equal(next(c), "5:5:stray[5\" pipe|x]");
  assert_string_equal(next(c), "6:6:stray[xy|z]");
  assert_string_equal(next(c), "7:7:ok[no fault|]");
  assert_string_equal(next(c), "8:8:unterminated[q,r|]");
  assert_string_equal(next(c), "end");
  /* The line of the quote, not of the record, when the record began before. */
  c = open_text("a,b\n\"one\ntwo\",\"open\nrest");
  assert_string_equal(next(c), "2:3:unterminated[one\ntwo|open]");
  static const char nul[] = "a,b\nx\0y,z\n1,2";
  c = open_bytes(nul, sizeof nul - 1);
  assert_string_equal(next(c), "2:2:nul[xy|z]");
  assert_string_equal(next(c), "3:3:ok[1|2]");
}

static void test_columns_without_name(void **state) {
  (void)state;
  struct csv *c = open_text("title,,,\nURN,Name\n1,x,y,z\n");
  assert_int_equal(csv_columns(c), 4);
  assert_string_equal(next(c), "2:2:ok[URN|Name||]");
  assert_string_equal(next(c), "3:3:ok[1|x|y|z]");
}

static void test_row_check(void **state) {
  (void)state;
  struct csv_row row;
  struct csv *c = open_text("a,b\n1,2\n1\n");
  assert_true(csv_next(c, &row) && csv_row_check(c, &row, &error));
  assert_true(csv_next(c, &row));
  assert_false(csv_row_check(c, &row, &error));
  assert_int_equal(error.n_items, 1);
  assert_int_equal(error.items[0].row, 3);
  assert_string_equal(error.items[0].file, "t.csv");
  assert_string_equal(error.items[0].expected, "as many cells as the header has");
}

static void refused(const char *bytes, size_t n, const char *words) {
  assert_null(open_bytes(bytes, n));
  assert_int_equal(error.kind, ERR_INPUT);
  if (!strstr(error.message, words) || !strstr(error.message, "t.csv")) fail_msg("%s", error.message);
}

static void test_refused(void **state) {
  (void)state;
  refused("", 0, "empty");
  refused(NULL, 0, "empty");
  refused("\xEF\xBB\xBF", 3, "no header");
  refused("\xFF\xFE", 2, "no header");
  refused("\r\n \n\n", 5, "no header");
  refused(",,,\n1,2,3", 9, "no column names");
  refused("PK\3\4....", 8, "Excel workbook or zip");
  refused("\xD0\xCF\x11\xE0\xA1", 5, "old Excel");
  refused("%PDF-1.7", 8, "PDF");
  refused("\x1F\x8B\x08", 3, "gzip");
  refused("<html>", 6, "web page");
  refused(
      "\x7F"
      "ELF\2\1\1\0\0\0",
      10, "not text");
  refused("a\0b\0,\0c\0\n\0", 10, "not text"); /* UTF-16 without its mark */
  refused("a,\"b\nc", 6, "line 1, in the header, is never closed");
}

static void test_encodings(void **state) {
  (void)state;
  struct csv *c = open_text("\xEF\xBB\xBFnom\nZo\xC3\xAB\n");
  assert_int_equal(csv_encoding(c), CSV_UTF8_BOM);
  assert_string_equal(csv_column(c, 0), "nom");
  assert_string_equal(next(c), "2:2:ok[Zoë]");
  c = open_text("name,x\nZo\xEB,\x80 5 \x92\x81\n");
  assert_int_equal(csv_encoding(c), CSV_WINDOWS_1252);
  assert_string_equal(next(c), "2:2:ok[Zoë|€ 5 ’\xC2\x81]");
  static const char little[] =
      "\xFF\xFE"
      "n\0\n\0"
      "\xEB\0"
      "\x3D\xD8\x00\xDE"
      "\x3D\xD8"
      "x\0"
      "z";
  c = open_bytes(little, sizeof little - 1);
  assert_int_equal(csv_encoding(c), CSV_UTF16LE);
  assert_string_equal(next(c), "2:2:ok[ë😀\xEF\xBF\xBDx\xEF\xBF\xBD]");
  static const char big[] = "\xFE\xFF\0n\0\n\0\xEB";
  c = open_bytes(big, sizeof big - 1);
  assert_int_equal(csv_encoding(c), CSV_UTF16BE);
  assert_string_equal(next(c), "2:2:ok[ë]");
  c = open_text("\xEF\xBB\xBFname\nZo\xEB\n"); /* its mark decides, although it is not so */
  assert_int_equal(csv_encoding(c), CSV_UTF8_BOM);
  assert_string_equal(next(c), "2:2:ok[Zo\xEF\xBF\xBD]");
}

static void test_write(void **state) {
  (void)state;
  struct buf b;
  const char *plain[] = {"a", "b,c", "say \"hi\"", "two\nlines", NULL, " padded", "=1+1"};
  const char *formulas[] = {"=1", "+1", "-1", "@x", "\tx", "\rx", "x=1", "", "=\"a\""};
  const char *empty[] = {""};
  buf_init(&b, arena);
  csv_write(&b, plain, 7, false);
  csv_write(&b, formulas, 9, true);
  csv_write(&b, empty, 1, true);
  assert_string_equal(buf_text(&b),
                      "a,\"b,c\",\"say \"\"hi\"\"\",\"two\nlines\",,\" padded\",=1+1\r\n"
                      "'=1,'+1,'-1,'@x,\"'\tx\",\"'\rx\",x=1,,\"'=\"\"a\"\"\"\r\n"
                      "\"\"\r\n");
}

static void put_unit(struct buf *b, uint32_t unit, bool big) {
  buf_char(b, (char)(big ? unit >> 8 : unit));
  buf_char(b, (char)(big ? unit : unit >> 8));
}

/* UTF-8 to UTF-16 with its mark, by a reading of its own. */
static void put_utf16(struct buf *out, const char *s, size_t n, bool big) {
  put_unit(out, 0xFEFF, big);
  for (size_t i = 0; i < n;) {
    unsigned char lead = (unsigned char)s[i++];
    int more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    uint32_t c = more == 0 ? lead : lead & (0x3Fu >> more);
    while (more-- > 0) c = c << 6 | ((unsigned char)s[i++] & 0x3F);
    if (c >= 0x10000) {
      put_unit(out, 0xD800 + ((c - 0x10000) >> 10), big);
      put_unit(out, 0xDC00 + ((c - 0x10000) & 0x3FF), big);
    } else {
      put_unit(out, c, big);
    }
  }
}

/* Letters of Windows-1252 as it writes them, and as they are. */
static const char *const WINDOWS[][2] = {{"\xE9", "é"},    {"\x80", "€"}, {"\x92", "’"}, {"\x9F", "Ÿ"}, {"\xA3", "£"},
                                         {"\xFF", "ÿ"},    {"\x8A", "Š"}, {"a", "a"},    {"\"", "\""},  {",", ","},
                                         {"\r\n", "\r\n"}, {" ", " "},    {";", ";"},    {"\t", "\t"}};

struct random_table {
  size_t rows, columns;
  const char **cells;
  const char *bytes; /* as a file in its encoding */
  size_t n;
  enum csv_encoding encoding;
};

/* A cell: its bytes in UTF-8, and in Windows-1252 when that is asked for. */
static void random_cell(struct prop *p, bool windows, const char **utf8, const char **bytes) {
  struct buf u, w;
  buf_init(&u, p->arena);
  buf_init(&w, p->arena);
  if (!windows) {
    *utf8 = *bytes = prop_text(p, 12);
    return;
  }
  for (size_t n = prop_below(p, 8); n > 0; n--) {
    size_t k = prop_below(p, sizeof WINDOWS / sizeof *WINDOWS);
    buf_str(&w, WINDOWS[k][0]);
    buf_str(&u, WINDOWS[k][1]);
  }
  *utf8 = buf_text(&u);
  *bytes = buf_text(&w);
}

static struct random_table random_table(struct prop *p) {
  struct random_table t = {.rows = prop_below(p, 12), .columns = 1 + prop_below(p, 6)};
  struct buf file, coded;
  t.encoding = (enum csv_encoding)prop_below(p, 5);
  bool windows = t.encoding == CSV_WINDOWS_1252;
  buf_init(&file, p->arena);
  buf_init(&coded, p->arena);
  t.cells = arena_alloc(p->arena, t.rows * t.columns * sizeof *t.cells);
  const char **row = arena_alloc(p->arena, t.columns * sizeof *row);
  for (size_t i = 0; i < t.columns; i++) row[i] = arena_printf(p->arena, windows ? "c%zu\xE9" : "c%zué", i);
  csv_write(&file, row, t.columns, false);
  for (size_t r = 0; r < t.rows; r++) {
    for (size_t i = 0; i < t.columns; i++) random_cell(p, windows, &t.cells[r * t.columns + i], &row[i]);
    csv_write(&file, row, t.columns, false);
  }
  if (t.encoding == CSV_UTF8_BOM) buf_str(&coded, "\xEF\xBB\xBF");
  if (t.encoding == CSV_UTF16LE || t.encoding == CSV_UTF16BE) {
    put_utf16(&coded, file.data, file.len, t.encoding == CSV_UTF16BE);
  } else {
    buf_add(&coded, file.data, file.len);
  }
  t.bytes = coded.data;
  t.n = coded.len;
  return t;
}

static void check_round_trip(struct prop *p) {
  struct random_table t = random_table(p);
  struct error e;
  struct csv_row row;
  error_init(&e, p->arena);
  struct csv *c = csv_open(p->arena, "random.csv", t.bytes, t.n, &e);
  prop_assert(p, c && csv_columns(c) == t.columns && csv_encoding(c) == t.encoding);
  for (size_t r = 0; r < t.rows; r++) {
    prop_assert(p, csv_next(c, &row) && row.status == CSV_OK && row.row_number == (long)r + 2);
    for (size_t i = 0; i < t.columns; i++) prop_assert(p, strcmp(row.cells[i], t.cells[r * t.columns + i]) == 0);
  }
  prop_assert(p, !csv_next(c, &row));
}

/* Any bytes: it ends, rows go forward, cells are there. */
static void check_noise(struct prop *p) {
  static const char pieces[] = "\",;|\t\r\n  aA1\0\xEB\xC3\xA9\xFF\xFE";
  char bytes[200] = "a,b\n";
  size_t n = 4 + prop_below(p, sizeof bytes - 4);
  for (size_t i = 4; i < n; i++) bytes[i] = pieces[prop_below(p, sizeof pieces - 1)];
  struct error e;
  struct csv_row row;
  error_init(&e, p->arena);
  struct csv *c = csv_open(p->arena, "noise.csv", bytes, n, &e);
  prop_assert(p, c != NULL);
  long last = 1;
  for (; csv_next(c, &row); last = row.row_number) {
    prop_assert(p, row.row_number > last && row.n == 2);
    prop_assert(p, strlen(row.cells[0]) <= 3 * n && strlen(row.cells[1]) <= 3 * n);
  }
}

static void test_properties(void **state) {
  (void)state;
  prop_run("round trip", 2000, check_round_trip);
  prop_run("noise", 4000, check_noise);
}

static int start(void **state) {
  (void)state;
  arena = arena_new();
  return 0;
}

static int stop(void **state) {
  (void)state;
  arena_free(arena);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plain),      cmocka_unit_test(test_find),      cmocka_unit_test(test_separators),
      cmocka_unit_test(test_faults),     cmocka_unit_test(test_row_check), cmocka_unit_test(test_columns_without_name),
      cmocka_unit_test(test_refused),    cmocka_unit_test(test_encodings), cmocka_unit_test(test_write),
      cmocka_unit_test(test_properties),
  };
  return cmocka_run_group_tests_name("csv", tests, start, stop);
}
