"""A mapping that stands in a file of this machine."""

from pathlib import Path

from pipelines.checking.mapping import Mapping, read_mapping
from pipelines.errors import MappingError


def load_mapping(path: Path, dataset: str) -> Mapping:
    """Read a mapping for a dataset.

    Raises MappingError, naming the file, the entry and the reason.
    """
    try:
        return read_mapping(path.name, path.read_bytes(), dataset)
    except OSError as error:
        raise MappingError(path, f"the mapping cannot be opened ({error.strerror}).") from None
