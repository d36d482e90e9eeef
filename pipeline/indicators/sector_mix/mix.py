"""The table of the sector mix: people employed, jobs and establishments of each Mexican municipality, with standard errors."""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation import query
from pipeline.foundation.tables import table
from pipeline.indicators.sector_mix.errors import census_variance, whole_groups
from pipeline.indicators.sector_mix.inputs import CODES, FACTORIES, Inputs, read_inputs
from pipeline.indicators.sector_mix.jobs import all_jobs
from pipeline.indicators.sector_mix.people import census_people
from pipeline.indicators.sector_mix.residents import (
    Tables,
    by_branch,
    by_sector,
    employed,
    factories,
    without_establishment,
)
from schemas.catalogue import methodology, register

COLUMNS = ["ref_area", "variable", "time_period", "obs_value", "obs_status", "standard_error"]


@table()
def sector_mix(observations: Path | pd.DataFrame) -> pd.DataFrame:
    """Variables ``employed_…``, ``jobs_…`` and ``establishments_…`` per municipality; columns as in ``COLUMNS``."""
    constants = methodology()["sector_mix"] | methodology()["sector_fit"]
    inputs = read_inputs(observations)
    people, jobs = _estimates(inputs, constants)
    counted = query.run("indicators/sector_mix/establishments", observations=observations, sectors=register("sectors"))
    counted["standard_error"] = np.where(counted["obs_status"] == "A", 0.0, constants["unlisted_error"])
    rows = pd.concat([_long(people, "employed_", inputs), _long(jobs, "jobs_", inputs), counted], ignore_index=True)
    return rows[COLUMNS].sort_values(["ref_area", "variable", "time_period"], kind="stable", ignore_index=True)


def _estimates(inputs: Inputs, constants: dict) -> tuple[Tables, Tables]:
    """People employed where they live, and jobs where they are: sectors, branches and totals."""
    sectors, branches = register("sectors"), register("branches")
    census = census_people(inputs, constants)
    variance = census_variance(inputs, census, constants)
    work = all_jobs(inputs, census, variance, constants)
    posts = by_sector(work, sectors, inputs.areas, whole_groups(inputs, census, constants))
    made = by_branch(work, branches, inputs.areas)
    both = without_establishment(posts, inputs, constants)
    live = employed(both, sectors, inputs, constants)
    outside = both.value["manufacturing"] - posts.value["manufacturing"]
    listed = inputs.listed[:, [CODES.index(code) for code in FACTORIES]].sum(axis=0)
    home = factories(live, made, listed / max(listed.sum(), 1), branches, outside)
    people = _joined(live, home)
    people.value["total"], people.variance["total"] = inputs.residents["employed"], 0.0
    jobs = _joined(posts, made)
    jobs.value["total"], jobs.variance["total"] = posts.value.sum(axis=1), posts.variance.sum(axis=1)
    known = live.value.notna().all(axis=1)
    return tuple(Tables(part.value[known], part.variance[known]) for part in (people, jobs))


def _joined(sectors: Tables, branches: Tables) -> Tables:
    return Tables(
        sectors.value.join(branches.value.add_prefix("manufacturing_")),
        sectors.variance.join(branches.variance.add_prefix("manufacturing_")),
    )


def _long(tables: Tables, prefix: str, inputs: Inputs) -> pd.DataFrame:
    """One row per area and name; only the residents' total is counted."""
    value = tables.value.rename_axis(index="ref_area", columns="variable").stack()
    rows = value.rename("obs_value").reset_index()
    rows["standard_error"] = np.sqrt(np.maximum(tables.variance[tables.value.columns].stack().to_numpy(), 0))
    rows["variable"] = prefix + rows["variable"].astype("str")
    status = np.where(rows["variable"] == "employed_total", "A", "E")
    return rows.assign(time_period=int(inputs.residents["time_period"].iloc[0]), obs_status=status)
