"""The walls of the code: who may import whom, and what a pure room may never reach for.

A wall is a sentence, and a function that finds what breaks it in the sources. The sources are given as text, so that a
test can put a forbidden line into a module and see that the wall notices.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

Sources = Mapping[str, str]
"""The text of each module, by its dotted name."""

PIPELINES = (
    {"cli"},
    {"upload", "steward", "demo", "console"},
    {"release", "intake", "documents"},
    {"store"},
    {"statistics", "disclosure", "checking"},
    {"instrument", "reading"},
)
"""The rooms of `pipelines`, from the top floor down. A room may import the floors below it. The ground is below all."""

DASHBOARD = (
    {"app"},
    {"app_pages"},
    {"upload"},
    {"components"},
    {"report"},
    {"charts", "release", "access"},
    {"wording"},
)
"""The rooms of `dashboard`, from the top floor down."""

NEIGHBOURS = {("upload", "intake"), ("release", "documents"), ("intake", "documents"), ("cli", "cli")}
"""Rooms of one floor that may import each other, in this direction only."""

DOORS = {"pipelines.upload", "pipelines.steward"}
"""What the upload and steward pages may call."""

ATTACKER = (
    *("attacker", "attacker_checks", "attacker_history", "attacker_lists", "attacker_people", "attacker_rule"),
    *("attacker_ties", "bitsets", "integer_program"),
)
RULE = ("rule", "waiting_lists", "first_result", "ledger", "statuses")
PURE = ("disclosure", "statistics", "checking", "instrument")

WORLD = {
    *("duckdb", "os", "pathlib", "shutil", "tempfile", "glob", "socket", "subprocess", "sqlite3", "urllib", "http"),
    *("time", "random", "secrets", "logging", "structlog", "pipelines.event_log", "pipelines.settings"),
}
"""Modules by which code reaches files, the network, the clock or chance."""
WORLD_CALLS = {"open", "now", "today", "utcnow", "read_text", "read_bytes", "write_text", "write_bytes"}
WORLD_PREFIXES = ("read_", "scan_", "write_", "sink_")
"""How the functions of polars that open files begin."""


@dataclass(frozen=True)
class Wall:
    """One rule of the house, and what breaks it: each as `module: what it does`."""

    sentence: str
    broken_by: Callable[[Sources], list[str]]


def sources(project: Path) -> dict[str, str]:
    """Every module of `pipelines` and `dashboard`."""
    paths = [*project.glob("pipelines/**/*.py"), *project.glob("dashboard/**/*.py")]
    return {_name(path.relative_to(project)): path.read_text(encoding="utf-8") for path in paths}


def _name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@lru_cache(maxsize=4096)
def _tree(text: str) -> ast.Module:
    return ast.parse(text)


def imports(text: str) -> set[str]:
    """Everything a module imports, at its top or inside a function: `from a import b` gives `a` and `a.b`."""
    names: set[str] = set()
    for node in ast.walk(_tree(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            names |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return names


def room_of(module: str) -> str:
    """The room a module stands in: the part behind `pipelines` or `dashboard`; empty for what is neither."""
    package, _, rest = module.partition(".")
    return rest.split(".")[0] if package in {"pipelines", "dashboard"} else ""


def _starts(name: str, modules: set[str] | tuple[str, ...]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def _floor(floors: tuple[set[str], ...], room: str) -> int:
    return next((height for height, rooms in enumerate(floors) if room in rooms), len(floors))


def against_the_floors(package: str, floors: tuple[set[str], ...]) -> Callable[[Sources], list[str]]:
    """Imports that run up, or across a floor. A module in no room is the ground: it imports nothing but the ground."""

    def broken(given: Sources) -> list[str]:
        return [
            f"{module}: imports {name}"
            for module, text in given.items()
            if module.split(".")[0] == package
            for name in sorted(imports(text))
            if name.split(".")[0] == package
            and room_of(name) in _rooms(given, package)
            and not _runs_down(floors, room_of(module), room_of(name))
        ]

    return broken


def _rooms(given: Sources, package: str) -> set[str]:
    return {room_of(module) for module in given if module.startswith(f"{package}.")}


def _runs_down(floors: tuple[set[str], ...], upper: str, lower: str) -> bool:
    if upper == lower or (upper, lower) in NEIGHBOURS:
        return True
    above, below = _floor(floors, upper), _floor(floors, lower)
    return above < below or above == below == len(floors)


def never(
    who: Callable[[str], bool], what: Callable[[str], bool], allowed: frozenset[tuple[str, str]] = frozenset()
) -> Callable[[Sources], list[str]]:
    """Imports of `what` by `who`, but for pairs that are `allowed`."""

    def broken(given: Sources) -> list[str]:
        return [
            f"{module}: imports {name}"
            for module, text in given.items()
            if who(module)
            for name in sorted(imports(text))
            if what(name) and (module, name) not in allowed
        ]

    return broken


def inside(*modules: str) -> Callable[[str], bool]:
    """Whether a name is one of these modules, or stands in one."""
    return lambda name: _starts(name, modules)


def reaching_for_the_world(given: Sources) -> list[str]:
    """Imports and calls of a pure room by which it would meet files, a database, the clock or chance."""
    return [
        f"{module}: {reach}"
        for module, text in given.items()
        if module.startswith("pipelines.") and room_of(module) in PURE
        for reach in _reaches(text)
    ]


def _reaches(text: str) -> Iterator[str]:
    for name in sorted(imports(text)):
        if _starts(name, WORLD) or name.startswith("numpy.random"):
            yield f"imports {name}"
    for node in ast.walk(_tree(text)):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            polars = isinstance(node.func, ast.Attribute) and called.startswith(WORLD_PREFIXES)
            if called in WORLD_CALLS or polars:
                yield f"calls {called}"
        if isinstance(node, ast.Attribute) and node.attr == "random":
            yield "uses random numbers"


def by_a_name_made_up(given: Sources) -> list[str]:
    """Imports that no other wall could see."""
    return [
        f"{module}: {hidden}"
        for module, text in given.items()
        for hidden in ("__import__", "import_module", "from .")
        if hidden in text and _imports_by_name(text)
    ]


def _imports_by_name(text: str) -> bool:
    calls = [node.func for node in ast.walk(_tree(text)) if isinstance(node, ast.Call)]
    names = {getattr(call, "attr", getattr(call, "id", "")) for call in calls}
    return bool({"__import__", "import_module"} & names) or any(name.startswith(".") for name in imports(text))


def long_pages(given: Sources) -> list[str]:
    """Pages of more than forty lines, or with SQL in them."""
    return [
        f"{module}: {len(text.splitlines())} lines, or SQL"
        for module, text in given.items()
        if module.startswith("dashboard.app_pages.")
        and (len(text.splitlines()) > 40 or "SELECT" in text or "FROM " in text)
    ]


def _steps_of_the_page(name: str) -> bool:
    return _starts(name, ("dashboard.upload", "dashboard.app_pages", "dashboard.access"))


_disclosure = "pipelines.disclosure."
_attacker = inside(*(_disclosure + name for name in ATTACKER))
_rule = inside(*(_disclosure + name for name in RULE))
_pipelines, _dashboard = inside("pipelines"), inside("dashboard")
_ground_for_pages = inside(
    "pipelines.settings",
    "pipelines.errors",
    "pipelines.home_layout",
    "pipelines.spreadsheet_safety",
    "pipelines.support_words",
    "pipelines.documents.pdf",  # the last prints words and knows no counts
)


def _beyond_doors(name: str) -> bool:
    """Of `pipelines`, anything but its doors and its ground; `from pipelines import x` is seen as `pipelines.x`."""
    return name.startswith("pipelines.") and not _ground_for_pages(name) and not _starts(name, DOORS)


def _may_not_be_outside_a_command(name: str) -> bool:
    return name.startswith("dashboard")


WALLS = {
    "pipelines_run_one_way": Wall(
        "Inside pipelines every import runs down: " + " > ".join(" | ".join(sorted(floor)) for floor in PIPELINES),
        against_the_floors("pipelines", PIPELINES),
    ),
    "dashboard_runs_one_way": Wall(
        "Inside dashboard every import runs down: " + " > ".join(" | ".join(sorted(floor)) for floor in DASHBOARD),
        against_the_floors("dashboard", DASHBOARD),
    ),
    "attacker_never_meets_rule": Wall(
        "The attacker never imports the rule: two proofs that share code would prove nothing.",
        never(_attacker, _rule),
    ),
    "rule_never_meets_attacker": Wall(
        "The rule never imports the attacker: two proofs that share code would prove nothing.",
        never(_rule, _attacker),
    ),
    "pure_rooms_stay_pure": Wall(
        "Disclosure, statistics, checking and instrument decide; they never touch DuckDB, files, the clock or chance.",
        reaching_for_the_world,
    ),
    "one_door_to_duckdb": Wall(
        "Only the store, the release and the dashboard's own release open DuckDB.",
        never(
            lambda module: (
                not _starts(
                    module, ("pipelines.store", "pipelines.release.file", "pipelines.errors", "dashboard.release")
                )
            ),
            inside("duckdb"),
        ),
    ),
    "pipelines_know_no_page": Wall(
        "Pipelines know nothing of the dashboard, Streamlit or plotly; only the command that prints a report calls it.",
        never(
            lambda module: _pipelines(module) and not module.startswith("pipelines.cli"),
            inside("dashboard", "streamlit", "plotly"),
        ),
    ),
    "pages_read_the_release": Wall(
        "Pages read the release and nothing else; upload, steward and sign-in go through the doors of pipelines.",
        never(_dashboard, _beyond_doors),
    ),
    "only_upload_and_steward_have_doors": Wall(
        "Only the upload and steward pages open a door of pipelines, and each its own.",
        never(
            lambda module: _dashboard(module) and not _steps_of_the_page(module),
            inside(*DOORS),
        ),
    ),
    "charts_and_wording_are_functions": Wall(
        "Charts, wording, tables and the report are functions of frames and rows: no Streamlit and no DuckDB.",
        never(
            inside(
                "dashboard.charts",
                "dashboard.wording",
                "dashboard.report",
                "dashboard.upload.wording",
                "dashboard.components.tables",
                "dashboard.components.downloads",
            ),
            inside("streamlit", "duckdb"),
        ),
    ),
    "the_release_knows_no_page": Wall(
        "The door to the release knows nothing of Streamlit.",
        never(inside("dashboard.release"), inside("streamlit")),
    ),
    "nothing_is_imported_by_name": Wall(
        "Nothing is imported by a name made at run time, or by dots: no wall could see it.", by_a_name_made_up
    ),
    "pages_are_short": Wall("A page is at most forty lines and holds no SQL.", long_pages),
}
