"""The words of the pages in one language (``texts.toml``), and how places are named in it."""

import tomllib
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

from pipeline.decisions import texts as wording
from pipeline.site.content import Content, Row

LANGUAGES = ("es", "en")  # in the order of the pairs in texts.toml; the first is that of the front door


@cache
def texts() -> dict[str, list[str]]:
    """Every text by key, one per language."""
    return tomllib.loads(Path(__file__).with_name("texts.toml").read_text(encoding="utf-8"))


class Words:
    """The texts in one language."""

    def __init__(self, language: str):
        self.language = language
        self._position = LANGUAGES.index(language)
        self._texts = {key: escape(pair[self._position]) for key, pair in texts().items()}

    def t(self, key: str, *, fallback: str | None = None, **values) -> Markup:
        """The text of a key with its blanks filled in; what is filled in is escaped unless it is markup."""
        if key not in self._texts and fallback is None:
            raise KeyError(f"texts.toml has no text {key!r}; add it")
        text = self._texts[key] if key in self._texts else escape(fallback)
        return text.format(**values) if values else text

    def label(self, row: Row) -> str:
        """A register's name of what a row is about."""
        return row[f"label_{self.language}"]

    def unit(self, unit: str) -> str:
        """A unit of measure; the register has it in English."""
        found = texts().get(f"unit {unit}")
        return found[self._position] if found else unit

    def country(self, content: Content, code: str) -> str:
        """A country's common name."""
        row = content.labels_of("countries").get(code)
        return row[f"name_{self.language}"] if row else code

    def full_name(self, content: Content, area: Row) -> str:
        """A name that tells a Mexican municipality from those of the same name."""
        parent = content.areas.get(area["parent"])
        if area["level"] == "metro":
            return str(self.t("metro_named", place=area["name"]).unescape())
        return f"{area['name']}, {parent['name']}" if area["level"] == "local" and parent else area["name"]

    def with_country(self, content: Content, area: Row) -> str:
        """A name with its country."""
        return f"{area['name']} ({self.country(content, area['country'])})"

    def listing(self, names: list[str]) -> str:
        """Names in a row, the last with an 'and'."""
        return wording.listing(names, self.language)
