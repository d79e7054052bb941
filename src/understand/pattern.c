#define PCRE2_CODE_UNIT_WIDTH 8

#include "understand/pattern.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

#include <pcre2.h>

#define MATCH_LIMIT 200000
#define DEPTH_LIMIT 2000

struct pattern {
	pcre2_code *code;
	bool jit;
};

static pcre2_match_data *data;
static pcre2_match_context *limits;

static struct pattern *
compile(const char *text, uint32_t options)
{
	struct pattern *p = mem_new(NULL, struct pattern);
	PCRE2_UCHAR message[128];
	PCRE2_SIZE at;
	int code;

	p->code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
	    PCRE2_UTF | options, &code, &at, NULL);
	if (p->code == NULL) {
		pcre2_get_error_message(code, message, sizeof(message));
		fprintf(stderr, "pattern '%s', at %zu: %s\n", text,
		    (size_t)at, (const char *)message);
		abort();
	}
	p->jit = pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE) == 0;
	if (data == NULL) {
		data = pcre2_match_data_create(PATTERN_GROUPS, NULL);
		limits = pcre2_match_context_create(NULL);
		if (data == NULL || limits == NULL)
			abort();
		pcre2_set_match_limit(limits, MATCH_LIMIT);
		pcre2_set_depth_limit(limits, DEPTH_LIMIT);
	}
	return p;
}

struct pattern *
pattern_new(const char *text)
{
	return compile(text, 0);
}

struct pattern *
pattern_new_nocase(const char *text)
{
	return compile(text, PCRE2_CASELESS);
}

struct pattern *
pattern_any_nocase(const char *before, const struct pattern_row *rows,
    size_t n)
{
	struct text *all = text_new(NULL);
	struct pattern *p;
	size_t i;

	text_addf(all, "%s(?:", before);
	for (i = 0; i < n; i++)
		text_addf(all, "%s(?:%s)", i > 0 ? "|" : "",
		    rows[i].pattern);
	text_addc(all, ')');
	p = compile(text_str(all), PCRE2_CASELESS);
	text_free(all);
	return p;
}

bool
pattern_next(const struct pattern *p, const char *s, size_t n, size_t start,
    struct pattern_hit *ret_hit)
{
	const PCRE2_SIZE *v;
	int r, i;

	if (p->jit)
		r = pcre2_jit_match(p->code, (PCRE2_SPTR)s, n, start, 0,
		    data, limits);
	else
		r = pcre2_match(p->code, (PCRE2_SPTR)s, n, start,
		    PCRE2_NO_UTF_CHECK, data, limits);
	if (r < 0)
		return false;
	if (ret_hit == NULL)
		return true;
	if (r == 0)
		r = PATTERN_GROUPS;
	v = pcre2_get_ovector_pointer(data);
	ret_hit->n = r;
	for (i = 0; i < PATTERN_GROUPS; i++) {
		ret_hit->at[i] = i < r && v[2 * i] != PCRE2_UNSET ?
		    v[2 * i] : 1;
		ret_hit->end[i] = i < r && v[2 * i] != PCRE2_UNSET ?
		    v[2 * i + 1] : 0;
	}
	return true;
}

bool
pattern_find(const struct pattern *p, const char *s, size_t n,
    struct pattern_hit *ret_hit)
{
	return pattern_next(p, s, n, 0, ret_hit);
}
