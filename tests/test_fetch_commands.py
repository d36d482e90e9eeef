"""mirrors fetch, sources and archive, as a user runs them; the publishers are a stand-in on loopback."""

import pytest
from prepared import prepare
from standins import bodies, server
from typer.testing import CliRunner

from assets.cli.main import app
from pipeline.foundation import raw_files
from pipeline.foundation.errors import SourceError
from pipeline.observations.read_source import refresh_archive
from pipeline.retrieval import addresses
from pipeline.retrieval.client import Client, Patience
from schemas.catalogue import register

SOURCE, VINTAGE = "eurostat_employment", "2026"  # pins nothing, and its fixture is whole


@pytest.fixture
def standin(monkeypatch):
    with server.running() as publisher:
        monkeypatch.setenv("MIRRORS_STANDIN", publisher.address)
        yield publisher


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and what is said, errors included."""
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})
    return result.exit_code, result.output + (f"error: {result.exception}" if result.exception else "")


def rows_of(output: str) -> dict[tuple[str, str], list[str]]:
    return {tuple(line.split(",")[:2]): line.split(",") for line in output.splitlines()[1:]}


def test_fetch_sources_and_archive(standin, tmp_path):
    """From an empty folder to an archive file, and what a later change does to it."""
    data = str(tmp_path)
    (job,) = addresses.wanted([SOURCE])
    path = standin.serve(job.url, bodies.body_of(job))
    code, said = run("fetch", SOURCE, "--data", data)
    assert code == 0 and "1 files fetched, 0 were there, 0 sources need a key, 0 failed" in said
    assert f"{SOURCE} {VINTAGE} {job.files[0][0]}" in said and "\x1b" not in said
    row = rows_of(run("sources", "--data", data)[1])[SOURCE, VINTAGE]
    assert row[3] == "" and row[4] == "1 files" and row[6] == "fetch"
    row = rows_of(run("sources", "--check", "--data", data)[1])[SOURCE, VINTAGE]
    assert row[-1] == "current"
    code, said = run("archive", SOURCE, "--data", data)
    assert code == 0 and "33 observations" in said and "rows added" not in said
    assert rows_of(run("sources", "--data", data)[1])[SOURCE, VINTAGE][3] == "yes"
    standin.bodies[path] = bodies.body_of(job) + b"\x00"
    assert rows_of(run("sources", "--check", "--data", data)[1])[SOURCE, VINTAGE][-1] == "newer upstream"
    code, said = run("fetch", SOURCE, "--again", "--data", data)
    assert code != 0 and "vintage of its own" in said


def test_a_fetch_that_fails_says_so_and_exits_with_1(standin, tmp_path, monkeypatch):
    patient = Client.__init__
    quick = Patience(attempts=2, pause=0.001)
    monkeypatch.setattr(Client, "__init__", lambda self, keys, stand_in: patient(self, keys, quick, stand_in))
    code, said = run("fetch", "conapo_marginalisation", "--data", str(tmp_path))
    assert code == 1 and "expected a workbook, got a web page" in said and "1 downloads failed" in said
    assert not list((tmp_path / "raw").rglob("IMM_2020.xls"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing_known"], "there is no such source"),
        (["imss"], "no address to fetch it from"),
        (["inegi_denue_counts"], "needs a key, set DENUE_TOKEN"),
        (["--edition", "1999.1"], "there is no edition 1999.1"),
    ],
)
def test_what_cannot_be_fetched_is_said(standin, tmp_path, monkeypatch, arguments, words):
    monkeypatch.delenv("DENUE_TOKEN", raising=False)
    code, said = run("fetch", *arguments, "--data", str(tmp_path))
    assert code == 1 and words in said and not standin.asked


def test_only_a_stand_in_on_loopback_is_accepted(tmp_path, monkeypatch):
    monkeypatch.setenv("MIRRORS_STANDIN", "http://example.org")
    code, said = run("fetch", "un_wup", "--data", str(tmp_path))
    assert code == 1 and "127.0.0.1" in said


def test_an_edition_asks_for_what_had_been_published_by_then():
    assert {job.vintage for job in addresses.wanted(["world_bank"], "2023-11-30")} == {"2022-07"}
    assert not addresses.wanted(["coneval_social_lag"], "2020-01-01")
    assert {job.vintage for job in addresses.wanted(["ghsl_ucdb"])} == {"2024"}
    assert {job.vintage for job in addresses.wanted(["metropolises"], "2019-01-01")} == {"2018"}


# --- the archive -----------------------------------------------------------------------------------------------------


@pytest.fixture
def raw(tmp_path):
    """A folder of raw files with one source and its archive."""
    prepare(SOURCE, VINTAGE, tmp_path / "raw" / SOURCE / VINTAGE)
    refresh_archive(SOURCE, VINTAGE, tmp_path / "raw")
    return tmp_path / "raw"


def change(raw, old: str, new: str) -> None:
    """Rewrite the table of the raw folder with another text."""
    import gzip

    (path,) = (raw / SOURCE / VINTAGE).iterdir()
    text = gzip.decompress(path.read_bytes()).decode()
    assert old in text
    path.write_bytes(gzip.compress(text.replace(old, new).encode(), mtime=0))


def test_the_same_files_change_nothing(raw):
    path = raw_files.archive_path(raw / "archive", SOURCE, VINTAGE)
    before = path.read_bytes()
    lines = refresh_archive(SOURCE, VINTAGE, raw)
    assert "0 rows added, 0 removed, 0 changed" in lines[1] and path.read_bytes() == before


def test_changes_are_counted_and_the_largest_is_shown(raw):
    change(raw, "33.8 p", "43.8 p")
    change(raw, "158.0 p", "158.1 p")
    _, counts, *largest = refresh_archive(SOURCE, VINTAGE, raw)
    assert "0 rows added, 0 removed, 2 changed" in counts
    assert largest[0] == "changed: NUTS-BE100 employed_information 2023: 33,800 (P) to 43,800 (P)"
    assert "158,000 (P) to 158,100 (P)" in largest[1]


def test_a_loss_of_rows_needs_a_reason(raw):
    """One year less: 11 rows. Nothing is written until somebody says why."""
    (path,) = (raw / SOURCE / VINTAGE).iterdir()
    import gzip

    text = gzip.decompress(path.read_bytes()).decode()
    shorter = "".join(line.rsplit("\t", 1)[0] + "\n" for line in text.splitlines())
    path.write_bytes(gzip.compress(shorter.encode(), mtime=0))
    kept = raw_files.archive_path(raw / "archive", SOURCE, VINTAGE)
    before = kept.read_bytes()
    with pytest.raises(SourceError, match=r"11 rows of the archived 2026 would be lost.*employed_\w+, 1 rows.*--accept-loss"):
        refresh_archive(SOURCE, VINTAGE, raw)
    assert kept.read_bytes() == before
    lines = refresh_archive(SOURCE, VINTAGE, raw, "the year was withdrawn")
    assert "0 rows added, 11 removed, 0 changed" in lines[1] and kept.read_bytes() != before


def test_a_new_vintage_stands_beside_the_old_one_and_is_compared_with_it(tmp_path, archived):
    """World Bank: the fixture of 2025-04 is archived, that of 2026-07 comes; its series are compared, not its file."""
    raw = tmp_path / "raw"
    prepare("world_bank", "2025-04", raw / "world_bank" / "2025-04")
    refresh_archive("world_bank", "2025-04", raw)
    old = raw_files.archive_path(raw / "archive", "world_bank", "2025-04")
    before = old.read_bytes()
    prepare("world_bank", "2026-07", raw / "world_bank" / "2026-07")
    try:
        lines = refresh_archive("world_bank", "2026-07", raw)
    except SourceError as error:
        assert "archived 2025-04 would be lost" in str(error)
        lines = refresh_archive("world_bank", "2026-07", raw, "fixtures hold other countries")
    assert "against the archived 2025-04" in lines[1]
    assert old.read_bytes() == before and raw_files.archive_path(raw / "archive", "world_bank", "2026-07").is_file()


def test_a_source_that_is_not_archived_is_in_no_edition():
    fetched_only = register("sources")["released"].isna()
    names = set(register("sources").loc[fetched_only, "source"]) - {"ghsl_ucdb"}
    for cut_off in (*register("editions")["cut_off"], "2099-01-01"):
        assert not names & set(raw_files.vintages_at(cut_off)["source"])
    assert raw_files.vintages_at("2099-01-01").set_index("source")["vintage"]["ghsl_ucdb"] == "2019"
