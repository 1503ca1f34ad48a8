"""A release for data archives: its CSV files described in DDI-Codebook 2.5, made from the comments in its file."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

import polars as pl

from pipelines.release.file import Described

DDI_FILE = "ddi-codebook.xml"
_NAMESPACE = "ddi:codebook:2_5"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML file may hold."""
_NUMBERS = {"BIGINT", "DOUBLE"}
_DATES = {"DATE", "TIMESTAMP"}


def ddi_codebook(
    release: Mapping[str, Any], descriptions: Mapping[str, Described], measures: pl.DataFrame, licence: str | None
) -> bytes:
    """The description of a release as an XML file.

    `release`: the row of the relation release; `measures`: measure_id, title and question of each measure; `licence`:
    under what terms the wording of the questions may be used, as far as the release says.
    """
    root = ElementTree.Element("codeBook", {"xmlns": _NAMESPACE, "version": "2.5", "xml:lang": "en"})
    _document(ElementTree.SubElement(root, "docDscr"), release)
    _study(ElementTree.SubElement(root, "stdyDscr"), release, licence)
    for name, described in descriptions.items():
        _file(root, name, described)
    variables = ElementTree.SubElement(root, "dataDscr")
    for name, described in descriptions.items():
        for column, (dtype, comment) in described.columns.items():
            _variable(variables, (name, column), dtype, comment, measures)
    ElementTree.indent(root)
    content: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _add(parent: ElementTree.Element, path: str, words: str | None = None, **attributes: str) -> None:
    """Elements one in the other, of which the last has the words and the attributes. An outer one that is there already
    is used again."""
    *outer, last = path.split("/")
    for name in outer:
        found = parent.find(name)
        parent = ElementTree.SubElement(parent, name) if found is None else found
    element = ElementTree.SubElement(parent, last, attributes)
    element.text = None if words is None else _NO_XML.sub("\N{REPLACEMENT CHARACTER}", words)


def _document(element: ElementTree.Element, release: Mapping[str, Any]) -> None:
    _add(element, "citation/titlStmt/titl", f"Codebook of release {release['release_id']}")
    _add(element, "citation/prodStmt/software", "Openness", version=release["code_version"])


def _study(element: ElementTree.Element, release: Mapping[str, Any], licence: str | None) -> None:
    """The order of the elements is that of the schema."""
    day = f"{release['published_at']:%Y-%m-%d}"
    _add(element, "citation/titlStmt/titl", release["title"])
    _add(element, "citation/titlStmt/IDNo", release["release_id"], agency="Openness")
    _add(element, "citation/prodStmt/prodDate", day, date=day)
    _add(element, "citation/prodStmt/software", "Openness", version=release["code_version"])
    _add(element, "citation/distStmt/distDate", day, date=day)
    _add(element, "citation/verStmt/version", release["release_id"], date=day, type="release")
    _add(element, "citation/verStmt/notes", f"SHA-256 of its content: {release['content_hash']}")
    cited = f"{release['title']}. Release {release['release_id']}, {day}. SHA-256 {release['content_hash']}."
    _add(element, "citation/biblCit", cited)
    if release["remark"]:
        _add(element, "citation/notes", release["remark"])
    _add(element, "stdyInfo/abstract", release["instrument_status"])
    _add(element, "stdyInfo/sumDscr/anlyUnit", "Programme, academic year and measure: so many of so many people.")
    _add(
        element, "stdyInfo/sumDscr/dataKind", "Aggregated counts, with disclosure control; no answers of single people."
    )
    if licence:
        _add(element, "dataAccs/useStmt/conditions", f"For the wording of the questions: {licence}")


def _file(root: ElementTree.Element, name: str, described: Described) -> None:
    element = ElementTree.SubElement(root, "fileDscr", {"ID": f"F_{name}"})
    _add(element, "fileTxt/fileName", f"{name}.csv")
    _add(element, "fileTxt/fileCont", described.comment)
    _add(element, "fileTxt/dimensns/caseQnty", str(described.rows))
    _add(element, "fileTxt/dimensns/varQnty", str(len(described.columns)))
    _add(element, "fileTxt/fileType", "text/csv", charset="UTF-8")


def _variable(
    parent: ElementTree.Element, place: tuple[str, str], dtype: str, comment: str, measures: pl.DataFrame
) -> None:
    """`place`: the relation and the column."""
    relation, name = place
    interval = "contin" if dtype == "DOUBLE" else "discrete"
    about = {"ID": f"V_{relation}_{name}", "name": name, "files": f"F_{relation}", "intrvl": interval}
    element = ElementTree.SubElement(parent, "var", about)
    _add(element, "labl", comment)
    for measure_id, title, question in _categories(place, measures):
        category = ElementTree.SubElement(element, "catgry")
        _add(category, "catValu", measure_id)
        _add(category, "labl", title)
        _add(category, "txt", question)
    kind = {"category": "date"} if dtype in _DATES else {}
    _add(element, "varFormat", None, type="numeric" if dtype in _NUMBERS else "character", **kind)


def _categories(place: tuple[str, str], measures: pl.DataFrame) -> Iterator[tuple[str, str, str]]:
    """What the ids of measures stand for, where results are read."""
    if place == ("result", "measure_id"):
        yield from measures.select("measure_id", "title", "question").iter_rows()
