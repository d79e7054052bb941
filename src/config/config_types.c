#include "config/config_types.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/config.h"
#include "config/values.h"
#include "core/date.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(type, dest, s) ((type *)(void *)((char *)(dest) + (s)->offset))

const char *const config_roles[] = { "account-manager", "collections",
	"manager", "legal", NULL };

static bool
in_list(const char *const *list, const char *word)
{
	for (; *list != NULL; list++)
		if (strcmp(*list, word) == 0)
			return true;
	return false;
}

void
read_role(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);

	if (v == NULL)
		return;
	if (!in_list(config_roles, v)) {
		reader_problem(r, n->line, "\"%.60s\" is no role: use "
		    "account-manager, collections, manager or legal", v);
		return;
	}
	*FIELD(const char *, dest, s) = mem_str(r->owner, v);
}

void
read_user_roles(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	char *copy, *save = NULL, *w;
	const char *v = NULL;
	enum user_role role;
	struct setting here = *s;

	here.offset = 0;
	read_words(r, &here, n, &v);
	if (v == NULL)
		return;
	copy = mem_str(r->owner, v);
	for (w = strtok_r(copy, " ", &save); w != NULL;
	    w = strtok_r(NULL, " ", &save))
		if (!user_role_parse(w, &role))
			reader_problem(r, n->line, "\"%.60s\" is no role: "
			    "use %s", w, user_role_words());
	*FIELD(const char *, dest, s) = v;
}

/* "2026-12-01..2026-12-10" or one day; false: neither. */
static bool
absence_of(const char *s, struct config_absence *ret)
{
	char day[11];
	size_t n = strlen(s);

	if (n != 10 && (n != 22 || strncmp(s + 10, "..", 2) != 0))
		return false;
	memcpy(day, s, 10);
	day[10] = '\0';
	if (date_parse(day, DATE_ISO, &ret->from, NULL) < 0)
		return false;
	return date_parse(n == 10 ? day : s + 12, DATE_ISO, &ret->to,
	    NULL) == 0 && ret->to >= ret->from;
}

void
read_absences(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config_absence *list;
	struct setting here = *s;
	const char *v = NULL;
	char *copy, *save = NULL, *w;
	size_t used = 0;

	here.offset = 0;
	read_words(r, &here, n, &v);
	if (v == NULL)
		return;
	list = mem_array(r->owner, struct config_absence, strlen(v) / 10 + 1);
	copy = mem_str(r->owner, v);
	for (w = strtok_r(copy, " ", &save); w != NULL;
	    w = strtok_r(NULL, " ", &save)) {
		if (absence_of(w, &list[used]))
			used++;
		else
			reader_problem(r, n->line, "\"%.60s\" is no "
			    "absence: use 2026-12-01..2026-12-10, or one "
			    "day", w);
	}
	list[used].from = DATE_NONE;
	*FIELD(const struct config_absence *, dest, s) = list;
}

void
read_separator(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);

	if (v == NULL)
		return;
	if (strlen(v) != 1 || strchr("+-=_", v[0]) == NULL) {
		reader_problem(r, n->line, "\"%.60s\" is no separator: use "
		    "one of + - = _", v);
		return;
	}
	*FIELD(char, dest, s) = v[0];
}

void
read_names(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config_company *c = dest;
	struct setting text = { .key = s->key }, lang = text;
	struct yaml_node key = { .kind = YAML_SCALAR };
	size_t i, count = n->kind == YAML_MAP ? n->n : 1;

	c->names = mem_array(r->owner, struct config_name, count);
	c->n_names = count;
	text.offset = offsetof(struct config_name, text);
	lang.offset = offsetof(struct config_name, language);
	if (n->kind != YAML_MAP) {
		read_text(r, &text, n, &c->names[0]);
		return;
	}
	for (i = 0; i < count; i++) {
		key.line = n->entries[i].line;
		key.text = n->entries[i].key;
		read_language(r, &lang, &key, &c->names[i]);
		read_text(r, &text, n->entries[i].value, &c->names[i]);
	}
	if (count == 0)
		reader_problem(r, n->line, "empty: give the legal name");
}

