"""What changed since the edition before, split by sequential recomputation.

The edition before is computed again from the archive as of its own cut-off, by today's code, under the key ``previous``.
Two steps lie between it and this edition: ``revised`` has the figures that publishers have corrected since, ``renewed``
also those of new periods and sources. What remains is the pool: areas that came, went or were drawn anew. The tables of
a step are copies of the assets of ``tables.py`` that read other tables; nothing is computed here in another way.
"""

from pathlib import Path

import pandas as pd
import pyarrow as pa
from dagster import AssetExecutionContext, AssetIn, AssetKey, AssetsDefinition, asset

from assets import tables
from assets.editions import EDITIONS, Data, cut_off_of, edition_before
from assets.observations import SOURCES
from pipeline.editions import edition_changes as comparison

GROUP = "changes"
WANTED = ["area_members", "goalposts", "matching_features", "matching_coverage"]
STEPS = {"revised": ["revised data"], "renewed": ["revised data", "new data"]}
BY_NAME = {key.path[-1]: definition for definition in tables.ASSETS for key in definition.keys}


def upstream(wanted: list[str], given: set[str]) -> set[str]:
    """The tables that are needed for the wanted ones, without those that are given."""
    found, open_ends = set(), list(wanted)
    while open_ends:
        name = open_ends.pop()
        if name not in found | given:
            found.add(name)
            open_ends += [dep.path[-1] for deps in BY_NAME[name].asset_deps.values() for dep in deps]
    return found


def copies(names: set[str], where: dict[str, str]) -> list[AssetsDefinition]:
    """The assets of these tables under other keys: ``where`` says to which step each table belongs."""
    keys = {AssetKey(name): AssetKey([step, name]) for name, step in where.items()}
    definitions = {id(BY_NAME[name]): BY_NAME[name] for name in sorted(names)}
    return [definition.with_attributes(asset_key_replacements=keys) for definition in definitions.values()]


def of(step: str, name: str) -> AssetIn:
    """A table of a step as an input."""
    return AssetIn(AssetKey([step, name]))


@asset(
    key=["previous", "observations"],
    ins={source: AssetIn(f"observations_{source}") for source in SOURCES},
    partitions_def=EDITIONS,
    group_name=GROUP,
)
def previous_observations(context: AssetExecutionContext, data: Data, **sources: Path) -> pa.Table:
    """Every observation that the edition before uses; those of unchanged vintages as they are stored."""
    edition = context.partition_key
    cut_offs = [cut_off_of(data.compared_with or edition_before(edition)), cut_off_of(edition)]
    return comparison.observations_at(*cut_offs, sources, Path(data.folder))


PREVIOUS = upstream(WANTED, given={"observations"})
MATCHED = {  # what follows from the indicator values, down to the vectors that are matched
    name
    for name in upstream(["matching_features", "matching_coverage"], given={"observations", "indicator_values"})
    if "indicator_values" in upstream([name], given={"observations"})
}


@asset(
    ins={
        "before": of("previous", "indicator_values"),
        "after": AssetIn("indicator_values"),
        "places_before": of("previous", "places"),
        "places_after": AssetIn("places"),
        "members_before": of("previous", "area_members"),
        "members_after": AssetIn("area_members"),
    },
    partitions_def=EDITIONS,
    group_name=GROUP,
)
def indicator_changes(**stored: Path) -> pd.DataFrame:
    """Every indicator value that is another one than in the edition before, and why."""
    return comparison.indicator_changes(**stored)


def values_of(step: str, causes: list[str]) -> AssetsDefinition:
    """The indicator values of the edition before with the changes that have one of these causes."""

    @asset(
        key=[step, "indicator_values"],
        ins={
            "before": of("previous", "indicator_values"),
            "after": AssetIn("indicator_values"),
            "indicator_changes": AssetIn("indicator_changes"),
        },
        partitions_def=EDITIONS,
        group_name=GROUP,
        description=f"The indicator values of the edition before, with {' and '.join(causes)}.",
    )
    def values(**stored: Path) -> pd.DataFrame:
        return comparison.values_with(causes, **stored)

    return values


def by_step(*names: str) -> dict[str, AssetIn]:
    """Tables of all steps as inputs named ``<step>_<table>``; the last step is the edition itself.

    What a step does not compute anew is not among them: it is that of the step ``previous``.
    """
    made = {step: [name for name in names if name in {*MATCHED, "indicator_values"}] for step in STEPS}
    steps = {"previous": names, **made}
    own = {f"own_{name}": AssetIn(name) for name in names}
    return {f"{step}_{name}": of(step, name) for step, some in steps.items() for name in some} | own


@asset(
    ins=by_step("indicator_values", "goalposts", "places")
    | {name: AssetIn(name) for name in ("indicator_changes", "pillar_scores", "development_scores")},
    partitions_def=EDITIONS,
    group_name=GROUP,
)
def edition_changes(context: AssetExecutionContext, data: Data, **stored: Path) -> pd.DataFrame:
    """Scores, ranks and indicators that are others than in the edition before, and why."""
    previous = data.compared_with or edition_before(context.partition_key)
    return comparison.edition_changes(stored, previous, Path(data.folder))


@asset(ins=by_step("matching_features", "matching_coverage"), partitions_def=EDITIONS, group_name=GROUP)
def mirror_changes(context: AssetExecutionContext, data: Data, **stored: Path) -> pd.DataFrame:
    """Mirrors that are new, kept, weakened or lost since the edition before, and why."""
    previous = data.compared_with or edition_before(context.partition_key)
    return comparison.mirror_changes(stored, previous, Path(data.folder))


def _steps() -> list[AssetsDefinition]:
    where = dict.fromkeys([*PREVIOUS, "observations"], "previous")
    made = copies(PREVIOUS, where)
    for step, causes in STEPS.items():
        made += [values_of(step, causes), *copies(MATCHED, where | dict.fromkeys([*MATCHED, "indicator_values"], step))]
    return made


ASSETS = [previous_observations, *_steps(), indicator_changes, edition_changes, mirror_changes]
