"""The dashboard's server: what keeps it safe, and how it is started."""

import os
import sys
from typing import TYPE_CHECKING

from pipelines import shipped_files
from pipelines.console import out
from pipelines.settings import HOME, INSTRUMENT
from pipelines.thresholds import LARGEST_UPLOAD

if TYPE_CHECKING:
    from pipelines.settings import Settings

SAFETY = (
    "--server.address=127.0.0.1",
    "--server.allowedHosts=127.0.0.1",
    "--server.allowedHosts=localhost",
    "--server.enableCORS=true",
    "--server.enableXsrfProtection=true",
    f"--server.maxUploadSize={LARGEST_UPLOAD}",
    "--server.enableAgentApi=false",
    "--server.fileWatcherType=none",
    "--server.headless=true",
    "--browser.gatherUsageStats=false",
    "--client.showErrorDetails=none",
    "--client.showErrorLinks=false",
    "--client.toolbarMode=minimal",
    "--runner.magicEnabled=false",
)
"""What keeps the server to this machine and its errors to itself. Given as arguments, so that no file can lack it."""


EVERY_ROLE = (
    "There is no sign-in: everybody at this computer has every role. They can send files for every programme, and see "
    "the Steward page."
)
"""Who is let in, said as it is."""


def serve(settings: "Settings", port: int) -> None:
    """Become Streamlit, in the folder that has its configuration: what stops this stops the dashboard."""
    out.print(f"The dashboard is at http://127.0.0.1:{port}. Press Ctrl+C to stop it.")
    out.print(EVERY_ROLE)
    command = [sys.executable, "-m", "streamlit", "run", str(shipped_files.DASHBOARD), *SAFETY, f"--server.port={port}"]
    places = {
        HOME: str(settings.home.resolve()),
        INSTRUMENT: str(settings.catalogue.resolve()),
    }
    sys.stdout.flush()
    os.chdir(shipped_files.FOLDER)
    os.execve(sys.executable, command, {**os.environ, **places})  # noqa: S606  fixed
