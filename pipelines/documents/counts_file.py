"""The counts of a response file, as the dataset `counts` has them: for programmes that send nothing else."""

import polars as pl

WHO_MAY_SEE_IT = (
    "It holds small numbers too, because the audit adds them to those of later years. Whoever sees it may be able to "
    "tell what single people answered. So it is for those alone who may see single answers, and for nobody who "
    "assesses the people asked. Delete it when it is sent."
)


def as_csv(counted: pl.DataFrame) -> bytes:
    """UTF-8, commas; a row for each programme, year, measure and subgroup."""
    return counted.write_csv().encode()
