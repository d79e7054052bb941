#include "import/decode.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/ucnv_err.h>

#define PIVOT 4096

struct decoder {
	UConverter *from, *to;
	UChar pivot[PIVOT];
	UChar *source, *target;
	bool fresh;
};

static const struct {
	const char *name, *icu;
} encodings[ENCODING_COUNT] = {
	[ENCODING_AUTO] = { "auto", NULL },
	[ENCODING_UTF8] = { "utf-8", "UTF-8" },
	[ENCODING_UTF16LE] = { "utf-16le", "UTF-16LE" },
	[ENCODING_UTF16BE] = { "utf-16be", "UTF-16BE" },
	[ENCODING_GB18030] = { "gb18030", "gb18030" },
	[ENCODING_BIG5] = { "big5", "Big5" },
	[ENCODING_LATIN] = { "windows-1252", "windows-1252" },
};

const char *
encoding_name(enum encoding e)
{
	return encodings[e].name;
}

bool
encoding_find(const char *name, enum encoding *ret_encoding)
{
	int i;

	for (i = ENCODING_UTF8; i < ENCODING_COUNT; i++)
		if (text_eq_nocase(encodings[i].name, name)) {
			*ret_encoding = (enum encoding)i;
			return true;
		}
	return false;
}

enum encoding
encoding_mark(const char *s, size_t n, size_t *ret_len)
{
	*ret_len = 0;
	if (n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0) {
		*ret_len = 3;
		return ENCODING_UTF8;
	}
	if (n < 2 || (memcmp(s, "\xff\xfe", 2) != 0 &&
	    memcmp(s, "\xfe\xff", 2) != 0))
		return ENCODING_AUTO;
	*ret_len = 2;
	return *s == '\xff' ? ENCODING_UTF16LE : ENCODING_UTF16BE;
}

static int
close_both(struct decoder *d)
{
	ucnv_close(d->from);
	ucnv_close(d->to);
	return 0;
}

struct decoder *
decoder_new(void *owner, enum encoding e)
{
	struct decoder *d = mem_new(owner, struct decoder);
	UErrorCode code = U_ZERO_ERROR;

	d->from = ucnv_open(encodings[e].icu, &code);
	d->to = ucnv_open("UTF-8", &code);
	ucnv_setToUCallBack(d->from, UCNV_TO_U_CALLBACK_STOP, NULL, NULL,
	    NULL, &code);
	if (U_FAILURE(code))
		mem_check(NULL);	/* ICU without its converters */
	talloc_set_destructor(d, close_both);
	d->source = d->target = d->pivot;
	d->fresh = true;
	return d;
}

bool
decoder_feed(struct decoder *d, const char *in, size_t n, bool last,
    char *out, size_t *ret_len)
{
	UErrorCode code = U_ZERO_ERROR;
	char *to = out;

	ucnv_convertEx(d->to, d->from, &to, out + DECODE_SPACE(n), &in,
	    in + n, d->pivot, &d->source, &d->target, d->pivot + PIVOT,
	    d->fresh, last, &code);
	d->fresh = false;
	if (U_FAILURE(code)) {
		/* What comes before the place still lies between the two. */
		UErrorCode rest = U_ZERO_ERROR;
		const UChar *from = d->source;

		ucnv_fromUnicode(d->to, &to, out + DECODE_SPACE(n), &from,
		    d->target, NULL, true, &rest);
	}
	*ret_len = (size_t)(to - out);
	return U_SUCCESS(code);
}
