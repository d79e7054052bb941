/* Descriptions of gateways: requests, signatures, answers, webhooks. */
#include "unit.h"

#include "base/mem.h"
#include "sms/gateway.h"

#include <stdio.h>
#include <string.h>

static void *pool;

static int
setup(void **state)
{
	pool = talloc_new(NULL);
	return 0;
}

static int
teardown(void **state)
{
	talloc_free(pool);
	return 0;
}

static struct gateway *
load(const char *name)
{
	struct config_problems problems = { NULL, 0 };
	struct gateway *g;
	struct err err;

	if (gateway_load(pool, NULL, name, &g, &problems, &err) < 0)
		fail_msg("%s", err.text);
	return g;
}

static struct gateway *
parse(const char *text)
{
	struct gateway *g;
	struct err err;

	if (gateway_parse(pool, "g.yaml", text, strlen(text), &g, NULL,
	    &err) < 0)
		fail_msg("%s", err.text);
	return g;
}

static struct config_value params[] = { { "customer", "test" } };
static struct config_sms route = { .name = "r", .user = "testId",
	.sign = "阿里云短信测试专用", .from = "+15005550006" };
static struct gateway_message message = { .to = "+8615300000001",
	.code_len = 2, .text = "Hello", .token = "abcdefgh234567ab",
	.template = "SMS_71390007", .params = params, .n_params = 1 };
static struct gateway_use use = { .route = &route, .secret = "testSecret",
	.report_url = "https://us.example.com/hook/c/r/report/s",
	.nonce = "45e25e9b-0a6f-4070-8c85-2956eda1b466",
	.now = 1499827339 };

static struct gateway_request *
request(const struct gateway *g)
{
	struct gateway_request *r;
	struct err err;

	if (gateway_request(pool, g, &use, &message, &r, &err) < 0)
		fail_msg("%s", err.text);
	return r;
}

static const char *
header(const struct gateway_request *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->n_headers; i++)
		if (strcmp(r->headers[i].name, name) == 0)
			return r->headers[i].value;
	return "";
}

#define ANSWER "answer: {outcomes: [{status: '200', is: accepted}]}\n"

/* The example of Alibaba's documents of signature 1.0 for SendSms. */
static void
test_aliyun(void **state)
{
	struct gateway *g = parse("send:\n  method: GET\n"
	    "  url: 'http://dysmsapi.aliyuncs.com/'\n  query:\n"
	    "    AccessKeyId: '{{user}}'\n    Action: SendSms\n"
	    "    Format: XML\n    OutId: '123'\n"
	    "    PhoneNumbers: '{{to_national}}'\n"
	    "    RegionId: cn-hangzhou\n    SignName: '{{sign}}'\n"
	    "    SignatureMethod: HMAC-SHA1\n"
	    "    SignatureNonce: '{{nonce}}'\n"
	    "    SignatureVersion: '1.0'\n"
	    "    TemplateCode: '{{template}}'\n"
	    "    TemplateParam: '{{params_json}}'\n"
	    "    Timestamp: '{{time}}'\n    Version: '2017-05-25'\n"
	    "  sign:\n    - {name: all, mac: hmac-sha1, "
	    "key: '{{secret}}&', text: "
	    "'{{method}}&%2F&{{query_sorted_encoded}}', as: base64}\n"
	    "  signed: {query: {Signature: '{{signed.all}}'}}\n" ANSWER);
	struct gateway_request *r = request(g);

	assert_non_null(strstr(r->url,
	    "&Signature=zJDF%2BLrzhj%2FThnlvIToysFRq6t4%3D"));
	assert_string_equal(r->method, "GET");
	assert_null(r->body);
}

