"""One server on loopback in the place of every publisher: right by default, and wrong on demand in the ways of the register.

The path begins with the publisher's host. ``misbehave(path, ways)`` gives what the next answers there are: a name of
``schemas/misbehaviours.csv`` each, the last one for ever if it ends in ``!``.
"""

import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

PAGE = b"<!DOCTYPE html><html><head><title>404</title></head><body>La p\xc3\xa1gina no existe</body></html>"


class StandIn(ThreadingHTTPServer):
    """The server, its bodies by path, and what it was asked."""

    daemon_threads = True
    block_on_close = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.bodies: dict[str, bytes] = {}
        self.ways: dict[str, list[str]] = defaultdict(list)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.lock = threading.Lock()
        self.ranges = True
        self.validators = True
        self.cut: int | None = None
        self.running: dict[str, int] = defaultdict(int)
        self.most = 0

    def handle_error(self, request, client_address) -> None:
        """A client that went away is no news."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def serve(self, url: str, body: bytes) -> str:
        """Serve the body in the place of a publisher's address; the path."""
        path = path_of(url)
        self.bodies[path] = body
        return path

    def misbehave(self, path: str, *ways: str) -> None:
        self.ways[path] = list(ways)

    def way(self, path: str) -> str:
        with self.lock:
            ways = self.ways[path]
            if not ways:
                return ""
            return ways[0].rstrip("!") if ways[0].endswith("!") else ways.pop(0)


def path_of(url: str) -> str:
    """The path at the stand-in of a publisher's address, keys and escapes undone."""
    parts = urlsplit(url)
    return unquote(f"/{parts.hostname}{parts.path}" + (f"?{parts.query}" if parts.query else ""))


@contextmanager
def running():
    """A stand-in that answers until the block ends."""
    server = StandIn()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class Handler(BaseHTTPRequestHandler):
    """One answer."""

    protocol_version = "HTTP/1.1"
    server: StandIn

    def log_message(self, *_) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        path, host = unquote(self.path), self.path.split("/")[1]
        with self.server.lock:
            self.server.asked.append((path, dict(self.headers)))
            self.server.running[host] += 1
            self.server.most = max(self.server.most, self.server.running[host])
        try:
            self.answer(path)
        except (BrokenPipeError, ConnectionResetError):
            pass
        finally:
            with self.server.lock:
                self.server.running[host] -= 1

    def answer(self, path: str) -> None:
        body, way = self.server.bodies.get(path), self.server.way(path)
        if body is None:
            self.send(PAGE, kind="text/html")  # INEGI's way of saying 404
            return
        getattr(self, f"way_{way}", self.whole)(body)

    def send(self, body: bytes, status: int = 200, kind: str = "application/octet-stream", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def tags(self, body: bytes) -> dict[str, str]:
        if not self.server.validators:
            return {}
        return {"ETag": f'"{sha256(body).hexdigest()[:16]}"', "Last-Modified": "Mon, 02 Nov 2026 10:00:00 GMT"}

    def whole(self, body: bytes, stop: int | None = None) -> None:
        """The file, or the part of it that is asked for; cut off after ``stop`` bytes of the file if that is given."""
        tags, wanted = self.tags(body), self.headers.get("Range", "")
        if tags and self.headers.get("If-None-Match") == tags["ETag"]:
            self.send_response(304)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        begin = 0
        if wanted and tags and self.server.ranges and self.headers.get("If-Range") in (*tags.values(), None):
            begin = int(wanted.removeprefix("bytes=").split("-")[0])
        if begin >= len(body) > 0:
            self.send(b"", 416, Content_Range=f"bytes */{len(body)}")
            return
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(body) - 1}/{len(body)}")
        self.send_header("Content-Length", str(len(body) - begin))
        for name, value in tags.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[begin:stop])
        if stop is not None:
            self.hang_up()

    def hang_up(self) -> None:
        self.wfile.flush()
        self.close_connection = True
        self.connection.close()

    # --- the ways of schemas/misbehaviours.csv ---

    def way_web_page(self, body: bytes) -> None:
        self.send(PAGE, kind="text/html; charset=utf-8")

    def way_truncated(self, body: bytes) -> None:
        """Half the body, and a length that says so."""
        self.send(body[: len(body) // 2], **self.tags(body))

    def way_dropped(self, body: bytes) -> None:
        """The connection is gone after 60 % of what the length promises."""
        self.whole(body, stop=self.server.cut if self.server.cut is not None else len(body) * 6 // 10)

    def way_key_page(self, body: bytes) -> None:
        self.send(b"", 302, Location="https://api.census.gov/data/missing_key.html", X_DataWebAPI_KeyError="1")

    def way_too_many(self, body: bytes) -> None:
        self.send(b"slow down", 429, kind="text/plain", Retry_After="0")

    def way_bad_gateway(self, body: bytes) -> None:
        self.send(b"<html>502</html>", 502, kind="text/html")

    def way_drip(self, body: bytes) -> None:
        """A byte now and then."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for position in range(min(len(body), 400)):
            self.wfile.write(body[position : position + 1])
            self.wfile.flush()
            time.sleep(0.01)
        self.hang_up()

    def way_empty(self, body: bytes) -> None:
        self.send_response(204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def way_not_found(self, body: bytes) -> None:
        self.send(PAGE, 404, kind="text/html")

    def way_error_array(self, body: bytes) -> None:
        self.send(ERRORS.get(self.path.split("/")[1], b'["ErrorInfo:No se encontraron resultados"]'), kind="application/json")

    def way_no_pages(self, body: bytes) -> None:
        self.send(b'[{"page":0,"pages":0,"per_page":0,"total":0,"sourceid":null,"lastupdated":null},null]')

    def way_wrong_page(self, body: bytes) -> None:
        self.send(body.replace(b'"page":1,', b'"page":2,', 1).replace(b'"page": 1,', b'"page": 2,', 1))


ERRORS = {
    "api.worldbank.org": b'[{"message":[{"id":"120","key":"Invalid value","value":"The parameter value is not valid"}]}]',
}
