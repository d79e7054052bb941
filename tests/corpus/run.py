#!/usr/bin/python3
"""Replies with their expected meaning: run.py DUNLIN DIR.

A line is text (\\n: a new line), leads that are right (a|b), promises, safety
intents that must show, and the reason or means.  Prints what differs, then a
line "N passed, M failed"."""
import json
import os
import re
import subprocess
import sys
import tempfile

SETTING = {'en': ('Europe/London', 'en'), 'zh': ('Asia/Shanghai', 'zh')}
REF = '2026-03-11T10:00:00'


def rows(path):
    with open(path, encoding='utf-8') as f:
        for n, line in enumerate(f, 1):
            if line.strip() and not line.startswith('#'):
                cells = line.rstrip('\n').split('\t')
                cells[0] = cells[0].replace('\\n', '\n')
                yield n, cells + [''] * (5 - len(cells))


def ends(text):
    if '..' not in text:
        return text, text
    first, last = text.split('..')
    return first or None, last or None


def same(want, got):
    if want == got:
        return True
    if want[0] is None or want[1] is None:
        side = 1 if want[0] is None else 0
        return want[side] == got[side]
    return False


def differs(cells, got):
    text, leads, promises, safety, detail = cells[:5]
    if got.get('lead') not in leads.split('|'):
        return 'lead %s, wanted %s' % (got.get('lead'), leads)
    found = [(p.get('from'), p.get('to')) for p in got.get('promises', [])]
    want = [] if promises == '-' else [ends(p) for p in promises.split()]
    if promises != '?' and (len(want) != len(found) or not all(
            any(same(w, f) for f in found) for w in want)):
        return 'promises %s, wanted %s' % (found, promises)
    seen = [got.get('lead')] + got.get('also', [])
    if safety and safety not in seen:
        return '%s is not in %s' % (safety, seen)
    if detail and got.get('reason') not in detail.split('|') and \
            got.get('means') not in detail.split('|') and not (
            '|' in detail and got.get('lead') != 'dispute'):
        return 'reason %s, means %s, wanted %s' % (
            got.get('reason'), got.get('means'), detail)
    return None


def ask(dunlin, cases, tz, code):
    source = ''.join(json.dumps({'id': str(n), 'text': c[0], 'ref': REF,
        'tz': tz, 'lang': code, 'channel': 'sms'}, ensure_ascii=False) + '\n'
        for n, c in cases)
    run = subprocess.run([dunlin, 'understand', '--jsonl'],
        input=source.encode(), stdout=subprocess.PIPE, timeout=60)
    out = {}
    for line in run.stdout.decode().splitlines():
        row = json.loads(line)
        out[row['id']] = row
    return out


def names(got):
    found = {(r['type'], r['value']) for r in got.get('refs', [])}
    for c in got.get('contacts', []):
        found |= {(k, c[k]) for k in ('email', 'phone', 'name') if k in c}
    return found


def references(dunlin, folder):
    """Numbers and contacts; returns how many passed and failed."""
    cases = list(rows(os.path.join(folder, 'refs.tsv')))
    passed = 0
    got = {}
    for lang in SETTING:
        got.update(ask(dunlin, [(n, c) for n, c in cases if lang == (
            'zh' if any(ord(x) > 0x3000 for x in c[0]) else 'en')],
            *SETTING[lang]))
    for n, cells in cases:
        found = names(got.get(str(n), {}))
        want = cells[1].split(' ', 1)
        if found == set() if want == ['-'] else tuple(want) in found:
            passed += 1
        else:
            print('refs.tsv:%d: %s: %s, wanted %s' % (n, cells[0],
                sorted(found), cells[1]))
    return passed, len(cases) - passed


def mails(path):
    """Parts of mails.txt: number of the line, what is expected, the mail."""
    found = []
    with open(path, encoding='utf-8') as f:
        for n, line in enumerate(f, 1):
            if line.startswith('=== '):
                found.append([n, line[4:].split(), ''])
            elif found:
                found[-1][2] += line
    return found


def mail_differs(want, got):
    if got.get('kind') != want[0]:
        return 'is %s, wanted %s' % (got.get('kind'), want[0])
    seen = got.get('bounce', {}).get('recipients', [])
    if len(want) < 2:
        return None
    for r in seen:
        if r['recipient'] == want[1] and (len(want) < 4 or (
                want[2] in ('-', r['status']) or (want[2][-1] == '*' and
                r['status'].startswith(want[2][:-1]))) and
                (want[3] == '-' or r['address_dead'])):
            return None
    return '%s, wanted %s' % (seen, want[1:])


def read_mails(dunlin, folder):
    """How many mails are what they are, and how many not."""
    cases = mails(os.path.join(folder, 'mails.txt'))
    passed = 0
    with tempfile.TemporaryDirectory() as d:
        asked = ''
        for n, _, mail in cases:
            name = os.path.join(d, str(n))
            with open(name, 'w', encoding='utf-8') as f:
                f.write(mail)
            asked += json.dumps({'id': str(n), 'path': name}) + '\n'
        run = subprocess.run([dunlin, 'understand', '--mail', '--jsonl'],
            input=asked.encode(), stdout=subprocess.PIPE, timeout=60)
    got = {r['id']: r for r in map(json.loads,
        run.stdout.decode().splitlines())}
    for n, want, _ in cases:
        why = mail_differs(want, got.get(str(n), {}))
        if why is None:
            passed += 1
        else:
            print('mails.txt:%d: %s' % (n, why))
    return passed, len(cases) - passed


def said(text):
    return [' '.join(x.split()) for x in text.split('\n')
        if x.strip() and x.lstrip()[0] not in '>|']


