"""Asking a publisher: one session with a browser's manners, a limit per host, patience, and no word of a key."""

import logging
import re
import threading
from collections import defaultdict
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote, quote_plus, urljoin, urlsplit

import requests
import urllib3

from pipeline.retrieval.addresses import FetchError

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"  # INEGI and NGA refuse scripts
REDIRECTS = {301, 302, 303, 307, 308}
KEY_PAGE = re.compile(r"key[^/]*\.html?$|\.html?$", re.IGNORECASE)
MOST_REDIRECTS = 5


class TemporaryError(Exception):
    """What a publisher may do better when asked again; ``wait`` is the delay it asks for, in seconds."""

    def __init__(self, problem: str, wait: float = 0, restart: bool = False):
        super().__init__(problem)
        self.wait, self.restart = wait, restart


class PermanentError(Exception):
    """What will not change by asking again."""


@dataclass(frozen=True)
class Patience:
    """How long to wait and how often to ask; tests shrink it."""

    attempts: int = 6
    pause: float = 1.0  # seconds before the second attempt; doubles, with jitter
    longest_pause: float = 120.0
    connect: float = 20.0
    silence: float = 60.0  # longest silence within an answer, and longest wait for its beginning
    total: float = 3600.0  # for one attempt at one file
    slow_after: float = 30.0  # from here on an attempt must reach ``slowest``
    slowest: float = 1000.0  # bytes per second
    per_host: int = 2
    at_once: int = 6


class Client:
    """A browser's manners: one session, a limit per host, patience, and no word of a key.

    ``stand_in`` is the address on loopback that answers in every publisher's place; only tests give one.
    """

    def __init__(self, keys: Mapping[str, str] | None = None, patience: Patience = Patience(), stand_in: str | None = None):
        if stand_in and urlsplit(stand_in).hostname != "127.0.0.1":
            raise FetchError("a stand-in must be at http://127.0.0.1, so that no key leaves this machine")
        self.keys, self.patience, self.stand_in = dict(keys or {}), patience, stand_in
        self.session = requests.Session()
        self.session.trust_env = stand_in is None  # a proxy of the environment is no way to loopback
        self.session.headers.update({"User-Agent": BROWSER, "Accept": "*/*", "Accept-Encoding": "identity"})
        self.hosts = defaultdict(lambda: threading.Semaphore(patience.per_host))
        self.lock = threading.Lock()

    def mask(self, text: object) -> str:
        """The text without any key."""
        hidden = str(text)
        for key in self.keys.values():
            for form in {key, quote(key, safe=""), quote_plus(key)}:
                hidden = hidden.replace(form, "***")
        return hidden

    @contextmanager
    def silent(self):
        """Hide the keys in what the libraries below write to the log."""

        def hide(record: logging.LogRecord) -> bool:
            record.msg, record.args = self.mask(record.getMessage()), ()
            return True

        loggers = [logging.getLogger(name) for name in ("urllib3.connectionpool", "urllib3.util.retry", "requests")]
        for logger in loggers:
            logger.addFilter(hide)
        try:
            yield self
        finally:
            for logger in loggers:
                logger.removeFilter(hide)

    @contextmanager
    def get(self, url: str, headers: Mapping[str, str] | None = None):
        """The answer at an address, redirects followed unless they lead to a page that asks for a key."""
        host = urlsplit(url).hostname
        with self.lock:
            gate = self.hosts[host]
        with gate:
            for _ in range(MOST_REDIRECTS):
                response = self._begin(self._address(url), headers)
                try:
                    if response.status_code not in REDIRECTS:
                        yield response
                        return
                    url = self._redirected(url, response)
                finally:
                    response.close()
            raise PermanentError(f"more than {MOST_REDIRECTS} redirects")

    def _address(self, url: str) -> str:
        parts = urlsplit(url)
        if not self.stand_in or parts.hostname == "127.0.0.1":
            return url
        return f"{self.stand_in}/{parts.hostname}{parts.path}" + (f"?{parts.query}" if parts.query else "")

    def _begin(self, address: str, headers: Mapping[str, str] | None) -> requests.Response:
        """The beginning of an answer; not even one whose headers drip in byte by byte takes longer than ``silence``."""
        patience, box = self.patience, []

        def ask() -> None:
            try:
                timeouts = (patience.connect, patience.silence)
                box.append(self.session.get(address, headers=headers, stream=True, timeout=timeouts, allow_redirects=False))
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                box.append(error)

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        thread.join(patience.connect + patience.silence)
        if not box:
            raise TemporaryError("no answer in time")
        if isinstance(box[0], Exception):
            raise TemporaryError(f"no connection ({type(box[0]).__name__})")
        return box[0]

    def _redirected(self, url: str, response: requests.Response) -> str:
        target = urljoin(url, response.headers.get("Location", ""))
        if "X-DataWebAPI-KeyError" in response.headers or KEY_PAGE.search(urlsplit(target).path):
            raise PermanentError(f"expected data, got a redirect to a web page ({target}): the key is missing or not valid")
        scheme = urlsplit(target).scheme
        if scheme not in ("http", "https") or (scheme == "http" and self.mask(target) != target):
            raise PermanentError(f"expected data, got a redirect to {target}")
        return target
