"""One measure, all programmes: points with intervals in alphabetical order. Nobody is ranked."""

import streamlit as st

from dashboard import charts, drawing, tables, wording
from dashboard.choosing import chosen, opened
from dashboard.exports import Export

release, choice = opened(), chosen()
measure = release.measure(choice.measure)
results = release.results_for(choice.measure, choice.year)
together = release.comparator(choice.measure, choice.year)
own = next((row for row in results.iter_rows(named=True) if row["programme_id"] == choice.programme), None)

st.title(measure["title"])
st.write(wording.compared_sentence(own), wording.others_sentence(own, together))
st.write(wording.withheld_sentence(release.coverage(choice.measure, choice.year)))
drawing.measure_words(measure)
if results.height:
    few = results.height <= charts.FEW
    draw = charts.programmes_by_name if few else charts.programmes_by_size
    drawing.chart_and_table(
        draw(results, choice.programme, together, drawing.ink()),
        tables.programmes(results, choice.programme),
        alt=wording.compare_alt(measure),
        export=Export("compare", results),
    )
    st.caption(wording.ORDER_BY_NAME if few else wording.ORDER_BY_SIZE)
