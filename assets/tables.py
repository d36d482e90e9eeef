"""The tables of an edition, one asset a function marked with ``@table`` in the rooms, and the registers that are published.

Nothing is listed here: a new table is a function, its model and its test.
"""

import inspect
from pathlib import Path

import pandas as pd
from dagster import AssetIn, AssetOut, AssetsDefinition, asset, multi_asset

from assets.editions import EDITIONS
from pipeline.foundation.tables import Made, made_tables
from schemas import models, registers
from schemas.catalogue import register


def asset_of(made: Made) -> AssetsDefinition:
    """The asset of a function: its name, the tables it reads, its docstring."""
    description = inspect.getdoc(made.function)
    named = {"ins": {name: AssetIn(name) for name in made.reads}, "partitions_def": EDITIONS, "name": made.function.__name__}
    if len(made.names) == 1:

        @asset(**named, group_name=made.room, description=description)
        def compute(**stored: Path) -> pd.DataFrame:
            return made.function(**stored)
    else:
        outs = {name: AssetOut() for name in made.names}

        @multi_asset(**named, group_name=made.room, outs=outs, description=description)
        def compute(**stored: Path):
            return tuple(made.function(**stored))

    return compute


def register_table(name: str) -> AssetsDefinition:
    """The asset of a register that is published as it stands."""

    @asset(name=name, partitions_def=EDITIONS, group_name="registers")
    def copied() -> pd.DataFrame:
        return register(name)

    return copied


FUNCTIONS = [asset_of(made) for made in made_tables()]
REGISTERS = [register_table(name) for name in models.PUBLISHED if models.MODELS[name] is registers.MODELS.get(name)]
ASSETS = [*REGISTERS, *FUNCTIONS]
