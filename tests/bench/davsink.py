#!/usr/bin/python3
"""A calendar server that keeps nothing: one collection in memory, as much of
CalDAV as the role "calendar" asks for, requests counted by their method.  For
benches only: real servers look through a collection at each PUT.

usage: davsink.py	prints its port; GET /counts tells and forgets"""
import http.server, json, re, socketserver, sys

HEAD = ('<d:multistatus xmlns:d="DAV:" '
        'xmlns:c="urn:ietf:params:xml:ns:caldav">')
objects, log, counts = {}, [], {}	# file -> (ETag, body); files changed


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args):
        pass

    def say(self, status, body=b"", etag=None):
        head = "HTTP/1.1 %d x\r\nContent-Length: %d\r\n" % (status, len(body))
        if etag is not None:
            head += "ETag: %s\r\n" % etag
        self.wfile.write(head.encode() + b"\r\n" + body)

    def do(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        counts[self.command] = counts.get(self.command, 0) + 1
        getattr(self, "on_" + self.command)(self.path.rsplit("/", 1)[1],
                                            body)

    def on_GET(self, file, body):
        if file == "counts":
            del counts["GET"]
            text = json.dumps(counts)
            counts.clear()
            return self.say(200, text.encode())
        there = objects.get(file)
        return self.say(404) if there is None else self.say(
            200, there[1], there[0])

    def allowed(self, file):
        there = objects.get(file)
        if self.headers.get("If-None-Match") == "*":
            return there is None
        match = self.headers.get("If-Match")
        return match is None or (there is not None and there[0] == match)

    def on_PUT(self, file, body):
        if not self.allowed(file):
            return self.say(412)
        log.append(file)
        etag = '"%d"' % len(log)
        status = 204 if file in objects else 201
        objects[file] = etag, body
        self.say(status, etag=etag)

    def on_DELETE(self, file, body):
        if not self.allowed(file):
            return self.say(412)
        log.append(file)
        objects.pop(file, None)
        self.say(204)

    def on_PROPFIND(self, file, body):
        self.say(207, (HEAD + "<d:response><d:href>/c/</d:href><d:propstat>"
                       "<d:prop><d:resourcetype><d:collection/>"
                       "<c:calendar/></d:resourcetype></d:prop><d:status>"
                       "HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
                       "</d:multistatus>").encode())

    def on_REPORT(self, file, body):
        m = re.search(rb"sync-token>(\d*)<", body)
        since = int(m[1] or 0)
        files = set(log[since:]) if since else set(objects)
        out = [HEAD]
        for f in sorted(files):
            there = objects.get(f)
            out.append("<d:response><d:href>/c/%s</d:href>" % f + (
                "<d:status>HTTP/1.1 404 x</d:status></d:response>"
                if there is None else "<d:propstat><d:prop><d:getetag>%s"
                "</d:getetag></d:prop><d:status>HTTP/1.1 200 OK</d:status>"
                "</d:propstat></d:response>" % there[0]))
        out.append("<d:sync-token>%d</d:sync-token></d:multistatus>"
                   % len(log))
        self.say(207, "".join(out).encode())


for method in ("GET", "PUT", "DELETE", "PROPFIND", "REPORT"):
    setattr(Handler, "do_" + method, Handler.do)


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


server = Server(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
