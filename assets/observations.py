"""One asset per source, made by a factory over ``sources.csv``, and their union."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
from dagster import AssetExecutionContext, AssetIn, AssetsDefinition, Backoff, Failure, RetryPolicy, asset

from assets.editions import EDITIONS, Data, cut_off_of
from pipeline.foundation import query
from pipeline.foundation.errors import SourceError
from pipeline.observations.read_source import read_newest
from schemas.catalogue import register

GROUP = "observations"
AGAIN = RetryPolicy(max_retries=3, delay=1, backoff=Backoff.EXPONENTIAL)  # a file system that is away for a moment


def observations_of(source: str) -> AssetsDefinition:
    """The asset ``observations_<source>``: what the source's newest vintage at the edition's cut-off says."""
    title = register("sources").set_index("source").loc[[source]].iloc[-1].title

    @asset(name=f"observations_{source}", partitions_def=EDITIONS, group_name=GROUP, description=title, retry_policy=AGAIN)
    def read(context: AssetExecutionContext, data: Data) -> pd.DataFrame:
        try:
            return read_newest(source, cut_off_of(context.partition_key), Path(data.folder))
        except SourceError as error:  # the file is what it is: reading it again changes nothing
            raise Failure(str(error), allow_retries=False) from error

    return read


SOURCES = list(dict.fromkeys(register("sources").dropna(subset="released")["source"]))


@asset(ins={source: AssetIn(f"observations_{source}") for source in SOURCES}, partitions_def=EDITIONS, group_name=GROUP)
def observations(**sources: Path) -> pa.Table:
    """Every observation of every source that the edition uses."""
    return query.union(sources.values())


ASSETS = [*(observations_of(source) for source in SOURCES), observations]
