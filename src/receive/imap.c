#include "receive/intake.h"

int
intake_imap(struct intake_look *look, struct err *err)
{
	return err_set(err, ERR_TEMP, "%s: IMAP is not there yet",
	    look->intake->url);
}
