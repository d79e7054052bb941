/* Phone numbers, parts of an SMS, words that stop and start. */
#include "unit.h"

#include "base/mem.h"
#include "core/phone.h"
#include "sms/text.h"

#include <string.h>

static const struct {
	const char *text, *country, *e164;	/* NULL: no number */
	const char *in;				/* country found */
	enum phone_kind kind;
} phones[] = {
	{ "138 0013 8000", "CN", "+8613800138000", "CN", PHONE_MOBILE },
	{ "+86 138-0013-8000", NULL, "+8613800138000", "CN", PHONE_MOBILE },
	{ "0086 13800138000", "CN", "+8613800138000", "CN", PHONE_MOBILE },
	{ "8613800138000", "CN", "+8613800138000", "CN", PHONE_MOBILE },
	{ "013800138000", "CN", "+8613800138000", "CN", PHONE_MOBILE },
	{ "１３８００１３８０００", "CN", "+8613800138000", "CN",
	    PHONE_MOBILE },
	{ "(010) 6555 1234", "CN", "+861065551234", "CN", PHONE_FIXED },
	{ "0755-2655-1234", "CN", "+8675526551234", "CN", PHONE_FIXED },
	{ "400-810-1234", "CN", "+864008101234", "CN", PHONE_SERVICE },
	{ "1380013800", "CN", NULL, NULL, PHONE_MOBILE },
	{ "12800138000", "CN", NULL, NULL, PHONE_MOBILE },
	{ "138001380001", "CN", NULL, NULL, PHONE_MOBILE },
	{ "9123 4567", "HK", "+85291234567", "HK", PHONE_MOBILE },
	{ "+852 6123 4567", "CN", "+85261234567", "HK", PHONE_MOBILE },
	{ "2123 4567", "HK", "+85221234567", "HK", PHONE_FIXED },
	{ "9123 456", "HK", NULL, NULL, PHONE_MOBILE },
	{ "0912-345-678", "TW", "+886912345678", "TW", PHONE_MOBILE },
	{ "(02) 2345-6789", "TW", "+886223456789", "TW", PHONE_FIXED },
	{ "(415) 555-0132", "US", "+14155550132", "US", PHONE_EITHER },
	{ "1-415-555-0132", "US", "+14155550132", "US", PHONE_EITHER },
	{ "011 44 7400 123456", "US", "+447400123456", "GB", PHONE_MOBILE },
	{ "604-555-0132", "CA", "+16045550132", "CA", PHONE_EITHER },
	{ "604-555-0132", "US", "+16045550132", "CA", PHONE_EITHER },
	{ "+1 876 555 0132", "US", "+18765550132", "", PHONE_EITHER },
	{ "1-800-555-0132", "US", "+18005550132", "US", PHONE_SERVICE },
	{ "115-555-0132", "US", NULL, NULL, PHONE_MOBILE },
	{ "415-055-0132", "US", NULL, NULL, PHONE_MOBILE },
	{ "07400 123456", "GB", "+447400123456", "GB", PHONE_MOBILE },
	{ "+44 (0)7400 123456", NULL, "+447400123456", "GB", PHONE_MOBILE },
	{ "020 7946 0018", "GB", "+442079460018", "GB", PHONE_FIXED },
	{ "07624 312345", "GB", "+447624312345", "GB", PHONE_MOBILE },
	{ "07640 123456", "GB", "+447640123456", "GB", PHONE_SERVICE },
	{ "0800 123 4567", "GB", "+448001234567", "GB", PHONE_SERVICE },
	{ "0412 345 678", "AU", "+61412345678", "AU", PHONE_MOBILE },
	{ "(03) 9123 4567", "AU", "+61391234567", "AU", PHONE_FIXED },
	{ "1300 123 456", "AU", "+611300123456", "AU", PHONE_SERVICE },
	{ "0011 86 13800138000", "AU", "+8613800138000", "CN",
	    PHONE_MOBILE },
	{ "8123 4567", "SG", "+6581234567", "SG", PHONE_MOBILE },
	{ "6123 4567", "SG", "+6561234567", "SG", PHONE_FIXED },
	{ "098765 43210", "IN", "+919876543210", "IN", PHONE_MOBILE },
	{ "80 2345 6789", "IN", "+918023456789", "IN", PHONE_EITHER },
	{ "011 2345 6789", "IN", "+911123456789", "IN", PHONE_FIXED },
	{ "0151 23456789", "DE", "+4915123456789", "DE", PHONE_MOBILE },
	{ "0171/1234567", "DE", "+491711234567", "DE", PHONE_MOBILE },
	{ "030 123456", "DE", "+4930123456", "DE", PHONE_FIXED },
	{ "0800 1234567", "DE", "+498001234567", "DE", PHONE_SERVICE },
	{ "06 12 34 56 78", "FR", "+33612345678", "FR", PHONE_MOBILE },
	{ "+33 (0)7 12 34 56 78", NULL, "+33712345678", "FR", PHONE_MOBILE },
	{ "01 23 45 67 89", "FR", "+33123456789", "FR", PHONE_FIXED },
	{ "0 800 12 34 56", "FR", "+33800123456", "FR", PHONE_SERVICE },
	/* too short, too long, no such beginning, or no phone of a person */
	{ "5123 4567", "HK", "+85251234567", "HK", PHONE_MOBILE },
	{ "91234 5678", "HK", NULL, NULL, PHONE_MOBILE },
	{ "800 123 456", "HK", NULL, NULL, PHONE_MOBILE },
	{ "0912-345-67", "TW", NULL, NULL, PHONE_MOBILE },
	{ "0912-345-6789", "TW", NULL, NULL, PHONE_MOBILE },
	{ "0800-012-345", "TW", "+886800012345", "TW", PHONE_SERVICE },
	{ "415-555-013", "US", NULL, NULL, PHONE_MOBILE },
	{ "415-555-01322", "US", NULL, NULL, PHONE_MOBILE },
	{ "604-155-0132", "CA", NULL, NULL, PHONE_MOBILE },
	{ "888-555-0132", "CA", "+18885550132", "US", PHONE_SERVICE },
	{ "900-555-0132", "US", "+19005550132", "US", PHONE_SERVICE },
	{ "07400 12345", "GB", NULL, NULL, PHONE_MOBILE },
	{ "07400 1234567", "GB", NULL, NULL, PHONE_MOBILE },
	{ "070 1234 5678", "GB", "+447012345678", "GB", PHONE_SERVICE },
	{ "0900 123 4567", "GB", "+449001234567", "GB", PHONE_SERVICE },
	{ "0412 345 67", "AU", NULL, NULL, PHONE_MOBILE },
	{ "0412 345 6789", "AU", NULL, NULL, PHONE_MOBILE },
	{ "1800 123 456", "AU", "+611800123456", "AU", PHONE_SERVICE },
	{ "8123 456", "SG", NULL, NULL, PHONE_MOBILE },
	{ "8123 45678", "SG", NULL, NULL, PHONE_MOBILE },
	{ "1800 123 4567", "SG", "+6518001234567", "SG", PHONE_SERVICE },
	{ "98765 4321", "IN", NULL, NULL, PHONE_MOBILE },
	{ "98765 432100", "IN", NULL, NULL, PHONE_MOBILE },
	{ "1800 123 4567", "IN", "+9118001234567", "IN", PHONE_SERVICE },
	{ "0151 2345", "DE", "+491512345", "DE", PHONE_SERVICE },
	{ "0151 234567890123", "DE", NULL, NULL, PHONE_MOBILE },
	{ "0900 1 234567", "DE", "+499001234567", "DE", PHONE_SERVICE },
	{ "06 12 34 56 7", "FR", NULL, NULL, PHONE_MOBILE },
	{ "06 12 34 56 789", "FR", NULL, NULL, PHONE_MOBILE },
	{ "00 12 34 56 78", "FR", NULL, NULL, PHONE_MOBILE },
	{ "+81 90 1234 5678", "JP", "+819012345678", "", PHONE_EITHER },
	{ "090 1234 5678", "JP", NULL, NULL, PHONE_MOBILE },
	{ "07400 123456", NULL, NULL, NULL, PHONE_MOBILE },
	{ "07400 123456 ext. 12", "GB", NULL, NULL, PHONE_MOBILE },
	{ "+44", NULL, NULL, NULL, PHONE_MOBILE },
	{ "", "GB", NULL, NULL, PHONE_MOBILE },
	{ "+", "GB", NULL, NULL, PHONE_MOBILE },
	{ "++447400123456", "GB", NULL, NULL, PHONE_MOBILE },
	{ "+0123456789", NULL, NULL, NULL, PHONE_MOBILE },
	{ "1234567890123456789012345678", "CN", NULL, NULL, PHONE_MOBILE },
	{ "\xff\xfe", "CN", NULL, NULL, PHONE_MOBILE },
};

