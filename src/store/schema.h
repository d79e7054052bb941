/* schema.h - the schema as embedded SQL files schema/NNNN-*.sql, applied in
 * order, forward only.  The version in use is meta.schema.
 *
 * Placeholders: @ID@ a generated key, @INT@ 64 bit, @BLOB@ bytes, @STRICT@
 * table option, @LIST:name@ the words of a list of core/kinds.def, and
 * @ANY:name:column@ "the column is one of them". */
#ifndef DUNLIN_STORE_SCHEMA_H
#define DUNLIN_STORE_SCHEMA_H

#include "store/db.h"

enum schema_dialect { SCHEMA_SQLITE, SCHEMA_POSTGRESQL };

int schema_latest(void);
/* The SQL of migration number version (from 1).  A placeholder that is not
 * known: ERR_CONFIG. */
int schema_sql(void *owner, int version, enum schema_dialect dialect,
    char **ret_sql, struct err *err);

/* The file's version; 0: the file is empty.  ERR_CONFIG: not ours. */
int schema_version(struct db *db, int *ret_version, struct err *err);
/* Apply what is missing, each migration in a transaction of its own. */
int schema_migrate(struct db *db, struct err *err);

#endif
