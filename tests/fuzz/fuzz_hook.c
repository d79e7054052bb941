/* fuzz_hook.c - what a gateway's webhook is called with, and what a gateway
 * answers.  Input: a byte that chooses the built-in description and the kind
 * of call, the query up to the first newline, the rest is the body; and once
 * more as the inbox would keep it. */
#include "base/mem.h"
#include "core/phone.h"
#include "sms/gateway.h"
#include "sms/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char *const names[] = { "kannel", "twilio", "aliyun", "tencent",
	"vonage" };
#define NAMES (sizeof(names) / sizeof(names[0]))

static const struct gateway *
gateway(size_t i)
{
	static struct gateway *all[NAMES];
	static void *pool;
	struct err err;

	if (pool == NULL)
		pool = talloc_new(NULL);
	if (all[i] == NULL && gateway_load(pool, NULL, names[i], &all[i],
	    NULL, &err) < 0)
		abort();
	return all[i];
}

static void
use(void *m, const struct gateway_event *e, size_t n)
{
	struct phone p;
	size_t i;

	if (n > GATEWAY_EVENTS_MAX)
		abort();
	for (i = 0; i < n; i++) {
		if (e[i].number != NULL)
			phone_parse(e[i].number, "CN", &p, NULL);
		if (e[i].text != NULL) {
			struct sms_count c;

			sms_word(e[i].text, "R T");
			sms_count(e[i].text, SMS_BY_CODING, &c);
			sms_plain(m, e[i].text);
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct config_sms route = { .name = "r", .user = "u" };
	struct gateway_use u = { .route = &route, .secret = "s" };
	struct gateway_call c = { .method = "POST", .url = "https://h/x",
	    .signature = "AAAA" };
	struct gateway_answer answer;
	struct gateway_event *events;
	const struct gateway *g;
	void *m;
	const char *body;
	struct err err;
	char *s;
	size_t count;

	if (n == 0)
		return 0;
	m = talloc_new(NULL);
	g = gateway((data[0] >> 2) % NAMES);
	s = mem_array(m, char, n);
	memcpy(s, data + 1, n - 1);
	body = memchr(s, '\n', n - 1);
	c.query = body != NULL ? mem_strn(m, s, (size_t)(body - s)) :
	    mem_strn(m, s, strlen(s));
	c.body = body != NULL ? body + 1 : "";
	c.len = body != NULL ? n - 1 - (size_t)(body + 1 - s) : 0;
	c.type = data[0] & 2 ? "application/json" : NULL;
	gateway_verify(g, &u, &c);
	if (gateway_read(m, g, data[0] & 1 ? GATEWAY_MESSAGE : GATEWAY_REPORT,
	    &c, &events, &count, &err) == 0)
		use(m, events, count);
	if (gateway_read(m, g, data[0] & 1 ? GATEWAY_POLL : GATEWAY_QUERY, &c,
	    &events, &count, &err) == 0)
		use(m, events, count);
	if (gateway_call_read(m, s, n - 1, &c, &err) == 0 &&
	    gateway_read(m, g, data[0] & 1 ? GATEWAY_MESSAGE : GATEWAY_REPORT,
	    &c, &events, &count, &err) == 0)
		use(m, events, count);
	gateway_answer(m, g, 200, s, n - 1, &answer);
	if (answer.words == NULL)
		abort();
	talloc_free(m);
	return 0;
}
