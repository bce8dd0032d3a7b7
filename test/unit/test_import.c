/* What comes in from files: whole returns, what is wrong with files, and that nothing is half done. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../story/installation.h"
#include "base/csv.h"
#include "base/json.h"
#include "exchange/load.h"
#include "exchange/ssda903.h"

#define SETS SHARED "/conformance/ssda903/sets"
#define HEADER "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\r\n"
#define EPISODES "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\r\n"
#define ADA "A1,F,01/02/2012,WBRI,B801200005001,0,\r\n"
#define ADA_CARE                                                    \
  "A1,03/01/2026,S,C1,N1,U6,PR1,04/03/2026,X1,OTHER,TN23 7XL,TN23 " \
  "7XL,SC100047\r\nA1,04/03/2026,P,C2,N1,U4,PR1,,,,TN23 7XL,ME17 3NG,\r\n"
#define BEN "B2,M,05/06/2015,MWBC,UN1,,\r\n"
#define BEN_CARE "B2,01/09/2025,S,V2,N4,U1,PR1,,,,CT5 3JZ,CT5 3JZ,\r\n"
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static struct installation in;

static const char *folder(const char *name, const char *header, size_t n_header, const char *episodes,
                          size_t n_episodes) {
  installation_run(&in, "mkdir -p '%s/in/%s'", in.dir, name);
  if (header) installation_file(&in, arena_printf(in.arena, "%s/header.csv", name), header, n_header);
  if (episodes) installation_file(&in, arena_printf(in.arena, "%s/episodes.csv", name), episodes, n_episodes);
  return arena_printf(in.arena, "%s/in/%s", in.dir, name);
}

static const char *texts(const char *name, const char *header, const char *episodes) {
  return folder(name, header, header ? strlen(header) : 0, episodes, episodes ? strlen(episodes) : 0);
}

static bool take(const char *code, const char *kind, const char *path, const struct import_options *o) {
  return installation_import(&in, code, kind, &path, 1, o);
}

static void must(bool ok) {
  if (ok) return;
  installation_say(&in.e);
  fail_msg("the import failed");
}

static const char *report_text(bool dry) {
  struct buf out;
  buf_init(&out, in.arena);
  import_report_text(&in.report, dry, &out);
  return buf_text(&out);
}

static int64_t entries(const char *code) {
  return installation_ask(&in, code, "select count(*) from ledger_entry");
}

/* ---- whole returns ---- */

static void test_sets(void **state) {
  static const struct {
    const char *code, *set;
    int64_t children;
  } sets[] = {{"881", "n300clean", 480}, {"882", "gentle400-11", 0}, {"883", "n1000", 0}};
  (void)state;
  if (access(SETS, R_OK) != 0) skip();
  for (size_t i = 0; i < COUNT(sets); i++) {
    const char *code = sets[i].code, *this = arena_printf(in.arena, SETS "/%s/this", sets[i].set);
    struct import_options dry = {.dry_run = true};
    uint64_t empty = installation_digest(&in, code);
    must(take(code, "ssda903", this, &dry));
    int64_t would = in.report.created;
    assert_true(installation_digest(&in, code) == empty);
    must(take(code, "ssda903", this, NULL));
    assert_true(in.report.created == would && in.report.created > 0 && in.report.changed == 0);
    if (sets[i].children) assert_int_equal(installation_ask(&in, code, "select count(*) from child"), sets[i].children);
    size_t rejected = in.report.rejected.n_items;
    int64_t n = entries(code);
    uint64_t full = installation_digest(&in, code);
    must(take(code, "ssda903", this, NULL));
    assert_true(in.report.created == 0 && in.report.changed == 0 && in.report.unchanged == would);
    assert_non_null(strstr(report_text(false), "Nothing was changed"));
    assert_int_equal(in.report.rejected.n_items, rejected);
    assert_int_equal(entries(code), n);
    assert_true(installation_digest(&in, code) == full);
    must(take(code, "ssda903", arena_printf(in.arena, SETS "/%s/prev", sets[i].set), NULL));
    assert_true(in.report.created > 0);
  }
  assert_true(installation_sound(&in));
}

/* ---- what is wrong with a return ---- */

struct fault {
  const char *name, *header, *episodes;
  const char *file, *column, *value, *expected; /* of the first complaint; expected: part of it */
  long row;
  int children; /* that go in */
  bool refused; /* nothing goes in at all */
};

