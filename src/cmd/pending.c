/* pending.c - weak stand-ins for rooms that are not there yet. */
#include "config/config.h"
#include "send/sender_step.h"
#include "store/companies.h"
#include "store/db.h"
#include "store/status.h"

#define PENDING __attribute__((weak))

PENDING int
sender_new(void *owner, struct db *db, const struct config *config,
    const struct templates *templates, const volatile sig_atomic_t *stop,
    struct sender **ret_sender, struct err *err)
{
	return err_set(err, ERR_CONFIG, "the sender is not there yet");
}

PENDING int
sender_step(struct sender *s, struct err *err)
{
	return 0;
}
