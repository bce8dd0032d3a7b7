/* Real tables: every CSV file of ../shared is read from end to end without a fault, and its count of rows is that of a
 * count of line ends outside quotes. Files in .gz go through zcat. */
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"
#include "prop.h"

static const char SHARED[] = KITH_SOURCE_ROOT "/../shared";
static int files, gigantic;

static bool ends_with(const char *s, const char *end) {
  size_t n = strlen(s), k = strlen(end);
  return n >= k && strcmp(s + n - k, end) == 0;
}

/* Records that hold something, counted by nothing but quotes and line ends. */
static long count_records(const char *p, size_t n) {
  long records = 0;
  bool quoted = false, something = false;
  for (size_t i = 0; i < n; i++) {
    if (p[i] == '"') quoted = !quoted;
    bool line_end = !quoted && (p[i] == '\n' || p[i] == '\r');
    if (!line_end && p[i] != ' ') something = true;
    if (line_end && something) {
      records++;
      something = false;
    }
  }
  return records + something;
}

static void read_gz(struct arena *a, const char *path, const char **bytes, size_t *n) {
  struct buf b;
  char step[1 << 16], *command = arena_printf(a, "zcat -- '%s'", path);
  buf_init(&b, a);
  FILE *f = popen(command, "r");
  assert_non_null(f);
  for (size_t got; (got = fread(step, 1, sizeof step, f)) > 0;) buf_add(&b, step, got);
  assert_int_equal(pclose(f), 0);
  *bytes = buf_text(&b);
  *n = b.len;
}

static void read_table(const char *path) {
  struct arena *a = arena_new();
  struct error e;
  const char *bytes;
  size_t n;
  error_init(&e, a);
  if (ends_with(path, ".gz")) {
    read_gz(a, path, &bytes, &n);
  } else if (!file_read(a, path, 0, &bytes, &n, &e)) {
    fail_msg("%s", e.message);
  }
  struct csv *c = csv_open(a, path, bytes, n, &e);
  if (!c) fail_msg("%s", e.message);
  long records = 1;
  for (struct csv_row row; csv_next(c, &row); records++) {
    if (row.status != CSV_OK) fail_msg("%s, line %ld: %s", path, row.line, csv_status_words(row.status));
    for (size_t i = 0; i < row.n; i++)
      if (!text_utf8_valid(row.cells[i], strlen(row.cells[i]))) fail_msg("%s, line %ld: not UTF-8", path, row.line);
  }
  long expected = count_records(bytes, n);
  if (records != expected) fail_msg("%s: %ld records, %ld by counting", path, records, expected);
  arena_free(a);
}

static int visit(const char *path, const struct stat *st, int kind, struct FTW *place) {
  (void)place;
  if (kind != FTW_F || !(ends_with(path, ".csv") || ends_with(path, ".csv.gz"))) return 0;
  if (st->st_size > 10 << 20) { /* 2.7 million postcodes take a minute under the sanitizers, and hold nothing new */
    gigantic++;
    return 0;
  }
  read_table(path);
  files++;
  return 0;
}

static void test_every_file(void **state) {
  (void)state;
  if (access(SHARED, R_OK) != 0) {
    print_message("no ../shared beside the source: no real tables are read\n");
    skip();
  }
  assert_int_equal(nftw(SHARED, visit, 16, 0), 0);
  print_message("# %d files read, %d left out for their size\n", files, gigantic);
  assert_true(files >= 80);
}

static void test_schools(void **state) {
  (void)state;
  const char *path = KITH_SOURCE_ROOT "/../shared/data/schools/gias_testrows_60.csv";
  if (access(path, R_OK) != 0) skip();
  struct arena *a = arena_new();
  struct error e;
  const char *bytes;
  size_t n;
  struct csv_row row;
  error_init(&e, a);
  assert_true(file_read(a, path, 0, &bytes, &n, &e));
  struct csv *c = csv_open(a, path, bytes, n, &e);
  assert_non_null(c);
  assert_true(csv_columns(c) > 130);
  assert_int_equal(csv_find(c, "la (CODE)"), 1);
  assert_true(csv_next(c, &row));
  assert_string_equal(row.cells[csv_find(c, "EstablishmentName")], "school 1");
  arena_free(a);
}

static void test_file_read(void **state) {
  (void)state;
  struct arena *a = arena_new();
  struct error e;
  const char *bytes;
  size_t n;
  error_init(&e, a);
  assert_false(file_read(a, "no/such/file.csv", 0, &bytes, &n, &e));
  assert_int_equal(e.kind, ERR_INPUT);
  assert_non_null(strstr(e.message, "no/such/file.csv"));
  assert_false(file_read(a, KITH_SOURCE_ROOT, 0, &bytes, &n, &e));
  assert_non_null(strstr(e.message, "not a file"));
  const char *here = KITH_SOURCE_ROOT "/test/unit/test_csv_files.c";
  assert_false(file_read(a, here, 100, &bytes, &n, &e));
  assert_non_null(strstr(e.message, "larger than the 100 bytes"));
  assert_true(file_read(a, here, 0, &bytes, &n, &e));
  assert_memory_equal(bytes, "/* Real tables", 14);
  assert_int_equal(bytes[n], '\0');
  assert_true(file_read(a, "/dev/null", 0, &bytes, &n, &e)); /* no size beforehand */
  assert_int_equal(n, 0);
  arena_free(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_file),
      cmocka_unit_test(test_schools),
      cmocka_unit_test(test_file_read),
  };
  return cmocka_run_group_tests_name("csv files", tests, NULL, NULL);
}
