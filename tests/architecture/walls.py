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
    {"upload", "steward", "demo", "console", "doctor", "verification"},
    {"release", "intake", "documents"},
    {"store"},
    {"statistics", "disclosure", "checking"},
    {"instrument", "reading"},
)
"""The rooms of `pipelines`, from the top floor down. A room may import the floors below it. The ground is below all."""

DASHBOARD = (
    {"app", "server"},
    {"app_pages"},
    {"upload", "steward", "site"},
    {"components"},
    {"report"},
    {"charts", "release", "access", "guard", "server_log"},
    {"wording"},
)
"""The rooms of `dashboard`, from the top floor down."""

NEIGHBOURS = {("upload", "intake"), ("release", "documents"), ("intake", "documents"), ("cli", "cli")}
"""Rooms of one floor that may import each other, in this direction only."""

DOORS = {
    "dashboard.upload": "pipelines.upload",
    "dashboard.app_pages.upload": "pipelines.upload",
    "dashboard.steward": "pipelines.steward",
    **{
        f"dashboard.app_pages.{page}": "pipelines.steward"
        for page in ("steward", "years", "next_release", "received", "people", "record")
    },
    "dashboard.components.data": "pipelines.release.export",
    "dashboard.site.site": "pipelines.release.export",
}
"""The door that a page may call. No other page has one."""

ATTACKER = (
    *("attacker", "attacker_checks", "attacker_history", "attacker_lists", "attacker_pairs", "attacker_people"),
    *("attacker_rule", "attacker_ties", "bitsets", "integer_program"),
)
RULE = ("rule", "waiting_lists", "subgroups", "first_result", "ledger", "pairs", "statuses")
PURE = ("disclosure", "statistics", "checking", "instrument")

PURE_IMPORTS = {
    *("collections", "dataclasses", "datetime", "difflib", "enum", "functools", "hashlib", "itertools", "json", "math"),
    *("operator", "re", "string", "tomllib", "tomli_w", "types", "typing", "unicodedata"),
    *("numpy", "pandera", "polars", "pydantic", "pydantic_core", "scipy"),
    *(
        "pipelines.academic_year",
        "pipelines.errors",
        "pipelines.finding_rules",
        "pipelines.finding_stages",
        "pipelines.findings",
    ),
    *("pipelines.number_words", "pipelines.progress", "pipelines.thresholds"),
    *("pipelines.reading.reader", "pipelines.reading.headings", "pipelines.reading.personal_data"),
    "pipelines.reading.personal_headings",
    *(f"pipelines.{room}" for room in PURE),
}
"""All that a pure room may import; what of it would meet the world all the same stands in WORLD_NAMES."""
WORLD = {
    *("duckdb", "os", "pathlib", "shutil", "tempfile", "glob", "socket", "subprocess", "sqlite3", "urllib", "http"),
    *("time", "random", "secrets", "logging", "structlog", "pipelines.event_log"),
}
"""Modules by which code reaches files, the network, the clock or chance."""
WORLD_NAMES = {
    *("open", "now", "today", "utcnow", "read_text", "read_bytes", "write_text", "write_bytes"),
    *("random", "rvs", "sample", "shuffle", "loadtxt", "genfromtxt", "fromfile", "tofile", "savetxt", "memmap"),
}
"""Functions and attributes by which a library that may be imported meets the world all the same."""
WORLD_CALLS = {"open", "print", "input"}
"""Functions that need no import."""
WORLD_PREFIXES = ("read_", "scan_", "write_", "sink_")
"""How the functions of polars that open files begin."""
HIDDEN = {"__import__", "exec", "eval"}
"""Functions by which code could import what no wall sees."""


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


def leading_to(who: Callable[[str], bool], what: Callable[[str], bool]) -> Callable[[Sources], list[str]]:
    """Imports by `who` of something else that is `what`, or that leads there through other modules."""

    def broken(given: Sources) -> list[str]:
        leads = _leading(given, what)
        return [
            f"{module}: imports {name}"
            for module, text in given.items()
            if who(module)
            for name in sorted(imports(text))
            if not who(name) and (what(name) or name in leads)
        ]

    return broken


