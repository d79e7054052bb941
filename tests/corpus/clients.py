#!/usr/bin/python3
"""Mails as programs write them: clients.py DUNLIN.

Answers above and below the quotations of 80 mail programs, from which the
writer's own words must come out; reports of mail servers, with recipient,
status and dead address; mails of people and answering programs that only look
like them.  What is right was decided before it was run.  Prints what differs,
then one line "N passed, M failed"."""
import json
import os
import subprocess
import sys
import tempfile

Q_EN=["Dear customer,","our records show invoice 10442 for GBP 1,234.56 as overdue.","Please let us know when you will pay.","Kind regards,","Accounts Receivable"]
Q_ZH=["您好：","贵司发票10442尚有人民币1,234.56元未付。","请告知付款时间。","应收账款部"]
B_EN=[("We will pay on Friday.",None),("PO 4711",None),("Hi,\n\nThis was paid on 3 March, please check.\n\nThanks",None),("Please send a copy of the invoice.\n\nKind regards,\nAccounts Payable\nAccounts Payable\nAcme Ltd\nT: 01632 960000","Please send a copy of the invoice."),("ok",None)]
B_ZH=[("周五付款。",None),("合同4711",None),("您好，\n\n款已付，请查收。\n\n谢谢",None),("请发一份对账单。\n\n此致\n敬礼\n财务部\n某某贸易有限公司\n电话：010-00000000","请发一份对账单。"),("好的",None)]
def q(ls,p='> '): return '\n'.join(p+x for x in ls)
def styles(Q,en):
    t='\n'.join(Q); g=q(Q)
    S={}
    if en:
        S['gmail']='{b}\n\nOn Tue, 10 Mar 2026 at 09:00, AR <ar@example.com> wrote:\n\n'+g
        S['gmail us']='{b}\n\nOn Tue, Mar 10, 2026 at 9:00 AM AR <ar@example.com> wrote:\n\n'+g
        S['gmail wrapped']='{b}\n\nOn Tue, Mar 10, 2026 at 9:00 AM Accounts Receivable Example <\naccounts.receivable@example.com> wrote:\n\n'+g
        S['gmail nbsp']='{b}\n\nOn Tue, Mar 10, 2026 at 9:00\u202fAM AR <ar@example.com> wrote:\n\n'+g
        S['outlook']='{b}\n\nFrom: AR <ar@example.com>\nSent: 10 March 2026 09:00\nTo: AP <ap@acme.example>\nSubject: Invoice 10442\n\n'+t
        S['outlook rule']='{b}\n\n________________________________\nFrom: AR <ar@example.com>\nSent: Tuesday, March 10, 2026 9:00:00 AM\nTo: AP <ap@acme.example>\nSubject: Invoice 10442\n\n'+t
        S['outlook original']='{b}\n\n-----Original Message-----\nFrom: AR <ar@example.com> \nSent: 10 March 2026 09:00\nTo: ap@acme.example\nSubject: Invoice 10442\n\n'+t
        S['outlook bold']='{b}\n\n*From:* AR <ar@example.com>\n*Sent:* 10 March 2026 09:00\n*To:* AP <ap@acme.example>\n*Subject:* Invoice 10442\n\n'+t
        S['outlook importance']='{b}\n\nFrom: AR <ar@example.com>\nDate: Tuesday, 10 March 2026 at 09:00\nTo: AP <ap@acme.example>\nCc: boss@acme.example\nSubject: Invoice 10442\nImportance: High\n\n'+t
        S['outlook ios']='{b}\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: AR <ar@example.com>\nSent: Tuesday, March 10, 2026 9:00:00 AM\nTo: AP <ap@acme.example>\nSubject: Invoice 10442\n\n'+t
        S['outlook android']='{b}\n\nSent from Outlook for Android<https://aka.ms/AAb9ysg>\n________________________________\nFrom: AR <ar@example.com>\nSent: Tuesday, March 10, 2026 9:00:00 AM\nTo: AP <ap@acme.example>\nSubject: Invoice 10442\n\n'+t
        S['iphone']='{b}\n\nSent from my iPhone\n\n> On 10 Mar 2026, at 09:00, AR <ar@example.com> wrote:\n> \n'+g
        S['iphone unquoted']='{b}\n\nSent from my iPhone\n\nOn Mar 10, 2026, at 9:00 AM, AR <ar@example.com> wrote:\n\n'+t
        S['apple mail']='{b}\n\n\n> On 10 Mar 2026, at 09:00, AR <ar@example.com> wrote:\n'+g
        S['thunderbird']='{b}\n\nOn 10/03/2026 09:00, AR wrote:\n'+g
        S['thunderbird us']='{b}\n\nOn 3/10/26 9:00 AM, AR wrote:\n'+g
        S['thunderbird below']='On 10/03/2026 09:00, AR wrote:\n'+g+'\n\n{b}'
        S['yahoo']='{b}\n\n    On Tuesday, 10 March 2026 at 09:00:00 GMT, AR <ar@example.com> wrote:  \n \n '+t
        S['yahoo android']='{b}\n\nSent from Yahoo Mail on Android \n \n  On Tue, 10 Mar 2026 at 9:00, AR<ar@example.com> wrote:   '+t
        S['samsung']='{b}\n\nSent from my Galaxy\n\n\n-------- Original message --------\nFrom: AR <ar@example.com>\nDate: 10/03/2026 09:00 (GMT+00:00)\nTo: ap@acme.example\nSubject: Invoice 10442\n\n'+t
        S['blackberry']='{b}\n\nSent from my BlackBerry 10 smartphone.\n\nFrom: AR\nSent: Tuesday, March 10, 2026 09:00\nTo: ap@acme.example\nSubject: Invoice 10442\n\n'+t
        S['proton']='{b}\n\nSent with Proton Mail secure email.\n\nOn Tuesday, March 10th, 2026 at 09:00, AR <ar@example.com> wrote:\n\n'+g
        S['zoho']='{b}\n\n\n\n---- On Tue, 10 Mar 2026 09:00:00 +0000 AR <ar@example.com> wrote ----\n\n'+t
        S['notes']='{b}\n\n\n\nFrom:   AR <ar@example.com>\nTo:     ap@acme.example\nDate:   10/03/2026 09:00\nSubject:        Invoice 10442\n\n\n\n'+t
        S['groupwise']='{b}\n\n>>> AR <ar@example.com> 10/03/2026 09:00 >>>\n'+t
        S['mutt']='On Tue, Mar 10, 2026 at 09:00:00AM +0000, AR wrote:\n'+g+'\n\n{b}'
        S['pine']='{b}\n\nOn Tue, 10 Mar 2026, AR wrote:\n\n'+g
        S['k9']='{b}\n\nAm 10. März 2026 09:00:00 MEZ schrieb AR <ar@example.com>:\n'+g
        S['spark']='{b}\n\nSent with Spark\nOn 10 Mar 2026, 09:00 +0000, AR <ar@example.com>, wrote:\n'+g
        S['windows mail']='{b}\n\nSent from Mail for Windows\n\nFrom: AR\nSent: 10 March 2026 09:00\nTo: AP\nSubject: Invoice 10442\n\n'+t
        S['zimbra']='{b}\n\nFrom: "AR" <ar@example.com>\nTo: "ap" <ap@acme.example>\nSent: Tuesday, March 10, 2026 9:00:00 AM\nSubject: Invoice 10442\n\n'+t
        S['front']='{b}\n\nOn March 10, 2026 at 9:00 AM GMT AR <ar@example.com> wrote:\n\n'+t
        S['ticket']='{b}\n\n##- Please type your reply above this line -##\n\n'+t
        S['no quote']='{b}'
        S['signature dashes']='{b}\n\n-- \nAccounts Payable\nAcme Ltd\n01632 960000'
        S['disclaimer']='{b}\n\nThis email and any attachments are confidential and intended solely for the addressee.\nIf you have received it in error please delete it.'
        S['caution']='{b}\n\nFrom: AR <ar@example.com>\nSent: 10 March 2026 09:00\nTo: AP <ap@acme.example>\nSubject: Invoice 10442\n\nCAUTION: This email originated from outside the organisation.\n\n'+t
        S['icloud']='{b}\n\nSent from my iPad\n\n> On Mar 10, 2026, at 9:00 AM, AR <ar@example.com> wrote:\n> \n> \uFEFF\n'+g
        S['hotmail']='{b}\n\n> Date: Tue, 10 Mar 2026 09:00:00 +0000\n> From: ar@example.com\n> To: ap@acme.example\n> Subject: Invoice 10442\n> \n'+g
        S['aol']='{b}\n\n\n-----Original Message-----\nFrom: AR <ar@example.com>\nTo: ap <ap@acme.example>\nSent: Tue, Mar 10, 2026 9:00 am\nSubject: Invoice 10442\n\n'+t
    else:
        S['qq']='{b}\n\n\n------------------&nbsp;原始邮件&nbsp;------------------\n发件人: "AR" <ar@example.com>;\n发送时间: 2026年3月10日(星期二) 上午9:00\n收件人: "财务" <caiwu@acme.example>;\n主题: 发票10442\n\n'+t
        S['qq plain']='{b}\n\n\n------------------ 原始邮件 ------------------\n发件人: "AR" <ar@example.com>;\n发送时间: 2026年3月10日(星期二) 上午9:00\n收件人: "财务"<caiwu@acme.example>;\n主题: 发票10442\n\n\n'+t
        S['qq en']='{b}\n\n\n------------------ Original ------------------\nFrom:  "AR"<ar@example.com>;\nDate:  Tue, Mar 10, 2026 09:00 AM\nTo:  "财务"<caiwu@acme.example>;\nSubject:  发票10442\n\n\n'+t
        S['163']='{b}\n\n\n\n\n\nAt 2026-03-10 09:00:00, "AR" <ar@example.com> wrote:\n\n'+t
        S['163 quoted']='{b}\n\n\n在 2026-03-10 09:00:00，"AR" <ar@example.com> 写道：\n\n'+q(Q,'>')
        S['163 new']='{b}\n\n\n---- 回复的原邮件 ----\n| 发件人 | AR<ar@example.com> |\n| 日期 | 2026年03月10日 09:00 |\n| 收件人 | caiwu@acme.example<caiwu@acme.example> |\n| 抄送至 | |\n| 主题 | 发票10442 |\n'+t
        S['126']='{b}\n\n\n--\n\n发自我的网易邮箱手机智能版\n\n\n在 2026-03-10 09:00:00，AR <ar@example.com> 写道：\n\n'+t
        S['foxmail']='{b}\n\n\n\ncaiwu@acme.example\n \n发件人： AR\n发送时间： 2026-03-10 09:00\n收件人： caiwu\n主题： 发票10442\n'+t
        S['foxmail rule']='{b}\n\n\n发件人：\u00a0AR\n发送时间：\u00a02026-03-10\u00a009:00\n收件人：\u00a0caiwu@acme.example\n主题：\u00a0发票10442\n'+t
        S['outlook']='{b}\n\n发件人: AR <ar@example.com>\n发送时间: 2026年3月10日 9:00\n收件人: 财务 <caiwu@acme.example>\n主题: 发票10442\n\n'+t
        S['outlook rule']='{b}\n\n________________________________\n发件人: AR <ar@example.com>\n发送时间: 2026年3月10日 9:00:00\n收件人: caiwu@acme.example\n抄送: boss@acme.example\n主题: 发票10442\n\n'+t
        S['outlook 邮件']='{b}\n\n-----邮件原件-----\n发件人: AR <ar@example.com> \n发送时间: 2026年3月10日 9:00\n收件人: caiwu@acme.example\n主题: 发票10442\n\n'+t
        S['outlook ios']='{b}\n\n获取 Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\n发件人: AR <ar@example.com>\n发送时间: Tuesday, March 10, 2026 9:00:00 AM\n收件人: caiwu@acme.example\n主题: 发票10442\n\n'+t
        S['iphone']='{b}\n\n发自我的iPhone\n\n> 在 2026年3月10日，09:00，AR <ar@example.com> 写道：\n> \n'+g
        S['iphone 2']='{b}\n\n发自我的 iPhone\n\n在 2026年3月10日，上午9:00，AR <ar@example.com> 写道：\n\n'+t
        S['gmail']='{b}\n\nAR <ar@example.com> 于2026年3月10日周二 09:00写道：\n\n'+g
        S['gmail wrapped']='{b}\n\nAccounts Receivable <accounts.receivable@example.com> 于2026年3月10日周二\n上午9:00写道：\n\n'+g
        S['gmail tw']='{b}\n\nAR <ar@example.com> 於 2026年3月10日 週二 上午9:00寫道：\n\n'+g
        S['thunderbird']='{b}\n\n在 2026/3/10 9:00, AR 写道:\n'+g
        S['thunderbird 2']='{b}\n\n在 2026年03月10日 09:00, AR 写道:\n'+g
        S['ali']='{b}\n\n\n------------------------------------------------------------------\n发件人：AR <ar@example.com>\n发送时间：2026年3月10日(星期二) 09:00\n收件人：财务 <caiwu@acme.example>\n主　题：发票10442\n\n'+t
        S['coremail']='{b}\n\n\n-----原始邮件-----\n发件人:"AR" <ar@example.com>\n发送时间:2026-03-10 09:00:00 (星期二)\n收件人: caiwu@acme.example\n抄送: \n主题: 发票10442\n\n'+t
        S['139']='{b}\n\n\n----邮件原文----\n发件人:AR  <ar@example.com>\n收 件 人:caiwu  <caiwu@acme.example>\n抄 送: (无)\n发送时间:2026-03-10 09:00:00\n主题:发票10442\n\n'+t
        S['huawei']='{b}\n\n发自我的华为手机\n\n-------- 原始邮件 --------\n发件人： AR <ar@example.com>\n日期： 2026年3月10日周二 09:00\n收件人： caiwu@acme.example\n主 题： 发票10442\n'+t
        S['xiaomi']='{b}\n\n发自我的小米手机\n在 AR <ar@example.com>，2026年3月10日 上午9:00写道：\n\n'+t
        S['wework']='{b}\n\n发自我的企业微信\n\n\n------------------ Original ------------------\nFrom: AR <ar@example.com>\nDate: 周二,3月 10,2026 09:00\nTo: 财务 <caiwu@acme.example>\nSubject: Re: 发票10442\n\n'+t
        S['wework 2']='{b}\n\n\n\n\n\n发自我的企业微信'
        S['lark']='{b}\n\n\n发件人："AR"<ar@example.com>\n日期：2026年3月10日(周二) 09:00\n主题：发票10442\n收件人："财务"<caiwu@acme.example>\n\n'+t
        S['mac']='{b}\n\n> 2026年3月10日 09:00，AR <ar@example.com> 写道：\n> \n'+g
        S['qq app']='{b}\n\n\n发自我的iPhone\n\n\n------------------ 原始邮件 ------------------\n发件人: AR <ar@example.com>\n发送时间: 2026年3月10日 09:00\n收件人: 财务 <caiwu@acme.example>\n主题: 回复：发票10442\n\n'+t
        S['sina']='{b}\n\n\n----- 原始邮件 -----\n发件人：AR <ar@example.com>\n收件人：caiwu@acme.example\n主题：发票10442\n日期：2026年03月10日 09点00分\n\n'+t
        S['below']='在 2026年3月10日 09:00, AR 写道:\n'+g+'\n\n{b}'
        S['plain']='{b}'
        S['dashes']='{b}\n\n--\n财务部\n某某贸易有限公司\n010-00000000'
        S['disclaimer']='{b}\n\n本邮件及附件含有保密信息，仅限于发送给上面地址中列出的收件人。'
        S['tw outlook']='{b}\n\n寄件者: AR <ar@example.com>\n寄件日期: 2026年3月10日 上午 09:00\n收件者: caiwu@acme.example\n主旨: 發票10442\n\n'+t
        S['hk mixed']='{b}\n\nFrom: AR <ar@example.com>\nSent: Tuesday, 10 March 2026 9:00\nTo: 財務部 <caiwu@acme.example>\nSubject: 發票10442\n\n'+t
        S['tom']='{b}\n\n=======  2026-03-10 09:00:00 您在来信中写道：=======\n\n'+t
        S['forwarded']='{b}\n\n---------- 转发的邮件 ----------\n发件人：AR <ar@example.com>\n日期：2026年3月10日\n主题：发票10442\n收件人：caiwu@acme.example\n\n'+t
        S['original en']='{b}\n\n-----Original Message-----\nFrom: AR [mailto:ar@example.com]\nSent: 2026年3月10日 9:00\nTo: caiwu@acme.example\nSubject: 发票10442\n\n'+t
    return S
