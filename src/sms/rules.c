#include "sms/rules.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdint.h>
#include <string.h>

#define WHOLE_MOST 500		/* characters with the signature */
#define VALUE_MOST 35		/* characters of one variable */

static const char *const dunning[] = {
#define DUNNING(word) word,
#include "sms/dunning.def"
#undef DUNNING
};

/* Traditional forms that business texts have; the simplified ones differ. */
static const char traditional[] = "貴們這來會國說對發請於實應當間繳與還關開據"
    "單價錢帳賬問題聯繫電話時間個東車書長門見貝頁風飛馬魚鳥麥黃點齊龍";

static size_t
characters(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* The first of the UTF-8 characters of set that s has, or NULL. */
static const char *
has_any(const char *s, const char *set, char found[5])
{
	size_t n = strlen(set), len;
	uint32_t cp;

	for (; n > 0; set += len, n -= len) {
		len = text_decode(set, n, &cp);
		if (len == 0)
			return NULL;
		memcpy(found, set, len);
		found[len] = '\0';
		if (strstr(s, found) != NULL)
			return found;
	}
	return NULL;
}

static bool
has_link(const char *s)
{
	static const char *const marks[] = { "http:", "https:", "www.",
		"://", ".com/", ".cn/", ".com.cn" };
	size_t i;

	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (strstr(s, marks[i]) != NULL)
			return true;
	return false;
}

static int
check_chinese(const char *what, const char *s, struct err *err)
{
	char found[5];

	if (has_any(s, "【】¥￥★√※", found) != NULL)
		return err_set(err, ERR_CONFIG, "%s has \"%s\", which routes "
		    "of mainland China refuse: take it out", what, found);
	if (has_link(s))
		return err_set(err, ERR_CONFIG, "%s has a link, which routes "
		    "of mainland China refuse: take it out", what);
	return 0;
}

static int
check_cloud(const char *what, const char *s, struct err *err)
{
	void *tmp MEM_AUTO = mem_check(talloc_new(NULL));
	const char *low = text_lower(tmp, s);
	char found[5];
	size_t i;

	for (i = 0; i < sizeof(dunning) / sizeof(dunning[0]); i++)
		if (strstr(low, dunning[i]) != NULL)
			return err_set(err, ERR_CONFIG, "%s says \"%s\": "
			    "clouds of mainland China refuse dunning; word it "
			    "as a statement of account", what, dunning[i]);
	if (has_any(s, traditional, found) != NULL)
		return err_set(err, ERR_CONFIG, "%s has the traditional "
		    "\"%s\": clouds of mainland China take simplified Chinese "
		    "or English only", what, found);
	return 0;
}

static int
check_params(const struct sms_text *t, struct err *err)
{
	const char *v;
	size_t i;

	for (i = 0; i < t->n_params; i++) {
		v = t->params[i].text;
		if (check_chinese("a variable", v, err) < 0)
			return -1;
		if (characters(v) > VALUE_MOST)
			return err_set(err, ERR_CONFIG, "variable %s has more "
			    "than %d characters: name less in it",
			    t->params[i].name, VALUE_MOST);
		if (v[0] == '\0')
			return err_set(err, ERR_CONFIG, "variable %s is "
			    "empty: name another value in it",
			    t->params[i].name);
	}
	return 0;
}

/* Thanks for a reply (您的回复) ask for none. */
static bool
asks_for_reply(const char *s)
{
	static const char word[] = "回复", theirs[] = "您的";
	const char *p = s;

	while ((p = strstr(p, word)) != NULL) {
		if ((size_t)(p - s) < strlen(theirs) || strncmp(p -
		    strlen(theirs), theirs, strlen(theirs)) != 0)
			return true;
		p += strlen(word);
	}
	return false;
}

/* A route that nobody can answer must not ask for answers. */
static int
check_one_way(const char *s, struct err *err)
{
	void *tmp MEM_AUTO = mem_check(talloc_new(NULL));
	const char *low = text_lower(tmp, s);

	if (strstr(low, "reply stop") != NULL || asks_for_reply(s) ||
	    strstr(low, "just reply") != NULL ||
	    strstr(low, "please reply") != NULL)
		return err_set(err, ERR_CONFIG, "the text asks for a reply, "
		    "and nobody can answer on this route: name a telephone "
		    "or mail address");
	return 0;
}

int
sms_rules(const struct config_sms *route, const struct sms_text *t,
    struct err *err)
{
	bool china = strcmp(t->country, "CN") == 0;
	size_t n;

	if (!route->replies && check_one_way(t->text, err) < 0)
		return -1;
	if (!china && !t->cloud)
		return 0;
	if (route->sign == NULL)
		return err_set(err, ERR_CONFIG, "a message to mainland China "
		    "without a signature: give \"sign\" to route %s",
		    route->name);
	if (!t->cloud && !route->own_texts)
		return err_set(err, ERR_CONFIG, "route %s may not send texts "
		    "of our own to mainland China: list approved \"templates\""
		    ", or say own_texts: yes for a carrier's route",
		    route->name);
	if (check_chinese("the text", t->text, err) < 0 ||
	    (t->cloud && check_cloud("the text", t->text, err) < 0) ||
	    check_params(t, err) < 0)
		return -1;
	n = characters(t->text) + characters(route->sign) + 2;
	if (n > WHOLE_MOST)
		return err_set(err, ERR_CONFIG, "%zu characters: mainland "
		    "China takes at most %d with the signature", n,
		    WHOLE_MOST);
	return 0;
}

int
sms_rules_sign(const char *sign, struct err *err)
{
	size_t n = characters(sign);
	char found[5];

	if (n < 2 || n > 12 || has_any(sign, "【】[]", found) != NULL)
		return err_set(err, ERR_CONFIG, "a signature has 2 to 12 "
		    "characters and no brackets");
	return 0;
}

int
sms_rules_words(const char *text, struct err *err)
{
	if (strstr(text, "}}{{") != NULL)
		return err_set(err, ERR_CONFIG, "two variables stand next to "
		    "each other: put a word between them");
	return 0;
}
