"""The whole field: what is expected, done and seen, in all programmes together and in each profession, by year."""

from functools import partial

from dashboard.charts import field as charts
from dashboard.components import blocks as drawing
from dashboard.components import tables, text
from dashboard.components.controls import opened
from dashboard.components.downloads import Export
from dashboard.wording import field as wording

release = opened()
rows, years = release.field(), sorted(release.academic_years())

text.title(wording.TITLE)
text.paragraph(wording.lead(figures=rows.height > 0, gaps=release.has_gaps()))
if rows.height:
    drawing.field_report_button(release)
for group in rows.partition_by("kind", "name", maintain_order=True):
    measures = group.to_dicts()
    text.header(wording.heading(measures[0]))
    text.listed(wording.latest_sentences(measures))
    drawing.chart_and_table(
        partial(charts.by_year, group, years, drawing.ink()),
        partial(tables.field, group, years),
        alt=wording.alt(measures),
        export=Export("field", None, (), group["name"][0]),
    )
if rows.height:
    drawing.how_to_read(wording.HOW_TO_READ)
drawing.plan(release.plan())
