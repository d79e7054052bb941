/* check.c - reads everything that the configuration names and tells all
 * mistakes at once, before anything runs on it. */
#include "cmd/check.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"
#include "core/zone.h"
#include "escalate/coverage.h"
#include "policy/interest.h"
#include "receive/child.h"
#include "render/canvas.h"
#include "render/render.h"
#include "render/staff.h"
#include "send/sms.h"
#include "sms/compose.h"
#include "store/companies.h"
#include "store/parties.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#define RATES_BYTES (1024 * 1024)

/* Mistakes stop dunlin from running; warnings are for people to judge. */
struct findings {
	void *owner;
	const struct config *config;
	struct config_problems mistakes, warnings;
};

#define mistake(f, line, ...) \
	problems_add((f)->owner, &(f)->mistakes, (f)->config->file, line, \
	    __VA_ARGS__)
#define warning(f, line, ...) \
	problems_add((f)->owner, &(f)->warnings, (f)->config->file, line, \
	    __VA_ARGS__)

/* Calendars whose data end; db NULL: without those of customers. */
static void
check_calendars(struct findings *f, const struct config_company *co,
    struct db *db, int64_t now)
{
	struct coverage *list, *c;
	char last[DATE_TEXT_MAX];
	const char *who;
	struct err err;
	size_t n;

	if (coverage_ending(f->owner, f->config, co, db, now, &list, &n,
	    &err) != 0) {
		problems_line(f->owner, &f->mistakes, err.text);
		return;
	}
	for (c = list; c < list + n; c++) {
		who = c->customers > 0 ? mem_fmt(f->owner, " (customers "
		    "there: %lld)", (long long)c->customers) :
		    c->user != NULL ? mem_fmt(f->owner, " (user %s)",
		    c->user) : "";
		if (c->last == DATE_NONE)
			warning(f, co->line, "companies.%s: no holidays are "
			    "known for %s%s, only weekends: name a file under "
			    "holidays:", co->code, c->calendar, who);
		else if (c->left < 0)
			warning(f, co->line, "companies.%s: the holidays of "
			    "%s%s ended on %s, only weekends are known: name "
			    "a newer file under holidays:", co->code,
			    c->calendar, who, date_format(c->last, last));
		else
			warning(f, co->line, "companies.%s: the holidays of "
			    "%s%s end on %s, in %d days: name a newer file "
			    "under holidays:", co->code, c->calendar, who,
			    date_format(c->last, last), c->left);
	}
}

/* Customers of whom it is not known what rules hold, or when they work. */
static void
check_customers(struct findings *f, const struct config_company *co,
    struct db *db)
{
	struct party_count *rows;
	struct company_row row;
	int64_t lost = 0;
	struct err err;
	size_t i, n;

	if (companies_get(db, co->code, &row, &err) != 0)
		return;		/* new in dunlin.yaml: has no customers */
	if (parties_countries(f->owner, db, row.id, &rows, &n, &err) != 0) {
		problems_line(f->owner, &f->mistakes, err.text);
		return;
	}
	for (i = 0; i < n; i++) {
		lost += rows[i].without_zone;
		if (rows[i].country == NULL)
			warning(f, co->line, "companies.%s: customers "
			    "without country: %lld; the strictest rules of "
			    "all countries hold for them", co->code,
			    (long long)rows[i].n);
	}
	if (lost > 0)
		warning(f, co->line, "companies.%s: customers without time "
		    "zone: %lld; that of the company is taken", co->code,
		    (long long)lost);
}

