#include "followup/dav_xml.h"

#include "base/mem.h"
#include "base/text.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

enum element {
#define ELEMENT(NAME, uri, local) E_##NAME,
#include "followup/dav_xml.def"
#undef ELEMENT
	E_OTHER
};

static const char *const names[] = {
#define ELEMENT(NAME, uri, local) uri "|" local,
#include "followup/dav_xml.def"
#undef ELEMENT
};

struct dav_xml {
	XML_Parser parser;
	int (*fn)(const struct dav_response *r, void *arg, struct err *err);
	void *arg;
	enum element path[DAV_DEPTH];
	int depth;
	struct text *text;	/* of the innermost element */
	void *memory;		/* of the response in hand */
	struct dav_response now, part;	/* part: of the open propstat */
	int part_status;
	bool part_comps;	/* it tells what the calendar takes */
	char *token;
	struct err err;
	bool failed, multistatus;
};

static void
stop(struct dav_xml *x, const char *why)
{
	if (!x->failed)
		err_set(&x->err, ERR_PERM, "%s", why);
	x->failed = true;
	XML_StopParser(x->parser, XML_FALSE);
}

static enum element
find(const char *name)
{
	int i;

	for (i = 0; i < E_OTHER; i++)
		if (strcmp(names[i], name) == 0)
			return (enum element)i;
	return E_OTHER;
}

/* The element that the one being closed is in. */
static enum element
parent(const struct dav_xml *x)
{
	return x->depth < 2 ? E_OTHER : x->path[x->depth - 2];
}

static void
start_part(struct dav_xml *x)
{
	memset(&x->part, 0, sizeof(x->part));
	x->part_status = 0;
	x->part_comps = false;
}

static void
start_response(struct dav_xml *x)
{
	talloc_free(x->memory);
	x->memory = mem_check(talloc_new(x));
	memset(&x->now, 0, sizeof(x->now));
	x->now.events = x->now.todos = true;
	/* One inside of a part has taken its memory along. */
	start_part(x);
}

static void XMLCALL
start(void *arg, const XML_Char *name, const XML_Char **atts)
{
	struct dav_xml *x = arg;
	enum element e = find(name);
	int i;

	if (x->failed)
		return;
	if (x->depth == DAV_DEPTH) {
		stop(x, "too many levels");
		return;
	}
	if (x->depth == 0 && e != E_MULTISTATUS) {
		stop(x, "it is no answer of a calendar server");
		return;
	}
	x->multistatus = true;
	x->path[x->depth++] = e;
	text_clear(x->text);
	if (e == E_RESPONSE)
		start_response(x);
	if (e == E_PROPSTAT)
		start_part(x);
	if (e == E_COMPS)
		x->part_comps = true;
	for (i = 0; e == E_COMP && atts[i] != NULL; i += 2) {
		if (strcmp(atts[i], "name") != 0)
			continue;
		x->part.events |= strcmp(atts[i + 1], "VEVENT") == 0;
		x->part.todos |= strcmp(atts[i + 1], "VTODO") == 0;
	}
}

/* "HTTP/1.1 404 Not Found" */
static int
status_code(const char *line)
{
	const char *p = strchr(line, ' ');

	return p == NULL ? 0 : atoi(p + 1);
}

static char *
kept(struct dav_xml *x)
{
	return text_trim(x->memory, text_str(x->text));
}

static void
merge(struct dav_xml *x)
{
	struct dav_response *n = &x->now, *p = &x->part;

	if (x->part_status != 200)
		return;
	n->etag = p->etag != NULL ? p->etag : n->etag;
	n->ctag = p->ctag != NULL ? p->ctag : n->ctag;
	n->token = p->token != NULL ? p->token : n->token;
	n->name = p->name != NULL ? p->name : n->name;
	n->principal = p->principal != NULL ? p->principal : n->principal;
	n->home = p->home != NULL ? p->home : n->home;
	n->is_calendar |= p->is_calendar;
	n->is_collection |= p->is_collection;
	if (x->part_comps) {
		n->events = p->events;
		n->todos = p->todos;
	}
}

static void
end_href(struct dav_xml *x)
{
	switch (parent(x)) {
	case E_RESPONSE:
		x->now.href = kept(x);
		break;
	case E_PRINCIPAL:
		x->part.principal = kept(x);
		break;
	case E_HOME:
		x->part.home = kept(x);
		break;
	default:
		break;
	}
}

