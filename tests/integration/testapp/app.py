"""An app that behaves as its environment says; standard library only, so that its image is built in no time.

MODE: ok (default), silent, loopback, other-port, exit, error, hungry. DELAY: seconds before it listens.
"""

import base64
import hashlib
import http.client
import json
import os
import signal
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

VERSION = os.environ.get("VERSION", "0")
MODE = os.environ.get("MODE", "ok")
PORT = int(os.environ.get("PORT", "8080"))
HANDSHAKE = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        if MODE == "error":
            self.answer("broken", 500)
        elif url.path == "/headers":
            self.answer(json.dumps({name.lower(): value for name, value in self.headers.items()}))
        elif url.path == "/env":
            self.answer(os.environ.get(query["name"], "(unset)"))
        elif url.path == "/slow":
            time.sleep(float(query["seconds"]))
            self.answer(VERSION)
        elif url.path == "/fetch":
            self.answer(fetch(query["host"], int(query["port"])))
        elif url.path == "/die":
            os._exit(3)
        elif url.path == "/socket":
            self.echo()
        elif url.path == "/missing":
            self.answer("not here", 404)
        else:
            self.answer(f"version {VERSION} on {socket.gethostname()}")

    def answer(self, text: str, status: int = 200) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def echo(self) -> None:
        key = self.headers["Sec-WebSocket-Key"] + HANDSHAKE
        self.send_response(101)
        self.send_header("Connection", "Upgrade")
        self.send_header("Upgrade", "websocket")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
        self.end_headers()
        while data := self.connection.recv(4096):
            self.connection.sendall(data)
        self.close_connection = True

    def log_message(self, *_: object) -> None: ...


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def handle_error(self, *_: object) -> None: ...


def fetch(host: str, port: int) -> str:
    try:
        connection = http.client.HTTPConnection(host, port, timeout=2)
        connection.request("GET", "/")
        return connection.getresponse().read().decode()
    except OSError as error:
        return f"unreachable: {error}"


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    print(f"starting version {VERSION}", flush=True)
    if "SECRET_TOKEN" in os.environ:
        print("the token is", os.environ["SECRET_TOKEN"], flush=True)
    if MODE == "exit":
        print("cannot find the configuration", file=sys.stderr, flush=True)
        sys.exit(4)
    if MODE == "hungry":
        print(len(bytearray(200 << 20)), flush=True)
    time.sleep(float(os.environ.get("DELAY", "0")))
    if MODE == "silent":
        threading.Event().wait()
    address = "127.0.0.1" if MODE == "loopback" else "0.0.0.0"
    Server((address, PORT + 1 if MODE == "other-port" else PORT), Handler).serve_forever()


main()
