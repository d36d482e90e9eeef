"""One pandera model per register. A column's description is its documentation.

Only the registers that people edit stand here; the tables that a build makes stand in ``tables/``.
"""

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

CODE = r"^[a-z][a-z0-9_]*$"
DAY = r"^\d{4}-\d{2}-\d{2}$"
INPUT = r"(\*|[a-z][a-z0-9_]*)\.[a-z][a-z0-9_]*\*?(@(state|country|map))?"


FORMS = [
    *("zip", "workbook", "gzip", "text", "parquet", "geopackage", "geojson", "world_bank_pages", "census_array"),
    *("inegi_series", "denue_counts", "sidra_rows", "sparql_results", "json_stat"),
]


class Sources(pa.DataFrameModel):
    """One row per publisher's product and vintage."""

    source: Series[str] = pa.Field(str_matches=CODE, description="code of the product")
    vintage: Series[str] = pa.Field(str_matches=r"^[0-9][0-9a-z-]*$", description="code of the vintage")
    reader: Series[str] = pa.Field(str_matches=CODE, description="specification or module in pipeline/sources that reads it")
    publisher: Series[str] = pa.Field(description="organisation that publishes it")
    title: Series[str] = pa.Field(description="title as published")
    url: Series[str] = pa.Field(str_startswith="http", description="address at the publisher")
    licence: Series[str] = pa.Field(description="licence or terms of use")
    citation: Series[str] = pa.Field(description="how the publisher asks to be cited")
    released: Series[str] = pa.Field(
        nullable=True,
        str_matches=r"^\d{4}-\d{2}-\d{2}$",
        description="day of publication; empty: it can be fetched, but is not archived and no edition uses it",
    )
    official: Series[str] = pa.Field(isin=["official", "compiled"], description="as published, or compiled by others")

    class Config:
        strict = True
        unique = ["source", "vintage"]


class SourceFiles(pa.DataFrameModel):
    """One row per file of a source and vintage, with the hash of the file that the readers were written for."""

    source: Series[str] = pa.Field(str_matches=CODE, description="code of the product")
    vintage: Series[str] = pa.Field(description="code of the vintage")
    file: Series[str] = pa.Field(description="path below data/raw/<source>/<vintage>/")
    sha256: Series[str] = pa.Field(str_matches=r"^[0-9a-f]{64}$", description="sha256 of the file")

    class Config:
        strict = True
        unique = ["source", "vintage", "file"]


class Downloads(pa.DataFrameModel):
    """One row per file that ``mirrors fetch`` can get; a row with ``each`` is as many files as it has values."""

    source: Series[str] = pa.Field(str_matches=CODE, description="code of the product")
    vintage: Series[str] = pa.Field(
        nullable=True, description="code of the vintage; empty: the address always has the newest, whatever its vintage"
    )
    way: Series[str] = pa.Field(isin=["default", "alternative"], description="alternative: only with --alternative")
    file: Series[str] = pa.Field(description="path below data/raw/<source>/<vintage>/; {each} stands for the value")
    url: Series[str] = pa.Field(str_startswith="http", description="address; {each}, {vintage}, {year} and {key} are filled in")
    each: Series[str] = pa.Field(
        nullable=True, description="values joined by ;, or variables: the publisher_code of each variable"
    )
    form: Series[str] = pa.Field(isin=FORMS, description="what the file must be, checked before it gets its name")
    member: Series[str] = pa.Field(nullable=True, description="pattern of the one member of the zip that is kept")
    credential: Series[str] = pa.Field(nullable=True, str_matches=r"^[A-Z_]+$", description="environment variable with the key")
    largest_mb: Series[float] = pa.Field(gt=0, description="a larger file is refused")
    sha256: Series[str] = pa.Field(
        nullable=True, str_matches=r"^[0-9a-f]{64}$", description="hash, where it is known and source_files.csv lacks the file"
    )

    class Config:
        strict = True
        unique = ["source", "vintage", "way", "file"]


