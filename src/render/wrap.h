/* wrap.h - plain text for mail: folded lines, single blank lines. */
#ifndef DUNLIN_RENDER_WRAP_H
#define DUNLIN_RENDER_WRAP_H

/* A copy in which lines of more than "columns" columns are folded at spaces
 * and between Chinese characters (never before closing or after opening
 * punctuation, never inside a number or a word); what continues is indented
 * like the line.  Blank lines at the start and the end and all but one in a
 * row are dropped, white space at line ends too; it ends in one newline. */
char *wrap_text(void *owner, const char *s, int columns);

#endif
