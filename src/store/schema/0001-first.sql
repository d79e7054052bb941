-- The first schema.  One text for SQLite and PostgreSQL; store/schema.h tells
-- what the words between at signs stand for.
-- Instants are UTC seconds, days are days since 1970-01-01, money is
-- minor units with its currency beside it.  Forward only.

CREATE TABLE meta (
	key TEXT NOT NULL PRIMARY KEY,
	value TEXT NOT NULL
)@STRICT@;

-- A company of the configuration, and what people decided about it.
CREATE TABLE company (
	id @ID@,
	code TEXT NOT NULL UNIQUE,
	state TEXT NOT NULL CHECK (state IN ('observing', 'armed')),
	stopped @INT@ NOT NULL DEFAULT 0,	-- dunlin stop: survives restarts
	armed_at @INT@,
	rev @INT@ NOT NULL DEFAULT 1,
	-- as configured: where and on which days its people work
	zone TEXT NOT NULL DEFAULT 'UTC',
	workdays TEXT NOT NULL DEFAULT '',
	-- last success of all its intakes; NULL: none yet
	intake_at @INT@
)@STRICT@;

CREATE TABLE users (
	id @ID@,
	login TEXT NOT NULL UNIQUE,	-- Unix login: the actor of a command
	name TEXT NOT NULL,
	mail TEXT,
	roles TEXT NOT NULL,		-- space separated
	companies TEXT NOT NULL,	-- space separated codes, or *
	workdays TEXT,			-- NULL: the company's
	active @INT@ NOT NULL DEFAULT 1
)@STRICT@;

CREATE TABLE party (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	name TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (@ANY:party_kind:kind@),
	tier TEXT NOT NULL CHECK (@ANY:tier:tier@),
	tier_fixed @INT@ NOT NULL DEFAULT 0,	-- a person chose it
	attitude TEXT CHECK (@ANY:attitude:attitude@),
	language TEXT,			-- NULL: the company's first
	country TEXT,			-- ISO 3166-1 alpha-2
	zone TEXT,			-- IANA; NULL: the company's, with a warning
	restricted @INT@ NOT NULL DEFAULT 0,	-- RULES A48
	cash_in_day @INT@,		-- day of the month money comes in, 1-31
	credit_limit @INT@,		-- what they may owe; NULL: no limit
	credit_currency TEXT,
	rev @INT@ NOT NULL DEFAULT 1
)@STRICT@;

CREATE TABLE address (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	party_id @INT@ REFERENCES party (id),
	kind TEXT NOT NULL CHECK (@ANY:address_kind:kind@),
	value TEXT NOT NULL,		-- as given
	norm TEXT NOT NULL,		-- compared: lower case, or E.164
	state TEXT NOT NULL CHECK (@ANY:address_state:state@),
	state_at @INT@,
	state_why TEXT,
	consent_at @INT@,		-- SMS to persons: they agreed
	consent TEXT,			-- how
	offers_at @INT@,		-- incentive offers: they agreed
	offers TEXT,			-- how
	rev @INT@ NOT NULL DEFAULT 1,
	UNIQUE (company_id, kind, norm)
)@STRICT@;

CREATE TABLE account (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	party_id @INT@ NOT NULL REFERENCES party (id),
	code TEXT NOT NULL,		-- the customer number of the ledger
	owner_id @INT@ REFERENCES users (id),
	merged_into @INT@ REFERENCES account (id),
	policy TEXT,			-- NULL: the company's
	workdays TEXT,			-- NULL: the country's
	created_at @INT@ NOT NULL,
	-- Episode: opened and closed by the planner.
	episode @INT@ NOT NULL DEFAULT 0,
	episode_from @INT@,		-- day it opened; NULL: none is open
	-- A newly imported account starts at the first step of its stage and
	-- never above this stage until a person lifts it (NULL: lifted).
	stage_cap @INT@,
	-- What the planner wrote last: recomputed when plan_at passes or rev
	-- differs from planned_rev.
	planned_rev @INT@ NOT NULL DEFAULT 0,
	plan_at @INT@ NOT NULL DEFAULT 0,
	plan_verdict TEXT,		-- send, wait, held, task, none
	plan_why TEXT,			-- hold kind, step id or task reason
	entered_rev @INT@ NOT NULL DEFAULT 0,	-- its entries say so far
	rev @INT@ NOT NULL DEFAULT 1,
	UNIQUE (company_id, code)
)@STRICT@;
CREATE INDEX account_plan ON account (company_id, plan_at, id)
	WHERE merged_into IS NULL;
CREATE INDEX account_changed ON account (company_id, id)
	WHERE rev <> planned_rev AND merged_into IS NULL;
CREATE INDEX account_entered ON account (company_id, id)
	WHERE rev <> entered_rev;
CREATE INDEX account_party ON account (party_id);
CREATE INDEX account_owner ON account (company_id, owner_id);

CREATE TABLE account_alias (
	company_id @INT@ NOT NULL REFERENCES company (id),
	code TEXT NOT NULL,
	account_id @INT@ NOT NULL REFERENCES account (id),
	PRIMARY KEY (company_id, code)
)@STRICT@;

