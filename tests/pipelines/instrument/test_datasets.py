"""Each rule of each dataset: a file that breaks it, found where it is broken, and one that just keeps it."""

from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest

from pipelines.instrument.cell_rules import LARGEST_COUNT
from pipelines.instrument.contract import Base, Context, Contract
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.datasets import contract
from pipelines.instrument.row_rules import leave_blank
from tests.factories import a_catalogue, a_measure, checked, first_catalogue, literal

CATALOGUE = a_catalogue(
    a_measure("difficulty"),
    a_measure("told", base="difficulty", answers=["yes", "no", "not_sure"]),
    a_measure("told_peer", base="difficulty", within="told"),
    a_measure(
        "safe", answers=["disagree", "neither", "agree", "strongly_agree"], affirmative=["agree", "strongly_agree"]
    ),
    a_measure("seen", group="trainee"),
    support_item=[
        {"id": "policy", "kind": "policy", "title": "Policy"},
        {"id": "rota", "kind": "support", "title": "Rota"},
    ],
)
LATEST = "2025-26"


def findings(folder: Path, dataset: str, text: str, **context: Any) -> list[tuple[str, tuple[int, ...], str | None]]:
    found = checked(folder, dataset, literal(text), CATALOGUE, latest_year=LATEST, **context).findings
    return [(finding.rule, finding.lines, finding.column) for finding in found]


def sentences(folder: Path, dataset: str, text: str, **context: Any) -> list[str]:
    found = checked(folder, dataset, literal(text), CATALOGUE, latest_year=LATEST, **context).findings
    return [str(finding) for finding in found]


# ---- a file of each kind that keeps every rule, and every limit just so ----

KEPT = {
    "programmes": """
        programme_id,programme_name,profession,country,region,named
        P1,First,psychology,Wales,North,yes            # two characters are the shortest id
        p2,Second,psychology,Wales,,no                 # a region may be blank
        1-2_3456789012345678901234567890,Third,a2_,Wales,,no   # thirty-two are the longest
        """,
    "programmes without regions": """
        programme_id,programme_name,profession,country,named
        P1,First,psychology,Wales,yes
        """,
    "cohorts": """
        programme_id,academic_year,respondent_group,invited
        P1,2025-26,staff,0                             # the latest year there can be, and the fewest people
        P1,2025-26,trainee,1000000                     # the other group, and the most
        P1,1999-00,staff,31                            # another year, across the century
        P2,2025-26,staff,31                            # another programme
        """,
    "support": """
        programme_id,academic_year,item_id,status,since
        P1,2024-25,policy,in_place,2024-02-29          # in place since a day that there was
        P1,2024-25,rota,in_part,2023-09-01             # in part, another item
        P1,2025-26,policy,not_in_place,                # not in place since no day, another year
        P2,2024-25,policy,planned,                     # another programme
        P2,2024-25,rota,not_known,
        """,
    "support without days": """
        programme_id,academic_year,item_id,status
        P1,2024-25,policy,in_place
        P1,2024-25,rota,planned
        """,
    "staff_responses": """
        programme_id,academic_year,role,difficulty,told,told_peer,safe
        P1,2024-25,supervisor,yes,yes,yes,agree        # told a peer, and so told
        P1,2024-25,tutor,yes,no,no,disagree            # told nobody, and so no peer
        P1,2024-25,,yes,not_sure,yes,                  # told a peer, and not sure of having told: no contradiction
        P1,2024-25,tutor,yes,,yes,neither              # told a peer, and left the other blank
        P1,2024-25,tutor,yes,no,prefer_not_to_say,agree   # told nobody, and would rather not say of peers
        P1,2024-25,tutor,no,,,agree                    # no difficulty, and so not asked whether told
        P1,2024-25,tutor,prefer_not_to_say,,,          # the same
        P1,2024-25,tutor,,,,                           # nothing answered
        """,
    "staff_responses without what stands around": """
        programme_id,academic_year,difficulty,told_peer
        P1,2024-25,yes,yes                             # told_peer stands within told, which was not asked here
        """,
    "trainee_responses": """
        programme_id,academic_year,training_year,seen
        P1,2024-25,1,yes                               # the first year there is
        P1,2024-25,9,no                                # the last
        P1,2024-25,,prefer_not_to_say
        """,
    "counts": """
        programme_id,academic_year,measure_id,subgroup,respondents,affirmative
        P1,2024-25,difficulty,supervisor,10,10         # all of them: as many as answered
        P1,2024-25,difficulty,tutor,10,4
        P1,2024-25,difficulty,not_stated,0,0
        P1,2024-25,told,supervisor,10,9                # asked of all ten
        P1,2024-25,told,tutor,4,2                      # asked of all four
        P1,2024-25,told_peer,,14,11                    # a total beside subgroups of another measure; 9 + 2 told
        P1,2024-25,seen,1,5,3
        P1,2024-25,seen,9,5,3
        P2,2024-25,difficulty,,10,4                    # another programme, by its total
        P1,2023-24,difficulty,,1000000,4               # another year
        """,
    "counts without subgroups": """
        programme_id,academic_year,measure_id,respondents,affirmative
        P1,2024-25,difficulty,10,4
        P1,2024-25,told_peer,4,4                       # told_peer stands within told, which was not counted here
        """,
}


