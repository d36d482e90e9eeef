"""The registers are valid and agree with each other, and a bad cell is named: file, row, column and value."""

import re
import shutil

import pandas as pd
import pytest

from pipeline.foundation.query import ROOMS
from pipeline.sources.readers import reader_of
from schemas import registers
from schemas.catalogue import FOLDER, RegisterError, methodology, read_register, register

NAMES = sorted(registers.MODELS)
SECTORS = {*register("sectors")["sector"], "total"}
BROADER = {  # variables that the readers or derived_observations.sql make of several sectors
    re.sub(r"\W+", "_", name) for name in register("sectors")["acs_industry"].str.split("+").explode()
}
DERIVED = set(re.findall(r"'variable': '(\w+)'", (ROOMS / "areas" / "derived_observations.sql").read_text(encoding="utf-8")))
DERIVED |= {
    "population_agglomeration",
    "population_series",
    "population_of_regional_share",
    "homicides_smoothed",
    "population_midyear",
}
DERIVED |= {"rainfall_volume", "emissions_pm25_density"}
DERIVED |= {f"{kind}_{sector}" for kind in ("employed", "establishments", "jobs") for sector in SECTORS}
DERIVED |= {f"jobs_manufacturing_{branch}" for branch in register("branches")["branch"]}


@pytest.fixture
def spoilt(tmp_path):
    """``spoilt(name, old, new)``: reads a copy of the register with ``new`` for the first ``old`` in the text."""

    def read(name: str, old: str, new: str) -> pd.DataFrame:
        text = (FOLDER / f"{name}.csv").read_text(encoding="utf-8")
        assert old in text
        (tmp_path / f"{name}.csv").write_text(text.replace(old, new, 1), encoding="utf-8")
        return read_register(name, tmp_path)

    return read


def line_of(name: str, beginning: str) -> int:
    lines = (FOLDER / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith(beginning))


@pytest.mark.parametrize("name", NAMES)
def test_every_register_is_valid_and_has_a_file(name):
    table = register(name)
    assert list(table.columns) == list(registers.MODELS[name].to_schema().columns)
    assert len(table) > 0


def test_every_file_is_a_register():
    assert sorted(path.stem for path in FOLDER.glob("*.csv")) == NAMES


@pytest.mark.parametrize(
    ("name", "old", "new", "row", "words"),
    [
        ("lenses", "overall,vocation,0.3", "overall,vocation,much", "overall,vocation", ["weight", "'much'", "not a number"]),
        ("lenses", "overall,vocation,0.3", "overall,vocation,-1", "overall,vocation", ["weight", "-1"]),
        ("lenses", "overall,vocation,0.3", "overall,vocation,", "overall,vocation", ["weight", "''"]),
        ("lenses", "overall,vocation", "overall,size", "overall,vocation", ["lens, block", "overall, size", "twice"]),
        ("indicators", "density,matching", "density,mating", "density", ["role", "'mating'", "isin"]),
        ("indicators", "density,matching", "Density,matching", "density", ["indicator", "'Density'"]),
        ("indicators", "density,matching,size", "population,matching,size", "density", ["indicator", "'population'", "twice"]),
        ("editions", "2026.1,2026-11-15", "2026.1,15/11/2026", "2026.1", ["cut_off", "'15/11/2026'"]),
        ("editions", "2026.1,2026-11-15", "2026.1,", "2026.1", ["cut_off", "''", "empty"]),
        ("area_changes", "MX-04012,MX-04004,2019", "MX-04012,MX-04004,soon", "MX-04012", ["since", "'soon'", "not a number"]),
        ("area_changes", "MX-04012,MX-04004,2019", "MX-04012,MX-04004,1519", "MX-04012", ["since", "1519"]),
        ("area_kinds", "municipality_mexico,local", "municipality_mexico,town", "municipality_mexico", ["level", "'town'"]),
        ("area_points", "EU-AT005C,GEONAMES-", "EU-AT005C,G-", "EU-AT005C", ["point", "'G-"]),
        ("countries", "MEX,MX,", "Mexico,MX,", "MEX", ["iso3", "'Mexico'"]),
        ("countries", "MEX,MX,", "MEX,US,", "MEX", ["iso2", "US"]),
    ],
)
def test_a_bad_cell_is_named(spoilt, name, old, new, row, words):
    with pytest.raises(RegisterError) as caught:
        spoilt(name, old, new)
    words = [f"{name}.csv: row {line_of(name, row)}, column ", *words]
    missing = [word for word in words if word not in str(caught.value)]
    assert not missing, f"{caught.value} does not say {missing}"


def test_neither_yes_nor_no_is_refused(spoilt):
    with pytest.raises(RegisterError, match=r"variables\.csv: row 3, column additive: 'perhaps' is neither yes nor no"):
        spoilt("variables", "POBTOT,population,people,yes", "POBTOT,population,people,perhaps")


def test_a_missing_column_is_named(spoilt):
    with pytest.raises(RegisterError, match=r"lenses\.csv: row 1: the columns are \['lens', 'block'\].*'weight'"):
        spoilt("lenses", (FOLDER / "lenses.csv").read_text(encoding="utf-8"), "lens,block\noverall,size\n")


def test_a_missing_register_is_named(tmp_path):
    with pytest.raises(RegisterError, match=r"lenses\.csv: the register is missing"):
        read_register("lenses", tmp_path)


def test_an_unspoilt_copy_is_read_alike(tmp_path):
    shutil.copy(FOLDER / "indicators.csv", tmp_path)
    pd.testing.assert_frame_equal(read_register("indicators", tmp_path), register("indicators"))