-- Who is written to about an account, in the order of rank.
CREATE TABLE contact (
	id @ID@,
	account_id @INT@ NOT NULL REFERENCES account (id),
	address_id @INT@ NOT NULL REFERENCES address (id),
	role TEXT NOT NULL CHECK (@ANY:contact_role:role@),
	name TEXT,
	language TEXT,			-- NULL: the party's
	rank @INT@ NOT NULL DEFAULT 0,
	from_ledger @INT@ NOT NULL DEFAULT 0,	-- an import named it
	closed_at @INT@,
	closed_by TEXT,			-- actor; "import": the ledger's change
	UNIQUE (account_id, address_id, role)
)@STRICT@;
CREATE INDEX contact_address ON contact (address_id);

-- A ledger that is read, and its imports.
CREATE TABLE source (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	name TEXT NOT NULL,
	as_of @INT@,			-- day of the last applied file
	full_as_of @INT@,		-- day of the last applied full file
	UNIQUE (company_id, name)
)@STRICT@;

CREATE TABLE import (
	id @ID@,
	source_id @INT@ NOT NULL REFERENCES source (id),
	mode TEXT NOT NULL CHECK (mode IN ('full', 'delta')),
	as_of @INT@ NOT NULL,
	file TEXT NOT NULL,
	hash TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('applied', 'waiting',
	    'running', 'refused')),
	rows @INT@ NOT NULL,
	summary TEXT NOT NULL,		-- JSON: counts and sums
	at @INT@ NOT NULL,
	actor TEXT NOT NULL
)@STRICT@;
CREATE INDEX import_source ON import (source_id, as_of);

CREATE TABLE item (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	account_id @INT@ NOT NULL REFERENCES account (id),
	source_id @INT@ NOT NULL REFERENCES source (id),
	document TEXT NOT NULL,
	year @INT@ NOT NULL DEFAULT 0,	-- fiscal year where the ledger has one
	line @INT@ NOT NULL DEFAULT 0,	-- instalment term or line
	kind TEXT NOT NULL CHECK (@ANY:item_kind:kind@),
	state TEXT NOT NULL CHECK (@ANY:item_state:state@),
	issued @INT@,
	due @INT@ NOT NULL,
	due_basis TEXT NOT NULL DEFAULT 'invoice'
	    CHECK (@ANY:due_basis:due_basis@),
	amount @INT@ NOT NULL,		-- credits are negative
	balance @INT@ NOT NULL,		-- open as of balance_as_of
	currency TEXT NOT NULL,
	balance_as_of @INT@ NOT NULL,
	paid @INT@,			-- day on which the ledger says it was
	disputed @INT@ NOT NULL DEFAULT 0,	-- the ledger's own flag
	blocked TEXT NOT NULL DEFAULT '',	-- why the ledger stops reminders
	created_at @INT@ NOT NULL,
	closed_at @INT@,
	closed_why TEXT,
	UNIQUE (company_id, source_id, document, year, line)
)@STRICT@;
-- All that planning reads of an item, so that a full plan reads only this.
CREATE INDEX item_account ON item (account_id, due, id, kind, balance,
	currency, balance_as_of, created_at) WHERE state = 'open';
-- How a customer paid.
CREATE INDEX item_done ON item (account_id, closed_at)
	WHERE state = 'cleared';

CREATE TABLE payment (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	account_id @INT@ REFERENCES account (id),	-- NULL: unidentified
	item_id @INT@ REFERENCES item (id),	-- NULL: not allocated
	source_id @INT@ REFERENCES source (id),	-- NULL: dunlin pay
	reference TEXT NOT NULL,
	amount @INT@ NOT NULL,
	currency TEXT NOT NULL,
	value_date @INT@ NOT NULL,
	reversed_on @INT@,		-- day on which it was known to be
	state TEXT NOT NULL CHECK (@ANY:payment_state:state@),
	provisional @INT@ NOT NULL DEFAULT 0,
	created_at @INT@ NOT NULL,
	UNIQUE (company_id, source_id, reference, item_id)
)@STRICT@;
CREATE INDEX payment_account ON payment (account_id, value_date);
CREATE INDEX payment_item ON payment (item_id);
CREATE INDEX payment_unidentified ON payment (company_id)
	WHERE account_id IS NULL;
CREATE INDEX payment_provisional ON payment (company_id, value_date)
	WHERE provisional = 1 AND state = 'received';

-- Events: append-only, hash-chained per stream (see store/events.h).
CREATE TABLE stream (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	account_id @INT@ REFERENCES account (id),	-- NULL: the company's
	seq @INT@ NOT NULL DEFAULT 0,
	head TEXT NOT NULL DEFAULT ''			-- hash of event seq
)@STRICT@;
CREATE UNIQUE INDEX stream_account ON stream (account_id)
	WHERE account_id IS NOT NULL;
CREATE UNIQUE INDEX stream_company ON stream (company_id)
	WHERE account_id IS NULL;

