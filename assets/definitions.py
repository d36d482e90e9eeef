"""The code location: what Dagster's page and ``mirrors build`` both run."""

from pathlib import Path

from dagster import Definitions, JobDefinition, define_asset_job

from assets import checks, index, observations, release
from assets.editions import Data
from assets.io import TableStore

CHECKOUT = Path(__file__).resolve().parent.parent
ASSETS = [*observations.ASSETS, *index.ASSETS, release.release]
CHECKS = checks.CHECKS


def configured(data: Path) -> dict:
    """The resources of a run that reads and writes below the folder ``data``, as run configuration."""
    folders = {"io_manager": data / "processed" / "tables", "data": data}
    return {name: {"config": {"folder": str(folder)}} for name, folder in folders.items()}


def edition_job() -> JobDefinition:
    """The job that builds everything of an edition."""
    return defs.resolve_job_def("edition")


DATA = CHECKOUT / "data"
defs = Definitions(
    assets=ASSETS,
    asset_checks=CHECKS,
    jobs=[define_asset_job("edition", selection="*")],
    resources={"io_manager": TableStore(folder=str(DATA / "processed" / "tables")), "data": Data(folder=str(DATA))},
)
