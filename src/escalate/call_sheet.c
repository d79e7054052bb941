#include "escalate/call_int.h"

#include <string.h>

static const struct {
	const char *word, *en, *zh;
} parts[CALL_PARTS] = {
	{ "who", "Who", "联系谁" },
	{ "number", "Number", "电话号码" },
	{ "when", "When", "何时打" },
	{ "owed", "What is open", "未付情况" },
	{ "history", "What happened", "近期经过" },
	{ "ask", "What to ask", "要问什么" },
	{ "never", "What not to say or do", "不能说、不能做" }
};

const char *
call_part_word(enum call_part p)
{
	return parts[p].word;
}

const char *
call_part_title(enum call_part p, const char *language)
{
	return locale_for(language) == locale_find("zh-CN") ? parts[p].zh :
	    parts[p].en;
}

static bool
address_held(const struct sheet *c, const struct fact_contact *k)
{
	size_t i;

	for (i = 0; i < c->f->n_holds; i++)
		if (c->f->holds[i].scope == SCOPE_ADDRESS &&
		    c->f->holds[i].address_id == k->address_id)
			return true;
	return k->state != ADDRESS_IS_WORKING && k->state != ADDRESS_IS_SOFT;
}

/* --- who, number, when --- */

static const char *
role(const struct sheet *c, enum contact_role r)
{
	static const char *const en[] = { "accounts payable", "owner",
	    "escalation", "copy" };
	static const char *const zh[] = { "应付账款", "负责人", "上级",
	    "抄送" };

	return c->zh ? zh[r] : en[r];
}

/* Who has several addresses is one person. */
static bool
is_named(const struct sheet *c, size_t i)
{
	const struct fact_contact *k = c->f->contacts;
	size_t n;

	for (n = 0; n < i; n++)
		if (k[n].role == k[i].role && k[n].name != NULL &&
		    k[n].state != ADDRESS_IS_WRONG &&
		    strcmp(k[n].name, k[i].name) == 0)
			return true;
	return false;
}

static void
put_who(struct sheet *c)
{
	const struct fact_contact *k;
	size_t i;

	add(c, CALL_WHO, say(c, "%s (customer %s, %s)", "%s（客户编号 %s，%s）"),
	    clean(c, c->f->name), clean(c, c->f->code),
	    c->f->party_kind == PARTY_PERSON ? say(c, "a person", "个人") :
	    say(c, "an organisation", "单位"));
	for (i = 0; i < c->f->n_contacts; i++) {
		k = &c->f->contacts[i];
		if (k->role == CONTACT_COPY || k->name == NULL ||
		    k->state == ADDRESS_IS_WRONG || is_named(c, i))
			continue;
		add(c, CALL_WHO, say(c, "%s, %s", "%s，%s"),
		    clean(c, k->name), role(c, k->role));
	}
}

static void
put_number(struct sheet *c)
{
	const struct fact_contact *k;
	size_t i;

	for (i = 0; i < c->f->n_contacts && !c->s->stop; i++) {
		k = &c->f->contacts[i];
		if (k->kind != ADDRESS_PHONE || k->role == CONTACT_COPY ||
		    address_held(c, k))
			continue;
		add(c, CALL_NUMBER, "%s%s%s", clean(c, k->address),
		    k->name != NULL ? say(c, ", ", "，") : "",
		    k->name != NULL ? clean(c, k->name) : "");
	}
	if (c->s->stop)
		add(c, CALL_NUMBER, "%s", say(c, "Do not call: see below.",
		    "请勿致电，原因见下。"));
	else if (c->s->n[CALL_NUMBER] == 0)
		add(c, CALL_NUMBER, "%s", say(c, "No number is known that may "
		    "be called: use their switchboard and ask for accounts "
		    "payable, without saying why.", "没有可拨打的号码：请拨打对方总"
		    "机，转接应付账款人员，不要说明来意。"));
}

/* --- what is open --- */

size_t
call_sums(const struct sheet *c, struct sum out[CALL_CURRENCIES_MAX])
{
	struct plan_item *items = mem_array(c->s, struct plan_item,
	    c->f->n_items + 1);
	size_t n = plan_items(c->f, c->in->now, items), i, k, m = 0;

	for (i = 0; i < n; i++) {
		const struct fact_item *it = &c->f->items[items[i].i];
		struct money amount = money_zero(it->cur);

		if (items[i].amount <= 0)
			continue;
		amount.minor = items[i].amount;
		for (k = 0; k < m && strcmp(out[k].all.cur, it->cur) != 0;)
			k++;
		if (k == CALL_CURRENCIES_MAX)
			continue;
		if (k == m) {
			memset(&out[m], 0, sizeof(out[m]));
			out[m].late = out[m].all = money_zero(it->cur);
			m++;
		}
		out[k].all = money_add(out[k].all, amount);
		if (it->due >= c->today)
			continue;
		out[k].late = money_add(out[k].late, amount);
		out[k].n_late++;
		if (c->today - it->due > out[k].oldest)
			out[k].oldest = c->today - it->due;
	}
	return m;
}

static void
put_owed(struct sheet *c)
{
	struct sum all[CALL_CURRENCIES_MAX];
	size_t n = call_sums(c, all), i;

	for (i = 0; i < n; i++)
		if (all[i].n_late == 0)
			add(c, CALL_OWED, say(c, "%s open, nothing overdue",
			    "未付%s，没有逾期"), money(c, all[i].all));
		else
			add(c, CALL_OWED, say(c, "%s open, of it %s overdue "
			    "(items: %d, oldest %d days)", "未付%s，其中逾期%s"
			    "（%d笔，最久%d天）"), money(c, all[i].all),
			    money(c, all[i].late), all[i].n_late,
			    all[i].oldest);
	for (i = 0; i < c->f->n_unallocated; i++)
		add(c, CALL_OWED, say(c, "%s received and not yet set against "
		    "an invoice", "已收到%s，尚未核销"),
		    money(c, c->f->unallocated[i]));
	if (n == 0)
		add(c, CALL_OWED, "%s", say(c, "Nothing that may be asked "
		    "for.", "没有可以催收的款项。"));
}

void
call_start(void *owner, const struct call_input *in, struct sheet *ret)
{
	struct sheet c = { .in = in, .f = in->facts,
	    .l = locale_for(in->language) };
	const struct zone *zone;
	const struct calendar *calendar;

	c.s = mem_new(owner, struct call_sheet);
	c.zh = c.l == locale_find("zh-CN");
	place_of(c.f, in->policy, in->now, &c.place);
	c.place.pack = rulepack_find(c.f->country, c.f->party_kind,
	    c.f->company->agency, CHANNEL_PHONE);
	c.today = plan_today(c.f, in->policy, in->now, &zone, &calendar);
	call_put_stop(&c);
	*ret = c;
}

struct call_sheet *
call_sheet_make(void *owner, const struct call_input *in)
{
	struct sheet c;

	call_start(owner, in, &c);
	put_who(&c);
	put_number(&c);
	call_put_when(&c);
	put_owed(&c);
	call_put_past(&c);
	call_put_ask(&c);
	call_put_never(&c);
	return c.s;
}
