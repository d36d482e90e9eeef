"""One page on one area, from the tables of a release alone, for a reader who knows none of them.

The words stand in ``briefs/<language>.md``; here stands which rows of which table are shown. Nothing is computed
that a table does not hold.
"""

from pathlib import Path

import duckdb
import jinja2

from pipeline.decisions import texts
from pipeline.decisions.area_names import areas_named, areas_of, meant
from schemas.catalogue import methodology, rows

FOLDER = Path(__file__).parent / "briefs"
ABROAD = {
    "mirror_of": """
        select a.name, s.name as state, a.level, m.position, m.inclusion_probability, m.tier, count(*) over () as lists
        from mirrors as m join reference_areas as a using (ref_area) left join reference_areas as s on s.ref_area = a.parent
        where m.counterpart_area = $area and m.lens = 'overall' and m.position is not null
        order by m.inclusion_probability desc, m.distance, a.ref_area limit 10""",
}
QUERIES = {
    "area": """
        select a.*, s.name as state, k.others_es, k.others_en from reference_areas as a
        left join reference_areas as s on s.ref_area = a.parent
        join (select unnest($area_kinds, recursive := true)) as k on k.kind = a.kind where a.ref_area = $area""",
    "mirrors": """
        select c.name, n.name_es as country_es, m.inclusion_probability, m.tier, m.coverage, n.name_en as country_en,
            m.nearer_at_home, s.label_es as closeness_es, s.label_en as closeness_en
        from mirrors as m join (select unnest($closeness, recursive := true)) as s using (closeness)
        join reference_areas as c on c.ref_area = m.counterpart_area
        join (select unnest($countries, recursive := true)) as n on n.iso3 = m.country
        where m.ref_area = $area and m.lens = 'overall' and m.position <= 5 order by m.position""",
    "others": """
        select c.name, n.name_es as country_es, n.name_en as country_the
        from mirrors as m join reference_areas as c on c.ref_area = m.counterpart_area
        join (select unnest($countries, recursive := true)) as n on n.iso3 = m.country
        where m.ref_area = $area and m.lens = 'overall' and m.rank_in_country = 1 and m.tier_in_country is not null
            and m.country not in (
                select country from mirrors where ref_area = $area and lens = 'overall' and position <= 5
            )
        order by m.distance limit 3""",
    "answer": "select * from answers where ref_area = $area",
    "metropolis": """
        select p.name as metropolis, c.name from reference_areas as a
        join reference_areas as p on p.ref_area = a.metropolis
        join mirrors as m on m.ref_area = p.ref_area and m.lens = 'overall' and m.position <= 3
        join reference_areas as c on c.ref_area = m.counterpart_area
        where a.ref_area = $area order by m.position""",
    "score": "select * from development_scores where ref_area = $area",
    "levels": """
        select c.name, d.development_level, d.development_level_low, d.development_level_high
        from (
            select ref_area as place, 0 as position from reference_areas where ref_area = $area
            union all
            (select counterpart_area, position from mirrors where ref_area = $area and lens = 'overall' and position <= 3)
        ) as f
        join reference_areas as c on c.ref_area = f.place
        join development_levels as d on d.ref_area = f.place and d.development_level is not null
        order by f.position""",
    "marginalisation": "select * from marginalisation where ref_area = $area order by time_period desc limit 1",
    "pillars": """
        with placed as (
            select s.ref_area, s.pillar, percent_rank() over (partition by s.pillar order by s.score) as place
            from pillar_scores as s join reference_areas as a using (ref_area)
            where s.score is not null and s.pillar <> 'national_context' and a.country = 'MEX'
                and a.level = (select level from reference_areas where ref_area = $area)
        )
        select label_es, label_en from placed join pillars using (pillar) where ref_area = $area order by place desc, pillar""",
    "sectors": """
        with names as (
            select sector, label_es, label_en, tradable from sectors
            union all
            select 'manufacturing_' || branch, 'Manufactura (' || lower(label_es) || ')',
                'Manufacturing (' || lower(label_en) || ')', true
            from branches
        )
        select * from key_sectors join names using (sector) where ref_area = $area and is_key
        order by tradable desc, location_quotient desc, sector limit 4""",
    "growth": """
        select * from sector_growth where ref_area = $area and variable = 'people' and sector_group <> 'total'
            and growth_of_state is not null
        qualify first_period = max(first_period) over () and row_number() over (order by first_period desc, abs(local) desc) = 1
            and abs(local) >= 20""",
    "learn": """
        select * from opportunities where ref_area = $area and type = 'learn'
        qualify row_number() over (partition by subject order by rank) = 1 order by rank limit 3""",
    "shared": """
        select * from (
            select * from opportunities where ref_area = $area and type in ('co_specialise', 'joint_risk')
                and confidence > $least_confidence
            qualify row_number() over (partition by type, subject order by rank) = 1 order by rank limit 3
        ) qualify row_number() over (order by rank) > 1
            or subject not in (select risk from structural_risks where ref_area = $area and leads = 3)
        order by rank""",
    "ties": """
        select * from opportunities where ref_area = $area and type in ('deepen', 'formalise')
        order by type = 'deepen' desc, rank limit 1""",
    "risks": """
        with names as (
            select sector, label_es, label_en from sectors
            union all
            select 'manufacturing_' || branch, label_es, label_en from branches
        ), of_themes as (
            select r.*, i.label_es, i.label_en, n.label_es as sector_es, n.label_en as sector_en,
                coalesce(regexp_extract(d.inputs, '^(\\w+)\\.', 1), r.source) as origin
            from structural_risks as r join indicators as i on i.indicator = r.risk
            left join names as n on n.sector = r.sector
            left join derivations as d on r.source = 'derived' and d.derived = split_part(i.numerator, '|', 1)
            where r.ref_area = $area and r.high
            qualify row_number() over (partition by r.theme order by r.percentile desc, r.risk) = 1
        )
        select *, (
            select coalesce(nullif(regexp_extract(publisher, '\\(([A-Z]+)\\)', 1), ''), split_part(publisher, ',', 1))
            from sources where source = origin order by vintage desc limit 1
        ) as publisher
        from of_themes
        qualify row_number() over (order by leads, percentile desc, risk) <= 5 or leads = 3
        order by leads, percentile desc, risk""",
    "unmeasured": """
        select label_es, label_en from structural_risks as r join indicators as i on i.indicator = r.risk
        where r.ref_area = $area and r.obs_value is null
        union all
        select label_es, label_en from pathways as p join indicators as i using (indicator)
        where p.ref_area = $area and p.value is null
        order by label_en""",
    "paths": """
        select * from pathways where ref_area = $area and first_step is not null order by first_step""",
    "known": """
        select count(p.value) as outcomes, (select count(percentile) from structural_risks where ref_area = $area) as risks,
            (select count(*) from key_sectors where ref_area = $area) as sectors
        from pathways as p where ref_area = $area""",
}
ONE_ROW = ("area", "answer", "score", "marginalisation", "known")


