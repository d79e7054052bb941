/* fuzz_bounce.c - libFuzzer target: a delivery report. */
#include "understand/bounce.h"
#include "understand/reading.h"

#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	static const char head[] = "From: mailer-daemon@mx.example.net\n"
	    "Subject: Undelivered\nContent-Type: message/delivery-status\n\n";
	struct text *t;
	struct meaning *m;

	if (!ready)
		mem_init();
	ready = true;
	m = meaning_new(NULL);
	t = text_new(m);
	text_add(t, head + (size > 0 && data[0] & 1 ? 56 : 0));
	text_addn(t, (const char *)data, size);
	bounce_find(m, mime_parse(m, text_str(t), text_len(t)));
	talloc_free(m);
	return 0;
}
