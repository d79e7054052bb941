"""Alibaba, Tencent, Vonage and Twilio as their documents say: a stub of each
checks how a request is signed with code of its own, which is checked itself
by the examples that the vendors have published, answers with documented
errors, calls back and can be asked what became of a message."""
import base64
import hashlib
import hmac
import json
import os
import shutil
import sys
import tempfile
import urllib.parse

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/system"))
from portlib import free_port
from sendlib import NOW, check, finish
from smslib import PHONES, Gateway, Phones, twilio_signature
from weblib import Web

top = tempfile.mkdtemp()
SECRET = "abcdefgh23456789"
KEY = "s3cret"
PUBLIC = "https://ar.example.com"
APPROVED = """
          - {name: m1-first, language: en, id: T100, text: "Statement {{total}}.", params: {total: "{{total}}"}}
"""


# --- signatures, independent of ours ---

def rfc3986(s):
    return urllib.parse.quote(s, safe="-_.~")


def aliyun_signature(secret, method, q):
    text = "&".join(rfc3986(k) + "=" + rfc3986(q[k]) for k in sorted(q)
                    if k != "Signature")
    return base64.b64encode(hmac.new(
        (secret + "&").encode(), ("%s&%%2F&%s" % (method, rfc3986(text)))
        .encode(), hashlib.sha1).digest()).decode()


def tc3_request(payload, host, action):
    heads = {"content-type": "application/json; charset=utf-8", "host": host}
    if action:
        heads["x-tc-action"] = action.lower()
    names = ";".join(sorted(heads))
    return names, hashlib.sha256(("POST\n/\n\n" + "".join(
        "%s:%s\n" % h for h in sorted(heads.items())) + "\n" + names + "\n" +
        hashlib.sha256(payload).hexdigest()).encode()).hexdigest()


def tc3_signature(secret, service, day, stamp, request):
    key = ("TC3" + secret).encode()
    for part in (day, service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, ("TC3-HMAC-SHA256\n%s\n%s/%s/tc3_request\n%s" % (
        stamp, day, service, request)).encode(), hashlib.sha256).hexdigest()


def vonage_signature(secret, form):
    text = "".join("&%s=%s" % (k, form[k].replace("&", "_").replace("=", "_"))
                   for k in sorted(form) if k != "sig")
    return hashlib.md5((text + secret).encode()).hexdigest()


def test_examples():
    check("Alibaba's example", aliyun_signature("testSecret", "GET", {
        "AccessKeyId": "testId", "Action": "SendSms", "Format": "XML",
        "OutId": "123", "PhoneNumbers": "15300000001",
        "RegionId": "cn-hangzhou", "SignName": "阿里云短信测试专用",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": "45e25e9b-0a6f-4070-8c85-2956eda1b466",
        "SignatureVersion": "1.0", "TemplateCode": "SMS_71390007",
        "TemplateParam": '{"customer":"test"}',
        "Timestamp": "2017-07-12T02:42:19Z", "Version": "2017-05-25"}) ==
        "zJDF+Lrzhj/ThnlvIToysFRq6t4=")
    payload = b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d' \
        b'\\u540d"], "Name": "instance-name"}]}'
    check("Tencent's example", tc3_request(
        payload, "cvm.tencentcloudapi.com", "DescribeInstances")[1] ==
        "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84")
    check("Tencent's older one", tc3_signature(
        "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE", "cvm", "2019-02-25",
        "1551113065", tc3_request(payload, "cvm.tencentcloudapi.com",
                                  None)[1]) ==
        "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168")
    check("Twilio's example", twilio_signature(
        "12345", "https://mycompany.com/myapp.php?foo=1&bar=2",
        {"CallSid": "CA1234567890ABCDE", "Caller": "+14158675309",
         "Digits": "1234", "From": "+14158675309", "To": "+18005551212"}) ==
        "RSOYDt4T1cUTdK1PDd93/VVr8B8=")


# --- the stubs: each gives (status, body), or what was asked of it ---

class Vendor:
    """fail: what a correctly signed request gets instead of being taken."""

    def __init__(self):
        self.taken, self.fail, self.asked, self.lists = [], None, 0, []
        self.states, self.replies = "SUCCESS", []

    def __call__(self, r):
        wrong = self.wrong(r)
        if wrong:
            return wrong
        if self.is_question(r):
            self.asked += 1
            return 200, json.dumps(self.told(r), separators=(",", ":"))
        self.taken.append(self.message(r))
        if callable(self.fail):
            return self.fail(r)
        return self.fail or (self.ok, json.dumps(self.answer()))

    ok = 200


