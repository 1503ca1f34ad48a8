"""Who may see and do what. Every page and every action behind a page asks here."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from pipelines.errors import Refused


class Role(StrEnum):
    DIRECTOR = "director"
    ADMINISTRATOR = "administrator"
    RESEARCHER = "researcher"
    STEWARD = "steward"


class Action(StrEnum):
    """What somebody may do, by the page on which it is done."""

    READ = "read what is published"
    SEND = "send files"
    STEWARD = "see what the steward sees"


MAY: dict[Action, frozenset[Role]] = {
    Action.READ: frozenset(Role),
    Action.SEND: frozenset({Role.ADMINISTRATOR, Role.STEWARD}),
    Action.STEWARD: frozenset({Role.STEWARD}),
}
"""The table “Who may see what” of the design."""
NEEDS_PROGRAMME = frozenset({Role.DIRECTOR, Role.ADMINISTRATOR})
"""Roles that are given for a programme."""
NOT_FOR_YOU = (
    "Your role does not include this. If it should, ask the steward, who can change it with `openness access grant`."
)
ANOTHER_PROGRAMME = (
    "This file is not only for programmes that you may send files for, so it was not examined. Take out the rows of "
    "other programmes, or ask the steward."
)


@dataclass(frozen=True, order=True)
class Grant:
    """A role of somebody; for a director and an administrator, of which programme."""

    role: Role
    programme: str | None = None


@dataclass(frozen=True)
class Visitor:
    """Somebody at a page or a command, and what was granted to them."""

    grants: frozenset[Grant] = field(default_factory=frozenset)
    name: str | None = None
    """Their e-mail address, or what else they signed in with; None where nobody signs in."""

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    def may(self, action: Action) -> bool:
        """Whether any of their roles includes it."""
        return not self.roles.isdisjoint(MAY[action])

    def require(self, action: Action) -> None:
        """Raises Refused where none of their roles includes it."""
        if not self.may(action):
            raise Refused(NOT_FOR_YOU)

    @property
    def sends_for(self) -> frozenset[str] | None:
        """The programmes they may send files for, and see the submissions of; None where it is every programme."""
        if Role.STEWARD in self.roles:
            return None
        return self._programmes_as(Role.ADMINISTRATOR)

    @property
    def own_programmes(self) -> frozenset[str]:
        """The programmes they belong to."""
        return self._programmes_as(Role.DIRECTOR) | self._programmes_as(Role.ADMINISTRATOR)

    def _programmes_as(self, role: Role) -> frozenset[str]:
        return frozenset(grant.programme for grant in self.grants if grant.role == role and grant.programme)


ANYBODY_HERE = Visitor(frozenset({Grant(Role.STEWARD), Grant(Role.RESEARCHER)}))
"""Everybody at this computer, where nobody signs in: they have every role."""
NOBODY = Visitor()


def require_own(programmes: Iterable[str | None], sends_for: frozenset[str] | None) -> None:
    """Raises Refused where a file speaks for a programme that its sender may not send for. It is told before anything
    else is looked at, and in the same words whether such a programme exists or not."""
    if sends_for is not None and not set(programmes) <= sends_for:
        raise Refused(ANOTHER_PROGRAMME)


def grant_from(text: str) -> Grant | None:
    """A grant as a provider writes it into a claim: `steward`, or `administrator:alder`. None for anything else."""
    role, _, programme = text.strip().partition(":")
    if role not in {*Role} or (role in NEEDS_PROGRAMME) != bool(programme):
        return None
    return Grant(Role(role), programme or None)
