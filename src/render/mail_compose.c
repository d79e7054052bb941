#include "render/mail_compose.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"
#include "render/mail_encode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY 86400

static int
check_header(const char *name, const char *value, struct err *err)
{
	if (value == NULL)
		return 0;
	if (!text_is_utf8(value, strlen(value)))
		return err_set(err, ERR_CONFIG, "the header %s is not UTF-8",
		    name);
	if (text_has_control(value))
		return err_set(err, ERR_CONFIG, "the header %s has a line "
		    "break or another control character", name);
	return 0;
}

static int
check_headers(const struct mail_parts *p, struct err *err)
{
	const struct {
		const char *name, *value;
	} all[] = {
		{ "From", p->from_name }, { "From", p->from },
		{ "To", p->to_name }, { "To", p->to },
		{ "Reply-To", p->reply_to }, { "Subject", p->subject },
		{ "Content-Language", p->language },
		{ "Message-ID", p->message_id },
		{ "In-Reply-To", p->in_reply_to },
		{ "Auto-Submitted", p->auto_submitted },
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (check_header(all[i].name, all[i].value, err) < 0)
			return -1;
	for (i = 0; p->references != NULL && p->references[i] != NULL; i++)
		if (check_header("References", p->references[i], err) < 0)
			return -1;
	if (p->message_id[0] != '<' || strchr(p->message_id, '@') == NULL ||
	    p->message_id[strlen(p->message_id) - 1] != '>')
		return err_set(err, ERR_CONFIG, "the Message-ID '%.100s' is "
		    "not of the form <...@...>", p->message_id);
	return 0;
}

static void
add_part(struct text *out, const char *boundary, const char *type,
    const char *more, const char *body)
{
	struct text *coded = text_new(out);
	const char *encoding = mail_body(coded, body);

	text_addf(out, "--%s\r\nContent-Type: %s; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: %s\r\n%s\r\n", boundary, type,
	    encoding, more);
	text_addn(out, text_str(coded), text_len(coded));
	text_add(out, "\r\n");
	text_free(coded);
}

static void
add_bytes(struct text *out, const char *boundary, const struct mail_file *f,
    const char *more)
{
	text_addf(out, "--%s\r\nContent-Type: %s; name=\"%s\"\r\n"
	    "Content-Transfer-Encoding: base64\r\n%s\r\n", boundary,
	    f->type, f->name, more);
	mail_base64_bytes(out, f->text, f->len);
	text_add(out, "\r\n");
}

static void
add_file(struct text *out, const char *boundary, const struct mail_file *f)
{
	char *named = mem_fmt(out, "Content-Disposition: attachment;\r\n"
	    "\tfilename=\"%s\"\r\n", f->name);

	if (f->len == 0)
		add_part(out, boundary, f->type, named, f->text);
	else
		add_bytes(out, boundary, f, named);
}

/* The HTML with its pictures (RFC 2387, 2392). */
static void
add_related(struct text *out, const struct mail_parts *p,
    const char *boundary)
{
	char *related = mem_fmt(out, "%s_r", boundary);
	const struct mail_file *f;
	size_t i;

	text_addf(out, "--%s\r\nContent-Type: multipart/related; "
	    "type=\"text/html\";\r\n\tboundary=\"%s\"\r\n\r\n", boundary,
	    related);
	add_part(out, related, "text/html", "", p->html);
	for (i = 0; i < p->n_pictures; i++) {
		f = &p->pictures[i];
		add_bytes(out, related, f, mem_fmt(out,
		    "Content-ID: <%s@dunlin>\r\nContent-Disposition: inline;"
		    "\r\n\tfilename=\"%s\"\r\n", f->name, f->name));
	}
	text_addf(out, "--%s--\r\n", related);
}

static void
add_texts(struct text *out, const struct mail_parts *p, const char *boundary)
{
	text_addf(out, "Content-Type: multipart/alternative;\r\n"
	    "\tboundary=\"%s\"\r\n\r\n", boundary);
	add_part(out, boundary, "text/plain", "", p->text);
	if (p->n_pictures > 0)
		add_related(out, p, boundary);
	else
		add_part(out, boundary, "text/html", "", p->html);
	text_addf(out, "--%s--\r\n", boundary);
}

static void
add_body(struct text *out, const struct mail_parts *p)
{
	unsigned char hash[HASH_LEN];
	char hex[HASH_HEX_MAX], boundary[64], mixed[64];
	size_t i;

	hash_bytes(p->message_id, strlen(p->message_id), hash);
	hash_hex(hash, hex);
	/* "=_" cannot be in quoted-printable or base64 (RFC 2045 6.7) */
	snprintf(boundary, sizeof(boundary), "=_%.32s", hex);
	text_add(out, "MIME-Version: 1.0\r\n");
	if (p->n_files == 0) {
		add_texts(out, p, boundary);
		return;
	}
	snprintf(mixed, sizeof(mixed), "=_m%.31s", hex);
	text_addf(out, "Content-Type: multipart/mixed;\r\n"
	    "\tboundary=\"%s\"\r\n\r\n--%s\r\n", mixed, mixed);
	add_texts(out, p, boundary);
	for (i = 0; i < p->n_files; i++)
		add_file(out, mixed, &p->files[i]);
	text_addf(out, "--%s--\r\n", mixed);
}

static void
add_date(struct text *out, int64_t at, int32_t offset)
{
	static const char days[] = "MonTueWedThuFriSatSun";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int64_t local = at + offset / 60 * 60;
	int64_t day = local / DAY - (local % DAY < 0);
	int second = (int)(local - day * DAY), y, m, d;
	int minutes = abs(offset) / 60;

	date_split((int32_t)day, &y, &m, &d);
	text_addf(out, "Date: %.3s, %d %.3s %d %02d:%02d:%02d %c%02d%02d\r\n",
	    days + date_weekday((int32_t)day) * 3, d, months + (m - 1) * 3, y,
	    second / 3600, second / 60 % 60, second % 60,
	    offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

static void
add_references(struct text *out, const char *const *ids)
{
	struct text *all = text_new(out);
	size_t i;

	for (i = 0; ids != NULL && ids[i] != NULL; i++) {
		if (i > 0)
			text_addc(all, ' ');
		text_add(all, ids[i]);
	}
	if (text_len(all) > 0)
		mail_token(out, "References", text_str(all));
	text_free(all);
}

static void
add_headers(struct text *out, const struct mail_parts *p)
{
	add_date(out, p->date, p->offset);
	mail_mailbox(out, "From", p->from_name, p->from);
	mail_mailbox(out, "Reply-To", NULL, p->reply_to);
	mail_mailbox(out, "To", p->to_name, p->to);
	mail_header(out, "Subject", p->subject);
	mail_token(out, "Message-ID", p->message_id);
	if (p->in_reply_to != NULL)
		mail_token(out, "In-Reply-To", p->in_reply_to);
	add_references(out, p->references);
	mail_token(out, "Auto-Submitted", p->auto_submitted);
	mail_token(out, "Content-Language", p->language);
}

int
mail_compose(void *owner, const struct mail_parts *p, char **ret_bytes,
    size_t *ret_len, struct err *err)
{
	void *tmp MEM_AUTO = talloc_new(NULL);
	struct text *out = text_new(tmp);

	if (check_headers(p, err) < 0)
		return -1;
	add_headers(out, p);
	add_body(out, p);
	*ret_bytes = mem_check(talloc_memdup(owner, text_str(out),
	    text_len(out)));
	*ret_len = text_len(out);
	return 0;
}
