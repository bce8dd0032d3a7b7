#include <unistd.h>

#include "base/json.h"
#include "model/cond.h"
#include "prop.h"
#include "store_fixture.h"

/* Fields of the rows that conditions are tried on: n1, n2, child.n3 are integers, t1, t2, child.t3 texts; any may be null. */
static const char *const names[] = {"n1", "n2", "t1", "t2", "n3", "t3"};
enum { FIELDS = 6, CHILD_FROM = 4 };

static bool is_integer(int f) {
  return names[f][0] == 'n';
}

static bool resolve(void *arg, enum cond_kind k, const char *name, enum value_type *type) {
  (void)arg;
  for (int f = 0; f < FIELDS; f++) {
    if (strcmp(names[f], name) != 0 || (k == COND_CHILD) != (f >= CHILD_FROM)) continue;
    *type = is_integer(f) ? VALUE_INT : VALUE_TEXT;
    return true;
  }
  return false;
}

static struct value look(void *arg, enum cond_kind k, const char *name) {
  const struct value *row = arg;
  for (int f = 0; f < FIELDS; f++) {
    if (strcmp(names[f], name) == 0 && (k == COND_CHILD) == (f >= CHILD_FROM)) return row[f];
  }
  return VALUE_NONE;
}

struct parsed {
  struct arena *a;
  struct error e;
};

static void setup(struct parsed *p) {
  p->a = arena_new();
  error_init(&p->e, p->a);
}

static const struct cond *parse(struct parsed *p, const char *text) {
  const struct cond *c = NULL;
  error_clear(&p->e);
  return cond_parse(p->a, text, resolve, NULL, &c, &p->e) ? c : NULL;
}

static void test_precedence_and_null(void **state) {
  (void)state;
  struct parsed p;
  setup(&p);
  struct value row[FIELDS] = {value_int(5), VALUE_NONE, value_text("x"), VALUE_NONE, value_int(-1), value_text("it's")};
  static const struct {
    const char *text;
    bool want;
  } cases[] = {
      {"n1 = 5", true},
      {"5 = n1", true},
      {"4 < n1", true},
      {"4 > n1", false},
      {"n1 <> 5 or t1 = 'x' and n1 > 4", true},
      {"(n1 <> 5 or t1 = 'x') and n1 > 5", false},
      {"not n1 = 5", false},
      {"n2 = 5", false},
      {"n2 <> 5", false},
      {"not n2 = 5", true},
      {"n2 not in (1, 2)", false},
      {"not (n2 in (1, 2))", true},
      {"n1 not in (1, 2)", true},
      {"t2 is null", true},
      {"t2 is not null", false},
      {"n1 > n2", false},
      {"child.n3 < 0 and child.t3 = 'it''s'", true},
      {"NOT (N1 IN (5, 6) AND T1 IS NOT NULL)", false},
      {"n1 = true", false},
      {"t1 >= 'x' and t1 <= 'x'", true},
      {"n1 != 4", true},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const struct cond *c = parse(&p, cases[i].text);
    if (!c) fail_msg("%s: %s", cases[i].text, p.e.message);
    if (cond_eval(c, look, row) != cases[i].want) fail_msg("%s", cases[i].text);
  }
  assert_true(cond_eval(NULL, look, row));
  arena_free(p.a);
}

static void test_refused(void **state) {
  (void)state;
  struct parsed p;
  setup(&p);
  static const char *const bad[] = {"",
                                    "n1",
                                    "n1 =",
                                    "n1 = 'x'",
                                    "t1 = 5",
                                    "n9 = 1",
                                    "n1 = 1 and",
                                    "(n1 = 1",
                                    "n1 = 1)",
                                    "n1 in ()",
                                    "n1 in (1,'a')",
                                    "n1 is 3",
                                    "1 = 1",
                                    "t1 = \"x\"",
                                    "t1 = ''",
                                    "t1 = 'x",
                                    "n1 = 1.5",
                                    "n1 = 1 n2 = 2",
                                    "child.n1 = 1",
                                    "n3 = 1",
                                    "n1 ~ 2",
                                    "not not n1 = 1",
                                    "n1 = t1",
                                    "and = 1",
                                    "n1 = 99999999999999999999",
                                    "5 in (5)",
                                    "n1 between 1 and 2",
                                    "n1 = 1; drop table x"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    if (parse(&p, bad[i])) fail_msg("accepted: %s", bad[i]);
    assert_int_equal(p.e.kind, ERR_INPUT);
    assert_non_null(p.e.message);
  }
  char deep[200] = "";
  for (int i = 0; i < 40; i++) strcat(deep, "(");
  assert_null(parse(&p, strcat(deep, "n1 = 1")));
  char *wide = arena_alloc(p.a, 5001);
  memset(wide, ' ', 5000);
  assert_null(parse(&p, wide));
  arena_free(p.a);
}

