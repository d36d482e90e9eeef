"""Dagster's runs on a real PostgreSQL, started for the test and stopped by it; skipped where it is not installed."""

import os
import pwd
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


def binary(name: str) -> str:
    """A program of PostgreSQL, on the path or where Debian puts it."""
    found = shutil.which(name) or next(map(str, sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), None)
    if found is None:
        pytest.skip(f"PostgreSQL ({name}) is not on this machine")
    return found


@pytest.fixture
def database(tmp_path_factory):
    """The address of an empty database on the loopback interface."""
    pytest.importorskip("dagster_postgres", reason="the extra postgres is not installed")
    user = {"user": "postgres"} if os.geteuid() == 0 and "postgres" in {entry.pw_name for entry in pwd.getpwall()} else {}
    if os.geteuid() == 0 and not user:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    initdb, postgres = binary("initdb"), binary("postgres")
    folder = Path(
        subprocess.run(
            ["mktemp", "-d", "/tmp/postgres.XXXXXX"], text=True, capture_output=True, check=True, **user
        ).stdout.strip()
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    subprocess.run(
        [initdb, "-D", folder / "data", "-U", "mirrors", "-A", "trust"], check=True, capture_output=True, cwd=folder, **user
    )
    options = ["-D", folder / "data", "-h", "127.0.0.1", "-p", str(port), "-k", folder, "-c", "fsync=off"]
    server = subprocess.Popen([postgres, *options], cwd=folder, stderr=subprocess.PIPE, text=True, **user)
    try:
        for line in server.stderr:
            if "ready to accept connections" in line:
                break
        yield f"postgresql+psycopg2://mirrors@127.0.0.1:{port}/postgres"
    finally:
        server.terminate()
        server.wait()
        server.stderr.close()
        shutil.rmtree(folder)


def test_runs_are_kept_in_postgresql(database, tmp_path, monkeypatch):
    """The instance of the recipe in docs/operating.md: a run of a job is found again by another instance."""
    import dagster

    from assets.definitions import new_vintages_job

    shutil.copyfile(PROJECT / "dagster.postgres.yaml", tmp_path / "dagster.yaml")
    monkeypatch.setenv("MIRRORS_POSTGRES", database)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    with dagster.DagsterInstance.get() as instance:
        result = dagster.execute_job(dagster.reconstructable(new_vintages_job), instance)
        assert result.success
    with dagster.DagsterInstance.get() as instance:
        run = instance.get_run_by_id(result.run_id)
        assert (run.job_name, run.status) == ("new_vintages", dagster.DagsterRunStatus.SUCCESS)
        assert type(instance.run_storage).__name__ == "PostgresRunStorage"
