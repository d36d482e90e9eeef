"""Publishing and downloading against a folder, a real S3 endpoint and a web server on loopback, also when the line is cut."""

import json
import re
import shutil
import socket
import threading
from contextlib import closing, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import pytest
import s3fs
from moto.server import ThreadedMotoServer
from test_verification import rehash
from typer.testing import CliRunner

from assets.cli.main import app
from pipeline.release import publishing
from pipeline.release.publishing import PublishingError, download, publish
from pipeline.release.verification import HASHES, manifest, verify

BUCKET = "editions"
SECRET = "a-secret-that-no-message-may-hold"
QUIET = lambda _: None  # noqa: E731


@pytest.fixture(scope="module")
def endpoint():
    """The address of an S3 server on loopback."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint, monkeypatch) -> str:
    """The address of an empty bucket; credentials and endpoint stand in the environment, as everywhere else."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a-key-id-that-no-message-may-hold")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(s3fs.S3FileSystem, "retries", 1)
    monkeypatch.setitem(publishing.OPTIONS["s3"]["config_kwargs"], "retries", {"max_attempts": 1})
    store = boto3.client("s3")
    store.create_bucket(Bucket=BUCKET)
    yield f"s3://{BUCKET}/index"
    for item in store.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        store.delete_object(Bucket=BUCKET, Key=item["Key"])
    store.delete_bucket(Bucket=BUCKET)


class Line:
    """A line to a server that is cut, for good, once so many bytes have passed in one direction."""

    def __init__(self, address: str, *, up: float = float("inf"), down: float = float("inf")) -> None:
        host, port = address.removeprefix("http://").split(":")
        self.server, self.left = (host, int(port)), {"up": up, "down": down}
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.cut = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            if self.cut.is_set():
                near.close()
                continue
            far = socket.create_connection(self.server)
            for one, other, way in ((near, far, "up"), (far, near, "down")):
                threading.Thread(target=self._carry, args=(one, other, way), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, way: str) -> None:
        with suppress(OSError), closing(source), closing(target):
            while (content := source.recv(16384)) and not self.cut.is_set():
                self.left[way] -= len(content)
                if self.left[way] < 0:
                    self.cut.set()
                    break
                target.sendall(content)
            for end in (source, target):  # the other direction waits on the same sockets
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.listener.close()


def edition_of(release: Path, edition: str, folder: Path) -> Path:
    """The same release as another edition."""
    copy = shutil.copytree(release, folder / edition)
    package = json.loads((copy / "datapackage.json").read_text(encoding="utf-8"))
    (copy / "datapackage.json").write_text(json.dumps(package | {"version": edition}), encoding="utf-8")
    rehash(copy)
    return copy


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def latest(folder: Path) -> dict:
    return json.loads((folder / "latest.json").read_text(encoding="utf-8"))


