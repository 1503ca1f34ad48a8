"""What is looked at: programme, year, measure, and how they are compared. The choice stands in the address, by id.

The address alone says what a page shows. A control that is used writes the address once, and nothing else does: so
Back and Forward go through what was looked at, step by step.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import streamlit as st

from dashboard.components import text
from dashboard.release.reader import Release, current, identity_of
from dashboard.wording import about, numbers
from dashboard.wording import frame as wording_frame
from dashboard.wording import sentences as wording
from dashboard.wording.comparison import CHOSEN, place
from pipelines.errors import Refused
from pipelines.settings import Settings

LABELS = {
    "programme": "Programme (type to find it)",
    "year": "Academic year",
    "measure": "Measure",
    "among": "Compared with",
    "chart": "Drawn as",
    "peers": "Others to mark (type to find them)",
}
WIDTHS = {"": 4, "programme": 4, "year": 2, "measure": 4, "among": 3, "chart": 2, "peers": 5}
ABOUT_ONE = (("programme", "year", "measure"),)
"""The controls of pages about one programme, row by row."""
ALL_MEASURES = (("programme", "year", ""),)
"""Those of pages that show the same whatever measure is chosen; a control that does nothing is not shown."""
COMPARING = (*ABOUT_ONE, ("among", "chart", "peers"))
"""Those of the page that compares."""
MOST_PEERS = 40
"""So many programmes can be marked."""
MINE = "openness_programme"
"""The cookie that holds the programme somebody calls theirs. The page's own script writes it, as it does below."""
REMEMBER = f"""<script>
const programme = new URLSearchParams(location.search).get("programme") || "";
document.cookie = "{MINE}=" + encodeURIComponent(programme)
  + "; path=/; max-age=31536000; SameSite=Strict";
</script>"""
FORGET = f"""<script>document.cookie = "{MINE}=; path=/; max-age=0; SameSite=Strict";</script>"""
PRINTING = """<script>
if (!window.opennessPrints) {
  const pictures = () => document.querySelectorAll(".js-plotly-plot .main-svg");
  addEventListener("beforeprint", () => pictures().forEach(picture =>
    picture.setAttribute("viewBox", `0 0 ${picture.getAttribute("width")} ${picture.getAttribute("height")}`)));
  addEventListener("afterprint", () => pictures().forEach(picture => picture.removeAttribute("viewBox")));
  window.opennessPrints = true;
}
</script>"""
"""While a page is printed its charts have a viewBox, so that the style sheet can fit them to the paper."""

PICTURES = ["PNG", "SVG"]
"""The formats in which a chart can be saved."""

Made = TypeVar("Made")


class Choice(NamedTuple):
    """What a page is about. No programme is chosen until somebody chooses one."""

    programme: str
    year: str
    measure: str
    among: str
    chart: str
    peers: tuple[str, ...]
    item: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """Whom the programmes compared have something in common with: kind and name."""
        kind, _, name = self.among.partition(":")
        return kind, name or kind

    @property
    def address(self) -> dict[str, str]:
        """The choice as it stands in the address; what is not chosen is left out."""
        return {
            name: ",".join(value) if isinstance(value, tuple) else value
            for name, value in self._asdict().items()
            if value
        }


NOTHING = Choice("", "", "", "", "", ())


@dataclass
class ChoiceSession:
    """What the pages keep of a person from run to run."""

    choice: Choice = NOTHING
    """What is chosen, as the address says."""
    words: dict[str, str] = field(default_factory=dict)
    """The same in the words of the controls."""
    rounds: dict[str, int] = field(default_factory=dict)
    """How often each control was overruled by the address, and so begins anew."""
    mine: str | None = None
    """The programme this person has called theirs since the page was opened; empty where they took it back."""
    release: Path | None = None
    """The release of this run: each question of a run goes to the same one."""
    identity: tuple[int, ...] | None = None
    """What tells its file from another of the same name."""
    answers: dict[tuple[str, str], Any] = field(default_factory=dict)
    """What queries of the Data page gave, by release and by part of the page."""


# ---- the release ----


@st.cache_resource(max_entries=4)
def _open(path: Path, identity: tuple[int, ...] | None) -> Release:  # noqa: ARG001  Streamlit keeps by it
    """A release never changes, so its path and what tells its file from another are the key. Nothing about who is
    looking is held."""
    return Release(path)