static const struct fault faults[] = {
    {"wrong date", HEADER "F1,F,31/02/2012,WBRI,UN1,,\r\n" BEN, EPISODES BEN_CARE, "header.csv", "DOB", "31/02/2012",
     "date", 2, 1},
    {"american date", HEADER "F1,F,02/31/2012,WBRI,UN1,,\r\n" BEN, EPISODES BEN_CARE, "header.csv", "DOB", "02/31/2012",
     "date", 2, 1},
    {"the year 1823", HEADER "F1,F,01/02/1823,WBRI,UN1,,\r\n" BEN, EPISODES BEN_CARE, "header.csv", "DOB", "01/02/1823",
     "since 1900", 2, 1},
    {"care since 1823", HEADER BEN, EPISODES "B2,01/09/1823,S,V2,N4,U1,PR1,,,,,,\r\n", "episodes.csv", "DECOM",
     "01/09/1823", "since 1900", 2, 1},
    {"unknown code", HEADER BEN, EPISODES "B2,01/09/2025,S,ZZ,N4,U1,PR1,,,,,,\r\n", "episodes.csv", "LS", "ZZ", "C2", 2,
     1},
    {"unknown sex", HEADER "B2,7,05/06/2015,WBRI,UN1,,\r\n", EPISODES BEN_CARE, "header.csv", "SEX", "7", "F", 2, 1},
    {"wrong check letter", HEADER "B2,M,05/06/2015,WBRI,A203456717001,,\r\n", EPISODES BEN_CARE, "header.csv", "UPN",
     "A203456717001", "check letter", 2, 1},
    {"twice in the header", HEADER BEN BEN, EPISODES BEN_CARE, "header.csv", "CHILD", "B2", "each child once", 3, 1},
    {"episode twice", HEADER BEN, EPISODES BEN_CARE BEN_CARE, "episodes.csv", "DECOM", "01/09/2025", "twice", 3, 1},
    {"episode without a child", HEADER BEN, EPISODES BEN_CARE "Z9,01/09/2025,S,V2,N4,U1,PR1,,,,,,\r\n", "episodes.csv",
     "CHILD", "Z9", "Header", 3, 1},
    {"ends before it begins", HEADER BEN, EPISODES "B2,01/09/2025,S,V2,N4,U1,PR1,01/08/2025,E11,,,,\r\n",
     "episodes.csv", "DEC", "01/08/2025", "not before", 2, 1},
    {"number too long", HEADER "X12345678901234567890123,M,05/06/2015,WBRI,UN1,,\r\n" BEN, EPISODES BEN_CARE,
     "header.csv", "CHILD", "X12345678901234567890123", "at most 20", 2, 1},
    {"SQL for a number", HEADER "'; drop table child; --,M,05/06/2015,WBRI,UN1,,\r\n" BEN, EPISODES BEN_CARE,
     "header.csv", "CHILD", "'; DROP TABLE CHILD; --", "letters and digits", 2, 1},
    {"sex and date swapped", HEADER "B2,05/06/2015,M,WBRI,UN1,,\r\n", EPISODES, "header.csv", "DOB", "M", "date", 2, 0},
    {"row too short", HEADER "F1,F\r\n" BEN, EPISODES BEN_CARE, "header.csv", NULL, NULL, "fewer", 2, 1},
    {"row too long", HEADER "F1,F,01/02/2012,WBRI,UN1,,,,,,x\r\n" BEN, EPISODES BEN_CARE, "header.csv", NULL, NULL,
     "more", 2, 1},
    {"open quote", HEADER BEN "F1,\"F,01/02/2012,WBRI,UN1,,\r\n", EPISODES BEN_CARE, "header.csv", NULL, NULL,
     "closing quotation mark", 3, 1},
    {"column missing", HEADER BEN, "CHILD,DECOM,RNE,LS,CIN,PLACE,DEC\r\nB2,01/09/2025,S,V2,N4,U1,\r\n", "episodes.csv",
     "REC", NULL, "column", 1, 0, true},
    {"header column missing", "CHILD,SEX,DOB,ETHNIC\r\nB2,M,05/06/2015,WBRI\r\n", EPISODES BEN_CARE, "header.csv",
     "UPN", NULL, "column", 1, 0, true},
    {"no episodes", HEADER BEN, NULL, NULL, NULL, NULL, NULL, 0, 0, true},
    {"another table", "a,b,c\r\n1,2,3\r\n", EPISODES BEN_CARE, NULL, NULL, NULL, NULL, 0, 0, true},
    {"a zip called csv", HEADER BEN, "PK\003\004\024\000\000\000", NULL, NULL, NULL, NULL, 0, 0, true},
    {"a web page", "<html><body>Sign in, again</body></html>\r\n", EPISODES BEN_CARE, NULL, NULL, NULL, NULL, 0, 0,
     true},
    {"empty", "", EPISODES BEN_CARE, NULL, NULL, NULL, NULL, 0, 0, true},
};

