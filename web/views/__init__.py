"""The pages, a module for each part of the site; `BLUEPRINTS` are all of them."""

from web.views import atlas, collection, documents, search, takeaway

BLUEPRINTS = (
    search.blueprint,
    documents.blueprint,
    collection.blueprint,
    atlas.blueprint,
    takeaway.blueprint,
)
