"""Who opens, closes and publishes in the tests of waiting lists."""

import pytest

from tests.factories import Steward
from tests.reference.small_histories import ANSWERED_ONCE, INSTRUMENT


@pytest.fixture
def steward() -> Steward:
    """Of people who answer once."""
    return Steward(INSTRUMENT, ANSWERED_ONCE)
