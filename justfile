# The commands that people need. Without `just` (https://just.systems), type the lines as they stand here.

# List these commands
default:
    @just --list

# Install everything at the versions of uv.lock, and run the checks at each commit and push from now on
setup:
    uv sync
    uvx pre-commit install

# Run the quick tests, in under a minute
quick:
    uv run pytest -m quick

# Run all tests, in about ten minutes
test:
    uv run pytest

# Print how old one must be to read each question
reading-age:
    uv run python -m tests.reference.reading_age

# Load and publish the invented programmes, and open the dashboard
demo:
    uv run openness demo

# Check style and types
check:
    uv run ruff check
    uv run ruff format --check
    uv run mypy