class Misbehaviours(pa.DataFrameModel):
    """What publishers do wrong, and what ``mirrors fetch`` and the readers make of it; the tests go through every row."""

    misbehaviour: Series[str] = pa.Field(str_matches=CODE, description="code; the stand-in of the tests knows it by this name")
    forms: Series[str] = pa.Field(description="forms of files that it can befall, joined by ;, or all")
    once: Series[str] = pa.Field(
        isin=["retried", "resumed", "refused", "read"],
        description="when it happens once: right data after asking again or going on, one error, or it is up to the reader",
    )
    always: Series[str] = pa.Field(isin=["refused", "read"], description="when it does not stop")
    description: Series[str] = pa.Field(description="what happens")

    class Config:
        strict = True
        unique = ["misbehaviour", "forms"]


class Variables(pa.DataFrameModel):
    """One row per published number that is read."""

    source: Series[str] = pa.Field(str_matches=CODE, description="code of the product it is read from")
    publisher_code: Series[str] = pa.Field(description="the publisher's own name or code of the number")
    variable: Series[str] = pa.Field(str_matches=CODE, description="our code, one for all publishers of the same concept")
    unit_measure: Series[str] = pa.Field(description="unit")
    additive: Series[bool] = pa.Field(description="whether the number may be summed over areas")
    definition: Series[str] = pa.Field(description="what the publisher counts, in a sentence")

    class Config:
        strict = True
        unique = ["source", "publisher_code", "variable"]


LEVEL = "local|metro|state"


class Indicators(pa.DataFrameModel):
    """One row per indicator; an indicator of a known source is a row here and never code."""

    indicator: Series[str] = pa.Field(unique=True, str_matches=CODE, description="code")
    role: Series[str] = pa.Field(isin=["matching", "outcome", "risk", "context"], description="the one use it has")
    pillar_or_block: Series[str] = pa.Field(
        nullable=True, description="block of a matching indicator, pillar of an outcome, table of the others"
    )
    levels: Series[str] = pa.Field(str_matches=rf"^({LEVEL})(;({LEVEL}))*$", description="levels at which it is computed")
    formula: Series[str] = pa.Field(
        isin=[
            "ratio",
            "value",
            "growth",
            "loss",
            "country_share",
            "country_rank",
            "country_value",
            "alternative",
            "concentration",
            "largest_branch",
        ],
        description="ratio of counts; value that cannot be added; yearly growth; yearly loss, 0 where there is none; "
        "standing in the country; the country's figure; the indicator of several that the country has; "
        "sum of the squared shares of the sectors; the largest share of a branch that sells elsewhere",
    )
    numerator: Series[str] = pa.Field(description="variables, joined by + where they add up and by | where they are alternatives")
    denominator: Series[str] = pa.Field(nullable=True, description="the same for the base; empty: the count itself")
    span: Series[float] = pa.Field(nullable=True, ge=1, description="years of a growth rate")
    scale: Series[float] = pa.Field(gt=0, description="factor, 100 for a percentage")
    transform: Series[str] = pa.Field(isin=["log", "log1p", "logit", "sqrt", "identity"], description="before standardising")
    frame: Series[str] = pa.Field(isin=["absolute", "national", "both"], description="what it is standardised over")
    direction: Series[float] = pa.Field(isin=[-1, 1], description="1 more is better, -1 less is better; outcomes and risks")
    weight: Series[float] = pa.Field(ge=0, description="within its block or pillar")
    unit_measure: Series[str] = pa.Field(description="unit")
    label_es: Series[str] = pa.Field(description="name in Spanish")
    label_en: Series[str] = pa.Field(description="name in English")

    class Config:
        strict = True
        unique = ["indicator"]


class Blocks(pa.DataFrameModel):
    """The groups of matching indicators."""

    block: Series[str] = pa.Field(unique=True, str_matches=CODE, description="code")
    label_es: Series[str] = pa.Field(description="name in Spanish")
    label_en: Series[str] = pa.Field(description="name in English")
    description: Series[str] = pa.Field(description="what it holds")

    class Config:
        strict = True
        unique = ["block"]


class Lenses(pa.DataFrameModel):
    """One weight per block and lens; a lens added here appears in the release."""

    lens: Series[str] = pa.Field(str_matches=CODE, description="code of the lens; overall is the headline")
    block: Series[str] = pa.Field(str_matches=CODE, description="block (blocks)")
    weight: Series[float] = pa.Field(gt=0, description="relative weight of the block under this lens")
    features: Series[str] = pa.Field(
        nullable=True, description="features of the block that it takes, patterns of indicator@frame; all where empty"
    )

    class Config:
        strict = True
        unique = ["lens", "block"]