/* Each in a dry run, so that one does not bear on the next; the counts are those of the real thing. */
static bool complains(const struct fault *f) {
  const struct import_options dry = {.dry_run = true};
  const char *path = texts(arena_printf(in.arena, "fault%zu", (size_t)(f - faults)), f->header, f->episodes);
  bool ok = take("884", "ssda903", path, &dry);
  const struct error *e = ok ? &in.report.rejected : &in.e;
  const struct error_item *it = e->n_items ? &e->items[0] : NULL;
  if (ok == f->refused) return false;
  if (f->refused && (in.e.kind != ERR_INPUT || strlen(in.e.message) < 10)) return false;
  if (!f->file) return f->refused;
  if (!it || strcmp(it->file, f->file) != 0 || it->row != f->row || !strstr(it->expected, f->expected)) return false;
  if ((f->column && (!it->column || strcmp(it->column, f->column) != 0)) ||
      (f->value && (!it->value || strcmp(it->value, f->value) != 0)))
    return false;
  return f->refused || f->children == 0 || in.report.created > 0;
}

static void test_faults(void **state) {
  int wrong = 0;
  (void)state;
  uint64_t before = installation_digest(&in, "884");
  for (size_t i = 0; i < COUNT(faults); i++) {
    if (complains(&faults[i])) continue;
    wrong++;
    print_error("%s: %s\n%s", faults[i].name, in.e.message ? in.e.message : "", report_text(true));
  }
  assert_int_equal(wrong, 0);
  assert_true(installation_digest(&in, "884") == before);
}

/* What a fault leaves out is left out, and the rest is there. */
static void test_rest_goes_in(void **state) {
  (void)state;
  must(take("884", "ssda903",
            texts("rest", HEADER ADA "F1,F,31/02/2012,WBRI,UN1,,\r\n" BEN, EPISODES ADA_CARE BEN_CARE), NULL));
  assert_int_equal(in.report.rejected_rows, 1);
  assert_int_equal(installation_ask(&in, "884", "select count(*) from child"), 2);
  assert_int_equal(installation_ask(&in, "884", "select count(*) from placement"), 3);
  assert_int_equal(installation_ask(&in, "884", "select count(*) from care_period where ended_on is null"), 2);
  assert_true(installation_sound(&in));
}

static void test_strict(void **state) {
  const struct import_options strict = {.strict = true};
  (void)state;
  uint64_t before = installation_digest(&in, "884");
  const char *row =
      texts("strict1", HEADER "F1,F,31/02/2012,WBRI,UN1,,\r\n" BEN "S1,M,05/06/2015,WBRI,UN1,,\r\n", EPISODES BEN_CARE);
  assert_false(take("884", "ssda903", row, &strict));
  assert_int_equal(in.e.kind, ERR_INPUT);
  assert_non_null(strstr(in.e.message, "strict"));
  const char *cell = texts("strict2", HEADER "S1,7,05/06/2015,WBRI,UN1,,\r\n", EPISODES);
  assert_false(take("884", "ssda903", cell, &strict)); /* a cell that the model refuses is a fault too */
  assert_true(in.report.created == 0 && in.report.rejected.n_items == 1);
  const char *bad =
      installation_text(&in, "strict.csv", "row,child,forenames,surname\r\nname,A1,Ada,New\r\nname,NOBODY,Ada,New\r\n");
  assert_false(take("884", "people", bad, &strict));
  assert_true(installation_digest(&in, "884") == before);
}

/* ---- encodings and line ends: the same file in another dress is the same file ---- */

static const char *convert(const char *s, const char *from, const char *to) {
  struct buf b;
  buf_init(&b, in.arena);
  size_t n = strlen(from);
  for (; *s; s++) {
    if (strncmp(s, from, n) == 0)
      buf_str(&b, to), s += n - 1;
    else
      buf_char(&b, *s);
  }
  return buf_text(&b);
}

static const char *utf16(const char *s, bool little, size_t *n) {
  char *out = arena_alloc(in.arena, 2 * strlen(s) + 2), *p = out;
  *p++ = (char)(little ? 0xFF : 0xFE), *p++ = (char)(little ? 0xFE : 0xFF);
  for (; *s; s++) *p++ = little ? *s : 0, *p++ = little ? 0 : *s;
  *n = (size_t)(p - out);
  return out;
}

static void unchanged(const char *path) {
  must(take("884", "ssda903", path, NULL));
  if (in.report.created || in.report.changed || in.report.rejected.n_items)
    fail_msg("%s: %s", path, report_text(false));
  assert_true(in.report.unchanged > 0);
}