/* HOST[:PORT] or [IPV6][:PORT]; the path that some add is refused. */
static bool
host_port(struct reader *r, const char *s, const char **ret_host,
    int *ret_port)
{
	const char *end, *host;
	char *rest;
	long port;

	if (s[0] == '[') {
		end = strchr(s, ']');
		if (end == NULL)
			return false;
		host = mem_strn(r->owner, s + 1, (size_t)(end - s - 1));
		end++;
	} else {
		end = s + strcspn(s, ":");
		host = mem_strn(r->owner, s, (size_t)(end - s));
	}
	*ret_host = host;
	if (host[0] == '\0' || strpbrk(host, " /@") != NULL)
		return false;
	if (*end == '\0')
		return true;
	if (*end != ':' || !isdigit((unsigned char)end[1]))
		return false;
	port = strtol(end + 1, &rest, 10);
	if (*rest != '\0' || port < 1 || port > 65535)
		return false;
	*ret_port = (int)port;
	return true;
}

/* Where mail goes to or comes from: a folder, or a server. */
struct place {
	const char **url, **path, **host;
	bool *maildir;
	int *port;
	enum smtp_tls *tls;
};

struct scheme {
	const char *start;	/* "smtp://" */
	int port;
	enum smtp_tls tls;
};

/* what: "is no transport: write ...". */
static void
read_place(struct reader *r, const struct yaml_node *n, struct place p,
    const struct scheme schemes[2], const char *what)
{
	const char *v = value_scalar(r, n);
	int i;

	if (v == NULL)
		return;
	if (text_has_control(v)) {
		reader_problem(r, n->line, "a control character: take it out");
		return;
	}
	*p.url = mem_str(r->owner, v);
	if (text_starts(v, "maildir:") && v[8] != '\0') {
		*p.maildir = true;
		*p.path = file_join(r->owner, r->dir, v + 8);
		return;
	}
	for (i = 0; i < 2; i++) {
		*p.port = 0;
		*p.tls = schemes[i].tls;
		if (!text_starts(v, schemes[i].start) || !host_port(r,
		    v + strlen(schemes[i].start), p.host, p.port))
			continue;
		if (*p.port == 0)
			*p.port = schemes[i].port;
		return;
	}
	reader_problem(r, n->line, "\"%.60s\" %s", v, what);
}

void
read_url(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	static const struct scheme schemes[] = {
		{ "smtp://", 587, TLS_STARTTLS },
		{ "smtps://", 465, TLS_IMPLICIT },
	};
	struct config_transport *t = dest;

	read_place(r, n, (struct place){ &t->url, &t->path, &t->host,
	    &t->maildir, &t->port, &t->tls }, schemes, "is no transport: "
	    "write maildir:FOLDER, smtp://HOST:587 or smtps://HOST:465");
}

/* Read after the URL, which has set what its scheme means. */
void
read_tls(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);
	enum smtp_tls *t = FIELD(enum smtp_tls, dest, s);

	if (v == NULL)
		return;
	if (strcmp(v, "starttls") == 0)
		*t = TLS_STARTTLS;
	else if (strcmp(v, "implicit") == 0)
		*t = TLS_IMPLICIT;
	else if (strcmp(v, "none") == 0)
		*t = TLS_NONE;
	else
		reader_problem(r, n->line, "\"%.60s\" is neither starttls, "
		    "implicit nor none", v);
}

void
read_tls_version(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);

	if (v == NULL)
		return;
	if (strcmp(v, "1.2") == 0)
		*FIELD(int, dest, s) = 12;
	else if (strcmp(v, "1.3") == 0)
		*FIELD(int, dest, s) = 13;
	else
		reader_problem(r, n->line, "\"%.60s\" is neither 1.2 nor 1.3",
		    v);
}

bool
config_is_loopback(const char *host)
{
	return host != NULL && (strcmp(host, "localhost") == 0 ||
	    text_starts(host, "127.") || strcmp(host, "::1") == 0);
}

