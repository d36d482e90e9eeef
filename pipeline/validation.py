"""What each release says about itself: the table ``validation``, computed and never typed (``docs/methodology.md`` 9)."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from pipeline import query
from schemas.catalogue import methodology, register


def mirror_verdicts(mirrors: Path, matching_coverage: Path) -> pd.DataFrame:
    """The table ``mirror_verdicts``: whether each area has a close mirror, under each lens."""
    constants = methodology()["mirrors"] | methodology()["confidence"]
    return query.run("mirror_verdicts", constants=constants, mirrors=mirrors, matching_coverage=matching_coverage)


def outcome_skill(indicator_values: Path, mirrors: Path, matching_coverage: Path) -> pd.DataFrame:
    """The table ``outcome_skill``: whether mirrors are alike in outcomes that took no part in the matching."""
    return query.run(
        "outcome_skill",
        constants=methodology()["validation"],
        indicator_values=indicator_values,
        indicators=register("indicators"),
        mirrors=mirrors,
        matching_coverage=matching_coverage,
    )


def validation(tables: Mapping[str, Path]) -> pd.DataFrame:
    """The table ``validation`` from the tables that it reads, by name."""
    return query.run("validation", constants=methodology()["mirrors"], **tables)