CREATE TABLE event (
	id @ID@,
	stream_id @INT@ NOT NULL REFERENCES stream (id),
	seq @INT@ NOT NULL,
	at @INT@ NOT NULL,
	kind TEXT NOT NULL,
	actor TEXT NOT NULL,
	payload_hash TEXT NOT NULL,	-- H(salt || payload)
	prev TEXT NOT NULL,
	hash TEXT NOT NULL,
	UNIQUE (stream_id, seq)
)@STRICT@;

CREATE TABLE event_payload (
	event_id @INT@ NOT NULL PRIMARY KEY REFERENCES event (id),
	salt TEXT NOT NULL,
	payload TEXT NOT NULL		-- JSON, sorted keys
)@STRICT@;

-- All stream heads of a day in one hash (see store/roots.h).
CREATE TABLE root (
	id @ID@,
	day @INT@ NOT NULL UNIQUE,
	at @INT@ NOT NULL,
	streams @INT@ NOT NULL,
	events @INT@ NOT NULL,
	last_event @INT@ NOT NULL,	-- highest id that it covers
	hash TEXT NOT NULL
)@STRICT@;

-- What people asked about the data kept of them (store/privacy.h).
CREATE TABLE erasure (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	party_id @INT@ NOT NULL UNIQUE REFERENCES party (id),
	account_id @INT@ NOT NULL REFERENCES account (id),
	erase @INT@ NOT NULL,		-- 0: only restricted
	keep_until @INT@,		-- day; NULL: some years after the last
	note TEXT,
	asked_at @INT@ NOT NULL,
	asked_by TEXT NOT NULL,
	ended_at @INT@,			-- withdrawn or refused
	done_at @INT@,
	-- erased: what the ledger says about the person is not taken in again
	sealed @INT@ NOT NULL DEFAULT 0,
	swept @INT@ NOT NULL DEFAULT 0	-- and it is in no file any more
)@STRICT@;

CREATE TABLE hold (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	kind TEXT NOT NULL,		-- a row of core/holds.def
	scope TEXT NOT NULL CHECK (@ANY:hold_scope:scope@),
	account_id @INT@ REFERENCES account (id),
	item_id @INT@ REFERENCES item (id),
	amount @INT@,			-- part of the item's balance
	party_id @INT@ REFERENCES party (id),
	address_id @INT@ REFERENCES address (id),
	channel TEXT,
	owner TEXT,			-- login
	placed_at @INT@ NOT NULL,
	placed_by TEXT NOT NULL,
	note TEXT,
	review_at @INT@ NOT NULL,
	ends_at @INT@,			-- only kinds that lapse by themselves
	released_at @INT@,
	released_by TEXT
)@STRICT@;
CREATE INDEX hold_account ON hold (account_id, id) WHERE released_at IS NULL;
CREATE INDEX hold_other ON hold (company_id, scope) WHERE released_at IS NULL
	AND account_id IS NULL;
CREATE INDEX hold_party ON hold (party_id) WHERE released_at IS NULL
	AND account_id IS NULL;
CREATE INDEX hold_address ON hold (address_id) WHERE released_at IS NULL
	AND account_id IS NULL;
CREATE INDEX hold_review ON hold (review_at) WHERE released_at IS NULL;

-- One contact with a debtor, planned or done, by whatever means: what caps,
-- gaps and stages count.  An occurrence (company, account, class, cause) is
-- taken by the one row that was not cancelled.
CREATE TABLE communication (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	account_id @INT@ REFERENCES account (id),	-- NULL: class staff
	class TEXT NOT NULL CHECK (@ANY:class:class@),
	cause TEXT NOT NULL,
	channel TEXT NOT NULL CHECK (@ANY:channel:channel@),
	policy TEXT NOT NULL,		-- name and hash of the policy file
	step TEXT,			-- reminders: step id of the policy
	stage @INT@,
	level @INT@,			-- order of the step in the policy
	episode @INT@,
	nth @INT@ NOT NULL DEFAULT 0,	-- 0: first time, 1..: repeats
	wording @INT@ NOT NULL DEFAULT 0,	-- 1, 2: of two; 0: only one
	created_at @INT@ NOT NULL,
	-- When it first counted: an attempt of one of its rows was committed,
	-- or a person reported it (dunlin contacted).  NULL: not yet.
	at @INT@,
	result TEXT,			-- dunlin contacted --result
	topic TEXT,			-- answers: intent and content
	in_reply_to TEXT,		-- answers: Message-ID answered
	reply_refs TEXT,		-- and its References
	first_contact @INT@ NOT NULL DEFAULT 0,	-- counts for max_new_per_day
	cancelled @INT@ NOT NULL DEFAULT 0
)@STRICT@;
CREATE UNIQUE INDEX communication_occurrence
	ON communication (company_id, account_id, class, cause)
	WHERE cancelled = 0;
CREATE UNIQUE INDEX communication_staff ON communication (company_id, cause)
	WHERE cancelled = 0 AND account_id IS NULL;
CREATE INDEX communication_account ON communication (account_id, at)
	WHERE at IS NOT NULL;
