"""What people live on in each Mexican municipality: people employed and establishments by sector.

The formula and what it rests on are in ``pipeline/indicators/sector_mix.sql``, its constants in ``schemas/methodology.toml``.
Only Mexico needs this: other countries publish their sectors, and their readers give them.
"""

from pathlib import Path

import pandas as pd

from pipeline.foundation import query
from pipeline.foundation.tables import table
from schemas.catalogue import methodology, register


@table()
def sector_mix(observations: Path | pd.DataFrame) -> pd.DataFrame:
    """Variables ``employed_…``, ``jobs_…`` and ``establishments_…`` per municipality; columns as in ``observations``."""
    constants = methodology()["sector_mix"]
    return query.run(
        "indicators/sector_mix",
        constants=constants,
        observations=observations,
        sectors=register("sectors"),
        branches=register("branches"),
        survey=pd.DataFrame(constants["survey"]),
    )
