#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "prop.h"

static struct arena *arena;

static const struct json *parse(const char *s) {
  struct error e;
  error_init(&e, arena);
  return json_parse(arena, s, strlen(s), &e);
}

static const char *refusal(const char *s) {
  struct error e;
  error_init(&e, arena);
  assert_null(json_parse(arena, s, strlen(s), &e));
  assert_int_equal(e.kind, ERR_INPUT);
  return e.message;
}

/* Canonical bytes, or NULL when refused. */
static const char *canonical(const struct json *v) {
  struct error e;
  struct buf b;
  error_init(&e, arena);
  buf_init(&b, arena);
  if (json_canonical(&b, arena, v, &e)) return buf_text(&b);
  assert_int_equal(e.kind, ERR_INPUT);
  return NULL;
}

static void test_reading(void **state) {
  (void)state;
  const struct json *v = parse(" {\"b\": [1, -2, true, false, null, \"x\\u00e9\\n\"], \"a\": 1.5, \"\": {}} ");
  int64_t i;
  assert_int_equal(v->type, JSON_OBJECT);
  assert_int_equal(v->n, 3);
  assert_string_equal(v->keys[0], "b"); /* as given */
  const struct json *b = json_get(v, "b");
  assert_int_equal(b->n, 6);
  assert_true(json_int(b->items[1], &i));
  assert_int_equal(i, -2);
  assert_string_equal(json_text(b->items[5]), "xé\n");
  assert_int_equal(b->items[5]->n, 4);
  assert_int_equal(b->items[4]->type, JSON_NULL);
  assert_true(json_get(v, "a")->type == JSON_REAL && json_get(v, "a")->d > 1.49 && json_get(v, "a")->d < 1.51);
  assert_false(json_int(json_get(v, "a"), &i));
  assert_null(json_get(v, "c"));
  assert_null(json_get(b, "c"));
  assert_null(json_get(NULL, "c"));
  assert_null(json_text(v));
  assert_null(json_text(NULL));
  assert_true(json_int(parse("9223372036854775807"), &i) && i == INT64_MAX);
  assert_true(json_int(parse("-9223372036854775808"), &i) && i == INT64_MIN);
}

static void test_refused(void **state) {
  (void)state;
  assert_string_equal(refusal("{\"a\":1,\n\"a\":2}"), "Line 2, character 3: a key stands twice in one object.");
  assert_non_null(strstr(refusal(""), "ends too soon"));
  assert_non_null(strstr(refusal("{\"a\":"), "ends too soon"));
  assert_non_null(strstr(refusal("1 2"), "something follows"));
  assert_non_null(strstr(refusal("9223372036854775808"), "too large"));
  assert_non_null(strstr(refusal("\"\\u0000\""), "NUL"));
  assert_non_null(strstr(refusal("\"\xFF\""), "UTF-8"));
  static const char *const bad[] = {"{a:1}", "[1,]",  "'x'",       "\"\\ud800\"",    "nul",
                                    "01",    "+1",    "NaN",       "\xEF\xBB\xBF{}", "\"a\nb\"",
                                    "1e999", "[1 2]", "{\"a\" 1}", "\"\\x41\""};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) refusal(bad[i]);
  struct error e;
  error_init(&e, arena);
  assert_null(json_parse(arena, NULL, 0, &e));
}

static char *nested(int depth) {
  struct buf b;
  buf_init(&b, arena);
  for (int i = 0; i < depth; i++) buf_str(&b, i % 2 ? "{\"a\":" : "[");
  buf_str(&b, "0");
  for (int i = depth - 1; i >= 0; i--) buf_str(&b, i % 2 ? "}" : "]");
  return arena_strdup(arena, buf_text(&b));
}

static void test_depth(void **state) {
  (void)state;
  assert_string_equal(canonical(parse(nested(64))), nested(64));
  assert_non_null(strstr(refusal(nested(65)), "64 deep"));
  assert_non_null(strstr(refusal(nested(5000)), "deep"));
}

