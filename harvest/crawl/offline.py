"""The download handler of a replay: whatever passes the archive by and reaches for the network is refused."""

from typing import NoReturn

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import IgnoreRequest


class OfflineDownloadHandler(BaseDownloadHandler):
    """Stands for every scheme in replay, so that a request that passes the archive by cannot open a connection."""

    lazy = True

    async def download_request(self, request: Request) -> NoReturn:  # noqa: ARG002 - Scrapy's interface
        """Refuse.

        Raises:
            IgnoreRequest: always.
        """
        raise IgnoreRequest("replaying: only recorded answers are given")
