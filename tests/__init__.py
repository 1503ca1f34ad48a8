"""By default Polars has one thread in the tests: frames are small, and more threads would only wait for each other."""

import os

if not os.environ.get("CI"):  # in CI it has as many as it would take by itself
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
