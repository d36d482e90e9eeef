"""Names and points of Japan's municipalities, from a public list of local governments.

The point is the town hall. The list gives names in kanji and in hiragana; readers get the name in Latin letters, made of
the hiragana by the Hepburn rules without marks on long vowels, as towns write themselves, and without the word for city,
town or village. Wards of the cities designated by ordinance are no municipalities and are left out. A code has a check
digit behind it, which is verified. Figures about the municipalities do not belong here.
"""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.sources.municipal_tables import numbers, open_csv, require_within
from pipeline.sources.reading import observations, refuse_cells, require_files, require_unique, stack

SOURCE, FILE, FIRST_ROW = "japan_localgovjp", "localgovjp-utf8.csv", 2
COLUMNS = ["city", "citykana", "lat", "lng", "lgcode"]
ROWS = {
    "あいうえお": "a i u e o", "かきくけこ": "ka ki ku ke ko", "さしすせそ": "sa shi su se so", "たちつてと": "ta chi tsu te to",
    "なにぬねの": "na ni nu ne no", "はひふへほ": "ha hi fu he ho", "まみむめも": "ma mi mu me mo", "やゆよ": "ya yu yo",
    "らりるれろ": "ra ri ru re ro", "わゐゑを": "wa i e o", "がぎぐげご": "ga gi gu ge go", "ざじずぜぞ": "za ji zu ze zo",
    "だぢづでど": "da ji zu de do", "ばびぶべぼ": "ba bi bu be bo", "ぱぴぷぺぽ": "pa pi pu pe po", "んゔー": "n vu -",
}  # fmt: skip
SOUNDS = {kana: sound for row, sounds in ROWS.items() for kana, sound in zip(row, sounds.split(), strict=True)}
SMALL = {"ゃ": "a", "ゅ": "u", "ょ": "o"}
KINDS = {"市": ["し"], "区": ["く"], "町": ["ちょう", "まち"], "村": ["そん", "むら"]}


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Name, latitude and longitude of every municipality; the vintage is the year of the list."""
    (path,) = require_files(folder, FILE)
    frame = open_csv(path, COLUMNS)
    _refuse_codes(frame["lgcode"], path)
    rows = pd.Series(np.arange(FIRST_ROW, FIRST_ROW + len(frame)))
    points = numbers(frame, ["lat", "lng"], path, FIRST_ROW)
    require_within(points[["lat"]], path, FIRST_ROW, 20, 46)
    require_within(points[["lng"]], path, FIRST_ROW, 122, 154)
    kept = ~frame["city"].str.contains(r"\s")
    names = _names(frame[kept], path, rows[kept])
    areas = ("JP-" + frame["lgcode"].str[:5])[kept]
    require_unique(pd.DataFrame({"lgcode": areas.reset_index(drop=True)}), ["lgcode"], path, FIRST_ROW)
    where = points[kept].set_axis(["latitude", "longitude"], axis=1)
    told = {"source_file": path.name, "source_row": rows[kept], "ref_area": areas, "time_period": int(vintage)}
    return observations(
        [stack(where, areas, path.name, rows[kept], int(vintage)), pd.DataFrame({**told, "variable": "name", "obs_text": names})]
    )


def _refuse_codes(codes: pd.Series, path: Path) -> None:
    """Six digits, the last of which is 11 less the weighted sum of the others modulo 11."""
    shaped = codes.str.fullmatch(r"(0[1-9]|[1-3]\d|4[0-7])\d{4}")
    refuse_cells(~shaped, codes, path, "is not a code of 6 digits", FIRST_ROW)
    digits = np.array([[int(digit) for digit in code] for code in codes])
    last = (11 - digits[:, :5] @ np.array([6, 5, 4, 3, 2]) % 11) % 10
    refuse_cells(pd.Series(last != digits[:, 5]), codes, path, "has a wrong check digit", FIRST_ROW)


def _names(frame: pd.DataFrame, path: Path, rows: pd.Series) -> pd.Series:
    stems = pd.Series(map(_stem, frame["city"], frame["citykana"]), index=frame.index, name="citykana")
    odd = (~stems.map(lambda stem: set(stem) <= {*SOUNDS, *SMALL, "っ"})) | (stems == "")
    refuse_cells(odd, frame["citykana"], path, "is no name in hiragana", rows.to_numpy())
    return stems.map(romanised)


def _stem(city: str, kana: str) -> str:
    """The reading without that of city, ward, town or village at its end."""
    for ending in KINDS.get(city[-1:], []):
        if kana.endswith(ending) and len(kana) > len(ending):
            kana = kana.removesuffix(ending)
            break
    return kana.replace("おお", "お") if "大" in city else kana  # great, a long o; two of them are in no other word


def romanised(kana: str) -> str:
    """A name in hiragana in Latin letters: さっぽろ is Sapporo, おおさか is Osaka, とうきょう is Tokyo."""
    text = ""
    for letter in kana:
        if letter in SMALL:  # きょ is kyo, しょ is sho
            text = text[:-1] + ("" if re.search(r"(sh|ch|j)i$", text) else "y") + SMALL[letter]
        else:
            text += "<" if letter == "っ" else SOUNDS[letter]
    text = re.sub(r"<ch", "tch", text)
    text = re.sub(r"<(\w)", r"\1\1", text).replace("-", "")
    text = re.sub(r"^(\w{0,2}o)o", r"\1", text)  # a long o at the beginning; in Toyooka it is two
    return re.sub(r"(?<=o)u|(?<=yu|hu|ju)u", "", text).capitalize()
