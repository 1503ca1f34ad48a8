"""Columns of a file that are surely about persons: they must be deleted, whatever anybody says about them."""

from pipelines.reading.personal_data import values_look_personal
from pipelines.reading.personal_headings import column_looks_personal, has_few_answers, looks_droppable
from pipelines.reading.reader import Sheet


def is_surely_personal(sheet: Sheet, heading: str) -> bool:
    """Whether a column looks personal so surely that nobody need be asked what it is.

    By its heading and because its cells do not repeat, as those of a programme's name do; or by its cells. Response ids
    and time stamps do not count: they may be dropped.
    """
    cells = sheet.rows[heading]
    if column_looks_personal(sheet.heading_of(heading), cells) and not has_few_answers(cells):
        return True
    return not looks_droppable(sheet.heading_of(heading)) and values_look_personal(cells) is not None
