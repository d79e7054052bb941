/* policy_read.h - policies from YAML (dunlin-policy(5)). */
#ifndef DUNLIN_CONFIG_POLICY_READ_H
#define DUNLIN_CONFIG_POLICY_READ_H

#include "config/settings.h"
#include "policy/policy.h"

#define POLICY_DEFAULT_FILE "contrib/policies/default.yaml"

/* The policy in map, which is named name and comes from file; base: the
 * policy that it extends, NULL for none.  Mistakes go to problems; the result
 * is never NULL, and of use only when there were none. */
struct policy *policy_read(void *owner, const char *name, const char *file,
    const struct yaml_node *map, const struct policy *base,
    struct config_problems *problems);

/* The embedded default policy. */
const struct policy *policy_default(void *owner);

setting_fn read_stage, read_contact_role, read_channels;
setting_fn read_stages, read_steps, read_weekdays, read_hours_list;
setting_fn read_caps, read_tiers, read_minimums;
setting_fn read_behaviour, read_attitude;

/* offers_read.c */
setting_fn read_offers, read_offer_amounts, read_offer_least, read_offer_on;
/* "CUR: amount" into a list, in the place of what was said of CUR.  other:
 * what else the key might have been, for the mistake. */
void read_one_amount(struct reader *r, const struct yaml_entry *e,
    const char *other, struct policy_minimum **list, size_t *n);

/* replies_read.c */
setting_fn read_replies, read_reply_by, read_reply_answer,
    read_reply_severity, read_reply_hold, read_reply_trust;

#endif