/* What is given for paying late: the table of rates, and what was agreed. */
static void
check_interest(struct findings *f, const struct config_company *co,
    int64_t now)
{
	const struct config_interest *c = &co->interest;
	const struct interest_pack *p = c->pack == NULL ? NULL :
	    interest_pack(c->pack);
	int32_t second, today = zone_day(co->zone, now, &second), ppm;
	struct rates *rates = NULL;
	char day[DATE_TEXT_MAX], *text;
	struct err err;
	size_t n;

	if (p == NULL)
		return;
	if (c->rates != NULL && (file_read(f->owner, c->rates, RATES_BYTES,
	    &text, &n, &err) < 0 || rates_parse(f->owner, c->rates, text,
	    &rates, &err) < 0)) {
		problems_line(f->owner, &f->mistakes, err.text);
		return;
	}
	if (rates == NULL && p->factor != 0)
		mistake(f, co->line, "companies.%s.interest: the pack %s takes "
		    "a table of rates: set rates", co->code, p->name);
	if (rates != NULL && rates->until < interest_rate_day(p, today))
		warning(f, co->line, "companies.%s.interest: the rates of %s "
		    "end on %s: amounts are left out until newer ones are "
		    "there", co->code, c->rates, date_format(rates->until,
		    day));
	if (c->rate != NULL && rate_parse(c->rate, &ppm) &&
	    strcmp(co->country, "CN") == 0 && interest_excessive(ppm, rates,
	    today))
		warning(f, co->line, "companies.%s.interest: %s %% is more "
		    "than 130 %% of the loss that the law presumes (1-year "
		    "LPR + 30 %%): courts cut it when asked", co->code,
		    c->rate);
}

static void
check_database(struct findings *f, int64_t now)
{
	const struct config *c = f->config;
	struct db *db = NULL;
	struct err err;
	size_t i;

	if (c->database != NULL && file_exists(c->database) &&
	    db_open(f->owner, c->database, DB_READ, &db, &err) != 0)
		problems_line(f->owner, &f->mistakes, err.text);
	for (i = 0; i < c->n_companies; i++) {
		if (c->companies[i].country == NULL ||
		    c->companies[i].zone == NULL)
			continue;
		check_calendars(f, &c->companies[i], db, now);
		check_interest(f, &c->companies[i], now);
		if (db != NULL)
			check_customers(f, &c->companies[i], db);
	}
}

static bool
is_loopback(const char *host)
{
	return strcmp(host, "localhost") == 0 ||
	    text_starts(host, "127.") || strcmp(host, "::1") == 0;
}

/* The nearest folder above path that exists must take new files. */
static void
check_writable(struct findings *f, int line, const char *what,
    const char *path)
{
	char *p = mem_str(f->owner, path), *slash;

	while (access(p, F_OK) != 0) {
		slash = strrchr(p, '/');
		if (slash == NULL || slash == p) {
			p = mem_str(f->owner, slash == NULL ? "." : "/");
			break;
		}
		*slash = '\0';
	}
	if (access(p, W_OK) != 0)
		mistake(f, line, "%s: %s cannot be written: %s", what, p,
		    strerror(errno));
}

static void
check_transport(struct findings *f, const struct config_company *co)
{
	const struct config_transport *t = &co->transport;
	struct err err;
	char *secret;

	if (t->maildir) {
		check_writable(f, co->line, "transport", t->path);
		return;
	}
	if (t->host == NULL)
		return;
	if (t->password_file != NULL &&
	    file_secret(f->owner, t->password_file, &secret, &err) != 0)
		mistake(f, co->line, "companies.%s.transport: %s", co->code,
		    err.text);
	if (t->tls_ca != NULL && access(t->tls_ca, R_OK) != 0)
		mistake(f, co->line, "companies.%s.transport: tls_ca: %s: %s",
		    co->code, t->tls_ca, strerror(errno));
	if (is_loopback(t->host))
		return;
	if (t->tls == TLS_NONE)
		warning(f, co->line, "companies.%s.transport: mail to %s goes "
		    "unencrypted: use starttls", co->code, t->host);
	else if (!t->tls_verify)
		warning(f, co->line, "companies.%s.transport: the certificate "
		    "of %s is not checked: name its authority with tls_ca",
		    co->code, t->host);
}

/* A mailbox that others read too loses mail to them, unseen. */
static void
check_intakes(struct findings *f, const struct config_company *co)
{
	const struct config_intake *in;
	char *secret, *folder;
	struct err err;
	size_t i;

	for (i = 0; i < co->n_intakes; i++) {
		in = &co->intakes[i];
		folder = in->maildir ? mem_fmt(f->owner, "%s/new", in->path) :
		    NULL;
		if (folder != NULL && access(folder, R_OK | W_OK | X_OK) != 0)
			mistake(f, co->line, "companies.%s.intake: %s: %s: "
			    "make a Maildir there", co->code, folder,
			    strerror(errno));
		if (in->password_file != NULL && file_secret(f->owner,
		    in->password_file, &secret, &err) != 0)
			mistake(f, co->line, "companies.%s.intake: %s",
			    co->code, err.text);
		if (in->tls_ca != NULL && access(in->tls_ca, R_OK) != 0)
			mistake(f, co->line, "companies.%s.intake: tls_ca: "
			    "%s: %s", co->code, in->tls_ca, strerror(errno));
		if (in->host != NULL && !is_loopback(in->host) &&
		    (in->tls == TLS_NONE || !in->tls_verify))
			warning(f, co->line, "companies.%s.intake: %s",
			    co->code, in->tls == TLS_NONE ? "the password "
			    "goes unencrypted: use imaps" : "the certificate "
			    "is not checked: name its authority with tls_ca");
		if (in->host != NULL)
			warning(f, co->line, "companies.%s.intake: %s of %s "
			    "must be Dunlin's alone: what it fetches is "
			    "marked as seen", co->code, in->mailbox,
			    in->user != NULL ? in->user : in->host);
	}
}

