/* log.h - one line per outcome on standard error.
 *
 *   <6>2026-11-21T09:00:00Z sender: sent account=17 outbox=4 code=250
 *
 * The journal prefix <N> is written only under systemd (JOURNAL_STREAM) or
 * with log_prefix(true).  Strangers' text goes through log_quote.  No address,
 * body or amount above LOG_DEBUG.  Audit facts are events, not log lines. */
#ifndef DUNLIN_BASE_LOG_H
#define DUNLIN_BASE_LOG_H

#include <stdbool.h>

enum log_level { LOG_ERROR = 3, LOG_WARN = 4, LOG_INFO = 6, LOG_DEBUG = 7 };

void log_init(const char *role, enum log_level max);
void log_prefix(bool on);
void log_line(enum log_level level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)
#define log_warn(...) log_line(LOG_WARN, __VA_ARGS__)
#define log_info(...) log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)

/* text in double quotes, control bytes and quotes escaped, at most 200
 * bytes of it. */
char *log_quote(void *owner, const char *text);

#endif
