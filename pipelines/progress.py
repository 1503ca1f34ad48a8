"""How far something is, told to whoever waits for it."""

from typing import Protocol


class Progress(Protocol):
    """Told in words which step has begun and, of a long one, how much is done (0 to 1)."""

    def __call__(self, step: str, done: float = 0, /) -> None: ...


def quiet(_step: str, _done: float = 0, /) -> None:
    """For where nobody waits."""
