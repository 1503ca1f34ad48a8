"""The one door to the private store: submissions, and the counts they gave. No answer of a person passes it."""

import dataclasses
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from pipelines.disclosure.ledger import Ledger
from pipelines.disclosure.pairs import PAIR
from pipelines.disclosure.waiting_lists import what_stands
from pipelines.errors import AlreadyHeld, NoStore, Refused
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.definitions import definitions, retired_measures
from pipelines.store.definition_table import (
    accept_wording,
    accepted,
    entries_seen,
    entries_told,
    items_seen,
    measures_publishing_sees,
    require_same_definitions,
    require_succession,
    roots_of_kin,
    wording_corrections,
)
from pipelines.store.event_record import EVENT, EVERYTHING_DONE
from pipelines.store.identity_table import codes, codes_given, draw_codes, record_identities, said_before, unnamed
from pipelines.store.ledger_tables import LEDGER_ROWS, add_to_ledger
from pipelines.store.migration import MOVED
from pipelines.store.records import (
    OPENED,
    RELEASES,
    YEARS,
    Holdings,
    Receipt,
    ReleaseNote,
    Submission,
    present_ids,
    scope_names,
)
from pipelines.store.release_table import insert_release, take_down, take_down_what_may_not_stay
from pipelines.store.submission_register import SubmissionRegister, receipt_of
from pipelines.store.submission_tables import (
    TABLES,
    already_held,
    insert,
    refuse_mixing,
    refuse_twice,
    refuse_used_ids,
    standing_clashes,
    supersede,
    under_former_ids,
    without,
)
from pipelines.store.table_copies import compared, copy_tables, require_empty
from pipelines.store.tier_check import require_same_tiers
from pipelines.store.withdrawals import WITHDRAWN, withdraw
from pipelines.store.year_tables import (
    close_years,
    final_years,
    open_new_years,
    open_years,
    set_aside,
    states,
)
from pipelines.store_place import StorePlace

if TYPE_CHECKING:
    from pipelines.instrument.catalogue import Catalogue


_CLOSED_COHORTS = """
    SELECT programme_id, academic_year, respondent_group, invited, collected_by
    FROM standing_cohort ANTI JOIN open_year USING (academic_year)
"""
_EDITIONS = """
    SELECT catalogue_version, min(academic_year) AS first_year
    FROM standing_contribution JOIN submission USING (submission_id) ANTI JOIN open_year USING (academic_year)
    GROUP BY catalogue_version ORDER BY first_year, catalogue_version
"""
_IDS_USED = """
    SELECT known_as, programme_id, arg_max(known_as, rowid) OVER (PARTITION BY programme_id) AS last_id
    FROM programme ORDER BY rowid
"""
_CLOSED_PAIRS = """
    SELECT submission_id, programme_id, academic_year, expected, modelled, respondents, "both_sides",
        (submission_id, programme_id, academic_year) IN (
            SELECT (submission_id, programme_id, academic_year) FROM contribution WHERE subgroup IS NOT NULL
        ) AS has_subgroups
    FROM standing_pair ANTI JOIN open_year USING (academic_year)
"""
_CLOSED_SUPPORT = """
    SELECT programme_id, academic_year, item_id, status, since, reviewed_on, evidence_url
    FROM standing_support ANTI JOIN open_year USING (academic_year)
"""
_CLOSED_CONTRIBUTIONS = """
    SELECT submission_id, dataset, programme_id, academic_year, measure_id, definition, subgroup, respondents,
        affirmative
    FROM standing_contribution ANTI JOIN open_year USING (academic_year)
"""


