#include <fcntl.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/log.h"
#include "prop.h"

/* Runs write with stderr going to a pipe; returns what came out. */
static void captured(void (*write_lines)(void), char *out, size_t n) {
  int ends[2], was = dup(STDERR_FILENO);
  assert_int_equal(pipe(ends), 0);
  dup2(ends[1], STDERR_FILENO);
  write_lines();
  dup2(was, STDERR_FILENO);
  close(ends[1]);
  close(was);
  size_t len = 0;
  for (ssize_t got; len < n - 1 && (got = read(ends[0], out + len, n - 1 - len)) > 0;) len += (size_t)got;
  out[len] = '\0';
  close(ends[0]);
}

static void lines(void) {
  log_event(LOG_DEBUG, "unseen", NULL);
  log_event(LOG_INFO, "start", NULL);
  log_event(LOG_WARN, "slow_statement", "ms=%d statement=%s", 120, "a\nb");
}

static void endless(void) {
  char word[5000];
  memset(word, 'x', sizeof word - 1);
  word[sizeof word - 1] = '\0';
  log_event(LOG_ERROR, "long", "word=%s", word);
}

static void test_lines(void **state) {
  (void)state;
  char out[8192];
  clock_fix(instant_parse("2026-11-24T00:19:12Z"));
  captured(lines, out, sizeof out);
  assert_string_equal(out,
                      "time=2026-11-24T00:19:12.000000Z level=info event=start\n"
                      "time=2026-11-24T00:19:12.000000Z level=warn event=slow_statement ms=120 statement=a b\n");
  log_level_set(LOG_ERROR);
  captured(lines, out, sizeof out);
  assert_string_equal(out, "");
  captured(endless, out, sizeof out);
  assert_true(strlen(out) <= 2048);
  assert_int_equal(out[strlen(out) - 1], '\n');
  assert_ptr_equal(strchr(out, '\n'), out + strlen(out) - 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines)};
  return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
