/* Every rule of the looked-after children return against the cases that people wrote for it. */
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/error.h"
#include "prop.h"
#include "ssda903_cases.h"

static const char CASES[] = KITH_SOURCE_ROOT "/test/check/ssda903";
static struct rule_cases all;
static struct place *place;

static date_t day(const char *text, date_t otherwise) {
  return !text ? otherwise : strcmp(text, "none") == 0 ? DATE_NONE : date_parse_uk(text);
}

static void give_providers(struct arena *a, const struct rule_case *c) {
  struct provider *list = arena_alloc(a, (c->providers.n + 1) * sizeof *list);
  for (size_t i = 0; i < c->providers.n; i++) {
    const char *cells[PROVIDER_COLUMNS] = {0};
    for (size_t k = 0; k < c->providers.n_columns; k++) {
      int at = provider_column(c->providers.columns[k]);
      assert_true(at >= 0);
      cells[at] = c->providers.rows[i][k];
    }
    list[i] = provider_of(a, place, cells);
  }
  place_set_providers(place, c->has_providers ? list : NULL, c->providers.n);
}

/* The rows in an order of its own for each table; NULL: as written. */
static const char *const *const *order_rows(struct prop *p, struct arena *a, const struct case_table *t) {
  const char ***rows = arena_copy(a, t->rows, t->n * sizeof *rows);
  for (size_t i = t->n; p && i > 1; i--) {
    size_t k = prop_below(p, i);
    const char **swap = rows[i - 1];
    rows[i - 1] = rows[k], rows[k] = swap;
  }
  return (const char *const *const *)rows;
}

static const char *row_text(struct arena *a, const struct case_table *t, const char *const *row) {
  struct buf b;
  buf_init(&b, a);
  buf_printf(&b, "%s%s", tables[t->table].name, t->last ? "_last" : "");
  for (size_t i = 0; i < t->n_columns; i++) buf_printf(&b, "|%s", row[i] ? row[i] : "");
  return buf_text(&b);
}

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *sorted_lines(struct arena *a, const char **lines, size_t n) {
  struct buf b;
  buf_init(&b, a);
  qsort(lines, n, sizeof *lines, by_text);
  for (size_t i = 0; i < n; i++) buf_printf(&b, "      %s\n", lines[i]);
  return buf_text(&b);
}

static const struct ssda903_result *result_of(const struct ssda903 *s, const char *rule) {
  const struct ssda903_result *r;
  size_t n = ssda903_results(s, &r);
  for (size_t i = 0; i < n; i++)
    if (strcmp(r[i].rule->code, rule) == 0) return &r[i];
  return NULL;
}

/* What the rule flags, as lines; NULL when it is not a rule of the year. shuffle NULL: rows as written, this rule
 * alone. */
static const char *flagged(struct arena *a, const struct rule_case *c, struct prop *shuffle, bool *ran) {
  const char *const only[] = {c->rule, NULL};
  const char *const *const *rows[8];
  struct error e;
  error_init(&e, a);
  give_providers(a, c);
  struct ssda903 *s = ssda903_new(a, place);
  size_t total = 0;
  for (size_t i = 0; i < c->n_tables; i++) {
    const struct case_table *t = &c->tables[i];
    rows[i] = order_rows(shuffle, a, t);
    total += t->n;
    assert_true(ssda903_add_rows(s, t->table, t->last, t->columns, t->n_columns, rows[i], t->n));
  }
  struct ssda903_setup u = {.year_ends = c->year_ends,
                            .start = day(c->start, DATE_NONE),
                            .end = day(c->end, DATE_NONE),
                            .no_dates = c->start && strcmp(c->start, "none") == 0,
                            .authority = c->la,
                            .xml = c->xml,
                            .only = shuffle ? NULL : only,
                            .threads = 1};
  assert_true(ssda903_run(s, &u, &e));
  const struct ssda903_result *r = result_of(s, c->rule);
  const char **lines = arena_alloc(a, (total + 1) * sizeof *lines);
  size_t n = 0;
  for (size_t k = 0; r && k < r->n; k++)
    for (size_t i = 0; i < c->n_tables; i++)
      if (c->tables[i].table == r->flags[k].table && c->tables[i].last == r->flags[k].last)
        lines[n++] = row_text(a, &c->tables[i], rows[i][r->flags[k].row]);
  *ran = r && r->ran;
  const char *out = r ? sorted_lines(a, lines, n) : NULL;
  ssda903_free(s);
  return out;
}

static const char *expected(struct arena *a, const struct rule_case *c) {
  size_t total = 0, n = 0;
  for (size_t i = 0; i < c->n_tables; i++) total += c->tables[i].n;
  const char **lines = arena_alloc(a, (total + 1) * sizeof *lines);
  for (size_t i = 0; i < c->n_tables; i++)
    for (size_t k = 0; k < c->tables[i].n; k++)
      if (c->tables[i].star[k]) lines[n++] = row_text(a, &c->tables[i], c->tables[i].rows[k]);
  return sorted_lines(a, lines, n);
}

static bool case_passes(const struct rule_case *c, struct prop *shuffle) {
  struct arena *a = arena_new();
  bool ran;
  const char *want = expected(a, c), *got = flagged(a, c, shuffle, &ran);
  bool ok = got && strcmp(want, got) == 0 && ran == !c->not_run;
  if (!ok)
    print_error("%s:%d: rule %s, %s%s: %s\n    should flag\n%s    flags\n%s", c->file, c->line, c->rule, c->words,
                shuffle ? " (all rules, rows shuffled)" : "",
                !got                  ? "not a rule of this year"
                : ran && c->not_run   ? "ran, and should not"
                : !ran && !c->not_run ? "did not run"
                                      : "differs",
                want, got ? got : "");
  arena_free(a);
  return ok;
}