def area_of(connection: duckdb.DuckDBPyConnection, text: str) -> list[dict]:
    """The areas that a code (with or without MX-) or a bare name means (``area_names.meant``)."""
    areas = areas_of(connection)
    states = {area["ref_area"]: area["name"] for area in areas}
    return [area | {"state": states.get(area["parent"])} for area in meant(areas_named(text, areas))]


def page(connection: duckdb.DuckDBPyConnection, area: dict, language: str, edition: str) -> str:
    """The page on an area of ``area_of``: of a Mexican one its brief, of one abroad the list of those whose mirror it is."""
    if area["country"] == methodology()["areas"]["home"]:
        return brief(connection, area["ref_area"], language, edition)
    words = {"tiers": texts.TIERS[language], "no_tier": texts.NO_TIER[language], "edition": edition, "area": area}
    country = next(row for row in rows("countries") if row["iso3"] == area["country"])[f"name_{language}"]
    mirrors = _rows(connection, "mirror_of", area["ref_area"])
    return _environment().get_template(f"abroad.{language}.md").render(rows=mirrors, country=country, **words)


def brief(connection: duckdb.DuckDBPyConnection, ref_area: str, language: str, edition: str) -> str:
    """The page on an area, in Markdown."""
    answers = {name: _rows(connection, name, ref_area) for name in QUERIES}
    content = {name: found[0] if found else None for name, found in answers.items() if name in ONE_ROW} | {
        name: found for name, found in answers.items() if name not in ONE_ROW
    }
    for row in content["others"]:
        row["country_the"] = ("the " if row["country_the"] in texts.THE else "") + row["country_the"]
    words = {"tiers": texts.TIERS[language], "no_tier": texts.NO_TIER[language], "bases": texts.BASES[language]}
    words |= {"trends": texts.TRENDS[language], "classes": texts.CLASSES[language]}
    page = _environment().get_template(f"{language}.md").render(**content, **words, edition=edition)
    return page.rstrip("\n") + "\n"


def _rows(connection: duckdb.DuckDBPyConnection, name: str, ref_area: str) -> list[dict]:
    given = {
        "area": ref_area,
        "least_confidence": methodology()["opportunities"]["least_confidence"],
        "closeness": rows("closeness"),
        "countries": rows("countries"),
        "area_kinds": rows("area_kinds"),
    }
    sql = (QUERIES | ABROAD)[name]
    return _fetched(connection.execute(sql, {key: value for key, value in given.items() if f"${key}" in sql}))


def _fetched(cursor: duckdb.DuckDBPyConnection) -> list[dict]:
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # Markdown, not a web page
    )
    environment.filters |= {
        "whole": lambda number: f"{number:,.0f}",
        "zero": lambda number: f"{number:.0f}",
        "one": lambda number: f"{number:,.1f}",
        "two": lambda number: f"{number:.2f}",
        "lower_first": lambda text: text[:1].lower() + text[1:],
    }
    return environment
