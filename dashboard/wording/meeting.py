"""Questions for the next team meeting, each with what it is asked because of."""

from dashboard.wording.numbers import Row, plain

TITLE = "Questions for the next team meeting"
RULE = "Chosen by rule from what was found. They are about conditions, and never about who should share."


def because(row: Row) -> str:
    """What was found that the question is about; blank for a question that is asked of everybody."""
    if row["gap_title"]:
        return f"Asked because of the gap: {row['gap_title']}"
    if row["measure_title"]:
        return f"Asked because of the result of “{row['measure_title']}”."
    if row["item_title"] and row["status"]:
        return f"Asked because of “{row['item_title']}”: {plain(row['status'])}."
    return ""
