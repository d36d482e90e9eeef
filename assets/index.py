"""The index: from observations to scores and mirrors, one asset a table, each body a call."""

from pathlib import Path

import pandas as pd
from dagster import AssetsDefinition, asset, multi_asset, AssetOut

from assets.editions import EDITIONS, Data, cut_off_of
from pipeline import areas, development, indicators, matching, nominations, sector_mix
from pipeline import sources as source_table
from schemas.catalogue import register
