"""A published value is exactly what the figures behind it make, and each figure stands in a known file in a known row."""

import csv
import math
import re

import duckdb
import pytest
from typer.testing import CliRunner

from assets.cli.main import app
from pipeline.editions.tracing import TraceError, trace
from pipeline.foundation import query
from schemas import models
from schemas.catalogue import register

KEYED = """
    with sides as (
        select ref_area, indicator, 'numerator' as side, numerator as value, source, time_period, numerator_variables as variables
        from indicator_values where numerator_variables is not null
        union all
        select ref_area, indicator, 'denominator', denominator, denominator_source, denominator_period, denominator_variables
        from indicator_values where denominator_variables is not null
    ), origins as (  -- the oldest year of growth is 2010
        select a.ref_area, coalesce(c.origin, a.ref_area) as origin
        from reference_areas as a left join (from area_changes where since > 2010) as c using (ref_area)
    ), places as (
        select s.*, i.formula, unnest(case i.formula
            when 'country_value' then [a.country]
            when 'growth' then (select list(p.ref_area) from origins as p where p.origin = o.origin)
            when 'loss' then (select list(p.ref_area) from origins as p where p.origin = o.origin)
            else [s.ref_area] end) as place
        from sides as s join indicators as i using (indicator)
        join reference_areas as a using (ref_area) join origins as o using (ref_area)
    ), found as (
        select p.ref_area, p.indicator, p.side, p.value, p.formula, count(distinct p.place) as places, sum(o.obs_value) as total
        from (select * exclude (variables), unnest(string_split(variables, '+')) as variable from places) as p
        left join used_observations as o
            on o.ref_area = p.place and o.source = p.source and o.time_period = p.time_period and o.variable = p.variable
        group by all
    )
    select count(*), count(*) filter (total is null),
        count(*) filter (not abs(value - total / if(formula in ('growth', 'loss'), places, 1)) <= 1e-9 * abs(value))
    from found
"""
PARENTS = """
    with same as (
        select i.indicator, arg_min(j.indicator, j.indicator <> i.indicator) as other from indicators as i join indicators as j
            on j.formula = i.formula and string_split(j.numerator, '|')[1] = string_split(i.numerator, '|')[1]
            and string_split(j.denominator, '|')[1] is not distinct from string_split(i.denominator, '|')[1]
            and contains(j.levels, 'local')
        group by i.indicator
    ), members as (
        select v.ref_area, v.indicator, any_value(v.numerator) as numerator, any_value(v.denominator) as denominator,
            any_value(i.formula) as formula, any_value(i.denominator) is null as is_total,
            sum(if(i.formula = 'value', coalesce(p.numerator, 0), 1) * w.numerator) as numerators,
            sum(if(i.formula = 'value', coalesce(p.numerator, 0), w.denominator)) as denominators
        from indicator_values as v
        join indicators as i using (indicator) join same as s using (indicator)
        join area_members as m on m.parent = v.ref_area
        join indicator_values as w on w.ref_area = m.ref_area and w.indicator = s.other
        left join indicator_values as p on p.ref_area = m.ref_area and p.indicator = 'population'
        where v.numerator_variables is null and i.formula in ('ratio', 'value', 'growth', 'loss')
        group by v.ref_area, v.indicator
    )
    select (select count(*) from indicator_values as v join indicators as i using (indicator)
            where v.numerator_variables is null and i.formula in ('ratio', 'value', 'growth', 'loss')) as published,
        count(*) as found,
        count(*) filter (not abs(numerator - numerators) <= 1e-9 * abs(numerator)) as wrong_numerators,
        count(*) filter (not abs(denominator - if(is_total and formula = 'ratio', 1, denominators)) <= 1e-9 * abs(denominator))
    from members
"""


@pytest.fixture(scope="module")
def release(built):
    with duckdb.connect(config={"threads": 1}) as connection:  # with two, DuckDB 2.0 loses a dictionary in joins of this size
        for name in models.PUBLISHED:
            connection.read_parquet(str(built / "parquet" / f"{name}.parquet")).create_view(name)
        yield connection


