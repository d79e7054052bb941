#include "escalate/call_int.h"

#include "core/date.h"
#include "policy/behave.h"

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

/* What they were offered in writing, and not a word more. */
static void
ask_offer(struct sheet *c)
{
	const struct fact_offer *o = c->f->offer;
	struct money sum, credit;

	if (o == NULL || o->state != OFFER_IS_OPEN ||
	    o->terms.day < c->today)
		return;
	sum = credit = money_zero(o->terms.cur);
	sum.minor = offer_sum(&o->terms);
	if (o->terms.next_order) {
		credit.minor = o->terms.discount;
		add(c, CALL_ASK, say(c, "They were offered on %s: if %s "
		    "arrives by %s, %s is credited on their next order. Say "
		    "the same, offer no more.",
		    "%s已书面提供优惠：%s于%s当日或之前到账，即在下一笔订单中抵减%s。"
		    "请与此保持一致，不要另作让步。"),
		    date(c, o->terms.on), money(c, sum),
		    date(c, o->terms.day), money(c, credit));
		return;
	}
	add(c, CALL_ASK, say(c, "They were offered on %s: %s by %s settles the "
	    "invoices named there. Say the same, offer no more.",
	    "%s已书面提供优惠：%s于%s当日或之前到账，即视为所列发票已付清。"
	    "请与此保持一致，不要另作让步。"),
	    date(c, o->terms.on), money(c, sum), date(c, o->terms.day));
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

void
call_put_ask(struct sheet *c)
{
	const struct call_past *broken = last_broken(c);
	const struct policy *p = c->in->policy;
	struct sum all[CALL_CURRENCIES_MAX];
	size_t n = call_sums(c, all), i;
	bool late = false;

	if (c->s->stop)
		return;
	ask_offer(c);
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

static bool
has_hold(const struct sheet *c, enum hold_kind kind)
{
	size_t i;

	for (i = 0; i < c->f->n_holds; i++)
		if (c->f->holds[i].kind == (int)kind)
			return true;
	return false;
}

void
call_put_stop(struct sheet *c)
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
		if (h->kind != HOLD_PAID_CLAIM && h->kind != HOLD_BILL &&
		    h->kind != HOLD_CREDIT)
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

void
call_put_never(struct sheet *c)
{
	const struct policy *p = c->in->policy;
	size_t i;

	never_addresses(c);
	never_items(c);
	for (i = 0; i < p->n_caps; i++)
		if (p->caps[i].days == 1)
			add(c, CALL_NEVER, say(c, "Contacts of all kinds in "
			    "one day: %d at most.",
			    "同一天内各种方式的联系：最多%d次。"),
			    p->caps[i].count);
		else
			add(c, CALL_NEVER, say(c, "Contacts of all kinds in "
			    "%d days: %d at most.",
			    "%d天内各种方式的联系：最多%d次。"),
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