/* The example of Tencent's documents of TC3-HMAC-SHA256. */
static void
test_tencent(void **state)
{
	struct gateway *g = parse("send:\n  method: POST\n"
	    "  url: 'https://cvm.tencentcloudapi.com/'\n  sign:\n"
	    "    - {name: request, mac: sha256, as: hex, text: "
	    "\"{{method}}\\n{{path}}\\n\\ncontent-type:application/json; "
	    "charset=utf-8\\nhost:{{host}}\\n\\ncontent-type;host\\n"
	    "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064"
	    "\"}\n"
	    "    - {name: d, mac: hmac-sha256, key: 'TC3{{secret}}', "
	    "text: '{{day}}', as: raw}\n"
	    "    - {name: s, mac: hmac-sha256, key_of: d, text: cvm, "
	    "as: raw}\n"
	    "    - {name: k, mac: hmac-sha256, key_of: s, "
	    "text: tc3_request, as: raw}\n"
	    "    - {name: all, mac: hmac-sha256, key_of: k, as: hex, text: "
	    "\"TC3-HMAC-SHA256\\n{{unix}}\\n{{day}}/cvm/tc3_request\\n"
	    "{{signed.request}}\"}\n"
	    "  signed: {headers: {X-Signature: '{{signed.all}}'}}\n" ANSWER);
	const char *secret = use.secret;
	int64_t now = use.now;

	use.secret = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE";
	use.now = 1551113065;
	assert_string_equal(header(request(g), "X-Signature"),
	    "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a9652"
	    "5168");
	use.secret = secret;
	use.now = now;
}

