/* text.h - how many parts an SMS takes, and the words that stop and start
 * them.  Pure.
 *
 * GSM 03.38: the basic set counts one septet a character, its extension
 * (^ { } [ ] ~ \ | and the euro sign) two, 160 in one part, 153 in each of
 * several.  One other character makes it UCS-2: UTF-16 units, 70 or 67.  A
 * character is never split between parts (3GPP 23.038, 23.040). */
#ifndef DUNLIN_SMS_TEXT_H
#define DUNLIN_SMS_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum sms_coding {
	SMS_GSM,
	SMS_UCS2
};

enum sms_count_by {
	SMS_BY_CODING,		/* as above */
	SMS_BY_CHARS		/* 70 or 67 characters, any script: how some
				 * clouds bill */
};

struct sms_count {
	enum sms_coding coding;
	size_t units;		/* septets, or UTF-16 units */
	int parts;		/* 0: empty */
};

enum sms_coding sms_coding(const char *text);
void sms_count(const char *text, enum sms_count_by by, struct sms_count *ret);

enum sms_word {
	SMS_WORD_NONE,
	SMS_WORD_STOP,
	SMS_WORD_START,
	SMS_WORD_LETTER		/* a single one that nobody was told of */
};

/* Whether the whole text is a word of words.def, without case, width, and
 * punctuation around it.  letters: the single letters that the route tells
 * people to answer with ("R T"; NULL: none), case as any. */
enum sms_word sms_word(const char *text, const char *letters);

/* The characters that make plain text cheap, and the same text in them:
 * curly quotes, dashes, no-break spaces and the ellipsis as ASCII; the text
 * itself where it has others anyway. */
char *sms_plain(void *owner, const char *text);

#endif
