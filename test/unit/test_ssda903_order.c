/* The order of rows and of rules, and the number of threads, change no result: over whole recorded uploads, dirty
 * ones among them. */
#include <dirent.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/error.h"
#include "check/ssda903/provider.h"
#include "check/ssda903/ssda903.h"
#include "prop.h"

static const char SETS[] = KITH_SOURCE_ROOT "/../shared/conformance/ssda903/sets";

struct file {
  const char *name, **lines; /* the first names the columns */
  size_t n;
  bool last;
};
struct upload_files {
  struct file at[32];
  size_t n;
};

static void read_folder(struct arena *a, const char *dir, bool last, struct upload_files *out) {
  struct error e;
  error_init(&e, a);
  DIR *d = opendir(dir);
  assert_non_null(d);
  for (struct dirent *entry; (entry = readdir(d));) {
    const char *bytes;
    size_t n, cap = 0;
    if (!strstr(entry->d_name, ".csv")) continue;
    assert_true(file_read(a, arena_printf(a, "%s/%s", dir, entry->d_name), 0, &bytes, &n, &e));
    struct file *f = &out->at[out->n++];
    *f = (struct file){.name = arena_strdup(a, entry->d_name), .last = last};
    for (const char *p = bytes; p < bytes + n;) {
      size_t length = strcspn(p, "\r\n");
      f->lines = arena_grow(a, f->lines, &cap, f->n + 1, sizeof *f->lines);
      if (length) f->lines[f->n++] = arena_strndup(a, p, length);
      p += length + (length == 0);
    }
  }
  closedir(d);
}

static const char *joined(struct arena *a, const struct file *f, struct prop *shuffle, size_t *n) {
  const char **lines = arena_copy(a, f->lines, f->n * sizeof *lines);
  for (size_t i = f->n - 1; shuffle && i > 1; i--) {
    size_t k = 1 + prop_below(shuffle, i);
    const char *swap = lines[i];
    lines[i] = lines[k], lines[k] = swap;
  }
  struct buf b;
  buf_init(&b, a);
  for (size_t i = 0; i < f->n; i++) buf_printf(&b, "%s\n", lines[i]);
  *n = b.len;
  return buf_text(&b);
}

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Rule and content of every flagged row, sorted. */
static const char **flagged(struct arena *a, const struct ssda903 *s, size_t *n) {
  const struct ssda903_result *r;
  size_t rules = ssda903_results(s, &r), cap = 0;
  const char **out = arena_grow(a, NULL, &cap, 1, sizeof *out);
  *n = 0;
  for (size_t i = 0; i < rules; i++)
    for (size_t k = 0; k < r[i].n; k++) {
      const struct ssda903_flag *f = &r[i].flags[k];
      struct buf b;
      buf_init(&b, a);
      buf_printf(&b, "%s %s%s", r[i].rule->code, tables[f->table].name, f->last ? "_last" : "");
      for (int c = 0; c < tables[f->table].n_file; c++) {
        const char *text = ssda903_cell(s, f->table, f->last, f->row, c);
        buf_printf(&b, "|%s", text ? text : "");
      }
      out = arena_grow(a, out, &cap, *n + 1, sizeof *out);
      out[(*n)++] = buf_text(&b);
    }
  qsort(out, *n, sizeof *out, by_text);
  return out;
}

static const char **check(struct arena *a, struct place *place, const struct upload_files *files, struct prop *shuffle,
                          const char *const *only, int threads, size_t *n) {
  struct error e;
  error_init(&e, a);
  struct ssda903 *s = ssda903_new(a, place);
  for (size_t i = 0; i < files->n; i++) {
    size_t size;
    const char *text = joined(a, &files->at[i], shuffle, &size);
    assert_true(ssda903_add_file(s, files->at[i].name, text, size, files->at[i].last, &e));
  }
  struct ssda903_setup u = {.year_ends = 2027,
                            .start = DATE_NONE,
                            .end = DATE_NONE,
                            .authority = "E10000016",
                            .only = only,
                            .threads = threads};
  assert_true(ssda903_run(s, &u, &e));
  const char **out = flagged(a, s, n);
  ssda903_free(s);
  return out;
}

static size_t differences(const char *what, const char **x, size_t n, const char **y, size_t m) {
  size_t i = 0, k = 0, found = 0;
  while (i < n || k < m) {
    int c = i == n ? 1 : k == m ? -1 : strcmp(x[i], y[k]);
    if (c == 0) {
      i++, k++;
      continue;
    }
    if (found++ < 10) print_error("%s: %s %s\n", what, c < 0 ? "lost" : "gained", c < 0 ? x[i] : y[k]);
    if (c < 0)
      i++;
    else
      k++;
  }
  return found;
}

/* Each rule by itself gives together what all give at once. */
static const char **one_by_one(struct arena *a, struct place *place, const struct upload_files *files, size_t *n) {
  const struct rule *const *rules;
  size_t n_rules = ssda903_rules(a, &rules), cap = 0;
  const char **out = arena_grow(a, NULL, &cap, 1, sizeof *out);
  *n = 0;
  for (size_t i = n_rules; i-- > 0;) {
    if (!rule_live(rules[i], 2027)) continue;
    const char *const only[] = {rules[i]->code, NULL};
    size_t m;
    const char **lines = check(a, place, files, NULL, only, 1, &m);
    out = arena_grow(a, out, &cap, *n + m + 1, sizeof *out);
    if (m) memcpy(out + *n, lines, m * sizeof *out);
    *n += m;
  }
  qsort(out, *n, sizeof *out, by_text);
  return out;
}

static void check_set(const char *name, bool each_rule) {
  struct arena *a = arena_new();
  struct error e;
  struct upload_files files = {0};
  size_t n, m, wrong = 0;
  error_init(&e, a);
  struct place *place = place_none(a);
  read_folder(a, arena_printf(a, "%s/%s/this", SETS, name), false, &files);
  read_folder(a, arena_printf(a, "%s/%s/prev", SETS, name), true, &files);
  assert_true(providers_load(place, a, arena_printf(a, "%s/%s/providers.csv", SETS, name), &e));
  const char **want = check(a, place, &files, NULL, NULL, 1, &n), **got;
  assert_true(n > 0);
  struct prop p = {.name = name, .state = 903};
  for (int again = 0; again < 3; again++) {
    got = check(a, place, &files, &p, NULL, 1, &m);
    wrong += differences("rows shuffled", want, n, got, m);
  }
  got = check(a, place, &files, NULL, NULL, 4, &m);
  wrong += differences("four threads", want, n, got, m);
  if (each_rule) {
    got = one_by_one(a, place, &files, &m);
    wrong += differences("each rule alone", want, n, got, m);
  }
  arena_free(a);
  assert_int_equal(wrong, 0);
}

static void test_orders(void **state) {
  (void)state;
  if (access(SETS, R_OK) != 0) {
    print_message("../shared is not there, which holds the recorded uploads\n");
    skip();
  }
  check_set("gentle400-11", true);
  check_set("n1000", false);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_orders)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
