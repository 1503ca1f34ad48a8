"""One measure, all programmes: points with intervals in alphabetical order, or a funnel. Nobody is ranked."""

from dashboard.components import blocks as drawing
from dashboard.components import text
from dashboard.components.comparing import comparison, place_of, results_of
from dashboard.components.controls import chosen, opened
from dashboard.wording import comparison as wording_comparison
from dashboard.wording import sentences as wording

release, choice = opened(), chosen()
asked = (choice.measure, choice.year, place_of(choice))
measure = release.measure(choice.measure)
results = results_of(release, choice)
own_programme = next((row for row in results.iter_rows(named=True) if row["programme_id"] == choice.programme), None)
years = own_programme["years"] if own_programme else [choice.year]
together = release.comparator(choice.measure, years, place_of(choice))

text.title(measure["title"])
text.paragraph(
    wording_comparison.compared_sentence(own_programme, measure),
    wording_comparison.others_sentence(own_programme, together),
)
if own_programme:
    text.paragraph(*wording.response_sentences(own_programme))
text.paragraph(wording.withheld_sentence(release.coverage(*asked)))
if choice.among == "chosen" and not choice.peers:
    text.info(wording_comparison.NOBODY_CHOSEN)
if wording.nothing_shown(results.to_dicts()):
    text.paragraph(wording_comparison.NOBODY_SHOWN)
elif results.height:
    limits = release.funnel(choice.measure, years, place_of(choice))
    comparison(results, choice, limits, together, alt=wording.compare_alt(measure))
drawing.measure_words(measure, release.programme(choice.programme)["profession_code"])
