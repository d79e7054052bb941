/* mail.c - a raw message to its meaning: machine mail is told apart first,
 * what a person wrote is read like any text. */
#include "understand/understand.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/zone.h"
#include "understand/machine.h"
#include "understand/mime.h"
#include "understand/reading.h"

#include <string.h>

/* The civil day of the earlier of the Date header and the receipt. */
static int32_t
written_on(const struct mail *mail, const struct understand_in *in,
    int64_t received)
{
	const struct zone *zone = NULL;
	int64_t t = mail->date;
	int32_t second;

	if (t == CLOCK_NONE || (received != CLOCK_NONE && received < t))
		t = received;
	if (t == CLOCK_NONE || t < -2000000000 || t > 7000000000)
		return in->ref;
	if (in->tz != NULL && zone_open(in->tz, &zone, NULL) == 0)
		return zone_day(zone, t, &second);
	t += mail->date_offset;
	return (int32_t)((t - (t < 0 ? 86399 : 0)) / 86400);
}

struct meaning *
understand_parsed(struct understander *u, void *owner,
    const struct understand_in *in, const struct mail *mail,
    int64_t received)
{
	struct understand_in plain = *in;
	struct meaning *machine = meaning_new(owner), *m;
	enum mean_kind kind = machine_kind(machine, mail);

	plain.mail = true;
	plain.ref = written_on(mail, in, received);
	if (kind == MEAN_HUMAN || kind == MEAN_AUTO_REPLY) {
		m = understand_text(u, owner, &plain, mail->body,
		    strlen(mail->body));
		if (kind == MEAN_AUTO_REPLY)
			reading_machine(m);
		talloc_free(machine);
		return m;
	}
	machine->kind = kind;
	machine->text = "";
	machine->lead = INTENT_UNCLEAR;
	machine->confidence = 90;
	return machine;
}

struct meaning *
understand_mail(struct understander *u, void *owner,
    const struct understand_in *in, const char *raw, size_t n,
    int64_t received)
{
	void *parsed = talloc_new(owner);
	struct meaning *m = understand_parsed(u, owner, in,
	    mime_parse(parsed, raw, n), received);

	/* What a report says points into the mail. */
	talloc_steal(m, parsed);
	return m;
}
