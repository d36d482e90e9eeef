"""People employed in the economic census's establishments by municipality and code, shown and confidential.

Published cells are constraints; confidential ones are unknown within bounds. Those whom the census does not count do not
belong here.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.indicators.sector_mix.inputs import CODES, FACTORIES, GROUPS, Inputs
from pipeline.indicators.sector_mix.raking import by_group, by_state, fit_rows, rake, ratio

PEMEX_CODES = ("21", "324", "325")
SMALLEST = 0.05  # times the nation's mean size: an establishment of one or two people


@dataclass
class Census:
    """Areas x codes: establishments, those in confidential cells, people shown and people estimated in hidden cells."""

    units: np.ndarray
    hidden_units: np.ndarray
    shown: np.ndarray
    hidden: np.ndarray
    insured: np.ndarray  # of the hidden: what is insured there
    pemex: np.ndarray  # and what works for Pemex
    scale: np.ndarray  # how much smaller than the nation's the establishments of the place are, at most 1

    @property
    def people(self) -> np.ndarray:
        """All of them."""
        return self.shown + self.hidden


def petroleum_workers(inputs: Inputs, constants: dict) -> np.ndarray:
    """People who work for Pemex, by area: a share of those insured with it and the forces above what garrisons explain."""
    counted = inputs.residents["population_insured_pemex_military"] - constants["garrison_share"] * inputs.residents["population"]
    return constants["workers_per_insured"] * counted.clip(lower=0).fillna(0).to_numpy()


def establishments(inputs: Inputs, pemex: np.ndarray, constants: dict) -> np.ndarray:
    """Units by area and code: the census's own in metropolises, elsewhere the directory raked to the census's totals.

    Where neither the directory nor the classes show a code, insured miners and petroleum workers say that it is there.
    """
    metro = inputs.metro[:, None]
    sums = by_state(inputs.metro_units, inputs.states, len(inputs.state_units))
    columns = np.maximum(inputs.state_units - sums, 0)
    composition = ratio(columns, columns.sum(axis=1, keepdims=True), 0.0)[inputs.states]
    seed = inputs.listed + constants["present"] * np.minimum(inputs.classes, 1) + constants["unlisted"] * composition
    wells = pemex / constants["workers_per_field"] * (inputs.oil >= constants["oil_state"])[inputs.states]
    miners = inputs.insured["mining"].to_numpy() >= constants["insured_miners"]
    seed[:, CODES.index("21")] += miners + wells
    rows = np.where(metro, np.nan, np.nan_to_num(inputs.units))
    found = rake(np.where(metro, 0, seed), inputs.group, rows, inputs.states, columns, constants["steps"])
    return np.where(metro, inputs.metro_units, found)


def hidden_share(inputs: Inputs) -> tuple[np.ndarray, np.ndarray]:
    """Upper ends of classes of size, and the share of the units of a metropolitan cell of that size which is hidden."""
    ends = np.array([2.5, 5.5, 10.5, 20.5, 50.5, np.inf])
    units, hidden = inputs.metro_units[inputs.metro], inputs.metro_hidden[inputs.metro]
    place = np.searchsorted(ends, units)
    shares = [hidden[place == i].sum() / max(units[place == i].sum(), 1) for i in range(len(ends))]
    return ends, np.array(shares)


def clustering(inputs: Inputs, constants: dict) -> np.ndarray:
    """Per code, the slope of ln mean size on ln establishments within states, of metropolitan cells that are shown."""
    units = inputs.metro_units - inputs.metro_hidden
    use = (units >= constants["least_cluster"]) & (inputs.metro_people > 0)
    slopes = np.zeros(len(CODES))
    for code in np.flatnonzero(use.sum(axis=0) >= constants["least_cells"]):
        rows = use[:, code]
        x, y = np.log(units[rows, code]), np.log(inputs.metro_people[rows, code] / units[rows, code])
        slopes[code] = _within(x, y, np.sqrt(units[rows, code]), inputs.states[rows])
    return np.clip(slopes, 0, constants["most_clustering"])


def _within(x: np.ndarray, y: np.ndarray, weight: np.ndarray, group: np.ndarray) -> float:
    """The weighted slope of y on x with a constant per group."""
    whole = np.bincount(group, weight)
    x, y = (value - (np.bincount(group, weight * value) / np.maximum(whole, 1e-12))[group] for value in (x, y))
    square = (weight * x * x).sum()
    return float((weight * x * y).sum() / square) if square > 0 else 0.0


def census_people(inputs: Inputs, constants: dict) -> Census:
    """The economic census's people by area and code: published sums hold, states' sums as far as they are counted."""
    pemex = petroleum_workers(inputs, constants)
    units = establishments(inputs, pemex, constants)
    hidden_units = _hidden_units(inputs, units, constants)
    sizes, spread = _sizes(inputs, units, constants), spreads(inputs, units, constants)
    columns, trust = remainders(inputs, constants)
    rows = np.where(inputs.metro[:, None], np.nan, np.nan_to_num(inputs.people))
    seed = np.where(inputs.metro[:, None], 0, (units - hidden_units) * sizes)
    stretch = spread * np.minimum(units, 1)  # below one, units are the chance that the code is there at all
    shown = fit_rows(seed, inputs.group, rows, stretch)
    scale = _village(inputs, seed, shown, spread)
    hidden = hidden_units * sizes * scale
    _fields(inputs, hidden, hidden_units, pemex, constants)
    need = np.ones_like(columns)
    for _ in range(constants["steps"]):
        before = shown
        sums = [by_state(table, inputs.states, len(columns)) for table in (shown, hidden)]
        shown = fit_rows(shown * (ratio(columns, sum(sums)) ** trust)[inputs.states], inputs.group, rows, stretch)
        insured, oil = _least(inputs, units, hidden_units, pemex, inputs.metro_people + shown, need[inputs.states], constants)
        rest = np.clip(ratio(np.maximum(columns - sums[0], 0), sums[1]), 1 / constants["step"], constants["step"])
        need = need * rest**trust
        hidden = np.maximum(hidden * (rest**trust)[inputs.states], insured + oil)
        hidden = _to_nation(inputs, hidden, shown, insured + oil, trust[inputs.states], constants)
        if np.abs(shown - before).max() < constants["tolerance"]:
            break
    power = _power(inputs, inputs.metro_people + shown + hidden)
    return Census(units, hidden_units, inputs.metro_people + shown, hidden + power, insured + power, oil, scale)


def _power(inputs: Inputs, people: np.ndarray) -> np.ndarray:
    """Insured jobs in power and water beyond the people found: the census counts those of CFE where its offices are."""
    found, code = np.zeros_like(people), CODES.index("22")
    found[:, code] = np.maximum(inputs.insured["utilities"].to_numpy() - people[:, code], 0)
    return found


def _fields(inputs: Inputs, hidden: np.ndarray, hidden_units: np.ndarray, pemex: np.ndarray, constants: dict) -> None:
    """In states with petroleum the confidential miners are where those live who are insured with Pemex."""
    oil, mining = (inputs.oil >= constants["oil_state"])[inputs.states], CODES.index("21")
    hidden[:, mining] = np.where(oil, hidden_units[:, mining] + pemex, hidden[:, mining])


def _village(inputs: Inputs, seed: np.ndarray, shown: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """How much smaller than the nation's the establishments of a place are, at most 1: in villages all of them are.

    The multiplier that trade asks for, which hardly any place hides, or where it does, the largest of the other groups.
    """
    trade = GROUPS.index("trade")
    sums = np.stack([by_group(table, inputs.group, len(GROUPS)) for table in (seed, shown)])
    width = ratio(by_group(seed * spread, inputs.group, len(GROUPS)), sums[0])
    use = (sums > 0).all(axis=0)
    before, after = (np.where(use, table, 1) for table in sums)
    asked = np.where(use, np.log(after / before) / width, -np.inf)
    place = np.where(use[:, trade], asked[:, trade], asked.max(axis=1))
    place = np.where(inputs.metro | ~use.any(axis=1), 0, place)[:, None]
    return np.exp(np.clip(place * spread, np.log(SMALLEST), 0))


def spreads(inputs: Inputs, units: np.ndarray, constants: dict) -> np.ndarray:
    """Variance of ln mean size of a cell: of its code between metropolitan cells, larger where establishments are few."""
    shown = inputs.metro_units - inputs.metro_hidden
    use = (shown >= 1) & (inputs.metro_people > 0)
    gaps = np.where(use, np.log(np.maximum(inputs.metro_people, 1) / np.maximum(shown, 1)), 0)
    mean = ratio((gaps * use).sum(axis=0), use.sum(axis=0), 0.0)
    variance = ratio((((gaps - mean) ** 2) * use).sum(axis=0), use.sum(axis=0), 0.0)
    return np.maximum(variance, constants["least_spread"]) * (1 + constants["few"] / np.maximum(units, 1))


def _hidden_units(inputs: Inputs, units: np.ndarray, constants: dict) -> np.ndarray:
    """Establishments in confidential cells: known in metropolises, all where a group is hidden, else expected."""
    ends, shares = hidden_share(inputs)
    expected = units * np.minimum(shares[np.searchsorted(ends, units)], constants["most_hidden"])
    expected = np.where(np.isnan(inputs.people)[:, inputs.group], units, expected)
    shown = by_group(units - expected, inputs.group, len(GROUPS))
    nobody = (np.nan_to_num(inputs.people) > 0) & (shown <= 0)
    expected = np.where(nobody[:, inputs.group], 0, expected)
    return np.where(inputs.metro[:, None], inputs.metro_hidden, expected)


def _sizes(inputs: Inputs, units: np.ndarray, constants: dict) -> np.ndarray:
    """People per establishment outside what metropolises show: the nation's, larger where there are many."""
    rest_people = np.maximum(inputs.state_people - by_state(inputs.metro_people, inputs.states, len(inputs.state_people)), 0)
    shown = inputs.metro_units - inputs.metro_hidden
    rest_units = np.maximum(inputs.state_shown - by_state(shown, inputs.states, len(inputs.state_people)), 0)
    mean = inputs.state_people.sum(axis=0) / np.maximum(inputs.state_shown.sum(axis=0), 1)
    rest = (rest_people.sum(axis=0) + mean) / (np.where(rest_people > 0, rest_units, 0).sum(axis=0) + 1)
    many = np.maximum(units, constants["least_cluster"]) / constants["least_cluster"]
    return np.clip(rest, mean / 3, 3 * mean) * many ** clustering(inputs, constants)


