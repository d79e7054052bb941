/* examples.c - replies whose reading people corrected, as labelled examples:
 * one JSON object a line, as "dunlin understand --jsonl" takes them. */
#include "cmd/cmd.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/zone.h"
#include "store/companies.h"
#include "store/readings.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define WORD_LEAST 3	/* letters of a name that are masked by themselves */

struct job {
	const struct config_company *company;
	bool raw;
	size_t n;
};

/* --- masks --- */

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

/* The whole name, then its words: "Sarah Lowe" signs as Sarah. */
static void
mask_names(char *text, const struct reading_corrected *r)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	char *copy, *word, *at;
	size_t i;

	for (i = 0; i < r->n_names; i++) {
		if (strlen(r->names[i]) >= WORD_LEAST)
			mask_name(text, r->names[i]);
		copy = mem_str(pool, r->names[i]);
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
	size_t digits, others;

	while (*s != '\0') {
		if (!isdigit((unsigned char)*s) && *s != '+') {
			s++;
			continue;
		}
		from = s;
		for (digits = others = 0; *s != '\0' && (isdigit(
		    (unsigned char)*s) || strchr("+ ()/-", *s) != NULL); s++)
			if (isdigit((unsigned char)*s))
				digits++;
			else
				others++;
		if (digits < 7 || (digits == 8 && others == 2))
			continue;
		for (; from < s; from++)
			if (isdigit((unsigned char)*from))
				*from = '0';
	}
}

/* From the closing line on there are only names and numbers. */
static void
cut_signature(char *text)
{
	static const char *const closings[] = { "\nRegards", "\nKind regards",
		"\nBest", "\nMany thanks", "\nSincerely", "\nYours",
		"\nCheers", "\n此致", "\n顺祝", "\n祝好", "\n谢谢！\n", "\n-- " };
	size_t i;
	char *at;

	for (i = 0; i < sizeof(closings) / sizeof(closings[0]); i++) {
		at = strstr(text, closings[i]);
		if (at != NULL)
			*at = '\0';
	}
}

/* --- export --- */

static int
print(const struct reading_corrected *r, void *arg)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct job *j = arg;
	json_t *meaning, *out;
	const char *s, *zone = r->zone;
	char ref[CLOCK_TEXT_MAX];
	char *text;

	meaning = r->meaning != NULL ? json_loads(r->meaning, 0, NULL) : NULL;
	s = json_string_value(json_object_get(meaning, "text"));
	if (s == NULL) {	/* erased, or nothing of their own */
		json_decref(meaning);
		return 0;
	}
	text = mem_str(pool, s);
	if (!j->raw) {
		cut_signature(text);
		mask_mails(text);
		mask_names(text, r);
		mask_numbers(text);
	}
	if (zone == NULL)
		zone = zone_name(j->company->zone);
	clock_format(r->received_at, ref);
	out = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s*, s:s*}", "id",
	    mem_fmt(pool, "%s-%lld", j->company->code,
	    (long long)r->inbox_id), "text", text, "ref", ref, "tz", zone,
	    "lang", r->language != NULL && text_starts(r->language, "zh") ?
	    "zh" : "en", "channel", "email", "intent", r->as, "not",
	    json_string_value(json_object_get(meaning, "lead")));
	if (out != NULL) {
		json_dumpf(out, stdout, JSON_COMPACT);
		putchar('\n');
		j->n++;
	}
	json_decref(out);
	json_decref(meaning);
	return 0;
}

int
cmd_examples(struct cmd *c, int argc, char **argv, struct err *err)
{
	struct job j = { 0 };
	const struct cmd_option options[] = {
		{ "raw", OPTION_FLAG, &j.raw },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct company_row row;

	if (cmd_options(options, &argc, argv, 1, 1, err) < 0)
		return -1;
	if (strcmp(argv[1], "export") != 0)
		return cmd_usage(err, "%s: examples knows export", argv[1]);
	if (cmd_company(c, &j.company, err) < 0 ||
	    companies_get(c->db, j.company->code, &row, err) < 0 ||
	    readings_each(c->db, row.id, print, &j, err) < 0)
		return -1;
	if (j.n == 0)
		fprintf(stderr, "%s\n", cmd_say(c, "No reading was corrected: "
		    "see \"dunlin undo\".", "没有被更正的理解：见 dunlin undo。"));
	return EX_OK;
}
