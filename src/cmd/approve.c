/* approve.c - a named user reads a formal message and lets it go, as it is. */
#include "cmd/cmd.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "cmd/listing.h"
#include "core/date.h"
#include "core/zone.h"
#include "render/render.h"
#include "sms/compose.h"
#include "store/approvals.h"
#include "store/companies.h"
#include "store/facts_load.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define CODE_LEN 12	/* of the hash: typed back by a person */

struct job {
	struct cmd *c;
	const struct config_company *company;
	int64_t company_id;
	struct approval *a;
	struct mail *mail;
	char hash[HASH_HEX_MAX], letter_hash[HASH_HEX_MAX];
	const char *letter;	/* file to write it to */
	const char *login;
	int left;
};

/* --- the list --- */

static int
to_list(const struct approval *a, void *arg)
{
	struct listing *l = arg;
	char day[DATE_TEXT_MAX], at[CLOCK_TEXT_MAX];
	int32_t second;

	l->n++;
	json_array_append_new(l->array, json_pack("{s:I, s:s, s:s, s:s, s:s, "
	    "s:i, s:s*}", "message", (json_int_t)a->id, "account",
	    a->account, "name", a->name, "step", a->step == NULL ?
	    a->template : a->step, "slot", clock_format(a->due_at, at),
	    "needed", a->needed, "by", a->by));
	table_cellf(l->table, "%lld", (long long)a->id);
	table_cell(l->table, date_format(zone_day(l->zone, a->due_at,
	    &second), day));
	table_cell(l->table, a->account);
	table_cell(l->table, a->name);
	table_cell(l->table, a->step);
	table_cellf(l->table, "%d", a->needed);
	table_cell(l->table, a->by);
	return 0;
}

static int
list(struct job *j, struct err *err)
{
	static const char *const heads[] = { "MESSAGE", "SLOT", "ACCOUNT",
		"NAME", "STEP", "USERS", "APPROVED BY" };
	struct listing l = { .zone = j->company->zone };
	size_t i;
	int r;

	l.array = json_array();
	l.table = table_new(j->c);
	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_column(l.table, heads[i], i == 0 || i == 5 ?
		    TABLE_RIGHT : TABLE_LEFT);
	r = approvals_each(j->c->db, j->company_id, to_list, &l, err);
	return listing_end(j->c, &l, r, cmd_say(j->c,
	    "Nothing waits for approval.", "没有待批准的消息。"));
}

/* --- one message, as it will go --- */

static int
load(struct job *j, struct facts **ret_facts, struct err *err)
{
	struct fact_company *company;
	struct db *db = j->c->db;
	int r;

	if (db_snapshot_begin(db, err) < 0)
		return -1;
	r = facts_company(j->c, db, j->company, j->c->now, &company, err);
	if (r == 0)
		r = facts_load(j->c, db, company, j->a->account_id, j->c->now,
		    ret_facts, err);
	db_snapshot_end(db);
	return r;
}

/* What is attached is read as it is: a file, and its hash. */
static int
letter(struct job *j, struct err *err)
{
	const struct mail_file *f = render_letter(j->mail);
	unsigned char raw[HASH_LEN];

	if (f != NULL) {
		hash_bytes(f->text, f->len, raw);
		hash_hex(raw, j->letter_hash);
		j->a->letter = j->letter_hash;
	}
	return j->letter == NULL ? 0 : cmd_letter(j->mail, j->letter, err);
}

static int
make_sms(struct job *j, const struct templates *t,
    const struct render_input *in, struct err *err)
{
	const struct config_sms *route = config_sms_named(j->company,
	    j->a->route);
	struct gateway *g;
	struct sms *s;

	if (route == NULL)
		return err_set(err, ERR_PERM, "message %lld: its route \"%s\" "
		    "is no more in dunlin.yaml; it will be planned anew",
		    (long long)j->a->id, j->a->route);
	if (gateway_load(j->c, j->c->config->dir, route->gateway, &g, NULL,
	    err) < 0 || sms_compose(j->c, t, in, route, g, &s, err) < 0)
		return -1;
	j->mail = sms_as_mail(j->c, s);
	return 0;
}

static int
make(struct job *j, struct err *err)
{
	struct config_problems problems = { 0 };
	const struct policy_step *step;
	struct render_input in;
	struct templates *t;
	struct facts *f;

	if (templates_load(j->c, j->c->config->templates, &t, &problems,
	    err) < 0 || load(j, &f, err) < 0)
		return -1;
	render_input_start(j->c, j->company, f, j->c->now, &in);
	in.template = j->a->template;
	in.language = j->a->language;
	in.class = j->a->class;
	in.stage = j->a->stage;
	step = j->a->step == NULL ? NULL :
	    policy_step(j->company->policy, j->a->step);
	in.role = step != NULL ? step->role : NULL;
	in.contact = plan_contact(f, j->a->contact_id,
	    j->a->address_id);
	in.as_of = j->a->due_at;
	in.token = "approvalapproval";
	in.message_id = mem_fmt(j->c, "<approval@%s>",
	    j->company->message_domain);
	if (in.contact < 0)
		return err_set(err, ERR_PERM, "message %lld: its recipient is "
		    "no longer a contact; it will be planned anew",
		    (long long)j->a->id);
	if ((j->a->channel == CHANNEL_SMS ? make_sms(j, t, &in, err) :
	    render_mail(j->c, t, &in, &j->mail, err)) < 0)
		return -1;
	render_content_hash(j->mail, j->hash);
	return letter(j, err);
}

