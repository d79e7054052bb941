/* init.c - makes a workspace: a folder with a commented dunlin.yaml. */
#include "cmd/cmd.h"

#include "base/embed.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/values.h"
#include "core/country.h"
#include "core/money.h"
#include "core/zone.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

struct wanted {
	const char *dir, *name, *country, *zone, *currency;
	bool test;
	char cur[MONEY_CUR_MAX];
};

static int
take_options(int argc, char **argv, struct wanted *w, struct err *err)
{
	const struct cmd_option options[] = {
		{ "name", OPTION_TEXT, &w->name },
		{ "country", OPTION_TEXT, &w->country },
		{ "zone", OPTION_TEXT, &w->zone },
		{ "currency", OPTION_TEXT, &w->currency },
		{ "test", OPTION_FLAG, &w->test },
		{ NULL, OPTION_FLAG, NULL }
	};

	if (cmd_options(options, &argc, argv, 1, 1, err) != 0)
		return -1;
	w->dir = argv[1];
	return 0;
}

/* What was not said follows from the country, and that from the locale. */
static int
complete(struct cmd *c, struct wanted *w, struct err *err)
{
	const struct zone *zone;

	if (c->company_code == NULL)
		c->company_code = "main";
	if (!value_is_name(c->company_code))
		return cmd_usage(err, "--company %.60s: use up to 40 letters, "
		    "digits, - and _", c->company_code);
	if (w->country == NULL)
		w->country = strcmp(c->language, "zh-CN") == 0 ? "CN" : "GB";
	if (!country_is(w->country))
		return cmd_usage(err, "--country %.60s: use two capital "
		    "letters, such as CN or GB", w->country);
	if (w->zone == NULL)
		w->zone = country_zone(w->country);
	if (w->zone == NULL)
		return cmd_usage(err, "%s has several time zones: name one "
		    "with --zone", w->country);
	if (zone_open(w->zone, &zone, err) != 0)
		return cmd_usage(err, "--zone %.60s: no time zone, use a name "
		    "such as Asia/Shanghai", w->zone);
	if (w->currency == NULL ? !country_currency(w->country, w->cur) :
	    !money_cur_parse(w->currency, w->cur))
		return cmd_usage(err, "--currency: use three letters, such "
		    "as CNY");
	if (w->name != NULL && (*w->name == '\0' ||
	    text_has_control(w->name) ||
	    !text_is_utf8(w->name, strlen(w->name))))
		return cmd_usage(err, "--name: one line of UTF-8 text");
	return 0;
}

static int
check_empty(const char *dir, struct err *err)
{
	struct dirent *e;
	DIR *d = opendir(dir);
	bool empty = true;

	if (d == NULL && errno == ENOENT)
		return 0;
	if (d == NULL)
		return err_set(err, ERR_CONFIG, "%s: %s", dir,
		    strerror(errno));
	while ((e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 &&
		    strcmp(e->d_name, "..") != 0)
			empty = false;
	closedir(d);
	if (!empty)
		return err_set(err, ERR_CONFIG, "%s: not empty: name a new "
		    "folder, nothing is overwritten", dir);
	return 0;
}

/* A YAML text in double quotes. */
static const char *
quoted(void *owner, const char *s)
{
	struct text *t = text_new(owner);

	text_addc(t, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			text_addc(t, '\\');
		text_addc(t, *s);
	}
	text_addc(t, '"');
	return text_str(t);
}

/* The template with each @WORD@ replaced. */
static const char *
fill(void *owner, const char *template, const char *const (*words)[2])
{
	struct text *t = text_new(owner);
	const char *p = template;
	size_t i, len;

	while (*p != '\0') {
		for (i = 0; words[i][0] != NULL; i++) {
			len = strlen(words[i][0]);
			if (strncmp(p, words[i][0], len) == 0)
				break;
		}
		if (words[i][0] == NULL) {
			text_addc(t, *p++);
			continue;
		}
		text_add(t, words[i][1]);
		p += len;
	}
	return text_str(t);
}

static const char *
make_text(struct cmd *c, const struct wanted *w)
{
	bool chinese = country_is(w->country) &&
	    strcmp(w->country, "CN") == 0;
	const char *login = strchr(c->actor, ':');
	const char *const words[][2] = {
		{ "@TEST@", w->test ? "yes" : "no" },
		{ "@CODE@", c->company_code },
		{ "@NAME@", quoted(c, w->name != NULL ? w->name : chinese ?
		    "示例有限公司" : "Example Ltd") },
		{ "@COUNTRY@", w->country },
		{ "@ZONE@", w->zone },
		{ "@CURRENCY@", w->cur },
		{ "@LANGUAGES@", chinese ? "zh-CN, en" : "en, zh-CN" },
		{ "@SENDER@", chinese ? "应收账款组" : "Accounts receivable" },
		{ "@LOGIN@", login != NULL && value_is_name(login + 1) ?
		    login + 1 : "admin" },
		{ NULL, NULL }
	};

	return fill(c, embed_find("contrib/dunlin.yaml.in"), words);
}

int
cmd_init(struct cmd *c, int argc, char **argv, struct err *err)
{
	struct wanted w = { 0 };
	const char *text;
	char *file;
	json_t *j;

	if (take_options(argc, argv, &w, err) != 0 ||
	    complete(c, &w, err) != 0 || check_empty(w.dir, err) != 0)
		return -1;
	text = make_text(c, &w);
	file = file_join(c, w.dir, "dunlin.yaml");
	if (file_mkdirs(w.dir, 0700, err) != 0 ||
	    file_write(file, text, strlen(text), 0600, err) != 0)
		return -1;
	if (c->json) {
		j = json_pack("{s:s, s:s, s:s}", "workspace", w.dir, "file",
		    file, "company", c->company_code);
		json_dumpf(j, stdout, JSON_INDENT(2));
		json_decref(j);
		printf("\n");
		return EX_OK;
	}
	printf(cmd_say(c, "Made the workspace %s with company %s.\n"
	    "Now put your names, addresses and bank details into %s, then\n"
	    "  dunlin -C %s check\n"
	    "  dunlin -C %s import LEDGER.csv\n"
	    "Nothing is sent before \"dunlin arm\", and mail goes into a "
	    "folder of the\nworkspace until you name a mail server.\n",
	    "已建立工作区 %s，公司代码 %s。\n"
	    "请先在 %s 中填写公司名称、邮箱和收款账户，然后运行\n"
	    "  dunlin -C %s check\n"
	    "  dunlin -C %s import LEDGER.csv\n"
	    "运行 “dunlin arm” 之前不会发出任何消息；在配置邮件服务器之前，"
	    "邮件只存放在\n工作区的文件夹里。\n"),
	    w.dir, c->company_code, file, w.dir, w.dir);
	return EX_OK;
}
