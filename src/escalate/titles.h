/* titles.h - what a task asks for, in the language of whoever reads it. */
#ifndef DUNLIN_ESCALATE_TITLES_H
#define DUNLIN_ESCALATE_TITLES_H

/* title as it is stored (English), in language ("zh-CN", else English); one
 * that is not known is given back as it is. */
const char *titles_text(const char *title, const char *language);

#endif
