"""Asset checks: each is a query of ``pipeline/editions/checks`` that returns the rows that are wrong.

A check that fails blocks what depends on its table, so that no release is made of it.
"""

from pathlib import Path

from dagster import AssetCheckExecutionContext, AssetCheckResult, AssetChecksDefinition, AssetCheckSeverity, asset_check

from assets.editions import EDITIONS, Data, cut_off_of
from pipeline.foundation import query
from pipeline.foundation.raw_files import vintages_at
from schemas.catalogue import register


def check_of(name: str, table: str, others: list[str], description: str) -> AssetChecksDefinition:
    """The blocking check ``name`` on ``table``, which may look at other tables too."""

    @asset_check(
        name=name,
        asset=table,
        blocking=True,
        description=description,
        additional_deps=others,
        partitions_def=EDITIONS,
    )
    def check(context: AssetCheckExecutionContext, data: Data) -> AssetCheckResult:
        folder = Path(data.folder) / "processed" / "tables" / context.partition_key
        wrong = query.run(f"editions/checks/{name}", **{item: folder / f"{item}.parquet" for item in [table, *others]})
        return AssetCheckResult(passed=wrong.empty, description=_verdict(description, wrong))

    return check


def _verdict(description: str, wrong) -> str:
    if wrong.empty:
        return description
    return f"broken rule: {description}; {len(wrong)} rows are wrong, the first is {wrong.iloc[0].to_dict()}"


CHECKS = [
    check_of(row.check, row.table, row.others.split(";") if isinstance(row.others, str) else [], row.description)
    for row in register("checks").itertuples()
]


OLDEST = 6  # years between two vintages of a source: a census is ten years apart, its counts and surveys five


def stale(cut_off: str, years: int) -> list[str]:
    """The sources whose newest vintage was released more than so many years before the cut-off, with the day of release."""
    used = vintages_at(cut_off)
    old = used[used["released"].str[:4].astype(int) < int(cut_off[:4]) - years]
    return [f"{row.source} ({row.released})" for row in old.itertuples()]


@asset_check(asset="sources", partitions_def=EDITIONS, description=f"Every source has a vintage of the last {OLDEST} years")
def fresh_vintages(context: AssetCheckExecutionContext) -> AssetCheckResult:
    """Warns of sources that have grown old; a build goes on."""
    old = stale(cut_off_of(context.partition_key), OLDEST)
    text = f"older than {OLDEST} years: {', '.join(old)}" if old else "every source is fresh"
    return AssetCheckResult(passed=not old, severity=AssetCheckSeverity.WARN, description=text)


WARNINGS = [fresh_vintages]
