/* sender.h - what the files of the sender share; nobody else includes it.
 *
 *   sender_step.c   the order of companies; may anything be sent at all
 *   sender_lane.c   one company and its transport: a session of it
 *   sender_ask.c    what became of SMS that nothing is heard of; answers
 *   sender_pause.c  a transport that only a person can mend
 *   sender_feed.c   the feed of a channel: next, begin, outcome
 *   sender_claim.c  which rows are due, best first; claiming and giving back
 *   sender_commit.c the one commit of a message
 *   sender_guard.c  is the row still what is wanted?
 *   sender_make.c   the message of a row, from the facts
 *   sender_reap.c   rows of senders that are gone; settling by looking
 *
 * The way of a message: feed_next takes a claimed row and makes its message
 * from the facts in one snapshot; feed_begin commits the outcome of the last
 * one, asks the guard again and stores the attempt, all in one transaction
 * (commit_run); then the channel hands over, and feed_outcome keeps what came
 * of it for the next commit.  A channel of several connections takes several
 * rows this way at once (a wave): they share each commit. */
#ifndef DUNLIN_SEND_SENDER_H
#define DUNLIN_SEND_SENDER_H

#include "config/config.h"
#include "core/facts.h"
#include "plan/plan.h"
#include "render/render.h"
#include "send/channel.h"
#include "send/sms.h"
#include "send/smtp.h"
#include "store/db.h"
#include "store/highwater.h"
#include "store/outbox.h"

#include <signal.h>

#define SENDER_BATCH 8		/* rows claimed at once */
/* A server that defers so many in a row would defer the next one as well, and
 * slows us down for it (Postfix: a second for each): it is left alone for a
 * while.  Enough for a server that greylists to see whom we write to. */
#define SENDER_DEFERRALS 20
#define SENDER_LEASE 600	/* seconds of a claim */
#define SENDER_HURRY_MS 5000	/* commit to first byte */
#define SENDER_KEEP 5		/* seconds that facts may be used again */
#define SENDER_ANEW 3		/* renderings of one row in a session */
#define SENDER_PAUSE 3600	/* seconds, of a transport that refuses us */

/* What the company's and the account's facts say about a row. */
struct look {
	struct facts facts;	/* without the row's own communication */
	struct plan plan;
	int contact;		/* index, -1: no longer a contact */
	struct talk *talk;	/* no reminder: what it is about; NULL */
	const struct fact_offer *said;	/* what another recipient was offered;
					 * NULL */
	bool unlike;		/* another recipient was offered something
				 * that is not so any more */
	bool counts;		/* its communication does already */
	int64_t at, version;	/* when; db_data_version then */
	int64_t company_n;	/* the lane's facts_n then */
};

/* A row with the message made for it. */
struct ready {
	struct outbox_row *row;
	struct look *look;		/* that it was made from */
	struct mail *mail;
	struct sms *sms;		/* NULL: a mail */
	const char *token, *message_id;
	struct offer_terms offer;	/* that the message makes */
	int64_t attempt_id;		/* once begun */
};

/* An outcome that is not committed yet. */
struct done {
	struct outbox_row *row;
	struct outbox_result result;
};

/* One company and its transport. */
struct lane {
	struct sender *sender;
	const struct config_company *company;
	int64_t company_id;
	struct smtp *smtp;		/* opened when first needed */
	char *maildir;
	const struct config_sms *route;	/* a lane for SMS; NULL: for mail */
	struct sms_channel *sms;	/* opened when first needed */
	int64_t ask_ms, poll_ms;	/* monotonic: asks nothing before */
	int64_t wait_ms;		/* monotonic: nothing before */
	int failures;			/* sessions in a row */
	bool refused;			/* told already why it may not open */
	bool asked;			/* a person was asked to look */
	bool paused;			/* told already that it is */
	bool probing;			/* a pause has run out: one message */
	bool failed, accepted;		/* a row was, in this session */
	int deferred;			/* messages in a row */
	int denied;			/* recipients refused in a row for what
					 * we are */
	char *denied_domain;		/* of the last of them */
	char *denied_why;		/* enough of them: end the session */

	int64_t *ids;			/* due, not claimed */
	size_t n_ids, next_id;
	int64_t ids_ms;			/* monotonic: when they were read */
	struct outbox_row *rows[3 * CHANNEL_WAVE]; /* claimed, not made */
	size_t n_rows;
	struct ready *ready[CHANNEL_WAVE]; /* made or handed over */
	size_t n_ready;
	struct ready *ahead[CHANNEL_WAVE]; /* of rows, made meanwhile */
	size_t n_ahead;
	struct done *done[CHANNEL_WAVE];
	size_t n_done;
	int anew;			/* renderings of the row in hand */
	int left;			/* messages left in this session */
	bool paced, worked;
	bool held;			/* the company is, in this session */
	bool staff;			/* only to our own people, in it */
	int64_t held_ms;		/* until then, as a hold was met */

	struct fact_company *facts;	/* as of facts_at and facts_version */
	int64_t facts_at, facts_version;
	int64_t facts_n;		/* how often they were read */
};

struct sender {
	struct db *db;
	const struct config *config;
	const struct templates *templates;
	const volatile sig_atomic_t *stop;
	char *name;			/* who we are: claimed_by */
	struct highwater *highwater;
	struct lane **lanes;
	size_t n_lanes, turn;
	int64_t reap_ms;
};

bool sender_stopping(const struct sender *s);

/* --- sender_lane.c --- */

/* route NULL: the company's transport for mail. */
int lane_new(struct sender *s, const struct config_company *company,
    const struct config_sms *route, struct lane **ret_lane, struct err *err);