@st.cache_resource(max_entries=200)
def _kept(key: tuple[object, ...], _make: Callable[[], object]) -> object:  # noqa: ARG001  Streamlit keeps by it
    return _make()


def made_once(part: str, make: Callable[[], Made]) -> Made:
    """A chart or table of a page, made once for a release, a choice, and light or dark. Nobody changes it."""
    session = _session()
    return _kept((str(session.release), session.identity, tuple(session.choice), st.context.theme.type, part), make)  # type: ignore[return-value]


def published() -> bool:
    """Whether there is a release at all. From now on this run reads the one that is the latest now."""
    path = _session().release = current(Settings().releases)
    _session().identity = identity_of(path) if path else None
    return path is not None


def opened() -> Release:
    """The release of this run."""
    path = _session().release
    assert path is not None  # noqa: S101  app.py shows no page before the first
    return _open(path, _session().identity)


def where_help_is() -> str:
    """Where help is, as the release says it; empty where it says nothing, or none can be read."""
    with suppress(Refused):
        return about.where_help_is(opened().instrument()) if _session().release else ""
    return ""


def release_id() -> str:
    """The id of the release of this run."""
    return str(opened().about()["release_id"])


@st.fragment(run_every=60)
def tell_of_newer_release() -> None:
    """While a page stands open, look each minute whether a newer release was published."""
    if current(Settings().releases) != _session().release:
        text.info(wording_frame.NEWER_RELEASE)


# ---- the choice ----


def take_choice(release: Release, own_programmes: Collection[str] = ()) -> None:
    """Take the choice from the address. `own_programmes`: those that somebody who has signed in belongs to."""
    session, options = _session(), _options(release)
    known = _from_address(options, release, own_programmes)
    for name, value in known._asdict().items():
        if session.choice != NOTHING and value != getattr(session.choice, name):
            session.rounds[name] = session.rounds.get(name, 0) + 1
    session.choice = known
    session.words = {LABELS[name]: words.get(getattr(known, name), "") for name, words in options.items()}


def controls(release: Release, rows: Sequence[Sequence[str]]) -> None:
    """Draw the controls a page has use for, row by row."""
    for row in rows:
        for column, name in zip(st.columns([WIDTHS[name] for name in row]), row, strict=True):
            if name:
                with column:
                    _control(name, _options(release), release)


def chosen() -> Choice:
    """What is chosen; for pages, which run after the controls."""
    return _session().choice


def named(names: Sequence[str]) -> dict[str, str]:
    """What is chosen, in the words of the controls; for what is taken away."""
    words = _session().words
    return {LABELS[name].partition(" (")[0]: words[LABELS[name]] for name in names}


def ask_for_programme(release: Release) -> None:
    """Whose results are looked for? Nobody is shown because a name begins with A."""
    st.title("Which programme are you looking for?")
    text.paragraph(wording_frame.WHICH_PROGRAMME)
    _control("programme", _options(release), release)


def remember_mine() -> None:
    """A button that keeps the chosen programme as one's own in this browser, or lets go of it."""
    session = _session()
    if mine() != session.choice.programme:
        if st.button(text.label(wording_frame.REMEMBER), type="tertiary"):
            session.mine = session.choice.programme
            text.script(REMEMBER)
            text.caption(wording_frame.REMEMBERED)
    elif st.button(text.label(wording_frame.FORGET), type="tertiary"):
        session.mine = ""
        text.script(FORGET)
        text.caption(wording_frame.FORGOTTEN)


def mine() -> str:
    """The programme that somebody has called theirs in this browser; empty where they have not."""
    kept = _session().mine
    return st.context.cookies.get(MINE, "") if kept is None else kept


def _from_address(
    options: Mapping[str, Mapping[str, str]], release: Release, own_programmes: Collection[str]
) -> Choice:
    """What the address asks for; where it asks for nothing, or for what is not there, what comes first."""
    asked = {name: _known(name, options[name]) for name in options}
    programmes = options["programme"]
    programme = asked["programme"] or _without_asking(programmes, own_programmes)
    took_part = release.took_part().get(programme, [])
    peers = tuple(peer for peer in st.query_params.get("peers", "").split(",") if peer in programmes)
    item = st.query_params.get("item", "")
    latest = max(took_part, default=next(iter(options["year"])))
    return Choice(
        programme,
        asked["year"] or latest,
        asked["measure"] or next(iter(options["measure"])),
        asked["among"] or next(iter(options["among"])),
        asked["chart"] or next(iter(options["chart"])),
        peers[:MOST_PEERS],
        item if item in release.item_ids() else "",
    )


