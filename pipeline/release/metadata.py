"""What other people's tools read about a release: Frictionless, Croissant (schema.org), DCAT-AP and CITATION.cff.

All of it follows from the tables' models, the registers and the files of the release. Its only date is the edition's
cut-off. The DuckDB file is named without hash and size, for equal builds write it in other bytes; SHA256SUMS has them.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow.parquet as pq
import yaml

from schemas import models
from schemas.catalogue import methodology, register

CITATION = Path(__file__).resolve().parents[2] / "CITATION.cff"
NAME = "mirror-cities-index"
TITLE_ES = "Índice de Ciudades Espejo"
DESCRIPTION_ES = (
    "Para cada municipio, metrópoli y estado de México: sus contrapartes estructurales en otros países por tamaño, vocación "
    "económica, geografía y retos urbanos, y un puntaje de desarrollo, a partir de estadística pública."
)
LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
MEDIA = {
    ".parquet": "application/vnd.apache.parquet",
    ".csv": "text/csv",
    ".gz": "application/gzip",
    ".duckdb": "application/vnd.duckdb",
    ".md": "text/markdown",
    ".cff": "application/yaml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
UNSTABLE = ".duckdb"
FOLDERS = ("", "parquet", "csv")  # of data and documents; pages and briefs stand in SHA256SUMS only


class File(NamedTuple):
    """A file of the release: its path in the folder, its hash and its size."""

    path: str
    sha256: str
    bytes: int

    @property
    def suffix(self) -> str:
        return Path(self.path).suffix

    @property
    def media(self) -> str:
        return MEDIA.get(self.suffix, "application/octet-stream")


NAMES = ("datapackage.json", "croissant.json", "dcat.jsonld", "CITATION.cff")


def documents(folder: Path, edition: str, hashes: Mapping[str, str]) -> dict[str, str]:
    """Text of every metadata file of the release in ``folder``, by file name; ``hashes`` are those of its other files."""
    data = {path: digest for path, digest in hashes.items() if Path(path).parent.name in FOLDERS}
    files = [File(path, digest, (folder / path).stat().st_size) for path, digest in sorted(data.items())]
    sources = pd.read_parquet(folder / "parquet" / "sources.parquet")
    sources = sources.drop_duplicates(["source", "vintage"])
    rows = {name: pq.read_metadata(folder / "parquet" / f"{name}.parquet").num_rows for name in models.PUBLISHED}
    citation = _citation(edition, sources)
    texts = (
        _text(_datapackage(citation, files, rows, sources)),
        _text(_croissant(citation, files)),
        _text(_dcat(citation, files, sources)),
        yaml.safe_dump(citation, sort_keys=False, allow_unicode=True, width=120),
    )
    return dict(zip(NAMES, texts, strict=True))


def day_of(edition: str) -> str:
    """The only day that a release carries: its edition's cut-off."""
    return register("editions").set_index("edition").loc[edition, "cut_off"]


def _text(content: dict) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


@cache
def _project() -> dict:
    return yaml.safe_load(CITATION.read_text(encoding="utf-8"))


def _citation(edition: str, sources: pd.DataFrame) -> dict:
    """The project's CITATION.cff with the edition, its day and the sources behind it."""
    released = day_of(edition)
    references = [
        {
            "type": "data",
            "title": row.title,
            "authors": [{"name": row.publisher}],
            "version": row.vintage,
            "date-released": row.released,
            "url": row.url,
            "notes": row.citation,
        }
        for row in sources.itertuples()
    ]
    return _project() | {"version": edition, "date-released": released, "references": references}


# Frictionless Data Package -----------------------------------------------------------------------------------------------


