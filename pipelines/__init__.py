"""Audit files in, release out. Knows nothing of Streamlit."""

from importlib.metadata import version

CODE_VERSION = version("openness")
