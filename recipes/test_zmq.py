"""Proves a pyzmq wheel: versions, CURVE, and an encrypted REQ/REP round trip over TCP on loopback.

Run outside the source tree. Every wait is bounded; any failure exits non-zero.
"""

import signal
import sys
import threading

LIMIT_S = 20
WAIT_MS = 5000


def check(ok, what):
    if not ok:
        sys.exit("test_zmq: " + what)


def curve_round_trip(zmq, know_server):
    """One question and answer; know_server=False gives the client a wrong server key."""
    context = zmq.Context()
    server_public, server_secret = zmq.curve_keypair()
    client_public, client_secret = zmq.curve_keypair()
    if not know_server:
        server_public = zmq.curve_keypair()[0]
    answers = []

    server = context.socket(zmq.REP)
    client = context.socket(zmq.REQ)
    try:
        for socket in (server, client):
            socket.linger = 0
            socket.rcvtimeo = WAIT_MS if know_server else 500
            socket.sndtimeo = WAIT_MS
        server.curve_server = True
        server.curve_secretkey = server_secret
        port = server.bind_to_random_port("tcp://127.0.0.1")

        client.curve_publickey = client_public
        client.curve_secretkey = client_secret
        client.curve_serverkey = server_public
        client.connect("tcp://127.0.0.1:%d" % port)

        def serve():
            try:
                question = server.recv()
                server.send(question[::-1])
            except zmq.Again:
                pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        client.send(b"staticbuild" * 1000)
        try:
            answers.append(client.recv())
        except zmq.Again:
            pass
        thread.join(WAIT_MS / 1000)
        check(not thread.is_alive(), "the server thread did not end")
    finally:
        client.close()
        server.close()
        context.term()
    return answers


def main():
    if hasattr(signal, "alarm"):
        signal.alarm(LIMIT_S)
    import zmq
    from zmq.backend.cython import _zmq

    check(zmq.pyzmq_version() == "27.1.0", "pyzmq is %s" % zmq.pyzmq_version())
    check(zmq.zmq_version() == "4.3.4", "libzmq is %s" % zmq.zmq_version())
    check(zmq.has("curve"), "libzmq has no CURVE")
    check(zmq.has("ipc"), "libzmq has no ipc transport")
    check(not zmq.has("draft"), "libzmq has the draft API")
    check(getattr(_zmq, "__file__", "built-in").endswith((".so", "built-in")), "the extension came from %s" % _zmq.__file__)

    public, secret = zmq.curve_keypair()
    check(len(public) == len(secret) == 40, "CURVE keys are not 40 characters of Z85")
    check(zmq.curve_public(secret) == public, "curve_public does not agree with curve_keypair")

    answers = curve_round_trip(zmq, know_server=True)
    check(answers == [(b"staticbuild" * 1000)[::-1]], "no answer over CURVE")
    check(curve_round_trip(zmq, know_server=False) == [], "a client with a wrong server key got an answer")
    print("pyzmq %s, libzmq %s, CURVE REQ/REP over TCP" % (zmq.pyzmq_version(), zmq.zmq_version()))


main()