def writers(dunlin, folder):
    """How many mails yield their writer's words, and how many not."""
    with open(os.path.join(folder, 'words.txt'), encoding='utf-8') as f:
        parts = f.read().split('\n=== ')[1:]
    cases = [p.split('\n', 1) for p in parts]
    asked = ''.join(json.dumps({'id': name, 'channel': 'email', 'ref': REF,
        'text': body.split('\n--- own\n')[0]}) + '\n' for name, body in cases)
    run = subprocess.run([dunlin, 'understand', '--jsonl'],
        input=asked.encode(), stdout=subprocess.PIPE, timeout=60)
    got = {r['id']: r for r in map(json.loads,
        run.stdout.decode().splitlines())}
    passed = 0
    for name, body in cases:
        own = got.get(name, {}).get('text', '')
        if said(own) == said(body.split('\n--- own\n')[1]):
            passed += 1
        else:
            print('words.txt: %s: %r' % (name, own))
    return passed, len(cases) - passed


EXAMPLES = (('dates_en.def', 'R('), ('dates_zh.def', 'R('),
    ('amounts.def', 'R('), ('refs.def', 'REFERENCE('))


def examples(tables):
    """The example of each row: the last string of its line."""
    for name, head in EXAMPLES:
        with open(os.path.join(tables, name), encoding='utf-8') as f:
            for n, line in enumerate(f, 1):
                if line.startswith(head):
                    text = re.findall(r'"((?:[^"\\]|\\.)*)"', line)[-1]
                    yield name, n, re.sub(r'\\(.)', r'\1', text)


def phrase_differs(cells, got):
    if got.get('lead') not in cells[2].split('|'):
        return 'lead %s, wanted %s' % (got.get('lead'), cells[2])
    found = [(d.get('from'), d.get('to')) for d in got.get('dates', [])]
    want = [] if cells[3] == '-' else [ends(d) for d in cells[3].split()]
    if found != want:
        return 'dates %s, wanted %s' % (found, cells[3])
    sums = ' '.join(a['value'] + a.get('currency', '')
        for a in got.get('amounts', [])) or '-'
    return None if sums == cells[4] else 'sums %s, wanted %s' % (sums,
        cells[4])


def phrases(dunlin, folder):
    """Each row's example stands in a case, and is read as the case says."""
    cases = list(rows(os.path.join(folder, 'phrases.tsv')))
    passed = failed = 0
    got = {}
    for lang in SETTING:
        got.update(ask(dunlin, [(n, c) for n, c in cases if c[1] == lang],
            *SETTING[lang]))
    for n, cells in cases:
        why = phrase_differs(cells, got.get(str(n), {}))
        passed += why is None
        failed += why is not None
        if why is not None:
            print('phrases.tsv:%d: %s: %s' % (n, cells[0], why))
    known = set()
    for name in ('phrases.tsv', 'replies-en.tsv', 'replies-zh.tsv',
            'refs.tsv'):
        known |= {c[0] for _, c in rows(os.path.join(folder, name))}
    for name, n, text in examples(os.path.join(folder, '..', '..', 'src',
            'understand')):
        passed += text in known
        failed += text not in known
        if text not in known:
            print('%s:%d: no case in tests/corpus for: %s' % (name, n, text))
    return passed, failed


def one_of(wanted, same_as):
    return any(same_as(w) for w in wanted.split('|'))


def same_date(row):
    found = row.get('dates', [])
    got = (found[0].get('from'), found[0].get('to')) if found else None

    def is_it(wanted):
        if wanted == '-' or got is None:
            return wanted == '-' and got is None
        want = ends(wanted)
        return want == got or (want[0] is None and got ==
            (REF[:10], want[1]))
    return is_it, got


def plain(value):
    return ('%.4f' % float(value)).rstrip('0').rstrip('.')


def same_sums(row):
    """The currency counts where the case has one."""
    got = [(plain(a['value']), a.get('currency', ''))
        for a in row.get('amounts', []) if a.get('value')]

    def is_it(wanted):
        want = [] if wanted == '-' else wanted.split(';')
        return len(want) == len(got) and all(w in (v, v + c)
            for w, (v, c) in zip(want, got))
    return is_it, got


def singles(dunlin, folder):
    """dates-*.tsv and amounts-*.tsv: what is named first, and the sums."""
    passed = failed = 0
    for name, reader in (('dates', same_date), ('amounts', same_sums)):
        for lang, setting in SETTING.items():
            path = os.path.join(folder, '%s-%s.tsv' % (name, lang))
            cases = list(rows(path))
            got = ask(dunlin, cases, *setting)
            for n, cells in cases:
                is_it, found = reader(got.get(str(n), {}))
                if one_of(cells[1], is_it):
                    passed += 1
                    continue
                failed += 1
                print('%s-%s.tsv:%d: %s: %s, wanted %s' % (name, lang, n,
                    cells[0], found, cells[1]))
    return passed, failed


def main():
    dunlin, folder = sys.argv[1:3]
    passed, failed = references(dunlin, folder)
    for more in (read_mails, writers, phrases, singles):
        good, bad = more(dunlin, folder)
        passed, failed = passed + good, failed + bad
    for lang, (tz, code) in sorted(SETTING.items()):
        path = os.path.join(folder, 'replies-%s.tsv' % lang)
        cases = list(rows(path))
        out = ask(dunlin, cases, tz, code)
        for n, cells in cases:
            why = differs(cells, out.get(str(n), {}))
            if why is None:
                passed += 1
                continue
            failed += 1
            print('%s:%d: %s: %s' % (os.path.basename(path), n, cells[0],
                why))
    print('%d passed, %d failed' % (passed, failed))
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())
