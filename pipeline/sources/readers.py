"""Which module reads which publisher's product: ``sources/<country>/<reader>.py``, wherever it stands."""

import importlib
from collections.abc import Callable
from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).parent


def reader_of(name: str) -> Callable[[Path, str], pd.DataFrame]:
    """The function ``read(folder, vintage)`` of a reader that ``sources.csv`` names."""
    (path,) = FOLDER.glob(f"*/{name}.py")
    return importlib.import_module(f"pipeline.sources.{path.parent.name}.{name}").read
