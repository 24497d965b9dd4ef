#!/usr/bin/env python3
"""A cache on the loopback that misbehaves as it is asked to: cache_server.py FOLDER PORTFILE. Ends by itself after five
minutes. What is put is kept in FOLDER; the first part of a path says how it is answered:

    /ok/ac/KEY, /ok/cas/SHA   GET, HEAD and PUT as they should be
    /token/…      401 without "Authorization: Bearer sesame"
    /full/…       PUT: 507
    /small/…      PUT: 413, before anything of it is read
    /broken/…     500
    /refused/…    the connection is closed without an answer
    /silent/…     no answer
    /stall/…      of a GET in cas half, then silence
    /cut/…        of a GET in cas half, then the end
    /wrong/…      of a GET in cas as many other bytes
    /swapped/…    of a GET in ac what another key has
    /garbage/…    of a GET in ac bytes that are nothing
    /endless/…    of a GET in ac and cas bytes without end
    /headers/…    header fields without end
    /moved/…      a redirect to /ok/…
    /away/…       a redirect to another port, whose requests are in the log as well
    /round/…      a redirect to itself
    /log          the requests so far: METHOD PATH AUTHORIZATION
"""
import http.server
import os
import sys
import threading
import time

folder, port_file = sys.argv[1:3]
log, lock = [], threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def close(self):
        self.wfile.flush()
        self.close_connection = True

    def path_of(self, kind, name):
        return os.path.join(folder, os.path.basename(kind), os.path.basename(name))

    def kept(self, kind, name):
        try:
            with open(self.path_of(kind, name), "rb") as f:
                return f.read()
        except OSError:
            return None

    def misbehave(self, how):
        """True when that was the answer, whatever was asked."""
        rest = self.path[len(how) + 1:]
        if how == "token" and self.headers.get("Authorization") != "Bearer sesame":
            self.answer(401)
        elif how == "broken":
            self.answer(500)
        elif how == "refused":
            self.close()
        elif how == "silent":
            time.sleep(100)
        elif how == "headers":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while True:
                self.wfile.write(b"X-More: " + b"x" * 1000 + b"\r\n")
        elif how == "moved":
            self.answer(307, Location="/ok" + rest)
        elif how == "away":
            self.answer(307, Location="http://127.0.0.1:%d/ok%s" % (other.server_address[1], rest))
        elif how == "round":
            self.answer(307, Location=self.path)
        else:
            return False
        return True

    def parts(self):
        with lock:
            log.append("%s %s %s\n" % (self.command, self.path, self.headers.get("Authorization", "-")))
        return (self.path.split("/") + ["", "", ""])[1:4]

    def endless(self):
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(bytes(65536))

    def half(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2])
        self.close()

    def do_HEAD(self):
        how, kind, name = self.parts()
        if not self.misbehave(how):
            self.answer(404 if self.kept(kind, name) is None else 200)

    def do_GET(self):
        how, kind, name = self.parts()
        if how == "log":
            return self.answer(200, "".join(log).encode())
        if self.misbehave(how):
            return None
        body = self.kept(kind, name)
        if body is None:
            return self.answer(404)
        if how == "endless":
            return self.endless()
        if how == "garbage" and kind == "ac":
            return self.answer(200, b"\xff" * 40)
        if how == "swapped" and kind == "ac":
            others = sorted(set(os.listdir(os.path.join(folder, "ac"))) - {name})
            return self.answer(200, self.kept("ac", others[0]))
        if kind == "cas" and how in ("stall", "cut"):
            self.half(body)
            time.sleep(100 if how == "stall" else 0)
            return None
        if kind == "cas" and how == "wrong":
            body = body[:-1] + bytes([body[-1] ^ 1])
        return self.answer(200, body)

    def do_PUT(self):
        how, kind, name = self.parts()
        length = int(self.headers.get("Content-Length", "0"))
        if how == "small":
            self.answer(413, Connection="close")
            return self.close()
        body = self.rfile.read(length)
        if self.misbehave(how):
            return None
        if how == "full":
            return self.answer(507)
        path = self.path_of(kind, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path + ".new", "wb") as f:
            f.write(body)
        os.rename(path + ".new", path)
        return self.answer(201)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, address):
        if not isinstance(sys.exc_info()[1], OSError):  # clients go away: that is what is tested
            super().handle_error(request, address)


server = Server(("127.0.0.1", 0), Handler)
other = Server(("127.0.0.1", 0), Handler)
for one in (server, other):
    threading.Thread(target=one.serve_forever, daemon=True).start()
with open(port_file + ".new", "w") as f:
    f.write("%d\n" % server.server_address[1])
os.rename(port_file + ".new", port_file)
time.sleep(300)
