"""From words to a page: typst templates with their content as JSON, as tagged PDF."""

from contextlib import suppress
from pathlib import Path

import typst


def pdf(template: Path, content: str, *plainer: str) -> bytes | None:
    """A tagged PDF (PDF/UA-1) of a content in JSON. None where no font has a letter: without its glyph PDF/UA allows
    none.

    Printed with the fonts that come with typst or, for letters they lack, the system's; then what is `plainer` is
    tried, one after the other.
    """
    for text, system_fonts in ((content, False), (content, True), *((text, False) for text in plainer)):
        with suppress(typst.TypstError):
            return typst.compile(
                template,
                root=template.parent,
                sys_inputs={"content": text},
                ignore_system_fonts=not system_fonts,
                pdf_standards=["ua-1"],
            )
    return None
