"""The code location: what Dagster's page and ``mirrors build`` both run."""

import os
from pathlib import Path

from dagster import Definitions, JobDefinition, define_asset_job

from assets import changes, checks, observations, release, schedules, tables
from assets.editions import Data
from assets.io import TableStore

CHECKOUT = Path(__file__).resolve().parent.parent
ASSETS = [*observations.ASSETS, *tables.ASSETS, *changes.ASSETS, release.release]
CHECKS = checks.CHECKS


def configured(data: Path, compared_with: str = "", atlas: bool = False) -> dict:
    """The resources of a run that reads and writes below the folder ``data``, as run configuration."""
    store = {"folder": str(data / "processed" / "tables")}
    return {
        "io_manager": {"config": store},
        "data": {"config": {"folder": str(data), "compared_with": compared_with, "atlas": atlas}},
    }


def edition_job() -> JobDefinition:
    """The job that builds everything of an edition."""
    return defs.resolve_job_def("edition")


def new_vintages_job() -> JobDefinition:
    """The job that asks the publishers for new vintages."""
    return defs.resolve_job_def("new_vintages")


DATA = Path(os.environ.get("MIRRORS_DATA", CHECKOUT / "data"))  # of the runs that Dagster's page and daemon start
IN_THIS_PROCESS = {"execution": {"config": {"in_process": {}}}}  # a step is short; a process for each costs more than it gains
defs = Definitions(
    assets=ASSETS,
    asset_checks=[*CHECKS, *checks.WARNINGS],
    jobs=[define_asset_job("edition", selection="*", config=IN_THIS_PROCESS), schedules.new_vintages],
    schedules=schedules.SCHEDULES,
    sensors=schedules.SENSORS,
    resources={"io_manager": TableStore(folder=str(DATA / "processed" / "tables")), "data": Data(folder=str(DATA))},
)
