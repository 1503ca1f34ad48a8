"""What lies in a home, by name: the store, the log, and the releases, each in a folder that has its id."""

STORE = "store.duckdb"
LOG = "openness.log"
RELEASES = "releases"
FILE = "release.duckdb"
"""The one file of a release."""
CURRENT = "current"
"""The text file beside the releases that holds the id of the latest."""
