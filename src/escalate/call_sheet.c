#include "escalate/call_sheet.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"
#include "core/zone.h"
#include "plan/place.h"
#include "policy/behave.h"
#include "render/locale.h"
#include "render/view.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 60		/* characters of theirs that are quoted */
#define CURRENCIES_MAX 8

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

struct sheet {
	const struct call_input *in;
	const struct facts *f;
	const struct locale *l;
	bool zh;
	int32_t today;
	struct place place;
	struct call_sheet *s;
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

static const char *say(const struct sheet *c, const char *en, const char *zh)
    __attribute__((format_arg(2), format_arg(3)));
static const char *
say(const struct sheet *c, const char *en, const char *zh)
{
	return c->zh ? zh : en;
}

static void add(struct sheet *c, enum call_part p, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static void
add(struct sheet *c, enum call_part p, const char *fmt, ...)
{
	va_list ap;

	if (c->s->n[p] == CALL_LINES_MAX)
		return;
	va_start(ap, fmt);
	c->s->lines[p][c->s->n[p]++] = mem_check(talloc_vasprintf(c->s, fmt,
	    ap));
	va_end(ap);
}

static const char *
money(struct sheet *c, struct money m)
{
	return locale_money(c->s, c->l, m);
}

static const char *
date(struct sheet *c, int32_t day)
{
	return locale_date(c->s, c->l, day);
}

static const char *
date_of(struct sheet *c, int64_t at)
{
	int32_t second;

	return date(c, zone_day(c->place.zone, at, &second));
}

static const char *
clean(struct sheet *c, const char *s)
{
	return view_clean(c->s, s);
}

/* The first words of a text, on one line. */
static const char *
words(struct sheet *c, const char *s)
{
	char *line = view_clean(c->s, s);
	size_t n = 0, left = strlen(line), len, count = 0;
	uint32_t cp;

	while (count < WORDS_MAX && (len = text_decode(line + n, left - n,
	    &cp)) > 0) {
		n += len;
		count++;
	}
	return n == left ? line : mem_fmt(c->s, "%.*s…", (int)n, line);
}

static bool
has_hold(const struct sheet *c, enum hold_kind kind)
{
	size_t i;

	for (i = 0; i < c->f->n_holds; i++)
		if (c->f->holds[i].kind == (int)kind)
			return true;
	return false;
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

static const char *
clock_time(struct sheet *c, int minute)
{
	return mem_fmt(c->s, "%02d:%02d", minute / 60, minute % 60);
}

/* The hours of the policy that the law leaves, the best first. */
static void
put_hours(struct sheet *c)
{
	const struct policy *p = c->in->policy;
	struct text *t = text_new(c->s);
	bool done[POLICY_HOURS_MAX] = { false };
	int from, to;
	size_t i, n, best;

	for (n = 0; n < p->n_hours; n++) {
		for (best = p->n_hours, i = 0; i < p->n_hours; i++)
			if (!done[i] && (best == p->n_hours ||
			    p->hours[i].score > p->hours[best].score))
				best = i;
		done[best] = true;
		from = p->hours[best].from > c->place.pack.from ?
		    p->hours[best].from : c->place.pack.from;
		to = p->hours[best].to < c->place.pack.to ?
		    p->hours[best].to : c->place.pack.to;
		if (from >= to || p->hours[best].score == 0)
			continue;
		text_addf(t, "%s%s–%s", text_len(t) > 0 ? say(c, ", ", "，") :
		    "", clock_time(c, from), clock_time(c, to));
	}
	if (text_len(t) > 0)
		add(c, CALL_WHEN, say(c, "Best hours there (%s): %s",
		    "对方当地较好的时段（%s）：%s"),
		    zone_name(c->place.zone), text_str(t));
}

static void
put_days(struct sheet *c)
{
	static const char *const en[] = { "Monday", "Tuesday", "Wednesday",
	    "Thursday", "Friday", "Saturday", "Sunday" };
	static const char *const zh[] = { "周一", "周二", "周三", "周四", "周五",
	    "周六", "周日" };
	const int *score = c->in->policy->weekday_score;
	bool done[7] = { false };
	const char *list[3];
	int n, i, best;

	for (n = 0; n < 3; n++) {
		for (best = -1, i = 0; i < 7; i++)
			if (!done[i] && score[i] > 0 &&
			    (best < 0 || score[i] > score[best]))
				best = i;
		if (best < 0)
			break;
		done[best] = true;
		list[n] = c->zh ? zh[best] : en[best];
	}
	if (n > 0)
		add(c, CALL_WHEN, say(c, "Best days: %s", "较好的日子：%s"),
		    locale_join(c->s, c->l, list, (size_t)n));
}

static bool
is_capped(const struct sheet *c)
{
	const struct policy *p = c->in->policy;
	size_t i, k;
	int n;

	for (i = 0; i < p->n_caps; i++) {
		for (n = 0, k = 0; k < c->f->n_touches; k++)
			n += c->f->touches[k].at > c->in->now -
			    (int64_t)p->caps[i].days * 86400;
		if (n >= p->caps[i].count)
			return true;
	}
	return false;
}

static void
put_when(struct sheet *c)
{
	int64_t slot;
	int32_t day, second;

	if (c->s->stop)
		return;
	if (is_capped(c))
		add(c, CALL_WHEN, "%s", say(c, "Not yet: they have had as many "
		    "contacts as allowed.", "暂不宜致电：联系次数已达上限。"));
	else if (place_is_open(&c->place))
		add(c, CALL_WHEN, "%s", say(c, "Now is within their working "
		    "hours.", "现在正是对方的工作时间。"));
	else if (place_first(&c->place, c->today, c->today + 14, &slot)) {
		day = zone_day(c->place.zone, slot, &second);
		add(c, CALL_WHEN, say(c, "Not now: from %s, %s their time",
		    "现在不合适：%s %s（对方时间）之后"), date(c, day),
		    clock_time(c, second / 60));
	}
	put_hours(c);
	put_days(c);
}

/* --- what is open --- */

struct sum {
	struct money late, all;
	int n_late, oldest;
};

static size_t
sums(const struct sheet *c, struct sum out[CURRENCIES_MAX])
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
		if (k == CURRENCIES_MAX)
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
	struct sum all[CURRENCIES_MAX];
	size_t n = sums(c, all), i;

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

/* --- history --- */

static void
add_past(struct sheet *c, const struct call_past *p)
{
	const char *day = date_of(c, p->at);
	const char *amount = p->amount.minor != 0 ? money(c, p->amount) : "";
	const char *then = p->day != DATE_NONE ? date(c, p->day) : "";
	const char *text = p->text != NULL ? words(c, p->text) : "";

	switch (p->kind) {
	case PAST_REPLY:
		add(c, CALL_HISTORY, say(c, "%s: they wrote “%s”",
		    "%s：对方来信“%s”"), day, text);
		break;
	case PAST_PROMISED:
		add(c, CALL_HISTORY, say(c, "%s: promised %s%sfor %s",
		    "%s：承诺付款%s%s，日期%s"), day, amount,
		    c->zh || amount[0] == '\0' ? "" : " ", then);
		break;
	case PAST_BROKEN:
		add(c, CALL_HISTORY, say(c, "%s: the promise for %s was not "
		    "kept", "%s：%s的承诺未兑现"), day, then);
		break;
	case PAST_KEPT:
		add(c, CALL_HISTORY, say(c, "%s: the promise for %s was kept",
		    "%s：%s的承诺已兑现"), day, then);
		break;
	case PAST_SPOKE:
		add(c, CALL_HISTORY, say(c, "%s: contact by %s: %s",
		    "%s：联系（%s）：%s"), day, p->by != NULL ? p->by : "-",
		    text);
		break;
	case PAST_DISPUTED:
		add(c, CALL_HISTORY, say(c, "%s: disputed (%s)",
		    "%s：提出异议（%s）"), day, text);
		break;
	case PAST_PAID:
		add(c, CALL_HISTORY, say(c, "%s: %s received", "%s：收到%s"),
		    day, amount);
		break;
	case PAST_BOUNCED:
		add(c, CALL_HISTORY, say(c, "%s: our mail came back",
		    "%s：邮件被退回"), day);
		break;
	case PAST_SENT:
		add(c, CALL_HISTORY, say(c, "%s: we wrote (%s)",
		    "%s：我方发出提醒（%s）"), day, stage_name(p->stage));
		break;
	}
}

static int
newest_first(const void *a, const void *b)
{
	const struct call_past *x = a, *y = b;

	return x->at > y->at ? -1 : x->at < y->at ? 1 :
	    (int)x->kind - (int)y->kind;
}

/* Their last words are among the lines, whatever came after. */
static void
keep_words(struct call_past *all, size_t n)
{
	size_t i;

	for (i = 0; i < n && all[i].kind != PAST_REPLY; i++)
		;
	if (i < n && i >= CALL_HISTORY_MAX)
		all[CALL_HISTORY_MAX - 1] = all[i];
}

static void
put_history(struct sheet *c)
{
	const struct fact_touch *t;
	struct call_past *all = mem_array(c->s, struct call_past,
	    c->in->n_past + c->f->n_touches + 1);
	size_t n = 0, i;

	for (i = 0; i < c->in->n_past; i++)
		all[n++] = c->in->past[i];
	for (i = 0; i < c->f->n_touches; i++) {
		t = &c->f->touches[i];
		if (t->other || t->class != CLASS_REMINDER)
			continue;
		all[n++] = (struct call_past){ .at = t->at,
		    .kind = PAST_SENT, .day = DATE_NONE, .stage = t->stage };
	}
	qsort(all, n, sizeof(all[0]), newest_first);
	keep_words(all, n);
	for (i = n < CALL_HISTORY_MAX ? n : CALL_HISTORY_MAX; i > 0; i--)
		add_past(c, &all[i - 1]);
	if (n == 0)
		add(c, CALL_HISTORY, "%s", say(c, "Nothing yet.",
		    "尚无往来。"));
}

/* --- what to ask --- */

static void
ask_promises(struct sheet *c)
{
	const struct call_promise *p;
	const char *amount;
	size_t i;

	for (i = 0; i < c->in->n_promises; i++) {
		p = &c->in->promises[i];
		amount = p->amount.minor != 0 ? money(c, p->amount) :
		    say(c, "the payment", "款项");
		add(c, CALL_ASK, p->day >= c->today ?
		    say(c, "Is %s on its way for %s, as promised?",
		    "所承诺的%s（%s）能否按时到账？") :
		    say(c, "%s was promised for %s: has it been paid, when "
		    "and with which reference?", "%s原承诺于%s支付：是否已付，何"
		    "时付出，流水号是多少？"), amount, date(c, p->day));
	}
}

static const struct call_past *
last_broken(const struct sheet *c)
{
	const struct call_past *last = NULL, *p;
	size_t i;

	for (i = 0; i < c->in->n_past; i++) {
		p = &c->in->past[i];
		if (p->kind == PAST_BROKEN && (last == NULL ||
		    p->at > last->at))
			last = p;
	}
	return last;
}

static void
put_ask(struct sheet *c)
{
	const struct call_past *broken = last_broken(c);
	const struct policy *p = c->in->policy;
	struct sum all[CURRENCIES_MAX];
	size_t n = sums(c, all), i;
	bool late = false;

	if (c->s->stop)
		return;
	ask_promises(c);
	if (broken != NULL)
		add(c, CALL_ASK, say(c, "What stood in the way of the payment "
		    "promised for %s?", "%s承诺的付款，是什么原因没有实现？"),
		    date(c, broken->day));
	for (i = 0; i < n; i++) {
		if (all[i].n_late == 0)
			continue;
		late = true;
		add(c, CALL_ASK, say(c, "%s is overdue: on which day will how "
		    "much of it be paid?", "逾期款%s：哪一天付，付多少？"),
		    money(c, all[i].late));
	}
	if (late)
		add(c, CALL_ASK, say(c, "If not at once: up to %d instalments, "
		    "the first by %s.", "如不能一次付清：可分不超过%d期，首期不晚于"
		    "%s。"), p->plan_instalments, date(c, c->today +
		    p->promise_max_days));
	for (i = 0; i < c->in->n_disputes; i++)
		if (c->in->disputes[i].document != NULL)
			add(c, CALL_ASK, say(c, "%s is disputed: what would "
			    "settle it?", "%s有异议：怎样才能解决？"),
			    clean(c, c->in->disputes[i].document));
	for (i = 0; i < c->f->n_unallocated; i++)
		add(c, CALL_ASK, say(c, "For which invoices are the %s that "
		    "we received?", "已收到的%s是支付哪些发票的？"),
		    money(c, c->f->unallocated[i]));
	if (c->s->n[CALL_ASK] == 0)
		add(c, CALL_ASK, "%s", say(c, "Nothing is overdue: there is "
		    "no reason to call.", "没有逾期款项，无需致电。"));
	for (i = 0; i < TERMS_COUNT; i++)
		if ((c->in->terms & (1u << i)) != 0)
			add(c, CALL_ASK, "%s", terms_text((enum terms_hint)i,
			    c->in->language));
	add(c, CALL_ASK, say(c, "Afterwards: dunlin contacted %s --by phone "
	    "--result CODE", "通话后登记：dunlin contacted %s --by phone "
	    "--result 结果代码"), clean(c, c->f->code));
}

/* --- what not to say --- */

static void
never_call(struct sheet *c)
{
	static const struct {
		enum hold_kind kind;
		const char *en, *zh;
	} all[] = {
		{ HOLD_LEGAL, "A legal matter: nobody calls but legal, and "
		    "nobody who is represented is called at all.",
		    "涉及法律事务：仅由法务联系；对方已委托代理人的，不得直接致电。" },
		{ HOLD_VULNERABLE, "A person in distress: only a lead decides "
		    "whether anybody calls.",
		    "对方处境困难：是否联系仅由主管决定。" },
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (has_hold(c, all[i].kind))
			add(c, CALL_NEVER, "%s", say(c, all[i].en,
			    all[i].zh));
	if (c->f->restricted)
		add(c, CALL_NEVER, "%s", say(c, "Their data may be kept and "
		    "not used: do not call.", "其个人信息仅可保存，不得使用：请勿"
		    "致电。"));
	c->s->stop = c->s->n[CALL_NEVER] > 0;
}

static void
never_addresses(struct sheet *c)
{
	const struct fact_contact *k;
	size_t i;

	for (i = 0; i < c->f->n_contacts; i++) {
		k = &c->f->contacts[i];
		if (k->state == ADDRESS_IS_OPTED_OUT)
			add(c, CALL_NEVER, say(c, "Nothing to %s: they asked us "
			    "to stop there.", "不得再联系%s：对方已要求停止。"),
			    clean(c, k->address));
		else if (k->state == ADDRESS_IS_WRONG)
			add(c, CALL_NEVER, say(c, "Not %s: the wrong person.",
			    "不要联系%s：不是负责人。"),
			    clean(c, k->address));
	}
}

static const char *
or_none(const char *s)
{
	return s != NULL ? s : "-";
}

static void
never_items(struct sheet *c)
{
	const struct call_dispute *d;
	const struct fact_hold *h;
	size_t i, k;

	for (i = 0; i < c->in->n_disputes; i++) {
		d = &c->in->disputes[i];
		add(c, CALL_NEVER, say(c, "Do not ask for %s: disputed (%s), "
		    "%s answers by %s.", "不要催%s：有异议（%s），由%s于%s前答复。"),
		    d->document != NULL ? clean(c, d->document) :
		    say(c, "any of it", "任何款项"), or_none(d->reason),
		    or_none(d->owner), d->by != DATE_NONE ? date(c, d->by) :
		    "-");
	}
	for (i = 0; i < c->f->n_holds; i++) {
		h = &c->f->holds[i];
		if (h->kind != HOLD_PAID_CLAIM && h->kind != HOLD_BILL)
			continue;
		for (k = 0; k < c->f->n_items; k++)
			if (c->f->items[k].id == h->item_id)
				break;
		add(c, CALL_NEVER, say(c, "Do not ask for %s: %s.",
		    "不要催%s：%s。"), h->scope == SCOPE_ITEM &&
		    k < c->f->n_items ? clean(c, c->f->items[k].document) :
		    say(c, "any of it", "任何款项"),
		    hold_text((enum hold_kind)h->kind, c->zh ? "zh-CN" :
		    "en"));
	}
}

static void
put_never(struct sheet *c)
{
	const struct policy *p = c->in->policy;
	size_t i;

	never_addresses(c);
	never_items(c);
	for (i = 0; i < p->n_caps; i++)
		add(c, CALL_NEVER, say(c, "Contacts of all kinds in %d days: "
		    "%d at most.", "%d天内各种方式的联系：最多%d次。"),
		    p->caps[i].days, p->caps[i].count);
	add(c, CALL_NEVER, say(c, "Not before %s or from %s on, their time.",
	    "对方时间%s之前、%s之后不得致电。"),
	    clock_time(c, c->place.pack.from),
	    clock_time(c, c->place.pack.to));
	add(c, CALL_NEVER, "%s", c->f->party_kind == PARTY_PERSON ?
	    say(c, "Nothing of the debt to anybody but the person: not to "
	    "family, friends, colleagues or whoever picks up.",
	    "除本人外，不得向任何人透露欠款：包括家人、朋友、同事和接电话的人。") :
	    say(c, "Nothing of the debt to anybody but accounts payable and "
	    "who decides there: not to reception, colleagues or customers.",
	    "除对方应付账款人员和有权决定的人外，不得透露欠款：包括前台、同事和其"
	    "客户。"));
	add(c, CALL_NEVER, "%s", say(c, "No threats, no court, police or "
	    "credit record, no shame, no steps that nobody has decided.",
	    "不得威胁，不得提及法院、公安或征信，不得羞辱，不得宣称尚未决定的措施。"));
	add(c, CALL_NEVER, "%s", say(c, "No discount, waiver, new due date or "
	    "other bank details: say that it will be answered in writing.",
	    "不得承诺折让、免除、延期或更改收款账户：告知对方将书面答复。"));
}

struct call_sheet *
call_sheet_make(void *owner, const struct call_input *in)
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
	never_call(&c);
	put_who(&c);
	put_number(&c);
	put_when(&c);
	put_owed(&c);
	put_history(&c);
	put_ask(&c);
	put_never(&c);
	return c.s;
}
