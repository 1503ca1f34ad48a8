"""One measure, all programmes: points with intervals in alphabetical order, or a funnel. Nobody is ranked."""

from dashboard.components import blocks as drawing
from dashboard.components import text
from dashboard.components.controls import chosen, opened
from dashboard.wording import sentences as wording
from dashboard.wording.comparison import compared_sentence, others_sentence

release, choice = opened(), chosen()
asked = (choice.measure, choice.year, choice.place)
measure = release.measure(choice.measure)
results = release.results_for(*asked)
own_programme = next((row for row in results.iter_rows(named=True) if row["programme_id"] == choice.programme), None)
years = own_programme["years"] if own_programme else [choice.year]
together = release.comparator(choice.measure, years, choice.place)

text.title(measure["title"])
text.paragraph(compared_sentence(own_programme, measure), others_sentence(own_programme, together))
if own_programme:
    text.paragraph(*wording.response_sentences(own_programme))
text.paragraph(wording.withheld_sentence(release.coverage(*asked)))
drawing.measure_words(measure, release.programme(choice.programme)["profession_code"])
if results.height:
    limits = release.funnel(choice.measure, years, choice.place)
    drawing.comparison(results, choice, limits, together, alt=wording.compare_alt(measure))