CREATE INDEX communication_first ON communication (company_id, at)
	WHERE at IS NOT NULL AND first_contact = 1;

-- The items a communication named, with the amounts it named.
CREATE TABLE communication_item (
	communication_id @INT@ NOT NULL REFERENCES communication (id),
	item_id @INT@ NOT NULL REFERENCES item (id),
	amount @INT@ NOT NULL,
	PRIMARY KEY (communication_id, item_id)
)@STRICT@;

-- Items that a reminder should not have named, or not so (store/wrong.h).
CREATE TABLE wrong_reminder (
	communication_id @INT@ NOT NULL REFERENCES communication (id),
	item_id @INT@ NOT NULL REFERENCES item (id),
	account_id @INT@ NOT NULL REFERENCES account (id),
	what TEXT NOT NULL CHECK (@ANY:wrong:what@),
	day @INT@,
	amount @INT@ NOT NULL,
	currency TEXT NOT NULL,
	found_at @INT@ NOT NULL,
	apology_id @INT@ REFERENCES communication (id),
	ended @INT@ NOT NULL DEFAULT 0,	-- apologised for, or left to people
	PRIMARY KEY (communication_id, item_id)
)@STRICT@;
CREATE INDEX wrong_open ON wrong_reminder (account_id) WHERE ended = 0;

-- One row = one recipient = one envelope.  States: track/outbox.def.
CREATE TABLE outbox (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	account_id @INT@ REFERENCES account (id),	-- NULL: class staff
	communication_id @INT@ NOT NULL REFERENCES communication (id),
	contact_id @INT@ REFERENCES contact (id),
	address_id @INT@ NOT NULL REFERENCES address (id),
	channel TEXT NOT NULL CHECK (@ANY:channel:channel@),
	route TEXT NOT NULL DEFAULT '',	-- SMS: its route in dunlin.yaml
	state TEXT NOT NULL CHECK (@ANY:outbox_state:state@),
	template TEXT NOT NULL,		-- name without language, "m1-first"
	language TEXT NOT NULL,
	due_at @INT@ NOT NULL,		-- not before
	not_after @INT@ NOT NULL,	-- a later one is planned anew
	priority @INT@ NOT NULL,	-- money x urgency; higher first
	first_contact @INT@ NOT NULL DEFAULT 0,	-- as its communication
	approve @INT@ NOT NULL DEFAULT 0,	-- named users that must approve
	approved_hash TEXT,		-- of the content that they approved
	approved_by TEXT,		-- logins, space separated
	approved_as_of @INT@,		-- the instant that it speaks of
	tries @INT@ NOT NULL DEFAULT 0,	-- attempts, and renderings that failed
	crashes @INT@ NOT NULL DEFAULT 0,	-- senders that died with it
	claim_token TEXT,
	claimed_by TEXT,		-- host and pid of the sender
	deadline @INT@,			-- of the claim or of the hand-over
	created_at @INT@ NOT NULL,
	changed_at @INT@ NOT NULL,
	detail TEXT,			-- last reply or reason, one line
	UNIQUE (communication_id, address_id)
)@STRICT@;
CREATE INDEX outbox_due ON outbox (due_at, company_id, priority, route)
	WHERE state IN ('queued', 'deferred');
CREATE INDEX outbox_busy ON outbox (id)
	WHERE state = 'claimed' OR state = 'sending' OR state = 'uncertain';
CREATE INDEX outbox_account ON outbox (account_id, id);
CREATE INDEX outbox_planned ON outbox (account_id, id)
	WHERE state = 'draft' OR state = 'queued' OR state = 'claimed'
	OR state = 'deferred' OR state = 'uncertain';

-- One try to hand a message over: committed before the first byte leaves.
CREATE TABLE attempt (
	id @ID@,
	outbox_id @INT@ NOT NULL REFERENCES outbox (id),
	n @INT@ NOT NULL,
	token TEXT NOT NULL UNIQUE,	-- Reply-To sub-address
	message_id TEXT NOT NULL,
	envid TEXT NOT NULL,
	recipient TEXT NOT NULL,
	hash TEXT NOT NULL,		-- SHA-256 of its bytes
	started_at @INT@ NOT NULL,
	outcome TEXT CHECK (@ANY:outcome:outcome@),	-- NULL: in flight
	code @INT@,			-- SMTP reply or HTTP status
	reply TEXT,
	ended_at @INT@,
	remote_id TEXT,			-- SMS: the gateway's reference
	delivery TEXT CHECK (@ANY:delivery:delivery@),	-- SMS
	delivery_at @INT@,
	asked @INT@ NOT NULL DEFAULT 0,	-- SMS: times that the gateway was
	UNIQUE (outbox_id, n)
)@STRICT@;
CREATE INDEX attempt_message ON attempt (message_id);
CREATE INDEX attempt_remote ON attempt (remote_id)
	WHERE remote_id IS NOT NULL;

-- Exactly what was sent: beside the attempt, so that its outcome does not
-- write them again.
CREATE TABLE attempt_content (
	attempt_id @INT@ NOT NULL PRIMARY KEY REFERENCES attempt (id),
	bytes @BLOB@ NOT NULL
)@STRICT@;

