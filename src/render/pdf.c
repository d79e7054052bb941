#include "render/pdf.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define TAIL 2048	/* the trailer stands in the last bytes */
#define DICT_MAX 4096

struct tail {
	long size, root, info, xref;
};

/* The number behind the last "key" of s. */
static bool
number(const char *s, const char *key, long *ret_n)
{
	const char *at = NULL, *p;
	char *end;

	for (p = strstr(s, key); p != NULL; p = strstr(p + 1, key))
		at = p + strlen(key);
	if (at == NULL)
		return false;
	*ret_n = strtol(at, &end, 10);
	return end != at && *ret_n > 0;
}

static bool
read_tail(const char *bytes, size_t n, struct tail *ret)
{
	static const char word[] = "trailer\n<<";
	char buf[TAIL + 1], *trailer;
	size_t len = n < TAIL ? n : TAIL, i = len - sizeof(word);

	/* Before it there are bytes of all kinds. */
	memcpy(buf, bytes + n - len, len);
	buf[len] = '\0';
	while (i > 0 && memcmp(buf + i, word, sizeof(word) - 1) != 0)
		i--;
	if (i == 0)
		return false;
	trailer = buf + i;
	return number(trailer, "/Size ", &ret->size) &&
	    number(trailer, "/Root ", &ret->root) &&
	    number(trailer, "/Info ", &ret->info) &&
	    number(trailer, "startxref\n", &ret->xref) &&
	    (size_t)ret->xref < n;
}

/* The inside of the catalogue's dictionary, searched from the end. */
static char *
catalogue(void *owner, const char *bytes, size_t n, long root)
{
	char *head = mem_fmt(owner, "\n%ld 0 obj\n<<", root);
	size_t len = strlen(head), from = n - len, i, room;
	const char *start, *end;

	for (; from > 0 && memcmp(bytes + from, head, len) != 0; from--)
		;
	if (from == 0)
		return NULL;
	start = bytes + from + len;
	room = n - (from + len);
	if (room > DICT_MAX)
		room = DICT_MAX;
	for (i = 0; i + 9 < room; i++)
		if (memcmp(start + i, ">>\nendobj", 9) == 0)
			break;
	end = start + i;
	return i + 9 < room ? mem_strn(owner, start, (size_t)(end - start)) :
	    NULL;
}

int
pdf_complete(void *owner, const char *bytes, size_t n, const char *language,
    char **ret_bytes, size_t *ret_len, struct err *err)
{
	void *tmp MEM_AUTO = talloc_new(NULL);
	struct text *out = text_new(tmp);
	unsigned char hash[HASH_LEN];
	char hex[HASH_HEX_MAX];
	struct tail t;
	char *inside = NULL;
	size_t at, xref;

	if (n > 64 && read_tail(bytes, n, &t))
		inside = catalogue(tmp, bytes, n, t.root);
	if (inside == NULL)
		return err_set(err, ERR_CONFIG, "this version of Cairo writes "
		    "PDF in a way that is not known: use 1.16");
	hash_bytes(bytes, n, hash);
	hash_hex(hash, hex);
	text_addn(out, bytes, n);
	if (bytes[n - 1] != '\n')
		text_addc(out, '\n');
	at = text_len(out);
	text_addf(out, "%ld 0 obj\n<<%s   /Lang (%s)\n"
	    "   /ViewerPreferences << /DisplayDocTitle true >>\n>>\nendobj\n",
	    t.root, inside, language);
	xref = text_len(out);
	text_addf(out, "xref\n%ld 1\n%010zu 00000 n \ntrailer\n"
	    "<< /Size %ld\n   /Root %ld 0 R\n   /Info %ld 0 R\n"
	    "   /Prev %ld\n   /ID [<%.32s> <%.32s>]\n>>\nstartxref\n%zu\n"
	    "%%%%EOF\n", t.root, at, t.size, t.root, t.info, t.xref, hex,
	    hex, xref);
	*ret_len = text_len(out);
	*ret_bytes = mem_check(talloc_memdup(owner, text_str(out),
	    *ret_len + 1));
	return 0;
}
