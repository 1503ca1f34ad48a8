"""A catalogue that stands in a file of this machine."""

from pathlib import Path

from pipelines.errors import CatalogueError
from pipelines.instrument.catalogue import Catalogue, read_catalogue


def load_catalogue(path: Path) -> Catalogue:
    """Read and check a catalogue.

    Raises CatalogueError naming the file, the entry and the reason.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise CatalogueError(path, f"the catalogue cannot be read ({reason}).") from None
    return read_catalogue(path.name, content)