class Aliyun(Vendor):
    def wrong(self, r):
        q = r["query"]
        if q.get("SignatureVersion") != "1.0" or \
                q.get("Timestamp") != NOW[:14] + q["Timestamp"][14:] or \
                q.get("Signature") != aliyun_signature(KEY, r["method"], q):
            return 400, json.dumps({
                "Code": "SignatureDoesNotMatch", "RequestId": "1",
                "Message": "Specified signature is not matched with our "
                           "calculation."})
        return None

    def is_question(self, r):
        return r["query"]["Action"] == "QuerySendDetails"

    def message(self, r):
        q = r["query"]
        check("fields of SendSms", q["Action"] == "SendSms" and
              q["SignName"] == "Example" and q["TemplateCode"] == "T100" and
              json.loads(q["TemplateParam"]) == {"total": "GBP 100.50"} and
              len(q["OutId"]) == 16 and q["PhoneNumbers"] == "7400123000", q)
        return q["OutId"]

    def answer(self):
        return {"Message": "OK", "RequestId": "2", "Code": "OK",
                "BizId": "900619746936498440^0"}

    def told(self, r):
        q = r["query"]
        check("fields of QuerySendDetails", q["PhoneNumber"] ==
              "7400123000" and q["SendDate"] == "20261120", q)
        one = {"ErrCode": "DELIVERED", "TemplateCode": "T100",
               "OutId": "zzzzzzzzzzzzzzzz", "ReceiveDate":
               "2026-11-20 17:05:04", "SendDate": "2026-11-20 17:05:01",
               "PhoneNum": "7400123000", "Content": "x", "SendStatus": 2}
        return {"TotalCount": 2, "Message": "OK", "Code": "OK",
                "RequestId": "3", "SmsSendDetailDTOs": {"SmsSendDetailDTO":
                [one] + [dict(one, OutId=t, SendStatus=3)
                         for t in self.lists]}}

    errors = [("isv.BUSINESS_LIMIT_CONTROL", "deferred", "working"),
              ("isv.MOBILE_NUMBER_ILLEGAL", "failed", "dead"),
              ("isv.SMS_TEMPLATE_ILLEGAL", "failed", "working"),
              ("isv.AMOUNT_NOT_ENOUGH", "deferred", "working"),
              ("isp.SYSTEM_ERROR", "uncertain", "working")]

    def error(self, code):
        return 200, json.dumps({"Code": code, "Message": code,
                                "RequestId": "4"})

    def push(self, token, good=True):
        return json.dumps([{
            "phone_number": "7400123000", "send_time": "2026-11-20 17:05:01",
            "report_time": "2026-11-20 17:05:04", "success": good,
            "err_code": "DELIVERED" if good else "MOBILE_NOT_ON_SERVICE",
            "err_msg": "", "sms_size": "1", "biz_id": "900^0",
            "out_id": token}]), "application/json", None

    reply = '{"code":0,"msg":"OK"}'


