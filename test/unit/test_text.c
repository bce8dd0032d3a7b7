#include "base/text.h"
#include "prop.h"

static struct arena *arena;

static void test_valid(void **state) {
  (void)state;
  static const char *const good[] = {"",         "a", "é", "€", "😀", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF",
                                     "12345678é"};
  static const char *const bad[] = {"\x80",
                                    "\xC0\xAF",
                                    "\xC1\xBF",
                                    "\xE0\x80\xAF",
                                    "\xE0\x9F\xBF",
                                    "\xED\xA0\x80",
                                    "\xED\xBF\xBF",
                                    "\xF0\x80\x80\x80",
                                    "\xF0\x8F\xBF\xBF",
                                    "\xF4\x90\x80\x80",
                                    "\xF5\x80\x80\x80",
                                    "\xFF",
                                    "\xC3",
                                    "\xE2\x82",
                                    "\xF0\x9F\x98",
                                    "\xC3(",
                                    "12345678\3035"};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) assert_true(text_utf8_valid(good[i], strlen(good[i])));
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(text_utf8_valid(bad[i], strlen(bad[i])));
  assert_false(text_utf8_valid("a\0b", 3));
  assert_int_equal(text_utf8_prefix("a\0\xC3\xA9\xC3", 5), 4);
  assert_true(text_utf8_valid(NULL, 0));
}

static void test_clean(void **state) {
  (void)state;
  static const char *const pairs[][2] = {{"  a \r\n b\rc\n ", "a \n b\nc"},
                                         {"e\xCC\x81", "é"},
                                         {"a\x01\x1F\tb\x7F", "a\tb\x7F"},
                                         {"\xC2\xA0\xE2\x80\x83x\xE3\x80\x80", "x"},
                                         {"\r\r\n", ""},
                                         {"e\x02\xCC\x81", "é"}}; /* what stood between is gone before they join */
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    assert_string_equal(text_clean(arena, pairs[i][0], strlen(pairs[i][0])), pairs[i][1]);
  assert_string_equal(text_clean(arena, "a\0b", 3), "ab");
  assert_null(text_clean(arena, "\xFF", 1));
  assert_null(text_nfc(arena, "\xC3"));
}

static void test_fold(void **state) {
  (void)state;
  static const char *const pairs[][2] = {{"O’Brien", "obrien"},
                                         {"O'BRIEN", "obrien"},
                                         {"O`Brien", "obrien"},
                                         {"O´Brien", "obrien"},
                                         {"Smith-Jones", "smithjones"},
                                         {"Smith–Jones", "smithjones"},
                                         {" Mary \t Ann ", "mary ann"},
                                         {"Zoë", "zoe"},
                                         {"ŁUKASZ", "lukasz"},
                                         {"Straße", "strasse"},
                                         {"Søren", "soren"},
                                         {"Þóra", "thora"},
                                         {"İpek", "ipek"},
                                         {"Iılmaz", "iilmaz"},
                                         {"Æsa", "aesa"},
                                         {"Nguyễn", "nguyen"},
                                         {"Ｗｉｄｅ", "wide"},
                                         {"ﬁnn", "finn"},
                                         {"Σίσυφος", "σισυφοσ"},
                                         {"Йосиф", "иосиф"},
                                         {"مُحَمَّد", "محمد"},
                                         {"김민수", "김민수"},
                                         {"", ""},
                                         {"\xC2\xAD x\xE2\x80\x8D", "x"},
                                         {"a\xFF"
                                          "b",
                                          "a\xEF\xBF\xBD"
                                          "b"}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    /* Hangul comes out in its letters; the expectation is folded by hand through the normal form. */
    const char *got = text_nfc(arena, text_fold(arena, pairs[i][0]));
    assert_string_equal(got, pairs[i][1]);
  }
}

static int compare(const char *x, const char *y) {
  return strcmp(text_sort_key(arena, x), text_sort_key(arena, y));
}

