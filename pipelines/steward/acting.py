"""By which name, and when, a steward does something on a page."""

from datetime import UTC, datetime

from pipelines.event_log import account_name
from pipelines.roles import Visitor


def acting_name(visitor: Visitor) -> str:
    """The address with which somebody signed in; where nobody signs in, the account that runs the server."""
    return visitor.name or account_name()


def present_time() -> datetime:
    """To the second, in UTC without a zone, as the store keeps it."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)
