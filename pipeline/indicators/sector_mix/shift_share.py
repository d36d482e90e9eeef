"""How the groups of a municipality grew between economic censuses: with the nation, with its mix, and by itself.

Shift and share (Dunn 1960). For a group g of an area from one census to the next, with x what it had and G, G_g and r the
growth rates of the nation, of the nation's group and of the area's group: national = x G, mix = x (G_g - G), local =
x (r - G_g). The three add up to the change. Money is in thousands of current pesos. A cell that is confidential in either
census takes no part, in the area as in the nation, so that the local parts of a group add up to nothing.
"""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation import query
from pipeline.foundation.tables import table

PARTS = ("national", "mix", "local")
FIGURES = ["first", "last", "change", *PARTS]
KEYS = ["variable", "first_period", "last_period"]


@table()
def sector_growth(observations: Path, area_members: Path) -> pd.DataFrame:
    """The table ``sector_growth``: ``shift_share`` of municipalities, metropolises and states, beside the growth of the state
    and of the nation. Those of a metropolis or state are the sums of its municipalities'.
    """
    rows = shift_share(observations)
    members = pd.read_parquet(area_members)
    keys = [*KEYS, "group"]
    parents = rows.merge(members, on="ref_area").groupby(["parent", *keys], as_index=False)[FIGURES].sum()
    found = pd.concat([rows, parents.rename(columns={"parent": "ref_area"})], ignore_index=True)
    nation = rows.groupby(keys, as_index=False)[["first", "last"]].sum()
    state = rows.assign(state=rows["ref_area"].str[:5]).groupby(["state", *keys], as_index=False)[["first", "last"]].sum()
    found = found.assign(growth=_percent(found), state=found["ref_area"].str.extract(r"^(MX-[0-9]{2})(?:[0-9]{3})?$")[0])
    found = found.merge(state.assign(growth_of_state=_percent(state)).drop(columns=["first", "last"]), "left", ["state", *keys])
    found = found.merge(nation.assign(growth_of_nation=_percent(nation)).drop(columns=["first", "last"]), "left", keys)
    order = ["ref_area", "variable", "first_period", "group"]
    names = {"group": "sector_group", "first": "first_value", "last": "last_value"}
    return found.drop(columns="state").sort_values(order, kind="stable", ignore_index=True).rename(columns=names)


def _percent(sums: pd.DataFrame) -> pd.Series:
    return 100 * (sums["last"] / sums["first"].where(sums["first"] != 0) - 1)


def shift_share(observations: Path | pd.DataFrame) -> pd.DataFrame:
    """One row per area, group (and ``total``), figure and pair of censuses: first and last value, change and its parts."""
    rows = _pairs(query.run("indicators/sector_mix/shift_share", observations=observations))
    nation = rows.groupby([*KEYS, "group"], as_index=False)[["first", "last"]].sum()
    nation["group_growth"] = _growth(nation)
    whole = nation.groupby(KEYS, as_index=False)[["first", "last"]].sum()
    whole["growth"] = _growth(whole)
    rows = rows.merge(nation[[*KEYS, "group", "group_growth"]], on=[*KEYS, "group"]).merge(whole[[*KEYS, "growth"]], on=KEYS)
    rows["change"] = rows["last"] - rows["first"]
    rows["national"] = rows["first"] * rows["growth"]
    rows["mix"] = rows["first"] * (rows["group_growth"] - rows["growth"])
    rows["local"] = rows["change"] - rows["first"] * rows["group_growth"]
    return _with_totals(rows)


def _pairs(values: pd.DataFrame) -> pd.DataFrame:
    """Values of consecutive censuses side by side, where both are known."""
    periods = sorted(values["time_period"].unique())
    keys = ["ref_area", "variable", "group"]
    parts = []
    for first, last in pairwise(periods):
        before, after = (values[values["time_period"] == period].drop(columns="time_period") for period in (first, last))
        both = before.rename(columns={"obs_value": "first"}).merge(after.rename(columns={"obs_value": "last"}), on=keys)
        parts.append(both.assign(first_period=first, last_period=last))
    return pd.concat(parts, ignore_index=True)


def _growth(sums: pd.DataFrame) -> np.ndarray:
    return np.where(sums["first"] != 0, sums["last"] / sums["first"].where(sums["first"] != 0, 1) - 1, 0.0)


def _with_totals(rows: pd.DataFrame) -> pd.DataFrame:
    """With the sums of the groups that are known in both censuses."""
    totals = rows.groupby(["ref_area", *KEYS], as_index=False)[FIGURES].sum().assign(group="total")
    both = pd.concat([rows, totals], ignore_index=True)
    order = ["variable", "first_period", "ref_area", "group"]
    return both[["ref_area", "group", *KEYS, *FIGURES]].sort_values(order, kind="stable", ignore_index=True)
