"""A spider with a deletion duty, for tests; its provider is the emulator of the same name."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import ClassVar
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from pydantic import BaseModel

from harvest.configuration import Configuration
from harvest.errors import AnswerUnusable, Unreachable
from harvest.model import Found, Key
from spiders.base import TopicSpider
from tests.posts import PROVIDER


class Options(BaseModel):
    """It has none."""


class TrialPostsSpider(TopicSpider):
    """Finds nothing; asks what still exists."""

    name = PROVIDER
    Options = Options
    deletion_duty = True
    url: ClassVar[str] = "http://127.0.0.1:9"

    async def harvest(self) -> AsyncIterator[Found]:
        for found in list[Found]():
            yield found

    @classmethod
    def still_there(cls, keys: Sequence[Key], configuration: Configuration) -> Mapping[Key, bool | None]:
        assert configuration.replay is None
        ids = ",".join(key.removeprefix(f"{PROVIDER}:") for key in keys)
        try:
            with urlopen(f"{cls.url}/posts?ids={ids}", timeout=10) as answer:  # noqa: S310 -- the emulator's
                posts = json.load(answer)["posts"]
        except HTTPError as error:
            raise AnswerUnusable(f"expected posts, got status {error.code}") from None
        except URLError as error:
            raise Unreachable(f"expected an answer of {cls.url}, got {error.reason}") from None
        return {f"{PROVIDER}:{one['id']}": not one["deleted"] for one in posts}
