"""The code location: what Dagster's page and ``mirrors build`` both run."""

from pathlib import Path

from dagster import Definitions, define_asset_job

from assets import checks, index, observations, release
from assets.editions import Data
from assets.io import TableStore

CHECKOUT = Path(__file__).resolve().parent.parent
ASSETS = [*observations.ASSETS, *index.ASSETS, release.release]
CHECKS = checks.CHECKS


def resources(data: Path, store: type[TableStore] = TableStore) -> dict:
    """The resources of a build that reads and writes below the folder ``data``."""
    return {"io_manager": store(folder=str(data / "processed" / "tables")), "data": Data(folder=str(data))}


defs = Definitions(
    assets=ASSETS,
    asset_checks=CHECKS,
    jobs=[define_asset_job("edition", selection="*")],
    resources=resources(CHECKOUT / "data"),
)
