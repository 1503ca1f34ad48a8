"""The documentation names everything there is, and shows what the program really says."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from pipelines.cli import app
from pipelines.instrument.dataset import Dataset
from pipelines.settings import HOME, INSTRUMENT
from pipelines.version import CODE_VERSION
from tests.factories import PROJECT, first_catalogue

README = (PROJECT / "README.md").read_text(encoding="utf-8")
GUIDE = (PROJECT / "docs" / "sending-an-audit.md").read_text(encoding="utf-8")
LINK = re.compile(r"\]\(([^)#:]+)\)")
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"openness {command}" in README


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_says_what_it_does(command: str) -> None:
    assert COMMANDS[command].help
    assert all(parameter.help for parameter in COMMANDS[command].params)


@pytest.mark.parametrize("variable", [HOME, INSTRUMENT])
def test_every_setting_is_in_the_readme(variable: str) -> None:
    assert variable in README
    assert f"--{variable.removeprefix('OPENNESS_').lower()}" in README


@pytest.mark.parametrize("dataset", first_catalogue().datasets)
def test_every_dataset_is_in_the_guide_and_the_demonstration(dataset: Dataset) -> None:
    assert f"`{dataset}`" in GUIDE
    assert (PROJECT / "data" / "demo" / f"{dataset}.csv").exists()


@pytest.mark.parametrize("page", [README, GUIDE], ids=["readme", "guide"])
def test_it_is_said_that_without_sign_in_everybody_has_every_role(page: str) -> None:
    assert "everybody at this computer has every role" in " ".join(page.split())


def test_ci_calls_the_test_command_of_the_readme() -> None:
    command = next(line.split("#")[0].strip() for line in README.splitlines() if "uv run pytest" in line)
    assert command in (PROJECT / ".ci" / "run").read_text().splitlines()


def test_the_citation_names_this_version_and_its_licence() -> None:
    citation = (PROJECT / "CITATION.cff").read_text(encoding="utf-8")
    entries = dict(re.findall(r"^([a-z-]+): ?(.*)$", citation, re.MULTILINE))
    assert {"cff-version", "message", "title", "authors"} <= {*entries}  # those that the format asks for
    assert (entries["version"], entries["license"]) == (CODE_VERSION, "MIT")
    holder = next(
        line for line in (PROJECT / "LICENSE").read_text(encoding="utf-8").splitlines() if "Copyright" in line
    )
    assert re.findall(r"- name: (.+)", citation) == [holder.split(maxsplit=3)[-1]]


@pytest.mark.parametrize("page", [*PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md")], ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