static void test_dress(void **state) {
  static const char header[] = HEADER ADA BEN, episodes[] = EPISODES ADA_CARE BEN_CARE;
  (void)state;
  must(take("884", "ssda903", texts("plain", header, episodes), NULL));
  unchanged(texts("lf", convert(header, "\r\n", "\n"), convert(episodes, "\r\n", "\n")));
  unchanged(texts("cr", convert(header, "\r\n", "\r"), convert(episodes, "\r\n", "\r")));
  unchanged(texts("bom", arena_printf(in.arena, "\xEF\xBB\xBF%s", header),
                  arena_printf(in.arena, "\xEF\xBB\xBF%s", episodes)));
  unchanged(texts("semicolons", convert(header, ",", ";"), convert(episodes, ",", "\t")));
  unchanged(texts("iso", convert(header, "01/02/2012", "2012-02-01"), convert(episodes, "04/03/2026", "2026-03-04")));
  unchanged(texts("lower case", convert(header, "CHILD", " child "), convert(episodes, "DECOM", "Decom")));
  unchanged(
      texts("blank lines", arena_printf(in.arena, "%s\r\n\r\n", header), arena_printf(in.arena, "%s\r\n", episodes)));
  for (int little = 0; little < 2; little++) {
    size_t nh, ne;
    const char *h = utf16(header, little, &nh), *e = utf16(episodes, little, &ne);
    unchanged(folder(little ? "utf16le" : "utf16be", h, nh, e, ne));
    assert_int_equal(in.report.n_warnings, 2);
  }
  unchanged(texts("columns swapped",
                  "UPN,DOB,ETHNIC,SEX,CHILD\r\nB801200005001,01/02/2012,WBRI,F,A1\r\nUN1,05/06/2015,MWBC,M,B2\r\n",
                  episodes));
  unchanged(texts("rows swapped", HEADER BEN ADA, EPISODES BEN_CARE ADA_CARE));
}

static void test_windows_1252(void **state) {
  (void)state;
  const char *path =
      installation_text(&in, "cafe.csv", "row,child,forenames,surname\r\nname,A1,Zo\xEB,O\x92Neill-Gr\xFCn\r\n");
  must(take("884", "people", path, NULL));
  assert_int_equal(in.report.changed, 1);
  assert_true(in.report.n_warnings == 1 && strstr(in.report.warnings[0], "Windows-1252"));
  assert_int_equal(
      installation_ask(&in, "884", "select count(*) from child where forenames = 'Zoë' and surname = 'O’Neill-Grün'"),
      1);
}

/* ---- the report for programs ---- */

static void test_json(void **state) {
  static const char *const counts[] = {"created", "changed", "unchanged"}, *const cells[] = {"file", "column", "value",
                                                                                             "expected"};
  struct buf out;
  (void)state;
  const struct import_options dry = {.dry_run = true};
  must(take("884", "ssda903", texts("json", HEADER "F1,F,31/02/2012,WBRI,UN1,,\r\n" BEN, EPISODES BEN_CARE), &dry));
  buf_init(&out, in.arena);
  import_report_json(&in.report, &out);
  const struct json *j = json_parse(in.arena, buf_text(&out), out.len, &in.e);
  assert_non_null(j);
  for (size_t i = 0; i < COUNT(counts); i++) assert_true(json_get(j, counts[i]) != NULL);
  const struct json *read = json_get(j, "read"), *rejected = json_get(j, "rejected");
  assert_int_equal(json_get(read, "Header")->i, 2);
  assert_int_equal(json_get(read, "Episodes")->i, 1);
  assert_int_equal(rejected->n, 1);
  const struct json *first = rejected->items[0];
  for (size_t i = 0; i < COUNT(cells); i++) assert_true(json_get(first, cells[i]) != NULL);
  assert_string_equal(json_get(first, "file")->s, "header.csv");
  assert_string_equal(json_get(first, "column")->s, "DOB");
  assert_string_equal(json_get(first, "value")->s, "31/02/2012");
  assert_int_equal(json_get(first, "row")->i, 2);
}

/* ---- a file that was cut ---- */

