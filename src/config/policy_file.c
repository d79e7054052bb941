#include "config/policy_file.h"

#include "base/file.h"
#include "base/mem.h"
#include "config/policy_read.h"
#include "config/yaml.h"

#include <string.h>

/* "policies/softer.yaml": softer */
static char *
name_of(void *owner, const char *path)
{
	const char *base = strrchr(path, '/'), *end;

	base = base != NULL ? base + 1 : path;
	end = strrchr(base, '.');
	return mem_strn(owner, base, end != NULL && end > base ?
	    (size_t)(end - base) : strlen(base));
}

static int
base_of(const struct config *c, const char *path,
    const struct yaml_node *map, const struct policy **ret_base,
    struct err *err)
{
	const struct yaml_node *n = yaml_get(map, "extends");

	*ret_base = NULL;
	if (n == NULL || n->kind != YAML_SCALAR)
		return 0;
	*ret_base = config_policy(c, n->text);
	if (*ret_base == NULL)
		return err_set(err, ERR_CONFIG, "%s:%d: there is no policy "
		    "\"%.60s\" in %s to extend", path, n->line, n->text,
		    c->file);
	return 0;
}

int
policy_by_name(void *owner, const struct config *c, const char *which,
    const struct policy **ret_policy, struct err *err)
{
	const struct policy *p = config_policy(c, which), *base;
	struct config_problems problems = { 0 };
	struct yaml_node *map;
	char *text;
	size_t n;

	if (p != NULL) {
		*ret_policy = p;
		return 0;
	}
	if (!file_exists(which))
		return err_set(err, ERR_CONFIG, "%s: neither a policy of %s "
		    "nor a file", which, c->file);
	if (file_read(owner, which, YAML_BYTES_MAX, &text, &n, err) < 0)
		return -1;
	map = yaml_tree(owner, which, text, n, &problems);
	if (map == NULL || problems_err(&problems, err) < 0)
		return map == NULL ? problems_err(&problems, err) : -1;
	if (base_of(c, which, map, &base, err) < 0)
		return -1;
	p = policy_read(owner, name_of(owner, which), which, map, base,
	    &problems);
	if (problems_err(&problems, err) < 0)
		return -1;
	*ret_policy = p;
	return 0;
}
