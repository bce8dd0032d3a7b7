#include <unistd.h>

#include "base/csv.h"
#include "base/error.h"
#include "base/ident.h"
#include "prop.h"

static void test_upn(void **state) {
  (void)state;
  char out[UPN_LENGTH + 1];
  assert_int_equal(upn_check("b801 2000 05001", out), UPN_PERMANENT);
  assert_string_equal(out, "B801200005001");
  assert_int_equal(upn_check("H33542012301Z", out), UPN_TEMPORARY);
  static const char *const bad[] = {"",
                                    "B80120000500",   /* short */
                                    "B8012000050011", /* long */
                                    "B80120000500S",  /* S ends none */
                                    "I801200005001",  /* I checks none */
                                    "B8O1200005001",  /* letter O for nought */
                                    "8B01200005001",
                                    "B80120000A001", /* letter inside */
                                    "B80120000500\xC3" /* not ASCII */};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    assert_int_equal(upn_check(bad[i], out), UPN_INVALID);
    assert_string_equal(out, "");
  }
  assert_int_equal(upn_check(NULL, out), UPN_INVALID);
}

/* The check letter finds every single wrong digit and every two neighbours changed over: what modulus 23 is for. */
static void check_upn(struct prop *p) {
  char upn[UPN_LENGTH + 1] = "", out[UPN_LENGTH + 1];
  for (int i = 1; i < UPN_LENGTH; i++) upn[i] = (char)('0' + prop_below(p, 10));
  upn[0] = upn_check_letter(upn + 1);
  prop_assert(p, upn_check(upn, out) == UPN_PERMANENT && strcmp(upn, out) == 0);
  size_t at = 1 + prop_below(p, 12);
  char was = upn[at];
  upn[at] = (char)('0' + (was - '0' + 1 + (int)prop_below(p, 9)) % 10);
  prop_assert(p, upn_check(upn, out) == UPN_INVALID);
  upn[at] = was;
  if (at < 12 && upn[at] != upn[at + 1]) {
    upn[at] = upn[at + 1];
    upn[at + 1] = was;
    prop_assert(p, upn_check(upn, out) == UPN_INVALID);
  }
}

static void test_upn_property(void **state) {
  (void)state;
  prop_run("upn", 3000, check_upn);
}

static void test_nhs(void **state) {
  (void)state;
  char out[11];
  assert_true(nhs_check("943 476 5870", out));
  assert_string_equal(out, "9434765870");
  assert_true(nhs_check("943-476-5870", out));
  static const char *const bad[] = {
      "",           "943476587", "94347658700", "9434765871", " 9434765870", "9434765870 ", "-9434765870",
      "943476587O", "0000000060"}; /* remainder 1 asks for ten, which no digit is */
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(nhs_check(bad[i], out));
  assert_string_equal(out, "");
  assert_false(nhs_check(NULL, out));
}

static void test_urn(void **state) {
  (void)state;
  char out[9];
  static const char *const good[][2] = {{"100006", "100006"},     {"12345", "12345"},        {"2638412", "2638412"},
                                        {"sc045099", "SC045099"}, {"EY 123456", "EY123456"}, {"SC12345", "SC12345"}};
  static const char *const bad[] = {"",        "1234",     "12345678", "SC1234", "SC1234567",
                                    "S123456", "SCX12345", "1234A6",   "EY"};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    assert_true(urn_check(good[i][0], out));
    assert_string_equal(out, good[i][1]);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(urn_check(bad[i], out));
  assert_false(urn_check(NULL, out));
}

static void test_postcode(void **state) {
  (void)state;
  char out[9];
  static const char *const good[][2] = {{"tn237xl", "TN23 7XL"},  {"M1 1AE", "M1 1AE"},    {"B33 8TH", "B33 8TH"},
                                        {"CR2 6XH", "CR2 6XH"},   {"DN551PT", "DN55 1PT"}, {"w1a 0ax", "W1A 0AX"},
                                        {"EC1A 1BB", "EC1A 1BB"}, {"GIR 0AA", "GIR 0AA"},  {" T N2 37 XL ", "TN23 7XL"},
                                        {"ZZ99 3CZ", "ZZ99 3CZ"}};
  static const char *const bad[] = {"",         "TN23",       "TN237",    "TN23 7X",  "TN23 7XC", "1N23 7XL",
                                    "TNN3 7XL", "TN2345 7XL", "TN23 XXL", "TN23 77L", "GIR 0AB",  "TN23-7XL"};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    assert_true(postcode_check(good[i][0], out));
    assert_string_equal(out, good[i][1]);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    assert_false(postcode_check(bad[i], out));
    assert_string_equal(out, "");
  }
  assert_false(postcode_check(NULL, out));
}

static void test_codes(void **state) {
  (void)state;
  assert_true(local_id_check("a1B2"));
  assert_true(local_id_check("12345678901234567890"));
  assert_false(local_id_check("123456789012345678901"));
  assert_false(local_id_check(""));
  assert_false(local_id_check("a-1"));
  assert_false(local_id_check("a 1"));
  assert_false(local_id_check("\xC3\xA9"));
  assert_false(local_id_check(NULL));
  assert_true(authority_code_check("886"));
  assert_false(authority_code_check("88"));
  assert_false(authority_code_check("8866"));
  assert_false(authority_code_check("88a"));
  assert_false(authority_code_check(NULL));
}

static void try_vector(const char *type, const char *value, const char *expected, const char *note) {
  char upn[UPN_LENGTH + 1], nhs[11];
  bool valid = strncmp(expected, "valid", 5) == 0;
  if (strcmp(type, "nhs") == 0) {
    assert_int_equal(nhs_check(value, nhs), valid);
    return;
  }
  assert_string_equal(type, "upn");
  enum upn_kind kind = upn_check(value, upn);
  assert_int_equal(kind != UPN_INVALID, valid);
  if (strcmp(note, "temporary") == 0) assert_int_equal(kind, UPN_TEMPORARY);
  if (strcmp(note, "permanent") == 0) assert_int_equal(kind, UPN_PERMANENT);
}

static void test_vectors(void **state) {
  (void)state;
  const char *path = KITH_SOURCE_ROOT "/../shared/data/identifier_vectors.csv";
  if (access(path, R_OK) != 0) {
    print_message("no ../shared beside the source: identifier_vectors.csv is not tried\n");
    skip();
  }
  struct arena *a = arena_new();
  struct error e;
  const char *bytes;
  size_t n;
  int tried = 0;
  error_init(&e, a);
  assert_true(file_read(a, path, 0, &bytes, &n, &e));
  struct csv *c = csv_open(a, path, bytes, n, &e);
  assert_non_null(c);
  assert_int_equal(csv_find(c, "note"), 3);
  for (struct csv_row row; csv_next(c, &row); tried++) {
    assert_int_equal(row.status, CSV_OK);
    try_vector(row.cells[0], row.cells[1], row.cells[2], row.cells[3]);
  }
  assert_int_equal(tried, 28);
  arena_free(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_upn),     cmocka_unit_test(test_upn_property), cmocka_unit_test(test_nhs),
      cmocka_unit_test(test_urn),     cmocka_unit_test(test_postcode),     cmocka_unit_test(test_codes),
      cmocka_unit_test(test_vectors),
  };
  return cmocka_run_group_tests_name("ident", tests, NULL, NULL);
}