class Tencent(Vendor):
    def wrong(self, r):
        h = {k.lower(): v for k, v in r["headers"].items()}
        names, request = tc3_request(r["body"], h["host"],
                                     h.get("x-tc-action"))
        stamp = h.get("x-tc-timestamp", "")
        want = "TC3-HMAC-SHA256 Credential=me/2026-11-20/sms/tc3_request, " \
            "SignedHeaders=%s, Signature=%s" % (names, tc3_signature(
                KEY, "sms", "2026-11-20", stamp, request))
        if h.get("x-tc-version") != "2021-01-11" or \
                h.get("authorization") != want:
            return 200, json.dumps({"Response": {"Error": {
                "Code": "AuthFailure.SignatureFailure",
                "Message": "The provided credentials could not be "
                           "validated."}, "RequestId": "1"}})
        return None

    def is_question(self, r):
        h = {k.lower(): v for k, v in r["headers"].items()}
        self.action = h["x-tc-action"]
        return self.action.startswith("Pull")

    def message(self, r):
        j = json.loads(r["body"])
        check("fields of SendSms", j["PhoneNumberSet"] == ["+447400123000"]
              and j["SmsSdkAppId"] == "1400" and j["SignName"] == "Example"
              and j["TemplateId"] == "T100" and
              j["TemplateParamSet"] == ["GBP 100.50"] and
              len(j["SessionContext"]) == 16, j)
        return j["SessionContext"]

    def answer(self):
        return {"Response": {"SendStatusSet": [{
            "SerialNo": "5000:1", "PhoneNumber": "+447400123000", "Fee": 1,
            "SessionContext": self.taken[-1], "Code": "Ok",
            "Message": "send success", "IsoCode": "GB"}],
            "RequestId": "2"}}

    def told(self, r):
        j = json.loads(r["body"])
        if self.action == "PullSmsReplyStatus":	# told once only
            check("fields of the pull", j == {"Limit": 100, "SmsSdkAppId":
                                              "1400"}, j)
            replies, self.replies = self.replies, []
            return {"Response": {"PullSmsReplyStatusSet": replies,
                                 "RequestId": "p%d" % self.asked}}
        check("fields of the query", j["PhoneNumber"] == "+447400123000" and
              j["BeginTime"] == 1795165500 and j["Offset"] == 0 and
              j["SmsSdkAppId"] == "1400", j)
        one = {"UserReceiveTime": 1795165510, "CountryCode": "44",
               "SubscriberNumber": "7400123000", "PhoneNumber":
               "+447400123000", "SerialNo": "5000:0", "ReportStatus": "FAIL",
               "Description": "UNDELIV", "SessionContext": "zzzzzzzzzzzzzzzz"}
        return {"Response": {"PullSmsSendStatusSet": [one] + [
            dict(one, SerialNo="5000:1", SessionContext=t, ReportStatus=
                 self.states, Description=self.states)
            for t in self.lists], "RequestId": "3"}}

    errors = [("LimitExceeded.PhoneNumberDailyLimit", "deferred", "working"),
              ("FailedOperation.PhoneNumberInBlacklist", "failed",
               "opted-out"),
              ("InvalidParameterValue.IncorrectPhoneNumber", "failed",
               "dead"),
              ("FailedOperation.ContainSensitiveWord", "failed", "working"),
              ("InternalError.Timeout", "uncertain", "working")]

    def error(self, code):
        return 200, json.dumps({"Response": {"SendStatusSet": [{
            "SerialNo": "", "PhoneNumber": "+447400123000", "Fee": 0,
            "SessionContext": "", "Code": code, "Message": code,
            "IsoCode": "GB"}], "RequestId": "4"}})

    def push(self, token, good=True):
        return json.dumps([{
            "user_receive_time": "2026-11-20 17:05:04", "nationcode": "44",
            "mobile": "7400123000", "report_status": "SUCCESS" if good else
            "FAIL", "errmsg": "DELIVRD" if good else "UNDELIV",
            "sid": "5000:1"}]), "application/json", None

    reply = '{"result":0,"errmsg":"OK"}'


class Vonage(Vendor):
    def wrong(self, r):
        f = r["form"]
        if f.get("sig") != vonage_signature(KEY, f):
            return self.error("14")
        return None

    def is_question(self, r):
        return False

    def message(self, r):
        f = r["form"]
        check("fields of sms/json", f["api_key"] == "me" and f["to"] ==
              "447400123000" and f["from"] == "15005550006" and
              "INV-C0000" in f["text"] and f["type"] == "text" and
              f["callback"].startswith(PUBLIC + "/hook/"), f)
        return f["client-ref"]

    def answer(self):
        return {"message-count": "1", "messages": [{
            "to": "447400123000", "message-id": "0A0000000123ABCD1",
            "status": "0", "remaining-balance": "3.14",
            "message-price": "0.0333", "network": "23410"}]}

    errors = [("1", "deferred", "working"), ("7", "failed", "dead"),
              ("9", "deferred", "working"), ("5", "uncertain", "working"),
              ("6", "failed", "working")]

    def error(self, code):
        return 200, json.dumps({"message-count": "1", "messages": [{
            "status": code, "error-text": "error " + code}]})

    def push(self, token, good=True):
        f = {"msisdn": "447400123000", "to": "15005550006", "network-code":
             "23410", "messageId": "0A0000000123ABCD1", "price": "0.0333",
             "status": "delivered" if good else "failed", "scts":
             "2611200905", "err-code": "0" if good else "1", "client-ref":
             token, "message-timestamp": "2026-11-20 09:05:04",
             "api-key": "me", "timestamp": "1795165504", "nonce": "n"}
        f["sig"] = vonage_signature(KEY, f)
        return urllib.parse.urlencode(f), \
            "application/x-www-form-urlencoded", None

    reply = ""


