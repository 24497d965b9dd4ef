"""A package index on the loopback (PEP 691) of the source distributions that lie in this folder: index.py PORT-FILE.

What it is asked for is written down in the file `asked`, a path a line.
"""
import glob
import hashlib
import http.server
import json
import re
import sys


def listed(project):
    """What it has of a project, newest file last."""
    for name in sorted(glob.glob("*.tar.gz")):
        if re.sub(r"[-_.]+", "-", name.rpartition("-")[0]).lower() == project:
            with open(name, "rb") as f:
                digest = hashlib.sha256(f.read()).hexdigest()
            yield {"filename": name, "url": "/files/" + name, "hashes": {"sha256": digest}}


class Index(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        with open("asked", "a", encoding="utf-8") as f:
            f.write(self.path + "\n")
        body = None
        kind, _, name = self.path.strip("/").partition("/")
        if kind == "simple":
            files = list(listed(name))
            body = json.dumps({"files": files}).encode() if files else None
        elif kind == "files" and "/" not in name:
            with open(name, "rb") as f:
                body = f.read()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "application/vnd.pypi.simple.v1+json")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")


server = http.server.HTTPServer(("127.0.0.1", 0), Index)
with open(sys.argv[1], "w", encoding="utf-8") as port:
    port.write(str(server.server_port))
server.serve_forever()