def _leading(given: Sources, what: Callable[[str], bool]) -> set[str]:
    """The modules from which one comes to `what` by their imports."""
    leads: set[str] = set()
    while True:
        more = {
            module
            for module, text in given.items()
            if module not in leads and any(what(name) or name in leads for name in imports(text))
        }
        if not more:
            return leads
        leads |= more


def reaching_for_the_world(given: Sources) -> list[str]:
    """Imports and names in a pure room by which it would meet files, a database, the clock or chance."""
    return [
        f"{module}: {reach}"
        for module, text in given.items()
        if module.startswith("pipelines.") and room_of(module) in PURE
        for reach in (
            *(f"imports {name}" for name in sorted(imports(text) - {"pipelines"}) if not _starts(name, PURE_IMPORTS)),
            *_world_names(text),
        )
    ]


def _world_names(text: str) -> Iterator[str]:
    for node in ast.walk(_tree(text)):
        if isinstance(node, ast.Attribute) and (node.attr in WORLD_NAMES or node.attr.startswith(WORLD_PREFIXES)):
            yield f"uses {node.attr}"
        if isinstance(node, ast.Name) and node.id in WORLD_CALLS:
            yield f"uses {node.id}"


def pages_that_open(given: Sources) -> list[str]:
    """Pages, and the sentences and charts on them, that could open a file, a process or the network."""
    return [
        f"{module}: {reach}"
        for module, text in given.items()
        if _starts(module, ("dashboard.app_pages", "dashboard.wording", "dashboard.charts"))
        for reach in (
            *(f"imports {name}" for name in sorted(imports(text)) if _starts(name, WORLD)),
            *_opens(text),
        )
    ]


def _opens(text: str) -> Iterator[str]:
    for node in ast.walk(_tree(text)):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called == "open" or called.startswith(WORLD_PREFIXES):
                yield f"calls {called}"


DUCKDB_IN = (
    *("pipelines.store", "pipelines.release.file", "pipelines.release.file_child", "pipelines.errors"),
    "dashboard.release",
)


def opening_a_database(given: Sources) -> list[str]:
    """Modules other than the few that may, which import DuckDB or ask polars to open a database."""
    return [
        f"{module}: {reach}"
        for module, text in given.items()
        if not _starts(module, DUCKDB_IN)
        for reach in (
            *(f"imports {name}" for name in sorted(imports(text)) if _starts(name, ("duckdb", "_duckdb"))),
            *(f"calls {called}" for called in ("read_database", "read_database_uri") if called in text),
        )
    ]


def by_a_name_made_up(given: Sources) -> list[str]:
    """Imports that no other wall could see."""
    return [f"{module}: {hidden}" for module, text in given.items() for hidden in _hidden_imports(text)]


def _hidden_imports(text: str) -> Iterator[str]:
    for name in sorted(imports(text)):
        if name.startswith("."):
            yield f"imports {name}"
        if _starts(name, ("importlib",)) and not _starts(name, ("importlib.resources",)):
            yield f"imports {name}"
    for node in ast.walk(_tree(text)):
        if isinstance(node, ast.Name) and node.id in HIDDEN:
            yield f"uses {node.id}"
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.modules":
            yield "uses sys.modules"


def whole_packages(given: Sources) -> list[str]:
    """Imports of a whole package of ours, through which any module in it could be reached by its name."""
    packages = {parent for module in given for parent in _parents(module)}
    return [f"{module}: imports {name}" for module, text in given.items() for name in _whole_imports(text, packages)]


def _parents(module: str) -> Iterator[str]:
    parts = module.split(".")
    return (".".join(parts[:length]) for length in range(1, len(parts)))


def _whole_imports(text: str, packages: set[str]) -> Iterator[str]:
    for node in ast.walk(_tree(text)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.name if alias.asname else alias.name.split(".")[0]
                if bound in packages:
                    yield alias.name
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name for name in names if name in packages or (node.module in packages and name[-1] == "*"))


def packages_that_import(given: Sources) -> list[str]:
    """Packages that import anything themselves: whoever imports a module in them would come by it."""
    packages = {parent for module in given for parent in _parents(module)} - {"pipelines.cli"}
    return [
        f"{module}: imports {name}" for module in given if module in packages for name in sorted(imports(given[module]))
    ]