class Twilio(Vendor):
    ok = 201

    def wrong(self, r):
        h = {k.lower(): v for k, v in r["headers"].items()}
        if h.get("authorization") != "Basic " + base64.b64encode(
                ("me:" + KEY).encode()).decode():
            return 401, json.dumps({"code": 20003, "status": 401, "message":
                                    "Authenticate", "more_info": ""})
        return None

    def is_question(self, r):
        return r["method"] == "GET"

    def message(self, r):
        f = r["form"]
        check("fields of Messages", f["To"] == "+447400123000" and
              f["From"] == "+15005550006" and r["path"].endswith(
                  "/2010-04-01/Accounts/me/Messages.json"), (f, r["path"]))
        self.text = f["Body"]
        return f["StatusCallback"].split("token=")[1]

    def answer(self):
        return {"sid": "SM0001", "status": "queued", "error_code": None}

    def told(self, r):
        one = {"sid": "SM0001", "to": "+447400123000", "from":
               "+15005550006", "body": self.text, "status": "delivered",
               "error_code": None, "direction": "outbound-api"}
        if r["path"].endswith("/SM0001.json"):
            return one
        check("the last ones to the number", r["query"].get("To") ==
              "+447400123000", r["query"])
        other = dict(one, sid="SM0000", body="Your code is 1.",
                     status="failed")
        return {"messages": [other] + ([one] if self.lists else []),
                "next_page_uri": None}

    errors = [(20429, "deferred", "working"), (21211, "failed", "dead"),
              (21610, "failed", "opted-out"), (21408, "failed", "working"),
              (20500, "uncertain", "working")]

    def error(self, code):
        return {20429: 429, 20500: 500}.get(code, 400), json.dumps(
            {"code": code, "message": "error %d" % code, "status": 400})

    def push(self, token, good=True):
        f = {"MessageSid": "SM0001", "To": "+447400123000", "From":
             "+15005550006", "MessageStatus": "delivered" if good else
             "undelivered", "ErrorCode": "" if good else "30005"}
        url = PUBLIC + "/hook/main/main/report/%s?token=%s" % (SECRET, token)
        return urllib.parse.urlencode(f), \
            "application/x-www-form-urlencoded", {
                "X-Twilio-Signature": twilio_signature(KEY, url, {
                    k: v for k, v in f.items()})}

    reply = ""


def work(name, g, port, secret=KEY, timeout=1, whole=False, more=""):
    """whole: the address of the account instead of the vendor's."""
    s = "      main:\n        gateway: %s\n        user: me\n" \
        "        secret_file: secret\n        hook_file: hook\n" \
        "        timeout: %d\n%s" % (name, timeout, more)
    if name == "twilio" and whole:
        s += "        url: \"http://127.0.0.1:%d/2010-04-01/Accounts/me/" \
            "Messages.json\"\n" % g.port
    elif name == "twilio":
        s += "        values: {base: \"http://127.0.0.1:%d\"}\n" % g.port
    else:
        s += "        url: \"http://127.0.0.1:%d/\"\n" % g.port
    if name == "tencent":
        s += "        values: {app: \"1400\"}\n"
    if name in ("aliyun", "tencent"):
        s += "        sign: Example\n        templates:%s" % APPROVED
    else:
        s += "        from: \"+15005550006\"\n"
    w = Phones(top, s, PHONES[:1], more="web:\n  listen: 127.0.0.1:%d\n"
               "  public_url: %s\n" % (port, PUBLIC))
    with open(os.path.join(w.dir, "secret"), "w") as f:
        f.write(secret + "\n")
    return w


def read(w, now=NOW):
    return w.run("run", "reader", "--once", now=now)