def text(built, area: str, name: str) -> list[str]:
    return [line for _, line in trace(built, area, name)]


def test_every_side_of_every_value_is_the_sum_of_the_observations_that_its_keys_name(release):
    sides, without, wrong = release.execute(KEYED).fetchone()
    assert sides > 1_000_000 and (without, wrong) == (0, 0)


def test_every_parent_is_the_sum_of_its_members(release):
    published, found, *wrong = release.execute(PARENTS).fetchone()
    assert published == found > 5_000 and wrong == [0, 0]


def test_only_sums_of_members_and_standings_have_no_keys(release):
    sql = """select count(*) from indicator_values as v join indicators as i using (indicator)
        where numerator_variables is null and i.formula not in ('country_share', 'country_rank') and v.level = 'local'"""
    assert release.execute(sql).fetchone() == (0,)


def test_every_figure_has_its_file_hash_row_and_the_publisher_s_name_of_the_number(release):
    sql = """
        select count(*), count(*) filter (s.sha256 is null or o.source_row is null or v.variable is null)
        from used_observations as o
        left join sources as s using (source, source_file)
        left join (select distinct source, variable from variables) as v on v.source = o.source and v.variable = o.variable
        where o.source <> 'derived'
    """
    figures, without = release.execute(sql).fetchone()
    assert figures > 500_000 and without == 0


def test_every_derived_figure_has_a_formula_of_a_file_that_exists_and_known_inputs(release):
    sql = """select distinct variable from used_observations as o where source = 'derived'
        and not exists (from derivations as d where o.variable glob d.derived)"""
    assert release.execute(sql).fetchall() == []
    known = {(row.source, row.variable) for row in register("variables").itertuples()}
    for row in register("derivations").itertuples():
        assert (query.ROOMS.parent / row.computed_by).is_file()
        for item in row.inputs.split(";"):
            source, variable = item.split("@")[0].split(".")
            pattern = re.compile(variable.replace("*", ".*"))
            assert any(source in ("*", a) and pattern.fullmatch(b) for a, b in known), item


def test_a_value_is_walked_back_to_file_hash_and_row(built):
    lines = text(built, "MX-19039", "internet_households")
    assert lines[0].startswith("internet_households of MX-19039 Monterrey = 77.655191719")
    assert "formula ratio: 100 x 255220 / 328658" in lines
    files = register("source_files").set_index(["source", "file"])["sha256"]
    file = "conjunto_de_datos_iter_00CSV20_municipios.csv"
    assert lines[4] == (
        "households_internet of MX-19039 in 2020 = 255220: inegi_census 2020, "
        f"{file}, row 998, VPH_INTER, sha256 {files['inegi_census', file]}"
    )


def test_the_row_of_the_publisher_s_file_says_the_same(built, real_folder):
    file = real_folder("inegi_census", "2020") / "conjunto_de_datos_iter_00CSV20_municipios.csv"
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    row = dict(zip(rows[0], rows[998 - 1], strict=True))
    assert (row["NOM_MUN"], row["VPH_INTER"]) == ("Monterrey", "255220")


def test_growth_names_the_territory_of_both_years(built):
    """Ensenada lost San Quintín in 2020: the growth is that of both together."""
    lines = "\n".join(text(built, "MX-02001", "population_growth"))
    people = [float(number) for number in re.findall(r"population of MX-0200[16] in \d{4} = (\d+):", lines)]
    assert people == [443807, 117568, 466814]
    expected = 100 * ((sum(people[:2]) / people[2]) ** 0.1 - 1)
    assert float(re.search(r"Ensenada = (\S+) %", lines)[1]) == pytest.approx(expected, rel=1e-11)


def test_a_country_s_own_figure_and_a_share_of_it(built):
    assert "life_expectancy of MEX in" in "\n".join(text(built, "MX-19039", "national_life_expectancy"))
    lines = text(built, "MX-19039", "national_share")
    assert lines[3] == "2469 areas of MEX at level local add up to 134407258; 9 are ahead"
    assert any(line.startswith("population_projected of MX-19039 in 2026 = 1174689: conapo_projections") for line in lines), lines


