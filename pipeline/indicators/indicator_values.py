"""Indicators: numerator over denominator, for every area of every level."""

from pathlib import Path

import pandas as pd

from pipeline.areas.places import source_order
from pipeline.foundation import query
from pipeline.foundation.tables import table
from schemas.catalogue import methodology, register


class IndicatorError(ValueError):
    """A value that no indicator can have: names the indicator, the area, the value and its source."""


@table()
def indicator_values(observations: Path, derived_observations: Path, places: Path, area_members: Path) -> pd.DataFrame:
    """The table ``indicator_values``. Raises ``IndicatorError`` for a share outside 0 to 100 %."""
    constants = methodology()["areas"] | methodology()["derived"]
    table = query.run(
        "indicators/indicator_values",
        constants=constants,
        observations=observations,
        derived_observations=derived_observations,
        places=places,
        area_members=area_members,
        area_changes=register("area_changes"),
        quarantined_values=register("quarantined_values"),
        indicators=register("indicators"),
        source_order=source_order(),
    )
    shares = register("indicators").query("formula == 'ratio' and unit_measure == '%'")["indicator"]
    within = table["numerator"].between(0, table["denominator"] * (1 + 1e-9))
    wrong = table[table["indicator"].isin(shares) & ~within]
    if not wrong.empty:
        row = wrong.sort_values("level", kind="stable").iloc[0]  # local before its parents, whose sums it spoils
        raise IndicatorError(
            f"{row.indicator} of {row.ref_area} in {row.time_period} is {row.obs_value:.6g}, {row.numerator:.10g} of "
            f"{row.denominator:.10g}: a share {'above 100' if row.numerator > 0 else 'below 0'} %; "
            f"correct the figures of {row.source}"
        )
    return table


@table()
def comparability() -> pd.DataFrame:
    """The table ``comparability``: the register, each indicator by its own name and with its frame."""
    return query.run("indicators/comparability", comparability=register("comparability"), indicators=register("indicators"))
