/* reading_parts.h - what the files of the reading share: the clauses of a
 * text, what each shows, and the weights of the intents so far. */
#ifndef DUNLIN_UNDERSTAND_READING_PARTS_H
#define DUNLIN_UNDERSTAND_READING_PARTS_H

#include "understand/intent.h"
#include "understand/reading.h"

#define CLAUSES_MAX 256

struct clause {
	size_t from, to;
	int sentence;
	unsigned asked, marks;	/* 1 << enum mark: looked for, found */
	unsigned says;		/* 1 << enum mean_intent, in its sentence */
};

struct reading {
	const struct chart *c;
	const struct norm *t;
	struct meaning *m;
	struct sieved may;	/* rows that can match */
	int n_clauses, n_sentences;
	int weight[INTENT_COUNT];
	size_t where[INTENT_COUNT];	/* first place of each intent */
	bool short_text;
	struct clause clause[CLAUSES_MAX];	/* last: not cleared */
};

/* The clause shows a mark; looked for once. */
bool reading_has(struct reading *r, int clause, enum mark mark);
int reading_clause_of(const struct reading *r, size_t at);
/* A rule of that name speaks for an intent, or only for itself. */
void reading_weigh(struct reading *r, enum mean_intent i, int weight,
    const char *name, size_t at);
void reading_why(struct meaning *m, const char *name);

/* What a date is said of; may turn to the reading that lies behind. */
enum mean_role reading_role(struct reading *r, struct mean_date *d);
/* The promises that the dates make. */
void reading_promises(struct reading *r);

#endif
