"""Where things lie in the folder of releases: a folder with one file for each, and a pointer to the latest."""

FILE = "release.duckdb"
"""The file of a release, in the folder that has the release's id."""
CURRENT = "current"
"""The text file beside the releases that holds the id of the latest."""