def remainders(inputs: Inputs, constants: dict) -> tuple[np.ndarray, np.ndarray]:
    """What a state has beside its metropolitan cells shown, and how far that is counted and not guessed (0 to 1)."""
    mean = inputs.state_people.sum(axis=0) / np.maximum(inputs.state_shown.sum(axis=0), 1)
    counted = inputs.state_people - by_state(inputs.metro_people, inputs.states, len(inputs.state_people))
    guessed = (inputs.state_units - inputs.state_shown) * mean * constants["hidden_size"]
    counted = np.maximum(counted, 0)
    return counted + guessed, ratio(counted, counted + guessed, 0.0)


def _least(
    inputs: Inputs, units: np.ndarray, hidden_units: np.ndarray, pemex: np.ndarray, shown: np.ndarray, need, constants: dict
) -> tuple[np.ndarray, np.ndarray]:
    """The least that works in confidential cells: the insured beyond those shown and one per establishment, and Pemex.

    Only mines and plants are registered where they stand. Owners and their families work without insurance. Factories
    hold no more per establishment than the largest mean size that is shown of their code, and none where no establishment
    is confidential; miners also where the census counts the company elsewhere. ``need``: how far the state lacks a code.
    """
    oil = _petroleum(inputs, hidden_units, pemex, shown, constants)
    insured, mining = np.maximum(hidden_units - oil, 0), CODES.index("21")
    surplus = inputs.insured["mining"].to_numpy() - shown[:, mining] - oil[:, mining]
    insured[:, mining] = np.maximum(insured[:, mining], surplus)
    plants, chance = [CODES.index(code) for code in FACTORIES], ratio(hidden_units, units, 0.0)
    owners = constants["uninsured"] * np.nan_to_num(inputs.units[:, GROUPS.index("manufacturing")])
    formal = np.maximum(shown[:, plants].sum(axis=1) - owners, 0)
    surplus = inputs.insured["manufacturing"].to_numpy() - formal - (insured + oil)[:, plants].sum(axis=1)
    weight = (chance * np.minimum(hidden_units, constants["plants"]) * _typical(inputs) * need)[:, plants]
    added = np.maximum(surplus, 0)[:, None] * ratio(weight, weight.sum(axis=1, keepdims=True), 0.0)
    most = np.maximum(hidden_units * _largest(inputs), insured)[:, plants]
    insured[:, plants] = np.minimum(insured[:, plants] + added, most)
    return insured, oil


