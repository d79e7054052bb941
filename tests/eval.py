#!/usr/bin/python3
"""make eval EVAL_DATA=DIR: how well texts and mails are understood.

DIR holds any of: dates.jsonl, dates-negative.jsonl, amounts.jsonl,
replies.jsonl, bounces.jsonl with mail/, and labelled debtor replies
(debtor-replies*.jsonl, replies-gold.jsonl).  Prints one table; exits with 1
when a number is on the wrong side of its floor in tests/eval.floors.

usage: eval.py DUNLIN DIR FLOORS [--wrong]      --wrong: list the misses"""
import json
import os
import re
import subprocess
import sys

OLD_WORDS = {'bounce': ['auto_reply', 'unclear'],
    'cannot_pay': ['refusal', 'hardship'], 'out_of_office': ['auto_reply'],
    'legal_threat': ['legal'], 'insolvency': ['legal'],
    'third_party_payer': ['third_party'], 'already_paid': ['paid'],
    'vague_promise': ['promise_vague'],
    'ambiguous_date': ['promise', 'promise_vague', 'extension']}
SAFETY = {'legal', 'abusive', 'vulnerable', 'opt_out'}


class Table:
    def __init__(self, show):
        self.cells, self.show = {}, show

    def count(self, key, metric, hit, what=None):
        cell = self.cells.setdefault((key, metric), [0, 0])
        cell[0] += bool(hit)
        cell[1] += 1
        if self.show and what is not None:
            print('%s %s: %s' % (key, metric, what))

    def per_cent(self, key, metric):
        hits, all_rows = self.cells[(key, metric)]
        return 100.0 * hits / all_rows


class Set:
    """One file of the directory and what dunlin says of its rows."""
    def __init__(self, dunlin, folder, name, make, *options):
        path = os.path.join(folder, name)
        self.rows = []
        if os.path.exists(path):
            with open(path, encoding='utf-8') as f:
                self.rows = [json.loads(x) for x in f if x.strip()]
        asked = ''.join(json.dumps(make(r), ensure_ascii=False) + '\n'
            for r in self.rows)
        run = subprocess.run([dunlin, 'understand', *options, '--jsonl'],
            input=asked.encode('utf-8'), stdout=subprocess.PIPE, timeout=600)
        self.said = {}
        for line in run.stdout.decode('utf-8', 'replace').splitlines():
            row = json.loads(line)
            self.said[str(row['id'])] = row

    def __iter__(self):
        for r in self.rows:
            yield r, self.said.get(str(r['id']), {})


def text_row(channel=None):
    names = ('id', 'text', 'ref', 'tz', 'lang', 'country', 'channel')

    def make(row):
        out = {n: row[n] for n in names if row.get(n)}
        if channel:
            out['channel'] = channel
        return out
    return make


def span(e):
    if isinstance(e, str):
        return e, e
    return e.get('from'), e.get('to')


def agrees(want, got, written):
    """A deadline may begin on the day of writing; where the label states
    one end, only that end counts."""
    if want == got or (got[0] is None and want == (written, got[1])):
        return True
    if want[0] is None:
        return got[1] == want[1]
    return want[1] is None and got[0] == want[0]


def dates(dunlin, folder, t):
    for row, got in Set(dunlin, folder, 'dates.jsonl', text_row('sms')):
        if row.get('note'):
            continue
        found = [(d.get('from'), d.get('to')) for d in got.get('dates', [])]
        ok = bool(found) and agrees(span(row['expect']), found[0],
            row['ref'][:10])
        t.count('dates ' + row['lang'], 'strict', ok, None if ok else
            [row['text'], row['ref'][:10], row['expect'], found[:1]])
    for row, got in Set(dunlin, folder, 'dates-negative.jsonl',
            text_row('sms')):
        t.count('no date ' + row['lang'], 'false', got.get('dates'),
            [row['text'], got['dates'][:1]] if got.get('dates') else None)


# Some sources count in hundredths: 5分 is "5.0 Cent", which is 0.05.
PER_UNIT = {'Cent': 100}


def is_amount(expect):
    return isinstance(expect, dict) and isinstance(expect['value'], str)


def amounts(dunlin, folder, t):
    for row, got in Set(dunlin, folder, 'amounts.jsonl', text_row('sms')):
        first = (got.get('amounts') or [{}])[0].get('value')
        want = row['expect']
        key = 'amounts ' + row['lang']
        if not is_amount(want):
            key += ' (several or none)'
            many = want if isinstance(want, list) else want['value']
            first_want = many[0] if many else None
            if isinstance(first_want, dict):
                first_want = first_want['value']
        else:
            first_want = float(want['value']) / PER_UNIT.get(
                want.get('unit'), 1)
        if first is None or first_want is None:
            ok = first == first_want
        else:
            ok = abs(float(first) - float(first_want)) < 0.005
        t.count(key, 'exact', ok,
            None if ok else [row['text'], first_want, first])


def squeeze(s):
    lines = [re.sub(r'[ \t\u00a0]+', ' ', x).strip()
        for x in (s or '').replace('\r', '').split('\n')]
    return '\n'.join(x for x in lines if x)


