"""The figure in place of a claim to completeness: what one more listing still brings."""

from harvest.reddit.saturation import Listed, Saturation, fresh


def listed(*rows: tuple[str, int, int]) -> Saturation:
    return Saturation([Listed(name, "new", "all", returned, new) for name, returned, new in rows])


def test_two_listings_without_a_new_post_are_enough() -> None:
    assert not listed(("Semax", 5, 5), ("Semax", 5, 0)).enough("Semax", 2)
    assert listed(("Semax", 5, 5), ("Semax", 5, 0), ("Semax", 4, 0)).enough("Semax", 2)
    assert listed(("Semax", 0, 0), ("Semax", 0, 0)).enough("Semax", 2)
    assert not listed(("Semax", 0, 0), ("Semax", 0, 0)).enough("Nootropics", 2)


def test_where_a_listing_met_the_ceiling_nothing_is_enough() -> None:
    rows = ("Semax", 250, 250), ("Semax", 9, 0), ("Semax", 9, 0)
    assert not listed(*rows).enough("Semax", 2)


def test_a_listing_was_cut_if_it_ends_at_a_round_number_beyond_225() -> None:
    assert [Listed("Semax", "new", "all", count, 0).cut for count in (100, 200, 224, 225, 230, 250, 1000)] == [
        False, False, False, True, False, True, True,
    ]  # fmt: skip
    assert Listed("Semax", "new", "all", 7, 7, paged=True).cut


def test_the_figure_counts_what_listings_beyond_the_first_of_a_community_added() -> None:
    figure = listed(("Semax", 10, 10), ("Semax", 8, 2), ("Semax", 8, 0), ("PSSD", 3, 3), ("PSSD", 3, 1)).figure()
    assert figure == {
        "further_listings": 3, "new": 3, "new_per_listing_millionths": 1_000_000, "new_in_last": 1, "cut": 0,
    }  # fmt: skip


def test_no_listing_is_no_figure() -> None:
    assert listed().figure()["new_per_listing_millionths"] == 0


def test_a_community_is_open_if_its_last_cut_listing_still_brought_something() -> None:
    rows = ("Semax", 250, 250), ("Semax", 250, 31), ("PSSD", 250, 250), ("PSSD", 9, 0), ("Nootropics", 3, 3)
    assert listed(*rows).open() == ("Semax", "PSSD")
    assert listed(*rows, ("PSSD", 250, 0)).open() == ("Semax",)


def test_ids_are_joined_and_each_is_new_once() -> None:
    seen = {"a"}
    assert fresh(["b", "a", "b", "c"], seen) == ["b", "c"]
    assert seen == {"a", "b", "c"}
