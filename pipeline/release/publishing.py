"""Publishes a release to a folder or an S3-compatible bucket, and fetches a published one.

    <address>/latest.json                   the newest edition: its code, revision and path
    <address>/<edition>/latest.json         the same of the edition's newest revision
    <address>/<edition>/<revision>/...      a release; it is whole once SHA256SUMS is there, and never changes again

A revision is the first digits of the sha256 of SHA256SUMS, so other content has another path. SHA256SUMS goes up last and
the two latest.json after it: who follows them sees whole releases only, and a publication that broke off is resumed.
What a release must hold is not said here.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import fsspec

from pipeline.foundation.raw_files import sha256_of
from pipeline.release.verification import HASHES, manifest, verify

REVISION = 12  # hexadecimal digits
BLOCK = 8 * 2**20  # bytes per request; a download that broke off goes on behind the last block
LATEST = "latest.json"
SECRETS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
OPTIONS = {
    "file": {"auto_mkdir": True},
    "s3": {
        "config_kwargs": {"connect_timeout": 10, "read_timeout": 60, "retries": {"max_attempts": 3}},
        "use_listings_cache": False,
    },
    "http": {"headers": {"Accept-Encoding": "identity"}},  # ranges are of the file, not of what it is packed into
    "https": {"headers": {"Accept-Encoding": "identity"}},
}
Tell = Callable[[str], None]


class PublishingError(ValueError):
    """An address that cannot be reached or does not hold what it should, or a release that is not whole. Names no credential."""


class Place:
    """A folder, a bucket or a web address with the releases below it."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self.kind = urlsplit(address).scheme if "://" in address else "file"
        if self.kind not in OPTIONS:
            raise PublishingError(f"{shown(address)}: give a folder, s3://bucket/..., or https://...")
        with self._errors(""):
            self.files, root = fsspec.url_to_fs(self.address, skip_instance_cache=True, **OPTIONS[self.kind])
        self.root = root.rstrip("/")

    def read(self, name: str) -> bytes | None:
        """A small file; ``None`` where there is none."""
        with self._errors(name):
            try:
                return self.files.cat_file(f"{self.root}/{name}")
            except FileNotFoundError:
                return None

    def size(self, name: str) -> int | None:
        """How many bytes a file has; ``None`` where there is none."""
        with self._errors(name):
            try:
                return int(self.files.size(f"{self.root}/{name}"))
            except FileNotFoundError:
                return None

    def block(self, name: str, start: int, end: int) -> bytes:
        """A part of a file; the whole file where the server knows no parts."""
        with self._errors(name):
            return self.files.cat_file(f"{self.root}/{name}", start=start, end=end)

    def sizes(self, folder: str) -> dict[str, int]:
        """The files below a folder with their sizes."""
        prefix = f"{self.root}/{folder}/"
        with self._errors(folder):
            try:
                found = self.files.find(prefix, detail=True)
            except FileNotFoundError:
                return {}
        return {path.removeprefix(prefix): item["size"] for path, item in found.items()}

    def holds(self, name: str, digest: str) -> bool:
        """Whether a file has that hash: a folder's is read, a bucket's was noted when it was put there."""
        with self._errors(name):
            if self.kind == "file":
                return sha256_of(Path(self.root) / name) == digest
            return self.files.metadata(f"{self.root}/{name}").get("sha256") == digest

    def put(self, path: Path, name: str, digest: str) -> None:
        """Put a file there; it is seen only when it is whole."""
        target = f"{self.root}/{name}"
        with self._errors(name):
            if self.kind == "file":
                self.files.put_file(str(path), f"{target}.part")
                os.replace(f"{target}.part", target)
            else:
                self.files.put_file(str(path), target, Metadata={"sha256": digest})

    def put_text(self, text: str, name: str) -> None:
        """Put a small file there, in the place of an older one."""
        target = f"{self.root}/{name}"
        with self._errors(name):
            self.files.pipe_file(f"{target}.part" if self.kind == "file" else target, text.encode())
            if self.kind == "file":
                os.replace(f"{target}.part", target)

    @contextmanager
    def _errors(self, name: str) -> Iterator[None]:
        """Whatever a library raises becomes one line without credentials."""
        try:
            yield
        except Exception as error:
            text = f"{shown(self.address)}{f'/{name}' if name else ''}: {type(error).__name__}: {error}"
            raise PublishingError(without_secrets(text)) from None


def shown(address: str) -> str:
    """An address without the user, the password and the query that may stand in it."""
    parts = urlsplit(address)
    return address if not parts.netloc else f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def without_secrets(text: str) -> str:
    """A message on one line in which no credential of the environment and no user or query of an address stands."""
    for value in filter(None, map(os.environ.get, SECRETS)):
        text = text.replace(value, "***")
    text = re.sub(r"(://[^\s?'\"]*)\?[^\s'\"]*", r"\1", " ".join(text.split()))
    return re.sub(r"://[^/@\s]*@", "://***@", text)


def publish(release: Path, address: str, tell: Tell) -> str:
    """Put a release below ``address``, all or nothing; its path there. What is there already is not sent again."""
    if findings := verify(release):
        raise PublishingError(f"{release.name}: {findings[0]}; mirrors verify says all; build it anew, nothing was published")
    place = Place(address)
    if place.kind not in ("file", "s3"):
        raise PublishingError(f"{shown(address)}: publish to a folder or to s3://bucket/...")
    sums = (release / HASHES).read_bytes()
    edition = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))["version"]
    latest = _latest(edition, sums)
    _send(release, manifest(sums.decode()), place, latest["path"], tell)
    if place.read(f"{latest['path']}/{HASHES}") != sums:
        place.put(release / HASHES, f"{latest['path']}/{HASHES}", latest["sha256"])
    text = json.dumps(latest, indent=1) + "\n"
    place.put_text(text, f"{edition}/{LATEST}")
    newest = json.loads(place.read(LATEST) or "null")
    if newest is None or _order(newest["edition"]) <= _order(edition):
        place.put_text(text, LATEST)
    return latest["path"]