static void
test_phones(void **state)
{
	struct phone p, again;
	struct err err;
	size_t i;
	int r;

	for (i = 0; i < UNIT_COUNT(phones); i++) {
		r = phone_parse(phones[i].text, phones[i].country, &p, &err);
		if ((r == 0) != (phones[i].e164 != NULL))
			fail_msg("%s: %s", phones[i].text, r == 0 ? p.e164 :
			    err.text);
		if (r != 0)
			continue;
		assert_string_equal(p.e164, phones[i].e164);
		assert_string_equal(p.country, phones[i].in);
		if (p.kind != phones[i].kind)
			fail_msg("%s: kind %d", phones[i].text, p.kind);
		/* what was made is read as itself */
		assert_int_equal(phone_parse(p.e164, NULL, &again, &err), 0);
		assert_string_equal(again.e164, p.e164);
		r = phone_mobile(phones[i].text, phones[i].country, &again,
		    &err);
		assert_int_equal(r == 0, p.kind <= PHONE_EITHER);
	}
}

static char *
times(void *owner, const char *s, int n)
{
	char *all = talloc_strdup(owner, "");

	while (n-- > 0)
		all = talloc_strdup_append(all, s);
	return all;
}

static void
test_parts(void **state)
{
	static const struct {
		const char *unit;
		int n;
		const char *rest;
		enum sms_coding coding;
		size_t units;
		int parts;
	} rows[] = {
		{ "a", 0, "", SMS_GSM, 0, 0 },
		{ "a", 160, "", SMS_GSM, 160, 1 },
		{ "a", 161, "", SMS_GSM, 161, 2 },
		{ "a", 306, "", SMS_GSM, 306, 2 },
		{ "a", 307, "", SMS_GSM, 307, 3 },
		{ "a", 158, "€", SMS_GSM, 160, 1 },
		{ "a", 159, "€", SMS_GSM, 161, 2 },
		/* two septets do not stand astride: 152 + 1 empty */
		{ "a", 152, "€aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		    SMS_GSM, 307, 3 },
		{ "[", 80, "", SMS_GSM, 160, 1 },
		{ "{", 81, "", SMS_GSM, 162, 2 },
		{ "£", 160, "", SMS_GSM, 160, 1 },
		{ "`", 1, "", SMS_UCS2, 1, 1 },
		{ "中", 70, "", SMS_UCS2, 70, 1 },
		{ "中", 71, "", SMS_UCS2, 71, 2 },
		{ "中", 134, "", SMS_UCS2, 134, 2 },
		{ "中", 135, "", SMS_UCS2, 135, 3 },
		{ "a", 70, "é中", SMS_UCS2, 72, 2 },
		{ "\xf0\x9f\x98\x80", 35, "", SMS_UCS2, 70, 1 },
		{ "\xf0\x9f\x98\x80", 36, "", SMS_UCS2, 72, 2 },
		/* 33 pairs in a part of 67 */
		{ "\xf0\x9f\x98\x80", 67, "", SMS_UCS2, 134, 3 },
	};
	struct sms_count c;
	void *pool = talloc_new(NULL);
	size_t i;

	for (i = 0; i < UNIT_COUNT(rows); i++) {
		char *s = talloc_asprintf(pool, "%s%s", times(pool,
		    rows[i].unit, rows[i].n), rows[i].rest);

		sms_count(s, SMS_BY_CODING, &c);
		if (c.coding != rows[i].coding || c.units != rows[i].units ||
		    c.parts != rows[i].parts)
			fail_msg("row %zu: %d %zu %d", i, c.coding, c.units,
			    c.parts);
	}
	sms_count(times(pool, "a", 70), SMS_BY_CHARS, &c);
	assert_int_equal(c.parts, 1);
	sms_count(times(pool, "a", 71), SMS_BY_CHARS, &c);
	assert_int_equal(c.parts, 2);
	sms_count(times(pool, "中", 135), SMS_BY_CHARS, &c);
	assert_int_equal(c.parts, 3);
	talloc_free(pool);
}

static void
test_words(void **state)
{
	static const struct {
		const char *text, *letters;
		enum sms_word word;
	} rows[] = {
		{ "STOP", NULL, SMS_WORD_STOP },
		{ " stop. ", NULL, SMS_WORD_STOP },
		{ "\"Stop\"", NULL, SMS_WORD_STOP },
		{ "ＳＴＯＰ", NULL, SMS_WORD_STOP },
		{ "Stop  all!", NULL, SMS_WORD_STOP },
		{ "Opt-Out", NULL, SMS_WORD_STOP },
		{ "ARRÊT", NULL, SMS_WORD_STOP },
		{ "td", NULL, SMS_WORD_STOP },
		{ "退订", NULL, SMS_WORD_STOP },
		{ "【退订】。", NULL, SMS_WORD_STOP },
		{ "拒收", NULL, SMS_WORD_STOP },
		{ "停止", NULL, SMS_WORD_STOP },
		{ "勿扰！", NULL, SMS_WORD_STOP },
		{ "START", NULL, SMS_WORD_START },
		{ "unstop", NULL, SMS_WORD_START },
		{ "恢复", NULL, SMS_WORD_START },
		{ "T", NULL, SMS_WORD_LETTER },
		{ "T", "R T N", SMS_WORD_STOP },
		{ "r", "R T N", SMS_WORD_STOP },
		{ "Ｒ", "R", SMS_WORD_STOP },
		{ "N", "R", SMS_WORD_LETTER },
		{ " ", " R", SMS_WORD_NONE },
		{ "", "R", SMS_WORD_NONE },
		{ "please stop", NULL, SMS_WORD_NONE },
		{ "we will cancel the order", NULL, SMS_WORD_NONE },
		{ "at the end", NULL, SMS_WORD_NONE },
		{ "month end", NULL, SMS_WORD_NONE },
		{ "停止付款", NULL, SMS_WORD_NONE },
		{ "not", "N", SMS_WORD_NONE },
		{ "7", "N", SMS_WORD_NONE },
	};
	size_t i;

	for (i = 0; i < UNIT_COUNT(rows); i++)
		if (sms_word(rows[i].text, rows[i].letters) != rows[i].word)
			fail_msg("%s", rows[i].text);
}

static void
test_plain(void **state)
{
	void *pool = talloc_new(NULL);

	assert_string_equal(sms_plain(pool, "\u201cA\u201d \u2013 b\u2019s"
	    "\u00a0c\u2026"), "\"A\" - b's c...");
	assert_string_equal(sms_plain(pool, "中\u2019"), "中\u2019");
	talloc_free(pool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_phones),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
