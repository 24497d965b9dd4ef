#!/usr/bin/env python3
"""A web server that misbehaves on request: server.py FOLDER PORTFILE. Ends by itself after two minutes.

GET /ok/FILE        the file, with ranges
    /gone/FILE      404
    /busy/FILE      503
    /flaky/FILE     503 twice, then the file
    /cut/FILE       half of it, then the connection is closed, whatever the range
    /cut-once/FILE  half of it the first time; then the rest when asked for by range
    /stall/FILE     half of it, then silence
    /held/FILE      half of it, and the rest once there is a file FILE.go beside it
    /wrong/FILE     as many other bytes
    /round/FILE     redirects to itself
    /log            the requests so far
"""
import http.server
import os
import re
import sys
import threading
import time

folder, port_file = sys.argv[1:3]
requests, lock = [], threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def part(self, body, upto):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:upto])
        self.wfile.flush()
        self.close_connection = True

    def send_file(self, body):
        asked = re.match(r"bytes=(\d+)-$", self.headers.get("Range", ""))
        if asked and int(asked.group(1)) < len(body):
            start = int(asked.group(1))
            self.answer(206, body[start:], Content_Range="bytes %d-%d/%d" % (start, len(body) - 1, len(body)))
        else:
            self.answer(200, body, Accept_Ranges="bytes")

    def do_GET(self):
        with lock:
            before = sum(1 for path, _ in requests if path == self.path)
            requests.append((self.path, self.headers.get("Range", "")))
            log = "".join("%s %s\n" % r for r in requests)
        if self.path == "/log":
            return self.answer(200, log.encode())
        try:
            _, how, name = self.path.split("/", 2)
            with open(os.path.join(folder, os.path.basename(name)), "rb") as f:
                body = f.read()
        except (ValueError, OSError):
            return self.answer(404)
        if how == "ok" or (how == "flaky" and before >= 2) or (how == "cut-once" and before >= 1):
            return self.send_file(body)
        if how in ("busy", "flaky"):
            return self.answer(503)
        if how in ("cut", "cut-once"):
            return self.part(body, len(body) // 2)
        if how == "stall":
            self.part(body, len(body) // 2)
            time.sleep(100)
            return None
        if how == "held":
            self.part(body, len(body) // 2)
            while not os.path.exists(os.path.join(folder, os.path.basename(name) + ".go")):
                time.sleep(0.02)
            self.wfile.write(body[len(body) // 2:])
            return None
        if how == "wrong":
            return self.answer(200, bytes(b ^ 1 for b in body))
        if how == "round":
            return self.answer(302, Location=self.path)
        return self.answer(404)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
with open(port_file + ".new", "w") as f:
    f.write(str(server.server_port))
os.rename(port_file + ".new", port_file)
threading.Timer(120, lambda: os._exit(0)).start()
server.serve_forever()