def _petroleum(inputs: Inputs, hidden_units: np.ndarray, pemex: np.ndarray, shown: np.ndarray, constants: dict) -> np.ndarray:
    """The workers of Pemex in confidential refineries and chemical plants, and in oil fields of the states that have them."""
    place = [CODES.index(code) for code in PEMEX_CODES]
    oil = (inputs.oil >= constants["oil_state"])[inputs.states]
    weight = hidden_units[:, place] * np.array([1.0, constants["refinery_weight"], constants["chemicals_weight"]])
    weight[:, 0] = np.where(oil, weight[:, 0] + 1, 0)
    weight = weight * (weight.sum(axis=1, keepdims=True) >= constants["petroleum_presence"])
    beyond = np.maximum(pemex - shown[:, place].sum(axis=1), 0)[:, None]
    least = np.zeros_like(hidden_units)
    least[:, place] = beyond * ratio(weight, weight.sum(axis=1, keepdims=True), 0.0)
    return least


def _typical(inputs: Inputs) -> np.ndarray:
    """The mean size in which the people of a code work, by code: of the cells that metropolises show."""
    size = ratio(inputs.metro_people, inputs.metro_units - inputs.metro_hidden, 0.0)
    return ratio((inputs.metro_people * size).sum(axis=0), inputs.metro_people.sum(axis=0), 0.0)


def _largest(inputs: Inputs) -> np.ndarray:
    """The largest mean size of a cell that a metropolis shows, by code."""
    shown = inputs.metro_units - inputs.metro_hidden
    return ratio(inputs.metro_people, shown, 0.0).max(axis=0)


def _to_nation(inputs: Inputs, hidden, shown, least, trust, constants: dict) -> np.ndarray:
    """The confidential people scaled to what the nation has beyond those shown, where no state's sum says more."""
    whole = constants["census_people"] - inputs.metro_people.sum() - shown.sum() - least.sum()
    free, guessed = np.maximum(hidden - least, 0), 1 - trust
    known = (free * trust).sum()
    scale = max(whole - known, 0.0) / max((free * guessed).sum(), 1.0)
    return least + free * (trust + guessed * scale)