static void test_sort_key(void **state) {
  (void)state;
  static const char *const order[] = {"",        "Abel",        "abel 2", "Adams", "Éclair",      "Edwards",
                                      "O’Brien", "Obrien, Zoe", "Smith",  "smith", "Smith Adams", "Smith-Jones",
                                      "Smythe",  "Zoe",         "Zoë",    "Zoella"};
  for (size_t i = 1; i < sizeof order / sizeof *order; i++)
    if (compare(order[i - 1], order[i]) >= 0) fail_msg("%s must come before %s", order[i - 1], order[i]);
  assert_int_equal(compare("Zoë", "Zoe\xCC\x88"), 0);
}

static void test_sounds(void **state) {
  (void)state;
  static const char *const alike[][3] = {
      {"Smith", "Smyth", "Smithe"},
      {"Catherine", "Katherine", "Kathryn"},
      {"Mohammed", "Muhammad", "Mohamad"},
      {"Stephen", "Steven", "Stephan"},
      {"Geoffrey", "Jeffrey", "Jeffry"},
      {"Philip", "Phillip", "Filip"},
      {"Thompson", "Thomson", "Tompson"},
      {"Hussain", "Hussein", "Husayn"},
      {"Aisha", "Ayesha", "Aysha"},
      {"Ahmed", "Ahmad", "Ahmet"},
      {"Wright", "Right", "Rite"},
      {"Knight", "Night", "Nite"},
      {"Szymański", "Shimanski", "Szymanski"},
      {"Stewart", "Stuart", "Steuart"},
      {"Jon", "John", "Johne"},
      {"Schmidt", "Shmidt", "Schmitt"},
      {"O'Brien", "O’Brian", "Obrien"},
      {"Smith-Jones", "Smyth Jones", "smith jonse"},
      {"Isaac", "Izaak", "Isak"},
      {"Claire", "Clare", "Klair"},
      {"Xavier", "Savier", "Zavier"},
      {"Lamb", "Lam", "Lamm"},
      {"Whitney", "Witney", "Whitnee"},
      {"Khan", "Kan", "Cahn"},
  };
  for (size_t i = 0; i < sizeof alike / sizeof *alike; i++)
    for (size_t k = 1; k < 3; k++)
      assert_string_equal(text_sounds(arena, alike[i][k]), text_sounds(arena, alike[i][0]));
  static const char *const unlike[][2] = {
      {"Smith", "Jones"}, {"Anna", "Hannah"}, {"Mark", "Mary"}, {"Ben", "Dan"}, {"Ali", "Lee"}};
  for (size_t i = 0; i < sizeof unlike / sizeof *unlike; i++)
    assert_string_not_equal(text_sounds(arena, unlike[i][0]), text_sounds(arena, unlike[i][1]));
}

