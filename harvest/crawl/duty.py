"""What a provider says of a record that we hold the text of."""

from typing import Final, Literal

NAMELESS: Final = "nameless"

There = bool | Literal["nameless"] | None
"""True: it exists. `nameless`: it does, and its writer's account does not: nobody may be known by it any more.
False: it was deleted. None: that was not to be learned."""
