"""Asset checks: each is a query of ``pipeline/sql/checks`` that returns the rows that are wrong, and blocks what depends on them."""

from pathlib import Path

from dagster import AssetCheckResult, AssetChecksDefinition, AssetIn, asset_check

from pipeline import query
from schemas.catalogue import register


def check_of(name: str, table: str, others: list[str], description: str) -> AssetChecksDefinition:
    """The blocking check ``name`` on ``table``, which may look at other tables too."""

    @asset_check(
        name=name,
        asset=table,
        blocking=True,
        description=description,
        additional_ins={other: AssetIn(other) for other in others},
    )
    def check(**stored: Path) -> AssetCheckResult:
        wrong = query.run(f"checks/{name}", **stored)
        example = wrong.head(1).to_dict("records")
        return AssetCheckResult(
            passed=wrong.empty,
            description=description if wrong.empty else f"{description}: {len(wrong)} rows are wrong, the first is {example[0]}",
        )

    return check


CHECKS = [
    check_of(row.check, row.table, [] if row.others != row.others else row.others.split(";"), row.description)
    for row in register("checks").itertuples()
]