class Closeness(pa.DataFrameModel):
    """Five words for how near a mirror is, by the share of Mexican areas of the level that are nearer."""

    closeness: Series[int] = pa.Field(ge=1, le=5, unique=True, description="1 is nearest")
    share: Series[float] = pa.Field(gt=0, le=1, description="largest share of the other Mexican areas that may be nearer")
    label_es: Series[str] = pa.Field(description="word in Spanish")
    label_en: Series[str] = pa.Field(description="word in English")

    class Config:
        strict = True
        unique = ["closeness"]


class Pillars(pa.DataFrameModel):
    """The groups of outcomes that make the development score."""

    pillar: Series[str] = pa.Field(unique=True, str_matches=CODE, description="code")
    weight: Series[float] = pa.Field(gt=0, description="in the score")
    label_es: Series[str] = pa.Field(description="name in Spanish")
    label_en: Series[str] = pa.Field(description="name in English")
    description: Series[str] = pa.Field(description="what it holds")

    class Config:
        strict = True
        unique = ["pillar"]


class LevelGoalposts(pa.DataFrameModel):
    """The figures of a level of development, their scale and goalposts, fixed for the version of the method."""

    figure: Series[str] = pa.Field(unique=True, str_matches=CODE, description="code")
    part: Series[str] = pa.Field(isin=["income", "schooling", "health", "services"], description="part of the level")
    scale: Series[str] = pa.Field(
        isin=["log", "linear", "logit"], description="on which it is estimated; scores are linear but for log"
    )
    lower: Series[float] = pa.Field(description="what is level 0")
    upper: Series[float] = pa.Field(description="what is level 100")
    unit_measure: Series[str] = pa.Field(description="unit")
    national_variable: Series[str] = pa.Field(nullable=True, description="the country's own figure, of the World Bank")
    label_es: Series[str] = pa.Field(description="name in Spanish")
    label_en: Series[str] = pa.Field(description="name in English")
    description: Series[str] = pa.Field(description="what it measures")

    class Config:
        strict = True
        unique = ["figure"]


class LevelConcepts(pa.DataFrameModel):
    """The ways in which places publish a figure of a level, the best first, and how each is put on the figure's scale."""

    concept: Series[str] = pa.Field(unique=True, str_matches=CODE, description="code")
    figure: Series[str] = pa.Field(str_matches=CODE, description="figure (level_goalposts)")
    way: Series[str] = pa.Field(
        isin=["direct", "proxy", "expected"],
        description="the figure itself; another whose slope is learned where both are known; what goes with the schooling alone",
    )
    scale: Series[str] = pa.Field(isin=["log", "linear", "logit"], description="scale of the concept")
    constant: Series[float] = pa.Field(description="what is added to the terms")
    terms: Series[str] = pa.Field(nullable=True, description="coefficient numerator/denominator + …; | parts alternatives")
    beside_schooling: Series[bool] = pa.Field(description="whether the place's years of schooling have a slope beside it")
    error: Series[float] = pa.Field(ge=0, description="standard error of a place's own figure, on the scale of the concept")
    except_countries: Series[str] = pa.Field(
        nullable=True, description="countries whose figures mean something else, joined by ;"
    )
    description: Series[str] = pa.Field(description="what is counted")

    class Config:
        strict = True
        unique = ["concept"]


class Sectors(pa.DataFrameModel):
    """The harmonised sectors and their codes in four classifications."""

    sector: Series[str] = pa.Field(unique=True, str_matches=CODE, description="code")
    broad_sector: Series[str] = pa.Field(isin=["primary", "secondary", "tertiary"], description="of the three broad sectors")
    label_es: Series[str] = pa.Field(description="name in Spanish")
    label_en: Series[str] = pa.Field(description="name in English")
    scian: Series[str] = pa.Field(description="SCIAN sectors (Mexico)")
    naics: Series[str] = pa.Field(description="NAICS sectors (United States)")
    nace: Series[str] = pa.Field(description="NACE sections (European Union)")
    cnae: Series[str] = pa.Field(description="CNAE sections (Brazil)")
    acs_industry: Series[str] = pa.Field(description="industry of the American Community Survey that holds it")
    tradable: Series[bool] = pa.Field(description="whether it mostly serves people elsewhere, so that places can work together")

    class Config:
        strict = True
        unique = ["sector"]