static void test_each_case(void **state) {
  (void)state;
  size_t failed = 0;
  for (size_t i = 0; i < all.n; i++) failed += !case_passes(&all.at[i], NULL);
  assert_int_equal(failed, 0);
}

static void test_order_never_matters(void **state) {
  (void)state;
  struct prop p = {.name = "shuffled rows", .state = 903};
  size_t failed = 0;
  for (size_t i = 0; i < all.n; i++)
    for (int again = 0; again < 3; again++) failed += !case_passes(&all.at[i], &p);
  assert_int_equal(failed, 0);
}

static void test_each_rule_has_cases(void **state) {
  (void)state;
  struct arena *a = arena_new();
  const struct rule *const *rules;
  size_t n = ssda903_rules(a, &rules), lacking = 0;
  for (size_t r = 0; r < n; r++) {
    bool flags = false, spares = false;
    for (size_t i = 0; i < all.n; i++) {
      const struct rule_case *c = &all.at[i];
      if (strcmp(c->rule, rules[r]->code) != 0 || !rule_live(rules[r], c->year_ends) || c->not_run) continue;
      for (size_t t = 0; t < c->n_tables; t++)
        for (size_t k = 0; k < c->tables[t].n; k++) *(c->tables[t].star[k] ? &flags : &spares) = true;
    }
    if (!flags || !spares)
      print_error("rule %s (of %d-%02d) has no case that %s\n", rules[r]->code, rules[r]->from - 1,
                  rules[r]->from % 100, flags ? "is a near miss" : "flags");
    lacking += !flags || !spares;
  }
  arena_free(a);
  assert_int_equal(lacking, 0);
}

static int rules_of_year(const struct rule *const *rules, size_t n, const char *code, int year) {
  int found = 0;
  for (size_t i = 0; i < n; i++) found += strcmp(rules[i]->code, code) == 0 && rule_live(rules[i], year);
  return found;
}

static void test_one_version_a_year(void **state) {
  (void)state;
  struct arena *a = arena_new();
  const struct rule *const *rules;
  size_t n = ssda903_rules(a, &rules), twice = 0;
  for (size_t i = 0; i < n; i++)
    for (int year = 2023; year <= 2027; year++) {
      if (!rule_live(rules[i], year) || rules_of_year(rules, n, rules[i]->code, year) == 1) continue;
      print_error("rule %s stands twice in %d-%02d\n", rules[i]->code, year - 1, year % 100);
      twice++;
    }
  arena_free(a);
  assert_int_equal(twice, 0);
}

/* "2024_25": 2025; 0 when there is none. */
static int year_of(const char *text) {
  return *text ? atoi(text) + 1 : 0;
}

/* Each collection year has exactly the rules that the recorded list gives it. */
static void test_rules_of_each_year(void **state) {
  (void)state;
  static const char list[] = KITH_SOURCE_ROOT "/../shared/conformance/ssda903/rules.tsv";
  if (access(list, R_OK) != 0) {
    print_message("../shared is not there, which holds the list of rules\n");
    skip();
  }
  struct arena *a = arena_new();
  struct error e;
  const char *bytes;
  const struct rule *const *rules;
  size_t size, n = ssda903_rules(a, &rules), wrong = 0, expected[5] = {0};
  error_init(&e, a);
  assert_true(file_read(a, list, 0, &bytes, &size, &e));
  struct csv *csv = csv_open(a, "rules.tsv", bytes, size, &e);
  assert_non_null(csv);
  long code = csv_find(csv, "code"), from = csv_find(csv, "introduced"), to = csv_find(csv, "deleted_in");
  for (struct csv_row row; csv_next(csv, &row);)
    for (int year = 2023; year <= 2027; year++) {
      int deleted = year_of(row.cells[to]);
      bool live = year_of(row.cells[from]) <= year && (!deleted || year < deleted);
      expected[year - 2023] += live;
      if (rules_of_year(rules, n, row.cells[code], year) == live) continue;
      print_error("rule %s should %sbe there in %d-%02d\n", row.cells[code], live ? "" : "not ", year - 1, year % 100);
      wrong++;
    }
  for (int year = 2023; year <= 2027; year++) {
    size_t have = 0;
    for (size_t i = 0; i < n; i++) have += rule_live(rules[i], year);
    wrong += have != expected[year - 2023];
  }
  arena_free(a);
  assert_int_equal(wrong, 0);
}

static int read_all(void **state) {
  (void)state;
  struct error e;
  int64_t n;
  char dir[] = "/tmp/kith-903-XXXXXX";
  all.arena = arena_new();
  error_init(&e, all.arena);
  DIR *d = opendir(CASES);
  if (!d || !mkdtemp(dir)) return -1;
  bool ok = true;
  for (struct dirent *entry; (entry = readdir(d));)
    if (strstr(entry->d_name, ".txt"))
      ok = cases_read(&all, arena_printf(all.arena, "%s/%s", CASES, entry->d_name)) && ok;
  closedir(d);
  ok = ok && place_make_postcodes(KITH_SOURCE_ROOT "/test/check/postcodes.csv", dir, &n, all.arena, &e) &&
       place_open(all.arena, dir, &place, &e);
  unlink(arena_printf(all.arena, "%s/postcodes.kith", dir));
  rmdir(dir);
  return ok && all.n ? 0 : -1;
}

static int forget_all(void **state) {
  (void)state;
  place_close(place);
  arena_free(all.arena);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_each_case),           cmocka_unit_test(test_order_never_matters),
      cmocka_unit_test(test_each_rule_has_cases), cmocka_unit_test(test_one_version_a_year),
      cmocka_unit_test(test_rules_of_each_year),
  };
  return cmocka_run_group_tests(tests, read_all, forget_all);
}
