#include "send/sender_step.h"

#include "send/sender.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/meta.h"

#define REAP_MS 10000
#define PACE_MS 1000

bool
sender_stopping(const struct sender *s)
{
	return s->stop != NULL && *s->stop;
}

/* One for its mail, one for each route of SMS and each robot.  What was planned for a route
 * that is no more is planned anew. */
static int
add_lanes(struct sender *s, const struct config_company *c, struct err *err)
{
	size_t i;

	if (lane_new(s, c, NULL, &s->lanes[s->n_lanes], err) < 0)
		return -1;
	s->n_lanes++;
	for (i = 0; i < c->n_sms; i++) {
		if (lane_new(s, c, &c->sms[i], &s->lanes[s->n_lanes],
		    err) < 0)
			return -1;
		s->n_lanes++;
	}
	for (i = 0; i < c->n_robots; i++) {
		if (lane_new(s, c, &c->robots[i], &s->lanes[s->n_lanes],
		    err) < 0)
			return -1;
		s->n_lanes++;
	}
	return outbox_orphans(s->db, s->lanes[s->n_lanes - 1]->company_id, c,
	    clock_now(), err);
}

int
sender_new(void *owner, struct db *db, const struct config *config,
    const struct templates *templates, const volatile sig_atomic_t *stop,
    struct sender **ret_sender, struct err *err)
{
	struct sender *s;
	size_t i, n = 0;

	s = mem_new(owner, struct sender);
	s->db = db;
	s->config = config;
	s->templates = templates;
	s->stop = stop;
	s->name = sender_name(s);
	s->reap_ms = INT64_MIN;
	for (i = 0; i < config->n_companies; i++)
		n += 1 + config->companies[i].n_sms +
		    config->companies[i].n_robots;
	s->lanes = mem_array(s, struct lane *, n);
	if (highwater_open(s, config->state_file, &s->highwater, err) < 0 ||
	    highwater_start(s->highwater, db, err) < 0) {
		talloc_free(s);
		return -1;
	}
	for (i = 0; i < config->n_companies; i++) {
		if (add_lanes(s, &config->companies[i], err) < 0) {
			talloc_free(s);
			return -1;
		}
	}
	*ret_sender = s;
	return 0;
}

/* May anything be sent at all?  0 no, said why. */
static int
may_send(struct sender *s, int64_t now, struct err *err)
{
	enum highwater_state state;
	char why[META_WHY_MAX];
	bool ok;

	if (meta_clock_check(s->db, now, &ok, why, err) < 0)
		return -1;
	if (!ok)
		return err_set(err, ERR_CONFIG, "nothing is sent: %s", why);
	if (highwater_check(s->highwater, s->db, &state, why, err) < 0)
		return -1;
	if (state != HIGHWATER_OK)
		return err_set(err, ERR_CONFIG, "nothing is sent: %s", why);
	return 1;
}

/* The pace of a company is a reason to wait, not to be done. */
static int
pause_for_pace(struct sender *s)
{
	size_t i;

	for (i = 0; i < s->n_lanes; i++) {
		if (!s->lanes[i]->paced || sender_stopping(s))
			continue;
		clock_sleep_ms(PACE_MS);
		return 1;
	}
	return 0;
}

int
sender_step(struct sender *s, struct err *err)
{
	int64_t now = clock_now();
	struct lane *l;
	size_t i;
	int r;

	if (s->reap_ms == INT64_MIN ||
	    clock_mono_ms() - s->reap_ms >= REAP_MS) {
		if (sender_reap(s, now, err) < 0)
			return -1;
		s->reap_ms = clock_mono_ms();
	}
	if ((r = may_send(s, now, err)) <= 0)
		return r;
	for (i = 0; i < s->n_lanes && !sender_stopping(s); i++) {
		l = s->lanes[s->turn++ % s->n_lanes];
		if ((r = lane_session(l, err)) != 0)
			return r;
	}
	return pause_for_pace(s);
}
