"""Who may speak to the server at all, and with which headers it answers. It stands before Streamlit, for every request.

Without a sign-in the server is for this computer alone. A request that came through a proxy, from another machine, for
another host name (DNS rebinding) or from a page of another origin is refused, whatever Streamlit would do with it.
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pipelines.settings import PUBLIC, SIGN_IN, THIS_MACHINE, SignIn

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

FORWARDED = {"forwarded", "via", "x-real-ip", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"}
"""What proxies add to a request that they pass on."""
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
HSTS = "max-age=31536000"
REFUSED = 403
POLICY_VIOLATION = 1008


def content_security_policy(script_hashes: tuple[str, ...]) -> str:
    """As strict as Streamlit allows. It writes styles into the page, and its charts draw pictures of their own; scripts
    come from this server alone, but for those whose hashes are given."""
    scripts = " ".join(f"'sha256-{digest}'" for digest in script_hashes)
    return (
        f"default-src 'none'; script-src 'self' 'wasm-unsafe-eval' {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; media-src 'self' blob:; "
        "worker-src 'self' blob:; manifest-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


@dataclass(frozen=True)
class Rules:
    """Who is let in."""

    sign_in: str
    public: str
    """The address that visitors type, where a proxy stands before the server; else empty."""

    def refuses(self, headers: dict[str, str], client: str | None) -> bool:
        """Whether a request is refused. `headers`: by their names in small letters."""
        foreign = self.sign_in == SignIn.NONE and (client not in THIS_MACHINE or not FORWARDED.isdisjoint(headers))
        return foreign or not self._host_is_ours(headers.get("host", "")) or not self._origin_is_ours(headers)

    def _host_is_ours(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname
        except ValueError:
            return False
        return name in THIS_MACHINE or bool(self.public and name == urlsplit(self.public).hostname)

    def _origin_is_ours(self, headers: dict[str, str]) -> bool:
        """Pages of another port of this machine are foreign too."""
        origin = headers.get("origin")
        if origin is None:
            return True
        return origin == self._public_origin or urlsplit(origin).netloc == headers.get("host") != ""

    @property
    def _public_origin(self) -> str:
        address = urlsplit(self.public)
        return f"{address.scheme}://{address.netloc}" if self.public else "none"

    @property
    def behind_tls(self) -> bool:
        return self.public.startswith("https://")


def rules_of_environment() -> Rules:
    """As `openness dashboard` has set them."""
    return Rules(os.environ.get(SIGN_IN, SignIn.NONE), os.environ.get(PUBLIC, ""))


class Guard:
    """Stands before an application."""

    def __init__(self, application: Application, rules: Rules, script_hashes: tuple[str, ...]) -> None:
        self._application, self._rules = application, rules
        added = HEADERS | {"content-security-policy": content_security_policy(script_hashes)}
        self._added = added | ({"strict-transport-security": HSTS} if rules.behind_tls else {})

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._application(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        client = scope.get("client")
        if self._rules.refuses(headers, client[0] if client else None):
            await self._refuse(scope, self._with_headers(send))
        else:
            await self._application(scope, receive, self._with_headers(send))

    async def _refuse(self, scope: Message, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        await send({"type": "http.response.start", "status": REFUSED, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"This server does not answer to this address."})

    def _with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [self._secured(*header) for header in message.get("headers", [])]
                added = [(name.encode(), value.encode()) for name, value in self._added.items()]
                message = {**message, "headers": [h for h in kept if h[0].decode().lower() not in self._added] + added}
            await send(message)

        return sending

    def _secured(self, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        """A cookie goes over TLS alone, where there is TLS."""
        if self._rules.behind_tls and name.lower() == b"set-cookie" and b"secure" not in value.lower():
            return name, value + b"; Secure"
        return name, value