def cases(lang):
    en=lang=='en'; out=[]
    for name,s in styles(Q_EN if en else Q_ZH,en).items():
        for k,(b,own) in enumerate(B_EN if en else B_ZH):
            want=[b]+([own] if own else [])
            # a closing with the name may stay or go
            w2=[]
            for x in want:
                w2.append(x)
                for tail in('\n\nThanks','\n\n谢谢'):
                    if x.endswith(tail): w2.append(x[:-len(tail)])
            if own: w2.append(own+'\n\nKind regards,' if en else own+'\n\n此致\n敬礼')
            out.append((f'{lang} {name} {k}',s.replace('{b}',b),w2))
    return out
H='Date: Tue, 10 Mar 2026 09:00:00 +0000\nMIME-Version: 1.0\n'
def dsn(frm,subj,human,fr,action,status,diag,extra=''):
    return (f'From: {frm}\nTo: ar@example.com\nSubject: {subj}\n{H}Content-Type: multipart/report; report-type=delivery-status; boundary="b1"\n\n--b1\nContent-Type: text/plain; charset=utf-8\n\n{human}\n\n--b1\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\nArrival-Date: Tue, 10 Mar 2026 09:00:00 +0000\n\nFinal-Recipient: rfc822; {fr}\nAction: {action}\nStatus: {status}\nRemote-MTA: dns; mx.acme.example\nDiagnostic-Code: smtp; {diag}\n{extra}\n--b1\nContent-Type: message/rfc822\n\nFrom: ar@example.com\nTo: {fr}\nSubject: Invoice 10442\n\nDear customer\n\n--b1--\n')
