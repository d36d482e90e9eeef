"""The one numeric kernel: exact nearest areas, called from SQL as an Arrow function.

With c = sum of weight x conditional variance, the expected squared distance of two areas is
|x_i - x_j|^2 + c_i + c_j: c_i is the same for all candidates of a query, and sqrt(c_j) is one more coordinate of the
candidate (0 for the query). So plain nearest-neighbour search in d + 1 dimensions is exact; one matrix product per chunk
serves it. The product only makes the short list: distances are computed and ranked afterwards, in SQL, in a fixed order.
"""

from collections.abc import Callable

import duckdb
import numpy as np
import pyarrow as pa
from threadpoolctl import threadpool_limits

FIELDS = ("position", "nearer", "nearer_in_country")
GROUP = 16  # distances of which the smallest stands for all, where a row is long
MARGIN = 1e-9  # of a squared distance: far above the rounding of the product, far below any difference that matters


def register_nearest(
    connection: duckdb.DuckDBPyConnection,
    candidates: np.ndarray,
    country: np.ndarray,
    ranked: np.ndarray,
    first: int,
    first_of_country: int,
) -> None:
    """Create the SQL function ``nearest_areas(vector, also)`` over (m, d + 1) ``candidates``, each with a country's number.

    It maps a list of d + 1 doubles to the positions of the candidates that can be among the ``first`` nearest of
    those that are ranked, or among the ``first_of_country`` nearest of their country, and of those listed in ``also``;
    each with the number of ranked candidates, and of candidates of its country, that are nearer.
    """
    connection.create_function(
        "nearest_areas",
        _short_list(candidates, country, ranked, first, first_of_country),
        [duckdb.list_type("DOUBLE"), duckdb.list_type("INTEGER")],
        duckdb.list_type(duckdb.struct_type(dict.fromkeys(FIELDS, "INTEGER"))),
        type="arrow",
    )


def _short_list(
    candidates: np.ndarray, country: np.ndarray, ranked: np.ndarray, first: int, first_of_country: int
) -> Callable[[pa.Array, pa.Array], pa.Array]:
    squares = np.einsum("ij,ij->i", candidates, candidates)
    everyone = np.flatnonzero(ranked)
    countries = {number: np.flatnonzero(country == number) for number in np.unique(country)}

    def nearest(vectors: pa.ChunkedArray | pa.Array, also: pa.ChunkedArray | pa.Array) -> pa.Array:
        chunk, extra = _flat(vectors), _flat(also)
        queries = np.asarray(chunk.flatten()).reshape(len(chunk), candidates.shape[1])
        with threadpool_limits(limits=1, user_api="blas"):
            distances = squares - 2 * (queries @ candidates.T)  # |query|^2 is the same for all candidates
        chosen = np.zeros(distances.shape, dtype=bool)
        chosen[np.asarray(extra.value_parent_indices()), np.asarray(extra.flatten())] = True
        for members, count in [(everyone, first), *((members, first_of_country) for members in countries.values())]:
            chosen[:, members] |= _within(distances[:, members], count)
        offsets = np.concatenate([[0], np.cumsum(chosen.sum(axis=1))]).astype("int32")
        counts = [_counts(row, picked, country, ranked) for row, picked in zip(distances, chosen, strict=True)]
        nearer, in_country = np.concatenate(counts, axis=1).astype("int32")
        columns = [np.nonzero(chosen)[1].astype("int32"), nearer, in_country]
        found = pa.StructArray.from_arrays([pa.array(column) for column in columns], list(FIELDS))
        return pa.ListArray.from_arrays(pa.array(offsets), found)

    return nearest


def _flat(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _within(distances: np.ndarray, count: int) -> np.ndarray:
    """Whether each distance can be among the row's ``count`` smallest: those are all within, and few others."""
    if distances.shape[1] <= count:
        return np.ones(distances.shape, dtype=bool)
    last = upper_bounds(distances, count)
    return distances <= last + MARGIN * np.maximum(1, np.abs(last))


def upper_bounds(distances: np.ndarray, count: int) -> np.ndarray:
    """(n, 1) numbers that at least ``count`` of each row's (n, m) distances do not exceed, near the ``count``-th smallest.

    The ``count``-th smallest of the minima of groups of a row: as many groups have a distance that small. Much faster than
    a selection among all; short rows are searched whole, and then the bound is the ``count``-th smallest itself.
    """
    groups = distances.shape[1] // GROUP
    if groups >= GROUP * count:
        grouped = distances[:, : groups * GROUP].reshape(len(distances), GROUP, groups)
        distances = grouped.min(axis=1)
    return np.partition(distances, count - 1, axis=1)[:, count - 1 : count]


def smallest(distances: np.ndarray, count: int) -> np.ndarray:
    """The ``count``-th smallest of each row's (n, m) distances, (n,)."""
    rows, columns = np.nonzero(distances <= upper_bounds(distances, count))
    found = distances[rows, columns]
    begins = np.searchsorted(rows, np.arange(len(distances)))
    return found[np.lexsort((found, rows))][begins + count - 1]


def _counts(distances: np.ndarray, picked: np.ndarray, country: np.ndarray, ranked: np.ndarray) -> np.ndarray:
    """Of each picked candidate, how many ranked ones and how many of its country are nearer: (2, picked)."""
    own = np.flatnonzero(picked)
    near = np.flatnonzero(distances <= distances[own].max())  # nobody else can be nearer than a picked one
    counts = np.empty((2, len(own)), dtype=int)
    counts[0] = _nearer(distances[near[ranked[near]]], distances[own])
    for number in np.unique(country[own]):
        mine = country[own] == number
        counts[1, mine] = _nearer(distances[near[country[near] == number]], distances[own[mine]])
    return counts


def _nearer(distances: np.ndarray, picked: np.ndarray) -> np.ndarray:
    """How many of all (m,) distances are smaller than each picked one."""
    return np.searchsorted(np.sort(distances), picked - MARGIN * np.maximum(1, np.abs(picked)))
