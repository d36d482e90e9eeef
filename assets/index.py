"""The index: from observations to scores and mirrors, one asset a table, each body a call."""

from pathlib import Path

import pandas as pd
from dagster import AssetIn, AssetOut, AssetsDefinition, asset, multi_asset

from assets.editions import EDITIONS
from pipeline import areas, confidence, decisions, development, indicators, matching, nominations, provenance
from pipeline import marginalisation as marginalised
from pipeline import pathways as targets
from pipeline import sector_mix as sectors
from pipeline import social_lag as lag
from pipeline import validation as validating
from schemas.catalogue import register

VALIDATED = (
    "mirrors", "mirror_verdicts", "list_overlaps", "hubness", "outcome_skill", "nominated_pairs", "matching_coverage",
    "indicator_values", "marginalisation", "social_lag",
)  # fmt: skip


def table(function=None, *, group: str = "index"):
    """An asset that is one table of one edition."""
    return asset(partitions_def=EDITIONS, group_name=group)(function)


def tables(*names: str):
    """An asset that is several tables of one edition."""
    return multi_asset(outs={name: AssetOut() for name in names}, partitions_def=EDITIONS, group_name="index")


def register_table(name: str) -> AssetsDefinition:
    """The asset of a register that is published as it stands."""

    @asset(name=name, partitions_def=EDITIONS, group_name="registers")
    def copied() -> pd.DataFrame:
        return register(name)

    return copied


@table
def sources(observations: Path) -> pd.DataFrame:
    """The files behind the edition."""
    return provenance.sources(observations)


@table
def places(observations: Path) -> pd.DataFrame:
    """Every area of the three levels and the point from which its geography is measured."""
    return areas.places(observations)


@table
def area_members(places: Path) -> pd.DataFrame:
    """Which local areas add up to which metropolis or state."""
    return areas.area_members(places)


@table
def area_outlines(observations: Path) -> pd.DataFrame:
    """Outlines of municipalities and countries, for maps."""
    return areas.area_outlines(observations)


@table
def area_geography(observations: Path, places: Path) -> pd.DataFrame:
    """Distances, climate, coast and border of every area."""
    return areas.area_geography(observations, places)


@table
def sector_mix(observations: Path) -> pd.DataFrame:
    """People employed and establishments by sector in every Mexican municipality."""
    return sectors.sector_mix(observations)


@table
def derived_observations(observations: Path, places: Path, area_geography: Path, sector_mix: Path) -> pd.DataFrame:
    """Observations that follow from several sources together."""
    return areas.derived_observations(observations, places, area_geography, sector_mix)


@table
def indicator_values(observations: Path, derived_observations: Path, places: Path, area_members: Path) -> pd.DataFrame:
    """Every indicator of every area."""
    return indicators.indicator_values(observations, derived_observations, places, area_members)


@table
def used_observations(indicator_values: Path, observations: Path, derived_observations: Path, places: Path) -> pd.DataFrame:
    """The observations behind the indicator values."""
    return provenance.used_observations(indicator_values, observations, derived_observations, places)


@table
def transformed_values(indicator_values: Path, places: Path) -> pd.DataFrame:
    """g(x) of every matching indicator."""
    return matching.transformed_values(indicator_values, places)


@table
def normalisation_parameters(transformed_values: Path) -> pd.DataFrame:
    """m and s of every matching indicator in each of its frames."""
    return matching.normalisation_parameters(transformed_values)


@table
def normalised_features(transformed_values: Path, normalisation_parameters: Path) -> pd.DataFrame:
    """z of everything that is known."""
    return matching.normalised_features(transformed_values, normalisation_parameters)


@table
def matching_coverage(transformed_values: Path, normalised_features: Path, places: Path) -> pd.DataFrame:
    """How much is known of each area, and whether it takes part."""
    return matching.matching_coverage(transformed_values, normalised_features, places)


@table
def matching_features(normalised_features: Path, places: Path) -> pd.DataFrame:
    """Every feature of every area, z where known, else its expected value."""
    return matching.matching_features(normalised_features, places)