def vendor(name, make):
    port = free_port()
    path = "/hook/main/main/report/" + SECRET
    v = make()
    with Gateway(v) as g:
        w = work(name, g, port)
        r = w.send()
        check(name + ": taken", w.states() == ["accepted"],
              str(w.states()) + r.stderr)
        token = v.taken[-1]
        check(name + ": our reference is our token", w.sql(
            "SELECT token FROM attempt") == [(token,)])
        with Web(w.dir, port, now=NOW) as web:
            def push(body, kind, heads, p=path):
                heads = dict(heads or {}, **{"Content-Type": kind})
                if name == "twilio":
                    p += "?token=" + token
                return web.ask("POST", p, body, heads)
            good, bad = v.push(token), v.push(token, good=False)
            check(name + ": another secret", push(
                *good, p=path[:-1] + "x")[0] == 403)
            if name in ("vonage", "twilio"):
                forged = (good[0].replace("delivered", "failed"),) + good[1:]
                check(name + ": forged", push(*forged)[0] == 403)
            check(name + ": nothing of it is kept", w.sql(
                "SELECT count(*) FROM inbox") == [(0,)])
            a = push(*good)
            check(name + ": valid, answered as it likes", a[0] == 200 and
                  a[1].decode() == make.reply, a)
            check(name + ": repeated", push(*good)[0] == 200)
            check(name + ": late", push(*bad)[0] == 200)
        read(w)
        check(name + ": delivered, for good", w.deliveries() ==
              ["delivered"], str(w.deliveries()) + str(w.sql(
                  "SELECT detail FROM inbox")))
        check(name + ": kept once each", w.sql(
            "SELECT count(*) FROM inbox") == [(2,)])
        w = work(name, g, port, secret="another")
        n = len(v.taken)
        w.send()
        check(name + ": a wrong key is refused", len(v.taken) == n and
              w.states() == ["deferred"] and w.sql(
                  "SELECT count(*) FROM task WHERE reason ="
                  " 'sms-route-refused'") == [(1,)], w.states())
        for code, state, address in make.errors:
            v.fail = v.error(code)
            w = work(name, g, port)
            r = w.send()
            got = w.states() + [x[0] for x in w.sql(
                "SELECT state FROM address")]
            check("%s: %s" % (name, code), got == [state, address],
                  str(got) + r.stderr)


def asked(name, make, whole=False):
    """What nobody knows is asked; and what no receipt came for."""
    port = free_port()
    v = make()
    with Gateway(v) as g:
        v.fail = lambda r: None
        w = work(name, g, port, whole=whole)
        w.send()
        check(name + ": uncertain", w.states() == ["uncertain"], w.states())
        w.send(now="2026-11-20T09:05:30Z")
        check(name + ": not asked at once", v.asked == 0, v.asked)
        w.send(now="2026-11-20T09:06:10Z")
        check(name + ": asked", v.asked == 1, v.asked)
        read(w, "2026-11-20T09:06:20Z")
        check(name + ": nothing is known there: uncertain it stays",
              w.states() == ["uncertain"] and len(v.taken) == 1, w.states())
        w.send(now="2026-11-20T09:06:40Z")
        check(name + ": not again at once", v.asked == 1, v.asked)
        v.lists = list(v.taken)
        r = w.send(now="2026-11-20T09:10:10Z")
        check(name + ": asked again", v.asked == 2, str(v.asked) + r.stderr)
        read(w, "2026-11-20T09:10:20Z")
        check(name + ": settled", w.states() == ["accepted"] and
              w.deliveries() == ["delivered"], (w.states(), w.deliveries(),
                                                w.sql("SELECT intake, detail"
                                                      " FROM inbox")))
        check(name + ": never sent twice", len(v.taken) == 1)
        check(name + ": its task is closed", w.sql(
            "SELECT count(*) FROM task WHERE reason = 'uncertain-delivery'"
            " AND state <> 'closed'") == [(0,)])
        w.send(now="2026-11-20T11:10:10Z")
        check(name + ": nobody asks about what is known", v.asked == 2)
        # taken, but no receipt comes
        v.fail, v.lists, v.asked = None, [], 0
        w = work(name, g, port, whole=whole)
        w.send()
        v.lists = v.taken[-1:]
        w.send(now="2026-11-20T09:24:00Z")
        check(name + ": receipts have time", v.asked == 0)
        w.send(now="2026-11-20T09:26:00Z")
        read(w, "2026-11-20T09:26:10Z")
        check(name + ": the missing receipt", v.asked == 1 and
              w.deliveries() == ["delivered"], (v.asked, w.deliveries()))


