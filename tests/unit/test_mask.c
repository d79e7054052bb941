/* What tells whose a text is does not leave in an example. */
#include "base/mem.h"
#include "cmd/mask.h"

#include "unit.h"

#include <string.h>

static const char *const names[] = { "Paperboat Ltd", "Firstname Lastname",
	"示例贸易", "某甲", "ledger@paperboat.example.com", "+442079460000",
	"C1001" };

static const struct row {
	const char *text, *masked;
} rows[] = {
	/* names: whole, one word of them, in Chinese; as words only */
	{ "Firstname Lastname has left.", "XXXXXXXXXXXXXXXXXX has left." },
	{ "Please ask firstname.", "Please ask XXXXXXXXX." },
	{ "firstnames are no name", "firstnames are no name" },
	{ "我司示例贸易请联系某甲。", "我司XXXXXXXXXXXX请联系XXXXXX。" },
	{ "We are C1001.", "We are XXXXX." },
	/* addresses, telephones, accounts, cards */
	{ "Write to ap@other.example now", "Write to xx@xxxxxxxxxxxxx now" },
	{ "Call +44 20 7946 0000 today", "Call +00 00 0000 0000 today" },
	{ "电话13800138000，谢谢", "电话00000000000，谢谢" },
	{ "IBAN GB29 NWBK 6016 1331 9268 19, paid",
	  "IBAN XX00 XXXX 0000 0000 0000 00, paid" },
	{ "DE89370400440532013000", "XX00000000000000000000" },
	{ "to 6222 0000 1234 5678 9", "to 0000 0000 0000 0000 0" },
	/* what the sentence means stays */
	{ "We pay GBP 1,234.56 on 2026-11-27 for INV-2041.",
	  "We pay GBP 1,234.56 on 2026-11-27 for INV-2041." },
	{ "We pay 12000.00 on 27/11/2026.", "We pay 12000.00 on 27/11/2026." },
	{ "11月27日付1,234.56元", "11月27日付1,234.56元" },
	/* signatures */
	{ "We pay on Friday.\n\nKind regards,\nSomebody Else\nAP\n",
	  "We pay on Friday.\n" },
	{ "We pay on Friday.\nthanks!\nSomebody", "We pay on Friday." },
	{ "We pay on Friday.\n--\nSomebody\nHead of AP",
	  "We pay on Friday." },
	{ "周五付款。\n此致\n敬礼\n某乙", "周五付款。" },
	{ "周五付款。\n\n谢谢！\n某乙", "周五付款。\n" },
	{ "Hello,\nThanks,\nwe will pay on Friday.",
	  "Hello,\nThanks,\nwe will pay on Friday." },
};

static void
test_masks(void **state)
{
	char text[256];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		strcpy(text, rows[i].text);
		mask_text(text, names, sizeof(names) / sizeof(names[0]));
		assert_string_equal(text, rows[i].masked);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_masks),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