class SectorClasses(pa.DataFrameModel):
    """Which sector a publisher's class of activity is, or the joined sectors or group that it covers."""

    source: Series[str] = pa.Field(str_matches=CODE, description="source that publishes the class")
    publisher_class: Series[str] = pa.Field(description="the class's code or name at the publisher")
    sector: Series[str] = pa.Field(nullable=True, str_matches=CODE, description="sector, or sectors joined; empty: none of them")
    label: Series[str] = pa.Field(description="the class in English")
    note: Series[str] = pa.Field(nullable=True, description="what it holds or lacks beside the sector")

    class Config:
        strict = True
        unique = ["source", "publisher_class"]


class Branches(pa.DataFrameModel):
    """The branches of manufacturing and their codes; in tables their codes begin with ``manufacturing_``."""

    branch: Series[str] = pa.Field(unique=True, str_matches=CODE, description="code")
    label_es: Series[str] = pa.Field(description="name in Spanish")
    label_en: Series[str] = pa.Field(description="name in English")
    scian: Series[str] = pa.Field(description="SCIAN subsectors (Mexico)")
    naics: Series[str] = pa.Field(description="NAICS subsectors (United States)")

    class Config:
        strict = True
        unique = ["branch"]


class Risks(pa.DataFrameModel):
    """How each risk is shown: in which order it may lead a page, from what value it is high, and where its history stands."""

    risk: Series[str] = pa.Field(unique=True, str_matches=CODE, description="indicator of role risk")
    theme: Series[str] = pa.Field(str_matches=CODE, description="what it is about; a page names the highest of a theme")
    leads: Series[int] = pa.Field(
        isin=[1, 2, 3],
        description="1 what places face together first, 2 behind it, 3 is stated but never offered first",
    )
    high_from: Series[float] = pa.Field(
        nullable=True, description="value from which it is high by published classes; empty: by its percentile"
    )
    history: Series[str] = pa.Field(nullable=True, str_matches=CODE, description="yearly counts of which the trend is made")
    increase: Series[str] = pa.Field(nullable=True, str_matches=CODE, description="variable that says that more is expected")

    class Config:
        strict = True
        unique = ["risk"]


class Columns(pa.DataFrameModel):
    """What a column of a name means in every table that has it; a row for table.column counts before one for the name alone."""

    column: Series[str] = pa.Field(unique=True, description="column, table.column, or columns that refer together, joined by +")
    unit: Series[str] = pa.Field(nullable=True, description="unit of its numbers")
    refers_to: Series[str] = pa.Field(nullable=True, description="table.column in which its values stand")

    class Config:
        strict = True
        unique = ["column"]


class Editions(pa.DataFrameModel):
    """The editions: what had been published by the cut-off day counts."""

    edition: Series[str] = pa.Field(unique=True, str_matches=r"^[0-9]{4}\.[0-9]+$", description="code")
    cut_off: Series[str] = pa.Field(str_matches=DAY, description="last day of publication that counts")

    class Config:
        strict = True
        unique = ["edition"]


class RegionalFigures(pa.DataFrameModel):
    """Figures that are known of NUTS 3 regions and stand for the local areas in them, with the error that this makes."""

    variable: Series[str] = pa.Field(unique=True, str_matches=CODE, description="what is counted, in region and area")
    source: Series[str] = pa.Field(str_matches=CODE, description="source of the region's count")
    base: Series[str] = pa.Field(str_matches=CODE, description="what it is a share of: population or one of this register")
    base_source: Series[str] = pa.Field(str_matches=CODE, description="source of the region's base")
    region_variable: Series[str] = pa.Field(
        str_matches=r"^[a-z0-9_]+(\|[a-z0-9_]+)*$", description="text variables that name an area's region, joined by |"
    )
    learned_from: Series[str] = pa.Field(
        nullable=True,
        description="sources of countries whose places are known, from which the spread within a region is taken, joined by ; "
        "empty: a base that only divides",
    )
    learned_numerator: Series[str] = pa.Field(
        nullable=True, description="the variables there, joined by + and by | where they are alternatives; empty: as here"
    )
    learned_base: Series[str] = pa.Field(nullable=True, description="and their bases, one for each alternative")

    class Config:
        strict = True
        unique = ["variable"]