static void
show(const struct job *j)
{
	const struct mail_file *f = render_letter(j->mail);
	json_t *o;

	if (j->c->json) {
		o = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s#, s:i, "
		    "s:s*, s:s, s:s*, s:s*}", "message",
		    (json_int_t)j->a->id, "account", j->a->account, "to",
		    j->mail->to, "subject", j->mail->subject, "text",
		    j->mail->text, "html", j->mail->html, "code", j->hash,
		    CODE_LEN, "needed", j->a->needed, "by", j->a->by,
		    "channel", channel_name(j->a->channel), "letter",
		    j->mail->letter, "letter_sha256", j->a->letter);
		json_dumpf(o, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(o);
		return;
	}
	printf("To:      %s\n", j->mail->to);
	if (j->a->channel == CHANNEL_MAIL)
		printf("Subject: %s\n", j->mail->subject);
	printf("\n%s\n", j->mail->text);
	if (f != NULL)
		printf(cmd_say(j->c, "Attached: %s, %d pages, SHA-256 %s; to "
		    "read it: --letter FILE\n\n", "附件：%s，共%d页，SHA-256 "
		    "%s；阅读请用：--letter 文件\n\n"), f->name,
		    j->mail->letter_pages, j->letter_hash);
	printf(cmd_say(j->c, "To let exactly this go out: dunlin approve %lld "
	    "--code %.12s\n", "如同意原样发出：dunlin approve %lld --code "
	    "%.12s\n"), (long long)j->a->id, j->hash);
}

/* --- yes --- */

/* Only people whom the configuration names and trusts with firm steps. */
static int
may_approve(struct job *j, struct err *err)
{
	static const char *const roles[] = { "lead", "manager", "legal",
		"admin" };
	const struct config_user *u;
	char word[32];
	size_t i, k;

	j->login = j->c->actor + strlen("user:");
	if (cmd_user(j->c, j->login, err) < 0)
		return -1;
	for (i = 0; i < j->c->config->n_users; i++) {
		u = &j->c->config->users[i];
		if (strcmp(u->login, j->login) != 0)
			continue;
		for (k = 0; k < sizeof(roles) / sizeof(roles[0]); k++) {
			snprintf(word, sizeof(word), " %s ", roles[k]);
			if (strstr(mem_fmt(j->c, " %s ", u->roles), word) !=
			    NULL)
				return 0;
		}
	}
	return err_set(err, ERR_PERM, "%s may not approve: it takes the role "
	    "lead, manager, legal or admin", j->login);
}

static int
add(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;

	return approvals_add(db, j->a, j->login, j->hash, j->c->now,
	    j->c->actor, &j->left, err);
}

static int
approve(struct job *j, const char *code, struct err *err)
{
	if (may_approve(j, err) < 0)
		return -1;
	if (strlen(code) < CODE_LEN ||
	    strncmp(code, j->hash, strlen(code)) != 0)
		return err_set(err, ERR_PERM, "message %lld is not what code "
		    "%.64s stands for: read it again", (long long)j->a->id,
		    code);
	if (store_tx(j->c->db, add, j, err) < 0)
		return -1;
	if (cmd_json_ok(j->c))
		return EX_OK;
	if (j->left > 0)
		printf(cmd_say(j->c, "Approved; %d more must approve.\n",
		    "已批准；还需 %d 人批准。\n"), j->left);
	else
		printf("%s", cmd_say(j->c, "Approved: it goes out at its "
		    "slot, as shown.\n", "已批准：将在预定时间原样发出。\n"));
	return EX_OK;
}

int
cmd_approve(struct cmd *c, int argc, char **argv, struct err *err)
{
	struct job j = { .c = c };
	struct company_row row;
	const char *code = NULL;
	const struct cmd_option options[] = {
		{ "code", OPTION_TEXT, &code },
		{ "letter", OPTION_TEXT, &j.letter },
		{ NULL, OPTION_FLAG, NULL }
	};
	char *end;
	int64_t id;

	if (cmd_options(options, &argc, argv, 0, 1, err) < 0 ||
	    cmd_company(c, &j.company, err) < 0 ||
	    companies_get(c->db, j.company->code, &row, err) < 0)
		return -1;
	j.company_id = row.id;
	if (argc == 1 && (code != NULL || j.letter != NULL))
		return cmd_usage(err, "--code and --letter go with the "
		    "number of a message");
	if (argc == 1)
		return list(&j, err);
	id = strtoll(argv[1], &end, 10);
	if (*end != '\0' || id <= 0)
		return cmd_usage(err, "'%.40s' is not the number of a "
		    "message", argv[1]);
	if (approvals_get(c, c->db, j.company_id, id, &j.a, err) < 0 ||
	    make(&j, err) < 0)
		return -1;
	if (code != NULL)
		return approve(&j, code, err);
	show(&j);
	return EX_OK;
}
