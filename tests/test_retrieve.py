"""Fetching: every misbehaviour of every publisher, from a stand-in on loopback, gives right data or one clear error."""

import dataclasses
import gzip
import hashlib
import io
import logging
import time
import zipfile
from pathlib import Path
from urllib.parse import quote, quote_plus

import pandas as pd
import pytest
from prepared import zipped
from standins import bodies, server
from standins.served import FORMS, KEYS_OF_ROWS, RESHAPED, SHARED_COLUMNS, SOURCES, WAYS, jobs_of

from pipeline.foundation import raw_files
from pipeline.foundation.errors import SourceError
from pipeline.observations import archive
from pipeline.observations.read_source import read_source
from pipeline.release import dictionary
from pipeline.retrieval import addresses, receive, retrieve, vintages
from pipeline.retrieval.client import Client, Patience
from schemas.catalogue import register

QUICK = Patience(  # a drip is 100 bytes a second; whatever else is slow is this machine
    attempts=3, pause=0.001, longest_pause=0.01, connect=10, silence=10, total=20, slow_after=0.1, slowest=300, at_once=4
)
CANARY = "C4n4ry/Secret+Key=="
KEYS = {name: CANARY for name in register("downloads")["credential"].dropna().unique()}


@pytest.fixture(scope="module")
def publisher():
    with server.running() as standin:
        yield standin


@pytest.fixture
def clean(publisher):
    """The stand-in without bodies, misbehaviour or memory."""
    publisher.bodies.clear()
    publisher.ways.clear()
    publisher.asked.clear()
    publisher.ranges = publisher.validators = True
    publisher.cut, publisher.most = None, 0
    return publisher


def client_of(standin, patience=QUICK) -> Client:
    return Client(KEYS, patience, standin.address)


def get(standin, jobs, raw: Path, patience=QUICK, again=False) -> retrieve.Report:
    return retrieve.fetch(jobs, raw, client_of(standin, patience), retrieve.Report(), again=again)


def serve(standin, jobs) -> list[str]:
    """Serve the jobs' bodies, and the pages behind a first one; the paths of the jobs."""
    for job, _ in jobs:
        following = job.url.replace("&page=1&", "&page=2&")
        if following != job.url:
            standin.serve(following, bodies.body_of(job._replace(url=following)))
    return [standin.serve(job.url.replace("{key}", CANARY), body) for job, body in jobs]


CASES = [
    (row.misbehaviour, row.forms, source)
    for row in WAYS.itertuples()
    for source in SOURCES
    if row.once != "read" and row.misbehaviour != "changed" and dictionary.befalls(row.forms, FORMS[source])
]


def affected(source: str, forms: str) -> list[tuple[addresses.Job, bytes]]:
    jobs = jobs_of(source)
    return [(job, body) for job, body in jobs if forms == "all" or job.form in forms.split(";")]


@pytest.mark.parametrize(("way", "forms", "source"), CASES)
def test_a_misbehaviour_ends_in_right_data_or_one_error(clean, tmp_path, way, forms, source):
    jobs = affected(source, forms)[:1]
    assert jobs, "no stand-in has a file of these forms"
    expected = WAYS.query("misbehaviour == @way and forms == @forms").iloc[0]
    (path,), (job, body) = serve(clean, jobs), jobs[0]
    for times, outcome in ((way, expected["once"]), (f"{way}!", expected["always"])):
        raw = tmp_path / times
        clean.misbehave(path, times)
        report = get(clean, [job], raw)
        places = [raw / job.source / job.vintage / file for file, _ in job.files]
        if outcome == "refused":
            require_refusal(report, job, places)
        else:
            require_right(report, job, body, places)
            assert len([asked for asked, _ in clean.asked if asked == path]) >= 2
        if outcome == "resumed":
            assert any("Range" in headers for _, headers in clean.asked)
        clean.asked.clear()


