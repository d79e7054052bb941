/* call_int.h - what the files that make call sheets share. */
#ifndef DUNLIN_ESCALATE_CALL_INT_H
#define DUNLIN_ESCALATE_CALL_INT_H

#include "escalate/call_sheet.h"

#include "base/mem.h"
#include "core/zone.h"
#include "plan/place.h"
#include "render/locale.h"
#include "render/view.h"

#include <stdarg.h>

#define CALL_CURRENCIES_MAX 8

struct sheet {
	const struct call_input *in;
	const struct facts *f;
	const struct locale *l;
	bool zh;
	int32_t today;
	struct place place;
	struct call_sheet *s;
};

static inline const char *say(const struct sheet *c, const char *en, const char *zh)
    __attribute__((format_arg(2), format_arg(3)));
static inline const char *
say(const struct sheet *c, const char *en, const char *zh)
{
	return c->zh ? zh : en;
}

static inline void add(struct sheet *c, enum call_part p, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static inline void
add(struct sheet *c, enum call_part p, const char *fmt, ...)
{
	va_list ap;

	if (c->s->n[p] == CALL_LINES_MAX)
		return;
	va_start(ap, fmt);
	c->s->lines[p][c->s->n[p]++] = mem_check(talloc_vasprintf(c->s, fmt,
	    ap));
	va_end(ap);
}

static inline const char *
money(const struct sheet *c, struct money m)
{
	return locale_money(c->s, c->l, m);
}

static inline const char *
date(const struct sheet *c, int32_t day)
{
	return locale_date(c->s, c->l, day);
}

static inline const char *
date_of(const struct sheet *c, int64_t at)
{
	int32_t second;

	return date(c, zone_day(c->place.zone, at, &second));
}

static inline const char *
clean(const struct sheet *c, const char *s)
{
	return view_clean(c->s, s);
}

static inline const char *
clock_time(const struct sheet *c, int minute)
{
	return mem_fmt(c->s, "%02d:%02d", minute / 60, minute % 60);
}

/* What may be asked for, per currency. */
struct sum {
	struct money late, all;
	int n_late, oldest;
};
size_t call_sums(const struct sheet *c,
    struct sum out[CALL_CURRENCIES_MAX]);

void call_start(void *owner, const struct call_input *in,
    struct sheet *ret);
void call_put_stop(struct sheet *c);	/* who must not be called at all */
void call_put_when(struct sheet *c);
void call_put_past(struct sheet *c);
void call_put_ask(struct sheet *c);
void call_put_never(struct sheet *c);

#endif
