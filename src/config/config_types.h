/* config_types.h - readers of dunlin.yaml's own types (config.c). */
#ifndef DUNLIN_CONFIG_CONFIG_TYPES_H
#define DUNLIN_CONFIG_CONFIG_TYPES_H

#include "config/settings.h"

setting_fn read_companies, read_users, read_policies;
setting_fn read_names, read_separator, read_role, read_user_roles;
setting_fn read_absences;
setting_fn read_transport, read_senders, read_banks;
setting_fn read_sources, read_import, read_mode, read_columns;
setting_fn read_date_order, read_decimal, read_delimiter, read_encoding;
setting_fn read_zone_name;
setting_fn read_intakes, read_intake_url;
setting_fn read_calendars, read_calendar_url, read_workdays;
setting_fn read_limitation, read_limitation_pack, read_limitation_events;
setting_fn read_limitation_proof;
setting_fn read_interest, read_interest_pack, read_interest_rate;
setting_fn read_interest_count, read_interest_rounding;
setting_fn read_sms, read_countries, read_sms_templates;
setting_fn read_config_values, read_sms_params;
setting_fn read_robots, read_robot_tells;
setting_fn read_web, read_listen, read_public_url;
setting_fn read_url, read_tls, read_tls_version;

struct config;
/* Holidays and calendars of their own into policy/calendar.h, and whether
 * those exist that companies and users name. */
void workdays_load(struct reader *r, const struct config *c);

bool config_is_loopback(const char *host);

#endif
