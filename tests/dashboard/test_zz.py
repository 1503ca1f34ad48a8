from tests.dashboard.test_pages import *


def test_x(opened):
    app = opened(programme="demo-alder", year="2025-26")
    for e in app.get("html"):
        for r in e.proto.body.split("<tr>"):
            if "Staff talk with trainees" in r:
                print("ROW", r[:400])
