"""Where things are. Every setting can be given as OPENNESS_<NAME> or on the command line."""

import os
import sys
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipelines.errors import Unreadable
from pipelines.home_layout import LOG, RELEASES, STORE
from pipelines.shipped_files import CATALOGUE, CODE, INSTALLED


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


Place = Annotated[Path, AfterValidator(_expanded)]


class Settings(BaseSettings):
    """Two folders and a file; the command line wins over the environment. An empty variable is as good as none."""

    model_config = SettingsConfigDict(env_prefix="OPENNESS_", env_ignore_empty=True, frozen=True)

    home: Place = Field(default_factory=default_home)
    """The folder that holds the store and the releases."""

    catalogue: Place = CATALOGUE
    """The instrument: measures, support items, gaps."""

    @property
    def store(self) -> Path:
        return self.home / STORE

    @property
    def releases(self) -> Path:
        return self.home / RELEASES

    @property
    def log(self) -> Path:
        return self.home / LOG

    @property
    def home_was_chosen(self) -> bool:
        """Whether somebody said which folder it is."""
        return "home" in self.model_fields_set
