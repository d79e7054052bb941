/* fuzz_mustache.c - any bytes as a template file, and as a template that is
 * rendered over values with its own text in them. */
#include "base/mem.h"
#include "render/lint.h"
#include "render/mustache.h"
#include "render/template.h"
#include "render/wrap.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct mst *
find(void *arg, const char *name)
{
	return arg;
}

static void
ignore(void *arg, const char *line)
{
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	void *m = talloc_new(NULL);
	char *s = mem_strn(m, (const char *)data, n);
	struct mst_value *root = mst_map(m), *list = mst_list(root);
	struct lint_hit hit;
	struct err err;
	struct mst *t;

	template_parse(m, "f", "en", "m1", s, ignore, NULL);
	mst_put_text(root, "a", s);
	mst_put(root, "b", mst_map(root));
	mst_push(list, mst_text(list, s));
	mst_push(list, mst_bool(list, true));
	mst_put(root, "c", list);
	if (n < 4096 && mst_parse(m, "f", 1, s, strlen(s), &t, &err) == 0) {
		struct mst_render r = { root, MST_HTML, false, find, t };
		struct mst_check c = { template_names, template_names_count,
		    1, find, t, ignore, NULL };
		struct text *out = text_new(m);

		mst_render(t, &r, out, &err);
		if (text_len(out) > (size_t)MST_OUT_MAX * 8)
			abort();
		mst_check(t, &c);
		wrap_text(m, s, 20);
		lint_check(s, LINT_HTML, NULL, &hit);
	}
	talloc_free(m);
	return 0;
}
