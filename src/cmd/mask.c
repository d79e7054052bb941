#include "cmd/mask.h"

#include "base/mem.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define WORD_LEAST 3	/* letters of a name that are masked by themselves */
#define TAIL_LINES 8	/* of a signature at most, each of */
#define TAIL_BYTES 60

/* As long as what it stands for, so that the sentence stays what it was. */
static void
blot(char *s, size_t n, char c)
{
	memset(s, c, n);
}

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* name wherever it stands as a word; Chinese has no gaps. */
static void
mask_name(char *text, const char *name)
{
	size_t n = strlen(name), i;

	for (i = 0; text[i] != '\0'; i++) {
		if (strncasecmp(text + i, name, n) != 0 ||
		    ((unsigned char)name[0] < 0x80 && ((i > 0 &&
		    is_word(text[i - 1])) || is_word(text[i + n]))))
			continue;
		blot(text + i, n, 'X');
		i += n - 1;
	}
}

/* The whole name, then its words: whoever is called so signs with one. */
static void
mask_names(char *text, const char *const *names, size_t n)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	char *copy, *word, *at;
	size_t i;

	for (i = 0; i < n; i++) {
		if (strlen(names[i]) >= WORD_LEAST)
			mask_name(text, names[i]);
		copy = mem_str(pool, names[i]);
		for (word = strtok_r(copy, " .,_-@+", &at); word != NULL;
		    word = strtok_r(NULL, " .,_-@+", &at))
			if (strlen(word) >= WORD_LEAST)
				mask_name(text, word);
	}
}

static bool
is_mail(char c)
{
	return isalnum((unsigned char)c) || strchr("._%+-", c) != NULL;
}

static void
mask_mails(char *text)
{
	char *at = text, *from, *to;

	while ((at = strchr(at, '@')) != NULL) {
		for (from = at; from > text && from[-1] != '\0' &&
		    is_mail(from[-1]); from--)
			continue;
		for (to = at + 1; *to != '\0' && is_mail(*to); to++)
			continue;
		blot(from, (size_t)(at - from), 'x');
		blot(at + 1, (size_t)(to - at) - 1, 'x');
		at = to;
	}
}

/* Telephone, card and bank account numbers: seven digits and more, not an
 * amount and not a date. */
static void
mask_numbers(char *text)
{
	char *s = text, *from;
	size_t digits, others, gap;

	while (*s != '\0') {
		if (!isdigit((unsigned char)*s) && *s != '+') {
			s++;
			continue;
		}
		from = s;
		for (digits = others = gap = 0; *s != '\0' && (isdigit(
		    (unsigned char)*s) || strchr("+ ()/-", *s) != NULL);
		    s++) {
			gap += !isdigit((unsigned char)*s);
			if (!isdigit((unsigned char)*s))
				continue;
			digits++;
			others += gap;
			gap = 0;
		}
		if (digits < 7 || (digits == 8 && others == 2))
			continue;
		for (; from < s; from++)
			if (isdigit((unsigned char)*from))
				*from = '0';
	}
}

/* GB29 NWBK 6016 1331 9268 19: two letters, two digits, then groups. */
static void
mask_ibans(char *text)
{
	size_t i, n, digits, k;

	for (i = 0; text[i] != '\0'; i++) {
		if (!isupper((unsigned char)text[i]) || (i > 0 &&
		    is_word(text[i - 1])) ||
		    !isupper((unsigned char)text[i + 1]) ||
		    !isdigit((unsigned char)text[i + 2]) ||
		    !isdigit((unsigned char)text[i + 3]))
			continue;
		for (n = 4, digits = 2; isupper((unsigned char)text[i + n]) ||
		    isdigit((unsigned char)text[i + n]) || (text[i + n] ==
		    ' ' && is_word(text[i + n + 1])); n++)
			digits += isdigit((unsigned char)text[i + n]) != 0;
		if (n < 15 || digits < 8)
			continue;
		for (k = 0; k < n; k++)
			if (isdigit((unsigned char)text[i + k]))
				text[i + k] = '0';
			else if (text[i + k] != ' ')
				text[i + k] = 'X';
		i += n - 1;
	}
}

static size_t
line_of(const char *s)
{
	return strcspn(s, "\n");
}

/* Is it a line by which letters close? */
static bool
closes(const char *s, size_t n)
{
	static const char *const words[] = { "regards", "kind regards",
		"best regards", "warm regards", "best", "best wishes",
		"many thanks", "thanks", "thank you", "thanks and regards",
		"sincerely", "yours sincerely", "yours faithfully", "yours",
		"cheers", "br", "rgds", "--", "-- ", "此致", "敬礼", "顺祝商祺",
		"祝好", "祝商祺", "谢谢", "多谢", "此致敬礼" };
	size_t i;

	while (n > 0 && strchr(" ,.!\r", s[n - 1]) != NULL)
		n--;
	for (i = 0; n >= 3 && i < 3; i++)
		if (memcmp(s + n - 3, "，", 3) == 0 ||
		    memcmp(s + n - 3, "！", 3) == 0 ||
		    memcmp(s + n - 3, "。", 3) == 0)
			n -= 3;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (n == strlen(words[i]) && strncasecmp(s, words[i], n) == 0)
			return true;
	return false;
}

/* Short lines to the end, none of which says a sentence. */
static bool
is_signature(const char *s)
{
	size_t n, lines = 0;

	for (; *s != '\0'; s += n + (s[n] == '\n')) {
		n = line_of(s);
		lines += n > 0;
		if (lines > TAIL_LINES || n > TAIL_BYTES ||
		    (n > 0 && (s[n - 1] == '.' || s[n - 1] == '?')) ||
		    (n >= 3 && (memcmp(s + n - 3, "。", 3) == 0 ||
		    memcmp(s + n - 3, "？", 3) == 0)))
			return false;
	}
	return true;
}

/* From the closing line on there are only names and numbers. */
static void
cut_signature(char *text)
{
	char *s = text + line_of(text);
	size_t n;

	while (*s == '\n') {
		n = line_of(++s);
		if (closes(s, n) && is_signature(s + n + (s[n] == '\n'))) {
			s[-1] = '\0';
			return;
		}
		s += n;
	}
}

void
mask_text(char *text, const char *const *names, size_t n)
{
	cut_signature(text);
	mask_mails(text);
	mask_names(text, names, n);
	mask_ibans(text);
	mask_numbers(text);
}
