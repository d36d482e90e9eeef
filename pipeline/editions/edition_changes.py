"""What changed between two editions, and why: new data, revised data, method, or pool (``docs/methodology.md`` 11).

The editions come as the tables of a few steps between them (``assets/changes.py``); the arithmetic is in
``pipeline/sql``. What an edition published at its time, if it was published, is kept (``published_path``);
the difference to the same edition by today's method is the part of the method. The words are in ``change_report.py``.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from threadpoolctl import threadpool_limits

from pipeline.foundation import query, raw_files
from pipeline.matching.features import HEADLINE, lens_blocks
from pipeline.matching.mirrors import Pool, build_pool
from pipeline.matching.nearest import MARGIN, upper_bounds
from pipeline.observations.read_source import read_newest
from pipeline.scoring.development import point_scores
from schemas import models
from schemas.catalogue import methodology, register

STEPS = ["published", "previous", "revised", "renewed", "own"]  # what differs: method, revised data, new data, pool
QUERIES_AT_ONCE = 256
DECIMALS = 9  # of a distance or a part of a change


def observations_at(before: str, after: str, stored: Mapping[str, Path], data: Path) -> pa.Table:
    """The observations that an edition with the cut-off ``before`` uses; ``stored`` are those of the cut-off ``after``."""
    vintages = [raw_files.vintages_at(cut_off).set_index("source")["vintage"] for cut_off in (before, after)]
    parts = []
    for source, path in stored.items():
        if vintages[0].get(source) == vintages[1].get(source):
            parts.append(pq.read_table(path))
        else:
            parts.append(models.validate(f"observations_{source}", read_newest(source, before, data)))
    return pa.concat_tables(parts)


def indicator_changes(**stored: Path) -> pd.DataFrame:
    """The table ``indicator_changes``: every value that is another one than before, and why."""
    return query.run("editions/indicator_changes", indicators=register("indicators"), **stored)


def values_with(causes: list[str], **stored: Path) -> pd.DataFrame:
    """Indicator values of the edition before, with the changes that have one of ``causes``."""
    return query.run("editions/values_with", causes=pd.DataFrame({"cause": causes}), **stored)


def published_path(data: Path, edition: str) -> Path:
    """Where what an edition has published is kept for later comparisons."""
    return data / "published" / f"{edition}.parquet"


def published(data: Path, edition: str) -> pd.DataFrame:
    """What the edition published: ref_area, measure, counterpart_area, obs_value, rank; no rows if it was not published."""
    path = published_path(data, edition)
    if path.is_file():
        return models.validate("published_results", pd.read_parquet(path)).to_pandas()
    return models.arrow_schema("published_results").empty_table().to_pandas()


def record(release: Path, data: Path, edition: str) -> Path:
    """Keep what a release publishes for the comparison with later editions; the path written."""
    connection = query.connect()
    for name in ("development_scores", "pillar_scores", "mirrors", "mirror_changes"):
        connection.read_parquet(str(release / "parquet" / f"{name}.parquet")).create_view(name)
    results = query.run("editions/published_results", connection=connection, constants=methodology()["mirrors"])
    path = published_path(data, edition)
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(models.validate("published_results", results), path, compression="zstd", compression_level=19)
    return path


def edition_changes(stored: Mapping[str, Path], previous: str, data: Path) -> pd.DataFrame:
    """The table ``edition_changes``. ``stored``: ``<step>_indicator_values``, ``_goalposts`` and ``_places`` of the steps,
    ``indicator_changes``, and the edition's own ``development_scores`` and ``pillar_scores``.
    """
    scores = [_scores(stored, step) for step in STEPS[1:-1]]
    own = [pd.read_parquet(stored[name]) for name in ("pillar_scores", "development_scores")]
    published_scores = published(data, previous).query("measure != 'mirror'")
    steps = [scores[0] if published_scores.empty else published_scores, *scores, _long(*own)]
    return query.run(
        "editions/edition_changes",
        steps=pd.concat([rows.assign(step=number) for number, rows in enumerate(steps)])[["step", *SCORE_COLUMNS]],
        intervals=_intervals(own[1]),
        indicator_changes=stored["indicator_changes"],
        places_before=stored["previous_places"],
        places_after=stored["own_places"],
        editions=pd.DataFrame({"previous_edition": [previous]}),
    )


SCORE_COLUMNS = ["ref_area", "measure", "obs_value", "rank"]
INTERVAL = ["score_low", "score_high", "rank_in_country_low", "rank_in_country_high"]


def _scores(stored: Mapping[str, Path], step: str) -> pd.DataFrame:
    values = stored[f"{step}_indicator_values"]
    posts = stored["own_goalposts" if step == "renewed" else "previous_goalposts"]  # new data may be of outcomes that had none
    _, pillars, development = point_scores(values, posts, stored["previous_places"])
    return _long(pillars, development)


def _long(pillars: pd.DataFrame, development: pd.DataFrame) -> pd.DataFrame:
    columns = {"pillar": "measure", "score": "obs_value"}
    own = development.assign(measure="development", rank=development["rank_in_country"])
    table = pd.concat([pillars.rename(columns=columns), own.rename(columns=columns)])
    return table.dropna(subset=["obs_value"])[SCORE_COLUMNS]


def _intervals(development: pd.DataFrame) -> pd.DataFrame:
    """Where 90 % of the draws put each area's score and its rank in its country."""
    return development.reindex(columns=["ref_area", *INTERVAL]).astype(dict.fromkeys(INTERVAL, "float64"))


