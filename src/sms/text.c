#include "sms/text.h"

#include "base/mem.h"
#include "base/text.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#define GSM_ONE 160
#define GSM_PART 153
#define UCS2_ONE 70
#define UCS2_PART 67
#define WORD_MAX 64

/* Beyond ASCII; of ASCII ` is missing and ^ { } [ ] ~ \ | cost two. */
static const uint32_t basic[] = { '\n', '\r', 0xa1, 0xa3, 0xa4, 0xa5, 0xa7,
	0xbf, 0xc4, 0xc5, 0xc6, 0xc7, 0xc9, 0xd1, 0xd6, 0xd8, 0xdc, 0xdf,
	0xe0, 0xe4, 0xe5, 0xe6, 0xe8, 0xe9, 0xec, 0xf1, 0xf2, 0xf6, 0xf8,
	0xf9, 0xfc, 0x393, 0x394, 0x398, 0x39b, 0x39e, 0x3a0, 0x3a3, 0x3a6,
	0x3a8, 0x3a9 };

/* Septets of a character; 0: not in the alphabet. */
static size_t
gsm_units(uint32_t cp)
{
	size_t i;

	if ((cp >= 'a' && cp <= 'z') || (cp >= ' ' && cp <= 'Z'))
		return 1;
	if (cp == 0x20ac || cp == '\f' ||
	    (cp < 0x80 && cp > 0 && strchr("^{}[]~\\|", (int)cp) != NULL))
		return 2;
	if (cp >= 0x20 && cp < 0x7f)
		return cp == '`' ? 0 : 1;
	for (i = 0; i < sizeof(basic) / sizeof(basic[0]); i++)
		if (basic[i] == cp)
			return 1;
	return 0;
}

static size_t
decode(const char **s, size_t *n, uint32_t *ret_cp)
{
	size_t len;

	if (*n > 0 && (unsigned char)**s < 0x80) {
		*ret_cp = (unsigned char)*(*s)++;
		--*n;
		return 1;
	}
	len = text_decode(*s, *n, ret_cp);
	if (len == 0) {
		*ret_cp = 0xfffd;
		len = *n > 0;
	}
	*s += len;
	*n -= len;
	return len;
}

enum sms_coding
sms_coding(const char *text)
{
	size_t n = strlen(text);
	uint32_t cp;

	while (decode(&text, &n, &cp) > 0)
		if (gsm_units(cp) == 0)
			return SMS_UCS2;
	return SMS_GSM;
}

static size_t
units_of(uint32_t cp, enum sms_coding coding, enum sms_count_by by)
{
	if (by == SMS_BY_CHARS)
		return 1;
	return coding == SMS_GSM ? gsm_units(cp) : cp > 0xffff ? 2 : 1;
}

void
sms_count(const char *text, enum sms_count_by by, struct sms_count *ret)
{
	struct sms_count c = { .coding = sms_coding(text) };
	bool gsm = c.coding == SMS_GSM && by == SMS_BY_CODING;
	size_t one = gsm ? GSM_ONE : UCS2_ONE;
	size_t part = gsm ? GSM_PART : UCS2_PART;
	size_t n = strlen(text), used = 0, u;
	int parts = 1;
	uint32_t cp;

	while (decode(&text, &n, &cp) > 0) {
		u = units_of(cp, c.coding, by);
		c.units += u;
		if (used + u > part) {
			parts++;
			used = 0;
		}
		used += u;
	}
	c.parts = c.units == 0 ? 0 : c.units <= one ? 1 : parts;
	*ret = c;
}

/* Lower case, half width, without what stands around it. */
static bool
bare(const char *text, char out[WORD_MAX])
{
	size_t n = strlen(text), k = 0, len;
	bool space = false;
	char buf[4];
	uint32_t cp;

	if (n > WORD_MAX * 2)
		return false;
	while (decode(&text, &n, &cp) > 0) {
		if (cp >= 0xff01 && cp <= 0xff5e)
			cp -= 0xfee0;
		if (cp < 0x80 && isupper((int)cp))
			cp += 32;
		if (cp == 0xca)
			cp = 0xea;
		if (cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0xa0 ||
		    cp == 0x3000) {
			space = k > 0;
			continue;
		}
		if ((cp < 0x80 && strchr(".,!?\"'()[]<>*:;", (int)cp) !=
		    NULL) || (cp >= 0x2018 && cp <= 0x201f) ||
		    (cp >= 0x3001 && cp <= 0x3011) || cp == 0xfeff)
			continue;
		len = text_encode(cp, buf);
		if (k + len + 2 > WORD_MAX)
			return false;
		if (space)
			out[k++] = ' ';
		space = false;
		memcpy(out + k, buf, len);
		k += len;
	}
	out[k] = '\0';
	return k > 0;
}

enum sms_word
sms_word(const char *text, const char *letters)
{
	static const struct {
		const char *text;
		enum sms_word word;
	} words[] = {
#define SMS_STOP(w) { w, SMS_WORD_STOP },
#define SMS_START(w) { w, SMS_WORD_START },
#include "sms/words.def"
#undef SMS_STOP
#undef SMS_START
	};
	char word[WORD_MAX];
	size_t i;

	if (!bare(text, word))
		return SMS_WORD_NONE;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].text, word) == 0)
			return words[i].word;
	for (; letters != NULL && *letters != '\0'; letters++)
		if (*letters != ' ' && word[1] == '\0' &&
		    word[0] == tolower((unsigned char)*letters))
			return SMS_WORD_STOP;
	return word[1] == '\0' && word[0] >= 'a' && word[0] <= 'z' ?
	    SMS_WORD_LETTER : SMS_WORD_NONE;
}

char *
sms_plain(void *owner, const char *text)
{
	struct text *t = text_new(owner);
	size_t n = strlen(text), len;
	const char *whole = text;
	uint32_t cp;
	char *out, buf[4];

	while ((len = decode(&text, &n, &cp)) > 0) {
		if (cp == 0x2018 || cp == 0x2019 || cp == '`')
			text_addc(t, '\'');
		else if (cp == 0x201c || cp == 0x201d)
			text_addc(t, '"');
		else if (cp == 0x2013 || cp == 0x2014 || cp == 0x2011)
			text_addc(t, '-');
		else if (cp == 0xa0 || cp == 0x202f || cp == 0x2009)
			text_addc(t, ' ');
		else if (cp == 0x2026)
			text_add(t, "...");
		else if (gsm_units(cp) > 0)
			text_addn(t, buf, text_encode(cp, buf));
		else
			break;
	}
	out = mem_str(owner, len == 0 ? text_str(t) : whole);
	text_free(t);
	return out;
}
