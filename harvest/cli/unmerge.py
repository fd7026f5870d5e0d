"""`harvest unmerge`: a person says that two merged sources are two documents after all."""

from harvest.cli.merge import Json, One, Other, Reason, Reviewer, Topic, append, said


def unmerge(topic: Topic, one: One, other: Other, *, reviewer: Reviewer, reason: Reason, json: Json = False) -> int:
    """Undo a merge: both sources count again, and no rule merges these two a second time."""
    from harvest.merging import unmerged_by

    body = append(topic, "unmerged", lambda catalogue: unmerged_by(reviewer, reason, (one, other), catalogue))
    return said(topic, "unmerged", body, f"{' and '.join(body['sids'])} are two sources again", json=json)
