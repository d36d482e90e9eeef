"""Whether an area has a close mirror, and whether mirrors are alike in what took no part in the matching."""

from pathlib import Path

import pandas as pd

from pipeline.foundation import query
from pipeline.foundation.tables import table
from schemas.catalogue import methodology, register


@table()
def mirror_verdicts(mirrors: Path, matching_coverage: Path) -> pd.DataFrame:
    """The table ``mirror_verdicts``: whether each area has a close mirror, under each lens."""
    constants = methodology()["mirrors"] | methodology()["confidence"]
    return query.run("matching/mirror_verdicts", constants=constants, mirrors=mirrors, matching_coverage=matching_coverage)


@table()
def mirror_countries(inclusion_probabilities: Path, matching_coverage: Path) -> pd.DataFrame:
    """The table ``mirror_countries``: how many of the ten nearest lie in each country, by all draws."""
    return query.run(
        "matching/mirror_countries",
        constants=methodology()["mirrors"],
        inclusion_probabilities=inclusion_probabilities,
        matching_coverage=matching_coverage,
    )


@table()
def between_countries(transformed_values: Path, normalised_features: Path, matching_coverage: Path) -> pd.DataFrame:
    """The table ``between_countries``: how much of each matching indicator's variance lies between countries."""
    return query.run(
        "matching/between_countries",
        transformed_values=transformed_values,
        normalised_features=normalised_features,
        matching_coverage=matching_coverage,
    )


@table()
def outcome_skill(indicator_values: Path, mirrors: Path, matching_coverage: Path) -> pd.DataFrame:
    """The table ``outcome_skill``: whether mirrors are alike in outcomes that took no part in the matching."""
    return query.run(
        "matching/outcome_skill",
        constants=methodology()["validation"],
        indicator_values=indicator_values,
        indicators=register("indicators"),
        mirrors=mirrors,
        matching_coverage=matching_coverage,
    )
