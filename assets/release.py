"""The last asset: the release, made of the stored tables once every check has passed."""

from pathlib import Path

from dagster import AssetExecutionContext, AssetIn, MaterializeResult, asset

from assets.editions import EDITIONS, Data
from pipeline.release import release as writer
from schemas import models

DOCS = Path(__file__).resolve().parent.parent / "docs"


@asset(ins={name: AssetIn(name) for name in models.PUBLISHED}, partitions_def=EDITIONS, group_name="release")
def release(context: AssetExecutionContext, data: Data, **stored: Path) -> MaterializeResult:
    """The edition as people get it: Parquet, CSV, DuckDB, documents and hashes."""
    releases = Path(data.folder) / "processed" / "releases"
    folder = writer.write_release(stored, releases, context.partition_key, DOCS, atlas=data.atlas)
    return MaterializeResult(metadata={"path": str(folder)})
