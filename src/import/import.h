/* import.h - a call of "dunlin import": what was asked for and what was
 * understood.  What it changes: store/import_apply.h.
 *
 * Files are read and checked whole, by rows, into a staging area in memory.
 *
 * As of a date D: a row issued after D is not there yet; a paid date after D
 * is not known, nor is a balance of nought that goes with it.  A dispute flag
 * has no date: it counts as known.  A balance outranks a paid date.
 *
 * full: the files list every open item of the source, so that what is absent
 * is closed.  delta (the default): absent items stay as they are. */
#ifndef DUNLIN_IMPORT_IMPORT_H
#define DUNLIN_IMPORT_IMPORT_H

#include "base/hash.h"
#include "core/date.h"
#include "import/csv.h"
#include "import/header.h"
#include "import/mistakes.h"
#include "import/stage.h"

struct zone;

struct import_options {
	bool full;
	int32_t as_of;
	const char *source;
	enum date_order dates;
	/* For rows that do not say; NULL: none */
	const char *currency, *zone, *country;
	const struct zone *company_zone;	/* where its days begin */
	/* The form of the files, found where it is not said (sniff.h). */
	enum encoding encoding;
	char delimiter;
	char decimal;			/* '.' or ','; '\0': as it shows */
	struct header_names names;	/* the user's own */
	const char *company_code;	/* rows of others are left out */
	bool confirm, dry_run;
	/* May be NULL: size -1 when not known. */
	void (*progress)(const char *what, int64_t done, int64_t size,
	    void *arg);
	void *progress_arg;
};

struct import_sum {
	char cur[MONEY_CUR_MAX];
	size_t items;		/* open */
	int64_t open, amount;	/* minor units, open items */
};

/* What the files say. */
struct import_summary {
	struct header header;	/* of the first file */
	struct csv_form form;	/* of the first file */
	char decimal;		/* sign that it shows; '\0': none */
	size_t totals;		/* lines of sums, left out */
	size_t others;		/* rows of other company codes, left out */
	size_t unidentified;	/* receipts without a customer */
	size_t rows, later, open, cleared, disputed;
	struct import_sum sums[STAGE_CURRENCIES_MAX];
	size_t n_sums;
	int32_t oldest_due, newest_due;	/* of open items; DATE_NONE */
	char hash[HASH_HEX_MAX];	/* of all files in order */
};

/* Reads files into the stage.  Mistakes in them are added to p; -1 when one
 * cannot be read at all. */
int import_read(struct staging *s, const char *const *paths, size_t n,
    const struct import_options *o, struct mistakes *p,
    struct import_summary *ret_summary, struct err *err);

#endif
