"""The application that `openness dashboard` starts: Streamlit, with a guard before it."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from dashboard.components.controls import FORGET, PRINTING, REMEMBER
from dashboard.guard import Guard, rules_of_environment

INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def script_hashes() -> tuple[str, ...]:
    """Of the scripts that stand in a page itself: Streamlit's, and ours, which keep a programme in a cookie, and fit
    charts to paper."""
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = [script for text in (page, REMEMBER, FORGET, PRINTING) for script in INLINE_SCRIPT.findall(text)]
    return tuple(b64encode(sha256(script.encode()).digest()).decode() for script in scripts)


app = st.App(
    Path(__file__).with_name("app.py"),
    middleware=[Middleware(Guard, rules=rules_of_environment(), script_hashes=script_hashes())],
)
