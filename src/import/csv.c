#include "import/csv.h"

#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER 65536

struct csv {
	char *path;
	int fd;
	struct csv_form form;
	char *raw;			/* as it is in the file */
	struct decoder *decoder;	/* NULL: UTF-8 */
	char *in;			/* what was read and not yet taken */
	size_t at, len;
	bool eof, done;
	bool ended;			/* the decoder too */
	size_t line;			/* of the next byte */
	int64_t bytes, size;
	char *row;			/* fields, each ended by NUL */
	size_t row_len, row_cap;
	size_t start[CSV_COLUMNS_MAX];	/* of each field in row */
	char *fields[CSV_COLUMNS_MAX];
	size_t n;
	struct hash *hash;
	unsigned char sum[HASH_LEN];
};

static int
close_fd(struct csv *c)
{
	if (c->fd > STDIN_FILENO)
		close(c->fd);
	return 0;
}

int
csv_open(void *owner, const char *path, const struct csv_form *form,
    struct csv **ret_csv, struct err *err)
{
	bool in = strcmp(path, "-") == 0;
	struct stat st;
	struct csv *c;
	int fd = STDIN_FILENO;

	if (!in && (fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return err_set(err, errno == ENOENT ? ERR_CONFIG : ERR_TEMP,
		    "%s: %s", path, strerror(errno));
	c = mem_new(owner, struct csv);
	c->fd = fd;
	talloc_set_destructor(c, close_fd);
	c->path = mem_str(c, in ? "standard input" : path);
	c->form = *form;
	c->raw = mem_array(c, char, BUFFER);
	c->in = c->raw;
	c->line = 1;
	c->size = -1;
	if (fstat(fd, &st) == 0) {
		if (S_ISDIR(st.st_mode)) {
			talloc_free(c);
			return err_set(err, ERR_PERM, "%s: is a folder, not "
			    "a file", path);
		}
		if (S_ISREG(st.st_mode))
			c->size = (int64_t)st.st_size;
	}
	c->row_cap = 4096;
	c->row = mem_array(c, char, c->row_cap);
	c->hash = hash_new(c);
	*ret_csv = c;
	return 0;
}

const struct csv_form *
csv_form(const struct csv *c)
{
	return &c->form;
}

int64_t
csv_bytes(const struct csv *c)
{
	return c->bytes;
}

int64_t
csv_size(const struct csv *c)
{
	return c->size;
}

void
csv_hash(const struct csv *c, unsigned char ret[HASH_LEN])
{
	memcpy(ret, c->sum, HASH_LEN);
}

static int
wrong(struct csv *c, size_t line, struct err *err, const char *text)
{
	c->done = true;
	return err_set(err, ERR_PERM, "%s:%zu: %s", c->path, line, text);
}

/* The form of the file, when its first bytes are there. */
static int
begin(struct csv *c, struct err *err)
{
	void *tmp = talloc_new(c);
	struct err why;
	size_t mark, i;
	char *end;
	int r;

	r = sniff(tmp, c->raw, c->len, c->eof, &c->form, &c->form, &why);
	talloc_free(tmp);
	if (r < 0)
		return wrong(c, 1, err, why.text);
	encoding_mark(c->raw, c->len, &mark);
	c->at = mark;
	if (c->form.encoding != ENCODING_UTF8) {
		c->decoder = decoder_new(c, c->form.encoding);
		c->in = mem_array(c, char, DECODE_SPACE(BUFFER));
		return 0;
	}
	for (i = 0; i < c->form.above; i++, c->line++) {
		end = memchr(c->in + c->at, '\n', c->len - c->at);
		c->at = (size_t)(end - c->in) + 1;
	}
	return 0;
}

static int
decode(struct csv *c, bool first, struct err *err)
{
	size_t i, skip = first ? c->at : 0, above = first ? c->form.above : 0;
	bool ok = decoder_feed(c->decoder, c->raw + skip, c->len - skip,
	    c->eof, c->in, &c->len);

	c->at = 0;
	for (i = 0; !ok && i < c->len; i++)
		c->line += c->in[i] == '\n';
	if (!ok) {
		c->len = 0;
		return wrong(c, c->line, err, "bytes that the encoding of "
		    "the file does not have: say another --encoding, or save "
		    "the file as CSV in UTF-8");
	}
	for (; above > 0; above--, c->line++)
		c->at = (size_t)((char *)memchr(c->in + c->at, '\n',
		    c->len - c->at) - c->in) + 1;
	return 0;
}

/* Fills the buffer wholly, so that the blocks hashed do not depend on how a
 * pipe hands out its bytes.  1, 0 at the end of the file, -1. */
static int
fill(struct csv *c, struct err *err)
{
	bool first = c->bytes == 0;
	ssize_t k;

	c->at = c->len = 0;
	while (!c->eof && c->len < BUFFER) {
		k = read(c->fd, c->raw + c->len, BUFFER - c->len);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0) {
			c->done = true;
			return err_set(err, ERR_TEMP, "%s: %s", c->path,
			    strerror(errno));
		}
		if (k == 0)
			c->eof = true;
		c->len += (size_t)k;
	}
	if (c->len == 0 && (c->decoder == NULL || c->ended))
		return 0;
	if (c->len == 0)
		c->ended = true;	/* what the decoder still holds */
	else
		hash_field(c->hash, c->raw, c->len);
	c->bytes += (int64_t)c->len;
	if (first && begin(c, err) < 0)
		return -1;
	if (c->decoder != NULL && decode(c, first, err) < 0)
		return -1;
	return c->ended && c->len == 0 ? 0 : 1;
}

/* The next byte without taking it; -1 at the end, -2 on an error. */
static inline int
peek(struct csv *c, struct err *err)
{
	int r;

	if (c->at == c->len) {
		r = fill(c, err);
		if (r <= 0)
			return r == 0 ? -1 : -2;
		if (c->at == c->len)	/* nothing but a byte order mark */
			return peek(c, err);
	}
	return (unsigned char)c->in[c->at];
}

/* Room for one byte more. */
static int
reserve(struct csv *c, struct err *err)
{
	if (c->row_len < c->row_cap)
		return 0;
	if (c->row_cap >= CSV_ROW_MAX)
		return wrong(c, c->line, err, "a row is longer than 1048576 "
		    "bytes: is a closing quote missing before it?");
	c->row_cap *= 2;
	c->row = mem_grow(c, c->row, char, c->row_cap);
	return 0;
}

static inline int
put(struct csv *c, char ch, struct err *err)
{
	if (c->row_len - c->start[c->n] == CSV_FIELD_MAX)
		return wrong(c, c->line, err, "a field is longer than 65536 "
		    "bytes: is a closing quote missing before it?");
	if (reserve(c, err) < 0)
		return -1;
	c->row[c->row_len++] = ch;
	return 0;
}

/* The text between quotes; the opening one has been taken. */
static int
quoted(struct csv *c, struct err *err)
{
	size_t from = c->line;
	int ch;

	for (;;) {
		ch = peek(c, err);
		if (ch == -2)
			return -1;
		if (ch == -1)
			return wrong(c, from, err, "a quoted field that "
			    "begins here is never closed: is the file cut "
			    "off?");
		c->at++;
		if (ch == '"') {
			if (peek(c, err) != '"')
				return c->done ? -1 : 0;
			c->at++;
		}
		if (ch == '\0')
			return wrong(c, c->line, err, "a NUL byte: is this a "
			    "text file in UTF-8?");
		if (put(c, (char)ch, err) < 0)
			return -1;
		if (ch == '\n')
			c->line++;
	}
}

static inline bool
ends_field(const struct csv *c, int ch)
{
	return ch < 0 || ch == c->form.delimiter || ch == '\n' || ch == '\r';
}

static int
bare(struct csv *c, struct err *err)
{
	int ch;

	while (!ends_field(c, ch = peek(c, err))) {
		if (ch == '"')
			return wrong(c, c->line, err, "a quote inside a field "
			    "without quotes: put the whole field into quotes "
			    "and double the quotes inside it");
		if (ch == '\0')
			return wrong(c, c->line, err, "a NUL byte: is this a "
			    "text file in UTF-8?");
		if (put(c, (char)ch, err) < 0)
			return -1;
		c->at++;
	}
	return ch == -2 ? -1 : 0;
}

/* Takes the line end; a carriage return alone is none. */
static int
line_end(struct csv *c, int ch, struct err *err)
{
	if (ch == '\r') {
		c->at++;
		ch = peek(c, err);
		if (ch == -2)
			return -1;
		if (ch != '\n' && ch != -1)
			return wrong(c, c->line, err, "a carriage return "
			    "without a line feed: end lines with LF or CRLF");
	}
	if (ch == '\n') {
		c->at++;
		c->line++;
	}
	return 0;
}

/* One field; *ret_more when another follows in this row. */
static int
field(struct csv *c, bool *ret_more, struct err *err)
{
	int ch;

	if (c->n == CSV_COLUMNS_MAX)
		return wrong(c, c->line, err, "more than 256 columns");
	c->start[c->n] = c->row_len;
	ch = peek(c, err);
	if (ch == -2)
		return -1;
	if (ch == '"') {
		c->at++;
		if (quoted(c, err) < 0)
			return -1;
		ch = peek(c, err);
		if (ch == -2)
			return -1;
		if (!ends_field(c, ch))
			return wrong(c, c->line, err, "text after a closing "
			    "quote: double the quotes inside a field");
	} else if (bare(c, err) < 0)
		return -1;
	if (reserve(c, err) < 0)
		return -1;
	c->row[c->row_len++] = '\0';
	c->n++;
	ch = peek(c, err);
	*ret_more = ch == c->form.delimiter && ch >= 0;
	if (*ret_more)
		c->at++;
	else
		return line_end(c, ch, err);
	return 0;
}

static bool
is_utf8(const char *s, size_t n)
{
	uint64_t w;

	while (n >= sizeof(w)) {
		memcpy(&w, s, sizeof(w));
		if (w & UINT64_C(0x8080808080808080))
			break;
		s += sizeof(w);
		n -= sizeof(w);
	}
	return text_is_utf8(s, n);
}

static int
row(struct csv *c, size_t line, struct err *err)
{
	bool more = true;
	size_t i;

	c->n = c->row_len = 0;
	while (more)
		if (field(c, &more, err) < 0)
			return -1;
	if (!is_utf8(c->row, c->row_len))
		return wrong(c, line, err, "not UTF-8: say --encoding "
		    "gb18030, big5 or windows-1252, or save the file as CSV "
		    "in UTF-8");
	for (i = 0; i < c->n; i++)
		c->fields[i] = c->row + c->start[i];
	return 0;
}

int
csv_next(struct csv *c, struct csv_row *ret_row, struct err *err)
{
	size_t line;
	int ch;

	if (c->done)
		return 0;
	do {
		ch = peek(c, err);
		if (ch == -2)
			return -1;
		if (ch == -1) {
			hash_done(c->hash, c->sum);
			c->hash = NULL;
			c->done = true;
			return 0;
		}
		line = c->line;
		if (row(c, line, err) < 0)
			return -1;
	} while (c->n == 1 && c->row_len == 1 && ch != '"');
	ret_row->line = line;
	ret_row->n = c->n;
	ret_row->fields = c->fields;
	return 1;
}
