"""Sentences made from numbers: the templates of ``schemas/templates.csv`` filled with the columns of a row.

A sentence holds no number that is not a column of its row, rounded as the template says. Nothing is computed here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.catalogue import register

if TYPE_CHECKING:
    import pandas as pd

LANGUAGES = ("es", "en")
BASES = {
    "es": {"employment": "del empleo", "value_added": "del valor agregado", "establishments": "de los establecimientos"},
    "en": {"employment": "of employment", "value_added": "of value added", "establishments": "of establishments"},
}
OF_SIZE = {"es": " de su tamaño", "en": " of its size"}  # local areas are placed among those of their size class
ALIKE = {  # the Mexican areas most like one, behind their number
    "es": {
        "local": ("los", "municipios mexicanos más parecidos"),
        "metro": ("las", "metrópolis mexicanas más parecidas"),
        "state": ("los", "estados más parecidos"),
    },
    "en": {
        "local": ("the", "Mexican municipalities most like it"),
        "metro": ("the", "Mexican metropolises most like it"),
        "state": ("the", "Mexican states most like it"),
    },
}
UNITS = {  # of an outcome: behind its value, and of a difference, by its unit of measure
    "es": {
        "%": (" %", "puntos"),
        "years": (" años", "años de escolaridad"),
        "per 1,000 births": (" por cada mil nacimientos", "por cada mil nacimientos"),
        "national currency": (" pesos al mes", "pesos al mes"),
    },
    "en": {
        "%": (" %", "points"),
        "years": (" years", "years of schooling"),
        "per 1,000 births": (" per thousand births", "per thousand births"),
        "national currency": (" pesos a month", "pesos a month"),
    },
}
PEOPLE = {  # by what the outcome is a share of
    "es": {"persons": "personas", "households": "viviendas"},
    "en": {"persons": "people", "households": "households"},
}
ONE = {"es": {"persons": "persona", "households": "vivienda"}, "en": {"persons": "person", "households": "household"}}
ONE_YEAR, YEARS = {"es": "año", "en": "year"}, {"es": "años", "en": "years"}
SURE = {  # behind the word mirrors
    "es": {True: " firmes y probables", False: " cercanos, no todos seguros,"},
    "en": {True: ", firm and likely,", False: ", near but not all sure,"},
}
TIERS = {
    "es": {"firm": "firme", "likely": "probable", "possible": "posible"},
    "en": {"firm": "firm", "likely": "likely", "possible": "possible"},
}
LENSES = {  # other than the headline's
    "es": {
        "economic": "económico",
        "challenges": "de los retos",
        "peer_context": "del contexto de pares",
        "role": "del papel en el país",
    },
    "en": {"economic": "economic", "challenges": "challenges", "peer_context": "peer context", "role": "role in the country"},
}
TRENDS = {  # of a risk, behind its source
    "es": {"rising": "sube", "falling": "baja", "steady": "sin cambio claro", "expected to rise": "se espera que aumente"},
    "en": {"rising": "rising", "falling": "falling", "steady": "no clear change", "expected to rise": "expected to rise"},
}
CLASSES = {  # of vulnerability, 0 to 4
    "es": ("nula", "baja", "media", "alta", "muy alta"),
    "en": ("none", "low", "medium", "high", "very high"),
}
AND = {"es": "y", "en": "and"}
IN_COUNTRIES = {"es": "percentiles nacionales {:.0f} y {:.0f}", "en": "national percentiles {:.0f} and {:.0f}"}
FIGURES = {  # decimals and unit behind two figures of a matching indicator
    "es": {
        "persons": (0, " personas"),
        "persons per km²": (0, " personas por km²"),
        "% a year": (2, " % al año"),
        "%": (1, " %"),
        "% of people": (0, " % de la población"),
        "destinations": (0, " destinos"),
        "km": (0, " km"),
        "m": (0, " m"),
    },
    "en": {
        "persons": (0, " people"),
        "persons per km²": (0, " people per km²"),
        "% a year": (2, " % a year"),
        "%": (1, " %"),
        "% of people": (0, " % of people"),
        "destinations": (0, " destinations"),
        "km": (0, " km"),
        "m": (0, " m"),
    },
}
STATUSES = {  # units of which each number has a word
    "es": {"0 none, 1 state, 2 nation": ("no es capital", "capital de estado", "capital del país")},
    "en": {"0 none, 1 state, 2 nation": ("no capital", "capital of a state", "capital of the country")},
}
NO_TIER = {"es": "muy poco probable", "en": "very unlikely"}
THE = ("United States", "Netherlands", "Philippines", "United Kingdom", "Dominican Republic", "United Arab Emirates", "Gambia")


def with_texts(table: pd.DataFrame, *templates: pd.Series) -> pd.DataFrame:
    """The table with ``text_es`` and ``text_en``: each row's templates, filled with the row, one behind the other.

    A row whose template is missing in a series has no such sentence; a column that a template asks for must be there.
    """
    known = register("templates").set_index("template")
    rows = table.to_dict("records")
    codes = [[code for code in parts if isinstance(code, str)] for parts in zip(*templates, strict=True)]
    columns = {}
    for language in LANGUAGES:
        sentences = known[f"text_{language}"]
        columns[f"text_{language}"] = [
            " ".join(sentences[code].format(**row) for code in parts) for parts, row in zip(codes, rows, strict=True)
        ]
    return table.assign(**columns)


def with_units(unit_measure: pd.Series) -> dict[str, pd.Series]:
    """The columns ``unit_<language>`` and ``points_<language>``: how the unit of an outcome is said; empty where it is none."""
    return {
        f"{column}_{language}": unit_measure.map({unit: words[place] for unit, words in UNITS[language].items()}).fillna("")
        for language in LANGUAGES
        for place, column in enumerate(("unit", "points"))
    }


def listing(names: list[str], language: str) -> str:
    """Names in a row, the last with an 'and'; in Spanish it is 'e' before the sound of an i."""
    if len(names) < 2:
        return "".join(names)
    word = AND[language]
    if language == "es" and names[-1].lower().startswith(("i", "í", "hi", "hí")):
        word = "e"
    return f"{', '.join(names[:-1])} {word} {names[-1]}"


def with_article(country: pd.Series) -> pd.Series:
    """English names of countries as they stand behind a preposition."""
    return country.mask(country.isin(THE), "the " + country)
