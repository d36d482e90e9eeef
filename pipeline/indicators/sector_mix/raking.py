"""Iterative proportional fitting of an areas-by-codes table to row sums per group and column sums per state.

The kernel of the sector mix: arrays in, arrays out. What the figures mean does not belong here.
"""

import numpy as np

CLOSE = 1e-9


def by_group(table: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
    """Sums over the codes of each group: areas x groups."""
    return np.stack([table[:, group == position].sum(axis=1) for position in range(groups)], axis=1)


def by_state(table: np.ndarray, states: np.ndarray, count: int) -> np.ndarray:
    """Sums over the areas of each state: states x codes."""
    sums = np.zeros((count, table.shape[1]))
    np.add.at(sums, states, table)
    return sums


def ratio(part: np.ndarray, whole: np.ndarray, otherwise: float = 1.0) -> np.ndarray:
    """part / whole, ``otherwise`` where the whole is nothing."""
    return np.divide(part, whole, out=np.full(np.broadcast(part, whole).shape, otherwise), where=whole > 0)


def rake(seed, group, rows, states, columns, steps: int) -> np.ndarray:
    """``seed`` scaled in turn to the columns' and the rows' sums, at last the rows'; what is 0 stays 0.

    ``rows`` is areas x groups, ``columns`` states x codes; where either is NaN it asks nothing.
    """
    table = seed.copy()
    for _ in range(steps):
        before = table
        sums = by_state(table, states, len(columns))
        table = table * ratio(np.where(np.isnan(columns), sums, columns), sums)[states]
        sums = by_group(table, group, rows.shape[1])
        table = table * ratio(np.where(np.isnan(rows), sums, rows), sums)[:, group]
        if np.abs(table - before).max() <= CLOSE * max(1.0, table.max()):
            break
    return table


def fit_rows(seed, group, rows, spread, steps: int = 50) -> np.ndarray:
    """``seed`` fitted to the rows' sums per group, each cell by exp(multiplier x spread): uncertain cells give way first.

    With the same ``spread`` everywhere this is proportional scaling. Rows that are NaN or without seed stay as they are.
    """
    table = seed.copy()
    for position in range(rows.shape[1]):
        codes = np.flatnonzero(group == position)
        start, width, target = seed[:, codes], spread[:, codes], rows[:, position]
        use = (target > 0) & (start.sum(axis=1) > 0)
        found = _multiplied(start[use], width[use], target[use], steps)
        table[np.ix_(use, codes)] = found
        table[np.ix_(target == 0, codes)] = 0
    return table


def _multiplied(start: np.ndarray, width: np.ndarray, target: np.ndarray, steps: int) -> np.ndarray:
    """start x exp(multiplier x width) with the sum ``target``, by Newton's method on the logarithm of the sum."""
    multiplier = np.zeros(len(start))
    for _ in range(steps):
        cells = start * np.exp(np.clip(multiplier[:, None] * width, -30, 30))
        sums = cells.sum(axis=1)
        gap = np.log(target / sums)
        if not len(gap) or np.abs(gap).max() < CLOSE:
            break
        slope = (cells * width).sum(axis=1) / sums
        multiplier = multiplier + np.clip(gap / slope, -3, 3)
    return cells * (target / sums)[:, None]
