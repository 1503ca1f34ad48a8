"""The columns by which survey tools are recognised, and those in which they mark what was not sent.

Headings and cells are compared in small letters.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

CELL = pl.col("cell")
"""The cells of a column that tells, in small letters; blank ones are empty texts."""
ANYTHING = pl.lit(value=True)


@dataclass(frozen=True)
class TellingColumn:
    """A column that tells which answers were sent."""

    pattern: str
    """Of its heading."""
    not_sent: pl.Expr
    sent: pl.Expr = ANYTHING
    """The cells of answers that were sent. A cell that is neither is not understood."""


@dataclass(frozen=True)
class Mark:
    """One thing that a tool marks, and the columns that tell it, the best first."""

    what: str
    columns: tuple[TellingColumn, ...]
    usual_heading: str = ""
    usual_cell: str = ""
    """What the tool writes for an answer that was sent."""
    is_needed: bool = False
    """Whether each export of the tool has such a column, so that one without it was changed."""
    to_count: str = "delete that column from the file"
    """How a person says that marked answers count."""


@dataclass(frozen=True)
class Tool:
    name: str
    recognised: tuple[tuple[str, ...], ...]
    """Groups of patterns. A tool is recognised by one group whose patterns all have a heading."""
    marks: tuple[Mark, ...]

    def made(self, headings: Collection[str]) -> bool:
        """Whether a file with these headings comes from the tool."""
        return any(all(_stands_in(pattern, headings) for pattern in group) for group in self.recognised)


def _stands_in(pattern: str, headings: Collection[str]) -> bool:
    return any(re.fullmatch(pattern, heading) for heading in headings)


# ---- REDCap ----

FORM_STATUS = r".*_complete|complete\?| complete\? in column [a-z]+"
"""The column that REDCap adds behind each form. With labels for headings it has the same heading for all forms."""
OUR_FORM = r"openness_\w+_complete"
FORM_STATUSES = ("", "0", "1", "2", "incomplete", "unverified", "complete")
INCOMPLETE = CELL.is_in(["0", "incomplete"])
REDCAP = Tool(
    "REDCap",
    (("record_id|record id", FORM_STATUS),),
    (Mark("answers broken off", (TellingColumn(FORM_STATUS, INCOMPLETE),)),),
)
"""Another form’s column says nothing of our questions, so only one of these columns decides."""

# ---- Qualtrics ----

TRUE = (
    *("true", "1", "yes", "ja", "oui", "wahr", "vrai", "verdadero", "verdadeiro", "vero", "waar", "prawda", "gwir"),
    *("sant", "sand", "sandt", "sann", "tosi", "fíor", "doğru", "igaz", "pravda", "sí", "sì", "sim", "tak", "ydw"),
)
FALSE = (
    *("false", "0", "no", "nein", "non", "falsch", "faux", "falso", "onwaar", "fałsz", "anwir", "falskt", "falsk"),
    *("usann", "epätosi", "bréagach", "yanlış", "hamis", "nepravda", "não", "nie", "nac ydw", "nee", "nej", "nei"),
)
"""How tools, and spreadsheets that opened their exports, write true and false."""
PREVIEW = (
    r"preview|test|spam|vorschau|aperçu|apercu|vista previa|rhagolwg|voorbeeld|anteprima|podgląd|förhandsgranskning"
    r"|forhåndsvisning|esikatselu|pré-visualização|prévisualisation|visualização|réamhamharc"
)
BY_IP = r"(?:\b|-)ip(?:\b|-)|import|offline|off-line|hors ligne"
"""What is written of answers that came through a link, were added from a file, or were given offline."""
WHOLE = 100
"""Per cent of the questionnaire."""
QUALTRICS = Tool(
    "Qualtrics",
    (
        ("status|response type", "finished", "progress", "response ?id"),
        ("responseid", "startdate|enddate|recordeddate|progress|finished|distributionchannel|userlanguage"),
        ("response id", "recorded date|distribution channel|duration \\(in seconds\\)"),
    ),
    (
        Mark(
            "previews, tests and spam",
            (
                TellingColumn(
                    "status|response type",
                    CELL.str.contains(PREVIEW) | CELL.is_in(["1", "2", "8", "9", "12", "17", "40"]),
                    CELL.str.contains(BY_IP) | CELL.is_in(["", "0", "4", "16", "32", "48"]),
                ),
                TellingColumn("distribution ?channel", CELL.str.contains(PREVIEW)),
            ),
            "Status",
            "IP Address",
            is_needed=True,
            to_count="write “IP Address” in their cells of that column",
        ),
        Mark(
            "answers broken off",
            (
                TellingColumn("finished", CELL.is_in(FALSE), CELL.is_in(["", *TRUE])),
                TellingColumn("progress", CELL.cast(pl.Float64, strict=False) < WHOLE, CELL.is_in(["", "100"])),
            ),
            "Finished",
            "True",
            is_needed=True,
            to_count="write “True” in their cells of that column",
        ),
    ),
)

# ---- LimeSurvey ----

SUBMITTED = (
    r"submitdate\b.*|date submitted|datum abgeschickt|date de soumission|fecha de envío|datum ingezonden"
    r"|datum verzonden|data (?:di )?invio|data wysłania|data de envio|dyddiad cyflwyno|inlämningsdatum"
)
LAST_PAGE = (
    r"lastpage\b.*|last page|letzte seite|dernière page|última página|laatste pagina|ultima pagina|ostatnia strona"
    r"|tudalen olaf|sista sidan"
)
START_LANGUAGE = (
    r"startlanguage\b.*|start language|start-?sprache|langue de départ|langue initiale|lenguaje inicial"
    r"|idioma inicial|start ?taal|lingua iniziale|język początkowy|iaith gychwynnol|startspråk"
)
LIMESURVEY = Tool(
    "LimeSurvey",
    ((SUBMITTED, LAST_PAGE), (SUBMITTED, START_LANGUAGE), (LAST_PAGE, START_LANGUAGE)),
    (
        Mark(
            "answers broken off",
            (TellingColumn(SUBMITTED, CELL.is_in(["", "n/a"])),),
            "submitdate",
            "2025-01-31",
            is_needed=True,
            to_count="write a date in their cells of that column",
        ),
    ),
)

TOOLS = (
    REDCAP,
    QUALTRICS,
    LIMESURVEY,
    Tool(
        "Alchemer",
        (("response id", "status", "date submitted|time started"),),
        (Mark("answers broken off", (TellingColumn("status", CELL.is_in(["partial", "disqualified", "deleted"])),)),),
    ),
    Tool(
        "QuestionPro",
        (("response id", "response status"),),
        (Mark("answers broken off", (TellingColumn("response status", ~CELL.is_in(["completed", "complete", ""])),)),),
    ),
    Tool(
        "Typeform",
        (("#", "response type", r"submit date \(utc\)"),),
        (Mark("answers broken off", (TellingColumn("response type", CELL.is_in(["started", "partial"])),)),),
    ),
    Tool(
        "SoSci Survey",
        (("case", "started", "finished|lastpage"),),
        (
            Mark("answers broken off", (TellingColumn("finished", CELL.is_in(FALSE)),)),
            Mark("tests", (TellingColumn("mode", CELL.str.contains("test|admin|debug")),)),
        ),
    ),
    Tool(
        "EFS Survey",
        (("lfdn", "dispcode"),),
        (
            Mark("answers broken off", (TellingColumn("dispcode", ~CELL.is_in(["31", "32", ""])),)),
            Mark("tests", (TellingColumn("tester", CELL.is_in(TRUE)),)),
        ),
    ),
    Tool(
        "KoboToolbox",
        (("_uuid", "_submission_time"),),
        (
            Mark(
                "answers that were not approved",
                (
                    TellingColumn(
                        r"_validation_status(?:[/.]\w+)?",
                        CELL.is_in(["not approved", "validation_status_not_approved"]),
                    ),
                ),
            ),
        ),
    ),
    Tool(
        "ODK or SurveyCTO",
        (("key", "submissiondate"),),
        (Mark("answers that were rejected", (TellingColumn("reviewstate|review_status", CELL == "rejected"),)),),
    ),
)