/* Every table of a whole return, cut at every hundredth byte: at most its last row is at fault. */
static void cut_parser(const char *set, const char *file, const char *other) {
  const char *bytes, *rest;
  size_t n, n_rest;
  bool header = strcmp(file, "header.csv") == 0;
  assert_true(file_read(in.arena, arena_printf(in.arena, SETS "/%s/this/%s", set, file), 0, &bytes, &n, &in.e));
  assert_true(file_read(in.arena, arena_printf(in.arena, SETS "/%s/this/%s", set, other), 0, &rest, &n_rest, &in.e));
  n_rest = 400; /* enough of the other table to be one */
  for (size_t cut = 0; cut <= n; cut += 100) {
    struct arena *a = arena_new();
    struct import_report r;
    struct care_return out = {0};
    struct error e;
    import_report_init(&r, a);
    error_init(&e, a);
    const char *dir = header ? folder("cut", bytes, cut, rest, n_rest) : folder("cut", rest, n_rest, bytes, cut);
    bool ok = ssda903_read(a, dir, in.ctx.today, &r, &out, &e);
    assert_true(ok || (e.kind == ERR_INPUT && e.message));
    for (size_t i = 0; i < out.n; i++) assert_true(out.children[i].local_id && out.children[i].born != DATE_NONE);
    arena_free(a);
  }
}

static void test_cut_parser(void **state) {
  (void)state;
  if (access(SETS, R_OK) != 0) skip();
  cut_parser("n300clean", "header.csv", "episodes.csv");
  cut_parser("n300clean", "episodes.csv", "header.csv");
}

/* And into the store: each cut over the one before; chains and tables agree, and the whole file completes it. */
static void test_cut_import(void **state) {
  const char *header, *episodes;
  size_t nh, ne;
  (void)state;
  if (access(SETS, R_OK) != 0) skip();
  assert_true(file_read(in.arena, SETS "/n300clean/this/header.csv", 0, &header, &nh, &in.e));
  assert_true(file_read(in.arena, SETS "/n300clean/this/episodes.csv", 0, &episodes, &ne, &in.e));
  nh = 800, ne = 2500;
  while (header[nh - 1] != '\n') nh--;
  while (episodes[ne - 1] != '\n') ne--;
  for (size_t cut = 0; cut < nh; cut += 100) take("885", "ssda903", folder("part", header, cut, episodes, ne), NULL);
  for (size_t cut = 0; cut < ne; cut += 100) take("885", "ssda903", folder("part", header, nh, episodes, cut), NULL);
  must(take("885", "ssda903", folder("part", header, nh, episodes, ne), NULL));
  must(take("885", "ssda903", folder("part", header, nh, episodes, ne), NULL));
  assert_true(in.report.created == 0 && in.report.changed == 0);
  assert_true(installation_sound(&in));
}

/* ---- a transaction that runs twice counts once ---- */

struct twice {
  int runs;
};

static bool again(struct loader *l, void *arg, struct error *e) {
  struct twice *t = arg;
  const struct model_record *r = load_record(l, "team");
  struct record_input input;
  t->runs++;
  record_input_init(&input, l->arena, r);
  load_value(&input, r, "name", value_text("Team of two runs"));
  error_cell(&l->report->rejected, "file.csv", 2, "column", "value", "something else");
  l->report->rejected_rows++;
  if (!load_begin(l, 0, e) || !load_put(l, "team", 0, 0, &input, NULL, e) || !load_end(l, e)) return false;
  return t->runs > 1 || error_set(e, ERR_RETRY, "once more");
}

static void test_run_again(void **state) {
  struct twice t = {0};
  const struct import_options o = {0};
  struct loader l;
  (void)state;
  error_clear(&in.e);
  import_report_init(&in.report, in.arena);
  loader_init(&l, in.engine, engine_authority(in.engine, "884"), &in.ctx, "twice.csv", &o, &in.report);
  must(load_run(&l, again, &t, &in.e));
  assert_int_equal(t.runs, 2);
  assert_int_equal(in.report.created, 1);
  assert_int_equal(in.report.rejected_rows, 1);
  assert_int_equal(in.report.rejected.n_items, 1);
  assert_int_equal(installation_ask(&in, "884", "select count(*) from team where name = 'Team of two runs'"), 1);
}

static int begin(void **state) {
  static const char *const codes[] = {"881", "882", "883", "884", "885", NULL};
  (void)state;
  return installation_make(&in, "2027-04-12T09:00:00Z", codes) ? 0 : -1;
}

static int end(void **state) {
  (void)state;
  installation_end(&in);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_faults),       cmocka_unit_test(test_rest_goes_in),
                                     cmocka_unit_test(test_strict),       cmocka_unit_test(test_dress),
                                     cmocka_unit_test(test_windows_1252), cmocka_unit_test(test_json),
                                     cmocka_unit_test(test_run_again),    cmocka_unit_test(test_cut_parser),
                                     cmocka_unit_test(test_cut_import),   cmocka_unit_test(test_sets)};
  return cmocka_run_group_tests(tests, begin, end);
}
