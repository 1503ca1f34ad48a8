"""Who may speak to the server, and with which headers it answers."""

from typing import Any

import pytest

from dashboard.guard import Guard, Rules, content_security_policy
from pipelines.settings import SignIn

HERE = {"host": "127.0.0.1:8501"}
ALONE = Rules(SignIn.NONE, "")
PUBLIC = Rules(SignIn.OIDC, "https://openness.example.org/audit")
LOOPBACK, OTHER = "127.0.0.1", "192.0.2.7"


def answered(rules: Rules, headers: dict[str, str], client: str = LOOPBACK, kind: str = "http") -> list[dict[str, Any]]:
    """What a guard sends, before an application that answers everything and sets a cookie."""
    sent: list[dict[str, Any]] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        cookie = [(b"set-cookie", b"_streamlit_xsrf=1; Path=/"), (b"x-frame-options", b"ALLOWALL")]
        await send({"type": "http.response.start", "status": 200, "headers": cookie})

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": kind,
        "client": (client, 1),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    guarded = Guard(application, rules, ("abc",))(scope, None, send)  # type: ignore[arg-type]
    with pytest.raises(StopIteration):  # it waits for nothing, and so needs no event loop to come to its end
        guarded.send(None)
    return sent


def status(*arguments: Any, **given: Any) -> int:
    return int(answered(*arguments, **given)[0]["status"])


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8501", "[::1]:8501"])
def test_this_computer_is_let_in(host: str) -> None:
    assert status(ALONE, {"host": host, "origin": f"http://{host}"}) == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "evil.example", "origin": "http://evil.example"},
        {"host": ""},
        {"host": "127.0.0.1.evil.example"},
        {"host": "[::"},
        HERE | {"origin": "http://127.0.0.1:9999"},
        HERE | {"origin": "null"},
        HERE | {"x-forwarded-for": "192.0.2.7"},
        HERE | {"forwarded": "for=192.0.2.7"},
        HERE | {"x-real-ip": "192.0.2.7"},
    ],
)
def test_foreign_names_origins_and_forwarded_requests_are_refused(headers: dict[str, str]) -> None:
    assert status(ALONE, headers) == 403
    assert answered(ALONE, headers, kind="websocket") == [{"type": "websocket.close", "code": 1008}]


def test_another_machine_is_refused_without_sign_in_and_not_with_one() -> None:
    assert status(ALONE, HERE, OTHER) == 403
    assert status(PUBLIC, {"host": "openness.example.org", "x-forwarded-for": OTHER}, OTHER) == 200


@pytest.mark.parametrize(
    ("origin", "code"),
    [("https://openness.example.org", 200), ("http://openness.example.org:81", 403), ("https://evil.example", 403)],
)
def test_behind_a_proxy_the_public_origin_is_ours(origin: str, code: int) -> None:
    assert status(PUBLIC, {"host": "openness.example.org", "origin": origin}) == code


def test_every_answer_has_the_headers_once_a_refusal_too() -> None:
    for headers in (HERE, {"host": "evil.example"}):
        sent = [(name.decode(), value.decode()) for name, value in answered(ALONE, headers)[0]["headers"]]
        names = [name for name, _ in sent]
        assert len(names) == len(set(names))
        assert dict(sent)["x-frame-options"] == "DENY"
        assert dict(sent)["x-content-type-options"] == "nosniff"
        assert dict(sent)["referrer-policy"] == "no-referrer"
        assert "strict-transport-security" not in dict(sent)


def test_behind_tls_cookies_are_secure_and_tls_is_kept() -> None:
    sent = dict(answered(PUBLIC, {"host": "openness.example.org"})[0]["headers"])
    assert sent[b"set-cookie"].endswith(b"; Secure")
    assert b"strict-transport-security" in sent
    assert not dict(answered(ALONE, HERE)[0]["headers"])[b"set-cookie"].endswith(b"; Secure")


def test_scripts_come_from_the_server_alone() -> None:
    policy = dict(part.strip().split(" ", 1) for part in content_security_policy(("abc",)).split(";"))
    assert policy["script-src"] == "'self' 'wasm-unsafe-eval' 'sha256-abc'"
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert "http" not in " ".join(policy.values())