/* Hostile bytes are read in a child of the reader: try it. */
static void
check_child(struct findings *f, int64_t now)
{
	struct child *c = child_new(f->owner, NULL);
	struct child_mail m = { .raw = "Subject: x\n\nx\n", .len = 14,
	    .received_at = now };
	struct err err;
	json_t *answer;

	if (child_ask(c, &m, CHILD_WAIT_MS, &answer, &err) < 0) {
		mistake(f, 0, "mail cannot be read: %s", err.text);
		return;
	}
	json_decref(answer);
	if (child_unconfined(c) != NULL)
		warning(f, 0, "mail is read without a sandbox: %s",
		    child_unconfined(c));
	talloc_free(c);
}

/* example.com and the like are what init wrote. */
static bool
is_placeholder(const char *email)
{
	static const char *const ends[] = { "@example.com", ".example.com",
		".example", "@example.org", "@example.net" };
	size_t i, n = strlen(email), k;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		k = strlen(ends[i]);
		if (n >= k && text_eq_nocase(email + n - k, ends[i]))
			return true;
	}
	return false;
}

static void
check_addresses(struct findings *f, const struct config_company *co)
{
	size_t i;

	if (co->transport.maildir || f->config->test)
		return;
	if (co->reply_to != NULL && is_placeholder(co->reply_to))
		warning(f, co->line, "companies.%s.reply_to: %s is an "
		    "example: put your own address", co->code, co->reply_to);
	for (i = 0; i < co->n_senders; i++)
		if (co->senders[i].email != NULL &&
		    is_placeholder(co->senders[i].email)) {
			warning(f, co->line, "companies.%s.senders: %s is an "
			    "example: put your own address", co->code,
			    co->senders[i].email);
			break;
		}
}

/* A step's template, and the other one where it has two. */
static void
check_wordings(struct findings *f, const struct templates *t,
    const struct config_company *co, const struct policy_step *s,
    const char *language)
{
	const char *names[] = { s->template, s->second };
	int i;

	for (i = 0; i < 2; i++)
		if (names[i] != NULL && !templates_have(t, names[i],
		    language))
			mistake(f, co->line, "companies.%s: step %s of policy "
			    "%s needs a template %s in %s, and there is none",
			    co->code, s->id, co->policy->name, names[i],
			    language);
		else if (names[i] != NULL && s->offer &&
		    !templates_offer(t, names[i], language))
			mistake(f, co->line, "companies.%s: step %s of policy "
			    "%s carries an offer, but its template %s in %s "
			    "does not say it: add {{>pay}} or {{>offer}}",
			    co->code, s->id, co->policy->name, names[i],
			    language);
}

static void
check_templates_of(struct findings *f, const struct templates *t,
    const struct config_company *co)
{
	const struct policy *p = co->policy;
	const char **lang;
	size_t i;

	for (lang = co->languages; p != NULL && *lang != NULL; lang++)
		for (i = 0; i < p->n_steps; i++)
			check_wordings(f, t, co, &p->steps[i], *lang);
	for (lang = co->languages; p != NULL && *lang != NULL; lang++)
		for (i = 0; i < POLICY_REPLY_COUNT; i++)
			if (p->replies[i].template != NULL &&
			    !templates_have(t, p->replies[i].template, *lang))
				mistake(f, co->line, "companies.%s: policy "
				    "%s answers with a template %s in %s, "
				    "and there is none", co->code, p->name,
				    p->replies[i].template, *lang);
}

