"""The accessibility statement: what works for everybody, what is known not to, and whom to tell."""

AIM = (
    "These pages are meant to be used by everybody, and aim at the Web Content Accessibility Guidelines, level AA. "
    "Whoever runs them for others should put the name of the body responsible and a way to reach it here."
)
WORKS = (
    "Every page can be used with a keyboard alone, and shows where the keyboard is.",
    "Every picture has a description, and a table below it or beside it with the same numbers.",
    "Nothing is told by colour alone: shapes and words say the same.",
    "Pages can be read in light and dark, in colours that the browser forces, on a narrow screen, with the text size "
    "that the browser is set to, and on paper.",
)
DOES_NOT_WORK = (
    "The points of a picture cannot be reached by keyboard. The table with it can.",
    "Lists of more than fifty rows scroll in a grid that some screen readers read cell by cell only. The same list can "
    "be downloaded as a file.",
    "When a choice is changed, the page is drawn anew without a spoken message.",
    "The words in a picture grow with the zoom of the browser, and not with its text size. The table with it does.",
    "The field into which a file is dropped has two roles for a screen reader. Its button works.",
    "The row of links at the top does not tell a screen reader which page is open. The heading of the page does.",
)
TESTED = (
    "The pages are tested with the axe rules in a browser, light and dark, wide and narrow, whenever they are changed. "
    "Nobody who uses assistive technology every day has tested them yet."
)
REPORT = (
    "Tell whoever sent you here what did not work, and which page it was on. In the United Kingdom, if you are not "
    "satisfied with the answer, the Equality Advisory and Support Service can advise you."
)