static void test_outputs(void **state) {
  (void)state;
  struct parsed p;
  setup(&p);
  struct buf b;
  const struct cond *c = parse(&p, "t1 in ('a','b') and not (3 >= n1 or child.t3 is null) and t1 <> t2");
  assert_non_null(c);
  buf_init(&b, p.a);
  cond_json(c, &b);
  assert_string_equal(
      buf_text(&b),
      "[\"and\",[\"in\",\"t1\",[\"a\",\"b\"]],[\"not\",[\"or\",[\"<=\",\"n1\",3],[\"null\",\"child.t3\"]]],"
      "[\"<>\",\"t1\",{\"field\":\"t2\",\"type\":\"text\"}]]");
  buf_init(&b, p.a);
  cond_sql(c, "t", &b);
  assert_string_equal(
      buf_text(&b),
      "(t.t1 is not null and t.t1 in ('a', 'b')) and not ((t.n1 is not null and t.n1 <= 3) or child.t3 is null) and "
      "(t.t1 is not null and t.t2 is not null and t.t1 <> t.t2)");
  assert_string_equal(cond_text(c, p.a), "t1 in ('a', 'b') and not (n1 <= 3 or child.t3 is null) and t1 <> t2");
  size_t n;
  const char *const *fields = cond_fields(c, p.a, &n);
  assert_int_equal(n, 3);
  assert_string_equal(fields[0], "t1");
  assert_string_equal(fields[2], "t2");
  arena_free(p.a);
}

/* Random conditions over random rows. */
static const char *const texts[] = {
    "a", "b", "c", "it's", "\\", "\xC3\xA9", "\xEE\x80\x80", "\xF0\x9F\x98\x80", "2026-01-05", "ab"};
enum { TEXTS = 10 };

static void put_text(struct buf *b, const char *s) {
  buf_char(b, '\'');
  for (; *s; s++) {
    if (*s == '\'') buf_char(b, '\'');
    buf_char(b, *s);
  }
  buf_char(b, '\'');
}

static void put_field(struct buf *b, int f) {
  buf_printf(b, "%s%s", f >= CHILD_FROM ? "child." : "", names[f]);
}

static void put_literal(struct prop *p, struct buf *b, bool integer) {
  if (integer) {
    buf_printf(b, "%lld", (long long)prop_between(p, -3, 3));
  } else {
    put_text(b, texts[prop_below(p, TEXTS)]);
  }
}

static void put_comparison(struct prop *p, struct buf *b) {
  static const char *const signs[] = {"=", "<>", "<", "<=", ">", ">=", "!="};
  int f = (int)prop_below(p, FIELDS), other;
  do other = (int)prop_below(p, FIELDS);
  while (is_integer(other) != is_integer(f));
  switch (prop_below(p, 5)) {
  case 0:
    put_field(b, f);
    buf_str(b, prop_below(p, 2) ? " is null" : " is not null");
    break;
  case 1:
    put_field(b, f);
    buf_str(b, prop_below(p, 2) ? " in (" : " not in (");
    put_literal(p, b, is_integer(f));
    for (uint64_t n = prop_below(p, 3); n > 0; n--) {
      buf_str(b, ", ");
      put_literal(p, b, is_integer(f));
    }
    buf_char(b, ')');
    break;
  case 2:
    put_literal(p, b, is_integer(f));
    buf_printf(b, " %s ", signs[prop_below(p, 7)]);
    put_field(b, f);
    break;
  case 3:
    put_field(b, f);
    buf_printf(b, " %s ", signs[prop_below(p, 7)]);
    put_field(b, other);
    break;
  default:
    put_field(b, f);
    buf_printf(b, " %s ", signs[prop_below(p, 7)]);
    put_literal(p, b, is_integer(f));
  }
}

static void put_cond(struct prop *p, struct buf *b, int depth) {
  uint64_t kind = depth > 3 ? 9 : prop_below(p, 10);
  if (kind > 5) {
    put_comparison(p, b);
    return;
  }
  if (kind == 0) buf_str(b, "not ");
  buf_char(b, '(');
  put_cond(p, b, depth + 1);
  for (uint64_t n = prop_below(p, 3); n > 0; n--) {
    buf_str(b, prop_below(p, 2) ? " and " : " or ");
    put_cond(p, b, depth + 1);
  }
  buf_char(b, ')');
}

static void random_row(struct prop *p, struct value row[FIELDS]) {
  for (int f = 0; f < FIELDS; f++) {
    row[f] = prop_below(p, 4) == 0 ? VALUE_NONE
             : is_integer(f)       ? value_int(prop_between(p, -3, 3))
                                   : value_text(texts[prop_below(p, TEXTS)]);
  }
}

