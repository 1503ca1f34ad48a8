"""The few words of ours that pages cannot do without, each in a sentence."""

GLOSSARY = (
    (
        "likely range",
        "The true figure probably lies in this range. If the audit were repeated many times, 95 of 100 such ranges "
        "would hold it. It is about people like those who answered, and not about those who did not answer.",
    ),
    (
        "could be",
        "Where fewer than half answered: what the figure would be if all those who did not answer had answered one "
        "way, and if all of them had answered the other way.",
    ),
    (
        "points",
        "Percentage points: from 40% to 55% is 15 points.",
    ),
    (
        "suppressed",
        "There is a result, but too few people stand behind it, or too few on one side, to show it yet. It is not "
        "zero.",
    ),
    (
        "comparable programmes",
        "The other programmes of the same profession, or all other programmes where there are too few of these. The "
        "programme itself is never one of them.",
    ),
    (
        "closed",
        "A year is closed when its collection is over. Only closed years are shown.",
    ),
    (
        "stands out",
        "The result differs from the others by more than chance and by more than programmes usually differ.",
    ),
)
"""A word, and what it means here."""
