"""One programme and measure over the years: what was found, what changed, and what came into place when."""

import streamlit as st

from dashboard.charts import over_time as charts_over_time
from dashboard.components import blocks as drawing
from dashboard.components import tables, text
from dashboard.components.controls import chosen, opened
from dashboard.components.downloads import Export
from dashboard.wording import over_time as wording_over_time
from dashboard.wording import sentences as wording

release, choice = opened(), chosen()
measure = release.measure(choice.measure)
results = release.series(choice.programme, choice.measure)
years = sorted(release.academic_years())
every, dates = release.comparators(choice.measure), release.policy_dates(choice.programme, choice.measure)
placed = charts_over_time.in_span(dates, years)
rows = results.to_dicts()
took_part = release.took_part().get(choice.programme, [])

text.title(f"{measure['title']}, over the years")
text.paragraph(wording_over_time.change_sentence(rows, choice.year, took_part))
text.paragraph(wording_over_time.trend_sentence(release.trend(choice.programme, choice.measure)))
if wording.nothing_shown(rows):
    text.paragraph(wording.NOT_OF_THIS_MEASURE)
drawing.breaks(release, measure, rows)
drawing.chart_and_table(
    lambda: charts_over_time.over_time(results, every, dates, years, drawing.ink()),
    lambda: tables.over_time(results, every, placed, years, took_part),
    alt=wording_over_time.change_alt(measure, rows),
    export=Export("change", None, ("programme", "measure")),
)
blank = wording_over_time.blank_years(rows, years)
text.caption(wording_over_time.below_sentence(blank, took_part, placed, support_asked=release.asks_about_support()))
drawing.how_to_read(f"{wording_over_time.HOW_TO_READ} {wording_over_time.NO_CONTROL_CHART}")
drawing.measure_words(measure, release.programme(choice.programme)["profession_code"])
drawing.small_multiples(release.all_series(choice.programme), years)
st.header("Before and after")
drawing.before_and_after(release.before_and_after(choice.programme))
