/* staff.h - mail to people of ours: templates/LANGUAGE/NAME.staff.
 *
 * The same form as mails to customers (template.h), with a layout and names
 * of their own: staff_names.def.  Values of names that may be missing are
 * put as NULL by the caller, all others must be there; subject is put here. */
#ifndef DUNLIN_RENDER_STAFF_H
#define DUNLIN_RENDER_STAFF_H

#include "config/config.h"
#include "render/mustache.h"
#include "render/render.h"

#include <stddef.h>
#include <stdint.h>

enum staff_kind {
	STAFF_TASK = 1,		/* staff-task: an escalation */
	STAFF_CONFIRM = 2,	/* staff-confirm: what was done by mail */
	STAFF_DIGEST = 4,	/* staff-digest: each morning */
	STAFF_WEEKLY = 8,	/* staff-weekly: for who leads */
	STAFF_ROBOT_TASK = 16,	/* robot-task: a grave one, to a group */
	STAFF_ROBOT_DAILY = 32,	/* robot-daily */
	STAFF_ROBOT_WEEKLY = 64	/* robot-weekly */
};

struct staff_text {
	char *subject, *text, *html;
	struct mail_file *pictures;	/* of the HTML; the caller's */
	size_t n_pictures;
	char *wrong;			/* with the folder's template; NULL */
};

/* Those of folder dir (NULL: none) win over the embedded ones, unless they
 * cannot be used: people are told all the same, and ret_text->wrong is why,
 * with FILE:LINE. */
int staff_render(void *owner, const char *dir, const char *name,
    const char *language, struct mst_value *view,
    struct staff_text *ret_text, struct err *err);

/* The same without a layout and without lines being folded, for a group
 * robot: subject and text; html is "".  A template that says what robots may
 * not is a mistake here too, not in staff_check alone. */
int staff_render_robot(void *owner, const char *dir, const char *name,
    const char *language, struct mst_value *view,
    struct staff_text *ret_text, struct err *err);

/* Every template in every language against its names. */
void staff_check(void *owner, const char *dir,
    struct config_problems *problems);

struct staff_letter {
	const struct config_company *company;
	const char *to, *to_name, *language;
	const char *subject, *text, *html;
	const struct mail_file *pictures;
	size_t n_pictures;
	const char *token, *message_id, *in_reply_to;
	int64_t now;
};
/* The mail, answers of which come back with the token. */
int staff_compose(void *owner, const struct staff_letter *in,
    struct mail **ret_mail, struct err *err);

#endif
