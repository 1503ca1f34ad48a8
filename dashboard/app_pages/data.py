"""The release for researchers: files, how to cite it, ready queries, a query of one's own, and the codebook."""

from dashboard.components import data, text
from dashboard.components.controls import opened
from dashboard.wording import about as wording_about
from dashboard.wording import data as wording

release = opened()
about = release.about()

text.title(wording.TITLE)
text.paragraph(wording.LEAD)
data.forms(release)
text.header("This release")
text.paragraph(wording_about.release_sentence(about))
text.paragraph(f"{about['title']}. {about['instrument_status']}")
text.paragraph(wording.citation(about))
text.paragraph(wording.licence(release.instrument()))
data.news_of(release)
text.header(wording.READY)
data.ready_queries(release)
text.header(wording.OWN)
data.own_query(release)
text.header(wording.CODEBOOK)
data.codebook(release)
data.for_search(release)
