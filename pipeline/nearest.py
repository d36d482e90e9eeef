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

MARGIN = 1e-9  # of a squared distance: far above the rounding of the product, far below any difference that matters


def register_nearest(
    connection: duckdb.DuckDBPyConnection,
    candidates: np.ndarray,
    country: np.ndarray,
    ranked: np.ndarray,
    first: int,
    first_of_country: int,
) -> None:
    """Create the SQL function ``nearest_areas(vector)`` over (m, d + 1) ``candidates``, each with a country's number.

    It maps a list of d + 1 doubles to the positions of the candidates that can be among the ``first`` nearest of
    those that are ranked, or among the ``first_of_country`` nearest of their country, each with the number of ranked
    candidates that are nearer.
    """
    connection.create_function(
        "nearest_areas",
        _short_list(candidates, country, ranked, first, first_of_country),
        [duckdb.list_type("DOUBLE")],
        duckdb.list_type(duckdb.struct_type({"position": "INTEGER", "nearer": "INTEGER"})),
        type="arrow",
    )


def _short_list(
    candidates: np.ndarray, country: np.ndarray, ranked: np.ndarray, first: int, first_of_country: int
) -> Callable[[pa.Array], pa.Array]:
    squares = np.einsum("ij,ij->i", candidates, candidates)
    groups = [np.flatnonzero(ranked)] + [np.flatnonzero(country == number) for number in np.unique(country)]
    counts = [first] + [first_of_country] * (len(groups) - 1)

    def nearest(vectors: pa.ChunkedArray | pa.Array) -> pa.Array:
        chunk = vectors.combine_chunks() if isinstance(vectors, pa.ChunkedArray) else vectors
        queries = np.asarray(chunk.flatten()).reshape(len(chunk), candidates.shape[1])
        with threadpool_limits(limits=1, user_api="blas"):
            distances = squares - 2 * (queries @ candidates.T)  # |query|^2 is the same for all candidates
        chosen = np.zeros(distances.shape, dtype=bool)
        for members, count in zip(groups, counts, strict=True):
            chosen[:, members] |= _within(distances[:, members], count)
        offsets = np.concatenate([[0], np.cumsum(chosen.sum(axis=1))]).astype("int32")
        positions = pa.array(np.nonzero(chosen)[1].astype("int32"))
        nearer = np.concatenate([_nearer(row[ranked], row[picked]) for row, picked in zip(distances, chosen, strict=True)])
        found = pa.StructArray.from_arrays([positions, pa.array(nearer.astype("int32"))], ["position", "nearer"])
        return pa.ListArray.from_arrays(pa.array(offsets), found)

    return nearest


def _within(distances: np.ndarray, count: int) -> np.ndarray:
    """Whether each distance is at most the row's ``count``-th smallest, with the margin."""
    if distances.shape[1] <= count:
        return np.ones(distances.shape, dtype=bool)
    last = np.partition(distances, count - 1, axis=1)[:, count - 1 : count]
    return distances <= last + MARGIN * np.maximum(1, np.abs(last))


def _nearer(distances: np.ndarray, picked: np.ndarray) -> np.ndarray:
    """How many of all (m,) distances are smaller than each picked one."""
    return (distances[:, None] < picked - MARGIN * np.maximum(1, np.abs(picked))).sum(axis=0)
