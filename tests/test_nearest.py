"""The nearest-neighbour kernel against plain SQL over all pairs."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.foundation import query
from pipeline.matching.nearest import register_nearest, smallest, upper_bounds

ORACLE = """
    select q.ref_area, c.position, list_distance(q.vector, c.vector) as distance,
        row_number() over (partition by q.ref_area order by distance, c.position) as rank,
        row_number() over (partition by q.ref_area, c.country order by distance, c.position) as rank_in_country
    from queries as q, candidates as c
    order by q.ref_area, rank
"""


def kernel_and_oracle(queries: np.ndarray, candidates: np.ndarray, country: np.ndarray, first: int, each: int, also=()):
    """The kernel's short list and the ranks of all pairs; ``also`` are positions that every list must hold."""
    asked = pd.DataFrame({"ref_area": np.arange(len(queries)), "vector": list(queries)})
    asked["also"] = [list(also)] * len(asked)
    pool = pd.DataFrame({"position": np.arange(len(candidates)), "country": country, "vector": list(candidates)})
    with query.connect() as connection:
        register_nearest(connection, candidates, country, np.ones(len(candidates), dtype=bool), first, each)
        connection.register("queries", asked)
        connection.register("candidates", pool)
        found = connection.execute(
            "select ref_area, unnest(nearest_areas(vector, also::integer[]), recursive := true) from queries order by all"
        ).df()
        return found, connection.execute(ORACLE).df()


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 4), st.integers(1, 60))
def test_the_short_list_holds_the_nearest_overall_and_of_each_country(seed, first, each, size):
    random = np.random.default_rng(seed)
    candidates = random.normal(size=(size, 5))
    country = random.integers(0, 3, size)
    found, oracle = kernel_and_oracle(random.normal(size=(7, 5)), candidates, country, first, each)
    wanted = oracle[(oracle["rank"] <= first) | (oracle["rank_in_country"] <= each)]
    merged = wanted.merge(found, on=["ref_area", "position"], how="left")
    assert merged["nearer"].notna().all()
    assert (merged["nearer"] + 1 == merged["rank"]).all()
    assert (merged["nearer_in_country"] + 1 == merged["rank_in_country"]).all()
    assert len(found) == len(wanted)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.lists(st.integers(0, 39), max_size=5))
def test_what_is_asked_for_besides_is_counted_like_the_rest(seed, also):
    random = np.random.default_rng(seed)
    country = random.integers(0, 3, 40)
    found, oracle = kernel_and_oracle(random.normal(size=(5, 4)), random.normal(size=(40, 4)), country, 2, 1, also)
    merged = oracle.merge(found, on=["ref_area", "position"])
    assert set(also) <= set(found["position"]) and len(merged) == len(found)
    assert (merged["nearer"] + 1 == merged["rank"]).all()
    assert (merged["nearer_in_country"] + 1 == merged["rank_in_country"]).all()


def test_ties_all_enter_the_short_list():
    candidates = np.array([[0.0, 1.0], [1.0, 0.0], [0.0, -1.0], [5.0, 5.0]])
    found, _ = kernel_and_oracle(np.zeros((1, 2)), candidates, np.zeros(4, dtype=int), 1, 1)
    assert found["position"].tolist() == [0, 1, 2]
    assert found["nearer"].tolist() == [0, 0, 0]


def test_more_queries_than_a_chunk_keep_their_order():
    random = np.random.default_rng(3)
    candidates = random.normal(size=(50, 4))
    queries = candidates[random.integers(0, 50, 5_000)]
    found, _ = kernel_and_oracle(queries, candidates, np.zeros(50, dtype=int), 1, 1)
    np.testing.assert_array_equal(candidates[found["position"]], queries[found["ref_area"]])


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 3), st.integers(3, 900))
def test_bounds_let_the_nearest_in_and_the_last_of_them_is_found(seed, count, size):
    """Against a sort of each row, ties included; the longer rows are searched by groups."""
    distances = np.random.default_rng(seed).normal(size=(6, size)).round(2)
    last = np.sort(distances, axis=1)[:, count - 1]
    assert (smallest(distances, count) == last).all()
    bounds = upper_bounds(distances, count)[:, 0]
    assert (bounds >= last).all() and ((distances <= bounds[:, None]).sum(axis=1) >= count).all()
