/* pending.c - weak stand-ins for rooms that are not there yet. */
#include "config/config.h"
#include "store/companies.h"
#include "store/db.h"

#define PENDING __attribute__((weak))

PENDING int
config_read(void *owner, const char *dir, struct config **ret_config,
    struct config_problems *ret_problems, struct err *err)
{
	return err_set(err, ERR_CONFIG, "config_read is not there yet");
}

PENDING const struct config_company *
config_company(const struct config *c, const char *code)
{
	return NULL;
}

PENDING int
db_open(void *owner, const char *path, enum db_mode mode, struct db **ret_db,
    struct err *err)
{
	return err_set(err, ERR_CONFIG, "db_open is not there yet");
}

PENDING int
companies_sync(struct db *db, const struct config *c, int64_t now,
    struct err *err)
{
	return err_set(err, ERR_CONFIG, "companies_sync is not there yet");
}
