"""The pages of the site that are checked as pages: for readers of every kind, at every width. Add new ones here."""

from __future__ import annotations

PAGES = (
    "/",
    "/search?q=women tourism market",
    "/search?q=zzzz&kind=case",
    "/search?q=women tourism market&view=columns&sort=date&kind=case",
    "/search?q=toursim income",
    "/search?q=ท่องเที่ยว",
    "/documents",
    "/documents?kind=case&economy=Thailand",
    "/events",
    "/events/apec-local-innovation-ecosystem-forum-bangkok",
    "/documents/d-panel?q=tourism",
    "/documents/d-talad?q=market",
    "/documents/d-hostile?q=tourism",
    "/documents/d-panel/versions",
    "/documents/d-panel/versions/1?chars=0-30",
    "/documents/d-panel/versions/2/changes",
    "/documents/d-talad/beside/d-market?q=market",
    "/documents/d-panel/cite?chars=0-43",
    "/list",
    "/list?item=d-talad&item=d-panel.2.65-134&item=d-market&item=d-hostile&item=d-gone",
    "/brief?item=d-talad&item=d-panel.2.65-134&item=d-market&item=d-hostile&q=women tourism market",
    "/brief?item=d-talad&item=d-mixed",
    "/compare?item=d-market&item=d-talad&item=d-hostile",
    "/compare?item=d-market&item=d-talad&item=d-panel&item=d-mixed&item=d-hostile",
    "/map?colour=theme",
    "/map?q=women market&kind=case",
    "/about",
)
ERRORS = ("/nothing-here", "/documents/none", "/search?q=market&year_from=soon")
