/* letter_markup.h - the markup of letters: what a .letter template gives.
 *
 * Lines of text are a paragraph; a blank line ends it, each line end in it is
 * a line break.  Every other block is a tag of its own line:
 *
 *   <name>..</name>     the sender's name, large, at the top of the letter
 *   <small>..</small>   a line in small print
 *   <title>..</title>   the heading of the letter, centred
 *   <h>..</h>           the heading of a section, kept with what follows
 *   <right>..</right>   a line at the right margin
 *   <li>..</li>         a point of a list
 *   <table columns="4 3 3r">   widths of the columns; r: numbers, right
 *     <head>a<c/>b<c/>c</head>  repeated on every page
 *     <row>a<c/>b<c/>c</row>
 *     <sum>a<c/>b<c/>c</sum>    in bold, kept with the row before
 *   </table>
 *   <keep> .. </keep>   blocks that stay on one page
 *   <rule/> <space/>    a line across the page; room
 *   <seal/>             the seal, behind the lines that follow, where there is
 *                       one
 *   <foot>..</foot>     at the foot of every page, beside its number
 *
 * In text: <b>..</b> bold, <nobr>..</nobr> not broken, <br/> line break.
 * Anything else in angle brackets is a mistake.  Values come from Mustache
 * with MST_PANGO, so none of them can be a tag. */
#ifndef DUNLIN_RENDER_LETTER_MARKUP_H
#define DUNLIN_RENDER_LETTER_MARKUP_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define LETTER_COLUMNS_MAX 8
#define LETTER_BLOCKS_MAX 4000
#define LETTER_TABLES_MAX 16

enum letter_style {
	LETTER_TEXT,
	LETTER_NAME,
	LETTER_SMALL,
	LETTER_TITLE,
	LETTER_HEADING,
	LETTER_RIGHT,
	LETTER_ITEM,
	LETTER_HEAD,
	LETTER_ROW,
	LETTER_SUM,
	LETTER_RULE,
	LETTER_SPACE,
	LETTER_SEAL,
	LETTER_STYLE_COUNT
};

struct letter_block {
	enum letter_style style;
	bool keep;			/* with the next one */
	int table;			/* rows: index of their table */
	/* Pango's markup; rows have a text per column. */
	const char *text[LETTER_COLUMNS_MAX];
};

struct letter_table {
	int n;				/* columns */
	int weight[LETTER_COLUMNS_MAX];
	bool right[LETTER_COLUMNS_MAX];
};

struct letter {
	struct letter_block *blocks;
	size_t n_blocks;
	struct letter_table tables[LETTER_TABLES_MAX];
	int n_tables;
	const char *foot;		/* NULL: none */
};

/* file and line (of the first line) are for mistakes, ERR_CONFIG. */
int letter_parse(void *owner, const char *file, int line, const char *s,
    struct letter **ret_letter, struct err *err);

#endif
