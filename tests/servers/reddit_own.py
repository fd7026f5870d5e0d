"""The emulator's own world: a few invented posts and comments on Semax, none of them anybody's.

Everything that people do to posts happens here to one of them: deleted, removed, edited, cross-posted, written by an
account that is gone.
"""

from datetime import UTC, datetime, timedelta

from tests.servers.reddit_world import World

BEGAN = datetime(2026, 3, 2, 12, tzinfo=UTC)
COMMUNITIES = ("Semax", "Nootropics", "anhedonia", "depressionregimens", "PSSD")
WRITERS = tuple(f"synthetic_writer_{number}" for number in range(1, 10))


def own_world() -> World:
    """Make it; ids are always the same."""
    world = World()
    for name in COMMUNITIES:
        world.community(name)
    report = world.post(
        "Nootropics", WRITERS[0], "Semax and my emotional blunting on escitalopram",
        "I have been on escitalopram, an SSRI, for years and felt emotionally numb. I took Semax last month and I felt "
        "my emotional blunting lift; it helped me a lot. No side effects so far. Thanks to u/synthetic_writer_2 & all.",
        when=BEGAN, score=12,
    )  # fmt: skip
    first = world.comment(
        f"t3_{report}", WRITERS[1], "I tried Semax too and it made me anxious, so I stopped.", when=_later(1)
    )
    world.comment(f"t1_{first}", WRITERS[0], "Sorry to hear that.", when=_later(2))
    world.comment(
        f"t3_{report}", WRITERS[2], "It did nothing for me, I used it and felt no difference.", when=_later(3)
    )
    gone = world.comment(f"t3_{report}", WRITERS[3], "Semax gave me a headache.", when=_later(4))
    world.things[f"t1_{gone}"].fate = "deleted"
    removed = world.comment(f"t3_{report}", WRITERS[4], "Buy Semax here!", when=_later(5))
    world.things[f"t1_{removed}"].fate = "removed"
    world.post(
        "Semax", WRITERS[5], "Two weeks in", "I feel calmer and I sleep better since I started it.", when=_later(24)
    )
    world.post(
        "depressionregimens", WRITERS[6], "Has anybody tried Semax for anhedonia?",
        "I am on sertraline. Is it worth it? a < b & c > d", when=_later(48),
    )  # fmt: skip
    world.post("Nootropics", WRITERS[7], "A question on caffeine", "Nothing about peptides here.", when=_later(49))
    quit_ = world.post(
        "Semax",
        WRITERS[8],
        "NA-Semax-Amidate report",
        "I used NA-Semax-Amidate and it did help my mood.",
        when=_later(72),
    )
    world.accounts_deleted.add(WRITERS[8])
    world.post("anhedonia", WRITERS[5], "Semax helped somebody", "", when=_later(80), cross_post_of=f"t3_{report}")
    lost = world.post("Semax", WRITERS[3], "Semax and memory", "I take Semax daily.", when=_later(90))
    world.things[f"t3_{lost}"].fate = "removed"
    world.comment(f"t3_{quit_}", WRITERS[2], "Same here, I took it and my focus improved.", when=_later(91))
    return world


def _later(hours: float) -> datetime:
    return BEGAN + timedelta(hours=hours)