def _without_asking(programmes: Collection[str], own_programmes: Collection[str]) -> str:
    """The programme that is meant where the address names none: the one kept in this browser, else the only one that
    whoever signed in belongs to, or that there is; blank where nobody can know. A programme without a name is in the
    release under a code, which no sign-in knows."""
    kept, signed_in = mine(), [programme for programme in own_programmes if programme in programmes]
    candidates = next((some for some in ([kept] if kept in programmes else [], signed_in) if some), programmes)
    return next(iter(candidates)) if len(candidates) == 1 else ""


def _known(name: str, options: Mapping[str, str]) -> str:
    asked = st.query_params.get(name, "")
    if asked and asked not in options:
        text.info(f"The address names a {name} that this release does not have.")
        return ""
    return asked


def _control(name: str, options: Mapping[str, Mapping[str, str]], release: Release) -> None:
    value, key = getattr(_session().choice, name), _key(name)
    if name == "peers":
        words, places = options["programme"], [*options["programme"]]
        st.multiselect(
            text.label(LABELS[name]),
            places,
            default=list(value),
            key=key,
            max_selections=MOST_PEERS,
            format_func=lambda peer: words[peer],
            on_change=_chose,
            args=(name, key),
            placeholder="Nobody is marked",
        )
        return
    words, ids = _in_words(name, options[name], release), list(options[name])
    st.selectbox(
        text.label(LABELS[name]),
        ids,
        index=ids.index(value) if value else None,
        key=key,
        format_func=lambda option: words[option],
        on_change=_chose,
        args=(name, key),
        placeholder="Type a part of its name",
    )


def _in_words(name: str, words: Mapping[str, str], release: Release) -> Mapping[str, str]:
    """Options in words. Years in which the chosen programme took no part say so."""
    if name != "year":
        return words
    took_part = release.took_part().get(_session().choice.programme, [])
    return {year: year if year in took_part else f"{year} (took no part)" for year in words}


def _chose(name: str, key: str) -> None:
    """A control was used: the address says so, and only the address."""
    session, value = _session(), st.session_state[key]
    if value is None:
        return
    new: dict[str, Any] = {name: tuple(value) if name == "peers" else value}
    session.choice = session.choice._replace(**new)
    st.query_params.from_dict(session.choice.address)


@lru_cache(maxsize=4)
def _options(release: Release) -> dict[str, Mapping[str, str]]:
    return {
        "programme": {
            row["programme_id"]: numbers.programme_name(row) for row in release.programmes().iter_rows(named=True)
        },
        "year": {year: year for year in release.academic_years()},
        "measure": {row["measure_id"]: wording.measure_name(row) for row in release.measures().iter_rows(named=True)},
        "among": {
            **{
                _among(kind, name): place(kind, release.place_name(kind, name) or "") for kind, name in release.places()
            },
            **CHOSEN,
        },
        "chart": wording.CHARTS,
    }


def _among(kind: str, name: str) -> str:
    return kind if kind == name else f"{kind}:{name}"


# ---- keys of the session ----


def keep_answer(part: str, answer: Any) -> None:
    """Keep what a query gave for this session. That of another release is another answer."""
    _session().answers[release_id(), part] = answer


def answer_kept(part: str) -> Any:
    """What the query of this part gave last; None where none was run."""
    return _session().answers.get((release_id(), part))


def picture_format(chart: str) -> str:
    """As what a chart is saved."""
    return st.session_state.get(picture_key(chart)) or PICTURES[0]


def picture_key(chart: str) -> str:
    """The key of the widget that asks for it."""
    return f"picture-{chart}"


def download_key(kind: str, table: str) -> str:
    """The key of the button that gives a table away."""
    return f"{kind}-{table}"


def _session() -> ChoiceSession:
    kept: ChoiceSession = st.session_state.setdefault("choice", ChoiceSession())
    return kept


def _key(name: str) -> str:
    """The key of a control. One that the address has overruled is a new control, which nobody has used yet."""
    times = _session().rounds.get(name, 0)
    return f"chosen_{name}_{times}" if times else f"chosen_{name}"