class Store(SubmissionRegister):
    """An open store. Use it in a `with`: whoever opens one waits until everybody before has closed it."""

    # ---- what is held ----

    def registered_programmes(self) -> frozenset[str]:
        """Their present ids."""
        return frozenset(self._query("SELECT known_as FROM standing_programme")["known_as"])

    def require_instrument(self, instrument_id: str) -> None:
        """Raises Refused where the store holds audits made with another instrument."""
        for present in self._query("SELECT DISTINCT instrument_id FROM submission")["instrument_id"]:
            if present != instrument_id:
                raise Refused(
                    f"This store holds audits made with the catalogue “{present}”, not with “{instrument_id}”. "
                    f"Give that catalogue, or another --home."
                )

    def require_definitions(self, catalogue: "Catalogue") -> None:
        """Raises Refused where the catalogue is another instrument's, or defines a measure otherwise that the store has
        answers to, or replaces what cannot be replaced so, or sets other tiers than results were published with."""
        self.require_instrument(catalogue.instrument.id)
        with self._cursor() as cursor:
            require_same_definitions(cursor, definitions(catalogue, accepted(cursor)))
            require_succession(cursor, catalogue)
            require_same_tiers(cursor, catalogue)

    def definitions(self, catalogue: "Catalogue") -> pl.DataFrame:
        """What each measure of a catalogue asks (DEFINITION). A corrected wording has the fingerprint of the first."""
        with self._cursor() as cursor:
            return definitions(catalogue, accepted(cursor))

    def roots_of_kin(self, catalogue: "Catalogue") -> pl.DataFrame:
        """Each measure that was ever asked, and every question put to everybody with which the same people may have
        answered it: measure_id, root_id."""
        with self._cursor() as cursor:
            before = entries_told(entries_seen(cursor))
        return roots_of_kin([*before, *((entry.id, entry.base, entry.replaces) for entry in catalogue.measure)])

    def everything_asked(self, catalogue: "Catalogue") -> "Catalogue":
        """The catalogue, and after its measures those of earlier editions that publishing knows of.

        It knows of a measure where it sees answers to it or to one that it depends on: whether the measure itself has
        any would tell what was answered to that one.
        """
        with self._cursor() as cursor:
            earlier, seen = retired_measures(entries_seen(cursor), catalogue), measures_publishing_sees(cursor)
        everything = catalogue.with_retired(earlier)
        known = {measure.id for measure in earlier if seen & {measure.id, *everything.chain(measure)}}
        needed = {name for measure in known for name in everything.depends_on(everything.measures[measure])}
        return catalogue.with_retired(measure for measure in earlier if measure.id in known | needed)

    def years(self) -> pl.DataFrame:
        """Every academic year that was ever opened, and who has sent what for it (YEARS)."""
        return self._short_list(
            """
            SELECT academic_year, event, known_as, list_sort(list(DISTINCT dataset) FILTER (dataset IS NOT NULL))
            FROM year_state LEFT JOIN standing_scope USING (academic_year)
            LEFT JOIN standing_programme USING (programme_id)
            GROUP BY ALL ORDER BY academic_year, known_as
            """,
            YEARS,
        )

    def year_states(self) -> dict[str, str]:
        """What happened last to each academic year that was ever opened: OPENED or CLOSED."""
        with self._cursor() as cursor:
            return states(cursor)

    def final_years(self) -> list[str]:
        """The closed years from which a release has been made, in order: they cannot be opened again."""
        with self._cursor() as cursor:
            return final_years(cursor)

    def holds_invented(self) -> bool:
        """Whether this is the store of a demonstration."""
        return bool(self._query("SELECT coalesce(bool_or(invented), false) FROM submission").item())

    def programmes(self) -> pl.DataFrame:
        """The programmes registered: programme_id (the one the store keeps), known_as, code (null until a release has
        given it one), programme_name, profession, country, region, named, told_by_name (see identity_table)."""
        registered = self._query(
            """
            SELECT programme_id, known_as, programme_name, profession, country, region, named = 'yes' AS named
            FROM standing_programme ORDER BY programme_id
            """
        )
        with self._cursor() as cursor:
            return codes(cursor, registered)

    def named_programmes(self) -> frozenset[str]:
        """The present ids of the programmes whose names may be shown to others."""
        return frozenset(self.programmes().filter("named")["known_as"])

    def programmes_told_by_name(self) -> frozenset[str]:
        """The present ids of those of which something may be told beside their names, before the next release."""
        return frozenset(self.programmes().filter("told_by_name")["known_as"])

    def cohorts(self) -> pl.DataFrame:
        """How many were invited: programme_id, academic_year, respondent_group, invited."""
        return self._query("SELECT programme_id, academic_year, respondent_group, invited FROM standing_cohort")

    def answered(self) -> pl.DataFrame:
        """How many answered each question, not what they answered: programme_id, academic_year, measure_id,
        respondents."""
        return self._query(
            """
            SELECT programme_id, academic_year, measure_id, sum(respondents)::BIGINT AS respondents
            FROM standing_contribution GROUP BY ALL ORDER BY ALL
            """
        )

    def holdings(self) -> Holdings:
        """Everything that stands of closed years, and everything published so far."""
        with self._cursor() as cursor:
            programmes = draw_codes(cursor, self.programmes())
            no_longer_named, told_by_releases = unnamed(cursor), said_before(cursor)
            items, corrections = items_seen(cursor), wording_corrections(cursor)
        open_years = [year for year, event in sorted(self.year_states().items()) if event == OPENED]
        return Holdings(
            submissions=frozenset(
                self._query("SELECT submission_id FROM standing_scope ANTI JOIN open_year USING (academic_year)")[
                    "submission_id"
                ]
            ),
            invented=self.holds_invented(),
            programmes=programmes,
            cohorts=self._query(_CLOSED_COHORTS),
            support=self._query(_CLOSED_SUPPORT),
            contributions=self._query(_CLOSED_CONTRIBUTIONS),
            withdrawn=self._query(WITHDRAWN),
            unnamed=no_longer_named,
            said_before=told_by_releases,
            pairs=self.pairs(),
            editions=self._query(_EDITIONS),
            items=items,
            definitions=self._query(
                "SELECT measure_id, arg_min(definition, rowid) FROM definition GROUP BY measure_id"
            ),
            corrections=corrections,
            open_years=open_years,
            ledger=self.ledger(),
        )

    def no_longer_named(self) -> pl.DataFrame:
        """Programmes that were named in a release and are not named any more: programme_id, publishing (the first since
        then)."""
        with self._cursor() as cursor:
            return unnamed(cursor)

    def codes_given(self) -> pl.DataFrame:
        """Every code under which a release showed a programme: code, programme_id, former (see identity_table)."""
        with self._cursor() as cursor:
            return codes_given(cursor)

    def pairs(self) -> pl.DataFrame:
        """How many people answered both of two questions, of closed years (disclosure.pairs.PAIR)."""
        return self._query(_CLOSED_PAIRS).cast(PAIR)  # type: ignore[arg-type]

    def ledger(self) -> Ledger:
        """What publishing has seen and done so far."""
        return Ledger(*(self._query(sql) for sql in LEDGER_ROWS.values()))

    def standing_ledger(self) -> Ledger:
        """The same, without what was taken back, and what stood under a name that is not shown any more. Whatever is
        told to people goes by this one: what was taken back is gone at once, and not with the next release alone."""
        return what_stands(self.ledger(), self._query(WITHDRAWN), self.no_longer_named())

    # ---- what changes it ----

    def record(self, submission: Submission, *, replace: bool) -> Receipt:
        """Store a submission in one transaction: all of it, or nothing.

        Raises Refused where it does not belong into this store, or where it would supersede another and `replace`
        was not asked for; StoreUnavailable where it cannot be written.
        """
        submission_id = secrets.token_hex(6)
        self.require_instrument(submission.instrument_id)
        by, at, dataset = submission.submitted_by, submission.submitted_at, submission.dataset
        kept = dataclasses.replace(
            submission, counted=self._under_first_ids(submission), pairs=self.first_ids(submission.pairs)
        )
        with self._transaction() as cursor:
            refuse_mixing(cursor, submission)
            entries = entries_told([*entries_seen(cursor), *submission.definitions["entry"]])
            aside = set_aside(cursor, dataset, kept.counted, roots_of_kin(entries))
            counting = without(kept.scope, aside)
            clashes = standing_clashes(cursor, dataset, counting, submission.elsewhere)
            if clashes.height and not replace:
                raise AlreadyHeld(already_held(submission, clashes))
            supersede(cursor, clashes, submission_id)
            insert(cursor, kept, submission_id, aside)
            opened = open_new_years(cursor, kept.scope["academic_year"].drop_nulls(), by=by, at=at)
        counts = 0 if dataset in TABLES else submission.counted.height
        receipt = receipt_of(submission_id, submission.file, dataset, submission.rows, counts, submission.scope)
        superseded = clashes["submission_id"].unique(maintain_order=True).to_list()
        sent_as = dict(zip(kept.scope["programme_id"], submission.scope["programme_id"], strict=True))
        told_aside = scope_names(aside.with_columns(pl.col("programme_id").replace(sent_as)))
        return dataclasses.replace(
            receipt, superseded=superseded, in_place=replace, set_aside=told_aside, years_opened=opened
        )

    def _under_first_ids(self, submission: Submission) -> pl.DataFrame:
        if submission.dataset != Dataset.PROGRAMMES:
            return self.first_ids(submission.counted)
        present = dict(self._query("SELECT known_as, programme_id FROM standing_programme").iter_rows())
        programmes = self.first_ids(under_former_ids(submission, present))
        refuse_twice(submission.file, programmes)
        renamed = set(submission.counted.filter(pl.col("formerly").is_not_null())["programme_id"])
        refuse_used_ids(submission.file, programmes, renamed, self._query(_IDS_USED), set(self.codes_given()["code"]))
        return programmes

    def open_years(self, years: Iterable[str], *, by: str, at: datetime) -> list[str]:
        """Open academic years for collection; those that were not open.

        Raises Refused where one is final, or nobody can have an audit for it.
        """
        with self._transaction() as cursor:
            return open_years(cursor, years, by=by, at=at)

    def close_years(self, years: Iterable[str], *, by: str, at: datetime) -> list[str]:
        """End the collection of academic years; those that were open. Raises Refused where one was never opened."""
        with self._transaction() as cursor:
            return close_years(cursor, years, by=by, at=at)

    def withdraw(
        self, submission_id: str | None, programme_id: str | None, *, by: str, at: datetime, reason: str
    ) -> pl.DataFrame:
        """Take back a submission, or everything of a programme. Gives what was: submission_id, dataset, programme_id
        (the present ones), academic_year. What has been published of it goes with the next release.

        Raises Refused where nothing of the kind stands.
        """
        asked = pl.DataFrame({"programme_id": [programme_id]}, schema={"programme_id": pl.String})
        first_id = self.first_ids(asked).item()
        registered = self.programmes()
        with self._transaction() as cursor:
            taken = withdraw(cursor, submission_id, first_id, by=by, at=at, reason=reason)
            if taken.is_empty():
                name = submission_id or programme_id
                raise Refused(f"Nothing stands under {name}. `openness submissions` lists what there is.")
        return present_ids(taken, registered)

    def accept_wording(
        self, catalogue: "Catalogue", measures: Iterable[str], *, reason: str, by: str, at: datetime
    ) -> dict[str, tuple[str, str]]:
        """Take changed wordings as mere corrections: all of them, or none. What was corrected of each measure, before
        and after. Both are kept, with the reason.

        Raises Refused where one is no correction.
        """
        self.require_instrument(catalogue.instrument.id)
        with self._transaction() as cursor:
            return {
                measure: accept_wording(cursor, catalogue, measure, reason=reason, by=by, at=at)
                for measure in dict.fromkeys(measures)
            }

    def record_release(self, release: ReleaseNote, new: Ledger, holdings: Holdings) -> None:
        """Note a release, what it adds to the ledger, and which earlier ones are offered no longer, in one transaction.
        From now on none of it changes.

        `holdings`: those it was made from, with the codes that its programmes keep from now on.
        """
        with self._transaction() as cursor:
            take_down_what_may_not_stay(cursor, release, holdings.withdrawn, holdings.unnamed)
            insert_release(cursor, release)
            record_identities(cursor, holdings.programmes, release.publishing)
            add_to_ledger(cursor, new)

    def take_down_release(self, release_id: str, *, by: str, at: datetime, reason: str) -> None:
        """Note that a release is not offered any more. Raises Refused where there is none, or it was noted before."""
        with self._transaction() as cursor:
            take_down(cursor, release_id, by=by, at=at, reason=reason)

    def releases(self) -> pl.DataFrame:
        """Every release ever made, oldest first."""
        return self._short_list("FROM release ORDER BY publishing", RELEASES)

    def offered_releases(self) -> list[str]:
        """The ids of the releases that were not taken down, oldest first."""
        return self.releases().filter(pl.col("taken_down_at").is_null())["release_id"].to_list()

    def everything_noted(self) -> frozenset[str]:
        """Whatever ever came in or was done, each in words that no other has."""
        rows = self._query(
            """
            SELECT 'release ' || release_id AS noted FROM release
            UNION SELECT 'submission ' || submission_id FROM submission
            UNION SELECT 'withdrawal of ' || programme_id || ' from submission ' || submission_id FROM withdrawal
            UNION SELECT academic_year || ' ' || event || ' on ' || happened_at FROM year_event
            UNION SELECT 'wording of ' || measure_id || ' corrected on ' || accepted_at FROM accepted_wording
            UNION SELECT 'release ' || release_id || ' taken down' FROM release WHERE taken_down_at IS NOT NULL
            """
        )
        return frozenset(rows["noted"])

    def everything_done(self) -> pl.DataFrame:
        """What was done to the store, and by whom (EVENT), in no order."""
        return self._short_list(EVERYTHING_DONE, EVENT)

    def copy_to(self, place: StorePlace) -> dict[str, int]:
        """Write a copy of the whole store, as it is now, to a place that holds nothing yet, and compare the two row by
        row. How many rows each table has.

        Raises Refused where something is held there; StoreUnavailable where the copy cannot be written.
        """
        with self._cursor() as cursor, type(self)(place) as copy:
            with copy._transaction() as written:
                require_empty(written, place)
                copy_tables(cursor, written)
            with copy._cursor() as written:
                return compared(cursor, written, place)

    def leave(self) -> None:
        """Be used no more: what is here has been copied elsewhere, and goes on there."""
        with self._transaction() as cursor:
            cursor.execute(f"CREATE TABLE {MOVED} (moved_at TIMESTAMP)")

    def release_ids(self) -> list[str]:
        """The ids of every release ever made, oldest first."""
        return self.releases()["release_id"].to_list()

    def overrides(self) -> pl.DataFrame:
        """Everything set aside that a steward ever let through, with the reason."""
        return self._query("FROM override ORDER BY ALL")


@contextmanager
def store_if_there(path: StorePlace) -> Iterator[Store | None]:
    """The store for reading only; None where there is none yet, and none is made."""
    store = None
    with suppress(NoStore):
        store = Store(path, read_only=True)
    if store is None:
        yield None
        return
    with store:
        yield store