def early(name, make):
    """A receipt that is read before the gateway's own answer, with the
    reference in it, has come back to the sender."""
    port = free_port()
    path = "/hook/main/main/report/" + SECRET
    v = make()
    with Gateway(v) as g:
        w = work(name, g, port, timeout=60)
        with Web(w.dir, port, now=NOW) as web:
            def faster(r):
                body, kind, _ = v.push(v.taken[-1])
                check(name + ": the early receipt is taken", web.ask(
                    "POST", path, body, {"Content-Type": kind})[0] == 200)
                read(w)
                check(name + ": and read", w.sql(
                    "SELECT state FROM inbox") == [("read",)] and
                    w.states() == ["sending"], w.states())
                return 200, json.dumps(v.answer())

            v.fail = faster
            w.send()
            read(w)
        check(name + ": it counts", w.deliveries() == ["delivered"],
              (w.deliveries(), w.sql("SELECT state, detail FROM inbox")))
        # One whose answer never came: known by asking.
        w = work(name, g, port, timeout=60)
        v.fail = lambda r: None
        w.send()
        with Web(w.dir, port, now=NOW) as web:
            body, kind, _ = v.push(v.taken[-1], good=False)
            web.ask("POST", path, body, {"Content-Type": kind})
            stranger = body.replace("5000:1", "5000:9")
            web.ask("POST", path, stranger, {"Content-Type": kind})
            read(w)
        v.states = "UNKNOWN"
        v.lists = v.taken[-1:]
        w.send(now="2026-11-20T09:06:10Z")
        read(w, "2026-11-20T09:06:20Z")
        read(w, "2026-11-20T09:06:30Z")
        check(name + ": the one that was known first counts", w.states() ==
              ["failed"] and w.deliveries() == ["failed-final"],
              (w.states(), w.deliveries(), w.sql("SELECT detail FROM inbox")))
        check(name + ": all is read", w.sql(
            "SELECT DISTINCT state FROM inbox") == [("read",)])


def pulled():
    """Tencent keeps what people wrote for who pulls it."""
    v = Tencent()
    with Gateway(v) as g:
        w = work("tencent", g, free_port(), more="        poll: yes\n")
        w.send()
        check("pull: nothing there, nothing kept", v.asked == 1 and w.sql(
            "SELECT count(*) FROM inbox") == [(0,)] and
            w.states() == ["accepted"], (v.asked, w.states()))

        def says(text, at):
            v.replies.append({
                "ExtendCode": "", "CountryCode": "44", "PhoneNumber":
                "+447400123000", "SignName": "Example", "ReplyContent": text,
                "ReplyTime": at, "SubscriberNumber": "7400123000"})
            w.send(now="2026-11-20T09:%d:00Z" % (10 + v.asked))
            read(w, "2026-11-20T09:%d:30Z" % (10 + v.asked))
            return w.sql("SELECT state FROM address")

        check("pull: STOP", says("STOP", 1795165600) == [("opted-out",)])
        check("pull: START", says("START", 1795165700) == [("working",)])
        check("pull: STOP once more", says("STOP", 1795165800) ==
              [("opted-out",)])
        check("pull: START once more", says("START", 1795165900) ==
              [("working",)])
        says("We will pay GBP 100.50 on 27 November 2026", 1795166000)
        check("pull: a promise", w.sql("SELECT state FROM promise") ==
              [("open",)], w.sql("SELECT state, detail FROM inbox"))
        w.send(now="2026-11-20T09:40:00Z")
        check("pull: no row for nothing", w.sql(
            "SELECT count(*) FROM inbox WHERE intake LIKE '%/poll'") ==
            [(5,)] and v.asked >= 7, v.asked)


try:
    test_examples()
    pulled()
    early("tencent", Tencent)
    for name, make in (("aliyun", Aliyun), ("tencent", Tencent),
                       ("vonage", Vonage), ("twilio", Twilio)):
        vendor(name, make)
        if name != "vonage":
            asked(name, make)
    asked("twilio", Twilio, whole=True)
finally:
    shutil.rmtree(top, ignore_errors=True)
finish()
