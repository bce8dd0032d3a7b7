#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/ctx.h"

enum { LINE_MAX_BYTES = 2048 };

static atomic_int least = LOG_INFO;

void log_level_set(enum log_level l) {
  atomic_store(&least, (int)l);
}

void log_event(enum log_level l, const char *event, const char *fmt, ...) {
  static const char *const names[] = {"debug", "info", "warn", "error"};
  if ((int)l < atomic_load(&least)) return;
  char line[LINE_MAX_BYTES], at[INSTANT_TEXT];
  const size_t room = sizeof line - 1; /* the line end always fits */
  int n = snprintf(line, room, "time=%s level=%s event=%s", instant_format(clock_now(), at), names[l], event);
  size_t len = n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
  if (fmt && *fmt && len + 1 < room) {
    line[len++] = ' ';
    va_list ap;
    va_start(ap, fmt);
    n = vsnprintf(line + len, room - len, fmt, ap);
    va_end(ap);
    size_t left = room - len;
    len += n < 0 ? 0 : (size_t)n < left ? (size_t)n : left - 1;
  }
  for (size_t i = 0; i < len; i++) /* one event is one line, whatever a word held */
    if ((unsigned char)line[i] < ' ') line[i] = ' ';
  line[len++] = '\n';
  /* One write, so that lines of several threads do not mix. Nobody is left to tell if stderr is gone. */
  ssize_t written = write(STDERR_FILENO, line, len);
  (void)written;
}