-- What a mail to one of us says (store/staff.h).
CREATE TABLE staff_mail (
	communication_id @INT@ NOT NULL PRIMARY KEY
	    REFERENCES communication (id),
	login TEXT NOT NULL,
	name TEXT NOT NULL,
	mail TEXT NOT NULL,
	task_id @INT@ NOT NULL DEFAULT 0,	-- 0: about several, or none
	subject TEXT NOT NULL,
	text TEXT NOT NULL,
	html TEXT NOT NULL
)@STRICT@;
CREATE INDEX staff_task ON staff_mail (task_id);
CREATE TABLE staff_picture (
	communication_id @INT@ NOT NULL
	    REFERENCES staff_mail (communication_id),
	n @INT@ NOT NULL,
	name TEXT NOT NULL,
	bytes @BLOB@ NOT NULL,
	PRIMARY KEY (communication_id, n)
)@STRICT@;

-- Digests that were looked at for a person, sent or with nothing to say.
CREATE TABLE digest (
	company_id @INT@ NOT NULL REFERENCES company (id),
	login TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('daily', 'weekly')),
	day @INT@ NOT NULL,
	at @INT@ NOT NULL,
	PRIMARY KEY (company_id, login, kind, day)
)@STRICT@;

-- How far a mailbox was read.
CREATE TABLE intake (
	company_id @INT@ NOT NULL REFERENCES company (id),
	name TEXT NOT NULL,		-- its URL and folder
	uidvalidity @INT@ NOT NULL,	-- IMAP; 0: nothing was read
	uid @INT@ NOT NULL,
	changed_at @INT@ NOT NULL,
	PRIMARY KEY (company_id, name)
)@STRICT@;

-- SMS that were read, by route, the gateway's reference, number and text.
CREATE TABLE sms_heard (
	company_id @INT@ NOT NULL REFERENCES company (id),
	key TEXT NOT NULL,		-- SHA-256 of these
	at @INT@ NOT NULL,
	PRIMARY KEY (company_id, key)
)@STRICT@;

CREATE TABLE inbox (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	channel TEXT NOT NULL CHECK (@ANY:channel:channel@),
	intake TEXT NOT NULL,		-- which mailbox or webhook
	position TEXT,			-- UIDVALIDITY/UID, file name
	received_at @INT@ NOT NULL,
	looked @INT@ NOT NULL DEFAULT 0,	-- held: whose it is, by its header
	raw @BLOB@ NOT NULL,
	hash TEXT NOT NULL,		-- SHA-256 of raw
	state TEXT NOT NULL CHECK (@ANY:inbox_state:state@),
	tries @INT@ NOT NULL DEFAULT 0,
	account_id @INT@ REFERENCES account (id),
	attempt_id @INT@ REFERENCES attempt (id),
	meaning TEXT,			-- JSON as of dunlin understand
	detail TEXT,
	UNIQUE (company_id, channel, hash)
)@STRICT@;
CREATE INDEX inbox_attempt ON inbox (attempt_id)
	WHERE attempt_id IS NOT NULL;
CREATE INDEX inbox_state ON inbox (company_id, state, id);
CREATE INDEX inbox_account ON inbox (account_id, id)
	WHERE account_id IS NOT NULL;
-- held, and not yet known whose it is
CREATE INDEX inbox_held ON inbox (company_id, id)
	WHERE state = 'held' AND channel = 'mail' AND looked = 0;

-- Receipts that came before we knew the gateway's reference in them.
CREATE TABLE sms_early (
	company_id @INT@ NOT NULL REFERENCES company (id),
	route TEXT NOT NULL,
	remote_id TEXT NOT NULL,
	inbox_id @INT@ NOT NULL REFERENCES inbox (id),
	at @INT@ NOT NULL,
	PRIMARY KEY (company_id, route, remote_id, inbox_id)
)@STRICT@;

-- A payment plan: its instalments are promises.  States: track/plan.def.
CREATE TABLE payplan (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	account_id @INT@ NOT NULL REFERENCES account (id),
	state TEXT NOT NULL CHECK (@ANY:payplan_state:state@),
	made_at @INT@ NOT NULL,
	made_by TEXT NOT NULL,
	inbox_id @INT@ REFERENCES inbox (id),
	closed_at @INT@
)@STRICT@;

-- A promise to pay on a day.  States: track/promise.def.
CREATE TABLE promise (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	account_id @INT@ NOT NULL REFERENCES account (id),
	payplan_id @INT@ REFERENCES payplan (id),
	state TEXT NOT NULL CHECK (@ANY:promise_state:state@),
	made_at @INT@ NOT NULL,
	made_on @INT@ NOT NULL,		-- days in the debtor's zone
	day @INT@ NOT NULL,
	amount @INT@ NOT NULL,		-- 0: all of what it covers
	currency TEXT NOT NULL,
	made_by TEXT NOT NULL,
	inbox_id @INT@ REFERENCES inbox (id),
	contact_id @INT@ REFERENCES contact (id),
	note TEXT,
	-- By a bill of exchange, which matures then; NULL: not said when.
	by_bill @INT@ NOT NULL DEFAULT 0,
	matures @INT@,
	look_at @INT@ NOT NULL,		-- the planner looks then
	tell @INT@ NOT NULL,		-- a ledger as of a later day decides
	paid @INT@ NOT NULL DEFAULT 0,	-- counted when it was judged
	closed_at @INT@,
	why TEXT
)@STRICT@;
CREATE INDEX promise_active ON promise (account_id) WHERE closed_at IS NULL;
CREATE INDEX promise_look ON promise (company_id, look_at)
	WHERE closed_at IS NULL;