static void check_text(struct prop *p) {
  struct error e;
  error_init(&e, p->arena);
  struct buf b;
  buf_init(&b, p->arena);
  put_cond(p, &b, 0);
  const struct cond *c = NULL, *again = NULL;
  prop_assert(p, cond_parse(p->arena, buf_text(&b), resolve, NULL, &c, &e));
  const char *text = cond_text(c, p->arena);
  prop_assert(p, cond_parse(p->arena, text, resolve, NULL, &again, &e));
  struct buf first, second;
  buf_init(&first, p->arena);
  buf_init(&second, p->arena);
  cond_json(c, &first);
  cond_json(again, &second);
  prop_assert(p, strcmp(buf_text(&first), buf_text(&second)) == 0);
  prop_assert(p, strcmp(text, cond_text(again, p->arena)) == 0);
}

static void test_text_parses_to_the_same_tree(void **state) {
  (void)state;
  prop_run("cond text", 3000, check_text);
}

/* Asks the store: one row as a derived table for the record and one for the child. */
static bool ask_store(struct db *db, struct arena *a, const struct cond *c, const struct value row[FIELDS]) {
  struct buf b;
  buf_init(&b, a);
  buf_str(&b,
          "select 1 from (select $1 as n1, $2 as n2, $3 as t1, $4 as t2) r, (select $5 as n3, $6 as t3) child where ");
  cond_sql(c, "r", &b);
  struct stmt *q = db_sql(db, buf_text(&b), "iittit");
  for (int f = 0; f < FIELDS; f++) sql_value(q, f + 1, row[f]);
  bool yes = false;
  while (sql_row(q)) yes = true;
  return yes;
}

static void json_case(FILE *out, struct arena *a, const struct cond *c, const struct value row[FIELDS], bool want) {
  struct buf b;
  buf_init(&b, a);
  buf_str(&b, "{\"tree\":");
  cond_json(c, &b);
  buf_str(&b, ",\"row\":{");
  for (int f = 0; f < FIELDS; f++) {
    buf_printf(&b, "%s\"%s%s\":", f ? "," : "", f >= CHILD_FROM ? "child." : "", names[f]);
    if (row[f].type == VALUE_NULL) {
      buf_str(&b, "null");
    } else if (row[f].type == VALUE_INT) {
      buf_printf(&b, "%lld", (long long)row[f].i);
    } else {
      json_escape(&b, row[f].s);
    }
  }
  fprintf(out, "%s},\"want\":%s}\n", buf_text(&b), want ? "true" : "false");
}

static struct db *sql_db;
static FILE *js_cases;

static void check_three(struct prop *p) {
  struct error e;
  error_init(&e, p->arena);
  struct buf b;
  buf_init(&b, p->arena);
  put_cond(p, &b, 0);
  const struct cond *c = NULL;
  prop_assert(p, cond_parse(p->arena, buf_text(&b), resolve, NULL, &c, &e));
  for (int i = 0; i < 4; i++) {
    struct value row[FIELDS];
    random_row(p, row);
    bool want = cond_eval(c, look, row);
    if (sql_db) prop_assert(p, ask_store(sql_db, p->arena, c, row) == want);
    if (js_cases) json_case(js_cases, p->arena, c, row, want);
  }
}

static bool compare_with_sql(struct db *db, void *arg, struct error *e) {
  (void)arg;
  sql_db = db;
  prop_run("cond in C and SQL", 1500, check_three);
  sql_db = NULL;
  return db_ok(db, e);
}

static void test_sql_agrees(void **state) {
  struct fixture *f = *state;
  if (!store_read(f->store, compare_with_sql, NULL, &f->e)) fail_msg("%s", f->e.message);
}

static void test_script_agrees(void **state) {
  (void)state;
  if (system("command -v node >/dev/null 2>&1") != 0) {
    print_message("node is not installed: kithCond is not compared\n");
    skip();
  }
  char path[] = "/tmp/kith-cond-XXXXXX";
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  js_cases = fdopen(fd, "w");
  prop_run("cond in C and script", 1500, check_three);
  fclose(js_cases);
  js_cases = NULL;
  char command[1024];
  snprintf(command, sizeof command, "node '%s/test/unit/cond_js.mjs' '%s/assets/cond.js' %s >&2", KITH_SOURCE_ROOT,
           KITH_SOURCE_ROOT, path);
  int answer = system(command);
  unlink(path);
  assert_int_equal(answer, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_precedence_and_null),
                                     cmocka_unit_test(test_refused),
                                     cmocka_unit_test(test_outputs),
                                     cmocka_unit_test(test_text_parses_to_the_same_tree),
                                     cmocka_unit_test_setup_teardown(test_sql_agrees, fixture_open, fixture_close),
                                     cmocka_unit_test(test_script_agrees)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