def test_a_parent_lists_its_members_with_their_figures(built):
    lines = trace(built, "MX-METRO-19.1.01", "density_of_metropolis")
    members = [line for depth, line in lines if depth == 2]
    people, km2 = zip(*(map(float, re.search(r": (\S+) / (\S+)$", line).groups()) for line in members), strict=True)
    assert len(members) == 16 and sum(people) == 5322117
    assert float(re.search(r"= (\S+) persons", lines[0][1])[1]) == pytest.approx(sum(people) / sum(km2), rel=1e-9)
    assert sum(line.startswith("area_km2 of MX-19") for depth, line in lines if depth == 4) == 16


def test_a_derived_figure_names_its_formula_and_what_went_in(built):
    lines = text(built, "MX-19039", "employed_in_manufacturing")
    assert any(line.endswith("(pipeline/indicators/sector_mix/mix.py)") for line in lines)
    went_in = {(line.split(" ")[0], line.split(" of ")[1].split(" ")[0]) for line in lines if ", row " in line}
    assert {
        ("employed", "MX-19039"),
        ("insured_jobs_manufacturing", "MX-19039"),
        ("establishments_scian_336", "MX-19039"),
    } <= went_in
    assert ("people_employed_scian_336", "MX-19") in went_in, "classes are those of the state"
    lines = text(built, "MX-19039", "distance_coast")
    assert any("natural_earth" in line and "sha256" in line for line in lines)


def test_a_score_is_the_geometric_mean_of_the_pillars_it_names_and_they_of_their_outcomes(built):
    lines = trace(built, "MX-19039", "development_score")
    score = float(re.search(r"= (\S+),", lines[0][1])[1])
    weights = [float(line.removeprefix("weight ")) for depth, line in lines if depth == 1 and line.startswith("weight ")]
    pillars = [(line.split(" ")[0], float(re.search(r"= (\S+),", line)[1])) for depth, line in lines if depth == 2]
    logarithms = [weight * math.log(max(1, value)) for weight, (_, value) in zip(weights, pillars, strict=True)]
    assert len(pillars) == 7 and score == pytest.approx(math.exp(sum(logarithms) / sum(weights)), rel=1e-9)
    pillar, value = pillars[0]
    outcomes = [line for depth, line in trace(built, "MX-19039", pillar) if depth == 1 and ", weight " in line]
    parts = [map(float, re.search(r": (\S+), weight (\S+);", line).groups()) for line in outcomes]
    scores, shares = zip(*parts, strict=True)
    assert value == pytest.approx(sum(s * w for s, w in zip(scores, shares, strict=True)) / sum(shares), rel=1e-9)


def test_a_mirror_s_distance_is_the_sum_of_its_features(built, release):
    sql = "select counterpart_area, distance_squared from mirrors where ref_area = 'MX-19039' and lens = 'overall' and rank = 1"
    counterpart, squared = release.execute(sql).fetchone()
    lines = trace(built, "MX-19039", counterpart)
    start = next(index for index, (_, line) in enumerate(lines) if line.startswith("overall:"))
    rest = lines[start + 2 :]
    end = next((index for index, (depth, _) in enumerate(rest) if depth == 0), len(rest))
    parts = [float(re.search(r": (\S+) = ", line)[1]) for _, line in rest[:end]]
    assert sum(parts) == pytest.approx(squared, abs=1e-4) and len(parts) >= 40


@pytest.mark.parametrize(("area", "name"), [("MX-19039", "happiness"), ("MX-99999", "population"), ("MX-19039", "MX-19001")])
def test_what_is_not_published_says_what_may_be_asked(built, area, name):
    with pytest.raises(TraceError, match=f"{name} of {area} is not published; give the code of an area and an indicator"):
        trace(built, area, name)


def test_the_command_needs_the_release_only(built, tmp_path):
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    (moved / "parquet").symlink_to(built / "parquet")
    answer = CliRunner().invoke(app, ["trace", "MX-19039", "internet_households", "--release", str(moved)])
    assert answer.exit_code == 0 and "row 998, VPH_INTER" in answer.stdout
