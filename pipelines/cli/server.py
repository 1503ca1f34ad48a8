"""The dashboard's server: what keeps it safe, and how it is started."""

import os
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipelines import shipped_files
from pipelines.access_file import read_access
from pipelines.console import out
from pipelines.errors import Refused
from pipelines.home_layout import SIGN_IN_FILE
from pipelines.settings import HOME, INSTRUMENT, PUBLIC, SIGN_IN, SignIn
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
    "--logger.enableRich=false",
    "--runner.magicEnabled=false",
)
"""What keeps the server to this machine and its errors to itself. Given as arguments, so that no file can lack it."""


EVERY_ROLE = (
    "There is no sign-in: everybody at this computer has every role. They can send files for every programme, and see "
    "the steward's pages."
)
"""Who is let in, said as it is."""
LOOPBACK = "127.0.0.1"


def serve(settings: "Settings", port: int, listen: str = LOOPBACK, public: str | None = None) -> None:
    """Become Streamlit, in the folder that has its configuration: what stops this stops the dashboard.

    Raises Refused where anybody but this computer could reach a server without sign-in.
    """
    how = sign_in_of(settings)
    _refuse_open_door(how, listen, public)
    out.print(f"The dashboard is at {public or f'http://{LOOPBACK}:{port}'}. Press Ctrl+C to stop it.", highlight=False)
    if how == SignIn.NONE:
        out.print(EVERY_ROLE)
    command = [sys.executable, "-m", "streamlit", "run", str(shipped_files.DASHBOARD), *SAFETY, f"--server.port={port}"]
    command += [f"--server.address={listen}", f"--secrets.files={settings.home.resolve() / SIGN_IN_FILE}"]
    command += _behind_proxy(public) if public else []
    told = {
        HOME: str(settings.home.resolve()),
        INSTRUMENT: str(settings.catalogue.resolve()),
        SIGN_IN: how,
        PUBLIC: public or "",
    }
    sys.stdout.flush()
    os.chdir(shipped_files.FOLDER)
    os.execve(sys.executable, command, {**os.environ, **told})  # noqa: S606  fixed


def sign_in_of(settings: "Settings") -> SignIn:
    """How people sign in, by what lies in the home. Raises Unreadable where access.toml is not as it should be."""
    if read_access(settings.home).proxy:
        return SignIn.PROXY
    return SignIn.OIDC if (settings.home / SIGN_IN_FILE).exists() else SignIn.NONE


def _refuse_open_door(how: SignIn, listen: str, public: str | None) -> None:
    if how == SignIn.NONE and (public or listen != LOOPBACK):
        raise Refused(
            f"Without a sign-in the dashboard is for this computer alone: everybody who reaches it has every role. "
            f"Describe your sign-in provider in {SIGN_IN_FILE} in the home first; docs/deployment.md shows how."
        )
    if public and urlsplit(public).scheme not in {"https", "http"}:
        raise Refused(f"“{public}” is no address. Write it like https://openness.example.org.")


def _behind_proxy(public: str) -> list[str]:
    address = urlsplit(public)
    path = [f"--server.baseUrlPath={address.path.strip('/')}"] if address.path.strip("/") else []
    return [f"--server.allowedHosts={address.hostname}", f"--browser.serverAddress={address.hostname}", *path]
