#!/usr/bin/env python3
"""The include arrows of ARCHITECTURE.md: a room includes only what stands
below it, a foreign library is used in its named files only, SQL stands in
src/store only."""
import fnmatch
import os
import re
import sys

# Files of src: the rooms that they may include.  The last line that fits a
# file holds.  A step is the meeting place of a pure room and the store.
ROOMS = '''
base/*: base
core/*: base core
policy/*: base core policy
track/*: base core track
understand/*: base core policy understand
config/*: base core policy config
import/*: base core config policy import
plan/*: base core policy plan
render/*: base core policy plan config render
followup/*: base core policy plan config render followup escalate
sms/*: base core policy plan config render sms
send/*: base core policy plan config render followup track sms send
store/*: base core policy plan config escalate track import store
receive/*: base core policy plan config render escalate track store sms
receive/*: + understand receive
web/*: base core policy plan config followup store sms web
daemon/*: base core config import store plan render followup send receive
daemon/*: + web daemon
escalate/*: base core policy plan config render escalate
report/*: base core policy plan config render report
rehearse/*: base core policy plan understand report rehearse
cmd/*: base core policy plan config render report followup track understand
cmd/*: + import store sms send receive web rehearse daemon escalate cmd
main.c: cmd

followup/calendar_*: base core policy plan config render store followup
followup/calendar_*: + escalate
followup/publish.*: base core policy plan config render store followup
followup/publish.*: + escalate
track/guarantee.*: base core policy config store track
track/limit.*: base core policy plan config store track
track/courteous.*: base core policy plan config store track
track/tiering.*: base core policy plan config store track
track/act*: base core policy plan config store track
track/answer.*: base core policy plan config store track
track/follow*: base core policy plan config store track
track/undo*: base core policy plan config store track
plan/planner_*: base core policy plan config escalate track store
send/sender*: base core policy plan config render followup track store sms
send/sender*: + send
escalate/step.*: base core policy plan config render track store escalate
escalate/mail.*: base core policy plan config render track store escalate
escalate/act.*: base core policy plan config render track store escalate
escalate/coverage.*: base core policy config store escalate
escalate/digest*: base core policy plan config render report track store
escalate/digest*: + escalate
escalate/robot.*: base core policy plan config render store escalate
report/log.*: base core policy plan config render escalate report
report/activity.*: base core config store report
report/ageing.*: base core config store report
report/limitation.*: base core policy config store track report
report/money.*: base core config store report
report/reports.*: base core config store report
report/worked.*: base core config store report
report/evidence*: base core config render store followup understand report
rehearse/load.*: base core policy plan config store rehearse
rehearse/rehearse.*: base core policy plan config store rehearse
'''

# A header of another's library: the files that may include it.
FOREIGN = r'''
talloc\.h: base/mem\.h
sqlite3\.h: store/db_(sqlite\.c|driver\.h)
openssl/: (base/(hash|id)\.c|send/smtp_tls\.[ch])
jansson\.h: (followup/dav_child\.c|track/undo(_int)?\.[ch]|escalate/act\.c|(store|cmd|understand|receive|sms|report)/[a-z_]*\.[ch])
yaml\.h: config/yaml\.c
gmime/: (render/mail_compose\.c|understand/mime\.c)
unicode/: (base/text|core/zone|core/country|render/capital|render/locale|render/fold|understand/normalise|understand/holidays|import/decode)\.c
libesmtp\.h: send/smtp[a-z_]*\.[ch]
expat\.h: followup/dav_xml\.c
curl/: (send/http[a-z_]*|receive/imap|followup/dav)\.c
libical/: followup/ical[a-z_]*\.[ch]
microhttpd\.h: web/[a-z_]*\.c
pcre2\.h: (understand/[a-z_]*|render/lint)\.c
(cairo|pango/): render/(canvas\.c|subset\..)
zip\.h: report/zip\.c
libpq-fe\.h: none
'''

SQL = re.compile(r'"(SELECT .* FROM|INSERT INTO|DELETE FROM|CREATE (TABLE|INDEX)'
                 r'|UPDATE [a-z_]+ SET)')


def lines(table):
    for line in table.strip().splitlines():
        if line:
            yield line.split(': ', 1)


def allowed_for(name):
    allowed, fits = None, None
    for pattern, rooms in lines(ROOMS):
        if not fnmatch.fnmatchcase(name, pattern):
            continue
        rooms = rooms.split()
        if rooms[0] == '+' and pattern == fits:
            allowed = allowed + rooms[1:]
        elif rooms[0] != '+':
            allowed, fits = rooms, pattern
    return allowed


def faults(name, text):
    allowed = allowed_for(name)
    if allowed is None:
        yield 'its room has no line in arrows.py'
        return
    for target in re.findall(r'^#include "(.*)"$', text, re.M):
        if '/' in target and target.split('/')[0] not in allowed:
            yield 'must not include ' + target
    for header, files in lines(FOREIGN):
        if re.search(r'^#include <' + header, text, re.M) and \
                not re.fullmatch(files, name):
            yield f'must not use <{header}>'
    if not name.startswith('store/') and SQL.search(text):
        yield 'SQL outside src/store'


def main():
    src = os.path.join(os.environ['top_srcdir'], 'src')
    passed = failed = 0
    for folder, _, names in os.walk(src):
        for name in names:
            if not name.endswith(('.c', '.h')):
                continue
            path = os.path.join(folder, name)
            with open(path, encoding='utf-8') as f:
                found = list(faults(os.path.relpath(path, src), f.read()))
            for fault in found:
                print(f'src/{os.path.relpath(path, src)}: {fault}')
            failed += bool(found)
            passed += not found
    print(f'{passed} passed, {failed} failed')
    return 1 if failed or not passed else 0


sys.exit(main())