@pytest.mark.parametrize("name", KEPT)
def test_a_file_that_keeps_every_rule_is_accepted(tmp_path: Path, name: str) -> None:
    assert findings(tmp_path, name.partition(" ")[0], KEPT[name]) == []


# ---- each rule broken ----


class Broken(NamedTuple):
    dataset: str
    rule: str
    lines: tuple[int, ...]
    column: str | None
    text: str


BROKEN = {
    "an id of one character": Broken(
        "programmes", "well_formed_id", (2,), "programme_id",
        """
        programme_id,programme_name,profession,country,named
        P,First,psychology,Wales,yes                   # one
        P1,First,psychology,Wales,yes                  # two
        """,
    ),
    "an id of thirty-three characters": Broken(
        "programmes", "well_formed_id", (2,), "programme_id",
        """
        programme_id,programme_name,profession,country,named
        123456789012345678901234567890123,First,psychology,Wales,yes   # thirty-three
        12345678901234567890123456789012,First,psychology,Wales,yes    # thirty-two
        """,
    ),
    "an id that begins with a hyphen": Broken(
        "programmes", "well_formed_id", (2,), "programme_id",
        """
        programme_id,programme_name,profession,country,named
        -P,First,psychology,Wales,yes                  # begins with it
        P-,First,psychology,Wales,yes                  # ends with it
        """,
    ),
    "a name that is a picture elsewhere": Broken(
        "programmes", "plain_name", (2,), "programme_name",
        """
        programme_id,programme_name,profession,country,named
        P1,![](https://example.org/x.png),psychology,Wales,yes
        P2,Psychology (part-time) & Arts: a B.Sc.,psychology,Wales,yes
        """,
    ),
    "names that are links, icons and lists elsewhere": Broken(
        "programmes", "plain_name", (2,), "programme_name",
        """
        programme_id,programme_name,profession,country,named
        P1,Psychology :home:,psychology,Wales,yes
        P2,Psychologie: Zürich & Łódź (M.Sc.) / 2,psychology,Wales,yes
        """,
    ),
    "a region with a sign for bold": Broken(
        "programmes", "plain_name", (2,), "region",
        """
        programme_id,programme_name,profession,country,region,named
        P1,First,psychology,Wales,*North*,yes
        """,
    ),
    "an id with an accent": Broken(
        "programmes", "well_formed_id", (2,), "programme_id",
        """
        programme_id,programme_name,profession,country,named
        Pé,First,psychology,Wales,yes
        """,
    ),
    "a profession in words": Broken(
        "programmes", "well_formed_code", (2,), "profession",
        """
        programme_id,programme_name,profession,country,named
        P1,First,Clinical psychology,Wales,yes         # words
        P2,First,clinical_psychology,Wales,yes         # a code
        """,
    ),
    "a name shown perhaps": Broken(
        "programmes", "one_of", (3,), "named",
        """
        programme_id,programme_name,profession,country,named
        P1,First,psychology,Wales,yes
        P2,Second,psychology,Wales,perhaps
        """,
    ),
    "a programme without a name": Broken(
        "programmes", "blank", (2,), "programme_name",
        """
        programme_id,programme_name,profession,country,named
        P1,,psychology,Wales,yes
        """,
    ),
    "a programme twice": Broken(
        "programmes", "one_row_each", (2, 4), None,
        """
        programme_id,programme_name,profession,country,named
        P1,First,psychology,Wales,yes                  # once
        P2,Second,psychology,Wales,yes
        P1,Third,psychology,Wales,yes                  # twice, under another name
        """,
    ),
    "years that do not follow each other": Broken(
        "cohorts", "academic_year", (2, 4), "academic_year",
        """
        programme_id,academic_year,respondent_group,invited
        P1,2024-26,staff,31                            # two years on
        P1,2024-25,staff,31                            # one
        P2,2024-26,staff,31                            # two again, elsewhere
        """,
    ),
    "a year as a date": Broken(
        "cohorts", "academic_year", (2,), "academic_year",
        """
        programme_id,academic_year,respondent_group,invited
        P1,25/09/2024,staff,31
        """,
    ),
    "a year of four and four digits": Broken(
        "cohorts", "year_understood", (2,), "academic_year",
        """
        programme_id,academic_year,respondent_group,invited
        P1,2024-2025,staff,31
        """,
    ),
    "a year in other digits": Broken(
        "cohorts", "academic_year", (2,), "academic_year",
        """
        programme_id,academic_year,respondent_group,invited
        P1,20٢٤-٢٥,staff,31
        """,
    ),
    "a year of the nineteenth century": Broken(
        "cohorts", "academic_year", (2,), "academic_year",
        """
        programme_id,academic_year,respondent_group,invited
        P1,1899-00,staff,31                            # 1899
        P1,1990-91,staff,31                            # 1990
        """,
    ),
    "a year that is neither possible nor come": Broken(
        "cohorts", "academic_year", (2,), "academic_year",
        """
        programme_id,academic_year,respondent_group,invited
        P1,2098-17,staff,31                            # said once
        """,
    ),
    "a year to come": Broken(
        "cohorts", "year_to_come", (3,), "academic_year",
        """
        programme_id,academic_year,respondent_group,invited
        P1,2025-26,staff,31                            # the latest
        P1,2026-27,staff,31                            # the one after
        """,
    ),
    "a group that is none": Broken(
        "cohorts", "one_of", (2,), "respondent_group",
        """
        programme_id,academic_year,respondent_group,invited
        P1,2024-25,trainees,31                         # plural
        P1,2024-25,trainee,31                          # singular
        """,
    ),
    "too many people": Broken(
        "cohorts", "count", (2,), "invited",
        """
        programme_id,academic_year,respondent_group,invited
        P1,2024-25,staff,1000001                       # one more
        P1,2024-25,trainee,1000000                     # the most
        """,
    ),
    "a number below nought": Broken(
        "cohorts", "type", (2,), "invited",
        """
        programme_id,academic_year,respondent_group,invited
        P1,2024-25,staff,-1                            # below
        P1,2024-25,trainee,0                           # nought
        """,
    ),
    "a number with a fraction": Broken(
        "cohorts", "type", (2,), "invited",
        """
        programme_id,academic_year,respondent_group,invited
        P1,2024-25,staff,31.0
        """,
    ),
    "a number in other digits": Broken(
        "cohorts", "type", (2,), "invited",
        """
        programme_id,academic_year,respondent_group,invited
        P1,2024-25,staff,٣١
        """,
    ),
    "a number longer than any": Broken(
        "cohorts", "type", (2,), "invited",
        """
        programme_id,academic_year,respondent_group,invited
        P1,2024-25,staff,99999999999999999999
        """,
    ),
    "nobody said to be invited": Broken(
        "cohorts", "blank", (2,), "invited",
        """
        programme_id,academic_year,respondent_group,invited
        P1,2024-25,staff,                              # blank is not nought
        P1,2024-25,trainee,0
        """,
    ),
    "a cohort twice": Broken(
        "cohorts", "one_row_each", (2, 3), None,
        """
        programme_id,academic_year,respondent_group,invited
        P1,2024-25,staff,31
        P1,2024-25,staff,31                            # the same
        P1,2024-25,trainee,31                          # the other group
        """,
    ),
    "cohorts of no programme": Broken(
        "cohorts", "blank", (2, 3), "programme_id",
        """
        programme_id,academic_year,respondent_group,invited
        ,2024-25,staff,31                              # blank, and so not the same as
        ,2024-25,staff,31                              # this one: nothing is said of repeating
        """,
    ),
    "an item that is none": Broken(
        "support", "one_of", (2,), "item_id",
        """
        programme_id,academic_year,item_id,status
        P1,2024-25,sofa,in_place
        P1,2024-25,rota,in_place
        """,
    ),
    "a status that is none": Broken(
        "support", "one_of", (2,), "status",
        """
        programme_id,academic_year,item_id,status,since
        P1,2024-25,rota,yes,2024-09-01                 # and nothing is said of the date
        """,
    ),
    "a day that never was": Broken(
        "support", "type", (2,), "since",
        """
        programme_id,academic_year,item_id,status,since
        P1,2024-25,policy,in_place,2023-02-29          # not a leap year
        P1,2024-25,rota,in_place,2024-02-29            # a leap year
        """,
    ),
    "a day the other way round": Broken(
        "support", "type", (2,), "since",
        """
        programme_id,academic_year,item_id,status,since
        P1,2024-25,policy,in_place,01/09/2024
        """,
    ),
    "a plan since a day": Broken(
        "support", "since_in_place", (2, 4), "since",
        """
        programme_id,academic_year,item_id,status,since
        P1,2024-25,policy,planned,2024-09-01           # not yet
        P1,2024-25,rota,in_part,2024-09-01             # in part
        P1,2023-24,rota,not_in_place,2023-09-01        # not at all
        """,
    ),
    "a day after the year": Broken(
        "support", "date_in_year_since", (3,), "since",
        """
        programme_id,academic_year,item_id,status,since
        P1,2024-25,policy,in_place,2025-08-31          # the last day of the year
        P1,2024-25,rota,in_place,2025-09-01            # the first of the next
        """,
    ),
    "a review before there was any": Broken(
        "support", "date_in_year_reviewed_on", (3,), "reviewed_on",
        """
        programme_id,academic_year,item_id,status,reviewed_on
        P1,2024-25,policy,in_place,1990-01-01          # the first day there can be
        P1,2024-25,rota,in_place,1989-12-31            # the day before
        """,
    ),
    "a link that not everybody can open": Broken(
        "support", "public_address", (3,), "evidence_url",
        """
        programme_id,academic_year,item_id,status,evidence_url
        P1,2024-25,policy,in_place,https://www.site.ac.uk/policy
        P1,2024-25,rota,in_place,http://www.site.ac.uk/policy
        """,
    ),
    "a collector nobody knows": Broken(
        "cohorts", "one_of", (3,), "collected_by",
        """
        programme_id,academic_year,respondent_group,invited,collected_by
        P1,2024-25,staff,31,outside_programme
        P1,2024-25,trainee,31,a_friend
        P2,2024-25,staff,31,                           # nothing said
        """,
    ),
    "an item twice": Broken(
        "support", "one_row_each", (2, 3), None,
        """
        programme_id,academic_year,item_id,status
        P1,2024-25,rota,in_place
        P1,2024-25,rota,planned                        # and otherwise
        P1,2023-24,rota,planned                        # another year
        """,
    ),
    "a role that is none": Broken(
        "staff_responses", "one_of", (2,), "role",
        """
        programme_id,academic_year,role,safe
        P1,2024-25,Tutor,agree                         # a capital
        P1,2024-25,tutor,agree
        """,
    ),
    "a year of training before the first": Broken(
        "trainee_responses", "one_of", (2,), "training_year",
        """
        programme_id,academic_year,training_year,seen
        P1,2024-25,0,yes                               # nought
        P1,2024-25,1,yes                               # one
        """,
    ),
    "a year of training after the last": Broken(
        "trainee_responses", "one_of", (2,), "training_year",
        """
        programme_id,academic_year,training_year,seen
        P1,2024-25,10,yes                              # ten
        P1,2024-25,9,yes                               # nine
        """,
    ),
    "an answer that is none": Broken(
        "staff_responses", "one_of", (3, 4), "safe",
        """
        programme_id,academic_year,safe
        P1,2024-25,agree
        P1,2024-25,maybe
        P1,2024-25,maybe
        """,
    ),
    "an answer to another question": Broken(
        "staff_responses", "one_of", (2,), "difficulty",
        """
        programme_id,academic_year,difficulty,told
        P1,2024-25,not_sure,                           # an answer to told only
        P1,2024-25,yes,not_sure
        """,
    ),
    "a question on a no": Broken(
        "staff_responses", "base_of_told", (2, 3, 4), "told",
        """
        programme_id,academic_year,difficulty,told
        P1,2024-25,no,no                               # said no
        P1,2024-25,prefer_not_to_say,yes               # did not say
        P1,2024-25,,yes                                # was not asked
        P1,2024-25,yes,yes                             # said yes
        """,
    ),
    "a wrong answer on a no": Broken(
        "staff_responses", "one_of", (2,), "told",
        """
        programme_id,academic_year,difficulty,told
        P1,2024-25,no,maybe                            # said once, of the cell
        """,
    ),
    "a yes on a wrong answer": Broken(
        "staff_responses", "one_of", (2,), "difficulty",
        """
        programme_id,academic_year,difficulty,told
        P1,2024-25,Yes,yes                             # said once, of the first cell
        """,
    ),
    "a question without the one before": Broken(
        "staff_responses", "missing_column", (), "difficulty",
        """
        programme_id,academic_year,told
        P1,2024-25,yes
        """,
    ),
    "told a peer and nobody": Broken(
        "staff_responses", "within_of_told_peer", (2,), "told_peer",
        """
        programme_id,academic_year,difficulty,told,told_peer
        P1,2024-25,yes,no,yes                          # nobody, and yet a peer
        P1,2024-25,yes,not_sure,yes                    # perhaps somebody
        P1,2024-25,yes,no,no                           # nobody, and no peer
        """,
    ),
    "no question at all": Broken(
        "staff_responses", "no_questions", (), None,
        """
        programme_id,academic_year,role
        P1,2024-25,tutor
        """,
    ),
    "a measure that is none": Broken(
        "counts", "one_of", (2,), "measure_id",
        """
        programme_id,academic_year,measure_id,respondents,affirmative
        P1,2024-25,Safe,10,4                           # a capital
        P1,2024-25,safe,10,4
        """,
    ),
    "a count in words": Broken(
        "counts", "type", (2,), "respondents",
        """
        programme_id,academic_year,measure_id,respondents,affirmative
        P1,2024-25,difficulty,ten,4                    # said once, and nothing of the others:
        P1,2024-25,told,4,2
        """,
    ),
    "a count in words that bounds another": Broken(
        "counts", "type", (2,), "affirmative",
        """
        programme_id,academic_year,measure_id,respondents,affirmative
        P1,2024-25,difficulty,10,four                  # said once, and nothing of those it bounds:
        P1,2024-25,told,4,2
        """,
    ),
    "a count of too many": Broken(
        "counts", "count", (2,), "respondents",
        """
        programme_id,academic_year,measure_id,respondents,affirmative
        P1,2024-25,safe,1000001,4                      # one more
        P2,2024-25,safe,1000000,4                      # the most
        """,
    ),
    "a count twice": Broken(
        "counts", "one_row_each", (2, 4), None,
        """
        programme_id,academic_year,measure_id,subgroup,respondents,affirmative
        P1,2024-25,safe,tutor,10,4
        P1,2024-25,safe,supervisor,10,4                # another subgroup
        P1,2024-25,safe,tutor,11,5                     # the same
        """,
    ),
    "a total twice": Broken(
        "counts", "one_row_each", (2, 3), None,
        """
        programme_id,academic_year,measure_id,respondents,affirmative
        P1,2024-25,safe,10,4
        P1,2024-25,safe,10,4
        """,
    ),
    "a total and subgroups": Broken(
        "counts", "total_or_subgroups", (2, 3), "subgroup",
        """
        programme_id,academic_year,measure_id,subgroup,respondents,affirmative
        P1,2024-25,safe,tutor,10,4                     # a subgroup
        P1,2024-25,safe,,20,8                          # and the total
        P2,2024-25,safe,,20,8                          # a total only
        P1,2023-24,safe,tutor,20,8                     # a subgroup only
        """,
    ),
    "counts of no measure": Broken(
        "counts", "blank", (2, 3), "measure_id",
        """
        programme_id,academic_year,measure_id,subgroup,respondents,affirmative
        P1,2024-25,,tutor,10,4                         # blank, and so neither a subgroup of
        P1,2024-25,,,20,8                              # this total, nor repeated
        """,
    ),
    "totals of no measure": Broken(
        "counts", "blank", (2, 3), "measure_id",
        """
        programme_id,academic_year,measure_id,respondents,affirmative
        P1,2024-25,,10,4                               # blank, and so not the same as
        P1,2024-25,,10,4                               # this one
        """,
    ),
    "more yes than answers": Broken(
        "counts", "affirmative_of_respondents", (2,), "affirmative",
        """
        programme_id,academic_year,measure_id,respondents,affirmative
        P1,2024-25,safe,10,11                          # eleven of ten
        P2,2024-25,safe,10,10                          # ten of ten
        """,
    ),
    "a subgroup of the other group, of staff": Broken(
        "counts", "subgroup_of_staff", (2,), "subgroup",
        """
        programme_id,academic_year,measure_id,subgroup,respondents,affirmative
        P1,2024-25,safe,1,10,4                         # a year of training
        P1,2024-25,safe,tutor,10,4                     # a role
        """,
    ),
    "a subgroup of the other group, of trainees": Broken(
        "counts", "subgroup_of_trainee", (2, 4), "subgroup",
        """
        programme_id,academic_year,measure_id,subgroup,respondents,affirmative
        P1,2024-25,seen,tutor,10,4                     # a role
        P1,2024-25,seen,9,10,4                         # a year of training
        P1,2024-25,seen,10,10,4                        # a year of training that there is not
        """,
    ),
    "more asked than said yes": Broken(
        "counts", "base_of_told", (3,), "respondents",
        """
        programme_id,academic_year,measure_id,respondents,affirmative
        P1,2024-25,difficulty,10,4
        P1,2024-25,told,5,2                            # five asked, four said yes
        P2,2024-25,difficulty,10,4
        P2,2024-25,told,4,2                            # four asked, four said yes
        P1,2023-24,difficulty,10,9                     # another year helps nobody
        """,
    ),
    "more asked than said yes, in all": Broken(
        "counts", "base_of_told", (3, 4), "respondents",
        """
        programme_id,academic_year,measure_id,subgroup,respondents,affirmative
        P1,2024-25,difficulty,,10,4
        P1,2024-25,told,tutor,3,2                      # three
        P1,2024-25,told,supervisor,2,1                 # and two of four
        """,
    ),
    "more asked than said yes, in a subgroup": Broken(
        "counts", "base_of_told", (4,), "respondents",
        """
        programme_id,academic_year,measure_id,subgroup,respondents,affirmative
        P1,2024-25,difficulty,tutor,10,4
        P1,2024-25,difficulty,supervisor,10,4
        P1,2024-25,told,tutor,5,2                      # five of four
        P1,2024-25,told,supervisor,3,2                 # three of four; eight of eight in all
        """,
    ),
    "asked on nothing": Broken(
        "counts", "base_given_for_told", (2,), "measure_id",
        """
        programme_id,academic_year,measure_id,respondents,affirmative
        P1,2024-25,told,4,2                            # difficulty was not counted here
        P2,2024-25,difficulty,10,4                     # only there
        """,
    ),
    "more within than around": Broken(
        "counts", "within_of_told_peer", (4,), "affirmative",
        """
        programme_id,academic_year,measure_id,respondents,affirmative
        P1,2024-25,difficulty,20,12
        P1,2024-25,told,12,6
        P1,2024-25,told_peer,12,7                      # seven told a peer, six told anyone
        P2,2024-25,difficulty,20,12
        P2,2024-25,told,12,6
        P2,2024-25,told_peer,12,6                      # six told a peer, six told anyone
        """,
    ),
    "more within than around, in a subgroup": Broken(
        "counts", "within_of_told_peer", (6,), "affirmative",
        """
        programme_id,academic_year,measure_id,subgroup,respondents,affirmative
        P1,2024-25,difficulty,tutor,20,12
        P1,2024-25,difficulty,supervisor,20,12
        P1,2024-25,told,tutor,12,6
        P1,2024-25,told,supervisor,12,6
        P1,2024-25,told_peer,tutor,12,7                # seven of six
        P1,2024-25,told_peer,supervisor,12,1           # one of six; eight of twelve in all
        """,
    ),
    "an id that a spreadsheet made a date": Broken(
        "cohorts", "id_made_a_date", (2, 3), "programme_id",
        """
        programme_id,academic_year,respondent_group,invited
        Jun-25,2024-25,staff,31                        # was 6-25
        Jun-25,2024-25,trainee,31
        JUN-25,2024-25,staff,31                        # no spreadsheet writes it so
        """,
    ),
    "an id that may be a day number": Broken(
        "cohorts", "id_day_number", (3,), "programme_id",
        """
        programme_id,academic_year,respondent_group,invited
        36525,2024-25,staff,31                         # a day in 1999
        36526,2024-25,staff,31                         # the first of 2000
        """,
    ),
    "a column left out": Broken(
        "cohorts", "missing_column", (), "respondent_group",
        """
        programme_id,academic_year,invited
        P1,2024-25,31
        P1,2024-25,31                                  # nothing is said of repeating
        """,
    ),
    "a column of another dataset": Broken(
        "cohorts", "unknown_column", (), "status",
        """
        programme_id,academic_year,respondent_group,invited,status
        P1,2024-25,staff,31,planned
        """,
    ),
    "a question put to the others": Broken(
        "staff_responses", "unknown_column", (), "seen",
        """
        programme_id,academic_year,safe,seen
        P1,2024-25,agree,yes
        """,
    ),
    "a column of names": Broken(
        "cohorts", "personal_column", (), "First name",
        """
        programme_id,academic_year,respondent_group,invited,First name
        P1,2024-25,staff,31,a name
        """,
    ),
    "ids that differ in capitals only": Broken(
        "programmes", "ids_alike", (2, 3), "programme_id",
        """
        programme_id,programme_name,profession,country,named
        P1,First,psychology,Wales,yes
        p1,Second,psychology,Wales,yes                 # the same to anybody who reads it
        P2,Third,psychology,Wales,yes
        """,
    ),
    "years that a spreadsheet counted up": Broken(
        "cohorts", "groups_in_different_years", (2, 3), "academic_year",
        """
        programme_id,academic_year,respondent_group,invited
        P1,2024-25,staff,31
        P1,2025-26,trainee,60                          # filled downwards
        P2,2024-25,staff,31
        P2,2024-25,trainee,60
        P2,2025-26,trainee,60                          # one group may be missing in a year
        """,
    ),
    "no row": Broken(
        "cohorts", "no_rows", (), None,
        "programme_id,academic_year,respondent_group,invited",
    ),
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_rule_is_found_once_where_it_is_broken(tmp_path: Path, broken: Broken) -> None:
    assert findings(tmp_path, broken.dataset, broken.text) == [(broken.rule, broken.lines, broken.column)]


def test_the_limit_in_these_files_is_the_limit_in_the_contract() -> None:
    assert LARGEST_COUNT == 1_000_000


def all_rules(built: Contract) -> set[str]:
    return {rule.name for rule in built.rules} | {rule.name for field in built.fields for rule in field.rules}


@pytest.mark.parametrize("dataset", first_catalogue().datasets)
def test_every_rule_has_a_file_that_breaks_it(dataset: Dataset) -> None:
    broken_somewhere = {broken.rule for broken in BROKEN.values()}
    assert all_rules(contract(dataset, CATALOGUE, Context(LATEST))) - broken_somewhere <= {
        "base_of_told_peer",  # of the same form as told's
        "base_given_for_told_peer",
    }


# ---- registered programmes ----

COHORTS_OF_THREE = """
    programme_id,academic_year,respondent_group,invited
    P1,2024-25,staff,31                                # registered
    p1,2024-25,staff,31                                # capitals matter
    P!,2024-25,staff,31                                # not even an id, which is said instead
    """


def test_a_programme_that_is_not_registered_is_found_where_programmes_are_known(tmp_path: Path) -> None:
    found = findings(tmp_path, "cohorts", COHORTS_OF_THREE, programmes=frozenset({"P1", "P2"}))
    assert found == [("well_formed_id", (4,), "programme_id"), ("registered", (3,), "programme_id")]


def test_where_programmes_are_not_known_any_id_will_do(tmp_path: Path) -> None:
    assert findings(tmp_path, "cohorts", COHORTS_OF_THREE) == [("well_formed_id", (4,), "programme_id")]


def test_where_none_is_registered_none_will_do(tmp_path: Path) -> None:
    text = "programme_id,academic_year,respondent_group,invited\nP1,2024-25,staff,31"
    assert findings(tmp_path, "cohorts", text, programmes=frozenset()) == [("registered", (2,), "programme_id")]


# ---- what is said ----


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "an id of one character",
            'file.csv, row 2, column programme_id: "P" is not an id of 2 to 32 letters, digits, hyphens '
            "and underscores. Use the id the steward gave you.",
        ),
        (
            "years that do not follow each other",
            'file.csv, rows 2, 4, column academic_year: "2024-26" is not an academic year of two consecutive years, '
            "such as 2024-25. Write it in this way, as text; spreadsheets like to turn it into a date. "
            "If the column holds dates, a mapping can say so, and the year is made from them.",
        ),
        (
            "a year to come",
            'file.csv, row 3, column academic_year: "2026-27" is not a year up to 2025-26, from 1990-91 on. '
            "Correct the year.",
        ),
        (
            "too many people",
            'file.csv, row 2, column invited: "1000001" is not a number of people up to 1,000,000. '
            "Write how many people it was.",
        ),
        (
            "a number with a fraction",
            'file.csv, row 2, column invited: "31.0" is not a number of people, such as 31. '
            "Write it in digits, without anything else.",
        ),
        (
            "a day the other way round",
            'file.csv, row 2, column since: "01/09/2024" is not a date such as 2024-09-01. '
            "Write year, month and day in this way.",
        ),
        (
            "nobody said to be invited",
            "file.csv, row 2, column invited: The cell is blank. Fill it in.",
        ),
        (
            "a cohort twice",
            "file.csv, rows 2, 3: There must be one row for each programme, academic year and group. "
            "Delete the rows that repeat it.",
        ),
        (
            "an answer that is none",
            'file.csv, rows 3, 4, column safe: "maybe" is not one of disagree, neither, agree, strongly_agree. '
            "Use one of these codes, or leave the cell blank if it was not answered.",
        ),
        (
            "a question on a no",
            "file.csv, rows 2, 3, 4, column told: told is asked only of those who answered yes to difficulty. "
            + leave_blank("told"),
        ),
        (
            "told a peer and nobody",
            "file.csv, row 2, column told_peer: Who answered yes to told_peer cannot answer no to told. "
            "Ask whoever ran the survey which of the two answers is right.",
        ),
        (
            "a question without the one before",
            "file.csv, column difficulty: The column is missing. told is asked only of those who say yes to it. "
            "Add the column; a mapping can rename another column to it, or give the same value for every row.",
        ),
        (
            "a total and subgroups",
            "file.csv, rows 2, 3, column subgroup: A measure comes as a total or as subgroups, never both: "
            "people would be counted twice. Delete the total (its subgroup is blank), or the subgroups.",
        ),
        (
            "a subgroup of the other group, of staff",
            "file.csv, row 2, column subgroup: The subgroup of a measure asked of staff is one of supervisor, tutor, "
            "not_stated, or blank. Use one of these codes.",
        ),
        (
            "more asked than said yes",
            "file.csv, row 3, column respondents: told is asked only of those counted as affirmative in difficulty, "
            "so it cannot have more respondents than that has affirmative answers. "
            "Correct the numbers.",
        ),
        (
            "more within than around",
            "file.csv, row 4, column affirmative: A yes to told_peer means a yes to told, "
            "so it cannot have more affirmative answers. Correct the numbers.",
        ),
    ],
)
def test_a_finding_is_a_sentence_that_says_what_to_do(tmp_path: Path, name: str, sentence: str) -> None:
    assert sentences(tmp_path, BROKEN[name].dataset, BROKEN[name].text) == [sentence]


