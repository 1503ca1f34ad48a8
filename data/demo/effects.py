"""The invented programmes, and what their invented people tend to answer: every effect that the data have was chosen.

Chances are those of an affirmative answer. What changes them is in log-odds, added to the usual chance.
"""

from dataclasses import dataclass, field

YEARS = (2019, 2020, 2021, 2022, 2023, 2024, 2025)  # an academic year goes by the year it begins in
FIRST_EDITION = (2019, 2020)  # the years that were asked with the first edition of the questions

# ---- the programmes ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Programme:
    tree: str
    profession: str
    country: str
    region: str
    staff: int  # usually invited
    trainees: int  # usually invited
    named: str = "yes"
    years: tuple[int, ...] = YEARS
    response: float = 0.65  # the usual share of those invited who answer
    counts_only: bool = False
    asks_subgroup: bool = True  # role or training year
    collected_by: str = ""
    starts: dict[str, int] = field(default_factory=dict)  # support items that come into place in a given year
    rise: float = 0.0  # of how much staff talk, in log-odds a year, once the first of `starts` is in place

    @property
    def id(self) -> str:
        return f"demo-{self.tree}"

    @property
    def name(self) -> str:
        return f"{self.tree.title()} (invented)"

    def years_of_practice(self, year: int) -> int:
        return max(0, year + 1 - min(self.starts.values(), default=year + 1))


EXAMPLELAND, SAMPLONIA = "exampleland", "samplonia"
NORTH, SOUTH, WEST = (f"{EXAMPLELAND}_{region}" for region in ("north", "south", "west"))
COAST, HILLS = (f"{SAMPLONIA}_{region}" for region in ("coast", "hills"))

PROGRAMMES = (
    # ---- psychology ----
    Programme(
        "alder", "clinical_psychology", EXAMPLELAND, NORTH, staff=55, trainees=90, response=0.72,
        collected_by="outside_programme", starts={"supervisor_training": 2023, "example_in_teaching": 2023}, rise=0.5,
    ),
    Programme(
        "birch", "clinical_psychology", EXAMPLELAND, NORTH, staff=42, trainees=54, named="no", collected_by="programme",
    ),
    Programme(
        "cedar", "clinical_psychology", SAMPLONIA, COAST, staff=38, trainees=52, years=(2019, 2021, 2023, 2025),
        collected_by="steward",
    ),
    Programme("elm", "clinical_psychology", EXAMPLELAND, WEST, staff=20, trainees=34),
    Programme(
        "hazel", "clinical_psychology", EXAMPLELAND, NORTH, staff=34, trainees=42, collected_by="programme",
        starts={"policy_written": 2022, "policy_voluntary": 2022},
    ),
    Programme(
        "ash", "clinical_psychology", SAMPLONIA, COAST, staff=44, trainees=66, response=0.34, asks_subgroup=False,
        collected_by="outside_programme",
    ),
    Programme("aspen", "clinical_psychology", EXAMPLELAND, SOUTH, staff=36, trainees=48, named="no"),
    Programme(
        "beech", "counselling_psychology", EXAMPLELAND, SOUTH, staff=28, trainees=38, collected_by="steward",
        starts={"culture_induction": 2023},
    ),
    # ---- psychiatry ----
    Programme(
        "holly", "psychiatry", EXAMPLELAND, SOUTH, staff=38, trainees=46, collected_by="outside_programme",
        starts={"example_in_teaching": 2022}, rise=0.2,
    ),
    Programme("larch", "psychiatry", EXAMPLELAND, SOUTH, staff=30, trainees=15, named="no"),
    Programme(
        "lime", "psychiatry", EXAMPLELAND, WEST, staff=28, trainees=40, years=(2022, 2023, 2024, 2025),
        collected_by="programme",
    ),
    Programme(
        "maple", "psychiatry", SAMPLONIA, HILLS, staff=36, trainees=48, asks_subgroup=False,
        starts={"independent_contact": 2022},
    ),
    Programme("juniper", "psychiatry", SAMPLONIA, COAST, staff=20, trainees=16, collected_by="programme"),
    Programme(
        "hornbeam", "psychiatry", EXAMPLELAND, NORTH, staff=40, trainees=58, named="no", response=0.4,
        collected_by="steward",
    ),
    Programme(
        "pine", "psychiatry", EXAMPLELAND, NORTH, staff=46, trainees=72, years=(2019, 2020, 2021, 2022, 2023),
        collected_by="outside_programme",
    ),
    Programme(
        "poplar", "psychiatry", EXAMPLELAND, WEST, staff=32, trainees=44, counts_only=True, collected_by="programme",
    ),
    # ---- nursing ----
    Programme(
        "oak", "mental_health_nursing", EXAMPLELAND, WEST, staff=42, trainees=58, named="no", collected_by="programme",
    ),
    Programme(
        "rowan", "mental_health_nursing", EXAMPLELAND, WEST, staff=52, trainees=96, collected_by="outside_programme",
        starts={"supervisor_training": 2022}, rise=0.2,
    ),
    Programme(
        "willow", "mental_health_nursing", SAMPLONIA, HILLS, staff=26, trainees=36, asks_subgroup=False,
        years=(2019, 2020, 2021, 2023, 2024, 2025),
    ),
    Programme("yew", "mental_health_nursing", EXAMPLELAND, SOUTH, staff=30, trainees=40, counts_only=True),
    Programme(
        "chestnut", "mental_health_nursing", EXAMPLELAND, NORTH, staff=60, trainees=120, response=0.6,
        collected_by="steward",
    ),
    Programme("hawthorn", "mental_health_nursing", SAMPLONIA, HILLS, staff=40, trainees=84, response=0.3),
    Programme("spruce", "mental_health_nursing", EXAMPLELAND, SOUTH, staff=34, trainees=62, named="no"),
    Programme(
        "sycamore", "mental_health_nursing", EXAMPLELAND, WEST, staff=48, trainees=100,
        years=(2021, 2022, 2023, 2024, 2025), collected_by="outside_programme", starts={"policy_confidentiality": 2023},
    ),
)  # fmt: skip

