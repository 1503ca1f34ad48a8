"""The data dictionary of the release is made from its contract, and is never stale."""

import pytest

from pipelines.release.dictionary import dictionary
from pipelines.release.schema import RELATIONS
from pipelines.settings import Settings
from tests.factories import PROJECT, released

TEXT = dictionary()


def test_the_dictionary_in_the_repository_is_the_one_the_contract_makes() -> None:
    written = (PROJECT / "docs" / "release-file.md").read_text(encoding="utf-8")
    assert written == TEXT, (
        "docs/release-file.md is stale. Make it again: "
        "uv run python -m pipelines.release.dictionary > docs/release-file.md"
    )


@pytest.mark.parametrize("name", RELATIONS)
def test_every_relation_and_column_is_in_the_dictionary(name: str) -> None:
    section = TEXT.split(f"\n## {name}\n")[1].split("\n## ")[0]
    relation = RELATIONS[name]
    assert relation.comment in section
    rows = {line.split("`")[1]: line for line in section.splitlines() if line.startswith("| `")}
    assert list(rows) == list(relation.columns)
    for column, row in rows.items():
        assert row.endswith(f"| {relation.columns[column].comment} |")
        assert ("| key |" in row) == (column in relation.key)
        assert ("| yes |" in row) == relation.columns[column].nullable


def test_every_row_of_a_table_has_as_many_cells_as_its_heading() -> None:
    bars = {line.replace(r"\|", "").count("|") for line in TEXT.splitlines() if line.startswith("|")}
    assert bars == {7}


@pytest.mark.parametrize("home", ["demo_home", "nhs_home"])
def test_rows_are_told_apart_by_the_key_of_their_relation(home: str, request: pytest.FixtureRequest) -> None:
    settings: Settings = request.getfixturevalue(home)
    for name, relation in RELATIONS.items():
        rows = released(settings.home, name)
        assert rows.select(relation.key).is_unique().all(), name
