"""A receipt to keep: what came in, from whom, when, and what becomes of it. One page, PDF.

What it says comes from the receipt and `wording`; how it looks stands in receipts.typ. It holds no number of any
answer, so it can be filed and passed on. Nothing in it changes with the day it is printed.
"""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.documents import wording
from pipelines.documents.findings_table import shortened
from pipelines.documents.pdf import pdf
from pipelines.errors import Refused
from pipelines.spreadsheet_safety import one_line
from pipelines.store.records import Receipt

TEMPLATE = Path(__file__).with_name("receipt.typ")
NAMED = 12
"""How many programmes or years are spelt out; one page is all there is."""
LONGEST = 160
"""Characters of a name."""
LONG_WORD = re.compile(r"\S{33,}")
UNUSUAL = re.compile("[^\x00-\u024f\u2000-\u206f]")
"""Letters that the fonts that come along may lack."""
ZERO_WIDTH_SPACE = "\N{ZERO WIDTH SPACE}"
"""Where a long name may go on in the next line."""


def receipt_pdf(receipt: Receipt, submitted_by: str, submitted_at: datetime, sha256: str) -> bytes:
    """One A4 page, tagged (PDF/UA-1). `submitted_at` is UTC where it has no zone; `sha256` is that of the file.

    Letters that no font here has are printed as question marks. Raises Refused where it cannot be printed at all.
    """
    content = json.dumps(_content(receipt, submitted_by, submitted_at, sha256), ensure_ascii=False)
    readable = UNUSUAL.sub("?", content)
    printed = pdf(TEMPLATE, content, readable)
    if printed is None:
        raise Refused("The receipt cannot be printed. The file was taken in all the same; write down its id.")
    return printed


def _content(receipt: Receipt, submitted_by: str, submitted_at: datetime, sha256: str) -> dict[str, Any]:
    return {
        "title": "Receipt",
        "id": receipt.submission_id,
        "facts": [
            ("Id", receipt.submission_id),
            ("Time", _time(submitted_at)),
            ("Sent by", _name(submitted_by)),
            ("File", _name(receipt.file)),
            ("Dataset", receipt.dataset),
            ("Rows", f"{receipt.rows:,}"),
            *([("Counts stored", f"{receipt.counts:,}")] if receipt.counts else []),
            ("Programmes", _some(receipt.programmes)),
            ("Academic years", _some(receipt.academic_years)),
            ("In the place of", wording.IN_THE_PLACE_OF[receipt.in_place]),
        ],
        "sha256": sha256,
        "remarks": [
            *([wording.HELD_ALREADY] if receipt.already_held else []),
            wording.NOT_STORED,
            wording.APPEARS,
            wording.KEEP_IT,
        ],
    }


def _time(at: datetime) -> str:
    """`22 November 2026, 12:00 UTC`"""
    utc = at.astimezone(UTC) if at.tzinfo else at
    return f"{utc.day} {utc:%B %Y, %H:%M} UTC"


def _name(text: str) -> str:
    return LONG_WORD.sub(lambda word: ZERO_WIDTH_SPACE.join(word[0]), shortened(one_line(text), LONGEST))


def _some(names: list[str]) -> str:
    """`alder, birch and 3 more`; `none` where there are none."""
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(map(_name, names[:NAMED])) + more if names else "none"