# ---- what people tend to answer ---------------------------------------------------------------------------

NOT_ANSWERED = 0.04

# The usual chance of an affirmative answer: of those asked and, for a question within another, of those
# who answered that one affirmatively. First what both editions ask, then each by itself.
CHANCE = {
    "staff_safe_to_share": 0.50,
    "equipped_to_respond": 0.56,
    "safe_to_share": 0.44,
    "free_to_choose": 0.60,
    "must_appear_perfect": 0.50,
    "barrier_career": 0.50,
    # ---- the first edition ----
    "expects_openness": 0.78,
    "models_openness": 0.38,
    "invites_conversation": 0.44,
    "staff_lived_experience": 0.60,
    "staff_told_colleagues": 0.58,
    "trained_to_respond": 0.32,
    "staff_knows_policy": 0.40,
    "lived_experience": 0.65,
    "told_anyone": 0.72,
    "told_peer": 0.80,
    "told_supervisor": 0.56,
    "told_tutor": 0.38,
    "response_helpful": 0.70,
    "would_tell_supervisor_current": 0.36,
    "would_tell_supervisor_past": 0.54,
    "would_tell_tutor_current": 0.30,
    "sees_openness": 0.38,
    "barrier_stigma": 0.56,
    "barrier_confidentiality": 0.45,
    "aware_of_support": 0.56,
    "trainee_knows_policy": 0.30,
    "used_support": 0.34,
    "support_helped": 0.66,
    # ---- the second edition: staff ----
    "expects_trainees_to_talk": 0.74,
    "talks_with_trainees": 0.36,
    "gives_permission": 0.58,
    "staff_free_to_choose": 0.62,
    "had_training_to_respond": 0.32,
    "staff_knows_who_is_told": 0.42,
    "staff_silent_from_worry": 0.34,
    "staff_has_lived_experience": 0.58,
    "staff_shared_with_trainee": 0.24,
    "staff_shared_with_colleague": 0.44,
    # ---- the second edition: trainees ----
    "expected_to_talk": 0.62,
    "staff_talk_with_me": 0.30,
    "given_permission": 0.50,
    "would_tell_supervisor_of_present": 0.38,
    "would_tell_tutor_of_present": 0.32,
    "would_tell_peer_of_present": 0.66,
    "would_tell_supervisor_of_past": 0.54,
    "would_tell_tutor_of_past": 0.46,
    "would_tell_peer_of_past": 0.74,
    "trainee_knows_who_is_told": 0.34,
    "knows_how_to_get_support": 0.60,
    "support_apart_from_assessment": 0.48,
    "can_reach_peers": 0.36,
    "used_offered_support": 0.36,
    "offered_support_helped": 0.66,
    "pushed_to_share": 0.14,
    "treated_worse": 0.13,
    "passed_on": 0.15,
    "silent_from_worry": 0.42,
    "has_lived_experience": 0.62,
    "shared_with_anyone": 0.68,
    "shared_with_supervisor": 0.54,
    "shared_with_tutor": 0.38,
    "shared_with_peer": 0.80,
    "sharing_helped": 0.68,
}

