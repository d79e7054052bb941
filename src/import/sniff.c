#include "import/sniff.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

#define LINES_MAX 12		/* a title is shorter than this */
#define SCORE_TITLE 3		/* columns known in a header below a title */

static const char signs[] = ",;\t|";

struct found {
	int score;		/* columns known */
	size_t line;		/* from 0 */
	char delimiter;
	bool tie;
};

static int
score_line(const struct csv_form *f, const char *line, size_t n, char sign)
{
	char name[200];
	size_t at = 0, end;
	int score = 0;

	while (at <= n) {
		const char *stop = memchr(line + at, sign, n - at);

		end = stop == NULL ? n : (size_t)(stop - line);
		while (at < end && strchr(" \t\"", line[at]) != NULL)
			at++;
		n = n < at ? at : n;
		if (end - at < sizeof(name)) {
			size_t len = end - at;

			while (len > 0 && strchr(" \t\"\r",
			    line[at + len - 1]) != NULL)
				len--;
			memcpy(name, line + at, len);
			name[len] = '\0';
			score += f->knows != NULL && len > 0 &&
			    f->knows(name, f->arg);
		}
		at = end + 1;
	}
	return score;
}

/* The best separator of one line. */
static void
try_line(const struct csv_form *f, const char *line, size_t n, size_t nr,
    struct found *best)
{
	size_t i;
	int score;

	for (i = 0; signs[i] != '\0'; i++) {
		if (f->delimiter != '\0' ? signs[i] != f->delimiter :
		    memchr(line, signs[i], n) == NULL)
			continue;
		score = score_line(f, line, n, signs[i]);
		if (nr > 0 && score < SCORE_TITLE)
			continue;
		if (score > best->score) {
			best->score = score;
			best->line = nr;
			best->delimiter = signs[i];
			best->tie = false;
		} else if (score == best->score && best->line == nr &&
		    best->delimiter != signs[i]) {
			if (best->delimiter == '\0')
				best->delimiter = signs[i];
			else if (score > 0)
				best->tie = true;
		}
	}
}

static struct found
try_text(const struct csv_form *f, const char *s, size_t n)
{
	struct found best = { .score = 0 };
	size_t nr, len;
	const char *end;

	for (nr = 0; nr < LINES_MAX && n > 0; nr++) {
		end = memchr(s, '\n', n);
		len = end == NULL ? n : (size_t)(end - s);
		try_line(f, s, len, nr, &best);
		n -= end == NULL ? n : len + 1;
		s += end == NULL ? len : len + 1;
	}
	return best;
}

static struct found
try_encoding(void *tmp, const struct csv_form *f, enum encoding e,
    const char *s, size_t n)
{
	struct found none = { .score = 0 };
	char *out;
	size_t len;

	if (e == ENCODING_UTF8)
		return try_text(f, s, n);
	out = mem_array(tmp, char, DECODE_SPACE(n));
	/* The last character may be cut off: what comes before is enough. */
	decoder_feed(decoder_new(tmp, e), s, n, false, out, &len);
	return len == 0 ? none : try_text(f, out, len);
}

/* A block may end inside a character. */
static bool
is_utf8(const char *s, size_t n, bool whole)
{
	size_t cut;

	for (cut = 0; cut < (whole ? 1u : 4u) && cut <= n; cut++)
		if (text_is_utf8(s, n - cut))
			return true;
	return false;
}

/* Known names in one of the two Chinese encodings only. */
static int
by_header(void *tmp, const struct csv_form *f, const char *s, size_t n,
    enum encoding *ret, struct err *err)
{
	int utf8 = try_encoding(tmp, f, ENCODING_UTF8, s, n).score;
	int gb = try_encoding(tmp, f, ENCODING_GB18030, s, n).score;
	int big5 = try_encoding(tmp, f, ENCODING_BIG5, s, n).score;

	if (gb > big5 && gb > utf8)
		*ret = ENCODING_GB18030;
	else if (big5 > gb && big5 > utf8)
		*ret = ENCODING_BIG5;
	else if (gb == big5 && gb > utf8)
		return err_set(err, ERR_PERM, "the header can be read as "
		    "GB18030 and as Big5: say --encoding gb18030 or big5");
	else
		*ret = ENCODING_UTF8;	/* the row that is not says so */
	return 0;
}

int
sniff(void *tmp, const char *bytes, size_t n, bool whole,
    const struct csv_form *want, struct csv_form *ret_form, struct err *err)
{
	struct csv_form f = *want;
	struct found best;
	size_t mark;
	enum encoding e = encoding_mark(bytes, n, &mark);

	if (e != ENCODING_AUTO && f.encoding != ENCODING_AUTO &&
	    e != f.encoding)
		return err_set(err, ERR_PERM, "the byte order mark says %s, "
		    "not %s: take --encoding away", encoding_name(e),
		    encoding_name(f.encoding));
	if (f.encoding == ENCODING_AUTO)
		f.encoding = e;
	bytes += mark;
	n -= mark;
	if (f.encoding == ENCODING_AUTO && is_utf8(bytes, n, whole))
		f.encoding = ENCODING_UTF8;
	if (f.encoding == ENCODING_AUTO && by_header(tmp, &f, bytes, n,
	    &f.encoding, err) < 0)
		return -1;
	best = try_encoding(tmp, &f, f.encoding, bytes, n);
	if (best.tie && f.delimiter == '\0')
		return err_set(err, ERR_PERM, "the columns can be separated "
		    "in two ways: say --delimiter comma, semicolon, tab or "
		    "bar");
	if (f.delimiter == '\0')
		f.delimiter = best.delimiter == '\0' ? ',' : best.delimiter;
	f.above = best.line;
	*ret_form = f;
	return 0;
}
