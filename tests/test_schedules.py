"""What runs by itself: the right edition on the right day, a build only when inputs change, old sources named."""

import shutil
from datetime import UTC, datetime

import dagster
import pytest

from assets import checks, schedules
from assets.definitions import defs
from assets.editions import Data, edition_before
from pipeline.raw_files import vintages_at
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
