"""`python -m pipelines.cli` is `openness`."""

from pipelines.cli import main

main()