/* The example of Twilio's documents on securing requests. */
static void
test_twilio_signature(void **state)
{
	struct gateway *g = load("twilio");
	struct gateway_use u = { .route = &route, .secret = "12345" };
	const char *body = "Digits=1234&To=%2B18005551212&"
	    "From=%2B14158675309&Caller=%2B14158675309&"
	    "CallSid=CA1234567890ABCDE";
	struct gateway_call c = { .method = "POST",
	    .url = "https://mycompany.com/myapp.php?foo=1&bar=2",
	    .query = "foo=1&bar=2", .body = body, .len = strlen(body),
	    .type = "application/x-www-form-urlencoded",
	    .signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8=" };

	assert_string_equal(gateway_signature_header(g),
	    "X-Twilio-Signature");
	assert_true(gateway_verify(g, &u, &c));
	c.url = "https://mycompany.com/myapp.php?foo=1&bar=3";
	assert_false(gateway_verify(g, &u, &c));
	c.url = "https://mycompany.com/myapp.php?foo=1&bar=2";
	c.signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8";
	assert_false(gateway_verify(g, &u, &c));
	c.signature = NULL;
	assert_false(gateway_verify(g, &u, &c));
	c.signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
	u.secret = NULL;
	assert_false(gateway_verify(g, &u, &c));
}

static void
test_requests(void **state)
{
	struct gateway_request *r;

	route.url = "http://127.0.0.1:13013/cgi-bin/sendsms";
	message.text = "中 a&b";
	r = request(load("kannel"));
	assert_string_equal(r->url, "http://127.0.0.1:13013/cgi-bin/sendsms?"
	    "username=testId&password=testSecret&from=%2B15005550006&"
	    "to=%2B8615300000001&text=%E4%B8%AD%20a%26b&charset=UTF-8&"
	    "coding=2&dlr-mask=31&dlr-url=https%3A%2F%2Fus.example.com%2F"
	    "hook%2Fc%2Fr%2Freport%2Fs%3Ftoken%3Dabcdefgh234567ab%26state%3D"
	    "%25d%26id%3D%25F%26answer%3D%25A");
	message.text = "Hello";
	route.url = NULL;
	r = request(load("twilio"));
	assert_string_equal(r->url, "https://api.twilio.com/2010-04-01/"
	    "Accounts/testId/Messages.json");
	assert_string_equal(r->body, "To=%2B8615300000001&From=%2B1500555000"
	    "6&Body=Hello&StatusCallback=https%3A%2F%2Fus.example.com%2Fhook"
	    "%2Fc%2Fr%2Freport%2Fs%3Ftoken%3Dabcdefgh234567ab");
	assert_string_equal(header(r, "Authorization"),
	    "Basic dGVzdElkOnRlc3RTZWNyZXQ=");
	r = request(load("tencent"));
	assert_string_equal(r->body, "{\"PhoneNumberSet\":"
	    "[\"+8615300000001\"],\"SignName\":\"阿里云短信测试专用\","
	    "\"TemplateId\":\"SMS_71390007\",\"TemplateParamSet\":[\"test\"],"
	    "\"SessionContext\":\"abcdefgh234567ab\"}");
	r = request(load("aliyun"));
	assert_non_null(strstr(r->url, "&PhoneNumbers=15300000001&"));
	assert_non_null(strstr(r->url, "&Signature="));
	r = request(load("vonage"));
	assert_non_null(strstr(r->body, "client-ref=abcdefgh234567ab"));
	assert_non_null(strstr(r->body, "&sig="));
}

static void
test_answers(void **state)
{
	static const struct {
		const char *gateway;
		int status;
		const char *body;
		enum gateway_result result;
		const char *id;
	} rows[] = {
		{ "kannel", 202, "0: Accepted for delivery",
		    GATEWAY_ACCEPTED, NULL },
		{ "kannel", 202, "3: Queued for later delivery",
		    GATEWAY_ACCEPTED, NULL },
		{ "kannel", 403, "Authorization failed for sendsms",
		    GATEWAY_CREDENTIALS, NULL },
		{ "kannel", 503, "Temporal failure, try again later.",
		    GATEWAY_LATER, NULL },
		{ "kannel", 400, "Missing receiver number, rejected",
		    GATEWAY_NUMBER, NULL },
		{ "kannel", 500, "", GATEWAY_UNCERTAIN, NULL },
		{ "kannel", 404, "nothing", GATEWAY_REFUSED, NULL },
		{ "twilio", 201, "{\"sid\":\"SM1\",\"status\":\"queued\"}",
		    GATEWAY_ACCEPTED, "SM1" },
		{ "twilio", 400, "{\"code\":21610,\"message\":\"x\"}",
		    GATEWAY_OPTED_OUT, NULL },
		{ "twilio", 400, "{\"code\":21211,\"message\":\"x\"}",
		    GATEWAY_NUMBER, NULL },
		{ "twilio", 401, "{\"code\":20003,\"message\":\"x\"}",
		    GATEWAY_CREDENTIALS, NULL },
		{ "twilio", 429, "{\"code\":20429}", GATEWAY_LATER, NULL },
		{ "twilio", 400, "{\"code\":30863}", GATEWAY_NOT_PERMITTED,
		    NULL },
		{ "twilio", 201, "{\"sid\":\"\"}", GATEWAY_UNCERTAIN, NULL },
		{ "twilio", 201, "{\"sid\":", GATEWAY_UNCERTAIN, NULL },
		{ "twilio", 502, "<html>", GATEWAY_UNCERTAIN, NULL },
		{ "twilio", 503, "", GATEWAY_UNCERTAIN, NULL },
		{ "aliyun", 200, "{\"Code\":\"OK\",\"BizId\":\"9\"}",
		    GATEWAY_ACCEPTED, "9" },
		{ "aliyun", 200, "{\"Code\":\"isv.BUSINESS_LIMIT_CONTROL\"}",
		    GATEWAY_LATER, NULL },
		{ "aliyun", 200, "{\"Code\":\"isv.SMS_TEMPLATE_ILLEGAL\"}",
		    GATEWAY_NOT_PERMITTED, NULL },
		{ "aliyun", 400, "{\"Code\":\"SignatureDoesNotMatch\"}",
		    GATEWAY_CREDENTIALS, NULL },
		{ "aliyun", 200, "{}", GATEWAY_UNCERTAIN, NULL },
		{ "tencent", 200, "{\"Response\":{\"SendStatusSet\":[{"
		    "\"SerialNo\":\"5\",\"Code\":\"Ok\"}]}}",
		    GATEWAY_ACCEPTED, "5" },
		{ "tencent", 200, "{\"Response\":{\"SendStatusSet\":[{"
		    "\"Code\":\"LimitExceeded.PhoneNumberDailyLimit\"}]}}",
		    GATEWAY_LATER, NULL },
		{ "tencent", 200, "{\"Response\":{\"SendStatusSet\":[{"
		    "\"Code\":\"FailedOperation.PhoneNumberInBlacklist\"}]}}",
		    GATEWAY_OPTED_OUT, NULL },
		{ "tencent", 200, "{\"Response\":{\"Error\":{\"Code\":"
		    "\"AuthFailure.SignatureFailure\"}}}",
		    GATEWAY_CREDENTIALS, NULL },
		{ "vonage", 200, "{\"messages\":[{\"status\":\"0\","
		    "\"message-id\":\"A\"}]}", GATEWAY_ACCEPTED, "A" },
		{ "vonage", 200, "{\"messages\":[{\"status\":\"1\"}]}",
		    GATEWAY_LATER, NULL },
		{ "vonage", 200, "{\"messages\":[{\"status\":\"4\"}]}",
		    GATEWAY_CREDENTIALS, NULL },
		{ "vonage", 200, "{\"messages\":[]}", GATEWAY_UNCERTAIN,
		    NULL },
	};
	struct gateway_answer a;
	size_t i;

	for (i = 0; i < UNIT_COUNT(rows); i++) {
		gateway_answer(pool, load(rows[i].gateway), rows[i].status,
		    rows[i].body, strlen(rows[i].body), &a);
		if (a.result != rows[i].result)
			fail_msg("%s %d %s: %s", rows[i].gateway,
			    rows[i].status, rows[i].body,
			    gateway_result_name(a.result));
		if (rows[i].id != NULL)
			assert_string_equal(a.id, rows[i].id);
		else
			assert_null(a.id);
		assert_int_not_equal(a.words[0], '\0');
	}
}

/* Events as "number|token|id|state|text" lines; "!" and why. */
static char *
read_call(const char *gateway, enum gateway_hook hook, const char *query,
    const char *type, const char *body, size_t len)
{
	struct gateway_call c = { .method = "POST", .query = query,
	    .type = type, .body = body, .len = len, .url = "" };
	struct gateway_event *e;
	char *s = talloc_strdup(pool, "");
	struct err err;
	size_t i, n;

	if (gateway_read(pool, load(gateway), hook, &c, &e, &n, &err) < 0)
		return talloc_asprintf(pool, "!%s", err.text);
	for (i = 0; i < n; i++)
		s = talloc_asprintf_append(s, "%s|%s|%s|%s|%s\n",
		    e[i].number != NULL ? e[i].number : "",
		    e[i].token != NULL ? e[i].token : "",
		    e[i].id != NULL ? e[i].id : "",
		    e[i].text == NULL ? delivery_name(e[i].state) : "",
		    e[i].text != NULL ? e[i].text : "");
	return s;
}

#define READ(g, hook, query, type, body) \
	read_call(g, hook, query, type, body, sizeof(body) - 1)

static void
test_reports(void **state)
{
	assert_string_equal(READ("kannel", GATEWAY_REPORT,
	    "token=t&state=1&id=5&answer=", NULL, ""), "|t|5|delivered|\n");
	assert_string_equal(READ("kannel", GATEWAY_REPORT,
	    "token=t&state=64", NULL, ""), "");
	assert_string_equal(READ("twilio", GATEWAY_REPORT, "token=t",
	    "application/x-www-form-urlencoded",
	    "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=21610&"
	    "To=%2B44"), "+44|t|SM1|opted-out|\n");
	assert_string_equal(READ("aliyun", GATEWAY_REPORT, "",
	    "application/json",
	    "[{\"phone_number\":\"13900000001\",\"success\":true,"
	    "\"err_code\":\"DELIVERED\",\"biz_id\":\"12345\","
	    "\"out_id\":\"t\"},{\"phone_number\":\"13900000002\","
	    "\"success\":false,\"err_code\":\"MOBILE_IN_BLACK\","
	    "\"biz_id\":\"12346\",\"out_id\":\"u\"}]"),
	    "13900000001|t|12345|delivered|\n"
	    "13900000002|u|12346|opted-out|\n");
	assert_string_equal(READ("tencent", GATEWAY_REPORT, "", NULL,
	    "[{\"mobile\":\"13900000001\",\"report_status\":\"SUCCESS\","
	    "\"errmsg\":\"DELIVRD\",\"sid\":\"5:1\"}]"),
	    "13900000001||5:1|delivered|\n");
	assert_string_equal(READ("vonage", GATEWAY_REPORT, "", NULL,
	    "msisdn=447700900000&messageId=A&status=buffered&"
	    "err-code=0&client-ref=t"), "447700900000|t|A|buffered|\n");
}

static void
test_messages(void **state)
{
	assert_string_equal(READ("kannel", GATEWAY_MESSAGE,
	    "from=%2B861&to=1069&text=%4e%2d%65%87&charset=UTF-16BE", NULL,
	    ""), "+861||||中文\n");
	assert_string_equal(READ("kannel", GATEWAY_MESSAGE,
	    "from=%2B861&text=PAID+12.3.&charset=GSM", NULL, ""),
	    "+861||||PAID 12.3.\n");
	assert_string_equal(READ("twilio", GATEWAY_MESSAGE, "", NULL,
	    "From=%2B4477&To=%2B4478&Body=STOP&MessageSid=SM2"),
	    "+4477||SM2||STOP\n");
	assert_string_equal(READ("tencent", GATEWAY_MESSAGE, "", NULL,
	    "{\"mobile\":\"1390\",\"nationcode\":\"86\",\"text\":\"退订\"}"),
	    "1390||||退订\n");
	/* a list has what we sent as well, and pictures without a text */
	assert_string_equal(READ("twilio", GATEWAY_POLL, "",
	    "application/json", "{\"messages\":[{\"sid\":\"SM1\","
	    "\"direction\":\"outbound-api\",\"from\":\"+4478\","
	    "\"body\":\"a\"},{\"sid\":\"SM2\",\"direction\":\"inbound\","
	    "\"from\":\"+4477\",\"body\":\"STOP\"},{\"sid\":\"SM3\","
	    "\"direction\":\"inbound\",\"from\":\"+4477\",\"body\":\"\"}]}"),
	    "+4477||SM2||STOP\n+4477||SM3||\xef\xbf\xbd\n");
	/* an empty text is one */
	assert_string_equal(READ("twilio", GATEWAY_MESSAGE, "", NULL,
	    "From=%2B4477&Body="), "+4477||||\n");
}

static void
test_hostile(void **state)
{
	static char big[GATEWAY_HOOK_MAX + 2];
	static const char *const broken[] = { "[", "{}", "\"a\"", "[1,2",
		"[{\"success\":true}]", "{\"a\":1,\"a\":2}", "%zz", "%",
		"a=%f", "\xff\xfe", "[[[[[[", "null" };
	size_t i;

	for (i = 0; i < UNIT_COUNT(broken); i++) {
		char *s = read_call("aliyun", GATEWAY_REPORT, "", NULL,
		    broken[i], strlen(broken[i]));

		if (s[0] != '!')
			fail_msg("%s: %s", broken[i], s);
	}
	memset(big, 'a', sizeof(big));
	assert_int_equal(read_call("twilio", GATEWAY_MESSAGE, "", NULL, big,
	    sizeof(big))[0], '!');
	memset(big, '&', sizeof(big));
	for (i = 0; i + 2 < sizeof(big); i += 3)
		memcpy(big + i, "a=&", 3);
	assert_int_equal(read_call("twilio", GATEWAY_MESSAGE, "", NULL, big,
	    GATEWAY_HOOK_MAX)[0], '!');
	assert_int_equal(read_call("kannel", GATEWAY_MESSAGE,
	    "from=1&text=%00%00&charset=UTF-16BE", NULL, "", 0)[0], '1');
}

static void
test_mistakes(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "", "send" },
		{ "- a\n", "not a map" },
		{ "send: {method: PUT, url: 'http://a'}\n" ANSWER, "GET or" },
		{ "send: {method: GET, url: '{{tokem}}'}\n" ANSWER,
		    "tokem" },
		{ "send: {method: GET, url: 'http://a'}\n", "answer" },
		{ "send: {method: GET, url: 'http://a'}\nanswer: {outcomes: "
		    "[{is: fine, status: '200'}]}\n", "accepted, later" },
		{ "send: {method: GET, url: 'http://a'}\nanswer: {id: sid, "
		    "outcomes: [{is: accepted, status: '200'}]}\n",
		    "json:PATH" },
		{ "send: {method: GET, url: 'http://a', sign: [{name: a, "
		    "mac: sha3, text: b}]}\n" ANSWER, "a step" },
		{ "send: {method: GET, url: 'http://a', sign: [{name: a, "
		    "mac: hmac-md5, text: b}]}\n" ANSWER, "a step" },
		{ "send: {method: GET, url: 'http://a'}\n" ANSWER
		    "report: {id: json:a}\n", "a report has" },
		{ "send: {method: GET, url: 'http://a'}\n" ANSWER
		    "message: {number: form:a}\n", "a message has" },
		{ "send: {method: GET, url: 'http://a'}\n" ANSWER
		    "report: {id: json:a, state: json:b, states: {x: y}}\n",
		    "a state is" },
	};
	struct gateway *g;
	struct err err;
	size_t i;

	for (i = 0; i < UNIT_COUNT(rows); i++) {
		assert_int_equal(gateway_parse(pool, "g.yaml", rows[i].text,
		    strlen(rows[i].text), &g, NULL, &err), -1);
		if (strstr(err.text, rows[i].says) == NULL ||
		    strncmp(err.text, "g.yaml", 6) != 0)
			fail_msg("%zu: %s", i, err.text);
	}
	assert_int_equal(gateway_load(pool, NULL, "none", &g, NULL, &err),
	    -1);
}