def mirror_changes(stored: Mapping[str, Path], previous: str, data: Path) -> pd.DataFrame:
    """The table ``mirror_changes``. ``stored``: ``<step>_matching_features`` and ``<step>_matching_coverage``."""
    kept = published(data, previous).query("measure == 'mirror'")
    pools = {step: _pools(stored, step) for step in STEPS[1:]}
    lists = {step: pd.concat([NO_PAIRS, *map(_short_lists, pools[step])]) for step in pools}
    pairs = pd.concat([kept[PAIR], lists["previous"], lists["own"]])
    distances = [
        _distances(pool, pd.concat([lists[step], pairs]).drop_duplicates()).assign(step=STEPS.index(step))
        for step in pools
        for pool in pools[step]
    ]
    coverage = pd.concat([pd.read_parquet(stored[f"{step}_matching_coverage"]) for step in ("own", "previous")])
    return query.run(
        "editions/mirror_changes",
        constants=methodology()["mirrors"] | methodology()["editions"],
        distances=pd.concat(distances),
        published=kept,
        areas=coverage.drop_duplicates("ref_area")[["ref_area", "level", "country"]],
        editions=pd.DataFrame({"previous_edition": [previous], "lens": [HEADLINE]}),
    )


PAIR = ["ref_area", "counterpart_area"]
NO_PAIRS = pd.DataFrame({name: pd.Series(dtype="str") for name in PAIR})


def _pools(stored: Mapping[str, Path], step: str) -> list[Pool]:
    coverage = pd.read_parquet(stored[f"{step}_matching_coverage"], filters=[("takes_part", "==", True)])
    features = pd.read_parquet(stored[f"{step}_matching_features"])
    features = features[features["ref_area"].isin(set(coverage["ref_area"]))]
    blocks = lens_blocks(HEADLINE)
    return [
        build_pool(rows, coverage[coverage["level"] == level], blocks) for level, rows in features.groupby("level", sort=True)
    ]


def _short_lists(pool: Pool) -> pd.DataFrame:
    """Of every Mexican area, the candidates that can be among its first mirrors: ref_area, counterpart_area."""
    names = pool.areas["ref_area"].to_numpy()
    home, candidates = np.flatnonzero(pool.is_home), np.flatnonzero(~pool.is_home & pool.areas["ranked"].to_numpy())
    lists = [NO_PAIRS]
    for start in range(0, len(home) if len(candidates) else 0, QUERIES_AT_ONCE):
        own = home[start : start + QUERIES_AT_ONCE]
        left, right = _nearest(pool.vectors[own], pool.vectors[candidates], pool.constant[candidates])
        lists.append(pd.DataFrame({"ref_area": names[own[left]], "counterpart_area": names[candidates[right]]}))
    return pd.concat(lists, ignore_index=True)


def _nearest(queries: np.ndarray, candidates: np.ndarray, constant: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions (query, candidate) of those that can be among the first of (q, d) queries, with a margin for rounding."""
    with threadpool_limits(limits=1, user_api="blas"):
        squared = np.einsum("ij,ij->i", candidates, candidates) + constant - 2 * (queries @ candidates.T)
    bound = upper_bounds(squared, min(methodology()["mirrors"]["mirrors"], squared.shape[1]))
    return np.nonzero(squared <= bound + MARGIN * np.maximum(1, np.abs(bound)))


def _distances(pool: Pool, pairs: pd.DataFrame) -> pd.DataFrame:
    """The distances of the pairs of which both take part, to the decimals that are compared."""
    position = pd.Series(np.arange(len(pool.areas)), index=pool.areas["ref_area"].to_numpy())
    both = pairs[pairs["ref_area"].isin(position.index) & pairs["counterpart_area"].isin(position.index)]
    left, right = (position.loc[both[name].to_numpy()].to_numpy() for name in PAIR)
    difference = pool.vectors[left] - pool.vectors[right]
    squared = np.einsum("ij,ij->i", difference, difference) + pool.constant[left] + pool.constant[right]
    return both.assign(ranked=pool.areas["ranked"].to_numpy()[right], distance=np.sqrt(squared).round(DECIMALS))