def plain(frm,subj,body): return f'From: {frm}\nTo: ar@example.com\nSubject: {subj}\n{H}Content-Type: text/plain; charset=utf-8\n\n{body}\n'
ORIG='\n\n------ This is a copy of the message, including all the headers. ------\n\nReceived: from [192.0.2.1] (helo=mail.example.com)\nFrom: ar@example.com\nTo: {r}\nSubject: Invoice 10442\n\nDear customer\n'
C=[]
def add(m,k,r=None,s=None,d=None): C.append((m,k,r,s,d))
people=['ap@acme.example','payables@widgets.example','accounts-payable@north.acme.example']
reasons=[('550 5.1.1 User unknown','5.1.1',True),('552 5.2.2 Mailbox full','5.2.2',False),('550 5.7.1 Message rejected as spam by content filter','5.7.1',False),('550 5.4.1 Recipient address rejected: Access denied','5.4.1',None),('554 5.7.1 Relay access denied','5.7.1',False),('550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup','5.1.10',True),('550-5.1.1 The email account that you tried to reach does not exist. Please try','5.1.1',True),('552-5.2.2 The email account that you tried to reach is over quota','5.2.2',False),('550 5.2.1 The email account that you tried to reach is disabled','5.2.1',None),('554 5.4.14 Hop count exceeded - possible mail loop','5.4.14',False)]
# DSNs in order
for i,(d,s,dead) in enumerate(reasons):
    r=people[i%3]
    add(dsn('MAILER-DAEMON@mx.example.net (Mail Delivery System)','Undelivered Mail Returned to Sender','This is the mail system at host mx.example.net.\n\nI\'m sorry to have to inform you that your message could not be delivered.\n\n<%s>: host mx.acme.example[192.0.2.9] said: %s (in reply to RCPT TO command)'%(r,d),r,'failed',s,d),'bounce',r,s,dead)
    add(dsn('postmaster@acme.example','Undeliverable: Invoice 10442','Delivery has failed to these recipients or groups:\n\n%s\nYour message wasn\'t delivered.'%r,r,'failed',s,d),'bounce',r,s,dead)
    add(dsn('Mail Delivery Subsystem <mailer-daemon@googlemail.com>','Delivery Status Notification (Failure)','** Address not found **\n\nYour message wasn\'t delivered to %s.'%r,r,'failed',s,d),'bounce',r,s,dead)
    # plain Exim
    add(plain('Mail Delivery System <Mailer-Daemon@mx.example.net>','Mail delivery failed: returning message to sender','This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  %s\n    host mx.acme.example [192.0.2.9]\n    SMTP error from remote mail server after RCPT TO:<%s>:\n    %s'%(r,r,d)+ORIG.format(r=r)),'bounce',r,s,dead)
    # qmail
    add(plain('MAILER-DAEMON@qmail.example.net','failure notice','Hi. This is the qmail-send program at qmail.example.net.\nI\'m afraid I wasn\'t able to deliver your message to the following addresses.\nThis is a permanent error; I\'ve given up. Sorry it didn\'t work out.\n\n<%s>:\n192.0.2.9 does not like recipient.\nRemote host said: %s\nGiving up on 192.0.2.9.\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <ar@example.com>\nTo: %s\n'%(r,d,r)),'bounce',r,s,dead)
    # sendmail plain
    add(plain('Mail Delivery Subsystem <MAILER-DAEMON@sm.example.net>','Returned mail: see transcript for details','The original message was received at Tue, 10 Mar 2026 09:00:00 GMT\n\n   ----- The following addresses had permanent fatal errors -----\n<%s>\n    (reason: %s)\n\n   ----- Transcript of session follows -----\n... while talking to mx.acme.example.:\n>>> RCPT To:<%s>\n<<< %s\n'%(r,d,r,d)),'bounce',r,s,dead)
