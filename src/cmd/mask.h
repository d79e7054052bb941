/* mask.h - takes out of a text what tells whose it is: mail addresses, names
 * that are known, telephone, card and bank account numbers, the signature.
 * What is masked stays as long as it was, so that the sentence does. */
#ifndef DUNLIN_CMD_MASK_H
#define DUNLIN_CMD_MASK_H

#include <stddef.h>

void mask_text(char *text, const char *const *names, size_t n);

#endif
