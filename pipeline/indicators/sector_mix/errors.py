"""How far the estimate misses, by code: variances of the people employed that the census does not show by subsector.

Metropolitan municipalities are estimated as if the census showed no subsectors of theirs, and compared with what it
shows. Errors of what the census does not count do not belong here.
"""

from dataclasses import replace

import numpy as np

from pipeline.indicators.sector_mix.inputs import GROUPS, Inputs
from pipeline.indicators.sector_mix.people import Census, census_people, remainders, spreads
from pipeline.indicators.sector_mix.raking import ratio

ENDS = np.array([10.0, 50.0, 200.0, 1000.0, 5000.0])  # people of a cell, upper ends of the classes
WORST = 2.0  # of ln: beyond it the estimate says nothing, and the mean must not hang on single cells


def withheld(inputs: Inputs, areas: np.ndarray) -> Inputs:
    """The inputs without the subsectors of some metropolitan municipalities; their five groups stay known."""
    keep = ~areas[:, None]
    return replace(
        inputs,
        metro=inputs.metro & ~areas,
        metro_units=inputs.metro_units * keep,
        metro_hidden=inputs.metro_hidden * keep,
        metro_people=inputs.metro_people * keep,
    )


def trials(inputs: Inputs, constants: dict) -> np.ndarray:
    """People that the census would show, areas x codes, each metropolitan area estimated without its own subsectors."""
    metro, folds = np.flatnonzero(inputs.metro), constants["folds"]
    found = np.full(inputs.metro_people.shape, np.nan)
    for fold in range(folds):
        areas = np.zeros(len(inputs.metro), dtype=bool)
        areas[metro[fold::folds]] = True
        census = census_people(withheld(inputs, areas), constants)
        found[areas] = census.shown[areas]
    return found


def relative_errors(inputs: Inputs, constants: dict) -> tuple[np.ndarray, np.ndarray]:
    """Root mean squares of ln(estimate / truth): by class of size, and by code relative to its classes."""
    found, truth = trials(inputs, constants)[inputs.metro], inputs.metro_people[inputs.metro]
    use = (found >= 1) & (truth >= 1)
    gaps = np.clip(np.log(np.where(use, found, 1) / np.where(use, truth, 1)), -WORST, WORST) ** 2
    place = np.searchsorted(ENDS, found)
    classes = np.array([gaps[use & (place == i)].mean() if (use & (place == i)).any() else 1.0 for i in range(len(ENDS) + 1)])
    scaled = np.where(use, gaps / np.maximum(classes[place], 1e-6), 0)
    codes = ratio(scaled.sum(axis=0), use.sum(axis=0), 1.0)
    return np.sqrt(classes), np.sqrt(codes)


def census_variance(inputs: Inputs, census: Census, constants: dict) -> np.ndarray:
    """Variance of the people of each cell: of what is shown, split or guessed; areas x codes.

    A group that is one sector and is shown is known as a whole: its codes vary, their sum does not (``whole_groups``).
    """
    if inputs.metro.sum() > constants["folds"]:
        classes, codes = relative_errors(inputs, constants)
        split = classes[np.searchsorted(ENDS, census.shown)] * codes
    else:
        split = np.full(census.shown.shape, constants["hidden_error"])
    split = np.hypot(constants["transfer"] * split, constants["counted_error"])
    shown = np.where(inputs.metro[:, None], constants["counted_error"], split) * census.shown
    return shown**2 + hidden_variance(inputs, census, constants)


def hidden_variance(inputs: Inputs, census: Census, constants: dict) -> np.ndarray:
    """Variance of the confidential people: smaller where insured jobs or Pemex's workers say how many there are."""
    columns, trust = remainders(inputs, constants)
    width = np.minimum(np.sqrt(spreads(inputs, census.hidden_units, constants)), constants["hidden_error"])
    free = np.maximum(census.hidden - census.insured - census.pemex, 0)
    insured = np.maximum(census.insured - census.hidden_units, 0)
    mean = ratio(inputs.state_people.sum(axis=0), inputs.state_shown.sum(axis=0), 0.0)
    unknown = (1 - trust[inputs.states]) * census.hidden_units * mean * np.sqrt(census.scale)  # where no state's sum says less
    guessed = np.maximum(free + np.minimum(census.insured, census.hidden_units), unknown * (insured <= 0))
    part = trust[inputs.states] * np.minimum(1, ratio(census.hidden, columns[inputs.states], 0.0))
    width = width * (1 - part)  # a cell that is nearly all that its state has left cannot be far off
    parts = (width * guessed, constants["insured_error"] * insured, constants["pemex_error"] * census.pemex)
    return sum(part**2 for part in parts)


def whole_groups(inputs: Inputs, census: Census, constants: dict) -> dict[str, np.ndarray]:
    """Variance of construction, manufacturing and trade as a whole: the sum shown is counted, the hidden is not."""
    found, hidden = {}, hidden_variance(inputs, census, constants)
    for name in ("construction", "manufacturing", "trade"):
        codes = inputs.group == GROUPS.index(name)
        shown = census.shown[:, codes].sum(axis=1)
        found[name] = (constants["counted_error"] * shown) ** 2 + hidden[:, codes].sum(axis=1)
    return found
