/* notify.h - telling systemd how the service is: one datagram to
 * $NOTIFY_SOCKET (sd_notify(3), systemd.service(5)).  Without the variable
 * nothing happens. */
#ifndef DUNLIN_DAEMON_NOTIFY_H
#define DUNLIN_DAEMON_NOTIFY_H

#include <stdint.h>

/* Lines of "NAME=VALUE", e.g. "READY=1\nSTATUS=2 roles run". */
void notify_send(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Milliseconds between two WATCHDOG=1, half of what systemd asks for; 0:
 * none is wanted. */
int64_t notify_watchdog_ms(void);

#endif
