"""The file access.toml in a home: who has which role, and how people sign in. It is written in one step."""

import os
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipelines.errors import Refused, Unreadable, reason_of
from pipelines.private_files import only_for_the_owner
from pipelines.roles import NEEDS_PROGRAMME, Grant, Role, grant_from

ACCESS = "access.toml"


@dataclass(frozen=True)
class Proxy:
    """A reverse proxy that signs people in and says in a header who they are."""

    header: str
    secret_sha256: str
    """Of the secret that the proxy sends in SECRET_HEADER. Whoever does not know it cannot pretend to be the proxy."""


@dataclass(frozen=True)
class Access:
    """What access.toml says."""

    granted: Mapping[str, frozenset[Grant]] = field(default_factory=dict)
    """By e-mail address in small letters."""
    claim: str | None = None
    """The claim of the sign-in provider that holds roles, if it does."""
    proxy: Proxy | None = None

    def grants_to(self, name: str, claimed: Iterable[object] = ()) -> frozenset[Grant]:
        """What somebody was granted here, and what the provider's claim says."""
        told = (grant_from(text) for text in claimed if isinstance(text, str))
        return self.granted.get(_key(name), frozenset()) | {grant for grant in told if grant}

    def with_grant(self, name: str, grant: Grant) -> "Access":
        """Raises Refused where a role needs a programme and has none, or the other way round."""
        if (grant.role in NEEDS_PROGRAMME) != bool(grant.programme):
            raise Refused(
                f"The role {grant.role} is given for a programme: say which with --programme."
                if grant.role in NEEDS_PROGRAMME
                else f"The role {grant.role} is for every programme: leave --programme out."
            )
        if "@" not in name:
            raise Refused(f"“{name}” is not an e-mail address.")
        return self._with(name, self.granted.get(_key(name), frozenset()) | {grant})

    def without(self, name: str, role: Role | None = None, programme: str | None = None) -> "Access":
        """Without some of somebody's grants, or all of them. Raises Refused where there is none to take away."""
        held = self.granted.get(_key(name), frozenset())
        gone = {grant for grant in held if role in {None, grant.role} and programme in {None, grant.programme}}
        if not gone:
            raise Refused(f"{name} has no such role. `openness access list` shows who has which.")
        return self._with(name, held - gone)

    def _with(self, name: str, grants: frozenset[Grant]) -> "Access":
        granted = {**self.granted, _key(name): grants}
        return replace(self, granted={email: held for email, held in granted.items() if held})

    def rows(self) -> list[tuple[str, Grant]]:
        """Who has which role, in the order of the file."""
        return [(email, grant) for email in sorted(self.granted) for grant in _in_order(self.granted[email])]


def _key(name: str) -> str:
    return name.strip().lower()


def _in_order(grants: Iterable[Grant]) -> list[Grant]:
    return sorted(grants, key=lambda grant: (grant.role, grant.programme or ""))


def read_access(home: Path) -> Access:
    """What is granted in a home; nothing where there is no such file.

    Raises Unreadable where the file is not as it should be: then nobody has any role.
    """
    try:
        content = (home / ACCESS).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Access()
    except OSError as error:
        raise Unreadable(ACCESS, f"it cannot be opened ({error.strerror}). Until then nobody has a role.") from None
    except UnicodeDecodeError:
        raise Unreadable(ACCESS, "it is not text. Until it is put right, nobody has a role.") from None
    try:
        return _parsed(tomllib.loads(content))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError):
        raise Unreadable(
            ACCESS, "it is not as `openness access` writes it. Until it is put right, nobody has a role."
        ) from None


def _parsed(raw: dict[str, Any]) -> Access:
    granted: dict[str, frozenset[Grant]] = {}
    for row in raw.get("grant", []):
        grant = Grant(Role(row["role"]), row.get("programme"))
        if (grant.role in NEEDS_PROGRAMME) != bool(grant.programme):
            raise ValueError
        granted[_key(row["email"])] = granted.get(_key(row["email"]), frozenset()) | {grant}
    proxy = Proxy(str(raw["proxy"]["header"]), str(raw["proxy"]["secret_sha256"])) if "proxy" in raw else None
    return Access(granted, raw.get("claim"), proxy)


def write_access(home: Path, access: Access) -> None:
    """Write the file beside its place and rename it. Raises Refused where that cannot be done."""
    import tomli_w  # noqa: PLC0415  only here

    rows = [
        {"email": email, "role": str(grant.role)} | ({"programme": grant.programme} if grant.programme else {})
        for email, grant in access.rows()
    ]
    head: dict[str, Any] = {"claim": access.claim} if access.claim else {}
    proxy = {"proxy": vars(access.proxy)} if access.proxy else {}
    beside = home / f".{ACCESS}.{os.getpid()}"
    try:
        with only_for_the_owner():
            home.mkdir(parents=True, exist_ok=True)
            beside.write_text(tomli_w.dumps({**head, **proxy, "grant": rows}), encoding="utf-8")
            beside.replace(home / ACCESS)
    except OSError as error:
        raise Refused(f"{ACCESS} cannot be written: {reason_of(error)}. Nothing was changed.") from None
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