static void
check_templates(struct findings *f)
{
	const struct config *c = f->config;
	struct config_problems found = { NULL, 0 };
	struct templates *t = NULL;
	struct err err;
	struct stat st;
	size_t i;

	if (c->templates != NULL && (stat(c->templates, &st) != 0 ||
	    !S_ISDIR(st.st_mode))) {
		mistake(f, 0, "templates: there is no folder %s",
		    c->templates);
		return;
	}
	staff_check(f->owner, c->templates, &f->mistakes);
	if (templates_load(f->owner, c->templates, &t, &found, &err) != 0) {
		for (i = 0; i < found.n; i++)
			problems_line(f->owner, &f->mistakes, found.lines[i]);
		if (found.n == 0)
			problems_line(f->owner, &f->mistakes, err.text);
		return;
	}
	for (i = 0; i < c->n_companies; i++)
		check_templates_of(f, t, &c->companies[i]);
}

/* What a route's gateway says of it, or what is wrong with the gateway. */
static void
check_gateway(struct findings *f, const struct config_sms *s)
{
	struct config_problems found = { NULL, 0 };
	struct gateway *g;
	struct err err;
	size_t k;

	if (gateway_load(f->owner, f->config->dir, s->gateway, &g, &found,
	    &err) == 0) {
		sms_check_route(f->config, s, g, f->owner, &f->mistakes);
		return;
	}
	if (found.n == 0)
		mistake(f, s->line, "%s: %s", s->label, err.text);
	for (k = 0; k < found.n; k++)
		problems_line(f->owner, &f->mistakes, found.lines[k]);
}

static void
check_secret(struct findings *f, const struct config_sms *s)
{
	struct err err;
	char *secret;

	if (s->secret_file != NULL && file_secret(f->owner, s->secret_file,
	    &secret, &err) != 0)
		mistake(f, s->line, "%s: %s", s->label, err.text);
	if (s->tls_ca != NULL && access(s->tls_ca, R_OK) != 0)
		mistake(f, s->line, "%s: tls_ca: %s: %s", s->label, s->tls_ca,
		    strerror(errno));
}

/* Routes of SMS: their gateway, their secrets, their approved messages. */
static void
check_sms(struct findings *f, const struct config_company *co)
{
	const struct config_sms *s;
	struct err err;
	char *secret;

	for (s = co->sms; s < co->sms + co->n_sms; s++) {
		if (s->gateway == NULL)
			continue;
		check_secret(f, s);
		if (s->hook_file != NULL && (file_secret(f->owner,
		    s->hook_file, &secret, &err) != 0 ||
		    (strlen(secret) < 16 && err_set(&err, ERR_CONFIG, "%s: "
		    "shorter than 16 characters", s->hook_file) != 0)))
			mistake(f, s->line, "%s: %s", s->label, err.text);
		check_gateway(f, s);
	}
}

/* Two robots of one address would tell a group everything twice. */
static void
check_robots(struct findings *f, const struct config_company *co)
{
	const char **seen = mem_array(f->owner, const char *,
	    co->n_robots + 1);
	const struct config_sms *s;
	size_t i, k;
	struct err err;
	char *url;

	for (i = 0; i < co->n_robots; i++) {
		s = &co->robots[i];
		if (s->gateway == NULL || s->url_file == NULL)
			continue;
		check_secret(f, s);
		check_gateway(f, s);
		if (sms_secret_url(f->owner, s, &url, &err) != 0) {
			mistake(f, s->line, "%s: %s", s->label, err.text);
			continue;
		}
		seen[i] = url;
		for (k = 0; k < i; k++)
			if (seen[k] != NULL && strcmp(seen[k], url) == 0)
				mistake(f, s->line, "%s: its address is that "
				    "of %s: the group would read everything "
				    "twice", s->label, co->robots[k].label);
		if (s->accounts)
			warning(f, s->line, "%s: the group is told who owes "
			    "how much: see who is in it, and who may come",
			    s->label);
	}
}

static void
check_seal(struct findings *f, const struct config_company *co)
{
	struct canvas *c;
	struct canvas_picture *p;
	struct err err;
	char *png;
	size_t n;

	if (co->seal == NULL)
		return;
	c = canvas_png(f->owner, 1, 1, 1, "en");
	if (file_read(f->owner, co->seal, CANVAS_PICTURE_BYTES, &png, &n,
	    &err) < 0)
		mistake(f, co->line, "companies.%s.seal: %s", co->code,
		    err.text);
	else if (canvas_picture(c, png, n, &p, &err) < 0)
		mistake(f, co->line, "companies.%s.seal: %s: %s", co->code,
		    co->seal, err.text);
	talloc_free(c);
}

