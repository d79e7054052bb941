/* fuzz_gateway.c - any bytes as the description of a gateway. */
#include "base/mem.h"
#include "sms/gateway.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct config_sms route = { .name = "r", .from = "1" };
	struct gateway_use u = { .route = &route, .nonce = "n" };
	struct gateway_message m = { .to = "+447400123456", .text = "t",
	    .token = "k", .code_len = 2 };
	struct gateway_request *r;
	void *pool = talloc_new(NULL);
	struct gateway *g;
	struct err err;

	if (gateway_parse(pool, "f", (const char *)data, n, &g, NULL,
	    &err) == 0)
		gateway_request(pool, g, &u, &m, &r, &err);
	talloc_free(pool);
	return 0;
}
