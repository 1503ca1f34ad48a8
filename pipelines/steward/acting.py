"""By which name a steward does something on a page."""

from pipelines.event_log import account_name
from pipelines.roles import Visitor


def acting_name(visitor: Visitor) -> str:
    """The address with which somebody signed in; where nobody signs in, the account that runs the server."""
    return visitor.name or account_name()
