"""What the debtors of quarter.py write, in both languages."""

TEXTS = {
    "promise": ("We will pay the full amount on {date}.", "这笔款我们{date}付清。"),
    "moved": ("Sorry, we can only pay on {date}.",
              "抱歉，我们要到{date}才能付款。"),
    "far": ("We will pay on {date}.", "这笔款我们{date}付。"),
    "vague": ("Yes, we know. We will pay you as soon as possible.",
              "知道了，会尽快付款的。"),
    "plan": ("We would like to pay in two instalments: {half} on {date} and "
             "{rest} on {later}.",
             "我们申请分两期付款：{date}付{half}，{later}付{rest}。"),
    "long-plan": ("We can only pay in three instalments: {half} on {date}, "
                  "{half} on {later} and {rest} on {last}.",
                  "我们只能分三期付款：{date}付{half}，{later}付{half}，"
                  "{last}付{rest}。"),
    "dispute": ("We dispute {doc}: half of the goods arrived damaged.",
                "对发票{doc}有异议，一半的货物到货时已损坏。"),
    "dispute-all": ("The goods of {doc} were never delivered.",
                    "{doc}的货一直没收到。"),
    "paid": ("We have already paid this.", "我们已经付过了。"),
    "paid-ref": ("{doc} was paid on {date}, {amount}, bank reference {ref}.",
                 "{doc}已于{date}付款{amount}，流水号 {ref}，请查收。"),
    "hardship": ("Business is very slow and we cannot pay at the moment, our "
                 "cash flow does not allow it.",
                 "最近生意很难做，资金周转困难，暂时付不出来。"),
    "extension": ("Could you give us more time to pay, please?",
                  "能不能宽限一段时间？"),
    "angry": ("For heaven's sake, stop pestering me! This is a disgrace!",
              "烦死了！天天催催催，有完没完！你们太过分了！"),
    "legal": ("Any further message goes to our solicitor. You will hear from "
              "our lawyers.", "再发邮件就找我们律师谈，我们会起诉你们。"),
    "abusive": ("Go to hell, you stupid idiots. Fuck off.",
                "滚，你他妈的傻逼。"),
    "vulnerable": ("I lost my job and my husband died in May. I want to end "
                   "my life.", "我失业了，家里老人刚去世，我真的活不下去了，"
                   "不想活了。"),
    "stop": ("Please remove me from your mailing list, do not e-mail me "
             "again.", "请不要再给我发邮件了，退订。"),
    "wrong": ("You have the wrong person, I have nothing to do with "
              "invoices.", "你发错人了，我不负责付款这块，也不认识这家公司。"),
    "left": ("Our bookkeeper has left the company and this mailbox is no "
             "longer read.", "我已经离职了，以后请不要再发到这个邮箱。"),
    "away": ("I am out of the office until {date} with no access to e-mail.",
             "您好，我正在休假，{date}返回公司，期间无法查收邮件。"),
    "third": ("Our parent company, Example Holdings, will pay these "
              "invoices.", "这笔款由我们总公司（示例集团）支付。"),
    "conditional": ("We will pay once you have sent the replacement parts.",
                    "等客户把钱付给我们，我们就付款。"),
    "refusal": ("We are not going to pay.", "我们不会付的。"),
    "invoice": ("Could you please resend the invoice {doc}?",
                "麻烦把{doc}的发票再发一份给我。"),
    "statement": ("Please send me a statement of our account.",
                  "请发一份对账单给我们。"),
    "question": ("Who ordered this, and which purchase order does {doc} "
                 "belong to?", "请问{doc}是谁订的货，对应哪个采购订单？"),
    "unclear": ("Blue ladder seventeen, the usual.", "蓝色梯子十七，老样子。"),
    "several": ("{doc}: the goods were faulty, we dispute it. {doc2} was paid "
                "last week.", "{doc}的货有质量问题，我们有异议；{doc2}上周已经付了。"),
    "bank": ("Please note that your bank details have changed. Kindly confirm "
             "that we should now pay to the new account.",
             "贵司通知收款账户变更了，是否以后都打到新账户？请确认。"),
    "bill": ("We will pay {doc} by bank acceptance bill, maturing on {later}. "
             "You will have it on {date}.",
             "{doc}我们付承兑，银行承兑汇票，{later}到期，{date}给您。"),
    "paid-on": ("We paid {amount} for {doc} on {date}.",
                "{doc}的{amount}我们已于{date}付了。"),
    "split": ("We will pay GBP 60.00 on {later} and GBP 40.00 on {date}.",
              "我们{later}付60.00元，{date}付40.00元。"),
    "robot": ("Please prove you are human to deliver your mail.",
              "请证明您不是机器人，以便投递您的邮件。"),
    "thanks": ("Thanks, noted.", "收到，谢谢。"),
}
