"""CONEVAL's social lag since 2000, and the percentages behind it: the tables ``social_lag`` and ``deprivation_values``.

The index is the first principal component of eleven standardised percentages, standardised again within the year, so
its levels and its grades say nothing across years; places among the municipalities and percentages do (CONEVAL has a
longitudinal index of its own for the rest). Here it is computed anew from the published percentages beside what
CONEVAL prints.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from pipeline.foundation import query
from pipeline.foundation.tables import table
from pipeline.scoring.marginalisation import require_complete
from schemas.catalogue import register

SOURCE = "coneval_social_lag"


@table()
def social_lag(observations: Path) -> pd.DataFrame:
    """The table ``social_lag``; empty where the edition has no figures of CONEVAL."""
    inputs = register("deprivations").query("part_of == 'social_lag'")["variable"]
    rows = pd.read_parquet(observations, filters=[("source", "==", SOURCE), ("variable", "in", list(inputs))])
    wide = rows.pivot(index=["time_period", "ref_area"], columns="variable", values="obs_value")
    computed = [first_component(values) for _, values in wide.groupby(level="time_period")]
    index = pd.concat(computed) if computed else pd.Series(dtype="float64", index=wide.index)
    return query.run(
        "scoring/social_lag",
        observations=observations,
        recomputed=index.rename("index_recomputed").reset_index(),
        area_changes=register("area_changes"),
        quarantined_values=register("quarantined_values"),
        grades=register("grades"),
    )


@table()
def deprivation_values(observations: Path) -> pd.DataFrame:
    """The table ``deprivation_values``: what the two indices are made of, in long form."""
    return query.run(
        "scoring/deprivation_values",
        observations=observations,
        deprivations=register("deprivations"),
        quarantined_values=register("quarantined_values"),
    )


def first_component(values: pd.DataFrame) -> pd.Series:
    """The first principal component of the standardised columns, with mean 0, standard deviation 1 (n - 1) and the sign
    by which the columns' weights add up to more than 0. Raises ``CompositeError``."""
    require_complete(values)
    standardised = ((values - values.mean()) / values.std()).to_numpy()
    with threadpool_limits(1):
        _, vectors = np.linalg.eigh(standardised.T @ standardised)
        component = standardised @ vectors[:, -1] * np.sign(vectors[:, -1].sum())
    return pd.Series(component / component.std(ddof=1), values.index)
