"""What each release says about itself: the table ``validation``, computed and never typed (``docs/methodology.md`` 9)."""

from pathlib import Path

import pandas as pd

from pipeline.foundation import query
from pipeline.foundation.tables import table
from schemas.catalogue import methodology, register


@table()
def validation(
    mirrors: Path,
    mirror_verdicts: Path,
    list_overlaps: Path,
    hubness: Path,
    outcome_skill: Path,
    nominated_pairs: Path,
    matching_coverage: Path,
    indicator_values: Path,
    marginalisation: Path,
    social_lag: Path,
    development_levels: Path,
    level_parts: Path,
    observations: Path,
) -> pd.DataFrame:
    """The table ``validation``: what the release says about itself."""
    return query.run(
        "editions/validation",
        constants=methodology()["mirrors"],
        mirrors=mirrors,
        mirror_verdicts=mirror_verdicts,
        list_overlaps=list_overlaps,
        hubness=hubness,
        outcome_skill=outcome_skill,
        nominated_pairs=nominated_pairs,
        matching_coverage=matching_coverage,
        indicator_values=indicator_values,
        marginalisation=marginalisation,
        social_lag=social_lag,
        development_levels=development_levels,
        level_parts=level_parts,
        observations=observations,
        level_goalposts=register("level_goalposts"),
    )
