"""One measure, all programmes: points with intervals in alphabetical order, or a funnel. Nobody is ranked."""

from dashboard.components import blocks as drawing
from dashboard.components import text
from dashboard.components.controls import chosen, opened
from dashboard.wording import sentences as wording

release, choice = opened(), chosen()
asked = (choice.measure, choice.year, choice.place)
measure = release.measure(choice.measure)
results, together = release.results_for(*asked), release.comparator(*asked)
own_programme = next((row for row in results.iter_rows(named=True) if row["programme_id"] == choice.programme), None)

text.title(measure["title"])
text.paragraph(wording.compared_sentence(own_programme, measure), wording.others_sentence(own_programme, together))
text.paragraph(wording.withheld_sentence(release.coverage(*asked)))
drawing.measure_words(measure, release.programme(choice.programme)["profession_code"])
if results.height:
    drawing.comparison(results, choice, release.funnel(*asked), together, alt=wording.compare_alt(measure))
