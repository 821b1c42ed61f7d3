"""The pages, a module for each part of the site; `BLUEPRINTS` are all of them."""

from web.views import collection, documents, map, reading_list, search

BLUEPRINTS = (search.blueprint, documents.blueprint, collection.blueprint, map.blueprint, reading_list.blueprint)
