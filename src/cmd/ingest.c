/* ingest.c - one mail on standard input, as an MTA gives it to a pipe.
 *
 * It ends with 0 when the mail is durable and with EX_TEMPFAIL otherwise,
 * whatever it was: then the MTA keeps the mail and tries again. */
#include "cmd/cmd.h"

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "receive/intake.h"
#include "store/companies.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

/* All of standard input; what is more than the limit is read and dropped, so
 * that the MTA's pipe does not break. */
static int
read_all(void *owner, struct intake_mail *m, struct err *err)
{
	size_t cap = 65536, n = 0;
	char *data = mem_array(owner, char, cap), rest[4096];
	ssize_t r;

	for (;;) {
		if (n == cap && cap < INTAKE_READ_MAX)
			data = mem_grow(owner, data, char, cap *= 2);
		r = n < cap ? read(STDIN_FILENO, data + n, cap - n) :
		    read(STDIN_FILENO, rest, sizeof(rest));
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return err_set(err, ERR_TEMP, "standard input: %s",
			    strerror(errno));
		if (r == 0)
			break;
		if (n < cap)
			n += (size_t)r;
		else
			m->cut = true;
	}
	m->data = data;
	m->len = n;
	return 0;
}

static int
ingest(struct cmd *c, size_t *ret_new, struct err *err)
{
	const struct config_company *company;
	struct intake_mail m = { .intake = "ingest",
	    .max = (size_t)INTAKE_MAX_MIB * 1024 * 1024 };
	struct company_row row;

	if (config_read(c, c->dir, &c->config, NULL, err) < 0 ||
	    cmd_company(c, &company, err) < 0 || read_all(c, &m, err) < 0)
		return -1;
	if (db_open(c, c->config->database, DB_CREATE, &c->db, err) < 0 ||
	    companies_sync(c->db, c->config, c->now, err) < 0 ||
	    companies_get(c->db, company->code, &row, err) < 0)
		return -1;
	if (company->n_intakes > 0)
		m.max = (size_t)company->intakes[0].max_size * 1024 * 1024;
	m.company_id = row.id;
	return intake_store(c->db, &m, 1, c->now, ret_new, err);
}

int
cmd_ingest(struct cmd *c, int argc, char **argv, struct err *err)
{
	const struct cmd_option none[] = { { NULL, OPTION_FLAG, NULL } };
	size_t fresh;

	if (cmd_options(none, &argc, argv, 0, 0, err) < 0)
		return -1;
	if (ingest(c, &fresh, err) < 0) {
		fprintf(stderr, "dunlin: %s\n", err->text);
		return EX_TEMPFAIL;
	}
	if (c->json)
		printf("{\"new\": %s}\n", fresh > 0 ? "true" : "false");
	return EX_OK;
}
