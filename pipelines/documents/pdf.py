"""From words to a page: typst templates with their content as JSON, as tagged PDF."""

from contextlib import suppress
from pathlib import Path

import typst


def pdf(template: Path, content: str, *plainer: str, made: int | None = None) -> bytes | None:
    """A tagged PDF (PDF/UA-1) of a content in JSON. None where no font has one of its letters: PDF/UA allows no letter
    without a glyph.

    It is printed with the fonts that come with typst or, for letters they lack, with the system's; then each content
    that is `plainer` is tried. `made`: the time that stands in the PDF, in seconds since 1970.
    """
    for text, system_fonts in ((content, False), (content, True), *((text, False) for text in plainer)):
        with suppress(typst.TypstError):
            return typst.compile(
                template,
                root=template.parent,
                sys_inputs={"content": text},
                ignore_system_fonts=not system_fonts,
                pdf_standards=["ua-1"],
                timestamp=made,
            )
    return None
