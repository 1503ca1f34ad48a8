"""The files that come with Openness: catalogue, demonstration, mappings, and the configuration of the dashboard.

In a checkout they stand beside the code. In an installed copy they stand in `pipelines/shipped`, in the same folders.
"""

from pathlib import Path

CODE = Path(__file__).resolve().parents[1]
"""The folder that holds `pipelines` and `dashboard`."""
SHIPPED = CODE / "pipelines" / "shipped"
INSTALLED = SHIPPED.is_dir()
"""Whether this is an installed copy, and not a checkout."""
FOLDER = SHIPPED if INSTALLED else CODE
"""The folder that holds `data` and `.streamlit`."""

CATALOGUE = FOLDER / "data" / "catalogue.toml"
DEMONSTRATION = FOLDER / "data" / "demo"
FIRST_EDITION = DEMONSTRATION / "first_edition"
"""The first years of the demonstration, and the catalogue with which they were asked."""
DASHBOARD = CODE / "dashboard" / "server.py"
