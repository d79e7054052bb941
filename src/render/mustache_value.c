#include "base/mem.h"
#include "render/mustache_int.h"

#include <string.h>

static struct mst_value *
value_new(void *owner, enum mst_value_kind kind)
{
	struct mst_value *v = mem_new(owner, struct mst_value);

	v->kind = kind;
	return v;
}

struct mst_value *
mst_text(void *owner, const char *s)
{
	struct mst_value *v = value_new(owner,
	    s == NULL ? VALUE_NULL : VALUE_TEXT);

	v->text = mem_str(v, s);
	return v;
}

struct mst_value *
mst_bool(void *owner, bool truth)
{
	struct mst_value *v = value_new(owner, VALUE_BOOL);

	v->truth = truth;
	return v;
}

struct mst_value *
mst_list(void *owner)
{
	return value_new(owner, VALUE_LIST);
}

struct mst_value *
mst_map(void *owner)
{
	return value_new(owner, VALUE_MAP);
}

static struct mst_value **
value_slot(struct mst_value *v)
{
	if ((v->n & (v->n - 1)) == 0) {
		size_t room = v->n == 0 ? 1 : v->n * 2;

		v->values = mem_grow(v, v->values, struct mst_value *, room);
		if (v->kind == VALUE_MAP)
			v->names = mem_grow(v, v->names, char *, room);
	}
	return &v->values[v->n++];
}

void
mst_put(struct mst_value *map, const char *name, struct mst_value *v)
{
	size_t i;

	talloc_steal(map, v);
	for (i = 0; i < map->n; i++) {
		if (strcmp(map->names[i], name) != 0)
			continue;
		talloc_free(map->values[i]);
		map->values[i] = v;
		return;
	}
	*value_slot(map) = v;
	map->names[map->n - 1] = mem_str(map, name);
}

void
mst_put_text(struct mst_value *map, const char *name, const char *s)
{
	mst_put(map, name, mst_text(map, s));
}

void
mst_put_bool(struct mst_value *map, const char *name, bool v)
{
	mst_put(map, name, mst_bool(map, v));
}

void
mst_push(struct mst_value *list, struct mst_value *v)
{
	*value_slot(list) = talloc_steal(list, v);
}

const struct mst_value *
mst_get(const struct mst_value *map, const char *name)
{
	size_t i;

	if (map->kind != VALUE_MAP)
		return NULL;
	for (i = 0; i < map->n; i++)
		if (strcmp(map->names[i], name) == 0)
			return map->values[i];
	return NULL;
}

const char *
mst_get_text(const struct mst_value *map, const char *name)
{
	const struct mst_value *v = mst_get(map, name);

	return v != NULL ? v->text : NULL;
}
