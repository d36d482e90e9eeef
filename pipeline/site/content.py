"""What the pages show: the tables of one release, read once and grouped by place. Nothing is computed that a table does not hold.

A table or a column that a release lacks reads as no rows or as missing, and its section is left out.
"""

from collections import defaultdict
from functools import cache, cached_property
from pathlib import Path

from pyarrow import parquet

from pipeline.foundation import query

OVERALL = "overall"  # the lens of the headline
FIRST = 10  # mirrors that are always listed
NAMED = 3  # mirrors whose places always have a page
LIKELY = ("firm", "likely")  # tiers that are always listed
Row = dict


class Content:
    """The tables of the release in ``folder``, as rows by place."""

    def __init__(self, folder: Path, edition: str):
        self.edition = edition
        self._database = query.connect()
        self.tables = sorted(path.stem for path in (folder / "parquet").glob("*.parquet"))
        self._columns = {}
        for name in self.tables:
            view = self._database.read_parquet(str(folder / "parquet" / f"{name}.parquet"))
            view.create_view(name)
            self._columns[name] = list(view.columns)
        self.has_changes = (folder / "CHANGES.md").is_file()
        self._folder = folder
        self.sizes = {
            f"{kind}/{path.name}": path.stat().st_size
            for kind in ("parquet", "csv")
            for path in sorted((folder / kind).glob("*.*"))
        } | {path.name: path.stat().st_size for path in sorted(folder.glob("mirror_cities.*"))}

    def rows(self, table: str, columns: str = "", where: str = "true", order: str = "") -> list[Row]:
        """Rows of a table in its own order, or as told; ``columns`` that it lacks are missing; no table, no rows."""
        if table not in self._columns:
            return []
        wanted = columns.split() or self._columns[table]
        listed = ", ".join(name if name in self._columns[table] else f"null as {name}" for name in wanted)
        ordered = f" order by {order}" if order else ""
        cursor = self._database.execute(f"select {listed} from {table} where {where}{ordered}")
        return [dict(zip(wanted, row, strict=True)) for row in cursor.fetchall()]

    def by(self, key: str, table: str, columns: str = "", **clauses: str) -> dict[str, list[Row]]:
        """The rows of a table by the values of one column."""
        found = defaultdict(list)
        for row in self.rows(table, columns, **clauses):
            found[row[key]].append(row)
        return found

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return self._database.execute(f"select count(*) from {table}").fetchone()[0]

    def counts(self, table: str, column: str, where: str) -> dict[tuple[str, str], int]:
        """How many rows of a table there are by the value of a column and by level."""
        if table not in self._columns:
            return {}
        sql = f"select {column}, level, count(*) from {table} where {where} and {column} is not null group by all order by all"
        return {(value, level): number for value, level, number in self._database.execute(sql).fetchall()}

    def description(self, table: str) -> str:
        """What a table holds, as the release itself says."""
        notes = parquet.read_schema(self._folder / "parquet" / f"{table}.parquet").metadata or {}
        return notes.get(b"description", b"").decode()

    @cached_property
    def areas(self) -> dict[str, Row]:
        """Every Mexican area and every counterpart of one, by code."""
        shown = "country = 'MEX' or level = 'state' or ref_area in (select counterpart_area from mirrors)"
        if "nominated_pairs" in self._columns:
            shown += " or ref_area in (select counterpart_area from nominated_pairs)"
        columns = """ref_area level country parent metropolis name latitude longitude area_km2 population population_year altitude
            matching_coverage takes_part ranked reason"""
        return {row["ref_area"]: row for row in self.rows("reference_areas", columns, where=shown, order="ref_area")}

    @cached_property
    def mexican(self) -> list[str]:
        """The codes of the places that have a profile, most people first."""
        own = [row for row in self.areas.values() if row["country"] == "MEX"]
        return [row["ref_area"] for row in sorted(own, key=lambda row: (-(row["population"] or 0), row["ref_area"]))]

    @cached_property
    def abroad(self) -> list[str]:
        """The codes of the counterparts that have a page: likely for somebody, among somebody's first three, or nominated."""
        named = {pair["counterpart_area"] for pairs in self.mirrors.values() for pair in pairs if is_named(pair)}
        return sorted(named | {pair["counterpart_area"] for pair in self.nominated})

    def page_of(self, counterpart: str, ref_area: str) -> str:
        """The address of a counterpart's page, as seen from a profile; the pair's where it has none."""
        return f"{counterpart}.html" if counterpart in self.with_page else f"../pair.html?a={ref_area}&b={counterpart}"

    @cached_property
    def with_page(self) -> frozenset[str]:
        """The codes of the counterparts that have a page."""
        return frozenset(self.abroad)

    @cached_property
    def mirrors(self) -> dict[str, list[Row]]:
        """The pairs of each Mexican area under the headline lens in the order of its list, then those that are not ranked."""
        columns = "ref_area counterpart_area country position rank_in_country distance nearer_at_home coverage"
        columns += " inclusion_probability tier"
        return self.by(
            "ref_area",
            "mirrors",
            columns,
            where=f"lens = '{OVERALL}'",
            order="ref_area, position nulls last, distance, counterpart_area",
        )

    def first(self, ref_area: str) -> Row | None:
        """The first mirror of a place."""
        return next((row for row in self.mirrors.get(ref_area, []) if row["position"] == 1), None)

    @cached_property
    def has_confidence(self) -> bool:
        """Whether the release says how sure a mirror is."""
        return "inclusion_probability" in self._columns["mirrors"]

    @cached_property
    def mirror_of(self) -> dict[str, list[Row]]:
        """The pairs of each counterpart, the Mexican area it is nearest to first."""
        found = defaultdict(list)
        for rows in self.mirrors.values():
            for row in rows:
                found[row["counterpart_area"]].append(row)
        return {area: sorted(rows, key=lambda row: (row["distance"], row["ref_area"])) for area, rows in found.items()}

    @cached_property
    def other_lenses(self) -> dict[str, dict[str, list[str]]]:
        """The first three of each Mexican area under every other lens."""
        found = defaultdict(dict)
        columns, where = "ref_area counterpart_area lens position", f"lens <> '{OVERALL}' and position <= 3"
        for row in self.rows("mirrors", columns, where=where, order="lens, ref_area, position"):
            found[row["ref_area"]].setdefault(row["lens"], []).append(row["counterpart_area"])
        return found

    @cached_property
    def blocks_of_pair(self) -> dict[tuple[str, str], dict[str, Row]]:
        """The distance of each pair by block."""
        found = defaultdict(dict)
        columns = "ref_area counterpart_area block distance_squared coverage"
        for row in self.rows("mirror_blocks", columns, where=f"lens = '{OVERALL}'", order="ref_area, counterpart_area, block"):
            found[row["ref_area"], row["counterpart_area"]][row["block"]] = row
        return found

    @cached_property
    def usual_blocks(self) -> dict[tuple[str, str], float]:
        """What each block usually adds to the distance of a published pair of a level: the yardstick of the bars."""
        sql = """select m.level, b.block, median(b.distance_squared) from mirror_blocks as b
            join mirrors as m using (ref_area, counterpart_area, lens) where lens = ? group by all order by all"""
        return {(level, block): value for level, block, value in self._database.execute(sql, [OVERALL]).fetchall()}

    @cached_property
    def values(self) -> dict[str, list[Row]]:
        """The indicators of every place that is shown."""
        columns = "ref_area indicator obs_value time_period source obs_status"
        return self.by("ref_area", "indicator_values", columns, where="obs_value is not null", order="ref_area, indicator")

    @cached_property
    def scores(self) -> dict[str, Row]:
        """The standing of each place in its country."""
        columns = "ref_area score score_low score_high rank_in_country areas_in_country rank_in_country_low"
        columns += " rank_in_country_high national_context_share"
        return {row["ref_area"]: row for row in self.rows("development_scores", columns)}

    @cached_property
    def levels(self) -> dict[str, Row]:
        """The level of development of each place, on one scale for the world."""
        columns = "ref_area development_level development_level_low development_level_high rank areas income schooling health"
        columns += " services income_of schooling_of health_of services_of"
        return {row["ref_area"]: row for row in self.rows("development_levels", columns)}

    @cached_property
    def pillar_scores(self) -> dict[str, dict[str, Row]]:
        """The pillars of each place."""
        grouped = self.by("ref_area", "pillar_scores", "ref_area pillar score score_low score_high coverage")
        return {area: {row["pillar"]: row for row in rows} for area, rows in grouped.items()}

    @cached_property
    def verdicts(self) -> dict[str, Row]:
        """Whether each place has a close mirror at all."""
        columns = "ref_area nearest_distance distance_limit no_close_mirror reason"
        return {row["ref_area"]: row for row in self.rows("mirror_verdicts", columns, where=f"lens = '{OVERALL}'")}

    @cached_property
    def answers(self) -> dict[str, Row]:
        """What is said first of each place: whom it is like, how surely, and why."""
        return {row["ref_area"]: row for row in self.rows("answers")}

    @cached_property
    def main_members(self) -> dict[str, Row]:
        """Of each Mexican metropolis the municipality with most people."""
        found = {}
        for ref in self.mexican:
            if self.areas[ref]["level"] == "local" and self.areas[ref]["metropolis"]:
                found.setdefault(self.areas[ref]["metropolis"], self.areas[ref])
        return found

    @cached_property
    def other_names(self) -> dict[str, list[str]]:
        """What each place is called beside its name, in small letters without accents."""
        return {
            ref: [row["name"] for row in rows] for ref, rows in self.by("ref_area", "place_names", order="ref_area, name").items()
        }

    @cached_property
    def key_sectors(self) -> dict[str, list[Row]]:
        """What each Mexican place lives on, the most particular first."""
        columns = "ref_area sector basis share location_quotient rank is_key source time_period obs_status"
        return self.by(
            "ref_area", "key_sectors", columns, where="ref_area like 'MX-%' and is_key", order="ref_area, rank, sector"
        )

    @cached_property
    def sectors(self) -> dict[str, Row]:
        """Sectors, and branches of them, by the code that key_sectors uses."""
        branches = {f"manufacturing_{code}": row for code, row in self.labels_of("branches").items()}
        return self.labels_of("sectors") | self.labels_of("branches") | branches

    @cached_property
    def risks(self) -> dict[str, list[Row]]:
        """The structural risks of each Mexican place: the high ones first, in the order in which risks lead (risks.csv)."""
        columns = "ref_area risk obs_value unit_measure percentile high sector trend_sign trend_from trend_to source time_period"
        order = "ref_area, coalesce(high, false) desc, if(coalesce(high, false), leads, 0), percentile desc nulls last, risk"
        return self.by("ref_area", "structural_risks", columns, where="ref_area like 'MX-%'", order=order)

    @cached_property
    def risk_codes(self) -> list[str]:
        """The risks that some Mexican place has a percentile of, in order of code."""
        return sorted({row["risk"] for rows in self.risks.values() for row in rows if row["percentile"] is not None})

    @cached_property
    def marginalisation(self) -> dict[str, list[Row]]:
        """The marginalisation of each municipality."""
        columns = "ref_area time_period index_normalised grade grade_es grade_en rank areas"
        return self.by("ref_area", "marginalisation", columns, order="ref_area, time_period desc")

    @cached_property
    def social_lag(self) -> dict[str, list[Row]]:
        """The social lag of each municipality, year by year."""
        columns = "ref_area time_period percentile grade grade_es grade_en rank areas"
        return self.by("ref_area", "social_lag", columns, order="ref_area, time_period")

    @cached_property
    def opportunities(self) -> dict[str, list[Row]]:
        """What each Mexican place could do with its mirrors, best first."""
        columns = "ref_area counterpart_area type subject rank text_es text_en"
        return self.by("ref_area", "opportunities", columns, order="ref_area, rank")

    @cached_property
    def pathways(self) -> dict[str, list[Row]]:
        """How far each Mexican place is from its mirrors in each outcome."""
        columns = "ref_area indicator first_step verdict text_es text_en"
        return self.by("ref_area", "pathways", columns, order="ref_area, indicator")

    @cached_property
    def blocks(self) -> dict[str, Row]:
        """The blocks that the headline lens weighs, in their order."""
        weighed = {row["block"] for row in self.rows("lenses", where=f"lens = '{OVERALL}' and weight > 0")}
        return {code: row for code, row in self.labels_of("blocks").items() if code in weighed}

    @cached_property
    def nominated(self) -> list[Row]:
        """The nominated pairs of places that this edition has: early ones lack some."""
        pairs = self.rows("nominated_pairs", where=f"lens = '{OVERALL}'", order="ref_area, counterpart_area")
        return [pair for pair in pairs if {pair["ref_area"], pair["counterpart_area"]} <= self.areas.keys()]

    @cached_property
    def indicators(self) -> dict[str, Row]:
        """The register of indicators by code."""
        columns = "indicator role pillar_or_block denominator unit_measure direction label_es label_en levels"
        return {row["indicator"]: row for row in self.rows("indicators", columns)}

    @cached_property
    def sources(self) -> dict[str, Row]:
        """Each source with its publisher and title."""
        columns = "source vintage publisher title url licence citation released official"
        return {row["source"]: row for row in self.rows("sources", columns, order="source, vintage")}

    @cache  # noqa: B019 - one content lives as long as the build
    def labels_of(self, table: str) -> dict[str, Row]:
        """A register with names in each language, by its code, in its own order."""
        rows = self.rows(table)
        return {next(iter(row.values())): row for row in rows}

    @cache  # noqa: B019
    def known(self, ref_area: str) -> frozenset[str]:
        """The indicators that a place has a value of."""
        return frozenset(row["indicator"] for row in self.values.get(ref_area, []))


def is_named(pair: Row) -> bool:
    """Whether the counterpart of a pair has a page of its own, for the pair's sake; the site would be too large otherwise."""
    return pair["tier"] in LIKELY or (pair["position"] or NAMED + 1) <= NAMED


def is_listed(pair: Row) -> bool:
    """Whether a page lists the pair: the first ten and what is likely. What else is published, a script shows when asked."""
    return pair["tier"] in LIKELY or (pair["position"] or FIRST + 1) <= FIRST