static void test_canonical(void **state) {
  (void)state;
  static const char *const pairs[][2] = {
      {" [ 1 , -0 , true ] ", "[1,0,true]"},
      {"{\"b\":1,\"a\":{\"d\":null,\"c\":[]},\"B\":2,\"é\":3,\"aa\":4}",
       "{\"B\":2,\"a\":{\"c\":[],\"d\":null},\"aa\":4,\"b\":1,\"é\":3}"},
      {"\"e\\u0301 \\u001f\\u007f\\/\\u2028\"", "\"é \\u001f\x7F/\xE2\x80\xA8\""},
      {"\"\\\"\\\\\\b\\f\\n\\r\\t\\u000b\"", "\"\\\"\\\\\\b\\f\\n\\r\\t\\u000b\""},
      {"\"\\ud83d\\ude00\"", "\"😀\""},
      {"{}", "{}"},
      {"null", "null"},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    assert_string_equal(canonical(parse(pairs[i][0])), pairs[i][1]);
  assert_null(canonical(parse("[1.0]")));
  assert_null(canonical(parse("1e2")));
  assert_null(canonical(parse("{\"e\\u0301\":1,\"\\u00e9\":2}"))); /* one key in NFC */
  struct json broken = {.type = JSON_STRING, .s = "\xFF", .n = 1};
  assert_null(canonical(&broken));
}

static void test_writer(void **state) {
  (void)state;
  struct buf b;
  struct json_writer w;
  buf_init(&b, arena);
  json_begin(&w, &b);
  w.canonical = true;
  json_object(&w);
  json_key(&w, "a");
  json_array(&w);
  json_put_int(&w, INT64_MIN);
  json_put_text(&w, "x\"\x01y");
  json_put_text(&w, NULL);
  json_object(&w);
  json_end_object(&w);
  json_array(&w);
  json_end_array(&w);
  json_end_array(&w);
  json_key(&w, "ab");
  json_put_bool(&w, true);
  json_key(&w, "b");
  json_object(&w);
  json_key(&w, "a");
  json_put_null(&w);
  json_end_object(&w);
  json_key(&w, "c");
  json_put_raw(&w, "[1]");
  json_key(&w, "d");
  json_put_bool(&w, false);
  json_end_object(&w);
  const char *expected =
      "{\"a\":[-9223372036854775808,\"x\\\"\\u0001y\",null,{},[]],\"ab\":true,\"b\":{\"a\":null},"
      "\"c\":[1],\"d\":false}";
  assert_string_equal(buf_text(&b), expected);
  assert_string_equal(canonical(parse(expected)), expected);
}

/* A tree of anything but reals; keys are different in NFC. */
static const struct json *random_tree(struct prop *p, int depth) {
  struct json *v = arena_alloc(p->arena, sizeof *v);
  switch (prop_below(p, depth > 4 ? 5 : 8)) {
  case 0:
    v->type = JSON_NULL;
    return v;
  case 1:
    v->type = prop_below(p, 2) ? JSON_TRUE : JSON_FALSE;
    return v;
  case 2:
    v->type = JSON_INT;
    v->i = (int64_t)prop_next(p) >> prop_below(p, 64);
    return v;
  case 3:
  case 4:
    v->type = JSON_STRING;
    v->s = prop_text(p, 20);
    v->n = strlen(v->s);
    return v;
  case 5:
    v->type = JSON_ARRAY;
    break;
  default:
    v->type = JSON_OBJECT;
  }
  v->n = prop_below(p, 7);
  const struct json **items = arena_alloc(p->arena, v->n * sizeof *items);
  const char **keys = arena_alloc(p->arena, v->n * sizeof *keys);
  for (size_t i = 0; i < v->n; i++) {
    items[i] = random_tree(p, depth + 1);
    keys[i] = arena_printf(p->arena, "%s%zu", prop_text(p, 3), i);
  }
  v->items = items;
  if (v->type == JSON_OBJECT) v->keys = keys;
  return v;
}

/* The same members in another order. */
static const struct json *shuffled(struct prop *p, const struct json *v) {
  if (v->type != JSON_OBJECT && v->type != JSON_ARRAY) return v;
  struct json *copy = arena_copy(p->arena, v, sizeof *v);
  const struct json **items = arena_alloc(p->arena, v->n * sizeof *items);
  const char **keys = arena_alloc(p->arena, v->n * sizeof *keys);
  for (size_t i = 0; i < v->n; i++) {
    items[i] = shuffled(p, v->items[i]);
    if (v->type == JSON_OBJECT) keys[i] = v->keys[i];
  }
  for (size_t i = v->n; v->type == JSON_OBJECT && i > 1; i--) {
    size_t k = prop_below(p, i);
    const struct json *item = items[k];
    const char *key = keys[k];
    items[k] = items[i - 1], keys[k] = keys[i - 1];
    items[i - 1] = item, keys[i - 1] = key;
  }
  copy->items = items;
  if (v->type == JSON_OBJECT) copy->keys = keys;
  return copy;
}

static void keys_in_order(struct prop *p, const struct json *v) {
  for (size_t i = 0; (v->type == JSON_OBJECT || v->type == JSON_ARRAY) && i < v->n; i++) {
    if (v->type == JSON_OBJECT && i > 0) prop_assert(p, strcmp(v->keys[i - 1], v->keys[i]) < 0);
    keys_in_order(p, v->items[i]);
  }
}

static void check_canonical(struct prop *p) {
  struct error e;
  struct buf one, two, three;
  const struct json *v = random_tree(p, 0);
  error_init(&e, p->arena);
  buf_init(&one, p->arena);
  buf_init(&two, p->arena);
  buf_init(&three, p->arena);
  prop_assert(p, json_canonical(&one, p->arena, v, &e));
  prop_assert(p, json_canonical(&two, p->arena, shuffled(p, v), &e));
  prop_assert(p, strcmp(buf_text(&one), buf_text(&two)) == 0);
  const struct json *again = json_parse(p->arena, one.data, one.len, &e);
  prop_assert(p, again != NULL);
  keys_in_order(p, again);
  prop_assert(p, json_canonical(&three, p->arena, again, &e));
  prop_assert(p, strcmp(buf_text(&one), buf_text(&three)) == 0);
}

static void test_canonical_property(void **state) {
  (void)state;
  prop_run("canonical JSON", 2000, check_canonical);
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
      cmocka_unit_test(test_reading),   cmocka_unit_test(test_refused), cmocka_unit_test(test_depth),
      cmocka_unit_test(test_canonical), cmocka_unit_test(test_writer),  cmocka_unit_test(test_canonical_property),
  };
  return cmocka_run_group_tests_name("json", tests, start, stop);
}