class AreaKinds(pa.DataFrameModel):
    """The kinds of area, how their codes look and which source lists them."""

    kind: Series[str] = pa.Field(unique=True, str_matches=CODE, description="code")
    level: Series[str] = pa.Field(isin=["local", "metro", "state"], description="level")
    country: Series[str] = pa.Field(nullable=True, str_length=3, description="ISO 3166-1 alpha-3; empty: as the source says")
    pattern: Series[str] = pa.Field(description="regular expression of the whole code")
    listed_by: Series[str] = pa.Field(
        nullable=True, description="source that lists them; empty: they exist through their members"
    )
    label_es: Series[str] = pa.Field(description="name in Spanish")
    label_en: Series[str] = pa.Field(description="name in English")
    others_es: Series[str] = pa.Field(description="the others of the kind, in Spanish")
    others_en: Series[str] = pa.Field(description="the others of the kind, in English")

    class Config:
        strict = True
        unique = ["kind"]


class AreaChanges(pa.DataFrameModel):
    """Municipalities that were split off from another, so that growth compares the same territory."""

    ref_area: Series[str] = pa.Field(unique=True, description="new area")
    origin: Series[str] = pa.Field(description="area it was part of")
    since: Series[int] = pa.Field(ge=1990, description="year")
    note: Series[str] = pa.Field(description="what happened")

    class Config:
        strict = True
        unique = ["ref_area"]


class Capitals(pa.DataFrameModel):
    """Capitals that the source of towns does not know as such."""

    ref_area: Series[str] = pa.Field(unique=True, description="local area that holds the capital")
    capital_status: Series[int] = pa.Field(isin=[1, 2], description="1 capital of a state, 2 of a nation")
    source: Series[str] = pa.Field(description="where it is said")

    class Config:
        strict = True
        unique = ["ref_area"]


class PostalCodes(pa.DataFrameModel):
    """The two letters by which the United States write a state, and its code."""

    postal: Series[str] = pa.Field(unique=True, str_matches=r"^[A-Z]{2}$", description="abbreviation of the postal service")
    state: Series[str] = pa.Field(unique=True, str_matches=r"^[0-9]{2}$", description="code of the state in codes of counties")


class AreaParents(pa.DataFrameModel):
    """The state-level area that the areas with a given beginning of code belong to, and its name.

    A Spanish community stands once per province; elsewhere the state's code is itself the beginning, or stands beside each
    member in the publisher's file.
    """

    child_prefix: Series[str] = pa.Field(
        unique=True, str_matches=r"^[A-Z]{2}-[A-Z0-9]{1,6}$", description="beginning of the codes of its members"
    )
    parent: Series[str] = pa.Field(
        str_matches=r"^(ES-CCAA-[0-9]{2}|[A-Z]{2}-[A-Z0-9]{1,6})$", description="code of the state or autonomous community"
    )
    name_es: Series[str] = pa.Field(description="its name in Spanish")
    name_en: Series[str] = pa.Field(description="its name in English")

    @pa.dataframe_check
    def one_name_per_parent(cls, frame) -> Series[bool]:
        return frame.groupby("parent")[["name_es", "name_en"]].transform("nunique").max(axis=1) == 1

    class Config:
        strict = True
        unique = ["child_prefix"]


class AreaAliases(pa.DataFrameModel):
    """What people call an area beside its name: short forms, older names, the name in another language."""

    alias: Series[str] = pa.Field(str_matches=r"^[a-z .]+$", description="what people type, in small letters without accents")
    country: Series[str] = pa.Field(str_length=3, description="country of the areas")
    meant: Series[str] = pa.Field(
        description="code of the area, or the name of all areas meant, in small letters without accents"
    )

    class Config:
        strict = True
        coerce = True
        unique = ["alias", "country", "meant"]


class AreaNames(pa.DataFrameModel):
    """Names in Latin letters of areas that their publisher names in another script only."""

    ref_area: Series[str] = pa.Field(unique=True, description="area")
    name: Series[str] = pa.Field(str_matches=r"^[A-Z][A-Za-zÀ-ÿ' -]+$", description="name in Latin letters")
    publisher_name: Series[str] = pa.Field(description="name as the publisher writes it")

    class Config:
        strict = True
        unique = ["ref_area"]


class AreaPoints(pa.DataFrameModel):
    """The populated place from which an area's geography is measured, where its publisher gives no seat."""

    ref_area: Series[str] = pa.Field(unique=True, description="area")
    point: Series[str] = pa.Field(str_startswith="GEONAMES-", description="its largest or its name-giving populated place")

    class Config:
        strict = True
        unique = ["ref_area"]


