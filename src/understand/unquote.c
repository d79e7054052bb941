#include "understand/unquote.h"

#include "base/mem.h"

void
unquote(void *owner, const char *text, size_t n, struct unquoted *ret_out)
{
	ret_out->own = mem_strn(owner, text, n);
	ret_out->above = NULL;
}
