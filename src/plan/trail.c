#include "plan/plan.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>

#define LINE_MAX_BYTES 512

struct line {
	const char *rule;
	char *text;
};

struct plan_trail {
	struct line *lines;
	size_t n;
};

struct plan_trail *
plan_trail_new(void *owner)
{
	return mem_new(owner, struct plan_trail);
}

void
plan_trail_add(struct plan_trail *t, const char *rule, const char *fmt, ...)
{
	char buf[LINE_MAX_BYTES];
	va_list ap;

	if (t == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	t->lines = mem_grow(t, t->lines, struct line, t->n + 1);
	t->lines[t->n].rule = rule;
	t->lines[t->n].text = mem_str(t, buf);
	t->n++;
}

size_t
plan_trail_count(const struct plan_trail *t)
{
	return t->n;
}

void
plan_trail_get(const struct plan_trail *t, size_t i, const char **ret_rule,
    const char **ret_text)
{
	*ret_rule = t->lines[i].rule;
	*ret_text = t->lines[i].text;
}
