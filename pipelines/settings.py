"""Where things are. Every setting can be given as OPENNESS_<NAME> or on the command line."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """Two folders and a file; the command line wins over the environment."""

    model_config = SettingsConfigDict(env_prefix="OPENNESS_", frozen=True)

    home: Path = Path("data")
    """The folder that holds the store and the releases."""

    catalogue: Path = PROJECT / "data" / "catalogue.toml"
    """The instrument: measures, support items, gaps."""

    @property
    def store(self) -> Path:
        return self.home / "store.duckdb"

    @property
    def releases(self) -> Path:
        return self.home / "releases"

    @property
    def log(self) -> Path:
        return self.home / "openness.log"
