"""What stands around every page of the site: its head, where one can go, and what it was made from."""

from collections.abc import Mapping

from dashboard.site.markup import Child, Html, element, joined, link, listed, paragraph
from dashboard.wording import frame as wording_frame
from dashboard.wording import site as wording

MENU = {
    "index.html": wording.START,
    "field.html": wording_frame.PAGES["field"],
    "data.html": wording_frame.PAGES["data"],
    "sql.html": wording.SQL,
    "codebook.html": wording.CODEBOOK,
    "about.html": wording_frame.PAGES["about"],
}
"""The pages, in the order in which one can go to them; those of the programmes stand on the first."""
SHUT = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
SCRIPTED = f"{SHUT}; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:; connect-src 'self' blob:"
"""What a page may load and run: nothing from elsewhere. Only the page for SQL runs scripts, and these are files of the
site. Its worker is made from a Blob, because only then does this hold in there too."""


def page(address: str, title: str, main: Child, about: Mapping[str, str], script: str = "") -> bytes:
    """A whole page. `about`: what the release is, and where help is, for its foot."""
    root = "../" * address.count("/")
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=SCRIPTED if script else SHUT),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", wording_frame.tab_title(title)),
        element("link", rel="stylesheet", href=f"{root}style.css"),
        element("link", rel="icon", href=f"{root}icon.svg", type="image/svg+xml"),
        element("script", src=script, defer=True) if script else "",
    )
    foot = element("footer", paragraph(about["release"]), paragraph(wording.A_COPY), paragraph(about["help"]))
    parts = link(wording.SKIP, "#main", class_="skip"), _menu(address, root), element("main", main, id="main"), foot
    whole = element("html", head, element("body", parts), lang="en")
    return joined(Html("<!doctype html>\n"), whole, "\n").encode()


def _menu(address: str, root: str) -> Html:
    links = [
        link(words, f"{root}{name}", **({"aria_current": "page"} if name == address else {}))
        for name, words in MENU.items()
    ]
    return element("nav", listed(links), aria_label=wording.PAGES)
