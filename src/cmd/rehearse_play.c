#include "cmd/rehearse.h"

int
rehearse_play(struct cmd *c, const struct rehearsal *x,
    const struct policy *policy, struct err *err)
{
	return err_set(err, ERR_PERM, "--play: not yet");
}
