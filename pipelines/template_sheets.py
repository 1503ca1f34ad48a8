"""The sheets that a template has beside the one to fill in: written with it, and left aside when it is read."""

COLUMNS_SHEET, LISTS_SHEET = "About the columns", "Lists"