CREATE INDEX promise_account ON promise (account_id, closed_at);
CREATE INDEX promise_payplan ON promise (payplan_id);

CREATE TABLE promise_item (
	promise_id @INT@ NOT NULL REFERENCES promise (id),
	item_id @INT@ NOT NULL REFERENCES item (id),
	open @INT@ NOT NULL,		-- when the promise was made
	hold_id @INT@ REFERENCES hold (id),
	PRIMARY KEY (promise_id, item_id)
)@STRICT@;

-- An objection to an item, part of it, or all (item NULL).  States:
-- track/dispute.def.
CREATE TABLE dispute (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	account_id @INT@ NOT NULL REFERENCES account (id),
	item_id @INT@ REFERENCES item (id),
	amount @INT@ NOT NULL DEFAULT 0,	-- 0: all of the item
	state TEXT NOT NULL CHECK (@ANY:dispute_state:state@),
	reason TEXT NOT NULL,
	owner TEXT,			-- login of who looks at it
	by_day @INT@ NOT NULL,		-- answered by then
	opened_at @INT@ NOT NULL,
	opened_by TEXT NOT NULL,
	inbox_id @INT@ REFERENCES inbox (id),
	contact_id @INT@ REFERENCES contact (id),
	hold_id @INT@ REFERENCES hold (id),
	note TEXT,
	closed_at @INT@,
	closed_by TEXT,
	outcome TEXT
)@STRICT@;
CREATE INDEX dispute_account ON dispute (account_id, closed_at);

-- "We have paid that already."  States: track/claim.def.
CREATE TABLE claim (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	account_id @INT@ NOT NULL REFERENCES account (id),
	state TEXT NOT NULL CHECK (@ANY:claim_state:state@),
	made_at @INT@ NOT NULL,
	look_at @INT@ NOT NULL,
	until_day @INT@ NOT NULL,
	paid_on @INT@,
	amount @INT@ NOT NULL DEFAULT 0,
	currency TEXT NOT NULL DEFAULT '',
	reference TEXT,
	made_by TEXT NOT NULL,
	inbox_id @INT@ REFERENCES inbox (id),
	contact_id @INT@ REFERENCES contact (id),
	closed_at @INT@,
	-- The receipts that it was found by; while it is checked again: those
	-- that it is not.  Each of them: claim_receipt.
	found TEXT,
	found_on @INT@,			-- the newest
	found_amount @INT@,
	sure @INT@ NOT NULL DEFAULT 0	-- the customer is told so
)@STRICT@;
CREATE INDEX claim_active ON claim (account_id) WHERE closed_at IS NULL;
CREATE INDEX claim_look ON claim (company_id, look_at)
	WHERE closed_at IS NULL;

CREATE TABLE claim_item (
	claim_id @INT@ NOT NULL REFERENCES claim (id),
	item_id @INT@ NOT NULL REFERENCES item (id),
	open @INT@ NOT NULL,
	hold_id @INT@ REFERENCES hold (id),
	PRIMARY KEY (claim_id, item_id)
)@STRICT@;

CREATE TABLE claim_receipt (
	claim_id @INT@ NOT NULL REFERENCES claim (id),
	reference TEXT NOT NULL,
	PRIMARY KEY (claim_id, reference)
)@STRICT@;

-- Receipts that a person has said were not it: each alone, or several as one.
CREATE TABLE claim_refused (
	claim_id @INT@ NOT NULL REFERENCES claim (id),
	reference TEXT NOT NULL,
	several @INT@ NOT NULL,
	PRIMARY KEY (claim_id, reference, several)
)@STRICT@;

-- A bill of exchange that was received: no cash, but what it covers waits
-- for its day.  States: track/bill.def.
CREATE TABLE bill (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	account_id @INT@ NOT NULL REFERENCES account (id),
	state TEXT NOT NULL CHECK (state IN (@LIST:bill_state@)),
	number TEXT,
	drawee TEXT,			-- who is to pay it
	received_on @INT@ NOT NULL,
	matures @INT@ NOT NULL,
	amount @INT@ NOT NULL,
	currency TEXT NOT NULL,
	made_at @INT@ NOT NULL,
	made_by TEXT NOT NULL,
	note TEXT,
	look_at @INT@ NOT NULL,		-- the planner looks then
	closed_at @INT@
)@STRICT@;
CREATE INDEX bill_active ON bill (account_id) WHERE closed_at IS NULL;
CREATE INDEX bill_look ON bill (company_id, look_at)
	WHERE closed_at IS NULL;