@tables("inclusion_probabilities", "list_overlaps")
def drawn(normalised_features: Path, matching_coverage: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """How often each area abroad is among the first ten when all is drawn anew, and how much of those lists stays."""
    return confidence.confidence(normalised_features, matching_coverage)


@tables("mirrors", "mirror_blocks", "hubness")
def matched(
    matching_features: Path, matching_coverage: Path, inclusion_probabilities: Path
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The mirrors abroad, what each block adds to their distance, and how unequally lists fall on candidates."""
    return matching.mirrors(matching_features, matching_coverage, inclusion_probabilities)


@table
def mirror_verdicts(mirrors: Path, matching_coverage: Path) -> pd.DataFrame:
    """Whether each area has a close mirror."""
    return validating.mirror_verdicts(mirrors, matching_coverage)


@table
def outcome_skill(indicator_values: Path, mirrors: Path, matching_coverage: Path) -> pd.DataFrame:
    """Whether mirrors are alike in outcomes that took no part in the matching."""
    return validating.outcome_skill(indicator_values, mirrors, matching_coverage)


@asset(ins={name: AssetIn(name) for name in VALIDATED}, partitions_def=EDITIONS, group_name="index")
def validation(**stored: Path) -> pd.DataFrame:
    """What the release says about itself."""
    return validating.validation(stored)


@table
def nominated_pairs(matching_features: Path, matching_coverage: Path, mirrors: Path, places: Path) -> pd.DataFrame:
    """What the data say of each nominated pair."""
    return nominations.nominated_pairs(matching_features, matching_coverage, mirrors, places)


@table
def goalposts(observations: Path, indicator_values: Path, places: Path) -> pd.DataFrame:
    """0 and 100 of every outcome."""
    return development.goalposts(observations, indicator_values, places)


@tables("normalised_values", "pillar_scores", "development_scores", "score_sensitivity", "indicator_influence")
def scored(
    indicator_values: Path, goalposts: Path, places: Path
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Outcomes between their goalposts, pillars, the development score, and how sure it is."""
    return development.development_scores(indicator_values, goalposts, places)


@table
def comparability() -> pd.DataFrame:
    """How each country defines the indicators that several measure."""
    return indicators.comparability()


@table
def marginalisation(observations: Path) -> pd.DataFrame:
    """CONAPO's index of marginalisation, computed anew."""
    return marginalised.marginalisation(observations)


@table
def social_lag(observations: Path) -> pd.DataFrame:
    """CONEVAL's social lag since 2000."""
    return lag.social_lag(observations)


@table
def deprivation_values(observations: Path) -> pd.DataFrame:
    """What the two indices are made of."""
    return lag.deprivation_values(observations)


@table
def reference_areas(places: Path, indicator_values: Path, area_geography: Path, matching_coverage: Path) -> pd.DataFrame:
    """The areas as they are published."""
    return areas.reference_areas(places, indicator_values, area_geography, matching_coverage)


@table
def key_sectors(indicator_values: Path, places: Path) -> pd.DataFrame:
    """What each area lives on."""
    return decisions.key_sectors(indicator_values, places)


@table
def structural_risks(indicator_values: Path, key_sectors: Path, places: Path) -> pd.DataFrame:
    """What each area has to reckon with."""
    return decisions.structural_risks(indicator_values, key_sectors, places)


@table
def sister_cities(observations: Path, places: Path) -> pd.DataFrame:
    """The sister-city ties of Mexican towns."""
    return decisions.sister_cities(observations, places)


@table
def standings(indicator_values: Path, places: Path) -> pd.DataFrame:
    """Where each outcome of each area stands among those of its country, level and size."""
    return decisions.standings(indicator_values, places)


@table
def opportunities(
    mirrors: Path, standings: Path, key_sectors: Path, structural_risks: Path, sister_cities: Path, places: Path
) -> pd.DataFrame:
    """What each published pair could do together."""
    return decisions.opportunities(mirrors, standings, key_sectors, structural_risks, sister_cities, places)


@table
def pathways(
    mirrors: Path, standings: Path, observations: Path, matching_features: Path, matching_coverage: Path, places: Path
) -> pd.DataFrame:
    """How far each Mexican area is from where its mirrors are."""
    return targets.pathways(mirrors, standings, observations, matching_features, matching_coverage, places)


PUBLISHED_REGISTERS = (
    "indicators", "lenses", "pillars", "quarantined_values", "deprivations", "sectors", "branches", "blocks", "countries",
    "area_changes", "derivations", "variables",
)  # fmt: skip
REGISTERS = [register_table(name) for name in PUBLISHED_REGISTERS]
ASSETS = [
    *REGISTERS, sources, places, area_members, area_outlines, area_geography, sector_mix, derived_observations, indicator_values,
    transformed_values, normalisation_parameters, normalised_features, matching_coverage, matching_features,
    drawn, matched, mirror_verdicts, nominated_pairs, goalposts, scored,
    reference_areas, outcome_skill, validation, used_observations,
    comparability, marginalisation, social_lag, deprivation_values,
    key_sectors, structural_risks, sister_cities, standings, opportunities, pathways,
]  # fmt: skip
