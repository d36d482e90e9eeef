"""What runs by itself: the right edition on the right day, a build only when inputs change, old sources named."""

import csv
import http.server
import shutil
import threading
from datetime import UTC, datetime

import dagster
import pytest

from assets import checks, schedules
from assets.definitions import defs
from assets.editions import Data, edition_before
from pipeline.foundation.raw_files import PROVENANCE_COLUMNS, provenance_path, vintages_at
from pipeline.retrieval.vintages import new_vintages
from schemas.catalogue import register


def test_the_code_location_loads():
    dagster.Definitions.validate_loadable(defs)
    assert {item.name for item in schedules.SCHEDULES} == {"yearly_edition", "monthly_check"}


@pytest.mark.parametrize(
    ("day", "edition"), [("2020-01-01", "2021.1"), ("2025-11-29", "2024.1"), ("2025-11-30", "2025.1"), ("2026-11-20", "2026.1")]
)
def test_the_newest_edition_is_the_last_whose_cut_off_is_past(day, edition):
    assert schedules.newest_edition(day) == edition


def test_the_yearly_edition_is_that_of_the_year():
    day = datetime(2026, 11, 20, 10, tzinfo=UTC)
    request = schedules.yearly_edition(dagster.build_schedule_context(scheduled_execution_time=day))
    assert request.partition_key == "2026.1"


def test_a_build_is_asked_for_when_inputs_change_and_not_before(archived, tmp_path):
    for source in ("imss", "un_wup"):
        shutil.copytree(archived / source, tmp_path / "raw" / "archive" / source)
    data = Data(folder=str(tmp_path))

    def look(cursor: str | None) -> dagster.RunRequest | dagster.SkipReason:
        return schedules.inputs_changed(dagster.build_sensor_context(cursor=cursor), data=data)

    first = look(None)
    assert first.partition_key == "2026.1"
    assert isinstance(look(first.run_key), dagster.SkipReason)
    shutil.rmtree(tmp_path / "raw" / "archive" / "imss")
    assert look(first.run_key).run_key != first.run_key


def test_each_edition_is_compared_with_the_one_before():
    assert [edition_before(edition) for edition in ("2026.1", "2022.1", "2021.1")] == ["2025.1", "2021.1", "2021.1"]


def test_an_edition_uses_nothing_that_was_published_after_its_cut_off():
    for row in register("editions").itertuples():
        assert (vintages_at(row.cut_off)["released"] <= row.cut_off).all()


def test_a_source_that_has_grown_old_is_a_warning():
    result = checks.stale("2026-11-15", 6)
    assert "koeppen_geiger (2006-07-10)" in result and not any(line.startswith("world_bank") for line in result)


class Publisher(http.server.BaseHTTPRequestHandler):
    """Serves every file in its second version."""

    def do_GET(self):
        unchanged = self.headers.get("If-None-Match") == '"second"'
        self.send_response(304 if unchanged else 200)
        self.send_header("ETag", '"second"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def publisher():
    """The address of a publisher on loopback."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Publisher) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_publisher_with_newer_files_is_named_and_told_of(publisher, tmp_path, monkeypatch):
    """Two sources were fetched; of one the publisher has another version by now."""
    for source, vintage, version in (("un_wup", "2018", '"first"'), ("imss", "2021", '"second"')):
        path = provenance_path(tmp_path / "raw", source, vintage)
        path.parent.mkdir(parents=True)
        cells = {"file": "a.csv", "url": f"{publisher}/a.csv", "bytes": "1", "sha256": "00", "etag": version}
        row = [cells.get(column, "") for column in PROVENANCE_COLUMNS]
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([PROVENANCE_COLUMNS, row])
    monkeypatch.setenv("MIRRORS_STANDIN", publisher)
    told = tmp_path / "told"
    monkeypatch.setenv("MIRRORS_ON_FAILURE", f'cat > "{told}"')
    line = "un_wup: the publisher serves files newer than vintage 2018; run mirrors fetch un_wup and look"
    assert new_vintages(tmp_path) == [line]
    schedules.ask_publishers(dagster.build_op_context(resources={"data": Data(folder=str(tmp_path))}))
    assert told.read_text() == f"new vintages: {line}\n"
