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
	size_t n = s != NULL ? strlen(s) + 1 : 0;
	struct mst_value *v = mem_check(talloc_size(owner, sizeof(*v) + n));

	memset(v, 0, sizeof(*v));
	v->kind = s == NULL ? VALUE_NULL : VALUE_TEXT;
	if (s != NULL)
		v->text = memcpy(v + 1, s, n);
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

struct mst_name
mst_name(const char *s)
{
	return (struct mst_name){ s, text_hash(s) };
}

static struct mst_slot *
slot_find(const struct mst_value *map, struct mst_name name)
{
	size_t i;

	for (i = 0; i < map->n; i++)
		if (map->slots[i].name.hash == name.hash &&
		    strcmp(map->slots[i].name.s, name.s) == 0)
			return &map->slots[i];
	return NULL;
}

static struct mst_slot *
slot_add(struct mst_value *v)
{
	if (v->n == v->room) {
		v->room = v->n == 0 ? 8 : v->n * 2;
		v->slots = mem_grow(v, v->slots, struct mst_slot, v->room);
	}
	return &v->slots[v->n++];
}

static void
put(struct mst_value *map, const char *s, struct mst_value *v)
{
	struct mst_name name = mst_name(s);
	struct mst_slot *slot = slot_find(map, name);

	if (slot != NULL)
		talloc_free(slot->value);
	else
		slot = slot_add(map);
	slot->name = name;
	slot->value = v;
}

void
mst_put(struct mst_value *map, const char *name, struct mst_value *v)
{
	put(map, name, talloc_steal(map, v));
}

void
mst_put_text(struct mst_value *map, const char *name, const char *s)
{
	put(map, name, mst_text(map, s));
}

void
mst_put_bool(struct mst_value *map, const char *name, bool v)
{
	put(map, name, mst_bool(map, v));
}

void
mst_push(struct mst_value *list, struct mst_value *v)
{
	struct mst_slot *slot = slot_add(list);

	slot->name = (struct mst_name){ NULL, 0 };
	slot->value = talloc_steal(list, v);
}

const struct mst_value *
mst_find(const struct mst_value *map, struct mst_name name)
{
	const struct mst_slot *slot = NULL;

	if (map->kind == VALUE_MAP)
		slot = slot_find(map, name);
	return slot != NULL ? slot->value : NULL;
}

const struct mst_value *
mst_get(const struct mst_value *map, const char *name)
{
	return mst_find(map, mst_name(name));
}

const char *
mst_get_text(const struct mst_value *map, const char *name)
{
	const struct mst_value *v = mst_get(map, name);

	return v != NULL ? v->text : NULL;
}

size_t
mst_count(const struct mst_value *list)
{
	return list->n;
}

const struct mst_value *
mst_at(const struct mst_value *list, size_t i)
{
	return list->slots[i].value;
}
