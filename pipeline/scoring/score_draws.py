"""The development score if its contestable choices were made otherwise (``docs/methodology.md`` 6).

Four choices vary: the weights of the indicators, those of the pillars, the normalisation, and the mean that joins the
pillars. What is known of an area, and whether it has a score, does not. The kernel takes the same means as
``sql/aggregated_scores.sql``, for many draws at once; a test holds the two together.
"""

from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.scoring import sensitivity
from schemas.catalogue import methodology, register

CHOICES = ("indicator_weights", "pillar_weights", "normalisation", "aggregation")
DRAWS_AT_ONCE = 128
DECIMALS = 6  # of an index or a ratio: what is published does not depend on the last bits of a logarithm


class Structure(NamedTuple):
    """The outcomes and pillars of the method: their codes and weights, and the pillar of each outcome as a position."""

    indicators: np.ndarray
    weights: np.ndarray
    pillar_of: np.ndarray
    pillars: np.ndarray
    pillar_weights: np.ndarray


class Areas(NamedTuple):
    """The scored areas of a level: codes, countries, and (2, areas, outcomes) values: between goalposts, and as z-scores."""

    ref_area: np.ndarray
    country: np.ndarray
    values: np.ndarray


class Choices(NamedTuple):
    """n draws: weights (n, outcomes) and (n, pillars), and whether z-scores and the arithmetic mean are used (n,)."""

    weights: np.ndarray
    pillar_weights: np.ndarray
    z_score: np.ndarray
    arithmetic: np.ndarray


class Draws(NamedTuple):
    """Scores of the areas of a level: (areas,), (2 n, areas) and (choices, n, areas); and the ranks of ``base`` by pool."""

    areas: Areas
    nominal: np.ndarray
    base: np.ndarray
    mixed: np.ndarray
    base_ranks: dict[str, np.ndarray]


@cache
def structure() -> Structure:
    """The declared hierarchy of the score."""
    outcomes = register("indicators").query("role == 'outcome'").sort_values("indicator")
    pillars = register("pillars")
    positions = pillars["pillar"].tolist().index
    return Structure(
        outcomes["indicator"].to_numpy(),
        outcomes["weight"].to_numpy(float),
        outcomes["pillar_or_block"].map(positions).to_numpy(),
        pillars["pillar"].to_numpy(),
        pillars["weight"].to_numpy(float),
    )


def areas_of_levels(normalised: pd.DataFrame, z_scores: pd.DataFrame, scores: pd.DataFrame) -> Iterator[tuple[str, Areas]]:
    """Per level, its scored areas. ``normalised`` and ``z_scores``: ref_area, indicator, score; ``scores``: the areas' own."""
    scored = scores.dropna(subset="score").sort_values("ref_area")
    wide = [table.pivot(index="ref_area", columns="indicator", values="score") for table in (normalised, z_scores)]
    for level, rows in scored.groupby("level", sort=True):
        values = [table.reindex(index=rows["ref_area"], columns=structure().indicators).to_numpy(float) for table in wide]
        yield level, Areas(rows["ref_area"].to_numpy(), rows["country"].to_numpy(), np.array(values))


def draw(areas: Areas) -> Draws:
    """The scores of a level's areas as declared, and under every draw of the design."""
    declared, constants = structure(), methodology()["score_intervals"]
    groups = np.repeat(range(4), [len(declared.indicators), len(declared.pillars), 1, 1])
    points = sensitivity.design(groups, constants["design_points"], constants["design_seed"])
    as_declared = Choices(declared.weights[None], declared.pillar_weights[None], np.array([False]), np.array([False]))
    base = scores_under(areas, choices_at(points.base))
    mixed = np.array([scores_under(areas, choices_at(part)) for part in points.mixed])
    base_ranks = {country: ranks(base[:, members]) for country, members in pools(areas)}
    return Draws(areas, scores_under(areas, as_declared)[0], base, mixed, base_ranks)