# delays
for r in people:
    add(dsn('MAILER-DAEMON@mx.example.net','Delayed Mail (still being retried)','This is the mail system at host mx.example.net.\n\n# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #\n\nYour message could not be delivered for more than 4 hour(s).\nIt will be retried until it is 5 day(s) old.',r,'delayed','4.4.1','connect to mx.acme.example[192.0.2.9]:25: Connection timed out'),'delay',r,'4.4.1',False)
    add(plain('Mail Delivery System <Mailer-Daemon@mx.example.net>','Warning: message 1abcde-0001 delayed 24 hours','This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue on mx.example.net.\n\nNo action is required on your part. Delivery attempts will continue for\nsome time.\n\nThe address to which the message has not yet been delivered is:\n\n  %s\n    Delay reason: 451 4.7.1 Greylisted, try again'%r),'delay',r,'4*',False)
    add(dsn('postmaster@acme.example','Delivery delayed: Invoice 10442','Delivery to these recipients has been delayed: %s'%r,r,'delayed','4.4.7','421 4.4.7 Delivery delayed'),'delay',r,'4.4.7',False)
# others of the world
for r in people:
    add(plain('postmaster@smtp.acme.example','Undeliverable mail','Your message to %s was rejected.\nReason: 550 No such user here'%r),'bounce',r,'5*',True)
    add(plain('System Administrator <postmaster@acme.example>','Undeliverable: Invoice 10442','Your message\n\n  To:      %s\n  Subject: Invoice 10442\n  Sent:    Tue, 10 Mar 2026 09:00:00 +0000\n\ndid not reach the following recipient(s):\n\n%s on Tue, 10 Mar 2026 09:00:02 +0000\n    The e-mail account does not exist at the organization this message was sent to.  Check the e-mail address, or contact the recipient directly to find out the correct address.\n            <mx.acme.example #5.1.1>'%(r,r)),'bounce',r,'5.1.1',True)
    add(plain('MAILER-DAEMON@yahoo.example','Failure Notice','Sorry, we were unable to deliver your message to the following address.\n\n<%s>:\n554: delivery error: dd This user doesn\'t have a yahoo.example account (%s) [0] - mta1.mail.example\n\n--- Below this line is a copy of the message.\n'%(r,r)),'bounce',r,'5*',True)
    add(plain('Mail Delivery System <MAILER-DAEMON@mx.example.net>','Undelivered Mail Returned to Sender','I\'m sorry to have to inform you that your message could not\nbe delivered to one or more recipients.\n\n                   The mail system\n\n<%s>: Host or domain name not found. Name service error for name=acme.example type=MX: Host not found'%r),'bounce',r,'5*',True)
    add(plain('Amazon SES <MAILER-DAEMON@amazonses.example>','Delivery Status Notification (Failure)','An error occurred while trying to deliver the mail to the following recipients:\n%s'%r),'bounce',r,'5*',None)
