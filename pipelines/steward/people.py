"""Who has which role, and giving and taking roles. Commands and the steward's page do the same here."""

from pipelines.access_file import Access, read_access, write_access
from pipelines.errors import Refused
from pipelines.event_log import note
from pipelines.home_layout import ACCESS_LOG, STORE
from pipelines.roles import Action, Grant, Role, Visitor
from pipelines.settings import Settings
from pipelines.steward.acting import acting_name
from pipelines.steward.years import called
from pipelines.store.queue import turn
from pipelines.store.store import store_if_there

NOT_YOUR_OWN = (
    "This would take your own role of steward away, and you could not undo it here. Ask another steward, or use "
    "`openness access revoke` on the server."
)


def grants(settings: Settings, visitor: Visitor) -> list[tuple[str, Grant]]:
    """Every grant in access.toml. Raises Refused where the visitor is no steward; Unreadable."""
    visitor.require(Action.STEWARD)
    return read_access(settings.home).rows()


def programmes(settings: Settings, visitor: Visitor) -> dict[str, str]:
    """What each registered programme is called, by its present id; none where there is no store yet.

    Raises Refused where the visitor is no steward; StoreUnavailable.
    """
    visitor.require(Action.STEWARD)
    with store_if_there(settings.store) as store:
        return called(store.programmes()) if store else {}


def grant(settings: Settings, visitor: Visitor, email: str, role: Role, programme: str | None) -> None:
    """Give somebody a role. Raises Refused where it needs a programme, or is for none; Unreadable."""
    visitor.require(Action.STEWARD)
    settings.home.mkdir(parents=True, exist_ok=True)
    with turn(settings.home / STORE):
        write_access(settings.home, read_access(settings.home).with_grant(email, Grant(role, programme)))
    note(settings.log, "access_granted", role=role, programme=programme)
    _note(settings, visitor, "access_granted", email, role, programme)


def revoke(settings: Settings, visitor: Visitor, email: str, role: Role | None, programme: str | None) -> None:
    """Take a role from somebody, or every role. Raises Refused where there is none, or where whoever is signed in would
    no longer be a steward; Unreadable."""
    visitor.require(Action.STEWARD)
    with turn(settings.home / STORE):
        before = read_access(settings.home)
        after = before.without(email, role, programme)
        if visitor.name is not None and _is_steward(before, visitor.name) and not _is_steward(after, visitor.name):
            raise Refused(NOT_YOUR_OWN)
        write_access(settings.home, after)
    note(settings.log, "access_revoked", role=role, programme=programme)
    _note(settings, visitor, "access_revoked", email, role, programme)


def _is_steward(access: Access, name: str) -> bool:
    return Grant(Role.STEWARD) in access.grants_to(name)


def _note(
    settings: Settings, visitor: Visitor, event: str, email: str, role: Role | None, programme: str | None
) -> None:
    note(settings.home / ACCESS_LOG, event, by=acting_name(visitor), email=email, role=role, programme=programme)
