"""What stands around every page: its name, where one can go, and what is said of all of them."""

PRODUCT = "Openness"
NAME = f'<strong class="product">{PRODUCT}</strong>'
MENU = "menu"
"""The name of the row of links, for the style sheet."""
STEWARD_MENU = "steward-menu"
"""The name of the row of links to the steward's pages."""
NOTHING_PUBLISHED = "Nothing is published yet"
NEWER_RELEASE = "A newer release has been published since this page was opened. Reload the page to see it."
WHICH_PROGRAMME = (
    "Type a part of its name, and choose it. A programme that is not named appears under the code it was given. You "
    "can then keep it as yours in this browser, and share the address of any page."
)
REMEMBER = "Keep this as my programme in this browser"
REMEMBERED = "It is kept in a cookie of this browser alone, for a year. Nobody else sees it."
FORGET = "Do not keep this as my programme"
FORGOTTEN = "This browser no longer keeps a programme as yours."
GO_TO_THE_FIELD = "Or look at all programmes together: no programme is named there."
PAGES = {
    "overview": "What was found",
    "compare": "Compare with others",
    "change": "Over the years",
    "support": "Support in place",
    "field": "The whole field",
    "together": "What goes together",
    "data": "Take the data",
    "about": "About these numbers",
    "upload": "Send a file",
    "steward": "What waits",
    "years": "Years, and who has sent what",
    "next_release": "The next release",
    "received": "Files received",
    "people": "Who may do what",
    "record": "What was done",
    "accessibility": "Accessibility",
}
"""Each page by what it answers."""
STEWARD_PAGES = ("steward", "years", "next_release", "received", "people", "record")
"""The pages for the steward alone. The menu leads to the first of them, and that one to the others."""
FOR_THE_STEWARD = "Steward"


def tab_title(*parts: str) -> str:
    """`Safe to share · Cedar · 2024-25 – Openness`"""
    about = " · ".join(filter(None, parts))
    return f"{about} – {PRODUCT}" if about else PRODUCT