def another_door(given: Sources) -> list[str]:
    """Imports of a door of pipelines by pages whose door it is not."""
    return [
        f"{module}: imports {name}"
        for module, text in given.items()
        if _dashboard(module)
        for name in sorted(imports(text))
        if _starts(name, {*DOORS.values()}) and not _starts(name, (_door_of(module),))
    ]


def _door_of(module: str) -> str:
    return next((door for page, door in DOORS.items() if _starts(module, (page,))), "none")


def long_pages(given: Sources) -> list[str]:
    """Pages of more than forty lines, or with SQL in them."""
    return [
        f"{module}: {len(text.splitlines())} lines, or SQL"
        for module, text in given.items()
        if module.startswith("dashboard.app_pages.")
        and (len(text.splitlines()) > 40 or "SELECT" in text or "FROM " in text)
    ]


_disclosure = "pipelines.disclosure."
_attacker = inside(*(_disclosure + name for name in ATTACKER))
_rule = inside(*(_disclosure + name for name in RULE))
_pipelines, _dashboard = inside("pipelines"), inside("dashboard")
_ground_for_pages = inside(
    "pipelines.settings",
    "pipelines.roles",
    "pipelines.access_file",
    "pipelines.errors",
    "pipelines.home_layout",
    "pipelines.spreadsheet_safety",
    "pipelines.academic_year",
    "pipelines.number_words",
    "pipelines.thresholds",
    "pipelines.progress",
    "pipelines.documents.pdf",  # the last prints words and knows no counts
)


def _beyond_doors(name: str) -> bool:
    """Of `pipelines`, anything but its doors and its ground; `from pipelines import x` is seen as `pipelines.x`."""
    return name.startswith("pipelines.") and not _ground_for_pages(name) and not _starts(name, {*DOORS.values()})


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
        leading_to(_attacker, _rule),
    ),
    "rule_never_meets_attacker": Wall(
        "The rule never imports the attacker: two proofs that share code would prove nothing.",
        leading_to(_rule, _attacker),
    ),
    "verification_shares_no_statistics": Wall(
        "Verification computes everything again by itself: what it shared with the statistics it could not verify.",
        never(
            inside("pipelines.verification"),
            inside("pipelines.statistics", "pipelines.disclosure", "pipelines.store", "pipelines.instrument"),
        ),
    ),
    "pure_rooms_stay_pure": Wall(
        "Disclosure, statistics, checking and instrument decide; they never touch DuckDB, files, the clock or chance.",
        reaching_for_the_world,
    ),
    "one_door_to_duckdb": Wall(
        "Only the store, the release and the dashboard's own release open DuckDB.",
        opening_a_database,
    ),
    "pipelines_know_no_page": Wall(
        "Pipelines know nothing of the dashboard, Streamlit or plotly; only the command that prints a report calls it.",
        never(
            lambda module: _pipelines(module) and not module.startswith("pipelines.cli"),
            inside("dashboard", "streamlit", "plotly"),
        ),
    ),
    "pages_read_the_release": Wall(
        "Pages read the release and nothing else; upload, steward, data and sign-in go through the doors of pipelines.",
        never(_dashboard, _beyond_doors),
    ),
    "only_three_pages_have_doors": Wall(
        "Only the upload, steward and data pages and the site open a door of pipelines, and each its own.",
        another_door,
    ),
    "charts_and_wording_are_functions": Wall(
        "Charts, wording, tables, report and site are functions of frames and rows: no Streamlit and no DuckDB.",
        never(
            inside(
                "dashboard.charts",
                "dashboard.wording",
                "dashboard.report",
                "dashboard.site",
                "dashboard.upload.wording",
                "dashboard.steward.tables",
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
    "no_package_is_imported_whole": Wall(
        "Modules are imported one by one: through a whole package any module in it could be reached.", whole_packages
    ),
    "packages_import_nothing": Wall(
        "A package imports nothing itself, but for the command line: it would come with every module in it.",
        packages_that_import,
    ),
    "pages_open_nothing": Wall(
        "Pages, charts and wording open no file, no process and no connection: they are given what they show.",
        pages_that_open,
    ),
    "pages_are_short": Wall("A page is at most forty lines and holds no SQL.", long_pages),
}