def _datapackage(citation: dict, files: list[File], rows: dict[str, int], sources: pd.DataFrame) -> dict:
    return {
        "$schema": "https://datapackage.org/profiles/1.0/datapackage.json",
        "name": NAME,
        "title": citation["title"],
        "description": citation["abstract"],
        "version": citation["version"],
        "created": f"{citation['date-released']}T00:00:00Z",
        "method": methodology()["version"],
        "keywords": citation["keywords"],
        "licenses": [LICENCE],
        "contributors": [{"title": author["name"], "role": "author"} for author in citation["authors"]],
        "sources": [
            {
                "title": row.title,
                "path": row.url,
                "source": row.source,
                "vintage": row.vintage,
                "publisher": row.publisher,
                "licence": row.licence,
                "citation": row.citation,
            }
            for row in sources.itertuples()
        ],
        "resources": [_resource(file, rows) for file in files],
    }


def _resource(file: File, rows: dict[str, int]) -> dict:
    """A table as CSV carries the schema; its other formats hold the same rows."""
    path = Path(file.path)
    resource = {"name": file.path.replace("/", "-").replace("_", "-").lower(), "path": file.path, "mediatype": file.media}
    if file.suffix != UNSTABLE:
        resource |= {"bytes": file.bytes, "hash": f"sha256:{file.sha256}"}
    if path.parts[0] != "csv":
        return resource | {"type": "file"}
    table = path.name.split(".")[0]
    described = {"description": models.model_of(table).__doc__, "format": "csv", "encoding": "utf-8-sig", "rows": rows[table]}
    if path.suffix == ".gz":
        described["compression"] = "gz"
    return resource | {"name": table, "type": "table"} | described | {"schema": table_schema(table)}


def table_schema(table: str) -> dict:
    """The Table Schema of a published table."""
    references = [
        {"fields": columns, "reference": {"resource": "" if target == table else target, "fields": others}}
        for columns, target, others in models.foreign_keys(table)
        if target in models.PUBLISHED
    ]
    fields = [_field(table, name) for name in models.arrow_schema(table).names]
    return {"fields": fields, "primaryKey": models.primary_key(table)} | ({"foreignKeys": references} if references else {})


FIELD_TYPES = {"string": "string", "int64": "integer", "double": "number", "bool": "boolean"}
CONSTRAINTS = {
    "isin": ("enum", "allowed_values"),
    "greater_than_or_equal_to": ("minimum", "min_value"),
    "greater_than": ("minimum", "min_value"),
    "less_than_or_equal_to": ("maximum", "max_value"),
    "str_matches": ("pattern", "pattern"),
}


def _field(table: str, name: str) -> dict:
    arrow = models.arrow_schema(table).field(name)
    column = models.model_of(table).to_schema().columns[name]
    found = {
        CONSTRAINTS[check.name][0]: check.statistics[CONSTRAINTS[check.name][1]]
        for check in column.checks
        if check.name in CONSTRAINTS
    }
    constraints = {key: list(value) if key == "enum" else getattr(value, "pattern", value) for key, value in found.items()}
    field = {"name": name, "type": FIELD_TYPES[str(arrow.type)], "description": column.description}
    if unit := models.unit_of(table, name):
        field["unit"] = unit
    if not arrow.nullable:
        field |= {"missingValues": []} if field["type"] == "string" else {}  # an empty text is a text there
        constraints = {"required": True} | constraints
    return field | ({"constraints": constraints} if constraints else {})


# schema.org and Croissant ------------------------------------------------------------------------------------------------

CROISSANT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
CROISSANT_TYPES = {"string": "sc:Text", "int64": "sc:Integer", "double": "sc:Float", "bool": "sc:Boolean"}


def _croissant(citation: dict, files: list[File]) -> dict:
    authors = " and ".join(author["name"] for author in citation["authors"])
    return {
        "@context": CROISSANT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": citation["title"],
        "alternateName": TITLE_ES,
        "description": citation["abstract"],
        "license": LICENCE["path"],
        "creator": [{"@type": "sc:Organization", "name": author["name"]} for author in citation["authors"]],
        "datePublished": citation["date-released"],
        "version": citation["version"],
        "citeAs": f"{authors}: {citation['title']}, edition {citation['version']}",
        "keywords": citation["keywords"],
        "inLanguage": ["es", "en"],
        "isLiveDataset": False,
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": file.path,
                "name": file.path,
                "contentUrl": file.path,
                "contentSize": f"{file.bytes} B",
                "encodingFormat": "application/x-parquet" if file.suffix == ".parquet" else file.media,
                "sha256": file.sha256,
            }
            for file in files
            if file.suffix in (".parquet", ".csv", ".gz")
        ],
        "recordSet": [_record_set(name) for name in models.PUBLISHED],
    }


