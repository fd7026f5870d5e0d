"""What may be visited on the web, and what feeds and sitemaps name; pure, nothing here asks the network."""

from harvest.visiting.addresses import canonical, key_of, same_site
from harvest.visiting.listings import Listing, listing
from harvest.visiting.options import WebOptions
from harvest.visiting.public import why_not_public
from harvest.visiting.robots import Decision, Robots

__all__ = [
    "Decision",
    "Listing",
    "Robots",
    "WebOptions",
    "canonical",
    "key_of",
    "listing",
    "same_site",
    "why_not_public",
]