def require_refusal(report, job, places) -> None:
    assert not report.fetched and len(report.failed) == 1, report
    (error,) = report.failed
    assert not any(place.exists() for place in places)
    for word in (job.source, job.files[0][0], job.url.split("?")[0].split("{")[0], "expected", "got"):
        assert word in error, f"{error} does not say {word}"
    assert "\n" not in error and CANARY not in error


def require_right(report, job, body, places) -> None:
    assert not report.failed and report.fetched, report
    assert all(place.is_file() for place in places)
    if not job.files[0][1]:
        assert places[0].read_bytes() == body
    assert not list(places[0].parent.glob("*.part*"))
    rows = raw_files.read_provenance(places[0].parents[2], job.source, job.vintage)
    for place in places:
        assert rows[place.name]["sha256"] == raw_files.sha256_of(place)
        assert rows[place.name]["url"].startswith("http") and rows[place.name]["licence"] and rows[place.name]["retrieved_at"]


@pytest.mark.parametrize("source", SOURCES)
def test_a_changed_file_behind_the_same_address_is_refused_with_both_hashes(clean, tmp_path, source):
    jobs = jobs_of(source)[:1]
    (path,), (job, body) = serve(clean, jobs), jobs[0]
    get(clean, [job], tmp_path)
    place = tmp_path / job.source / job.vintage / job.files[0][0]
    before = raw_files.sha256_of(place)
    assert not get(clean, [job], tmp_path, again=True).failed  # the same file again is no change
    other = other_body(body)
    clean.bodies[path] = other
    (error,) = get(clean, [job], tmp_path, again=True).failed
    assert before in error and "vintage of its own" in error and "expected the sha256" in error
    assert raw_files.sha256_of(place) == before and not list(place.parent.glob("*.part*"))
    pinned = job._replace(pins={job.files[0][0]: before})
    (error,) = get(clean, [pinned], tmp_path / "empty").failed
    assert before in error and error.count("sha256") == 1


def other_body(body: bytes) -> bytes:
    """Another whole file of the same form."""
    if body[:4] == b"PAR1":
        stream = io.BytesIO()
        pd.read_parquet(io.BytesIO(body)).to_parquet(stream, compression="gzip")
        return stream.getvalue()
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archived:
            members = {name: archived.read(name).replace(b"\n", b"\r\n") for name in archived.namelist()}
        return zipped({**members, "more.bin": b"x"})
    if body[:2] == b"\x1f\x8b":
        return gzip.compress(gzip.decompress(body) + b"x\n", mtime=0)
    return body + (b"\n" if body.lstrip()[:1] in b"[{" else body.splitlines(keepends=True)[-1])


# --- resuming --------------------------------------------------------------------------------------------------------


def one_job(source: str) -> tuple[addresses.Job, bytes]:
    return jobs_of(source)[0]