# Chinese providers
for r in ['caiwu@acme.example','caiwu2@widgets.example','yingfu@bj.acme.example']:
    add(plain('PostMaster@qq.example','系统退信/Systems bounce','抱歉，您的邮件被退回来了……\n\n收件人（%s）所在的邮箱不存在，邮件无法送达。\n\n退信原因：host mx3.qq.example[192.0.2.3] said: 550 Mailbox not found. http://service.mail.qq.example/'%r),'bounce',r,'5*',True)
    add(plain('Postmaster@163.example','系统退信','此消息由163邮件系统自动发送，请勿直接回复。\n\n您发送的邮件被退回\n收件人邮箱：%s\n退信原因：550 User not found: %s\n邮件主题：发票10442'%(r,r)),'bounce',r,'5*',True)
    add(plain('MAILER-DAEMON@coremail.example','来自coremail.example的退信','尊敬的用户：\n\n您的邮件投递失败。\n\n无法发送到 %s\n原因：对方邮箱已满 (552 5.2.2 Mailbox full)'%r),'bounce',r,'5.2.2',False)
    add(dsn('postmaster@aliyun.example','投递失败通知 (Delivery Failure)','您的邮件未能送达以下收件人：\n%s\n失败原因：收件人不存在'%r,r,'failed','5.1.1','550 5.1.1 收件人不存在'),'bounce',r,'5.1.1',True)
    add(plain('postmaster@263.example','邮件退信通知','您发给 <%s> 的邮件无法投递，用户不存在。\nremote server said: 550 5.1.1 unknown user'%r),'bounce',r,'5.1.1',True)
    add(plain('PostMaster@exmail.example','退信通知','您好，很抱歉您的邮件未能成功发送。\n收件人：%s\n原因：对方服务器拒收 554 Reject by content spam'%r),'bounce',r,'5*',False)
    add(plain('mailsystem@corp.example','邮件投递延迟通知','您发送给 %s 的邮件暂时无法投递，系统将继续尝试。\n原因：421 too many connections'%r),'delay',r,'4*',False)
    add(dsn('Microsoft Outlook <MicrosoftExchange@acme.example>','无法送达: 发票10442','无法将邮件传递给以下收件人或组:\n\n%s\n找不到您输入的电子邮件地址。'%r,r,'failed','5.1.1','550 5.1.1 RESOLVER.ADR.ExRecipNotFound; not found'),'bounce',r,'5.1.1',True)