CREATE TABLE bill_item (
	bill_id @INT@ NOT NULL REFERENCES bill (id),
	item_id @INT@ NOT NULL REFERENCES item (id),
	open @INT@ NOT NULL,		-- when it was received
	hold_id @INT@ REFERENCES hold (id),
	PRIMARY KEY (bill_id, item_id)
)@STRICT@;

-- An incentive for paying by a day, as a message that left, or is leaving,
-- made it.  States: track/offer.def.
CREATE TABLE offer (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	account_id @INT@ NOT NULL REFERENCES account (id),
	communication_id @INT@ NOT NULL REFERENCES communication (id),
	state TEXT NOT NULL CHECK (@ANY:offer_state:state@),
	made_at @INT@ NOT NULL,
	made_on @INT@ NOT NULL,		-- days in the debtor's zone
	day @INT@ NOT NULL,		-- the last, inclusive
	amount @INT@ NOT NULL,		-- all that it covers
	discount @INT@ NOT NULL,	-- of it; rounded up
	percent @INT@ NOT NULL,		-- hundredths; 0: a fixed amount
	next_order @INT@ NOT NULL,	-- credited there
	currency TEXT NOT NULL,
	ground TEXT NOT NULL,		-- consent, or what a lawyer advised
	look_at @INT@ NOT NULL,		-- the planner looks then
	tell @INT@ NOT NULL,		-- a ledger as of a later day decides
	paid @INT@ NOT NULL DEFAULT 0,	-- counted when it was judged
	forgiven @INT@ NOT NULL DEFAULT 0,	-- of what it covers
	kept_at @INT@,
	closed_at @INT@
)@STRICT@;
CREATE UNIQUE INDEX offer_communication ON offer (communication_id)
	WHERE state <> 'unsent';
CREATE INDEX offer_account ON offer (account_id, id);
CREATE INDEX offer_look ON offer (company_id, look_at)
	WHERE closed_at IS NULL;

CREATE TABLE offer_item (
	offer_id @INT@ NOT NULL REFERENCES offer (id),
	item_id @INT@ NOT NULL REFERENCES item (id),
	open @INT@ NOT NULL,		-- when it was made
	amount @INT@ NOT NULL,		-- of the invoice, then
	hold_id @INT@ REFERENCES hold (id),
	PRIMARY KEY (offer_id, item_id)
)@STRICT@;

-- What people know that interrupted the limitation of a claim; what Dunlin
-- knows itself is in communication, promise, bill and payment.
CREATE TABLE interruption (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	account_id @INT@ NOT NULL REFERENCES account (id),
	item_id @INT@ REFERENCES item (id),	-- NULL: of all that is open
	event TEXT NOT NULL,		-- a row of limitation_events.def
	day @INT@ NOT NULL,
	note TEXT,
	seq @INT@ NOT NULL,		-- of the account's event
	made_at @INT@ NOT NULL,
	made_by TEXT NOT NULL
)@STRICT@;
CREATE INDEX interruption_account ON interruption (account_id);

-- Who answers for what an account owes (store/guarantors.h).
CREATE TABLE guarantor (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	account_id @INT@ NOT NULL REFERENCES account (id),
	item_id @INT@ REFERENCES item (id),	-- NULL: all that is open
	name TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN (@LIST:guarantee_kind@)),
	until @INT@,			-- the last day agreed; NULL: the law's
	asked_on @INT@,			-- joint: asked; ordinary: sued
	note TEXT,
	made_at @INT@ NOT NULL,
	made_by TEXT NOT NULL,
	ended_at @INT@
)@STRICT@;
CREATE INDEX guarantor_account ON guarantor (account_id);
CREATE INDEX guarantor_company ON guarantor (company_id)
	WHERE ended_at IS NULL;

-- The limitation clock of items that end within a year, as of the last daily
-- look (track/limit.h).
CREATE TABLE limitation (
	item_id @INT@ NOT NULL PRIMARY KEY REFERENCES item (id),
	company_id @INT@ NOT NULL REFERENCES company (id),
	account_id @INT@ NOT NULL REFERENCES account (id),
	base @INT@ NOT NULL,
	ends_on @INT@ NOT NULL,		-- the last day
	warned @INT@ NOT NULL,		-- 90, 30, -1: has passed; 0: not yet
	passed @INT@ NOT NULL
)@STRICT@;
CREATE INDEX limitation_company ON limitation (company_id, account_id,
	ends_on) WHERE passed = 0;