def pools(areas: Areas) -> Iterator[tuple[str, np.ndarray]]:
    """The areas that are ranked together: all of the level (country empty), and those of each country."""
    yield "", np.ones(len(areas.country), dtype=bool)
    for country in np.unique(areas.country):
        yield country, areas.country == country


def choices_at(points: np.ndarray) -> Choices:
    """The choices at points of the unit cube: one coordinate per outcome and pillar, then normalisation and aggregation."""
    declared, noise = structure(), methodology()["score_intervals"]["weight_noise"]
    count = len(declared.indicators)
    factors = 1 + noise * (2 * points[:, :-2] - 1)
    weights, pillar_weights = declared.weights * factors[:, :count], declared.pillar_weights * factors[:, count:]
    return Choices(weights, pillar_weights, points[:, -2] >= 0.5, points[:, -1] >= 0.5)


def scores_under(areas: Areas, choices: Choices) -> np.ndarray:
    """The scores (draws, areas) of the areas under each draw; areas of which the same is known are computed together."""
    scores = np.empty((len(choices.z_score), len(areas.ref_area)))
    patterns, pattern_of = np.unique(~np.isnan(areas.values[0]), axis=0, return_inverse=True)
    for number, known in enumerate(patterns):
        rows = np.flatnonzero(pattern_of == number)
        for z_score, arithmetic in product((False, True), repeat=2):
            values = areas.values[int(z_score)][np.ix_(rows, known)].T.copy()
            alike = np.flatnonzero((choices.z_score == z_score) & (choices.arithmetic == arithmetic))
            for start in range(0, len(alike), DRAWS_AT_ONCE):
                some = alike[start : start + DRAWS_AT_ONCE]
                scores[np.ix_(some, rows)] = _scores(
                    values, choices.weights[np.ix_(some, known)], choices.pillar_weights[some], known, arithmetic
                )
    return scores


def _scores(values: np.ndarray, weights: np.ndarray, pillar_weights: np.ndarray, known: np.ndarray, arithmetic: bool):
    """Scores (draws, areas) from values (outcomes, areas); sums are taken in a fixed order, without a matrix product."""
    floor, pillar_of = methodology()["development"]["floor"], structure().pillar_of[known]
    present = np.unique(pillar_of)
    shares = pillar_weights[:, present] / pillar_weights[:, present].sum(axis=1, keepdims=True)
    total = np.zeros((len(weights), values.shape[1]))
    for share, pillar in zip(shares.T, present, strict=True):
        members = np.flatnonzero(pillar_of == pillar)
        within = weights[:, members] / weights[:, members].sum(axis=1, keepdims=True)
        mean = sum(within[:, [place]] * values[member] for place, member in enumerate(members))
        np.maximum(mean, floor, out=mean)
        total += share[:, None] * (mean if arithmetic else np.log(mean, out=mean))
    return total if arithmetic else np.exp(total, out=total)


def ranks(scores: np.ndarray) -> np.ndarray:
    """Ranks within each row: 1 is best, ties take the least."""
    result = np.empty(scores.shape, dtype=np.int32)
    for row, places in zip(scores, result, strict=True):
        order = np.argsort(row)[::-1]
        place, ordered = np.arange(1, len(row) + 1, dtype=np.int32), row[order]
        place[1:][ordered[1:] == ordered[:-1]] = 0
        places[order] = np.maximum.accumulate(place)
    return result


def intervals(draws: Draws) -> pd.DataFrame:
    """Per area, what the scores and ranks of 90 of 100 draws lie between."""
    own = np.empty_like(draws.base_ranks[""])
    for country, members in list(pools(draws.areas))[1:]:
        own[:, members] = draws.base_ranks[country]
    constants = methodology()["score_intervals"]
    ends = [constants["interval_lower"], constants["interval_upper"]]
    columns = {"ref_area": draws.areas.ref_area}
    for name, drawn in {"score": draws.base, "rank": draws.base_ranks[""], "rank_in_country": own}.items():
        low, high = np.quantile(drawn, ends, axis=0, method="inverted_cdf")
        columns |= {f"{name}_low": low, f"{name}_high": high}
    return pd.DataFrame(columns)


