/* values.h - readers of single values; each reports what is wrong with it
 * and leaves the field alone then. */
#ifndef DUNLIN_CONFIG_VALUES_H
#define DUNLIN_CONFIG_VALUES_H

#include "config/settings.h"

/* One line of text, several, a name (letters, digits, - and _). */
setting_fn read_text, read_lines, read_word;
setting_fn read_path;			/* joined to the reader's folder */
setting_fn read_paths;			/* const char **, NULL-ended */
setting_fn read_words;			/* one text, separated by spaces */
setting_fn read_bool, read_int;
setting_fn read_country, read_zone, read_currency, read_email, read_domain;
setting_fn read_language, read_languages;
setting_fn read_time;			/* int minutes of "HH:MM" */
setting_fn read_hundredths;		/* int64_t of "12.34" */

/* Names of companies, steps and the like: 1-40 of A-Z a-z 0-9 - _ . */
bool value_is_name(const char *s);

/* Whether a map's key can name a what; reports when not. */
bool value_key(struct reader *r, const struct yaml_entry *e,
    const char *what);
/* Whether n is a map with something in it; reports when not. */
bool value_entries(struct reader *r, const struct yaml_node *n);

/* The text of a scalar, NULL after reporting that it is none, or empty. */
const char *value_scalar(struct reader *r, const struct yaml_node *n);

#endif
