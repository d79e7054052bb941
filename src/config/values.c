#include "config/values.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/country.h"
#include "core/money.h"
#include "core/zone.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(type, dest, s) ((type *)(void *)((char *)(dest) + (s)->offset))

bool
value_is_name(const char *s)
{
	size_t n = strlen(s), i;

	if (n == 0 || n > 40)
		return false;
	for (i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) &&
		    (i == 0 || strchr("-_.", s[i]) == NULL))
			return false;
	return true;
}

const char *
value_scalar(struct reader *r, const struct yaml_node *n)
{
	if (n->kind == YAML_BAD)
		return NULL;
	if (n->kind != YAML_SCALAR) {
		reader_problem(r, n->line, "a %s where one value belongs: "
		    "write \"key: value\"", n->kind == YAML_MAP ? "map" :
		    "list");
		return NULL;
	}
	if (n->text[0] == '\0') {
		reader_problem(r, n->line, "empty: give a value or take the "
		    "line out");
		return NULL;
	}
	return n->text;
}

bool
value_key(struct reader *r, const struct yaml_entry *e, const char *what)
{
	if (value_is_name(e->key))
		return true;
	reader_problem(r, e->line, "\"%.60s\" is no name for a %s: use up to "
	    "40 letters, digits, - and _", e->key, what);
	return false;
}

bool
value_entries(struct reader *r, const struct yaml_node *n)
{
	if (n->kind == YAML_MAP && n->n > 0)
		return true;
	reader_problem(r, n->line, "not a map: write the name with a colon, "
	    "and its settings below it, indented");
	return false;
}

void
read_text(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);

	if (v == NULL)
		return;
	if (text_has_control(v)) {
		reader_problem(r, n->line, "a line break or tab in the text: "
		    "keep it on one line");
		return;
	}
	if (strlen(v) > 500) {
		reader_problem(r, n->line, "longer than 500 bytes: shorten "
		    "it");
		return;
	}
	*FIELD(const char *, dest, s) = mem_str(r->owner, v);
}

void
read_lines(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);

	if (v != NULL)
		*FIELD(const char *, dest, s) = text_trim(r->owner, v);
}

void
read_word(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);

	if (v == NULL)
		return;
	if (!value_is_name(v)) {
		reader_problem(r, n->line, "\"%.60s\" is no name: use up to "
		    "40 letters, digits, - and _", v);
		return;
	}
	*FIELD(const char *, dest, s) = mem_str(r->owner, v);
}

void
read_path(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);

	if (v == NULL)
		return;
	if (text_has_control(v)) {
		reader_problem(r, n->line, "a control character in a path: "
		    "take it out");
		return;
	}
	*FIELD(const char *, dest, s) = file_join(r->owner, r->dir, v);
}

/* A list of scalars, or one; calls nothing for what is neither. */
static size_t
count_of(struct reader *r, const struct yaml_node *n)
{
	if (n->kind == YAML_MAP) {
		reader_problem(r, n->line, "a map where a list belongs: "
		    "write [one, two]");
		return 0;
	}
	return n->kind == YAML_LIST ? n->n : 1;
}

static const struct yaml_node *
one_of(const struct yaml_node *n, size_t i)
{
	return n->kind == YAML_LIST ? n->entries[i].value : n;
}

void
read_paths(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	size_t i, count = count_of(r, n), used = 0;
	const char **list = mem_array(r->owner, const char *, count + 1);
	const char *v;

	for (i = 0; i < count; i++) {
		v = value_scalar(r, one_of(n, i));
		if (v != NULL)
			list[used++] = file_join(r->owner, r->dir, v);
	}
	*FIELD(const char **, dest, s) = list;
}

void
read_words(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	size_t i, count = count_of(r, n);
	struct text *t = text_new(r->owner);
	const char *v;

	for (i = 0; i < count; i++) {
		v = value_scalar(r, one_of(n, i));
		if (v == NULL)
			continue;
		if (text_has_control(v)) {
			reader_problem(r, n->line, "a control character: "
			    "take it out");
			continue;
		}
		text_addf(t, "%s%s", text_len(t) > 0 ? " " : "", v);
	}
	*FIELD(const char *, dest, s) = text_str(t);
}

void
read_bool(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	static const char *const yes[] = { "yes", "true", "on" };
	static const char *const no[] = { "no", "false", "off" };
	const char *v = value_scalar(r, n);
	size_t i;

	if (v == NULL)
		return;
	for (i = 0; i < 3; i++) {
		if (text_eq_nocase(v, yes[i])) {
			*FIELD(bool, dest, s) = true;
			return;
		}
		if (text_eq_nocase(v, no[i])) {
			*FIELD(bool, dest, s) = false;
			return;
		}
	}
	reader_problem(r, n->line, "\"%.60s\" is neither yes nor no", v);
}

void
read_int(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);
	char *end;
	long x;

	if (v == NULL)
		return;
	errno = 0;
	x = strtol(v, &end, 10);
	if (errno != 0 || *end != '\0' || isspace((unsigned char)v[0]) ||
	    x < s->min || x > s->max) {
		reader_problem(r, n->line, "\"%.60s\" is no whole number from "
		    "%d to %d", v, s->min, s->max);
		return;
	}
	*FIELD(int, dest, s) = (int)x;
}