def keys() -> list[str]:
    return [item["Key"] for item in boto3.client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def test_a_folder_gets_the_release_and_latest(small_release, tmp_path):
    path = publish(small_release, str(tmp_path / "public"), QUIET)
    assert re.fullmatch(r"2026\.1/[0-9a-f]{12}", path)
    assert files_of(tmp_path / "public" / path) == files_of(small_release)
    assert latest(tmp_path / "public") == latest(tmp_path / "public" / "2026.1")
    assert latest(tmp_path / "public")["path"] == path


def test_a_bucket_gets_the_release_and_gives_it_back(small_release, bucket, tmp_path):
    path = publish(small_release, bucket, QUIET)
    assert len(keys()) == len(files_of(small_release)) + 2
    found = download(bucket, None, tmp_path, QUIET)
    assert found == tmp_path / "2026.1" and files_of(found) == files_of(small_release)
    assert path in json.loads(boto3.client("s3").get_object(Bucket=BUCKET, Key="index/latest.json")["Body"].read())["path"]


def test_a_second_publication_sends_nothing(small_release, bucket, monkeypatch):
    publish(small_release, bucket, QUIET)
    said, sent = [], []
    monkeypatch.setattr(publishing.Place, "put", lambda self, path, name, digest: sent.append(name))
    publish(small_release, bucket, said.append)
    assert sent == [] and all(line.endswith("is there already") for line in said)


def test_a_line_cut_midway_leaves_nothing_to_see_and_the_next_try_goes_on(small_release, bucket, endpoint, monkeypatch):
    size = sum(len(content) for content in files_of(small_release).values())
    line = Line(endpoint, up=size * 0.4)
    monkeypatch.setenv("AWS_ENDPOINT_URL", line.address)
    with pytest.raises(PublishingError) as error:
        publish(small_release, bucket, QUIET)
    line.close()
    assert SECRET not in str(error.value) and "a-key-id" not in str(error.value) and "\n" not in str(error.value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    there = keys()
    assert there and not [key for key in there if key.endswith(("latest.json", HASHES))]
    said = []
    publish(small_release, bucket, said.append)
    kept = [line for line in said if line.endswith("is there already")]
    assert len(kept) == len(there) < len(said) == len(manifest((small_release / HASHES).read_text()))
    assert "index/latest.json" in keys()


def test_an_object_of_the_right_size_and_other_content_is_sent_again(small_release, bucket, tmp_path):
    path = publish(small_release, bucket, QUIET)
    key = f"index/{path}/methodology.md"
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"x" * (small_release / "methodology.md").stat().st_size)
    said = []
    publish(small_release, bucket, said.append)
    assert [line.split(":")[0] for line in said if not line.endswith("is there already")] == ["methodology.md"]
    assert files_of(download(bucket, "2026.1", tmp_path, QUIET)) == files_of(small_release)


def test_a_publication_that_breaks_off_moves_no_latest(small_release, tmp_path, monkeypatch):
    public = tmp_path / "public"
    before = publish(edition_of(small_release, "2025.1", tmp_path), str(public), QUIET)
    put = publishing.Place.put

    def refuse(self, path, name, digest):
        if name.endswith(".duckdb"):
            raise PublishingError("the disk is full")
        put(self, path, name, digest)

    with monkeypatch.context() as patch:
        patch.setattr(publishing.Place, "put", refuse)
        with pytest.raises(PublishingError, match="the disk is full"):
            publish(small_release, str(public), QUIET)
    assert latest(public)["path"] == before and not (public / "2026.1" / "latest.json").exists()
    assert files_of(download(str(public), None, tmp_path / "to", QUIET))["SHA256SUMS"]
    assert latest(public)["path"] != publish(small_release, str(public), QUIET) or latest(public)["edition"] == "2026.1"
    assert latest(public)["edition"] == "2026.1"


def test_latest_is_the_newest_edition_whatever_is_published_last(small_release, tmp_path):
    public = str(tmp_path / "public")
    for edition in ("2025.1", "2024.1"):
        publish(edition_of(small_release, edition, tmp_path), public, QUIET)
    publish(edition_of(small_release, "2024.10", tmp_path), public, QUIET)
    assert latest(tmp_path / "public")["edition"] == "2025.1"
    assert download(public, "2024.1", tmp_path / "to", QUIET).name == "2024.1"
    with pytest.raises(PublishingError, match=r"edition 2030\.1 is not published there"):
        download(public, "2030.1", tmp_path / "to", QUIET)


def test_another_content_has_another_path_and_the_first_stays(small_release, tmp_path):
    public = tmp_path / "public"
    first = publish(small_release, str(public), QUIET)
    changed = shutil.copytree(small_release, tmp_path / "changed")
    (changed / "methodology.md").write_text("corrected")
    rehash(changed)
    second = publish(changed, str(public), QUIET)
    assert first != second and latest(public)["path"] == second
    assert verify(public / first) == [] and files_of(public / first) == files_of(small_release)


def test_a_damaged_release_is_not_published(small_release, tmp_path):
    copy = shutil.copytree(small_release, tmp_path / "copy")
    (copy / "csv" / "pillars.csv").write_text("")
    with pytest.raises(PublishingError, match=r"csv/pillars\.csv: has the sha256"):
        publish(copy, str(tmp_path / "public"), QUIET)
    assert not (tmp_path / "public").exists()


@pytest.mark.parametrize("address", ["ftp://example.org/x", "https://example.org/x"])
def test_a_target_must_be_a_folder_or_a_bucket(small_release, address):
    with pytest.raises(PublishingError, match="folder"):
        publish(small_release, address, QUIET)


def test_a_download_over_a_cut_line_goes_on_within_the_file(small_release, bucket, endpoint, tmp_path, monkeypatch):
    monkeypatch.setattr(publishing, "BLOCK", 2**20)
    publish(small_release, bucket, QUIET)
    large = max(files_of(small_release).items(), key=lambda item: len(item[1]))[0]
    before = sum(len(content) for name, content in files_of(small_release).items() if name < large)
    line = Line(endpoint, down=before + len((small_release / large).read_bytes()) // 2 + 60_000)
    monkeypatch.setenv("AWS_ENDPOINT_URL", line.address)
    with pytest.raises(PublishingError) as error:
        download(bucket, None, tmp_path, QUIET)
    line.close()
    assert SECRET not in str(error.value)
    assert not (tmp_path / "2026.1").exists() and (tmp_path / ".2026.1.part").is_dir()
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    said = []
    found = download(bucket, None, tmp_path, said.append)
    assert files_of(found) == files_of(small_release) and not (tmp_path / ".2026.1.part").exists()
    assert any(line.endswith("is here already") for line in said) and any("were here" in line for line in said)


class Handler(SimpleHTTPRequestHandler):
    """Python's own web server: it sends whole files only."""

    def log_message(self, *_) -> None:
        pass


@pytest.fixture
def web(tmp_path):
    """A web server on loopback for the folder ``public``."""
    (tmp_path / "public").mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(tmp_path / "public")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_release_comes_from_a_web_server_that_sends_whole_files_only(small_release, web, tmp_path, monkeypatch):
    monkeypatch.setattr(publishing, "BLOCK", 2**16)
    publish(small_release, str(tmp_path / "public"), QUIET)
    assert files_of(download(web, None, tmp_path / "to", QUIET)) == files_of(small_release)
    assert download(f"{web}/", "2026.1", tmp_path / "to", QUIET) == tmp_path / "to" / "2026.1", "it is there and whole"


def test_a_release_comes_from_a_bucket_s_web_address_in_parts(small_release, bucket, endpoint, tmp_path, monkeypatch):
    monkeypatch.setattr(publishing, "BLOCK", 2**20)
    publish(small_release, bucket, QUIET)
    read = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/*"}
    boto3.client("s3").put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [read]}))
    assert files_of(download(f"{endpoint}/{BUCKET}/index", None, tmp_path, QUIET)) == files_of(small_release)


def test_what_was_changed_at_the_publisher_is_refused(small_release, web, tmp_path):
    path = publish(small_release, str(tmp_path / "public"), QUIET)
    (tmp_path / "public" / path / "csv" / "pillars.csv").write_text("pillar\n")
    with pytest.raises(PublishingError, match=r"pillars\.csv: has not the sha256"):
        download(web, None, tmp_path / "to", QUIET)
    (tmp_path / "public" / path / HASHES).write_text(f"{'0' * 64}  ../escape\n")
    with pytest.raises(PublishingError, match=r"SHA256SUMS: is missing or not what latest\.json says"):
        download(web, None, tmp_path / "to", QUIET)
    assert not (tmp_path / "to" / "2026.1").exists()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"edition": "../..", "sha256": "0"}', '{"edition": "2026.1", "sha256": "../../etc"}']
)
def test_a_latest_that_is_none_is_refused(web, tmp_path, text):
    (tmp_path / "public" / "latest.json").write_text(text)
    with pytest.raises(PublishingError, match=r"latest\.json: is not what mirrors publish writes"):
        download(web, None, tmp_path / "to", QUIET)


def test_an_address_with_nothing_says_so(web, bucket, tmp_path):
    for address in (web, bucket, str(tmp_path / "nowhere")):
        with pytest.raises(PublishingError, match="no release is published there"):
            download(address, None, tmp_path / "to", QUIET)


def test_another_folder_of_that_name_is_not_touched(small_release, tmp_path):
    publish(small_release, str(tmp_path / "public"), QUIET)
    (tmp_path / "2026.1").mkdir()
    (tmp_path / "2026.1" / "mine.txt").write_text("mine")
    with pytest.raises(PublishingError, match="holds something else"):
        download(str(tmp_path / "public"), None, tmp_path, QUIET)
    assert files_of(tmp_path / "2026.1") == {"mine.txt": b"mine"}


@pytest.mark.parametrize("address", [f"http://user:{SECRET}@127.0.0.1:1/x?token={SECRET}", f"s3://{BUCKET}/x"])
def test_no_credential_is_ever_shown(bucket, tmp_path, monkeypatch, address, caplog):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    answer = CliRunner().invoke(app, ["download", address, "--to", str(tmp_path)])
    assert answer.exit_code != 0
    text = f"{answer.output} {answer.exception} {caplog.text}"
    assert "127.0.0.1" in text and SECRET not in text and "a-key-id" not in text
    assert len(str(answer.exception).splitlines()) == 1


def test_a_message_loses_user_and_query_of_an_address():
    text = publishing.without_secrets("403, url='https://me:word@host/x?token=abc'\nsee s3://key:word@bucket/x")
    assert text == "403, url='https://***@host/x' see s3://***@bucket/x"


def test_a_bucket_that_does_not_exist_says_so(small_release, bucket):
    with pytest.raises(PublishingError, match="s3://no-such-bucket/x"):
        publish(small_release, "s3://no-such-bucket/x", QUIET)


def test_the_commands_publish_and_download(small_release, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(small_release, data / "processed" / "releases" / "2026.1")
    public = tmp_path / "public"
    answer = CliRunner().invoke(app, ["publish", str(public), "--edition", "2026.1", "--data", str(data)])
    assert answer.exit_code == 0 and answer.stdout.splitlines()[-1].endswith("is published")
    answer = CliRunner().invoke(app, ["download", str(public), "--to", str(tmp_path / "to")])
    assert answer.exit_code == 0 and answer.stdout.splitlines()[-1].endswith("2026.1 is whole")