void
read_transport(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config_transport *t = FIELD(struct config_transport, dest, s);
	struct yaml_entry e = { .key = "url", .line = n->line,
	    .value = (struct yaml_node *)(uintptr_t)n };
	struct yaml_node map = { .kind = YAML_MAP, .line = n->line,
	    .entries = &e, .n = 1 };

	/* "transport: maildir:outgoing" is short for a map with url. */
	settings_read(r, SECTION_transport, n->kind == YAML_SCALAR ? &map : n,
	    t);
	if (t->host != NULL && t->tls == TLS_NONE && !config_is_loopback(t->host) &&
	    t->user != NULL)
		reader_problem(r, n->line, "a password without TLS: use "
		    "starttls or implicit");
	if ((t->user == NULL) != (t->password_file == NULL))
		reader_problem(r, n->line, "user and password_file belong "
		    "together: give both or none");
}

static bool
want_list(struct reader *r, const struct yaml_node *n)
{
	if (n->kind == YAML_LIST && n->n > 0)
		return true;
	reader_problem(r, n->line, "not a list: start each entry with "
	    "\"- \"");
	return false;
}

/* A sender without role stands for every role. */
void
read_senders(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config_company *c = dest;
	struct config_sender one;
	size_t i, k;

	if (!want_list(r, n))
		return;
	for (i = 0; i < n->n; i++) {
		size_t mark;

		memset(&one, 0, sizeof(one));
		mark = reader_down_nth(r, i);
		settings_read(r, SECTION_sender, n->entries[i].value, &one);
		reader_up(r, mark);
		for (k = 0; config_roles[k] != NULL; k++) {
			if (one.role != NULL &&
			    strcmp(one.role, config_roles[k]) != 0)
				continue;
			c->senders = mem_grow(r->owner, c->senders,
			    struct config_sender, c->n_senders + 1);
			c->senders[c->n_senders] = one;
			c->senders[c->n_senders++].role = config_roles[k];
		}
	}
}

void
read_banks(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config_company *c = dest;
	size_t i, mark;

	if (!want_list(r, n))
		return;
	c->banks = mem_array(r->owner, struct config_bank, n->n);
	c->n_banks = n->n;
	for (i = 0; i < n->n; i++) {
		mark = reader_down_nth(r, i);
		settings_read(r, SECTION_bank, n->entries[i].value,
		    &c->banks[i]);
		reader_up(r, mark);
	}
}

void
read_intake_url(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	static const struct scheme schemes[] = {
		{ "imap://", 143, TLS_STARTTLS },
		{ "imaps://", 993, TLS_IMPLICIT },
	};
	struct config_intake *t = dest;

	read_place(r, n, (struct place){ &t->url, &t->path, &t->host,
	    &t->maildir, &t->port, &t->tls }, schemes, "is no mailbox: "
	    "write maildir:FOLDER, imaps://HOST or imap://HOST");
}

static void
read_intake(struct reader *r, const struct yaml_node *n,
    struct config_intake *t)
{
	struct yaml_entry e = { .key = "url", .line = n->line,
	    .value = (struct yaml_node *)(uintptr_t)n };
	struct yaml_node map = { .kind = YAML_MAP, .line = n->line,
	    .entries = &e, .n = 1 };

	settings_read(r, SECTION_intake, n->kind == YAML_SCALAR ? &map : n,
	    t);
	if (t->host == NULL)
		return;
	if (t->user == NULL || t->password_file == NULL)
		reader_problem(r, n->line, "give user and password_file of "
		    "the mailbox");
	if (t->tls == TLS_NONE && !config_is_loopback(t->host))
		reader_problem(r, n->line, "a password without TLS: use "
		    "imaps or starttls");
}

/* One mailbox, by its URL or as a map, or a list of them. */
void
read_intakes(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config_company *c = dest;
	size_t i, mark, count = n->kind == YAML_LIST ? n->n : 1;

	c->intakes = mem_array(r->owner, struct config_intake, count);
	c->n_intakes = count;
	if (n->kind != YAML_LIST) {
		read_intake(r, n, &c->intakes[0]);
		return;
	}
	for (i = 0; i < count; i++) {
		mark = reader_down_nth(r, i);
		read_intake(r, n->entries[i].value, &c->intakes[i]);
		reader_up(r, mark);
	}
}
