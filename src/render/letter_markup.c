#include "render/letter_markup.h"

#include "base/mem.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define WEIGHT_MAX 100

static const struct {
	const char *open, *close;
	enum letter_style style;
	bool row;
} blocks[] = {
	{ "<name>", "</name>", LETTER_NAME, false },
	{ "<small>", "</small>", LETTER_SMALL, false },
	{ "<title>", "</title>", LETTER_TITLE, false },
	{ "<h>", "</h>", LETTER_HEADING, false },
	{ "<right>", "</right>", LETTER_RIGHT, false },
	{ "<li>", "</li>", LETTER_ITEM, false },
	{ "<head>", "</head>", LETTER_HEAD, true },
	{ "<row>", "</row>", LETTER_ROW, true },
	{ "<sum>", "</sum>", LETTER_SUM, true },
	{ "<rule/>", "", LETTER_RULE, false },
	{ "<space/>", "", LETTER_SPACE, false },
	{ "<seal/>", "", LETTER_SEAL, false },
};
#define BLOCKS (sizeof(blocks) / sizeof(blocks[0]))

/* In text; the closing one stands behind its opening one. */
static const struct {
	const char *tag, *pango;
} inlines[] = {
	{ "<b>", "<b>" }, { "</b>", "</b>" },
	{ "<nobr>", "<span allow_breaks=\"false\">" }, { "</nobr>", "</span>" },
	{ "<br/>", "\n" },
};
#define INLINES (sizeof(inlines) / sizeof(inlines[0]))
#define DEPTH_MAX 8

struct parser {
	struct letter *l;
	const char *file;
	int line;
	int table;			/* that is open; -1 */
	bool keep;
	struct text *paragraph;
	struct err *err;
};

static int
wrong(struct parser *p, const char *what)
{
	return err_set(p->err, ERR_CONFIG, "%s:%d: %s", p->file, p->line,
	    what);
}

/* --- text in a block --- */

static bool
is_reference(const char *s, size_t n)
{
	static const char *const all[] = { "&amp;", "&lt;", "&gt;", "&quot;",
	    "&#39;" };
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strlen(all[i]) <= n &&
		    strncmp(s, all[i], strlen(all[i])) == 0)
			return true;
	return false;
}

static int
inline_at(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < INLINES; i++)
		if (strlen(inlines[i].tag) <= n && strncmp(s, inlines[i].tag,
		    strlen(inlines[i].tag)) == 0)
			return (int)i;
	return -1;
}

static int
add_text(struct parser *p, struct text *out, const char *s, size_t n)
{
	int open[DEPTH_MAX], depth = 0, tag;
	size_t i;

	for (i = 0; i < n; i++) {
		if (s[i] == '<') {
			tag = inline_at(s + i, n - i);
			if (tag < 0)
				return wrong(p, "only <b>, <nobr>, <br/> and "
				    "their ends may stand in a text, see "
				    "dunlin-templates(5)");
			if (tag % 2 == 1 && (depth == 0 ||
			    open[--depth] != tag - 1))
				return wrong(p, "this end has no beginning "
				    "in its line");
			if (tag % 2 == 0 && tag < 4) {
				if (depth == DEPTH_MAX)
					return wrong(p, "too many tags in "
					    "each other");
				open[depth++] = tag;
			}
			text_add(out, inlines[tag].pango);
			i += strlen(inlines[tag].tag) - 1;
		} else if (s[i] == '&' && !is_reference(s + i, n - i)) {
			text_add(out, "&amp;");
		} else {
			text_addc(out, (unsigned char)s[i] < ' ' ? ' ' :
			    s[i]);
		}
	}
	return depth == 0 ? 0 : wrong(p, "a tag is not ended in its line");
}

/* --- blocks --- */

static int
add_block(struct parser *p, enum letter_style style,
    struct letter_block **ret_b)
{
	struct letter *l = p->l;
	struct letter_block *b;

	if (l->n_blocks == LETTER_BLOCKS_MAX)
		return err_set(p->err, ERR_CONFIG, "%s:%d: this letter has "
		    "more than %d lines and paragraphs", p->file, p->line,
		    LETTER_BLOCKS_MAX);
	if ((l->n_blocks & (l->n_blocks + 1)) == 0)
		l->blocks = mem_grow(l, l->blocks, struct letter_block,
		    2 * (l->n_blocks + 1));
	b = &l->blocks[l->n_blocks++];
	memset(b, 0, sizeof(*b));
	b->style = style;
	b->keep = p->keep || style == LETTER_HEADING || style == LETTER_HEAD;
	b->table = p->table;
	*ret_b = b;
	return 0;
}

static int
end_paragraph(struct parser *p)
{
	struct letter_block *b;

	if (text_len(p->paragraph) == 0)
		return 0;
	if (add_block(p, LETTER_TEXT, &b) < 0)
		return -1;
	b->text[0] = mem_str(p->l, text_str(p->paragraph));
	text_clear(p->paragraph);
	return 0;
}

static int
add_cells(struct parser *p, struct letter_block *b, const char *s, size_t n)
{
	const struct letter_table *t = &p->l->tables[p->table];
	struct text *out = text_new(p->l);
	const char *c, *end = s + n;
	int i;

	for (i = 0; i < t->n; i++, s = c + strlen("<c/>")) {
		c = strstr(s, "<c/>");
		if (c == NULL || c >= end)
			c = end;
		if ((c == end) != (i == t->n - 1))
			return wrong(p, "this row has not as many cells as "
			    "its table has columns");
		if (add_text(p, out, s, (size_t)(c - s)) < 0)
			return -1;
		b->text[i] = mem_str(p->l, text_str(out));
		text_clear(out);
	}
	text_free(out);
	return 0;
}