# ordinary mails that look alike
human=[('Re: Undeliverable goods','Your courier could not deliver the goods, they were returned to sender. We will not pay until they arrive.'),('Returned goods','We returned the items, please issue a credit note.'),('Failure of the pump','The pump you delivered failed again. Error 550 shows on the display.'),('Rejected invoice','Your invoice was rejected because the PO number is missing.'),('Re: Delivery status','Where is our delivery? Status of order 4500?'),('Re: Mail from you','I could not open the mail you sent. The mailbox of my colleague is full, please send it to me.'),('Payment failed','Our bank returned the payment, the account number was wrong. Will retry on Monday.'),('Re: Reminder','Sorry, my mail to you bounced last week. We will pay on Friday.'),('退货','货物已退回给你们，请查收。'),('Re: 催款','你们发的邮件被退回过一次，现在收到了，周五付款。'),('投递','快递投递失败，货没收到，地址写错了。'),('邮箱','我邮箱满了，之前没收到发票，请再发一次。')]
for s,b in human: add(plain('AP <ap@acme.example>',s,b),'human')
auto=[('Automatic reply: Invoice 10442','I am out of the office until 16 March.'),('Out of Office: Invoice 10442','Thank you for your email. I am on leave.'),('自动回复：发票10442','您好，我正在休假，3月20日返回。'),('自动回复: 催款','您的邮件已收到，我会尽快回复。')]
for s,b in auto: add(f'From: ap@acme.example\nTo: ar@example.com\nSubject: {s}\nAuto-Submitted: auto-replied\n{H}\n{b}\n','auto_reply')
for s,b in auto: add(plain('ap@acme.example',s,b),'auto_reply')