const char *lane_route(const struct lane *l);	/* "": mail */
/* The longest that one message can take, in seconds. */
int lane_message_seconds(const struct lane *l);
/* One session: 1 worked, 0 nothing to do, -1 the database failed. */
int lane_session(struct lane *l, struct err *err);

/* --- sender_feed.c --- */

extern const struct channel_feed sender_feed;	/* arg: struct lane */

/* --- sender_guard.c --- */

enum verdict {
	GUARD_GO,
	GUARD_STALE,	/* no longer wanted: cancel, plan anew */
	GUARD_ANEW,	/* the facts changed: render again */
	GUARD_LATER,	/* the company is held: give it back */
	GUARD_DELAY,	/* not now: again at a time that can be computed */
	GUARD_LOST	/* the claim is no longer ours */
};

/* Load what row is judged by; inside a snapshot or a transaction. */
int look_load(void *owner, struct lane *l, const struct outbox_row *row,
    int64_t now, struct look **ret_look, struct err *err);
/* Is it to go, after these facts?  Else *ret_why is why not. */
enum verdict look_judge(void *owner, const struct lane *l,
    const struct outbox_row *row, const struct look *k, int64_t now,
    char **ret_why);

/* The same question inside the transaction that begins the attempt, after
 * the outcomes that are not committed yet.  The facts that the message was
 * made from answer it where they cannot have changed: nobody else has
 * committed since, and what we did was about others. */
int sender_guard(void *owner, struct lane *l, struct ready *r, int64_t now,
    enum verdict *ret_verdict, char **ret_why, struct err *err);

/* Would the begin of a change the facts that b was made from? */
bool ready_touches(const struct ready *a, const struct ready *b);

/* Facts of the company are read anew before the next row. */
void lane_forget_company(struct lane *l);

/* The same of a mail to one of us, at any time. */
int staff_judge(void *owner, struct lane *l, const struct outbox_row *row,
    int64_t now, enum verdict *ret_verdict, char **ret_why,
    struct err *err);

/* When a row that waits for the hours may go; false: not known. */
bool sender_next_time(struct lane *l, const struct outbox_row *row,
    int64_t now, int64_t *ret_at);

/* --- sender_make.c --- */

/* Make the message of row.  GUARD_GO with *ret_ready, or why not.  -1 with
 * ERR_CONFIG: this row's template; other kinds: nothing can be made now. */
int sender_make(void *owner, struct lane *l, struct outbox_row *row,
    int64_t now, enum verdict *ret_verdict, struct ready **ret_ready,
    char **ret_why, struct err *err);

/* --- sender_claim.c --- */

/* Sees to it that ids has the rows that are due, as far as is known. */
int claim_look(struct lane *l, struct err *err);
/* How many are claimed at once. */
size_t claim_batch(const struct lane *l);
/* How many are handed over at once. */
size_t lane_wave(const struct lane *l);
/* Inside a transaction: claims the next rows, at most claim_batch and what
 * the pace and `left` allow, into rows; ret_next is next_id afterwards. */
int claim_next(void *owner, struct lane *l, int64_t now, int left,
    struct outbox_row **rows, size_t *ret_n, size_t *ret_next,
    bool *ret_paced, struct err *err);
int lane_give_back(struct lane *l, struct err *err);

/* A claimed row that cannot be handed over now. */
enum put_away {
	PUT_STALE,	/* cancelled, planned anew */
	PUT_BACK,	/* as it was */
	PUT_OFF,	/* its template is at fault: in an hour, and a task */
	PUT_GIVE_UP,	/* failed, and a task */
	PUT_DELAY	/* when the hours allow */
};
int put_away(struct lane *l, struct outbox_row *row, enum put_away how,
    const char *why, int64_t now, struct err *err);

/* --- sender_commit.c --- */

/* What one transaction found of each ready row; the lane has taken it over. */
struct commit {
	struct found {
		enum verdict verdict;
		char *why;
		int64_t attempt_id;
	} found[CHANNEL_WAVE];
};

/* One transaction: the outcomes that are not stored yet, then the begin of
 * the ready rows, then the next claims.  Strings belong to owner. */
int commit_run(void *owner, struct lane *l, bool begin, bool claim,
    struct commit *ret_commit, struct err *err);
/* Only the outcomes, where there are some. */
int lane_flush(struct lane *l, struct err *err);

/* --- sender_pause.c --- */

/* Is the transport to be left alone?  true: *ret_left is 0; else how many
 * messages the next session may have, at most its present value: one where
 * the pause has run out and the server has not taken anything since. */
int pause_look(struct lane *l, int64_t now, int *ret_left, struct err *err);
/* A person must look at the transport: a task.  With pause, nothing more is
 * sent for a while, by nobody. */
int pause_ask(struct lane *l, const char *why, bool pause, struct err *err);
/* It has taken a message: the task and the pause end. */
int pause_over(struct lane *l, struct err *err);
/* An outcome, before it is stored: refusals that would meet everybody are put
 * off, and end the session (denied_why). */
void pause_weigh(struct lane *l, const struct outbox_row *row,
    const char *to, struct channel_outcome *o);

/* --- sender_ask.c --- */

/* Once in a while, where the lane has nothing to send. */
int lane_ask(struct lane *l, struct err *err);
/* The same for what people wrote, before anything is sent: what is in the
 * inbox then holds reminders until it is read. */
int lane_poll(struct lane *l, struct err *err);

/* --- sender_reap.c --- */

/* Our name, and whether the owner of a claim still lives: -1 not known (it
 * is on another host). */
char *sender_name(void *owner);
int sender_lives(const char *name);

int sender_reap(struct sender *s, int64_t now, struct err *err);

#endif