static void
end_token(struct dav_xml *x)
{
	if (parent(x) == E_PROP) {
		if (x->memory != NULL)
			x->part.token = kept(x);
	} else if (parent(x) == E_MULTISTATUS) {
		talloc_free(x->token);
		x->token = text_trim(x, text_str(x->text));
	}
}

static void
end_response(struct dav_xml *x)
{
	if (x->now.href == NULL)
		stop(x, "a response without href");
	else if (x->fn(&x->now, x->arg, &x->err) < 0) {
		x->failed = true;
		XML_StopParser(x->parser, XML_FALSE);
	}
}

static void
end_known(struct dav_xml *x, enum element e)
{
	switch (e) {
	case E_HREF:
		end_href(x);
		break;
	case E_STATUS:
		if (parent(x) == E_PROPSTAT)
			x->part_status = status_code(text_str(x->text));
		else if (parent(x) == E_RESPONSE)
			x->now.status = status_code(text_str(x->text));
		break;
	case E_TOKEN:
		end_token(x);
		break;
	case E_ETAG:
		x->part.etag = kept(x);
		break;
	case E_CTAG:
		x->part.ctag = kept(x);
		break;
	case E_NAME:
		x->part.name = kept(x);
		break;
	case E_CALENDAR:
		x->part.is_calendar = true;
		break;
	case E_COLLECTION:
		x->part.is_collection = true;
		break;
	case E_PROPSTAT:
		merge(x);
		break;
	case E_RESPONSE:
		end_response(x);
		break;
	default:
		break;
	}
}

static void XMLCALL
end(void *arg, const XML_Char *name)
{
	struct dav_xml *x = arg;
	enum element e;

	(void)name;
	/* A stopped parser still ends an empty element. */
	if (x->failed)
		return;
	e = x->path[x->depth - 1];
	if (x->memory != NULL || e == E_TOKEN)
		end_known(x, e);
	x->depth--;
	text_clear(x->text);
}

static void XMLCALL
characters(void *arg, const XML_Char *s, int n)
{
	struct dav_xml *x = arg;

	if (text_len(x->text) + (size_t)n > DAV_TEXT_MAX)
		stop(x, "an element with too much text");
	else
		text_addn(x->text, s, (size_t)n);
}

static void XMLCALL
doctype(void *arg, const XML_Char *name, const XML_Char *sysid,
    const XML_Char *pubid, int subset)
{
	(void)name;
	(void)sysid;
	(void)pubid;
	(void)subset;
	stop(arg, "it is no answer of a calendar server, but a document with "
	    "a type of its own, such as a web page");
}

static int
destroy(struct dav_xml *x)
{
	XML_ParserFree(x->parser);
	return 0;
}

struct dav_xml *
dav_xml_new(void *owner, int (*fn)(const struct dav_response *r, void *arg,
    struct err *err), void *arg)
{
	struct dav_xml *x = mem_new(owner, struct dav_xml);

	x->fn = fn;
	x->arg = arg;
	x->text = text_new(x);
	x->parser = mem_check(XML_ParserCreateNS(NULL, '|'));
	talloc_set_destructor(x, destroy);
	XML_SetUserData(x->parser, x);
	XML_SetElementHandler(x->parser, start, end);
	XML_SetCharacterDataHandler(x->parser, characters);
	XML_SetStartDoctypeDeclHandler(x->parser, doctype);
	return x;
}

static int
parse(struct dav_xml *x, const char *data, size_t n, bool last,
    struct err *err)
{
	if (!x->failed && XML_Parse(x->parser, data, (int)n, last) !=
	    XML_STATUS_OK && !x->failed) {
		err_set(&x->err, ERR_PERM, "it is no answer of a calendar "
		    "server: %s", XML_ErrorString(XML_GetErrorCode(
		    x->parser)));
		x->failed = true;
	}
	if (!x->failed)
		return 0;
	if (err != NULL)
		*err = x->err;
	return -1;
}

int
dav_xml_feed(struct dav_xml *x, const char *data, size_t n, struct err *err)
{
	return parse(x, data, n, false, err);
}

int
dav_xml_end(struct dav_xml *x, struct err *err)
{
	return parse(x, "", 0, true, err);
}

const char *
dav_xml_token(const struct dav_xml *x)
{
	return x->token;
}