/* Stored codes must never come to differ from those made later. */
static void test_sounds_are_settled(void **state) {
  (void)state;
  static const char *const pairs[][2] = {
      {"Smith-Jones", "SMT JNS"},
      {"Catherine", "KTRN"},
      {"Christopher", "KRSTFR"},
      {"Wright", "RT"},
      {"Vaughan", "FKN"},
      {"Singh", "SNK"},
      {"Xavier", "SFR"},
      {"Alexander", "ALKSNTR"},
      {"Yusuf", "YSF"},
      {"Ewan", "AN"},
      {"George", "JRJ"},
      {"Oluwaseun", "ALSN"},
      {"Wojciechowska", "WJSXSK"},
      {"H", "H"},
      {"", ""},
      {"김 Kim", "\xE1\x84\x80\xE1\x85\xB5\xE1\x86\xB7 KM"},
      {"Иван", "иван"},
      {"2nd", "NT"},
      {"7", "7"},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    assert_string_equal(text_sounds(arena, pairs[i][0]), pairs[i][1]);
}

static void test_length(void **state) {
  (void)state;
  assert_int_equal(text_length(""), 0);
  assert_int_equal(text_length("abc"), 3);
  assert_int_equal(text_length("e\xCC\x81t\xC3\xA9"), 3);
  assert_int_equal(text_length("👩‍👩‍👧"), 1);
  assert_int_equal(text_length("🇬🇧🇫🇷"), 2);
  assert_int_equal(text_length("a\xFF"
                               "b"),
                   3);
}

static void test_small(void **state) {
  (void)state;
  assert_string_equal(text_upper_ascii(arena, "abzé9"), "ABZé9");
  assert_string_equal(text_trim(arena, "\xC2\xA0 a b\t\xE2\x80\xA8"), "a b");
  assert_string_equal(text_trim(arena, " \t "), "");
  assert_true(text_eq_ci("Date", "dATE"));
  assert_false(text_eq_ci("Date", "Dates"));
  assert_false(text_eq_ci("é", "É"));
}

static void check_keys(struct prop *p) {
  const char *s = prop_text(p, 40);
  const char *clean = text_clean(p->arena, s, strlen(s)), *fold = text_fold(p->arena, s);
  prop_assert(p, clean && text_utf8_valid(clean, strlen(clean)));
  prop_assert(p, strcmp(text_clean(p->arena, clean, strlen(clean)), clean) == 0);
  prop_assert(p, strcmp(text_nfc(p->arena, clean), clean) == 0);
  prop_assert(p, strcmp(text_trim(p->arena, clean), clean) == 0);
  prop_assert(p, text_utf8_valid(fold, strlen(fold)) && strcmp(text_fold(p->arena, fold), fold) == 0);
  prop_assert(p, strcmp(text_fold(p->arena, clean), fold) == 0 || strpbrk(s, "\r\n\t\x0B\x0C") != NULL);
  const char *key = text_sort_key(p->arena, s);
  prop_assert(p, text_utf8_valid(key, strlen(key)));
  prop_assert(p, strcmp(key, text_sort_key(p->arena, text_nfc(p->arena, s))) == 0);
  const char *sounds = text_sounds(p->arena, s);
  prop_assert(p, text_utf8_valid(sounds, strlen(sounds)) && !strstr(sounds, "  "));
  prop_assert(p, text_length(s) <= strlen(s));
}

/* Bytes that are not text at all must not upset anything. */
static void check_bytes(struct prop *p) {
  char s[60];
  size_t n = prop_below(p, sizeof s);
  for (size_t i = 0; i < n; i++) s[i] = (char)prop_between(p, 1, 255);
  s[n] = '\0';
  const char *fold = text_fold(p->arena, s);
  prop_assert(p, text_utf8_valid(fold, strlen(fold)));
  prop_assert(p, (text_nfc(p->arena, s) != NULL) == text_utf8_valid(s, n));
  prop_assert(p, (text_clean(p->arena, s, n) != NULL) == text_utf8_valid(s, n));
  text_trim(p->arena, s);
  text_sounds(p->arena, s);
  prop_assert(p, text_length(s) <= n);
}

static void test_properties(void **state) {
  (void)state;
  prop_run("text keys", 4000, check_keys);
  prop_run("bytes", 4000, check_bytes);
}

static void put_utf8(char out[5], uint32_t c) {
  memset(out, 0, 5);
  if (c < 0x80) {
    out[0] = (char)c;
  } else if (c < 0x800) {
    out[0] = (char)(0xC0 | c >> 6), out[1] = (char)(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out[0] = (char)(0xE0 | c >> 12), out[1] = (char)(0x80 | (c >> 6 & 0x3F)), out[2] = (char)(0x80 | (c & 0x3F));
  } else {
    out[0] = (char)(0xF0 | c >> 18), out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F)), out[3] = (char)(0x80 | (c & 0x3F));
  }
}

/* Folding every single code point gives something that folds to itself. */
static void test_every_letter(void **state) {
  (void)state;
  struct arena *a = arena_new();
  for (uint32_t c = 1; c < 0x110000; c++) {
    char s[5];
    if (c >= 0xD800 && c < 0xE000) continue;
    put_utf8(s, c);
    const char *fold = text_fold(a, s);
    if (strcmp(text_fold(a, fold), fold) != 0) fail_msg("U+%04X folds again", c);
    if (c % 4096 == 0) arena_reset(a);
  }
  arena_free(a);
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
      cmocka_unit_test(test_valid),        cmocka_unit_test(test_clean),  cmocka_unit_test(test_fold),
      cmocka_unit_test(test_sort_key),     cmocka_unit_test(test_sounds), cmocka_unit_test(test_sounds_are_settled),
      cmocka_unit_test(test_length),       cmocka_unit_test(test_small),  cmocka_unit_test(test_properties),
      cmocka_unit_test(test_every_letter),
  };
  return cmocka_run_group_tests_name("text", tests, start, stop);
}
