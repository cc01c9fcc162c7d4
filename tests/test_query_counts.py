"""Every list asks the database as often for three rows as for one."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factory import (
    CITY,
    PROVINCE,
    at,
    authority,
    designated,
    expert,
    leader,
    officer,
    pdf,
    round_of,
    task,
    unit,
)
from tongchou.applications import bulk
from tongchou.applications import queries as applications
from tongchou.designations import actions as designation_actions
from tongchou.designations import queries as designations
from tongchou.orgs import actions as org_actions
from tongchou.orgs import queries as orgs
from tongchou.orgs import saved_views
from tongchou.orgs.scopes import actor
from tongchou.outbox import queries as outbox
from tongchou.reviews import duties, limits, ranking, results
from tongchou.reviews import queries as reviews
from tongchou.reviews.board import board
from tongchou.reviews.models import QuotaAccount
from tongchou.reviews.pool import Profile, save_profile
from tongchou.reviews.pool_queries import pool

SCOPE = "000000/220000/"


def province():
    return actor(officer(PROVINCE))


def shown(cases) -> list:
    """What a table of cases shows of each."""
    return [(c.task.name, c.round.name, c.unit.name, c.edition.pack.name) for c in cases]


def shown_to_solver(cases) -> list:
    return [(c.task.code, c.unit.name, c.edition.pack.name) for c in cases]


def one_case(_) -> list:
    case = applications.visible(province()).last()
    return [
        *reviews.timeline(case),
        *[d.authority.name for d in reviews.decisions(case)],
        *[a.expert.name for a in reviews.assignments(case)],
    ]


# How each list is read, with all that its table shows of a row.
LISTS = {
    "reviews.queue": lambda _: shown(reviews.queue(authority(PROVINCE), province())),
    "reviews.cases": lambda _: shown(reviews.cases(province())),
    "reviews.waiting_counts": lambda _: reviews.waiting_counts(authority(PROVINCE), province()),
    "reviews.duties": lambda judge: [
        (d.application.task.name, d.application.edition.pack.name, d.revision.number)
        for d in reviews.duties(judge)
    ],
    "reviews: one case": one_case,
    "reviews.pool": lambda _: [
        (p.duties, getattr(p, "expert_profile", None)) for p in pool(authority(PROVINCE))
    ],
    "reviews.results": lambda _: (
        results.results(authority(PROVINCE), task=task().pk, step="province-score", round=round_of().pk).rows
    ),
    "reviews.to_score": lambda _: shown_to_solver(
        results.to_score(authority(PROVINCE), task(), "province-score")
    ),
    "quota.board": lambda _: board(SCOPE),
    "limits.held": lambda _: [
        (h.place.application.unit.name, h.decision)
        for h in limits.held(QuotaAccount.objects.get(quota__step="city-recommend", quota__task=task()))
    ],
    "applications.visible": lambda _: shown(applications.visible(province())),
    "applications.applications": lambda _: shown(applications.applications(province().scope)),
    "designations.designations": lambda _: [
        (d.application.project_name, d.unit.name, d.task.name, d.list, d.authority.name)
        for d in designations.designations(province().scope)
    ],
    "designations.with_levels": lambda _: [
        c.levels_held for c in designations.with_levels(applications.applications(province().scope))
    ],
    "designations.public_lists": lambda _: [
        (row.authority.place.name, row.task.name, row.round.name, row.count)
        for row in designations.public_lists()
    ],
    "orgs.units": lambda _: [
        (u.place.name, u.authority.name, [t.tag.name for t in u.tags.all()])
        for u in orgs.units(province().scope)
    ],
    "orgs.renames_waiting": lambda _: [
        (r.unit.name, r.unit.place.name) for r in orgs.renames_waiting(province())
    ],
    "orgs.accounts": lambda _: [
        [str(m.unit or m.authority) for m in p.memberships.all()] for p in orgs.accounts()
    ],
    "orgs.saved_views": lambda _: list(saved_views.saved_views(officer(PROVINCE), "cases.queue")),
    "applications.runs_of": lambda _: [
        (r.count, r.done, r.refused, r.by.name) for r in bulk.runs_of(authority(PROVINCE))
    ],
    "outbox.inbox": lambda _: [m.subject for m in outbox.inbox(officer(PROVINCE))],
}
GROWING = set(LISTS) - {"reviews.waiting_counts", "reviews: one case"}


def _desk(case) -> None:
    """A view kept, and something asked for many cases."""
    saved_views.save_view("cases.queue", name=str(case.pk), query="q=1", by=officer(PROVINCE))
    bulk.ask_bulk(authority(PROVINCE), do="pass", words={}, cases=[case.pk], by=officer(PROVINCE))


def _grow(judge) -> None:
    """One more of everything: a college with a tag, a waiting case with a duty, a published project."""
    college = unit("vocational_college", tags=["national-double-high"])
    org_actions.ask_rename(
        college,
        by=leader(college),
        name="更名学院",
        reason="经批准更名。",
        proof=pdf(),
        proof_name="批复.pdf",
    )
    waiting = at(college, "province-designate")
    duties.assign(waiting, expert=judge, by=officer(PROVINCE))
    save_profile(expert(), said=Profile(employer="某研究院"), by=officer(PROVINCE))
    ranking.rank(authority(PROVINCE), step="province-designate", applications=[waiting], by=officer(PROVINCE))
    _desk(waiting)
    designated(unit(code=CITY))
    designation_actions.publish_list(
        authority=authority(PROVINCE),
        task=task(),
        round=round_of(),
        level="province",
        title="名单",
        document_number=f"{college.pk}号",
        by=officer(PROVINCE),
    )


def test_every_list_asks_as_often_for_three_rows_as_for_one(world):
    judge = expert()

    def measured() -> tuple[dict[str, int], dict[str, int]]:
        queries, rows = {}, {}
        for name, read in LISTS.items():
            with CaptureQueriesContext(connection) as asked:
                rows[name] = len(read(judge))
            queries[name] = len(asked)
        return queries, rows

    _grow(judge)
    measured()  # the first reading parses the pack, once a process
    queries_for_one, one = measured()
    _grow(judge)
    _grow(judge)
    queries_for_three, three = measured()
    assert queries_for_three == queries_for_one
    assert max(queries_for_one.values()) <= 12, queries_for_one
    assert min(one.values()) > 0
    assert all(three[name] > one[name] for name in GROWING), (one, three)


def test_a_unit_s_own_list_asks_once(world, django_assert_num_queries):
    college = unit("vocational_college", tags=["national-double-high"])
    for _ in range(3):
        at(college, "province-designate")
    with django_assert_num_queries(1):
        rows = [(c.task.name, c.round.name, c.edition.number) for c in applications.of_unit(college)]
    assert len(rows) == 3
