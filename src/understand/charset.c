#include "understand/mime.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

#include <glib.h>

static bool
convert(void *owner, const char *charset, const char *s, size_t n,
    char **ret_text)
{
	gsize read, wrote;
	gchar *out;

	out = g_convert(s, (gssize)n, "UTF-8", charset, &read, &wrote, NULL);
	if (out == NULL)
		return false;
	*ret_text = mem_strn(owner, out, wrote);
	g_free(out);
	return true;
}

/* How much of a text is common Chinese: a mistaken charset gives few. */
static int
han_share(const char *s)
{
	size_t n = strlen(s), i, k, all = 0, han = 0;
	uint32_t cp;

	for (i = 0; i < n; i += k) {
		k = text_decode(s + i, n - i, &cp);
		if (k == 0)
			return 0;
		if (cp < 0x80)
			continue;
		all++;
		han += (cp >= 0x4e00 && cp <= 0x9fa5) ||
		    (cp >= 0x3000 && cp <= 0x301f) ||
		    (cp >= 0xff00 && cp <= 0xff60);
	}
	return all == 0 ? 0 : (int)(100 * han / all);
}

static char *
guess(void *owner, const char *s, size_t n)
{
	static const char *const tries[] = { "GB18030", "BIG5" };
	char *text, *best = NULL;
	int share, top = 69;
	size_t i;

	if (n >= 2 && (memcmp(s, "\xff\xfe", 2) == 0 ||
	    memcmp(s, "\xfe\xff", 2) == 0) &&
	    convert(owner, "UTF-16", s, n, &text))
		return text;
	for (i = 0; i < 2; i++) {
		if (!convert(owner, tries[i], s, n, &text))
			continue;
		share = han_share(text);
		if (share > top) {
			top = share;
			best = text;
		}
	}
	if (best != NULL)
		return best;
	if (convert(owner, "WINDOWS-1252", s, n, &text) ||
	    convert(owner, "ISO-8859-1", s, n, &text))
		return text;
	return mem_str(owner, "");
}

char *
charset_text(void *owner, const char *charset, const char *s, size_t n)
{
	char *text;
	char *name = text_lower(owner, charset != NULL ? charset : "");

	if (n == 0)
		return mem_str(owner, "");
	if (n > 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0) {
		s += 3;
		n -= 3;
	}
	if (text_is_utf8(s, n) && memchr(s, '\x1b', n) == NULL &&
	    strncmp(name, "utf-16", 6) != 0 && strncmp(name, "utf-7", 5) != 0)
		return mem_strn(owner, s, n);
	if (strcmp(name, "gb2312") == 0 || strcmp(name, "gbk") == 0 ||
	    strcmp(name, "x-gbk") == 0 || strcmp(name, "cp936") == 0)
		name = mem_str(owner, "gb18030");
	if (name[0] != '\0' && strcmp(name, "us-ascii") != 0 &&
	    strncmp(name, "utf-8", 5) != 0 &&
	    strncmp(name, "iso-8859-1", 11) != 0 &&
	    convert(owner, name, s, n, &text))
		return text;
	return guess(owner, s, n);
}
