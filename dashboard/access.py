"""Who is at the page: asked anew in each run of it, of the sign-in provider or the proxy, and kept for nobody.

How people sign in is settled when the server starts (SIGN_IN). If it is not settled, or its file has gone since, nobody
has a role, unless the server can be reached from this machine only.
"""

import hmac
import json
import os
import time
from collections.abc import Mapping
from hashlib import sha256

import streamlit as st

from dashboard.wording.frame import STEWARD_PAGES
from pipelines.access_file import Access, read_access
from pipelines.errors import Unreadable
from pipelines.roles import ANYBODY_HERE, NOBODY, Action, Visitor
from pipelines.settings import SIGN_IN, THIS_MACHINE, Settings, SignIn

SECRET_HEADER = "X-Openness-Secret"  # noqa: S105  the name of a header
SIGNED_OUT: dict[str, float] = {}
"""The tokens with which somebody has signed out here, by their fingerprints, and until when they would be valid.
Without it another tab, or whoever has a copy of the cookie, would go on."""
PAGES_OF = {"upload": Action.SEND, **dict.fromkeys(STEWARD_PAGES, Action.STEWARD)}
"""The pages for which reading is not enough."""


def visitor() -> Visitor:
    """Who is at the page, and what they were granted. Raises nothing: somebody unknown has no role."""
    match _sign_in():
        case SignIn.NONE:
            return ANYBODY_HERE if st.get_option("server.address") in THIS_MACHINE else NOBODY
        case SignIn.OIDC:
            return _visitor(_access(), _claims())
        case SignIn.PROXY:
            access = _access()
            return _visitor(access, _from_proxy(access, _headers()))
        case _:
            return NOBODY


def may_see(page: str, who: Visitor) -> bool:
    """Whether somebody may see a page, by its name in the address."""
    return who.may(PAGES_OF.get(page, Action.READ))


def let_in() -> Visitor:
    """The visitor. Stop here, with what to do, whoever has no role. Offer to sign out whoever has signed in."""
    who = visitor()
    if not who.may(Action.READ):
        st.title("Openness")
        _tell(who)
        st.stop()
    if _signs_in_here():
        st.sidebar.button("Sign out", on_click=sign_out)
    return who


def sign_out() -> None:
    """End what the token of this visitor opens, in every tab, and take the cookie away."""
    claims, now = st.user.to_dict(), time.time()
    for token in [token for token, expires in SIGNED_OUT.items() if expires <= now]:
        SIGNED_OUT.pop(token, None)
    SIGNED_OUT[_fingerprint(claims)] = _expires(claims)
    st.logout()


def require(action: Action) -> Visitor:
    """The visitor, if they may do this; else the page ends here with a sentence."""
    who = visitor()
    if not who.may(action):
        st.title("Not for your role")
        st.write("Your role does not include this page. If it should, ask the steward.")
        st.stop()
    return who


def _tell(who: Visitor) -> None:
    if _sign_in() == SignIn.NONE:
        st.write("This server has no sign-in, so it shows nothing to anybody but this computer.")
    elif who.name is None and _signs_in_here():
        st.write("Sign in to see what is published.")
        st.button("Sign in", on_click=st.login, type="primary")
    else:
        st.write("You have no role here yet. Ask the steward, who can give one with `openness access grant`.")
        if _signs_in_here():
            st.button("Sign out", on_click=sign_out)


def people_sign_in() -> bool:
    """Whether people sign in at all, here or at a proxy."""
    return _sign_in() != SignIn.NONE


def _sign_in() -> str:
    return os.environ.get(SIGN_IN, SignIn.NONE)


def _signs_in_here() -> bool:
    return _sign_in() == SignIn.OIDC


def _access() -> Access | None:
    """What is granted in this home; None where its file is not as it should be."""
    try:
        return read_access(Settings().home)
    except Unreadable:
        return None


def _visitor(access: Access | None, claims: Mapping[str, object]) -> Visitor:
    name = claims.get("email")
    if access is None or not isinstance(name, str) or not name:
        return NOBODY
    claimed = claims.get(access.claim) if access.claim else None
    return Visitor(access.grants_to(name, claimed if isinstance(claimed, list | tuple) else [claimed]), name)


def _claims() -> Mapping[str, object]:
    """What the provider says of whoever is signed in; nothing once the token has expired, or where it says that the
    address is not proved to be theirs."""
    claims = st.user.to_dict()
    valid = _expires(claims) > time.time() and _fingerprint(claims) not in SIGNED_OUT
    signed_in = claims.get("is_logged_in") is True and claims.get("email_verified", True) in {True, "true"}
    return claims if signed_in and valid else {}


def _expires(claims: Mapping[str, object]) -> float:
    """When a token ends; one that does not say so has ended."""
    expires = claims.get("exp")
    return float(expires) if isinstance(expires, int | float) else 0


def _fingerprint(claims: Mapping[str, object]) -> str:
    return sha256(json.dumps(claims, sort_keys=True, default=str).encode()).hexdigest()


def _headers() -> Mapping[str, str]:
    return st.context.headers


def _from_proxy(access: Access | None, headers: Mapping[str, str]) -> Mapping[str, object]:
    """Who the proxy says it is; nobody where the secret is not the one that was agreed on with the proxy."""
    if access is None or access.proxy is None:
        return {}
    told = sha256(headers.get(SECRET_HEADER, "").encode()).hexdigest()
    if not hmac.compare_digest(told, access.proxy.secret_sha256.lower()):
        return {}
    return {"email": headers.get(access.proxy.header, "")}