def test_a_base_with_two_affirmative_answers_names_both(tmp_path: Path) -> None:
    catalogue = a_catalogue(
        a_measure("often", answers=["always", "often", "never"], affirmative=["always", "often"]),
        a_measure("then", base="often"),
    )
    text = "programme_id,academic_year,often,then\nP1,2024-25,never,yes\nP1,2024-25,often,yes\n"
    assert [str(finding) for finding in checked(tmp_path, "staff_responses", text, catalogue).findings] == [
        "file.csv, row 2, column then: then is asked only of those who answered always or often to often. "
        + leave_blank("then")
    ]


@pytest.mark.parametrize("dataset", first_catalogue().datasets)
def test_every_column_is_described_and_every_rule_is_a_sentence(dataset: Dataset) -> None:
    built = contract(dataset, first_catalogue(), Context(LATEST, frozenset({"P1"})))
    assert all(field.description for field in built.fields)
    rules = [*built.rules, *(rule for field in built.fields for rule in field.rules)]
    assert all(rule.fix.endswith(".") and rule.fix[0].isupper() for rule in rules)
    assert all(rule.judges_cell != rule.expected.endswith(".") for rule in rules)


# ---- another instrument is another catalogue ----


def test_the_columns_of_responses_are_the_questions_of_the_catalogue() -> None:
    built = contract(Dataset("staff_responses"), CATALOGUE, Context(LATEST))
    assert built.questions == ("difficulty", "told", "told_peer", "safe")
    difficulty = Base("difficulty", ("yes",))
    assert built.bases == {"told": difficulty, "told_peer": difficulty}
    assert [field.name for field in built.fields] == ["programme_id", "academic_year", "role", *built.questions]


