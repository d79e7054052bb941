#include "sms/robot.h"

#include "base/mem.h"
#include "base/text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define URL_MOST 1000
#define SHOWS 8			/* characters in a row that are no chance */

bool
robot_url_is_local(const char *url)
{
	const char *host = strstr(url, "://");

	if (host == NULL)
		return false;
	host += 3;
	return (text_starts(host, "127.") &&
	    strchr("/:", host[strspn(host, "0123456789.")]) != NULL) || text_starts(host, "[::1]") ||
	    (text_starts(host, "localhost") && strchr("/:", host[9]) != NULL);
}

int
robot_url(const char *url, struct err *err)
{
	const char *host = strstr(url, "://");

	if (strlen(url) > URL_MOST || !text_is_ascii(url, strlen(url)) ||
	    text_has_control(url) || strpbrk(url, " #\"<>@\\") != NULL ||
	    host == NULL || host[3] == '\0' || host[3] == '/' ||
	    (!text_starts(url, "https://") && !(text_starts(url, "http://") &&
	    robot_url_is_local(url))))
		return err_set(err, ERR_CONFIG, "its first line is no address "
		    "of a robot: write https://HOST/PATH there");
	return 0;
}

/* Where the text is cut so that n bytes of it stay: after a line, or in one
 * that is longer than all. */
static size_t
cut_at(const char *text, size_t n)
{
	size_t i = n;

	while (i > 0 && text[i - 1] != '\n')
		i--;
	if (i > 0)
		return i;
	while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static size_t
count_lines(const char *s)
{
	size_t n = 0;
	const char *p;

	for (p = s; *p != '\0'; p++)
		n += *p != '\n' && (p[1] == '\n' || p[1] == '\0');
	return n;
}

static char *
more(void *owner, size_t n, bool zh)
{
	return zh ? mem_fmt(owner, "……另有%zu行", n) :
	    mem_fmt(owner, "…and %zu more line%s", n, n == 1 ? "" : "s");
}

char *
robot_cut(void *owner, const char *text, size_t limit, const char *language)
{
	bool zh = strcmp(language, "zh-CN") == 0;
	char *last, *kept;
	size_t room, at;

	if (strlen(text) <= limit)
		return mem_str(owner, text);
	room = strlen(more(owner, count_lines(text), zh)) + 2;
	at = cut_at(text, limit > room ? limit - room : 0);
	last = more(owner, count_lines(text + at), zh);
	while (at > 0 && text[at - 1] == '\n')
		at--;
	kept = mem_strn(owner, text, at);
	return mem_fmt(owner, "%s\n%s", kept, last);
}

struct sms *
robot_sms(void *owner, const char *robot, const char *text,
    const char *token)
{
	struct sms *s = mem_new(owner, struct sms);
	json_t *o = json_pack("{s:s, s:s, s:s}", "to", robot, "text", text,
	    "token", token);
	char *dump = json_dumps(o, JSON_COMPACT | JSON_SORT_KEYS);

	s->bytes = mem_str(s, mem_check(dump));
	s->len = strlen(s->bytes);
	s->to = mem_str(s, robot);
	s->text = mem_str(s, text);
	s->message = (struct gateway_message){ .to = s->to, .text = s->text,
	    .token = mem_str(s, token) };
	free(dump);
	json_decref(o);
	return s;
}

/* Does what have SHOWS characters in a row of secret? */
static bool
shows(const char *what, const char *secret)
{
	char part[SHOWS + 1] = "";
	size_t i, n = strlen(secret);

	if (n < SHOWS)
		return false;
	for (i = 0; i + SHOWS <= n; i++) {
		memcpy(part, secret + i, SHOWS);
		if (strstr(what, part) != NULL)
			return true;
	}
	return false;
}

/* The path's names are no secret, its last part and its query are. */
const char *
robot_hide(const char *what, const char *url, const char *secret)
{
	const char *host = strstr(url, "://"), *path, *from;

	path = host != NULL ? strchr(host + 3, '/') : NULL;
	if (path != NULL) {
		from = strchr(path, '?');
		from = from != NULL ? strchr(from, '=') : strrchr(path, '/');
		if (from != NULL && shows(what, from + 1))
			return NULL;
	}
	return secret != NULL && shows(what, secret) ? NULL : what;
}
