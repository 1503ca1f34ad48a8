"""From what a report says to its PDF.

All text reaches the template as JSON strings, and typst takes a string for text and never for markup. The PDF is tagged
(PDF/UA-1), needs no font of the system, and is the same to the byte whenever it is made of the same release.
"""

import json
import re
from datetime import UTC
from pathlib import Path
from typing import Any

from dashboard.release.reader import Release
from pipelines.documents.pdf import pdf
from pipelines.errors import Refused

STRANGE = re.compile("[^ -~\N{NO-BREAK SPACE}-\u024f\u0370-\u052f\u2010-\u2027\u2030-\u205e\N{MINUS SIGN}]")
"""What the fonts that come with typst may not have: all but Latin, Greek, Cyrillic and their punctuation."""
INSTEAD = "\N{WHITE SQUARE}"


def printed(template: Path, content: dict[str, Any], release: Release) -> bytes:
    """The PDF. A letter that no font here has is printed as a box.

    Raises Refused where it cannot be printed at all.
    """
    made = release.about()["published_at"].replace(tzinfo=UTC)
    text = json.dumps(content, ensure_ascii=False)
    document = pdf(template, text, STRANGE.sub(INSTEAD, text), made=int(made.timestamp()))
    if document is None:
        raise Refused("This cannot be printed with the fonts that are here.")
    return document
