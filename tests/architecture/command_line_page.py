"""docs/command-line.md, made from what every command says with --help. Make it again after a change:

uv run python -m tests.architecture.command_line_page
"""

from collections.abc import Iterator

from typer.main import get_command
from typer.testing import CliRunner

from pipelines.cli import app
from tests.factories import PROJECT

PAGE = PROJECT / "docs" / "command-line.md"
COMMANDS: list[str] = list(get_command(app).commands)  # type: ignore[attr-defined]
INTRODUCTION = """# The command line

What every command of `openness` says with `--help`. This page is made from the program, and a test fails when it is
stale. To make it again: `uv run python -m tests.architecture.command_line_page`.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, _section(), *(_section(*command) for command in _with_their_own())])


def _with_their_own() -> Iterator[tuple[str, ...]]:
    """Every command, and after it the commands it has itself."""
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        yield (name,)
        yield from ((name, inner) for inner in getattr(command, "commands", ()))


def _section(*command: str) -> str:
    return f"## {' '.join(('openness', *command))}\n\n```text\n{help_of(*command)}```\n"


def help_of(*command: str) -> str:
    """What a command says of itself on a terminal of 80 columns."""
    answer = CliRunner().invoke(app, [*command, "--help"], prog_name="openness", env={"COLUMNS": "80"})
    assert answer.exit_code == 0, answer.output
    return answer.output


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