CREATE TABLE task (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	account_id @INT@ REFERENCES account (id),
	reason TEXT NOT NULL,		-- a row of escalate/reasons.def
	state TEXT NOT NULL CHECK (@ANY:task_state:state@),
	severity @INT@ NOT NULL,	-- 1 routine, 2 soon, 3 at once
	owner TEXT,			-- login; NULL: not yet assigned
	level @INT@ NOT NULL DEFAULT 0,	-- raised to: 1 lead, 2 manager
	times @INT@ NOT NULL DEFAULT 1,	-- how often it came
	came_at @INT@ NOT NULL,		-- last
	look_at @INT@ NOT NULL DEFAULT 0,	-- escalation looks then
	title TEXT NOT NULL,
	detail TEXT,
	outbox_id @INT@ REFERENCES outbox (id),
	hold_id @INT@ REFERENCES hold (id),
	inbox_id @INT@ REFERENCES inbox (id),
	opened_at @INT@ NOT NULL,
	due_at @INT@ NOT NULL,
	closed_at @INT@,
	closed_by TEXT,
	outcome TEXT,
	-- 1: its entry says what it says.  Whatever changes it sets 0.
	entered @INT@ NOT NULL DEFAULT 0
)@STRICT@;
-- People may have several of their own (dunlin task add: reason todo).
CREATE UNIQUE INDEX task_one ON task (company_id, account_id, reason)
	WHERE state <> 'closed' AND account_id IS NOT NULL
	AND reason <> 'todo';
CREATE UNIQUE INDEX task_company ON task (company_id, reason)
	WHERE state <> 'closed' AND account_id IS NULL AND reason <> 'todo';
CREATE INDEX task_open ON task (due_at) WHERE state <> 'closed';
CREATE INDEX task_look ON task (company_id, look_at)
	WHERE state <> 'closed';
CREATE INDEX task_account ON task (account_id, reason);
CREATE INDEX task_entered ON task (company_id, id) WHERE entered = 0;

-- What people see in their calendars: one row for a promise, an instalment, a
-- dispute, a task or a limitation date, with what it says since changed_at.
CREATE TABLE entry (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	account_id @INT@ REFERENCES account (id),
	kind TEXT NOT NULL CHECK (kind IN (@LIST:entry_kind@)),
	ref @INT@ NOT NULL,		-- of its promise, dispute, task, account
	uid TEXT NOT NULL UNIQUE,	-- opaque; the same after a restore
	owner TEXT,			-- login; NULL: the team's
	account TEXT,
	name TEXT,
	day @INT@,
	due_at @INT@,			-- tasks
	state TEXT NOT NULL,
	severity @INT@ NOT NULL,
	amount @INT@ NOT NULL,
	currency TEXT,
	document TEXT,
	n_documents @INT@ NOT NULL,
	title TEXT,
	note TEXT,
	sequence @INT@ NOT NULL DEFAULT 0,
	created_at @INT@ NOT NULL,
	changed_at @INT@ NOT NULL,
	ended_at @INT@,
	UNIQUE (company_id, kind, ref)
)@STRICT@;
CREATE INDEX entry_account ON entry (account_id);
CREATE INDEX entry_live ON entry (company_id, kind) WHERE ended_at IS NULL;
CREATE INDEX entry_changed ON entry (company_id, changed_at);

-- An entry in a calendar of a server.  What is tried is committed before its
-- request leaves; a row that is found trying is settled by looking.
CREATE TABLE entry_copy (
	id @ID@,
	entry_id @INT@ NOT NULL REFERENCES entry (id),
	company_id @INT@ NOT NULL REFERENCES company (id),
	calendar TEXT NOT NULL,		-- its name in dunlin.yaml
	href TEXT NOT NULL,
	etag TEXT,			-- NULL: not there
	sequence @INT@ NOT NULL,	-- of what is there; -1: other
	form TEXT NOT NULL,		-- language and details of it
	said TEXT,			-- our own part of it
	theirs TEXT,			-- all of it; NULL: said is all
	declined @INT@ NOT NULL,	-- somebody deleted it at that sequence
	trying TEXT CHECK (trying IN ('put', 'delete')),
	tried TEXT,			-- our own part of what is tried
	tries @INT@ NOT NULL DEFAULT 0,
	next_at @INT@ NOT NULL DEFAULT 0,
	why TEXT,
	UNIQUE (entry_id, calendar),
	UNIQUE (company_id, calendar, href)
)@STRICT@;
CREATE INDEX entry_copy_trying ON entry_copy (company_id, calendar)
	WHERE trying IS NOT NULL;

-- How far a calendar of a server is read, and how it fares.
CREATE TABLE calendar (
	company_id @INT@ NOT NULL REFERENCES company (id),
	name TEXT NOT NULL,		-- in dunlin.yaml
	source TEXT NOT NULL,		-- the URL there
	url TEXT NOT NULL,		-- of the collection found
	token TEXT,			-- sync-token or ctag
	next_at @INT@ NOT NULL,
	failing_since @INT@,
	failures @INT@ NOT NULL DEFAULT 0,
	why TEXT,
	PRIMARY KEY (company_id, name)
)@STRICT@;

-- Read-only calendars for who has the address (dunlin calendar feed).
CREATE TABLE feed (
	id @ID@,
	company_id @INT@ NOT NULL REFERENCES company (id),
	owner TEXT,			-- login; NULL: the team
	secret TEXT NOT NULL UNIQUE,	-- SHA-256 of it
	language TEXT NOT NULL,
	details @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT NOT NULL,
	revoked_at @INT@
)@STRICT@;