# How answers on the same side of a question share it out.
WEIGHT = {
    "strongly_disagree": 2, "disagree": 5, "neither": 5, "agree": 5, "strongly_agree": 2,
    "very_unlikely": 3, "unlikely": 5, "unsure": 4, "likely": 5, "very_likely": 2,
    "yes": 1, "no": 9, "not_sure": 4, "prefer_not_to_say": 1, "there_is_none": 2,
    "yes_by_choice": 6, "yes_from_worry": 1, "no_difference": 3, "made_things_worse": 1,
    "helpful": 1, "unhelpful": 3, "helped": 1, "did_not_help": 3,
}  # fmt: skip

PROGRAMME_SPREAD = 0.3  # of one measure between programmes
CLIMATE_SPREAD = 0.25  # of everything that has a good direction, together

SUBGROUP_SHIFT: dict[str, dict[str, float]] = {
    "tutor": {"models_openness": 0.3, "staff_knows_policy": 0.4, "staff_knows_who_is_told": 0.4},
    "1": {"told_anyone": -0.3, "used_support": -0.2, "shared_with_anyone": -0.3, "trainee_knows_who_is_told": -0.3},
    "3": {"told_anyone": 0.3, "used_support": 0.2, "shared_with_anyone": 0.3, "trainee_knows_who_is_told": 0.2},
}

# What a support item changes once it is in place.
SUPPORT_SHIFT: dict[str, dict[str, float]] = {
    "policy_written": {
        "staff_knows_policy": 0.4, "trainee_knows_policy": 0.4,
        "staff_knows_who_is_told": 0.5, "trainee_knows_who_is_told": 0.5,
    },
    "policy_confidentiality": {"barrier_confidentiality": -0.3, "passed_on": -0.5, "trainee_knows_who_is_told": 0.5},
    "policy_voluntary": {"free_to_choose": 0.3},
    "culture_induction": {"aware_of_support": 0.4, "knows_how_to_get_support": 0.6},
    "supervisor_training": {"trained_to_respond": 0.8, "had_training_to_respond": 0.8, "equipped_to_respond": 0.3},
    "independent_contact": {"support_apart_from_assessment": 0.8},
}  # fmt: skip

# What trainees see and do moves with this share of a programme's difference in how much staff talk.
STAFF_TALK = ("models_openness", "talks_with_trainees")
FOLLOWS_STAFF = {
    "sees_openness": 0.9,
    "staff_talk_with_me": 0.9,
    "safe_to_share": 0.3,
    "told_supervisor": 0.2,
    "would_tell_supervisor_current": 0.3,
    "would_tell_supervisor_of_present": 0.3,
}

# ---- support ----------------------------------------------------------------------------------------------

# The chance that a support item has been in place since before the first audit. Items that the second edition
# replaced begin with what took their place.
ESTABLISHED = {
    "policy_written": 0.70,
    "policy_reviewed": 0.40,
    "policy_confidentiality": 0.35,
    "policy_voluntary": 0.30,
    "policy_records": 0.25,
    "support_before_fitness": 0.35,
    "policy_selection": 0.25,
    "policy_coproduced": 0.10,
    "culture_ethos": 0.40,
    "culture_induction": 0.55,
    "example_in_teaching": 0.25,
    "staff_sharing_support": 0.10,
    "lived_experience_trainers": 0.45,
    "culture_stigma_teaching": 0.50,
    "supervisor_training": 0.20,
    "supervisor_examples": 0.15,
    "supervision_first_meeting": 0.35,
    "placement_consent": 0.30,
    "independent_contact": 0.40,
    "independent_advice": 0.50,
    "occupational_health": 0.80,
    "personal_therapy": 0.30,
    "peer_group": 0.50,
    "decision_aid": 0.05,
    "adjustments": 0.65,
    "adjustments_examples": 0.10,
    "time_out": 0.60,
    "return_plan": 0.30,
    "crisis_signposting": 0.60,
    "peer_network": 0.35,
}

# What a policy says cannot be in place before there is a policy.
NEEDS_A_POLICY = (
    "policy_reviewed",
    "policy_confidentiality",
    "policy_voluntary",
    "policy_records",
    "support_before_fitness",
    "policy_coproduced",
)

# What stands on a page that the public can open, where a programme is named and has one.
ON_A_PAGE = ("policy_written", "policy_confidentiality", "culture_ethos", "adjustments", "crisis_signposting")