def words(dunlin, folder, t):
    def make(row):
        return {'id': row['id'], 'text': row['raw'], 'channel': 'email',
            'ref': '2026-01-01T00:00:00'}
    for row, got in Set(dunlin, folder, 'replies.jsonl', make):
        have, want = squeeze(got.get('text')), squeeze(row['expect_reply'])
        ok = have == want or (row['expect_kind'] != 'whole' and want and
            have.startswith(want))
        lost = [x for x in want.split('\n')
            if x and x not in have.split('\n')]
        t.count('words', 'exact', ok, None if ok else row['id'])
        t.count('words', 'lost', lost, lost[:1] if lost else None)


def bare(address):
    return (address or '').lower().strip('<>')


def bounces(dunlin, folder, t):
    def make(row):
        return {'id': row['id'], 'path': os.path.join(folder, row['path'])}
    for row, got in Set(dunlin, folder, 'bounces.jsonl', make, '--mail'):
        found = got.get('bounce', {}).get('recipients', [])
        kind = got.get('kind')
        if row['expect']['kind'] not in ('hard', 'soft', 'bounce'):
            t.count('not bounces', 'called', kind == 'bounce',
                row['path'] if kind == 'bounce' else None)
            continue
        ok = kind in ('bounce', 'delay')
        t.count('bounces', 'found', ok, None if ok else row['path'])
        want = {bare(x['recipient']) for x in row['expects']
            if x.get('recipient')}
        if want:
            ok = want <= {bare(x['recipient']) for x in found}
            t.count('bounces', 'recipient', ok,
                None if ok else [row['path'], sorted(want)])
        status = row['expects'][0].get('status')
        if status and row['source'] == 'sisimai' and \
                not re.match(r'[45]\.0\.9\d\d$', status):
            ok = status in [x['status'] for x in found]
            t.count('bounces', 'status', ok, None if ok else
                [row['path'], status, [x['status'] for x in found]])


def promises_agree(sets, got, written):
    found = [(p.get('from'), p.get('to')) for p in got.get('promises', [])]
    for wanted in sets:
        want = [span(p.get('date', p) if isinstance(p, dict) else p)
            for p in wanted]
        if len(want) == len(found) and all(
                any(agrees(w, f, written) for f in found) for w in want):
            return True
    return False


def labelled_promises(row):
    """The sets of days that a row of the first form means, or None: its
    date where it is a promise, each day of its instalments, no day in any
    other row."""
    if 'date' not in row or row['intent'] == 'ambiguous_date':
        return None
    if row['intent'] != 'promise':
        return [[]]
    if row.get('instalments'):
        # "by month end" is no less right than the last day alone
        return [[x['due'] for x in row['instalments']],
            [{'to': x['due']} for x in row['instalments']],
            [{'to': x['due']} if n == 0 else x['due'] for n, x in
                enumerate(row['instalments'])],
            [x['due'] if n == 0 else {'from': x['due']} for n, x in
                enumerate(row['instalments'])]]
    return [[d] for d in [row['date']] + row.get('alts', [])]


def debtors(dunlin, folder, t):
    for name in sorted(os.listdir(folder)):
        if not re.match(r'(debtor-replies.*|replies-gold)\.jsonl$', name):
            continue
        for row, got in Set(dunlin, folder, name, text_row()):
            leads = row.get('leads') or OLD_WORDS.get(row['intent'],
                [row['intent']])
            ok = got.get('lead') in leads
            t.count('intent ' + row['lang'], 'lead', ok,
                None if ok else [row['text'], leads, got.get('lead')])
            sets = row.get('promise_sets', labelled_promises(row))
            if sets is None:
                continue
            day = row['ref'][:10]
            if any(sets):
                ok = promises_agree(sets, got, day)
                t.count('promises ' + row['lang'], 'exact', ok,
                    None if ok else [row['text'], sets, got['promises']])
            else:
                t.count('promises ' + row['lang'], 'invented',
                    got.get('promises'), [row['text'], got['promises']]
                    if got.get('promises') else None)
            safe = SAFETY & (set(leads) | set(row.get('also', [])))
            if safe:
                seen = {got.get('lead')} | set(got.get('also', []))
                t.count('safety', 'recalled', safe & seen)


def below(t, path):
    """Lines of the floors: KEY <tab> METRIC <tab> >= or <= <tab> NUMBER."""
    wrong = []
    with open(path, encoding='utf-8') as f:
        for line in f:
            if not line.strip() or line.startswith('#'):
                continue
            key, metric, sign, number = line.rstrip('\n').split('\t')
            if (key, metric) not in t.cells:
                continue
            have = t.per_cent(key, metric)
            if have < float(number) if sign == '>=' else \
                    have > float(number):
                wrong.append('%s: %s is %.1f, not %s %s' % (key, metric,
                    have, sign, number))
    return wrong


def main():
    dunlin, folder, floors = sys.argv[1:4]
    t = Table('--wrong' in sys.argv)
    for part in (dates, amounts, words, bounces, debtors):
        part(dunlin, folder, t)
    for (key, metric), (hits, rows) in sorted(t.cells.items()):
        print('%-32s %-10s %6.1f %%  (%d of %d)' % (key, metric,
            100.0 * hits / rows, hits, rows))
    wrong = below(t, floors)
    for line in wrong:
        print('below its floor: ' + line)
    return 1 if wrong or not t.cells else 0


if __name__ == '__main__':
    sys.exit(main())