def squeezed(text):
    lines = [x.strip() for x in text.replace('\u00a0', ' ').split('\n')]
    return '\n'.join(x for x in lines if x)


def understood(dunlin, rows, *options):
    run = subprocess.run([dunlin, 'understand', *options, '--jsonl'],
        input=''.join(json.dumps(r) + '\n' for r in rows).encode(),
        stdout=subprocess.PIPE, timeout=60)
    return [json.loads(x) for x in run.stdout.decode().splitlines()]


def check_words(dunlin, lang):
    rows = [c for c in cases(lang) if c[0].rsplit(' ', 1)[0] not in OPEN]
    bad = 0
    got = understood(dunlin, [{'id': n, 'text': text, 'channel': 'email',
        'ref': '2026-03-11T10:00:00'} for n, text, _ in rows])
    for (name, _, wanted), row in zip(rows, got):
        if not any(squeezed(row.get('text', '')) == squeezed(w)
                for w in wanted):
            bad += 1
            print('%s: %r' % (name, row.get('text')))
    return len(rows) - bad, bad


def differs(case, row):
    _, kind, recipient, status, dead = case
    if row.get('kind') != kind:
        return 'is %s, wanted %s' % (row.get('kind'), kind)
    if recipient is None:
        return None
    for r in row.get('bounce', {}).get('recipients', []):
        if r['recipient'].lower() == recipient:
            break
    else:
        return 'does not name ' + recipient
    if status and r['status'] != status and not (status[-1] == '*' and
            r['status'][0] == status[0]):
        return 'status %s, wanted %s' % (r['status'], status)
    if dead is not None and r['address_dead'] != dead:
        return 'dead %s, wanted %s' % (r['address_dead'], dead)
    return None