def terms(column: str) -> set[str]:
    """The variables that the indicators of the formulas that read variables ask for."""
    others = ["country_share", "country_rank", "alternative", "concentration", "largest_branch"]
    rows = register("indicators")
    rows = rows[~rows["formula"].isin(others)]
    return {term for cell in rows[column].dropna() for term in re.split(r"[|+]", cell)}


@pytest.mark.parametrize("side", ["numerator", "denominator"])
def test_the_variables_of_every_indicator_are_read_or_derived(side):
    unknown = terms(side) - set(register("variables")["variable"]) - DERIVED
    assert not unknown


def test_shares_and_ranks_are_of_an_indicator():
    rows = register("indicators").query("formula in ['country_share', 'country_rank', 'alternative']")
    assert set(rows["numerator"].str.split("|").explode()) <= set(register("indicators")["indicator"])


def test_every_sector_and_branch_has_an_indicator():
    """``key_sectors`` reads them by their names, and a concentration is one of them."""
    codes = register("indicators").query("pillar_or_block == 'key_sectors'")["indicator"]
    found = codes.str.extract(r"^sector_(employment|value_added|establishments)_(\w+)$")
    sectors = {*register("sectors")["sector"], *("manufacturing_" + register("branches")["branch"])}
    assert set(found[1]) == sectors and set(found.loc[found[0] == "employment", 1]) == sectors
    of_all = register("indicators").query("formula in ['concentration', 'largest_branch']")
    assert list(of_all["numerator"]) == ["sector_employment"] * 2


def test_blocks_pillars_and_lenses_know_each_other():
    indicators = register("indicators")
    blocks, pillars = set(register("blocks")["block"]), set(register("pillars")["pillar"])
    assert set(indicators.query("role == 'matching'")["pillar_or_block"]) == blocks
    assert set(indicators.query("role == 'outcome'")["pillar_or_block"]) == pillars
    assert set(register("lenses")["block"]) <= blocks
    assert "overall" in set(register("lenses")["lens"])
    assert register("pillars")["weight"].sum() == pytest.approx(1)


def test_sums_are_made_of_sectors():
    """Every sector variable that an indicator asks for is a sector, or a group of the American Community Survey."""
    asked = {term for side in ("numerator", "denominator") for term in terms(side)}
    sectors = {term.split("_", 1)[1] for term in asked if re.match(r"employed_|establishments_", term)}
    names = SECTORS | BROADER | set(register("sectors")["broad_sector"])
    made = set(register("variables")["variable"])
    assert all(sector in names or f"employed_{sector}" in made or f"establishments_{sector}" in made for sector in sectors)


def test_every_source_has_a_reader_and_files():
    sources, files = register("sources"), register("source_files")
    for name in sources["reader"].unique():
        assert callable(reader_of(name)), name
    keys = ["source", "vintage"]
    archived, fetched = sources.dropna(subset="released"), register("downloads")
    assert set(map(tuple, archived[keys].to_numpy())) == set(map(tuple, files[keys].to_numpy()))
    assert set(sources.loc[sources["released"].isna(), "source"]) <= set(fetched["source"]) <= set(sources["source"])
    assert set(register("variables")["source"]) <= set(sources["source"])


def test_no_reader_is_left_over():
    modules = {path.stem for path in (ROOMS / "sources").glob("*/*.py")} - {"__init__"}
    specifications = {path.stem for path in (ROOMS / "sources").glob("*/*.toml")}
    assert not modules & specifications
    assert modules | specifications == set(register("sources")["reader"])


def test_a_variable_has_one_unit_and_is_additive_or_not_everywhere():
    variables = register("variables")
    wanted = variables[variables["variable"].isin(terms("numerator") | terms("denominator"))]
    assert (wanted.groupby("variable")["additive"].nunique() == 1).all()


def test_places_stand_once():
    assert not register("area_points").duplicated("ref_area").any()
    concordance = register("area_concordance")
    assert not concordance.duplicated(["source", "publisher_area"]).any()
    assert set(concordance["source"]) <= set(register("sources")["source"])
    assert not concordance.query("source != 'un_wup'").duplicated(["source", "ref_area"]).any()


def test_codes_of_places_follow_the_patterns_of_their_kinds():
    patterns = [re.compile(pattern) for pattern in register("area_kinds")["pattern"]]
    for name, column in [("area_points", "ref_area"), ("area_changes", "ref_area"), ("area_changes", "origin"),
                         ("nominated_pairs", "ref_area"), ("nominated_pairs", "counterpart_area")]:  # fmt: skip
        wrong = [code for code in register(name)[column] if sum(bool(p.fullmatch(code)) for p in patterns) != 1]
        assert not wrong, f"{name}.{column}: {wrong[:3]}"


def test_checks_have_a_query_each():
    assert set(register("checks")["check"]) == {path.stem for path in (ROOMS / "editions" / "checks").glob("*.sql")}


def test_editions_are_in_order_and_the_base_edition_is_one():
    editions = register("editions")
    assert editions["cut_off"].is_monotonic_increasing and editions["edition"].is_monotonic_increasing
    assert methodology()["base_edition"] in set(editions["edition"])


def test_the_method_is_in_range():
    method = methodology()
    assert method["mirrors"]["mirrors"] == 10 and method["mirrors"]["mirrors_of_each_country"] == 3
    assert method["matching"]["least_coverage"] == 0.6
    assert method["development"]["least_weight"] == pytest.approx(2 / 3)
    assert (method["development"]["lower_percentile"], method["development"]["upper_percentile"]) == (0.025, 0.975)