@pytest.mark.parametrize("ranges", [True, False], ids=["with ranges", "without ranges"])
@pytest.mark.parametrize("validators", [True, False], ids=["with validators", "without validators"])
def test_a_fetch_cut_off_at_any_byte_ends_with_the_right_hash(clean, tmp_path, ranges, validators):
    """A sweep over the file, once as a dropped connection and once as a process that was killed."""
    job, body = one_job("conapo_marginalisation")
    (path,) = serve(clean, [(job, body)])
    clean.ranges, clean.validators = ranges, validators
    for cut in sorted({0, 1, 2, 3, 7, len(body) - 1, *range(0, len(body), max(1, len(body) // 60))}):
        clean.cut = cut
        killed = get_killed(clean, job, path, tmp_path / f"{cut}")
        clean.misbehave(path, "dropped")
        assert not get(clean, [job], tmp_path / f"{cut}").failed
        assert killed.read_bytes() == body and not list(killed.parent.glob("*.part*"))
        row = raw_files.read_provenance(tmp_path / f"{cut}", job.source, job.vintage)[killed.name]
        assert row["sha256"] == raw_files.sha256_of(killed)


def test_a_process_killed_before_the_last_step_is_made_good(clean, tmp_path):
    """The part is whole but has not got its name: the publisher has no more bytes of it (416)."""
    job, body = one_job("conapo_marginalisation")
    (path,) = serve(clean, [(job, body)])
    place = get_killed(clean, job, path, tmp_path)
    place.with_name(f"{place.name}.part").write_bytes(body)
    assert not get(clean, [job], tmp_path).failed
    assert place.read_bytes() == body and not list(place.parent.glob("*.part*"))


def get_killed(standin, job, path: str, raw: Path) -> Path:
    """What a process leaves that was killed in the middle: a part, and an error in this one."""
    standin.misbehave(path, "dropped!")
    assert get(standin, [job], raw, dataclasses.replace(QUICK, attempts=1)).failed
    standin.misbehave(path)
    return raw / job.source / job.vintage / job.files[0][0]


def test_a_part_of_another_file_is_not_continued(clean, tmp_path):
    """The file changed between the two attempts: the validator no longer holds, and the whole file is sent."""
    job, body = one_job("conapo_marginalisation")
    (path,) = serve(clean, [(job, body)])
    clean.misbehave(path, "dropped!")
    get(clean, [job], tmp_path)
    other, other_content = job, bodies.body_of(addresses.wanted(["us_bea_gdp"])[0])
    clean.bodies[path] = other_content
    clean.misbehave(path)
    assert not get(clean, [other], tmp_path).failed
    assert (tmp_path / job.source / job.vintage / job.files[0][0]).read_bytes() == other_content


def test_an_unfinished_fetch_is_not_read(clean, tmp_path):
    job, body = one_job("conapo_marginalisation")
    (path,) = serve(clean, [(job, body)])
    clean.misbehave(path, "dropped!")
    get(clean, [job], tmp_path / "raw")
    with pytest.raises(SourceError, match=r"not finished.*mirrors fetch conapo_marginalisation"):
        read_source(job.source, job.vintage, tmp_path)
    clean.misbehave(path)
    get(clean, [job], tmp_path / "raw")
    assert len(read_source(job.source, job.vintage, tmp_path)) > 0


# --- keys ------------------------------------------------------------------------------------------------------------


def test_a_key_appears_in_no_log_error_register_or_provenance(clean, tmp_path, caplog):
    """A canary over every source with a key and every misbehaviour."""
    caplog.set_level(logging.DEBUG)
    jobs = [item for source in SOURCES for item in [item for item in jobs_of(source) if item[0].credential][:2]]
    assert {job.credential for job, _ in jobs} == set(KEYS)
    said = []
    for way in ["", *(f"{way}!" for way in WAYS["misbehaviour"].unique())]:
        clean.ways.clear()
        for path in serve(clean, jobs):
            clean.misbehave(path, *([way] if way else []))
        report = retrieve.fetch([job for job, _ in jobs], tmp_path / way, client_of(clean), retrieve.Report(said=said.append))
        said += report.failed + report.fetched + report.skipped
    assert any(CANARY in path for path, _ in clean.asked)  # it did reach the publisher
    texts = [*said, *(record.getMessage() for record in caplog.records)]
    texts += [path.read_text("latin-1") for path in tmp_path.rglob("*") if path.is_file()]
    texts += [str(path) for path in tmp_path.rglob("*")]
    for form in (CANARY, quote(CANARY, safe=""), quote_plus(CANARY)):
        assert not [text for text in texts if form in text]


def test_a_source_without_its_key_is_skipped_and_says_how(clean, tmp_path):
    job, _ = one_job("inegi_denue_counts")
    client = Client({}, QUICK, clean.address)
    report = retrieve.fetch([job], tmp_path, client, retrieve.Report())
    (line,) = report.skipped
    assert "DENUE_TOKEN" in line and "docs/sources.md" in line and not clean.asked


def test_keys_come_from_the_environment_or_from_a_file(tmp_path, monkeypatch):
    file = tmp_path / "credentials.toml"
    file.write_text('INEGI_TOKEN = "from file"\nCENSUS_API_KEY = "from file"\n')
    monkeypatch.setenv("CENSUS_API_KEY", "from environment")
    assert addresses.credentials(file) == {"INEGI_TOKEN": "from file", "CENSUS_API_KEY": "from environment"}
    ignored = (Path(__file__).parents[1] / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "credentials.toml" in ignored


def test_no_key_leaves_the_machine_for_a_stand_in_elsewhere():
    with pytest.raises(addresses.FetchError, match=r"127\.0\.0\.1"):
        Client(KEYS, QUICK, "http://example.org")


# --- manners ---------------------------------------------------------------------------------------------------------


def test_a_host_is_asked_by_few_at_a_time(clean, tmp_path):
    jobs = [*jobs_of("world_bank"), *jobs_of("us_census_acs_tables")]
    serve(clean, jobs)
    report = get(clean, [job for job, _ in jobs], tmp_path)
    assert not report.failed and clean.most <= QUICK.per_host
    assert all("Mozilla" in headers["User-Agent"] for _, headers in clean.asked)


def test_hosts_take_turns():
    order = [job.source for job in retrieve._mixed(addresses.wanted(["world_bank", "geonames", "un_wup"]))]
    assert order[:3] == ["world_bank", "geonames", "un_wup"] and order[3:6] == ["world_bank", "geonames", "un_wup"]


def test_an_interrupt_stops_what_has_not_begun(clean, tmp_path, monkeypatch):
    jobs = jobs_of("us_census_acs_tables")
    serve(clean, jobs)

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(retrieve, "_fetch_job", stop)
    with pytest.raises(KeyboardInterrupt):
        get(clean, [job for job, _ in jobs], tmp_path)
    assert not clean.asked


def test_a_key_is_not_sent_on_in_the_clear(clean, tmp_path, monkeypatch):
    target = f"http://api.census.gov/other?key={quote(CANARY, safe='')}"
    monkeypatch.setattr(server.Handler, "way_bad_gateway", lambda self, body: self.send(b"", 302, Location=target))
    job, body = next(item for item in jobs_of("us_census_acs_tables") if item[0].credential)
    (path,) = serve(clean, [(job, body)])
    clean.misbehave(path, "bad_gateway!")
    (error,) = get(clean, [job], tmp_path).failed
    assert "redirect to http://api.census.gov/other?key=***" in error and len(clean.asked) == 1


def test_a_redirect_to_a_file_is_followed(clean, tmp_path, monkeypatch):
    job, body = one_job("conapo_marginalisation")
    (path,) = serve(clean, [(job, body)])
    moved = "https://www.conapo.gob.mx/moved/IMM_2020.xls"
    clean.serve(moved, body)
    monkeypatch.setattr(server.Handler, "way_bad_gateway", lambda self, _: self.send(b"", 301, Location=moved))
    clean.misbehave(path, "bad_gateway")
    assert not get(clean, [job], tmp_path).failed
    monkeypatch.setattr(server.Handler, "way_bad_gateway", lambda self, _: self.send(b"", 301, Location=job.url))
    clean.misbehave(path, "bad_gateway!")
    (error,) = get(clean, [job], tmp_path / "loop").failed
    assert "more than 5 redirects" in error


def test_headers_that_drip_do_not_hang(clean, tmp_path, monkeypatch):
    """An answer whose headers come in a byte at a time is given up, whatever the time-out of a single read."""

    def drip(self, body) -> None:
        for _ in range(60):
            self.wfile.write(b"H")
            self.wfile.flush()
            time.sleep(0.05)
        self.hang_up()

    monkeypatch.setattr(server.Handler, "way_bad_gateway", drip)
    job, body = one_job("conapo_marginalisation")
    (path,) = serve(clean, [(job, body)])
    clean.misbehave(path, "bad_gateway!")
    began = time.monotonic()
    patience = dataclasses.replace(QUICK, attempts=1, connect=0.2, silence=0.3)
    (error,) = get(clean, [job], tmp_path, patience).failed
    assert "no answer in time" in error and time.monotonic() - began < 2.5


def test_retry_after_is_waited_for(monkeypatch, clean, tmp_path):
    waits = []
    monkeypatch.setattr(receive.time, "sleep", waits.append)
    monkeypatch.setattr(server.Handler, "way_too_many", lambda self, body: self.send(b"", 429, Retry_After="7"))
    job, body = one_job("conapo_marginalisation")
    (path,) = serve(clean, [(job, body)])
    clean.misbehave(path, "too_many")
    patience = Patience(attempts=2, pause=0.001, longest_pause=60)
    assert not get(clean, [job], tmp_path, patience).failed
    assert max(waits) == 7


def test_a_file_that_is_there_is_not_asked_for(clean, tmp_path):
    job, body = one_job("conapo_marginalisation")
    serve(clean, [(job, body)])
    get(clean, [job], tmp_path)
    clean.asked.clear()
    report = get(clean, [job], tmp_path)
    assert len(report.kept) == 1 and not clean.asked
    place = tmp_path / job.source / job.vintage / job.files[0][0]
    place.write_bytes(body + b"x")
    (error,) = get(clean, [job], tmp_path).failed
    assert "the file on disk was changed" in error


def test_too_large_a_file_is_refused(clean, tmp_path):
    job, body = one_job("conapo_marginalisation")
    serve(clean, [(job, body)])
    (error,) = get(clean, [job._replace(largest=100)], tmp_path).failed
    assert "at most 100 bytes" in error and not list(tmp_path.rglob("*.part"))


def test_what_is_newer_upstream_is_seen(clean, tmp_path):
    job, body = one_job("conapo_marginalisation")
    (path,) = serve(clean, [(job, body)])
    get(clean, [job], tmp_path)
    state = [job.source, job.vintage, tmp_path, client_of(clean)]
    assert vintages.state_of(*state) == "current"
    clean.bodies[path] = body + b"x"
    assert vintages.state_of(*state) == "newer upstream"
    clean.misbehave(path, "bad_gateway!")
    assert vintages.state_of(*state) == "HTTP 502"
    assert vintages.state_of("imss", "2021", tmp_path, client_of(clean)) == "unknown"


def test_every_job_of_the_register_is_well_formed():
    default = addresses.wanted(None)
    jobs = [*default, *addresses.wanted(None, alternative=True)]
    assert len(jobs) > 200
    assert not [job.url for job in jobs if "{" in job.url.replace("{key}", "")]
    assert all(("{key}" in job.url) == bool(job.credential) for job in jobs)
    places = [(job.source, job.vintage, file) for job in default for file, _ in job.files]
    assert len(set(places)) == len(places)


# --- the same figures as the archive ---------------------------------------------------------------------------------


@pytest.mark.parametrize("source", RESHAPED)
def test_what_is_fetched_gives_the_observations_of_the_archive(shared, clean, tmp_path, source, archived):
    """Real figures in the shape in which the publisher serves them, from an empty folder to observations."""
    jobs = [(job, body) for job in addresses.wanted([source]) if (body := bodies.body_of(job, real=True)) is not None]
    serve(clean, jobs)
    assert not get(clean, [job for job, _ in jobs], tmp_path / "raw", Patience(pause=0.001)).failed
    fetched = read_source(source, jobs[0][0].vintage, tmp_path)
    kept = archive.read_archive(raw_files.archive_path(archived, source, jobs[0][0].vintage))
    order = {"by": KEYS_OF_ROWS, "ignore_index": True}
    pd.testing.assert_frame_equal(fetched[SHARED_COLUMNS].sort_values(**order), kept[SHARED_COLUMNS].sort_values(**order))


def test_every_other_source_is_served_as_the_file_at_hand(shared):
    for job in addresses.wanted(None):
        body = bodies.body_of(job, real=True) if job.source not in RESHAPED and job.pins else None
        for file, _ in job.files if body is not None else ():
            assert hashlib.sha256(body).hexdigest() == job.pins[file], file