class Checks(pa.DataFrameModel):
    """The checks of a build: each is a query that returns the rows that are wrong."""

    check: Series[str] = pa.Field(unique=True, str_matches=CODE, description="file in pipeline/editions/checks")
    table: Series[str] = pa.Field(str_matches=CODE, description="table that is checked")
    others: Series[str] = pa.Field(nullable=True, description="other tables that the query reads, joined by ;")
    description: Series[str] = pa.Field(description="what must hold")

    class Config:
        strict = True
        unique = ["check"]


class QuarantinedValues(pa.DataFrameModel):
    """Published figures of an area that are known to be broken: they are not used, and counted as missing."""

    source: Series[str] = pa.Field(str_matches=CODE, description="source of the figures")
    ref_area: Series[str] = pa.Field(description="area")
    time_period: Series[pd.Int64Dtype] = pa.Field(nullable=True, ge=1990, description="year of the figures; empty: every year")
    kept_variables: Series[str] = pa.Field(nullable=True, description="variables of it that are sound, joined by ;")
    reason: Series[str] = pa.Field(description="what is broken")

    class Config:
        strict = True
        unique = ["source", "ref_area"]


class Grades(pa.DataFrameModel):
    """The five grades in which CONAPO and CONEVAL publish their indices of Mexican municipalities."""

    grade: Series[int] = pa.Field(unique=True, ge=1, description="1 very low to 5 very high: more is worse")
    label_es: Series[str] = pa.Field(unique=True, description="as both publish it")
    label_en: Series[str] = pa.Field(unique=True, description="in English")

    class Config:
        strict = True
        unique = ["grade"]


class Deprivations(pa.DataFrameModel):
    """The percentages that the two Mexican indices are made of; their values stand in deprivation_values."""

    variable: Series[str] = pa.Field(unique=True, str_matches=CODE, description="code")
    part_of: Series[str] = pa.Field(
        isin=["marginalisation", "social_lag"],
        description="index it is part of: CONAPO's marginalisation or CONEVAL's social lag",
    )
    base: Series[str] = pa.Field(isin=["people", "occupants", "dwellings"], description="what it is a percentage of")
    worst_value: Series[float] = pa.Field(
        gt=0,
        nullable=True,
        description="r of the marginalisation index: the worst municipality of 2010 to 2020 by CONAPO, a fixed point so that "
        "years compare; empty: the index needs none",
    )
    label_es: Series[str] = pa.Field(description="name in Spanish")
    label_en: Series[str] = pa.Field(description="name in English")

    class Config:
        strict = True
        unique = ["variable"]


class Derivations(pa.DataFrameModel):
    """How each derived observation follows from published ones: the formula and what goes in.

    A ``*`` stands for any text; of several rows that fit a variable the longest counts.
    """

    derived: Series[str] = pa.Field(unique=True, str_matches=r"^[a-z][a-z0-9_]*\*?$", description="derived variable")
    formula: Series[str] = pa.Field(description="how it follows, in a sentence")
    inputs: Series[str] = pa.Field(
        str_matches=rf"^{INPUT}(;{INPUT})*$",
        description="source.variable of what goes in, of the area itself; @state and @country: of those it lies in; @map: points "
        "and outlines, for which the source's file is named and not the row",
    )
    computed_by: Series[str] = pa.Field(str_startswith="pipeline/", description="file of the pipeline that computes it")

    class Config:
        strict = True
        unique = ["derived"]


class NominatedPairs(pa.DataFrameModel):
    """Pairs that editors and readers propose, to be tested by the index."""

    ref_area: Series[str] = pa.Field(str_startswith="MX-", description="Mexican area")
    counterpart_area: Series[str] = pa.Field(description="area abroad")
    proposed_by: Series[str] = pa.Field(isin=["editorial", "reader"], description="who proposes the pair")
    note: Series[str] = pa.Field(description="why")

    class Config:
        strict = True
        unique = ["ref_area", "counterpart_area"]


