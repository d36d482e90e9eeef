"""Builds under faults: one at a time, whole releases only, one clear line and a non-zero exit for what goes wrong."""

import os
import resource
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from assets.failures import notify
from assets.lock import LockedError, locked
from pipeline.editions import reproduction
from pipeline.release import release
from tests.conftest import EDITION, FIRST_EDITION

PROJECT = Path(__file__).resolve().parent.parent
MIRRORS = [sys.executable, "-W", "ignore", "-c", "from assets.cli.main import main; main()"]


def mirrors(*arguments: str | Path, limit: int | None = None, **environment: str) -> subprocess.CompletedProcess:
    """The command line in a process of its own, which may write files of at most ``limit`` bytes."""
    limits = (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))) if limit else None
    return subprocess.run(
        [*MIRRORS, *map(str, arguments)], cwd=PROJECT, env=os.environ | environment, preexec_fn=limits, text=True,
        capture_output=True,
    )  # fmt: skip


def one_line(done: subprocess.CompletedProcess) -> str:
    """The one line that a command says when it fails, and it does fail."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("error: "), done.stderr
    return done.stderr


def folder_with(path: Path, content: str) -> Path:
    path.mkdir(parents=True)
    for number in range(5):
        (path / str(number)).write_text(content)
    return path


def test_a_release_is_never_out_of_sight_while_it_is_replaced(tmp_path):
    """Another thread looks at it all the time: always there, always one version or the other."""
    if not release._exchange(folder_with(tmp_path / "a", "a"), folder_with(tmp_path / "b", "b")):
        pytest.skip("this system cannot swap two names at once")
    target, seen, stop = folder_with(tmp_path / "2026.1", "0"), [], threading.Event()

    def look() -> None:
        while not stop.is_set():
            try:
                folder = os.open(target, os.O_DIRECTORY)
            except FileNotFoundError:
                seen.append("nothing")
                continue
            os.close(folder)
            seen.append("something")

    watcher = threading.Thread(target=look)
    watcher.start()
    for version in range(1, 200):
        release._swap(folder_with(tmp_path / ".2026.1.part", str(version)), target)
    stop.set()
    watcher.join()
    assert len(seen) > 100 and "nothing" not in seen
    assert {path.read_text() for path in target.iterdir()} == {"199"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2026.1", "a", "b"]


def test_where_names_cannot_be_swapped_the_old_release_comes_back(tmp_path, monkeypatch):
    """A build that dies between the two renames leaves the old release beside its place; the next one puts it back."""
    monkeypatch.setattr(release, "_exchange", lambda left, right: False)
    target = folder_with(tmp_path / "2026.1", "old")
    partial = folder_with(tmp_path / ".2026.1.part", "new")
    rename = Path.rename
    with monkeypatch.context() as dying:
        dying.setattr(Path, "rename", lambda path, to: rename(path, to) if path == target else sys.exit("killed"))
        with pytest.raises(SystemExit):
            release._swap(partial, target)
    assert not target.exists()
    release.recover(tmp_path, "2026.1")
    assert {path.read_text() for path in target.iterdir()} == {"old"}
    release._swap(folder_with(tmp_path / ".2026.1.part2", "new"), target)
    assert {path.read_text() for path in target.iterdir()} == {"new"}


def test_two_builds_of_an_edition_do_not_mix(tmp_path):
    """The second one says who builds, at once; when the first dies, nothing of its lock is left."""
    hold = f"""
import sys, time
from pathlib import Path
from assets.lock import locked
with locked(Path({str(tmp_path / "processed")!r}), "{EDITION}"):
    print("locked", flush=True)
    time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", hold], cwd=PROJECT, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout.readline() == "locked\n"
        message = one_line(mirrors("build", "--data", tmp_path))
        assert f"process {first.pid} is building edition {EDITION}" in message
        with locked(tmp_path / "processed", FIRST_EDITION):
            pass  # another edition is another folder
        first.kill()
    with locked(tmp_path / "processed", EDITION), pytest.raises(LockedError), locked(tmp_path / "processed", EDITION):
        pass


def test_a_full_disk_is_one_line(small_data, tmp_path):
    """Files may grow to 100 kB only, as on a disk that fills up; the release of before stays whole."""
    (tmp_path / "raw").symlink_to(small_data / "raw")
    old = folder_with(tmp_path / "processed" / "releases" / EDITION, "old")
    message = one_line(mirrors("build", "--data", tmp_path, limit=100_000))
    assert "File too large" in message
    assert [path.name for path in old.parent.iterdir()] == [EDITION] and len(list(old.iterdir())) == 5


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "processed").write_text("a file, not a folder")
    assert "processed" in one_line(mirrors("build", "--data", tmp_path))


def test_whoever_is_to_know_is_told_of_a_failure(tmp_path):
    """An empty data folder fails at the first source; the command of the environment gets the same line."""
    told = tmp_path / "told"
    done = mirrors("build", "--data", tmp_path, MIRRORS_ON_FAILURE=f'(echo "$MIRRORS_EDITION"; cat) > "{told}"')
    assert "the archive file is missing" in one_line(done)
    assert told.read_text().splitlines() == [EDITION, done.stderr.strip().removeprefix("error: ")]


def test_a_command_that_fails_itself_changes_nothing(monkeypatch, caplog):
    monkeypatch.setenv("MIRRORS_ON_FAILURE", "exit 3")
    notify(EDITION, "an error")
    assert "MIRRORS_ON_FAILURE" in caplog.text


def test_a_rebuild_elsewhere_is_the_same(small_data, small_stored, tmp_path):
    """Another folder, time zone, locale, hash seed and number of threads; ``benchmarks/rebuild_identity.py`` tries more."""
    data = tmp_path / "número dos"
    data.mkdir()
    (data / "raw").symlink_to(small_data / "raw")
    build = "import sys; from pathlib import Path; from assets.run import execute; edition, data, before = sys.argv[1:]"
    command = [sys.executable, "-W", "ignore", "-c", f"{build}; assert execute(edition, Path(data), before).success"]
    command += [EDITION, str(data), FIRST_EDITION]
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    other = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "4242", **threads}
    subprocess.run(command, cwd=PROJECT, env=os.environ | other, check=True, capture_output=True)
    left, right = (folder / "processed" / "releases" / EDITION for folder in (small_data, data))
    assert reproduction.differences(left, right) == [] and reproduction.input_differences(left, right) == []

    import duckdb
    import pyarrow.parquet as pq

    pillars = right / "parquet" / "pillars.parquet"
    pq.write_table(pq.read_table(pillars).slice(1), pillars)
    (right / "csv" / "lenses.csv").unlink()
    with duckdb.connect(right / reproduction.DATABASE) as connection:
        connection.execute("update goalposts set lower = lower - 1 where indicator = (select min(indicator) from goalposts)")
    found = reproduction.differences(left, right)
    assert any(line.startswith("csv/lenses.csv: only in ") for line in found)
    assert any(line.startswith("parquet/pillars.parquet: ") for line in found)
    assert any(line.startswith("mirror_cities.duckdb: table goalposts: ") for line in found) and len(found) == 3
