"""Where the figures come from."""

from pathlib import Path

import pandas as pd

from pipeline import query
from schemas.catalogue import register


def sources(observations: Path) -> pd.DataFrame:
    """The table ``sources``: the files behind the edition."""
    return query.run("sources", observations=observations, sources=register("sources"), source_files=register("source_files"))