def test_only_what_may_be_left_out_is_blank_where_absent() -> None:
    def absent(dataset: Dataset) -> list[tuple[str, Any]]:
        built = contract(dataset, CATALOGUE, Context(LATEST))
        return [(field.name, field.dtype) for field in built.blank_if_absent]

    assert {str(dataset): absent(dataset) for dataset in CATALOGUE.datasets} == {
        "programmes": [("region", pl.String), ("formerly", pl.String)],
        "cohorts": [("collected_by", pl.String)],
        "staff_responses": [("role", pl.String)],
        "trainee_responses": [("training_year", pl.String)],
        "support": [("since", pl.Date), ("reviewed_on", pl.Date), ("evidence_url", pl.String)],
        "counts": [("subgroup", pl.String)],
    }


@pytest.mark.parametrize(
    "name", ["www.example.org", "see WWW.example.org", "a@b", "https://example.org", "# A", "1. A", "- A"]
)
def test_a_name_is_nothing_that_a_page_would_make_more_of(tmp_path: Path, name: str) -> None:
    text = f"programme_id,programme_name,profession,country,named\nP1,{name},psychology,Wales,yes\n"
    assert [finding.rule for finding in checked(tmp_path, "programmes", text, CATALOGUE).findings] == ["plain_name"]


@pytest.mark.parametrize(("first_month", "is_broken"), [(9, True), (10, False)])
def test_a_date_lies_in_a_year_that_begins_when_the_instrument_says(
    tmp_path: Path, first_month: int, is_broken: bool
) -> None:
    instrument = CATALOGUE.instrument.model_copy(update={"first_month": first_month})
    catalogue = CATALOGUE.model_copy(update={"instrument": instrument})
    text = "programme_id,academic_year,item_id,status,since\nP1,2024-25,policy,in_place,2025-09-30\n"
    found = checked(tmp_path, "support", text, catalogue, latest_year=LATEST).findings
    assert ("date_in_year_since" in {finding.rule for finding in found}) == is_broken
