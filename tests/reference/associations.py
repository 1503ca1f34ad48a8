"""Which programmes an association stands on, a second time, in plain Python."""

from typing import Any

from pipelines.settings import Settings
from tests.reference.comparators import naive_members
from tests.reference.twins import Row, rows_of


def naive_pairs(home: Settings) -> dict[Any, dict[str, tuple[Row | None, Row | None]]]:
    """By association and year, the programmes that asked both, each with the results taken."""
    members = naive_members(rows_of(home, "result"), rows_of(home, "programme"))
    of_all = {
        (key[0], key[1][0]): taken for key, taken in members.items() if key[2] == "everybody" and len(key[1]) == 1
    }
    years = {year for _, year in of_all}
    found: dict[Any, dict[str, tuple[Row | None, Row | None]]] = {}
    for pair in rows_of(home, "association_pair"):
        for year in years:
            staff, trainee = (of_all.get((pair[side], year), {}) for side in ("staff", "trainee"))
            for who in staff.keys() & trainee.keys():
                found.setdefault((pair["association_id"], year), {})[who] = (staff[who], trainee[who])
    return found