static int
add_line(struct parser *p, size_t i, const char *s, size_t n)
{
	struct text *out;
	struct letter_block *b;

	if (blocks[i].row != (p->table >= 0))
		return wrong(p, blocks[i].row ? "a row stands outside of a "
		    "table" : "only rows may stand in a table");
	if (blocks[i].style == LETTER_SUM && p->l->n_blocks > 0)
		p->l->blocks[p->l->n_blocks - 1].keep = true;
	if (add_block(p, blocks[i].style, &b) < 0)
		return -1;
	if (blocks[i].row)
		return add_cells(p, b, s, n);
	out = text_new(p->l);
	if (add_text(p, out, s, n) < 0)
		return -1;
	b->text[0] = mem_str(p->l, text_str(out));
	text_free(out);
	return 0;
}

static int
open_table(struct parser *p, const char *s)
{
	struct letter *l = p->l;
	struct letter_table *t = &l->tables[l->n_tables];
	char *end;
	long weight;

	if (p->table >= 0)
		return wrong(p, "a table stands in a table");
	if (l->n_tables == LETTER_TABLES_MAX)
		return wrong(p, "too many tables");
	for (;; s = end) {
		weight = strtol(s, &end, 10);
		if (end == s)
			break;
		if (weight < 1 || weight > WEIGHT_MAX ||
		    t->n == LETTER_COLUMNS_MAX)
			return wrong(p, "a table has 1 to 8 columns of widths "
			    "1 to 100");
		t->weight[t->n] = (int)weight;
		t->right[t->n] = *end == 'r';
		end += *end == 'r';
		t->n++;
	}
	if (t->n == 0 || strcmp(end, "\">") != 0)
		return wrong(p, "write <table columns=\"4 3 3r\"> with the "
		    "widths of its columns");
	p->table = l->n_tables++;
	return 0;
}

/* A line that is no paragraph's; 0: it is one. */
static int
read_tag(struct parser *p, const char *s, size_t n)
{
	size_t i, open, close;

	for (i = 0; i < BLOCKS; i++) {
		open = strlen(blocks[i].open);
		close = strlen(blocks[i].close);
		if (!text_starts(s, blocks[i].open))
			continue;
		if (n < open + close || strcmp(s + n - close,
		    blocks[i].close) != 0 || (close == 0 && n > open))
			return wrong(p, "this line does not end with the end "
			    "of its tag");
		return add_line(p, i, s + open, n - open - close) < 0 ? -1 :
		    1;
	}
	if (text_starts(s, "<table columns=\""))
		return open_table(p, s + strlen("<table columns=\"")) < 0 ?
		    -1 : 1;
	if (strcmp(s, "</table>") == 0) {
		if (p->table < 0)
			return wrong(p, "no table is open");
		p->table = -1;
		return 1;
	}
	if (strcmp(s, "<keep>") == 0 || strcmp(s, "</keep>") == 0) {
		if (p->keep != (s[1] == '/'))
			return wrong(p, "<keep> and </keep> take turns");
		p->keep = !p->keep;
		if (!p->keep && p->l->n_blocks > 0)
			p->l->blocks[p->l->n_blocks - 1].keep = false;
		return 1;
	}
	return 0;
}

static int
read_foot(struct parser *p, const char *s, size_t n)
{
	static const char close[] = "</foot>";
	struct text *out = text_new(p->l);

	if (p->l->foot != NULL || n < 13 ||
	    strcmp(s + n - strlen(close), close) != 0)
		return wrong(p, "a letter has one <foot>..</foot> line");
	if (add_text(p, out, s + 6, n - 6 - strlen(close)) < 0)
		return -1;
	p->l->foot = mem_str(p->l, text_str(out));
	text_free(out);
	return 0;
}

static int
read_line(struct parser *p, const char *s)
{
	size_t n = strlen(s);
	int r;

	if (n == 0)
		return end_paragraph(p);
	if (s[0] == '<' && inline_at(s, n) < 0) {
		if (end_paragraph(p) < 0)
			return -1;
		if (text_starts(s, "<foot>"))
			return read_foot(p, s, n);
		r = read_tag(p, s, n);
		if (r != 0)
			return r < 0 ? -1 : 0;
	}
	if (p->table >= 0)
		return wrong(p, "only rows may stand in a table");
	if (text_len(p->paragraph) > 0)
		text_addc(p->paragraph, '\n');
	return add_text(p, p->paragraph, s, n);
}

static int
read_lines(struct parser *p, const char *s)
{
	size_t n;
	char *line;
	int r;

	for (; *s != '\0'; s += n + (s[n] == '\n'), p->line++) {
		n = strcspn(s, "\n");
		line = mem_strn(p->l, s, n);
		r = read_line(p, text_trim(line, line));
		talloc_free(line);
		if (r < 0)
			return -1;
	}
	if (p->table >= 0 || p->keep)
		return wrong(p, "a <table> or <keep> is not ended");
	return end_paragraph(p);
}

int
letter_parse(void *owner, const char *file, int line, const char *s,
    struct letter **ret_letter, struct err *err)
{
	struct parser p = { .file = file, .line = line, .table = -1,
	    .err = err };

	if (!text_is_utf8(s, strlen(s)))
		return err_set(err, ERR_CONFIG, "%s:%d: not UTF-8", file,
		    line);
	p.l = mem_new(owner, struct letter);
	p.paragraph = text_new(p.l);
	if (read_lines(&p, s) < 0) {
		talloc_free(p.l);
		return -1;
	}
	text_free(p.paragraph);
	*ret_letter = p.l;
	return 0;
}