/* What the inbox keeps of a call is the call: also NULs in its body. */
static void
test_stored(void **state)
{
	static const char raw[] = "POST /hook/c/r/report?a=b\n"
	    "Content-Type: text/x\n\nx=\0y\n\nz";
	struct gateway_call c;
	struct err err;
	char *head;

	assert_int_equal(gateway_call_read(pool, raw, sizeof(raw) - 1, &c,
	    &err), 0);
	assert_string_equal(c.method, "POST");
	assert_string_equal(c.url, "/hook/c/r/report?a=b");
	assert_string_equal(c.query, "a=b");
	assert_string_equal(c.type, "text/x");
	assert_int_equal(c.len, 7);
	assert_memory_equal(c.body, "x=\0y\n\nz", 8);
	head = gateway_call_head(pool, "GET", "/hook", "", NULL);
	assert_string_equal(head, "GET /hook\n\n");
	assert_int_equal(gateway_call_read(pool, head, strlen(head), &c,
	    &err), 0);
	assert_null(c.type);
	assert_string_equal(c.query, "");
	assert_int_equal(c.len, 0);
	assert_int_equal(gateway_call_read(pool, "GET\n\n", 5, &c, &err),
	    -1);
	assert_int_equal(gateway_call_read(pool, "GET /x\n", 7, &c, &err),
	    -1);
	assert_int_equal(gateway_call_read(pool, "", 0, &c, &err), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_aliyun),
		cmocka_unit_test(test_tencent),
		cmocka_unit_test(test_twilio_signature),
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_stored),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_reports),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_mistakes),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