def _record_set(table: str) -> dict:
    schema = models.arrow_schema(table)
    keys = [key for key in models.foreign_keys(table) if len(key[0]) == 1 and key[1] != table]  # it knows no reference to itself
    targets = {columns[0]: f"{target}/{others[0]}" for columns, target, others in keys}
    fields = [
        {
            "@type": "cr:Field",
            "@id": f"{table}/{field.name}",
            "name": field.name,
            "description": " ".join([field.metadata[b"description"].decode(), *_bracketed(models.unit_of(table, field.name))]),
            "dataType": CROISSANT_TYPES[str(field.type)],
            "source": {"fileObject": {"@id": f"parquet/{table}.parquet"}, "extract": {"column": field.name}},
        }
        | ({"references": {"field": {"@id": targets[field.name]}}} if field.name in targets else {})
        for field in schema
    ]
    return {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "description": schema.metadata[b"description"].decode(),
        "key": [{"@id": f"{table}/{column}"} for column in models.primary_key(table)],
        "field": fields,
    }


def _bracketed(unit: str) -> list[str]:
    return [f"[{unit}]"] if unit else []


# DCAT-AP -----------------------------------------------------------------------------------------------------------------

EU = "http://publications.europa.eu/resource/authority"
DCAT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def _dcat(citation: dict, files: list[File], sources: pd.DataFrame) -> dict:
    return {
        "@context": DCAT,
        "@id": f"urn:{NAME}:{citation['version']}",
        "@type": "dcat:Dataset",
        "dct:title": [_in("en", citation["title"]), _in("es", TITLE_ES)],
        "dct:description": [_in("en", citation["abstract"]), _in("es", DESCRIPTION_ES)],
        "dct:identifier": f"{NAME}-{citation['version']}",
        "dcat:version": citation["version"],
        "dct:issued": {"@type": "xsd:date", "@value": citation["date-released"]},
        "dct:publisher": [{"@type": "foaf:Organization", "foaf:name": author["name"]} for author in citation["authors"]],
        "dcat:keyword": [_in("en", word) for word in citation["keywords"]],
        "dcat:theme": [{"@id": f"{EU}/data-theme/{theme}"} for theme in ("REGI", "ECON", "SOCI")],
        "dct:language": [{"@id": f"{EU}/language/{language}"} for language in ("SPA", "ENG")],
        "dct:accrualPeriodicity": {"@id": f"{EU}/frequency/ANNUAL"},
        "dct:spatial": [{"@id": f"{EU}/country/MEX"}],
        "dct:license": {"@id": LICENCE["path"]},
        "dct:source": [{"@id": url} for url in dict.fromkeys(sources["url"])],
        "dcat:distribution": [_distribution(file) for file in files],
    }


def _in(language: str, text: str) -> dict:
    return {"@language": language, "@value": text}


def _distribution(file: File) -> dict:
    """Addresses are relative: they hold wherever the release lies."""
    distribution = {
        "@type": "dcat:Distribution",
        "dct:title": file.path,
        "dcat:accessURL": {"@id": file.path},
        "dcat:downloadURL": {"@id": file.path},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{file.media}"},
        "dct:license": {"@id": LICENCE["path"]},
    }
    if file.suffix == UNSTABLE:
        return distribution
    checksum = {
        "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
        "spdx:checksumValue": _typed("hexBinary", file.sha256),
    }
    size = _typed("nonNegativeInteger", str(file.bytes))
    return distribution | {"dcat:byteSize": size, "spdx:checksum": {"@type": "spdx:Checksum"} | checksum}


def _typed(kind: str, value: str) -> dict:
    return {"@type": f"xsd:{kind}", "@value": value}