class Countries(pa.DataFrameModel):
    """One row per country or territory: the World Bank's economies, and those that other sources name as well."""

    iso3: Series[str] = pa.Field(unique=True, str_matches=r"^[A-Z]{3}$", description="ISO 3166 code of three letters")
    iso2: Series[str] = pa.Field(unique=True, str_matches=r"^[A-Z]{2}$", description="code of two letters")
    un_code: Series[str] = pa.Field(
        nullable=True, unique=True, str_matches=r"^\d{3}$", description="number at the United Nations (M49)"
    )
    name_en: Series[str] = pa.Field(unique=True, description="common name in English")
    name_es: Series[str] = pa.Field(unique=True, description="common name in Spanish")
    region: Series[str] = pa.Field(
        isin=[
            "East Asia & Pacific",
            "Europe & Central Asia",
            "Latin America & Caribbean",
            "Middle East & North Africa",
            "North America",
            "South Asia",
            "Sub-Saharan Africa",
        ],
        description="region of the World Bank",
    )
    income_group: Series[str] = pa.Field(
        isin=["High income", "Upper middle income", "Lower middle income", "Low income", "Not classified"],
        description="income group of the World Bank, July 2026",
    )

    class Config:
        strict = True
        unique = ["iso3"]


class AreaConcordance(pa.DataFrameModel):
    """One row per place that a publisher names or codes in its own way."""

    source: Series[str] = pa.Field(str_matches=CODE, description="code of the product")
    publisher_area: Series[str] = pa.Field(description="the publisher's own name or code of the place")
    ref_area: Series[str] = pa.Field(description="area")

    class Config:
        strict = True
        unique = ["source", "publisher_area"]


class Templates(pa.DataFrameModel):
    """The sentences of the tables. What stands in braces is a column of the row, with its number of decimals."""

    template: Series[str] = pa.Field(unique=True, str_matches=CODE, description="code: table and case")
    text_es: Series[str] = pa.Field(description="sentence in Spanish")
    text_en: Series[str] = pa.Field(description="sentence in English")

    class Config:
        strict = True
        unique = ["template"]


class Comparability(pa.DataFrameModel):
    """How each country defines an indicator that several of them measure, and what that does to the comparison.

    An indicator with a ``no`` is used in the national frame only.
    """

    indicator: Series[str] = pa.Field(
        str_matches=r"^[a-z][a-z0-9_]*\*?$",
        description="indicator; a beginning with * stands for all that have no row of their own for the country",
    )
    country: Series[str] = pa.Field(
        str_matches=r"^([A-Z]{3})$",
        description="ISO 3166-1 alpha-3; EUR: cities of Europe, WUP: agglomerations of the United Nations, ALL: one way for all",
    )
    definition_en: Series[str] = pa.Field(description="what is counted there, in English")
    definition_es: Series[str] = pa.Field(description="the same in Spanish")
    effect_en: Series[str] = pa.Field(description="what the definition does to the comparison, in English")
    effect_es: Series[str] = pa.Field(description="the same in Spanish")
    comparable: Series[str] = pa.Field(
        isin=["yes", "partly", "no"],
        description="whether levels compare across countries: yes; partly, with the bias that the effect states; no",
    )

    class Config:
        strict = True
        unique = ["indicator", "country"]


MODELS = {
    "regional_figures": RegionalFigures,
    "countries": Countries,
    "columns": Columns,
    "sources": Sources,
    "source_files": SourceFiles,
    "downloads": Downloads,
    "misbehaviours": Misbehaviours,
    "variables": Variables,
    "indicators": Indicators,
    "blocks": Blocks,
    "lenses": Lenses,
    "closeness": Closeness,
    "pillars": Pillars,
    "level_goalposts": LevelGoalposts,
    "level_concepts": LevelConcepts,
    "sectors": Sectors,
    "sector_classes": SectorClasses,
    "branches": Branches,
    "risks": Risks,
    "editions": Editions,
    "area_kinds": AreaKinds,
    "area_changes": AreaChanges,
    "area_concordance": AreaConcordance,
    "area_parents": AreaParents,
    "capitals": Capitals,
    "postal_codes": PostalCodes,
    "area_aliases": AreaAliases,
    "area_names": AreaNames,
    "area_points": AreaPoints,
    "checks": Checks,
    "comparability": Comparability,
    "deprivations": Deprivations,
    "grades": Grades,
    "templates": Templates,
    "derivations": Derivations,
    "quarantined_values": QuarantinedValues,
    "nominated_pairs": NominatedPairs,
}
