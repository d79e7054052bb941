/* mime.h - raw bytes of a mail to its parts as sound UTF-8 text.
 *
 * The only file that knows GMime.  Limits apply before anything is parsed:
 * MIME_MAX bytes are looked at, a mail with more than MIME_BOUNDARIES
 * boundary parameters is read as one plain text, and parts deeper than
 * MIME_DEPTH or after MIME_PARTS are listed but not opened. */
#ifndef DUNLIN_UNDERSTAND_MIME_H
#define DUNLIN_UNDERSTAND_MIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MIME_MAX (16 * 1024 * 1024)
#define MIME_BOUNDARIES 64
#define MIME_DEPTH 12
#define MIME_PARTS 100
#define MIME_TEXT_MAX (256 * 1024)	/* of one part */
#define MIME_HEADERS 400

struct mail_header {
	const char *name, *value;	/* value decoded, one line */
};

struct mail_part {
	const char *type;		/* "text/plain", lower case */
	const char *text;		/* of text parts and reports, or NULL */
	const char *html;		/* of one that a plain text stands for:
					 * mail_text() makes its text */
	const char *filename;		/* of attachments, or NULL */
	int depth;
	bool attachment;
	bool inner;			/* belongs to an attached message:
					 * only its reports have a text */
	bool alternative;		/* one of several forms of the same */
};

struct mail {
	struct mail_header *headers;
	size_t n_headers;
	struct mail_part *parts;
	size_t n_parts;
	const char *type;		/* of the whole: "multipart/report" */
	const char *report_type;	/* "delivery-status", or NULL */
	int64_t date;			/* of the Date header, CLOCK_NONE */
	int date_offset;		/* its zone, seconds east */
	const char *body;		/* what a person reads, as plain text */
	/* Of the message that came back with a report, or NULL. */
	const char *inner_to, *inner_from, *inner_id;
};

/* Before the process gives up the right to open files (base/sandbox.h): the
 * library and the charsets that mail comes in. */
void mime_load(void);
void mime_init(void);		/* the library alone; done by mime_parse too */

struct mail *mime_parse(void *owner, const char *raw, size_t n);

/* The text of a part, or NULL. */
const char *mail_text(void *owner, const struct mail_part *p);

/* The first header of that name, or NULL. */
const char *mail_get(const struct mail *m, const char *name);

/* HTML as plain text: breaks, entities, quotations marked with ">". */
char *html_text(void *owner, const char *html, size_t n);

/* Bytes of unknown or mistaken charset as UTF-8. */
char *charset_text(void *owner, const char *charset, const char *s, size_t n);

#endif