void
read_country(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);

	if (v == NULL)
		return;
	if (!country_is(v)) {
		reader_problem(r, n->line, "\"%.60s\" is no country: use two "
		    "capital letters of ISO 3166, such as CN or GB", v);
		return;
	}
	*FIELD(const char *, dest, s) = mem_str(r->owner, v);
}

void
read_zone(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);

	if (v == NULL)
		return;
	if (zone_open(v, FIELD(const struct zone *, dest, s), NULL) != 0)
		reader_problem(r, n->line, "\"%.60s\" is no time zone: use a "
		    "name such as Asia/Shanghai or Europe/London", v);
}

void
read_currency(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);

	if (v == NULL)
		return;
	if (money_digits(v) < 0) {
		reader_problem(r, n->line, "\"%.60s\" is no currency: use "
		    "three capital letters of ISO 4217, such as CNY", v);
		return;
	}
	*FIELD(const char *, dest, s) = mem_str(r->owner, v);
}

static bool
is_domain(const char *s)
{
	size_t i, n = strlen(s);

	if (n == 0 || n > 253 || s[0] == '.' || s[0] == '-' ||
	    s[n - 1] == '.' || s[n - 1] == '-')
		return false;
	for (i = 0; i < n; i++) {
		if (s[i] == '.' && s[i + 1] == '.')
			return false;
		if ((signed char)s[i] >= 0 && !isalnum((unsigned char)s[i]) &&
		    s[i] != '-' && s[i] != '.' && s[i] != '_')
			return false;
	}
	return true;
}

static bool
is_email(const char *s)
{
	const char *at = strrchr(s, '@'), *p;

	if (at == NULL || at == s || at - s > 64 || !is_domain(at + 1))
		return false;
	for (p = s; p < at; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f ||
		    strchr("()<>[]:;@\\,\"", *p) != NULL)
			return false;
	return s[0] != '.' && at[-1] != '.' && strstr(s, "..") == NULL;
}

void
read_email(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);

	if (v == NULL)
		return;
	if (!is_email(v)) {
		reader_problem(r, n->line, "\"%.60s\" is no mail address: "
		    "write name@example.com alone", v);
		return;
	}
	*FIELD(const char *, dest, s) = mem_str(r->owner, v);
}

void
read_domain(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);

	if (v == NULL)
		return;
	if (!is_domain(v)) {
		reader_problem(r, n->line, "\"%.60s\" is no domain: write it "
		    "as example.com", v);
		return;
	}
	*FIELD(const char *, dest, s) = mem_str(r->owner, v);
}

/* "en", "zh-CN": two or three letters, region where it matters. */
static bool
is_language(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz");

	if (n < 2 || n > 3)
		return false;
	return s[n] == '\0' || (s[n] == '-' && strlen(s) == n + 3 &&
	    isupper((unsigned char)s[n + 1]) &&
	    isupper((unsigned char)s[n + 2]));
}

static const char *
language_of(struct reader *r, const struct yaml_node *n)
{
	const char *v = value_scalar(r, n);

	if (v == NULL)
		return NULL;
	if (!is_language(v)) {
		reader_problem(r, n->line, "\"%.60s\" is no language: write "
		    "it as en or zh-CN", v);
		return NULL;
	}
	return mem_str(r->owner, v);
}

void
read_language(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = language_of(r, n);

	if (v != NULL)
		*FIELD(const char *, dest, s) = v;
}

void
read_languages(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	size_t i, count = count_of(r, n), used = 0;
	const char **list = mem_array(r->owner, const char *, count + 1);
	const char *v;

	for (i = 0; i < count; i++) {
		v = language_of(r, one_of(n, i));
		if (v != NULL)
			list[used++] = v;
	}
	if (used > 0)
		*FIELD(const char **, dest, s) = list;
}

void
read_time(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);
	int h, m;

	if (v == NULL)
		return;
	if (strlen(v) == 5 && v[2] == ':' && isdigit((unsigned char)v[0]) &&
	    isdigit((unsigned char)v[1]) && isdigit((unsigned char)v[3]) &&
	    isdigit((unsigned char)v[4])) {
		h = (v[0] - '0') * 10 + v[1] - '0';
		m = (v[3] - '0') * 10 + v[4] - '0';
		if (m < 60 && h * 60 + m <= 24 * 60) {
			*FIELD(int, dest, s) = h * 60 + m;
			return;
		}
	}
	reader_problem(r, n->line, "\"%.60s\" is no time: write HH:MM, such "
	    "as 09:15", v);
}

void
read_hundredths(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);
	struct money m;

	if (v == NULL)
		return;
	if (money_parse(v, "EUR", &m, NULL) != 0 || m.minor < 0) {
		reader_problem(r, n->line, "\"%.60s\" is no amount: write it "
		    "as 50 or 12.50", v);
		return;
	}
	*FIELD(int64_t, dest, s) = m.minor;
}
