"""The application that `openness dashboard` starts: Streamlit, with a guard before it."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pandas  # type: ignore[import-untyped]  # noqa: F401  else two visitors load it at once, and one finds half
import streamlit as st
from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware

from dashboard.components.controls import FORGET, PRINTING, REMEMBER
from dashboard.guard import Guard, rules_of_environment
from dashboard.server_log import keep_texts_out
from pipelines.thresholds import LARGEST_UPLOAD

INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def script_hashes() -> tuple[str, ...]:
    """Of the scripts that stand in a page itself: Streamlit's, and ours, which keep a programme in a cookie, and fit
    charts to paper."""
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = [script for text in (page, REMEMBER, FORGET, PRINTING) for script in INLINE_SCRIPT.findall(text)]
    return tuple(b64encode(sha256(script.encode()).digest()).decode() for script in scripts)


def keep_uploads_in_memory() -> None:
    """Else a file of more than a megabyte would lie on the disk while it arrives, with single answers in it."""
    MultiPartParser.spool_max_size = (LARGEST_UPLOAD + 1) * 2**20


keep_texts_out()
keep_uploads_in_memory()
app = st.App(
    Path(__file__).with_name("app.py"),
    middleware=[Middleware(Guard, rules=rules_of_environment(), script_hashes=script_hashes())],
)
