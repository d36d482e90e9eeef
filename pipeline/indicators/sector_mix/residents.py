"""What the residents of a municipality live on: people employed by sector and branch, with standard errors.

The total is the census's, the three broad sectors are its sample's, the split within them is that of the jobs of the place
and of those who work without an establishment.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.indicators.sector_mix.inputs import FACTORIES, Inputs
from pipeline.indicators.sector_mix.jobs import COLUMNS, FIELDS, Jobs
from pipeline.indicators.sector_mix.raking import ratio

BROAD = ("primary", "secondary", "tertiary")


@dataclass
class Tables:
    """Areas x names: values and variances."""

    value: pd.DataFrame
    variance: pd.DataFrame


def by_sector(jobs: Jobs, sectors: pd.DataFrame, areas: pd.Index, whole: dict[str, np.ndarray]) -> Tables:
    """Jobs of the register's sectors; where a sector is counted as a whole, its variance is that of the whole."""
    owners = [_owner(column, sectors) for column in COLUMNS]
    names = list(sectors["sector"])
    value, variance = (
        pd.DataFrame({name: table[:, [owner == name for owner in owners]].sum(axis=1) for name in names}, index=areas)
        for table in (jobs.jobs, jobs.variance)
    )
    for name, known in whole.items():
        variance[name] = np.minimum(variance[name], known)
    return Tables(value, variance)


def by_branch(jobs: Jobs, branches: pd.DataFrame, areas: pd.Index) -> Tables:
    """Jobs of the branches of manufacturing."""
    place = {row.branch: [COLUMNS.index(code) for code in row.scian.split("+")] for row in branches.itertuples()}
    return Tables(
        pd.DataFrame({name: jobs.jobs[:, codes].sum(axis=1) for name, codes in place.items()}, index=areas),
        pd.DataFrame({name: jobs.variance[:, codes].sum(axis=1) for name, codes in place.items()}, index=areas),
    )


def _owner(column: str, sectors: pd.DataFrame) -> str:
    if column == FIELDS:
        return "agriculture"
    for row in sectors.itertuples():
        for span in row.scian.split("+"):
            first, last = span.split("-")[0], span.split("-")[-1]
            if first <= column[:2] <= last:
                return row.sector
    raise KeyError(column)


def without_establishment(posts: Tables, inputs: Inputs, constants: dict) -> Tables:
    """With those who work without one: what the labour force survey counts beyond the jobs, spread by residents."""
    shares = inputs.residents[[f"{name}_share" for name in BROAD[1:]]].sum(axis=1, min_count=2) / 100
    others = (inputs.residents["employed"] * shares).fillna(0)
    value, variance = posts.value.copy(), posts.variance.copy()
    for row in constants["survey"]:
        names = row["sectors"].split("+")
        missing = max(0.0, row["people"] - posts.value[names].sum().sum())
        outside = missing * others / others.sum()
        value[row["outside"]] += outside
        variance[row["outside"]] += (constants["outside_error"] * outside) ** 2
    return Tables(value, variance)


def employed(posts: Tables, sectors: pd.DataFrame, inputs: Inputs, constants: dict) -> Tables:
    """People employed by sector where they live: broad sectors of the sample, split as the jobs are."""
    people = inputs.residents["employed"]
    value, variance = pd.DataFrame(index=posts.value.index), pd.DataFrame(index=posts.value.index)
    for broad in BROAD:
        names = list(sectors.loc[sectors["broad_sector"] == broad, "sector"])
        share = inputs.residents[f"{broad}_share"] / 100
        whole, error = people * share, constants["design_effect"] * people * share * (1 - share) / constants["sampled"]
        parts, part_errors = split(posts.value[names].to_numpy(), posts.variance[names].to_numpy())
        if broad == "primary":
            parts, part_errors = np.ones((len(people), 1)), np.zeros((len(people), 1))
        value[names] = whole.to_numpy()[:, None] * parts
        variance[names] = (whole.to_numpy() ** 2)[:, None] * part_errors + error.to_numpy()[:, None] * parts**2
    return Tables(value, variance)


def split(jobs: np.ndarray, variance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shares of a row's sum and their variances, to first order; NaN where there is nothing to share."""
    whole = jobs.sum(axis=1, keepdims=True)
    shares = ratio(jobs, whole, np.nan)
    spread = ratio(variance, whole**2, np.nan)
    return shares, (1 - 2 * shares) * spread + shares**2 * spread.sum(axis=1, keepdims=True)


def factories(made: Tables, posts: Tables, crafts: np.ndarray, branches: pd.DataFrame, outside: pd.Series) -> Tables:
    """People employed in manufacturing by branch; home workers make what the nation's workshops make."""
    shares = [crafts[[FACTORIES.index(code) for code in row.scian.split("+")]].sum() for row in branches.itertuples()]
    at_home = outside.to_numpy()[:, None] * np.array(shares)
    parts, errors = split(posts.value.to_numpy() + at_home, posts.variance.to_numpy())
    nobody = made.value["manufacturing"].to_numpy()[:, None] == 0
    parts, errors = np.where(nobody, 0, parts), np.where(nobody, 0, errors)
    people, spread = made.value["manufacturing"].to_numpy()[:, None], made.variance["manufacturing"].to_numpy()[:, None]
    names = list(branches["branch"])
    value = pd.DataFrame(people * parts, index=posts.value.index, columns=names)
    return Tables(value, pd.DataFrame(people**2 * errors + parts**2 * spread, index=posts.value.index, columns=names))
