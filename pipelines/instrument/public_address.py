"""The address of a page that everybody can open: how it is written, and what is wrong with one that is not. Pure.

Nothing here, and nothing else on the server, ever opens such an address.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from pipelines.finding_rules import FindingRule
from pipelines.instrument.contract import Rule

LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
PUBLIC_HOST = rf"(?:{LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{2,59}})"
"""A name that ends in letters: no number of a machine, and no single word."""
PATH = r"(?:[A-Za-z0-9._~,;+=/-]|%[0-9A-Fa-f]{2})*"
PUBLIC_ADDRESS = rf"^https://{PUBLIC_HOST}(?:/{PATH})?$"
"""https, the name of a host, and a path: no user, port, query or fragment."""
PRIVATE_ENDINGS = (
    *("localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan"),
    *("home.arpa", "test", "invalid", "example", "onion"),
)
"""Endings that no public site has."""
PRIVATE_HOST = rf"(?:^|\.)(?:{'|'.join(map(re.escape, PRIVATE_ENDINGS))})$"
NUMBER = "(?:0x[0-9a-f]*|[0-9]+)"
MACHINE_NUMBER = rf"\[.*\]?|[0-9.]+|{NUMBER}(?:\.{NUMBER})*"
LONGEST_ADDRESS = 500
HOST = r"(?i)^https://([^/?#\\]*)"
WITH_USER = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#\\]*@", re.IGNORECASE)
"""What stands before the “@” of a host is a user, and perhaps a password."""
HAS_USER = "This link has a user name in front of its site, and perhaps a password. It is not repeated here."
WITHOUT_USER = "Take out what stands between https:// and “@”, and the “@”, or leave the cell blank."
EXPECTED = "the address of a public page, such as https://www.example.ac.uk/policy"
FIX = (
    "Give one that begins with https:// and the name of a public site, without a user, a port, “?” or “#”, or leave "
    "the cell blank."
)
OR_BLANK = "or leave the cell blank."


def same_spelling(column: str) -> pl.Expr:
    """An address with https and the name of its host in small letters: capitals mean nothing there."""
    text = pl.col(column)
    host = text.str.extract(HOST, 0)
    return pl.when(host.is_not_null()).then(host.str.to_lowercase() + text.str.replace(HOST, "")).otherwise(text)


def public_address(column: str) -> Rule:
    """A page that everybody can open."""
    text = pl.col(column)
    holds = text.str.contains(PUBLIC_ADDRESS) & ~text.str.extract(HOST).str.contains(PRIVATE_HOST).fill_null(False)
    holds &= text.str.len_chars() <= LONGEST_ADDRESS
    rule = Rule(FindingRule.PUBLIC_ADDRESS, EXPECTED, FIX, holds, column, judges_cell=True)
    return replace(rule, advice=what_to_change)


def not_to_repeat(address: str) -> tuple[str, str] | None:
    """Where a link must not be repeated, what is said in its place and how to put it right."""
    if WITH_USER.match(address):
        return HAS_USER, WITHOUT_USER
    if len(address) > LONGEST_ADDRESS and re.match(HOST, address) and "@" not in address:
        return "This link is too long to be taken.", what_to_change(address)
    return None


def what_to_change(address: str) -> str:
    """How to put this address right."""
    return next(_faults(address), FIX)


def _faults(address: str) -> Iterator[str]:
    found = re.match(HOST, address)
    if found is None:
        yield f"It does not begin with https://. Give the address with which it does, {OR_BLANK}"
        return
    yield from _host_faults(found.group(1))
    rest = address[found.end() :]
    for sign in ("?", "#"):
        if sign in rest:
            yield f"Leave out “{sign}” and what follows. If the page does not open without it, leave the cell blank."
    if not re.fullmatch(f"(?:/{PATH})?", rest):
        yield f"It has signs that an address does not have. Copy it from the address bar of a browser, {OR_BLANK}"
    if len(address) > LONGEST_ADDRESS:
        yield f"It is longer than {LONGEST_ADDRESS} characters. Give the address of a page above it, {OR_BLANK}"


def _host_faults(host: str) -> Iterator[str]:
    name, _, port = host.partition(":")
    if re.fullmatch(MACHINE_NUMBER, host.lower()) or port[:1] == "/":
        yield f"It has the number of a machine. Give the name of the site, {OR_BLANK}"
    elif ":" in host:
        yield f"It has a port: “:{port}”. Take that out if the page opens without it, {OR_BLANK}"
    elif not name.isascii():
        yield (
            f"The name of the site has letters that are not a to z. Copy the address from the address bar of a "
            f"browser, which writes such a name with xn--, {OR_BLANK}"
        )
    elif name.endswith("."):
        yield f"The name of the site ends with a full stop. Take that out, {OR_BLANK}"
    elif "." not in name or re.search(PRIVATE_HOST, name.lower()):
        yield f"“{name}” can be opened only within a network. Give a page that everybody can open, {OR_BLANK}"
    elif not re.fullmatch(PUBLIC_HOST, name.lower()):
        yield f"“{name}” is not the name of a site. Correct it, {OR_BLANK}"
