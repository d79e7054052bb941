#include "sms/fields.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes s[0..n); false on a broken escape. */
static bool
decode(void *owner, const char *s, size_t n, char **ret_s, size_t *ret_len)
{
	char *out = mem_array(owner, char, n + 1);
	size_t i, k = 0;

	for (i = 0; i < n; i++) {
		if (s[i] == '+') {
			out[k++] = ' ';
		} else if (s[i] != '%') {
			out[k++] = s[i];
		} else {
			if (i + 2 >= n || hex(s[i + 1]) < 0 ||
			    hex(s[i + 2]) < 0)
				return false;
			out[k++] = (char)(hex(s[i + 1]) * 16 + hex(s[i + 2]));
			i += 2;
		}
	}
	*ret_s = out;
	*ret_len = k;
	return true;
}

int
fields_form(void *owner, const char *s, size_t n, struct pair **ret_pairs,
    size_t *ret_n, struct err *err)
{
	struct pair *p = mem_array(owner, struct pair, FIELDS_MOST);
	const char *end, *eq, *last = s + n;
	size_t k = 0, name;

	for (; s < last; s = end + 1) {
		end = memchr(s, '&', (size_t)(last - s));
		if (end == NULL)
			end = last;
		if (end == s)
			continue;
		if (k == FIELDS_MOST)
			return err_set(err, ERR_PERM, "more than %d fields",
			    FIELDS_MOST);
		eq = memchr(s, '=', (size_t)(end - s));
		if (!decode(p, s, (size_t)((eq != NULL ? eq : end) - s),
		    &p[k].name, &name) || !decode(p, eq != NULL ? eq + 1 : end,
		    eq != NULL ? (size_t)(end - eq - 1) : 0, &p[k].value,
		    &p[k].len))
			return err_set(err, ERR_PERM, "a broken %% in a form");
		k++;
	}
	*ret_pairs = p;
	*ret_n = k;
	return 0;
}

static bool
is_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
	    c == '~';
}

char *
fields_encode(void *owner, const char *s)
{
	static const char digits[] = "0123456789ABCDEF";
	char *out = mem_array(owner, char, 3 * strlen(s) + 1), *p = out;
	unsigned char c;

	for (; (c = (unsigned char)*s) != '\0'; s++) {
		if (is_plain(c)) {
			*p++ = (char)c;
			continue;
		}
		*p++ = '%';
		*p++ = digits[c >> 4];
		*p++ = digits[c & 15];
	}
	*p = '\0';
	return out;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct pair *)a)->name,
	    ((const struct pair *)b)->name);
}

void
fields_sort(struct pair *pairs, size_t n)
{
	qsort(pairs, n, sizeof(*pairs), by_name);
}

char *
fields_joined(void *owner, const struct pair *pairs, size_t n, bool amp,
    const char *leave_out)
{
	struct pair *sorted = mem_array(owner, struct pair, n + 1);
	struct text *t = text_new(owner);
	size_t i, k;
	char c;

	if (n > 0)
		memcpy(sorted, pairs, n * sizeof(*pairs));
	fields_sort(sorted, n);
	for (i = 0; i < n; i++) {
		if (leave_out != NULL && strcmp(sorted[i].name,
		    leave_out) == 0)
			continue;
		text_addf(t, amp ? "&%s=" : "%s", sorted[i].name);
		for (k = 0; k < sorted[i].len; k++) {
			c = sorted[i].value[k];
			text_addc(t, amp && (c == '&' || c == '=') ? '_' : c);
		}
	}
	return mem_str(owner, text_str(t));
}

bool
fields_is_place(const char *place)
{
	return strcmp(place, "body") == 0 || text_starts(place, "json:") ||
	    text_starts(place, "form:") || text_starts(place, "query:");
}

const json_t *
fields_json(const json_t *j, const char *path)
{
	char name[64];
	size_t n;

	while (j != NULL && *path != '\0') {
		n = strcspn(path, ".");
		if (n >= sizeof(name))
			return NULL;
		memcpy(name, path, n);
		name[n] = '\0';
		j = json_is_array(j) ? json_array_get(j,
		    (size_t)strtoul(name, NULL, 10)) :
		    json_object_get(j, name);
		path += n + (path[n] == '.');
	}
	return j;
}

static const struct pair *
find(const struct pair *p, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(p[i].name, name) == 0)
			return &p[i];
	return NULL;
}

const struct pair *
fields_pair(const struct fields *f, const char *place)
{
	if (text_starts(place, "form:"))
		return find(f->form, f->n_form, place + 5);
	if (text_starts(place, "query:"))
		return find(f->query, f->n_query, place + 6);
	return NULL;
}

static char *
json_text(void *owner, const json_t *j)
{
	if (json_is_string(j))
		return mem_str(owner, json_string_value(j));
	if (json_is_integer(j))
		return mem_fmt(owner, "%lld", (long long)
		    json_integer_value(j));
	if (json_is_true(j) || json_is_false(j))
		return mem_str(owner, json_is_true(j) ? "true" : "false");
	return NULL;
}

char *
fields_get(void *owner, const struct fields *f, const char *place)
{
	const struct pair *p;
	char *s = NULL;

	if (place == NULL)
		return NULL;
	if (strcmp(place, "body") == 0) {
		s = text_trim(owner, f->body != NULL ? f->body : "");
	} else if (text_starts(place, "json:")) {
		s = json_text(owner, fields_json(f->json, place + 5));
	} else {
		p = fields_pair(f, place);
		if (p != NULL && strlen(p->value) == p->len &&
		    text_is_utf8(p->value, p->len))
			s = p->value;
	}
	return s != NULL && s[0] != '\0' ? s : NULL;
}

char *
fields_utf16(void *owner, const char *s, size_t n)
{
	struct text *t = text_new(owner);
	const unsigned char *p = (const unsigned char *)s;
	uint32_t cp, low;
	char buf[4], *out;
	size_t i;

	for (i = 0; i + 1 < n; i += 2) {
		cp = (uint32_t)(p[i] << 8 | p[i + 1]);
		if (cp >= 0xd800 && cp < 0xdc00 && i + 3 < n) {
			low = (uint32_t)(p[i + 2] << 8 | p[i + 3]);
			if (low >= 0xdc00 && low < 0xe000) {
				cp = 0x10000 + ((cp - 0xd800) << 10) +
				    (low - 0xdc00);
				i += 2;
			}
		}
		if (cp == 0 || (cp >= 0xd800 && cp < 0xe000))
			cp = 0xfffd;
		text_addn(t, buf, text_encode(cp, buf));
	}
	if (i < n)
		text_add(t, "\xef\xbf\xbd");
	out = mem_str(owner, text_str(t));
	text_free(t);
	return out;
}
