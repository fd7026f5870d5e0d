"""Many records at once: clusters that nothing contradicts, and pairs for a person."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from harvest.identity import Clusters, Fingerprint, Place
from tests.test_identity import FINGERPRINTS, PAPER


def places(*fingerprints: Fingerprint) -> list[Place]:
    clusters = Clusters()
    for one in fingerprints:
        clusters.add(one)
    return clusters.places()


def test_a_later_record_joins_two_that_stood_apart() -> None:
    doi = Fingerprint(keys=("doi:10.1016/j.ejphar.2024.177068",))
    pmid = Fingerprint(keys=("pmid:39442746",))
    assert [place.cluster for place in places(doi, pmid)] == [0, 1]
    assert [place.cluster for place in places(doi, pmid, PAPER)] == [0, 0, 0]


def test_a_record_without_identifiers_does_not_join_two_that_have_different_ones() -> None:
    other = replace(PAPER, keys=("pmid:40000001", "doi:10.1134/x"))
    assert places(PAPER, other, replace(PAPER, keys=())) == [Place(0, (1,)), Place(1, (0, 2)), Place(0, (1,))]


def test_each_of_a_doubtful_pair_names_the_other() -> None:
    assert places(PAPER, replace(PAPER, keys=(), year=2019)) == [Place(0, (1,)), Place(1, (0,))]


def test_nothing_given_is_no_cluster() -> None:
    assert places() == []


@given(st.lists(FINGERPRINTS, max_size=8))
def test_clusters_are_classes_and_doubts_are_mutual(fingerprints: list[Fingerprint]) -> None:
    found = places(*fingerprints)
    for at, place in enumerate(found):
        assert place.cluster <= at
        assert found[place.cluster].cluster == place.cluster
        assert all(at in found[other].maybe and found[other].cluster != place.cluster for other in place.maybe)
