"""Where things are. Every setting can be given as OPENNESS_<NAME> or on the command line."""

import os
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipelines.errors import Unreadable
from pipelines.home_layout import LOG, RELEASES, STORE
from pipelines.shipped_files import CATALOGUE, CODE, INSTALLED
from pipelines.store_place import StorePlace, store_place

HOME = "OPENNESS_HOME"
INSTRUMENT = "OPENNESS_CATALOGUE"
PLACE, DATA = "OPENNESS_STORE", "OPENNESS_STORE_DATA"
"""Where the store is, if many machines share one, and in which folder its files lie."""
SIGN_IN = "OPENNESS_SIGN_IN"
"""Set by `openness dashboard` for the server that it starts: how people sign in (SignIn)."""

PUBLIC = "OPENNESS_PUBLIC"
"""Set by it too: the address that visitors type, where a proxy stands before the server."""


THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})
"""The names by which a machine calls itself."""


class SignIn(StrEnum):
    """How people say who they are."""

    NONE = "none"
    OIDC = "oidc"
    PROXY = "proxy"


def default_home(installed: bool = INSTALLED) -> Path:
    """The folder `data` of a checkout; for an installed copy a folder of the user's own."""
    return _user_data() / "openness" if installed else CODE / "data"


def _user_data() -> Path:
    """Where the system keeps the data of this user's programs."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    chosen = Path(os.environ.get("XDG_DATA_HOME", ""))
    return chosen if chosen.is_absolute() else Path.home() / ".local" / "share"


def _expanded(path: Path) -> Path:
    """The path with `~` written out, so that everything below it lands in the same folder."""
    try:
        return path.expanduser()
    except RuntimeError:
        raise Unreadable(path, f"“{path}” begins with the name of a user whom this machine does not know.") from None


def _named_by(variable: str) -> Path | None:
    """The path in an environment variable. An empty one is as good as none."""
    return Path(os.environ[variable]) if os.environ.get(variable) else None


def place_named(text: str, said_by: str) -> StorePlace:
    """A place of a store as somebody wrote it, in `said_by`. Raises Unreadable where it is none."""
    return store_place(text, os.environ.get(DATA) or None, said_by)


@dataclass(frozen=True, slots=True, init=False)
class Settings:
    """Two folders and a file: what is said wins over the environment, and that over the default."""

    home: Path
    """The folder that holds the store and the releases."""
    catalogue: Path
    """The instrument: measures, support items, gaps."""
    home_was_chosen: bool
    """Whether somebody said which folder it is."""

    def __init__(self, *, home: Path | None = None, catalogue: Path | None = None) -> None:
        chosen = home or _named_by(HOME)
        object.__setattr__(self, "home", _expanded(chosen or default_home()))
        object.__setattr__(self, "catalogue", _expanded(catalogue or _named_by(INSTRUMENT) or CATALOGUE))
        object.__setattr__(self, "home_was_chosen", chosen is not None)

    @property
    def store(self) -> StorePlace:
        """A file in the home, unless OPENNESS_STORE names DuckLake. Raises Unreadable where it names no place."""
        named = os.environ.get(PLACE)
        if not named:
            return self.home / STORE
        place = place_named(named, PLACE)
        if isinstance(place, Path):
            raise Unreadable(PLACE, "it names a store in DuckLake, and begins with ducklake:. For a file, say --home.")
        return place

    @property
    def releases(self) -> Path:
        return self.home / RELEASES

    @property
    def log(self) -> Path:
        return self.home / LOG