static void
check_company(struct findings *f, const struct config_company *co)
{
	check_transport(f, co);
	check_addresses(f, co);
	check_intakes(f, co);
	check_sms(f, co);
	check_robots(f, co);
	check_seal(f, co);
	if (co->n_banks == 0)
		warning(f, co->line, "companies.%s: no banks: messages cannot "
		    "say where to pay", co->code);
}

/* Letters and charts are drawn with the fonts of this machine. */
static void
check_fonts(struct findings *f)
{
	static const char what[] = "no font for Chinese is installed: letters "
	    "and charts cannot be made with it, install one (Debian: "
	    "fonts-noto-cjk)";
	const struct config_company *co;
	size_t i, k;

	if (canvas_has_chinese())
		return;
	for (i = 0; i < f->config->n_companies; i++) {
		co = &f->config->companies[i];
		for (k = 0; co->languages != NULL && co->languages[k] != NULL;
		    k++)
			if (strcmp(co->languages[k], "zh-CN") == 0) {
				mistake(f, co->line, "companies.%s: %s",
				    co->code, what);
				return;
			}
	}
	warning(f, 0, "%s", what);
}

static void
check_all(struct findings *f, int64_t now)
{
	const struct config *c = f->config;
	struct stat st;
	bool intakes = false;
	size_t i;

	for (i = 0; i < c->n_companies; i++) {
		check_company(f, &c->companies[i]);
		intakes = intakes || c->companies[i].n_intakes > 0;
	}
	if (intakes)
		check_child(f, now);
	if (c->n_users == 0)
		warning(f, 0, "no users: nobody can take a task");
	check_writable(f, 0, "database", c->database);
	check_writable(f, 0, "state_file", c->state_file);
	if (stat(c->file, &st) == 0 && (st.st_mode & (S_IWGRP | S_IWOTH)))
		warning(f, 0, "others can change it: chmod go-w %s", c->file);
	check_templates(f);
	check_fonts(f);
	check_database(f, now);
}

static json_t *
to_json(const struct config_problems *p)
{
	json_t *a = json_array();
	size_t i;

	for (i = 0; i < p->n; i++)
		json_array_append_new(a, json_string(p->lines[i]));
	return a;
}

static void
print_text(const struct findings *f, const char *dir)
{
	size_t i;

	for (i = 0; i < f->mistakes.n; i++)
		printf("%s\n", f->mistakes.lines[i]);
	for (i = 0; i < f->warnings.n; i++)
		printf("warning: %s\n", f->warnings.lines[i]);
	if (f->mistakes.n == 0 && f->warnings.n == 0)
		printf("%s: all is well\n", dir);
	else
		printf("%zu mistake%s, %zu warning%s\n", f->mistakes.n,
		    f->mistakes.n == 1 ? "" : "s", f->warnings.n,
		    f->warnings.n == 1 ? "" : "s");
}

int
cmd_check(struct cmd *c, int argc, char **argv, struct err *err)
{
	bool replies = false;
	const struct cmd_option options[] = {
		{ "replies", OPTION_FLAG, &replies },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct findings f = { .owner = c };
	json_t *j;

	if (cmd_options(options, &argc, argv, 0, 0, err) != 0)
		return -1;
	f.config = c->config = config_load(c, c->dir, &f.mistakes);
	if (f.config != NULL)
		check_all(&f, c->now);
	problems_sort(&f.mistakes);
	problems_sort(&f.warnings);
	if (replies && f.config != NULL && f.mistakes.n == 0)
		return check_replies(c, err);
	if (c->json) {
		j = json_pack("{s:b, s:o, s:o}", "ok", f.mistakes.n == 0,
		    "mistakes", to_json(&f.mistakes), "warnings",
		    to_json(&f.warnings));
		json_dumpf(j, stdout, JSON_INDENT(2));
		json_decref(j);
		printf("\n");
	} else {
		print_text(&f, c->dir);
	}
	return f.mistakes.n > 0 ? EX_CONFIG : EX_OK;
}