def _latest(edition: str, sums: bytes) -> dict[str, str]:
    digest = hashlib.sha256(sums).hexdigest()
    revision = digest[:REVISION]
    return {"edition": edition, "revision": revision, "path": f"{edition}/{revision}", "sha256": digest}


def _order(edition: str) -> list[int]:
    return [int(part) for part in edition.split(".")]


def _send(release: Path, listed: dict[str, str], place: Place, path: str, tell: Tell) -> None:
    """Every file of the release, and a look at whether they have arrived."""
    there = place.sizes(path)
    sizes = {name: (release / name).stat().st_size for name in listed}
    for name, digest in listed.items():
        if there.get(name) == sizes[name] and place.holds(f"{path}/{name}", digest):
            tell(f"{name}: is there already")
            continue
        place.put(release / name, f"{path}/{name}", digest)
        tell(f"{name}: {sizes[name] / 1e6:.1f} MB")
    there = place.sizes(path)
    if lost := [name for name, size in sizes.items() if there.get(name) != size]:
        raise PublishingError(
            f"{shown(place.address)}/{path}/{lost[0]}: did not arrive whole; publish again, it goes on from there"
        )


def download(address: str, edition: str | None, folder: Path, tell: Tell) -> Path:
    """Fetch a published release into ``folder``/<edition> and verify it; a download that broke off goes on."""
    place = Place(address)
    latest = _found(place, edition)
    sums = place.read(f"{latest['path']}/{HASHES}") or b""
    if hashlib.sha256(sums).hexdigest() != latest["sha256"]:
        raise PublishingError(
            f"{shown(address)}/{latest['path']}/{HASHES}: is missing or not what {LATEST} says; ask the publisher"
        )
    target, partial = folder / latest["edition"], folder / f".{latest['edition']}.part"
    if target.exists():
        if not (target / HASHES).is_file() or (target / HASHES).read_bytes() != sums:
            raise PublishingError(f"{target}: holds something else; move it away or give another folder with --to")
        return _verified(target)
    listed = manifest(sums.decode())
    _remove_others(partial, listed)
    for name, digest in listed.items():
        _fetch(place, f"{latest['path']}/{name}", partial / name, digest, tell)
    (partial / HASHES).write_bytes(sums)
    _verified(partial).rename(target)
    return target


def _found(place: Place, edition: str | None) -> dict[str, str]:
    """What ``latest.json`` says; nothing in it is trusted to be a path."""
    content = place.read(f"{edition}/{LATEST}" if edition else LATEST)
    if content is None:
        raise PublishingError(
            f"{shown(place.address)}: edition {edition} is not published there"
            if edition
            else f"{shown(place.address)}: no release is published there"
        )
    try:
        latest = json.loads(content)
        code, digest = latest["edition"], latest["sha256"]
        if not re.fullmatch(r"[0-9]{4}\.[0-9]+", code) or not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise ValueError("edition or sha256 is none")
    except (ValueError, KeyError, TypeError) as error:
        raise PublishingError(f"{shown(place.address)}/{LATEST}: is not what mirrors publish writes ({error})") from error
    return latest | {"path": f"{code}/{digest[:REVISION]}"}


def _remove_others(partial: Path, listed: dict[str, str]) -> None:
    """What an earlier download of another revision left."""
    partial.mkdir(parents=True, exist_ok=True)
    for path in [path for path in partial.rglob("*") if path.is_file()]:
        if path.relative_to(partial).as_posix().removesuffix(".part") not in listed:
            path.unlink()


def _fetch(place: Place, name: str, target: Path, digest: str, tell: Tell) -> None:
    if target.is_file() and sha256_of(target) == digest:
        tell(f"{target.name}: is here already")
        return
    part = target.with_name(f"{target.name}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    size = place.size(name)
    if size is None:
        raise PublishingError(f"{shown(place.address)}/{name}: is missing; ask the publisher")
    for _ in range(2):  # what an earlier download left may be of another file: then once more from the start
        resumed = _append(place, name, part, size)
        if sha256_of(part) == digest:
            part.replace(target)
            tell(f"{target.name}: {size / 1e6:.1f} MB{', of which ' + f'{resumed / 1e6:.1f} MB were here' if resumed else ''}")
            return
        part.unlink()
    raise PublishingError(f"{shown(place.address)}/{name}: has not the sha256 that {HASHES} says; try again or ask the publisher")


def _append(place: Place, name: str, part: Path, size: int) -> int:
    """Fetch what is missing of a file behind what is here; how much was here."""
    start = part.stat().st_size if part.exists() else 0
    if start > size:
        start = 0
    with part.open("r+b" if part.exists() else "wb") as stream:
        stream.truncate(start)
        stream.seek(start)
        at = start
        while at < size:
            block = place.block(name, at, min(at + BLOCK, size))
            if len(block) == size > min(at + BLOCK, size) - at:  # the server sends all or nothing
                stream.seek(0)
                at = 0
            elif not block:
                raise PublishingError(f"{shown(place.address)}/{name}: ends after {at:,} of {size:,} bytes; try again")
            stream.write(block)
            at += len(block)
    return start


def _verified(folder: Path) -> Path:
    if findings := verify(folder):
        raise PublishingError(f"{folder}: {findings[0]}; the published release is not whole, ask the publisher")
    return folder