def check_mails(dunlin):
    bad = 0
    with tempfile.TemporaryDirectory() as d:
        rows = []
        for i, case in enumerate(C):
            path = os.path.join(d, str(i))
            with open(path, 'w', encoding='utf-8') as f:
                f.write(case[0])
            rows.append({'id': str(i), 'path': path})
        got = understood(dunlin, rows, '--mail')
    for case, row in zip(C, got):
        why = differs(case, row)
        if why:
            bad += 1
            print('%s: %s' % (case[0].split('\n', 3)[:3], why))
    return len(C) - bad, bad


# What a reader of the page sees is what was written.
HIDE = '<div style="display:none">'
PAGES = (
    ('<div style="display:none">Not paid</div><p>Paid on Friday.</p>',
     'Paid on Friday.'),
    ('<p>ok</p><P Style="color:red; DISPLAY : NONE">no<p>', 'ok\nno'),
    ('<p>ok</p><P Style="color:red; DISPLAY : NONE">no</P>yes', 'ok\nyes'),
    ('<span style=display:none>a<span>b</span>c</span>d', 'd'),
    ('<p style="display:nonesuch">shown</p>', 'shown'),
    ('<img style="display:none" src="x">seen<b style="display:none">x</b>',
     'seen'),
    (HIDE * 9 + 'x' + '</div>' * 9 + 'ok', 'ok'),
    (HIDE + 'never closed', 'never closed'),
)


def check_pages(dunlin):
    bad = 0
    with tempfile.TemporaryDirectory() as d:
        rows = []
        for i, (page, _) in enumerate(PAGES):
            path = os.path.join(d, str(i))
            with open(path, 'w', encoding='utf-8') as f:
                f.write(plain('AP <ap@acme.example>', 'x', page).replace(
                    'text/plain', 'text/html'))
            rows.append({'id': str(i), 'path': path})
        got = understood(dunlin, rows, '--mail')
    for (page, want), row in zip(PAGES, got):
        if squeezed(row['text']) != want:
            bad += 1
            print('%s: %r' % (page[:60], row['text']))
    return len(PAGES) - bad, bad


def main():
    passed = failed = 0
    for good, bad in (check_words(sys.argv[1], 'en'),
            check_words(sys.argv[1], 'zh'), check_mails(sys.argv[1]),
            check_pages(sys.argv[1])):
        passed, failed = passed + good, failed + bad
    print('%d passed, %d failed' % (passed, failed))
    return failed > 0


# Read wrongly still: two signatures in one mail.
OPEN = ('zh dashes',)

if __name__ == '__main__':
    sys.exit(main())
