/* log: key=value lines to stderr for whoever runs the machine. Never a name, a value of a record, a URL query or SQL
 * values. log_event(LOG_WARN, "slow_statement", "ms=%d statement=%s", 120, "child_list"): keys are literals, values are
 * numbers or words made by the program. */
#ifndef KITH_BASE_LOG_H
#define KITH_BASE_LOG_H
#include <stdint.h>
enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
void log_level_set(enum log_level l);
/* fmt may hold only %d %lld %zu %s of program-made words; one line, newline added. Time, level and event come first. */
void log_event(enum log_level l, const char *event, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
#endif
