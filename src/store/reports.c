#include "store/reports.h"

#include "store/ageing_sql.h"

#include <stddef.h>
#include <string.h>

#define QUESTION(name, texts, numbers, sql) DB_STMT(report_##name, sql);
#include "store/reports.def"
#undef QUESTION

static const struct {
	struct db_stmt *stmt;
	int texts, numbers;
} questions[ASK_COUNT] = {
#define QUESTION(name, texts, numbers, sql) \
	{ &report_##name, texts, numbers },
#include "store/reports.def"
#undef QUESTION
};

int
reports_ask(struct db *db, enum question question, const struct ask *a,
    int (*fn)(const struct answer *answer, void *arg), void *arg,
    struct err *err)
{
	int texts = questions[question].texts, i, r;
	struct db_query *q = db_query(db, questions[question].stmt);
	struct answer answer = { { NULL }, { 0 } };

	db_bind_int(q, 1, a->company_id);
	if (strstr(questions[question].stmt->sql, "$2") != NULL)
		db_bind_int(q, 2, a->today);
	if (strstr(questions[question].stmt->sql, "$4") != NULL) {
		db_bind_int(q, 3, a->from);
		db_bind_int(q, 4, a->to);
	}
	if (strstr(questions[question].stmt->sql, "$5") != NULL)
		db_bind_int(q, 5, a->offset);
	while ((r = db_step(q, err)) > 0) {
		for (i = 0; i < texts; i++)
			answer.text[i] = db_text(q, i);
		for (i = 0; i < questions[question].numbers; i++)
			answer.n[i] = db_int(q, texts + i);
		if (fn(&answer, arg) != 0) {
			db_done(q);
			return 0;
		}
	}
	return r;
}
