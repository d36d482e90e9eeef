"""Which specification or module reads which publisher's product: ``sources/<country>/<reader>.toml`` or ``.py``."""

import importlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources import plain_tables

FOLDER = Path(__file__).parent


def reader_of(name: str) -> Callable[[Path, str], pd.DataFrame]:
    """The function ``read(folder, vintage)`` of a reader that ``sources.csv`` names, wherever it stands."""
    for path in sorted(FOLDER.glob(f"*/{name}.toml")):
        return partial(plain_tables.read, path)
    for path in sorted(FOLDER.glob(f"*/{name}.py")):
        return importlib.import_module(f"pipeline.sources.{path.parent.name}.{name}").read
    raise SourceError("sources.csv", "names a reader that is not there", value=name, advice="add its specification")