def score_sensitivity(level: str, draws: Draws) -> pd.DataFrame:
    """Sobol indices of each choice for the scores and for the mean rank shift, over the level and within countries."""
    parts = []
    for country, members in large_pools(draws.areas):
        base, mixed = draws.base[:, members], draws.mixed[:, :, members]
        nominal = ranks(draws.nominal[None, members])
        base_shift = _mean_shift(draws.base_ranks[country], nominal)
        mixed_shift = np.array([_mean_shift(ranks(part), nominal) for part in mixed])
        for output, drawn in {"score": (base, mixed), "rank_shift": (base_shift, mixed_shift)}.items():
            found = sensitivity.indices(*drawn)
            columns = {
                "level": level,
                "country": country,
                "output": output,
                "choice": CHOICES,
                "first_order": found.first_order.round(DECIMALS) + 0.0,
                "total": found.total.round(DECIMALS) + 0.0,
                "mean": drawn[0].mean(),
                "standard_deviation": np.sqrt(drawn[0].var(axis=0).mean()),
                "areas": members.sum(),
            }
            parts.append(pd.DataFrame(columns))
    return pd.concat(parts)


def large_pools(areas: Areas) -> Iterator[tuple[str, np.ndarray]]:
    """The pools about which a statistic says something."""
    least = methodology()["matching"]["smallest_national_frame"]
    return ((country, members) for country, members in pools(areas) if members.sum() >= least)


def _mean_shift(drawn: np.ndarray, nominal: np.ndarray) -> np.ndarray:
    """By how many places the areas move on average, (draws, 1)."""
    return np.abs(drawn - nominal).mean(axis=1, keepdims=True)


def indicator_influence(level: str, draws: Draws, pillar_scores: pd.DataFrame) -> pd.DataFrame:
    """The correlation ratio of every outcome and pillar with the score, beside its declared weight."""
    declared, areas = structure(), draws.areas
    wide = pillar_scores.pivot(index="ref_area", columns="pillar", values="score")
    pillars = wide.reindex(index=areas.ref_area, columns=declared.pillars).to_numpy(float)
    columns = np.column_stack([areas.values[0], pillars])
    weights = np.column_stack(effective_weights(~np.isnan(areas.values[0])))
    rows = []
    for (country, members), (place, code) in product(large_pools(areas), enumerate([*declared.indicators, *declared.pillars])):
        x, y = columns[members, place], draws.nominal[members]
        if np.isnan(x).all():
            continue
        pillar = code if code in declared.pillars else declared.pillars[declared.pillar_of[place]]
        known = ~np.isnan(x)
        varies = np.ptp(x[known]) > 0
        correlation = np.corrcoef(x[known], y[known])[0, 1] if varies else np.nan
        ratio = sensitivity.correlation_ratio(x, y)
        rows.append((level, country, pillar, code, weights[members, place].mean(), ratio, correlation, known.sum()))
    names = ["level", "country", "pillar", "component", "weight", "influence", "correlation", "areas"]
    table = pd.DataFrame(rows, columns=names)
    return table.assign(influence=table["influence"].round(DECIMALS), correlation=table["correlation"].round(DECIMALS))


def effective_weights(known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The share of each outcome (areas, outcomes) and pillar (areas, pillars) in the weight that is present of each area."""
    declared = structure()
    weights = known * declared.weights
    membership = declared.pillar_of[:, None] == np.arange(len(declared.pillars))
    within = weights @ membership
    shares = (within > 0) * declared.pillar_weights
    shares /= shares.sum(axis=1, keepdims=True)
    return weights / np.maximum(within, 1e-300)[:, declared.pillar_of] * shares[:, declared.pillar_of], shares
