/* render_fixture.h - one company and one customer for tests of texts.
 *
 * "today" is Friday, 20 November 2026 in Shanghai and in New York.  A test
 * changes what it wants after fixture_new and before fixture_input. */
#ifndef DUNLIN_TESTS_RENDER_FIXTURE_H
#define DUNLIN_TESTS_RENDER_FIXTURE_H

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"
#include "render/render.h"

#include <string.h>

#define FIXTURE_ITEMS 48

struct fixture {
	struct config_company company;
	struct config_name names[2];
	struct config_sender senders[10];
	struct config_bank banks[3];
	struct fact_company fact_company;
	struct facts facts;
	struct fact_item items[FIXTURE_ITEMS];
	struct plan_item named[FIXTURE_ITEMS];
	struct fact_contact contact;
	struct fact_touch touch;
	struct money unallocated[2];
	struct render_promise promise;
	struct render_payment payment;
	struct render_input in;
};

static inline void
fixture_item(struct fixture *f, const char *document, int32_t issued,
    int32_t due, int64_t amount, int64_t open, const char *cur)
{
	struct fact_item *i = &f->items[f->facts.n_items];

	i->id = (int64_t)f->facts.n_items + 1;
	i->document = document;
	i->kind = amount < 0 ? ITEM_CREDIT : ITEM_INVOICE;
	i->issued = issued;
	i->due = due;
	i->amount = amount;
	i->open = open;
	memcpy(i->cur, cur, sizeof(i->cur));
	f->named[f->facts.n_items].i = f->facts.n_items;
	f->named[f->facts.n_items].amount = open;
	f->facts.n_items++;
	f->in.n_items = f->facts.n_items;
}

static inline void
fixture_senders(struct fixture *f)
{
	static const struct config_sender all[] = {
		{ "account-manager", "en", "Test Person", "Account Manager",
		    "account.manager@example.com", "extension 11" },
		{ "account-manager", "zh-CN", "测试员", "客户经理",
		    "account.manager@example.com", "分机11" },
		{ "collections", "en", "Credit Control", "Accounts Receivable",
		    "receivables@example.com", NULL },
		{ "collections", "zh-CN", "应收账款组", NULL,
		    "receivables@example.com", NULL },
		{ "manager", "en", "Finance Office", "Head of Finance",
		    "finance@example.com", "extension 2" },
		{ "manager", "zh-CN", "财务部", NULL,
		    "finance@example.com", "分机2" },
		{ "legal", "en", "Finance Office", "Head of Finance",
		    "finance@example.com", "extension 2" },
		{ "legal", "zh-CN", "财务部", NULL,
		    "finance@example.com", "分机2" },
	};

	memcpy(f->senders, all, sizeof(all));
	f->company.senders = f->senders;
	f->company.n_senders = sizeof(all) / sizeof(all[0]);
}

static inline void
fixture_company(struct fixture *f)
{
	static const struct config_name names[] = {
		{ "en", "Heron Pumps Ltd" }, { "zh-CN", "苍鹭泵业有限公司" },
	};
	static const struct config_bank banks[] = {
		{ "USD", "en", "Heron Pumps Ltd", "Example Bank, Shanghai",
		    "0000 1111 2222 333", "EXAMCNSH", NULL },
		{ "CNY", "zh-CN", "苍鹭泵业有限公司", "示例银行上海分行",
		    "0000 1111 2222 444", NULL, NULL },
		{ "EUR", NULL, "Heron Pumps Ltd", "Example Bank, Shanghai",
		    "0000 1111 2222 555", "EXAMCNSH", NULL },
	};

	memcpy(f->names, names, sizeof(names));
	memcpy(f->banks, banks, sizeof(banks));
	f->company.code = "heron";
	f->company.names = f->names;
	f->company.n_names = 2;
	f->company.country = "CN";
	f->company.currency = "CNY";
	f->company.address = "1 Example Road, Shanghai";
	f->company.phone = "extension 0";
	f->company.reply_to = "ar@example.com";
	f->company.separator = '+';
	f->company.message_domain = "example.com";
	f->company.banks = f->banks;
	f->company.n_banks = 3;
	zone_open("Asia/Shanghai", &f->company.zone, NULL);
	fixture_senders(f);
}

/* A customer without items: fixture_item adds them. */
static inline struct fixture *
fixture_new(void *owner, const char *language)
{
	struct fixture *f = mem_new(owner, struct fixture);
	bool zh = strcmp(language, "zh-CN") == 0;

	fixture_company(f);
	f->fact_company.code = "heron";
	f->fact_company.zone = f->company.zone;
	f->fact_company.language = "zh-CN";
	f->facts.company = &f->fact_company;
	f->facts.code = zh ? "C-2001" : "C-1001";
	f->facts.name = zh ? "白鹳机械制造有限公司" : "Stork & Sons Inc.";
	f->facts.party_kind = PARTY_ORGANISATION;
	f->facts.country = zh ? "CN" : "US";
	f->facts.zone = f->company.zone;
	f->facts.items = f->items;
	f->contact.kind = ADDRESS_EMAIL;
	f->contact.address = zh ? "caiwu@example.org.invalid" :
	    "payables@stork.example";
	f->contact.name = zh ? "应付账款组" : "Accounts Payable";
	f->facts.contacts = &f->contact;
	f->facts.n_contacts = 1;
	f->facts.touches = &f->touch;
	f->facts.n_touches = 1;
	f->facts.unallocated = f->unallocated;
	f->in.company = &f->company;
	f->in.facts = &f->facts;
	f->in.items = f->named;
	f->in.template = "m1-first";
	f->in.language = language;
	f->in.class = CLASS_REMINDER;
	f->in.stage = STAGE_M1;
	f->in.role = "account-manager";
	f->in.token = "abcdefghijkl2345";
	f->in.message_id = "<dunlin.1.abcdefgh@example.com>";
	clock_parse("2026-11-20T01:05:00Z", &f->in.now, NULL);
	return f;
}

#endif
