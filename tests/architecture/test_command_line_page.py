"""The page on the command line says what the commands say."""

from tests.architecture.command_line_page import COMMANDS, PAGE, page


def test_the_page_is_what_the_commands_say_now() -> None:
    again = "uv run python -m tests.architecture.command_line_page"
    assert PAGE.read_text(encoding="utf-8") == page(), f"stale: run {again}"


def test_every_command_and_its_options_are_on_it() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"## openness {command}\n" in text
        assert f"Usage: openness {command} " in text
    assert "--headings-line" in text
