"""Who may do what: every action × every kind of person, in one scene, each attempt rolled back.

The actions are found by introspection (public functions of a room's ``actions`` with a keyword-only ``by``), so an action
without a row in :data:`TABLE` fails. A row says how to call it and who may; everybody else must be refused for who they
are (role, scope, or the step that is not theirs), in words, with nothing changed and nothing recorded.
"""

import inspect
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from importlib import import_module
from random import Random
from types import SimpleNamespace

import pytest
from django.db import transaction

from tests import denials, evaluation_rows, factory
from tests.factory import CITY, ELSEWHERE, ELSEWHERE_CITY, LIBRARY, NATION, OTHER_CITY, PROVINCE
from tests.world import DAY
from tongchou.applications import actions as applications
from tongchou.applications import bulk, copying, extensions, internal, paper, sealed, shelving
from tongchou.applications import evidence as evidence_actions
from tongchou.applications.models import Application
from tongchou.applications.queries import evidence
from tongchou.applications.sealed_models import SealedScan
from tongchou.core import clock
from tongchou.core.access import Refused
from tongchou.core.digests import digest_of
from tongchou.core.models import AuditRecord
from tongchou.designations import actions as designations
from tongchou.designations import changing, cultivating, noticing, objecting, standing
from tongchou.documents import actions as documents
from tongchou.insight import actions as insight
from tongchou.monitoring import actions as monitoring
from tongchou.monitoring import (
    beginning,
    chasing,
    corrections,
    drafts,
    feedback,
    merging,
    periodic,
    questions,
    target_changes,
)
from tongchou.monitoring import evidence as reports_evidence
from tongchou.monitoring.change_models import Correction, TargetChange
from tongchou.monitoring.feedback_models import Feedback
from tongchou.monitoring.models import AnnualTarget, PerformanceReport, PeriodicReport
from tongchou.monitoring.queries import targets_of
from tongchou.monitoring.question_models import ReportQuestion
from tongchou.orgs import actions as orgs
from tongchou.orgs import saved_views
from tongchou.orgs.models import Unit
from tongchou.orgs.queries import authority_over
from tongchou.outbox import actions as outbox
from tongchou.outbox.models import Message
from tongchou.programmes import archives, history, releases, trials
from tongchou.programmes.models import Quota
from tongchou.programmes.release_models import PackUpload
from tongchou.programmes.step_format import FormalItem
from tongchou.rehearsal import reporting
from tongchou.reviews import actions as reviews
from tongchou.reviews import duties, formal, handling, limits, pool, ranking, signing, solving

pytestmark = pytest.mark.django_db
ROOMS = [
    "orgs",
    "outbox",
    "programmes",
    "applications",
    "reviews",
    "designations",
    "monitoring",
    "insight",
    "documents",
]
MODULES = {
    "designations": [
        f"tongchou.designations.{name}"
        for name in ("actions", "changing", "cultivating", "noticing", "objecting", "standing")
    ],
    "monitoring": [
        f"tongchou.monitoring.{name}"
        for name in (
            "actions",
            "beginning",
            "chasing",
            "corrections",
            "drafts",
            "evidence",
            "feedback",
            "merging",
            "periodic",
            "questions",
            "target_changes",
            *evaluation_rows.MODULES,
        )
    ],
    "orgs": [
        f"tongchou.orgs.{name}"
        for name in (
            "accounts",
            "contacts",
            "inviting",
            "membership",
            "registering",
            "renaming",
            "saved_views",
            "verifying",
        )
    ],
    "reviews": [
        f"tongchou.reviews.{name}"
        for name in (
            "actions",
            "duties",
            "formal",
            "handling",
            "limits",
            "pool",
            "ranking",
            "signing",
            "solving",
        )
    ],
    "programmes": ["tongchou.programmes.releases", "tongchou.programmes.trials"],
    "applications": [
        "tongchou.applications.actions",
        "tongchou.applications.bulk",
        "tongchou.applications.copying",
        "tongchou.applications.evidence",
        "tongchou.applications.extensions",
        "tongchou.applications.internal",
        "tongchou.applications.saving",
        "tongchou.applications.sealed",
        "tongchou.applications.shelving",
    ],
}

UNIT = {"filler", "reviewer", "leader"}
FILLING = {"filler", "leader"}
OFFICERS = {
    "officer of own city",
    "officer of another city",
    "officer of own province",
    "officer of another province",
    "officer of a city elsewhere",
    "officer of the nation",
    "finance officer of own city",
}
EVERYBODY = {
    "nobody",
    *UNIT,
    "leader of another unit",
    *OFFICERS,
    "the expert",
    "another expert",
    "system administrator",
    "security administrator",
    "audit administrator",
    "pack administrator of own province",
    "pack administrator of another province",
    "pack administrator of the nation",
}
OWN_PACKS = {"pack administrator of own province"}
OWN_CITY, OWN_PROVINCE = {"officer of own city"}, {"officer of own province"}
FINANCE = {"finance officer of own city"}
THE_NATION = {"officer of the nation"}
AUTUMN = date(2024, 11, 20)  # the collection of 2024 is open


@dataclass(frozen=True)
class Row:
    """``call(scene, by)`` makes the attempt; ``may`` succeed; ``records`` it then writes; ``silent``: not refused, ignored."""

    action: str
    call: object
    may: set[str]
    records: int = 1
    day: date = DAY
    silent: bool = False
    codes: set[str] = field(default_factory=lambda: {"role", "scope", "step"})


def _check_scan(scene, by):
    with factory.scanned(scene.draft):
        sealed.check_scan(scene.draft, by=by, field="plan_file")


def _ask_change(case, by, kind):
    return changing.ask_change(case, by=by, kind=kind, before="甲", after="乙", reason="调动。")


def _recognise(school, by, level, name):
    return cultivating.recognise(
        school,
        task=factory.task(),
        level=level,
        name=name,
        since=date(2022, 9, 1),
        document_number="8号",
        by=by,
    )


def _check_formally(scene, by):
    point = FormalItem(code="seal", text="印章一致", cite=["jilin-2023-7 三"])
    with factory.steps_with(scene.at_city, "city-recommend", formal=[point]):
        formal.check_formally(scene.at_city, by=by, met=["seal"])


def _change_limit(action, scene, by):
    quota = Quota.objects.select_related("place").get(code="by-city", task__code=LIBRARY)
    action(quota, scene.city, limit=9, reason="调整。", document="1号", by=by)


TABLE = [
    # ---- programmes
    Row(
        "programmes.upload_pack",
        lambda s, by: releases.upload_pack(
            s.overlay_zip, name="细则.zip", authority=s.province, programme=s.programme, by=by
        ),
        OWN_PACKS,
    ),
    Row("programmes.check_again", lambda s, by: releases.check_again(s.version, by=by), OWN_PACKS),
    Row(
        "programmes.publish",
        lambda s, by: releases.publish(s.version, effective=date(2023, 9, 1), by=by),
        OWN_PACKS,
    ),
    Row(
        "programmes.withdraw",
        lambda s, by: releases.withdraw(s.coming_version, reason="改期。", by=by),
        OWN_PACKS,
    ),
    Row(
        "programmes.ask_rehearsal",
        lambda s, by: trials.ask_rehearsal(s.version, place=s.province.place, units=5, by=by),
        OWN_PACKS,
    ),
    Row("programmes.stop_rehearsal", lambda s, by: trials.stop_rehearsal(s.rehearsal, by=by), OWN_PACKS),
    # ---- orgs
    Row("orgs.verify_unit", lambda s, by: orgs.verify_unit(s.registered, by=by), OWN_CITY),
    Row("orgs.refuse_unit", lambda s, by: orgs.refuse_unit(s.registered, by=by, reason="不符。"), OWN_CITY),
    Row(
        "orgs.correct_unit",
        lambda s, by: orgs.correct_unit(s.refused, by=by, uscc=s.refused.uscc, name="更正后的校名"),
        UNIT,
    ),
    Row(
        "orgs.change_contact",
        lambda s, by: orgs.change_contact(s.school, by=by, contact=factory.contact()),
        UNIT,
    ),
    Row(
        "orgs.upload_contact_form",
        lambda s, by: orgs.upload_contact_form(s.refused, by=by, upload=factory.pdf(), name="a.pdf"),
        UNIT,
    ),
    Row(
        "orgs.invite",
        lambda s, by: orgs.invite(
            s.school, by=by, role="filler", name="新人", email="new@example.org", page=str
        ),
        {"leader"},
    ),
    Row(
        "orgs.resend_invitation",
        lambda s, by: orgs.resend_invitation(s.invitation, by=by, page=str),
        {"leader"},
    ),
    Row("orgs.revoke_invitation", lambda s, by: orgs.revoke_invitation(s.invitation, by=by), {"leader"}),
    Row("orgs.accept_invitation", lambda s, by: orgs.accept_invitation(s.token, by=by), {"nobody"}),
    Row(
        "orgs.hand_over",
        lambda s, by: orgs.hand_over(s.school, to=s.people["filler"], by=by),
        {"leader"},
    ),
    Row(
        "orgs.remove_member",
        lambda s, by: orgs.remove_member(s.school, person=s.people["filler"], by=by),
        {"leader"},
    ),
    Row(
        "orgs.ask_rename",
        lambda s, by: orgs.ask_rename(
            s.school,
            by=by,
            name="长春新名学校",
            reason="经批准更名。",
            proof=factory.pdf(),
            proof_name="批复.pdf",
        ),
        {"leader"},
    ),
    Row("orgs.approve_rename", lambda s, by: orgs.approve_rename(s.rename, by=by), OWN_CITY),
    Row(
        "orgs.refuse_rename", lambda s, by: orgs.refuse_rename(s.rename, by=by, reason="没有批复。"), OWN_CITY
    ),
    Row(
        "orgs.create_person",
        lambda _, by: orgs.create_person(
            username="new", name="新人", email="new@example.org", password="a-long-enough-password-7", by=by
        ),
        {"system administrator"},
    ),
    Row(
        "orgs.set_active",
        lambda s, by: orgs.set_active(s.bystander, active=False, by=by),
        {"system administrator"},
    ),
    Row(
        "orgs.grant_role",
        lambda s, by: orgs.grant_role(s.bystander, "officer", authority=s.city, by=by),
        {"security administrator"},
    ),
    Row(
        "orgs.end_role",
        lambda s, by: orgs.end_role(s.a_role, by=by),
        {"security administrator"},
    ),
    Row(
        "orgs.save_view",
        lambda _, by: saved_views.save_view("cases.queue", name="待办", query="q=1", by=by),
        EVERYBODY,
    ),
    Row("orgs.delete_view", lambda s, by: saved_views.delete_view(s.view, by=by), {"leader"}),
    # ---- outbox
    Row("outbox.mark_read", lambda s, by: outbox.mark_read(s.message, by=by), {"leader"}, records=0),
    Row("outbox.mark_all_read", lambda _, by: outbox.mark_all_read(by=by), EVERYBODY, records=0),
    Row(
        "outbox.choose_mail",
        lambda _, by: outbox.choose_mail(by=by, choices={"returned": "daily"}),
        EVERYBODY,
        records=0,
    ),
    # ---- applications
    Row(
        "applications.ask_bulk",
        lambda s, by: bulk.ask_bulk(s.province, do="pass", words={}, cases=[s.draft.pk], by=by),
        OWN_PROVINCE,
    ),
    Row(
        "applications.begin",
        lambda s, by: applications.begin(
            s.school, task=factory.task(), variant="main", round=factory.round_of(), by=by
        ),
        FILLING,
    ),
    Row(
        "applications.copy_from",
        lambda s, by: copying.copy_from(s.draft, s.at_city, by=by, fields=["project_name"]),
        FILLING,
    ),
    Row(
        "monitoring.begin",
        lambda s, by: beginning.begin(
            s.school, task=factory.task(), variant="main", round=factory.round_of(), by=by
        ),
        FILLING,
    ),
    Row(
        "applications.save_draft",
        lambda s, by: applications.save_draft(s.draft, by=by, changes={"intro": "新"}, base_version=99),
        FILLING,
    ),
    Row(
        "applications.save_typed",
        lambda s, by: applications.save_typed(s.draft.pk, by=by, texts={"intro": ["新"]}, base_version=99),
        FILLING,
    ),
    Row(
        "applications.attach",
        lambda s, by: evidence_actions.attach(
            s.draft, by=by, field="plan_file", upload=factory.pdf(), name="a"
        ),
        FILLING,
    ),
    Row(
        "applications.begin_upload",
        lambda s, by: evidence_actions.begin_upload(s.draft, by=by, field="plan_file", name="a", size=9),
        FILLING,
    ),
    Row(
        "applications.set_pages", lambda s, by: evidence_actions.set_pages(s.proof, by=by, pages="1"), FILLING
    ),
    Row("applications.detach", lambda s, by: evidence_actions.detach(s.proof, by=by), FILLING),
    Row(
        "applications.freeze_revision", lambda s, by: applications.freeze_revision(s.draft, by=by), {"leader"}
    ),
    Row("applications.hand_on", lambda s, by: internal.hand_on(s.draft, by=by), FILLING),
    Row(
        "applications.send_back", lambda s, by: internal.send_back(s.handed, by=by, reason="改。"), {"leader"}
    ),
    Row("applications.take_back", lambda s, by: internal.take_back(s.handed, by=by), FILLING),
    Row("applications.check_scan", _check_scan, FILLING),
    Row(
        "applications.confirm_scan",
        lambda s, by: sealed.confirm_scan(s.handed, by=by, field="plan_file", words="已对照原件。"),
        {"reviewer", "leader"},
    ),
    Row("applications.abandon", lambda s, by: shelving.abandon(s.draft, by=by), FILLING),
    Row("applications.take_up", lambda s, by: shelving.take_up(s.abandoned, by=by), FILLING),
    Row(
        "applications.ask_extension",
        lambda s, by: extensions.ask_extension(
            s.school,
            task=factory.task(),
            round=factory.round_of(),
            by=by,
            reason="停电。",
            application=s.draft,
        ),
        FILLING,
    ),
    Row(
        "applications.grant_extension",
        lambda s, by: extensions.grant_extension(
            s.school,
            task=factory.task(),
            round=factory.round_of(),
            by=by,
            until=date(2024, 1, 31),
            reason="停电。",
        ),
        OWN_PROVINCE | THE_NATION,
    ),
    Row(
        "applications.answer_extension",
        lambda s, by: extensions.answer_extension(s.asked_extension, by=by, grant=False, reason="不足。"),
        OWN_PROVINCE | THE_NATION,
    ),
    Row(
        "applications.revoke_extension",
        lambda s, by: extensions.revoke_extension(s.extension, by=by, reason="批错。"),
        OWN_PROVINCE | THE_NATION,
    ),
    Row("applications.reopen_draft", lambda s, by: applications.reopen_draft(s.at_city, by=by), {"leader"}),
    Row(
        "applications.mark_opened",
        lambda s, by: applications.mark_opened(s.at_city, by=by),
        OWN_CITY,
        silent=True,
    ),
    Row(
        "applications.mark_opened",
        lambda s, by: applications.mark_opened(s.at_province, by=by),
        OWN_PROVINCE,
        silent=True,
    ),
    # ---- reviews
    Row("reviews.submit", lambda s, by: reviews.submit(s.draft, by=by), {"leader"}),
    Row("reviews.withdraw", lambda s, by: reviews.withdraw(s.at_city, by=by), {"leader"}),
    Row("reviews.recommend", lambda s, by: reviews.recommend(s.at_city, by=by), OWN_CITY),
    Row("reviews.recommend", lambda s, by: reviews.recommend(s.to_nation, by=by), OWN_PROVINCE),
    Row("reviews.pass_designated", lambda s, by: reviews.pass_designated(s.scored, by=by), OWN_PROVINCE),
    Row("reviews.pass_designated", lambda s, by: reviews.pass_designated(s.at_nation, by=by), THE_NATION),
    Row(
        "reviews.return_for_changes",
        lambda s, by: reviews.return_for_changes(s.at_city, by=by, reason="请补充。", due=date(2023, 8, 20)),
        OWN_CITY,
    ),
    Row(
        "reviews.return_for_changes",
        lambda s, by: reviews.return_for_changes(
            s.at_nation, by=by, reason="请补充。", due=date(2023, 8, 20)
        ),
        THE_NATION,
    ),
    Row("reviews.decline", lambda s, by: reviews.decline(s.at_city, by=by, reason="不足。"), OWN_CITY),
    Row(
        "reviews.decline", lambda s, by: reviews.decline(s.at_province, by=by, reason="不足。"), OWN_PROVINCE
    ),
    Row("reviews.take_back", lambda s, by: reviews.take_back(s.at_province, by=by), OWN_CITY),
    Row("reviews.take_back", lambda s, by: reviews.take_back(s.at_nation, by=by), OWN_PROVINCE),
    Row(
        "reviews.rank",
        lambda s, by: ranking.rank(s.city, step="city-recommend", applications=[s.at_city], by=by),
        OWN_CITY,
    ),
    Row("reviews.assign", lambda s, by: duties.assign(s.at_province, expert=s.free, by=by), OWN_PROVINCE),
    Row(
        "reviews.score",
        lambda s, by: duties.score(s.duty, by=by, marks=factory.marks(s.at_province), submit=False),
        {"the expert"},
    ),
    Row(
        "reviews.reopen_score",
        lambda s, by: duties.reopen_score(s.scored.assignments.get(), by=by, reason="请核对。"),
        OWN_PROVINCE,
    ),
    Row(
        "reviews.settle",
        lambda s, by: duties.settle(s.scored, by=by, total=Decimal(80), vetoed=False, reason="合议。"),
        OWN_PROVINCE,
    ),
    Row(
        "reviews.save_profile",
        lambda s, by: pool.save_profile(s.duty.expert, said=pool.Profile(words=("智能",)), by=by),
        OWN_PROVINCE | {"the expert"},
    ),
    Row(
        "reviews.declare_tie",
        lambda s, by: pool.declare_tie(s.duty.expert, name="某学校", reason="师生", by=by),
        OWN_PROVINCE | {"the expert"},
    ),
    Row("reviews.end_tie", lambda s, by: pool.end_tie(s.tie, by=by, reason="已核实。"), OWN_PROVINCE),
    Row(
        "reviews.propose",
        lambda s, by: solving.propose(
            s.province, task=factory.task(), step="province-score", by=by, per_case=2, cap=9, seed=1
        ),
        OWN_PROVINCE,
    ),
    Row("reviews.carry_out", lambda s, by: solving.carry_out(s.run, by=by), OWN_PROVINCE, records=3),
    Row("reviews.discard", lambda s, by: solving.discard(s.run, by=by), OWN_PROVINCE),
    Row(
        "reviews.declare_conflict",
        lambda s, by: duties.declare_conflict(s.duty, by=by, reason="曾参与论证。"),
        {"the expert"},
    ),
    Row(
        "reviews.refuse_exemption",
        lambda s, by: limits.refuse_exemption(s.at_province, by=by, reason="不在名单。"),
        OWN_PROVINCE,
    ),
    Row("reviews.check_formally", _check_formally, OWN_CITY),
    Row(
        "reviews.hand_over",
        lambda s, by: handling.hand_over(s.at_city, to=s.people["officer of own city"], by=by),
        OWN_CITY,
    ),
    Row("reviews.countersign", lambda s, by: signing.countersign(s.proposed, by=by, agree=True), FINANCE),
    Row(
        "reviews.take_back_signature",
        lambda s, by: signing.take_back_signature(s.half_signed, by=by),
        FINANCE,
        codes={"role", "scope", "step", "state"},
    ),
    Row("reviews.change_limit", lambda s, by: _change_limit(limits.change_limit, s, by), OWN_PROVINCE),
    # ---- designations
    Row(
        "designations.countersign",
        lambda s, by: designations.countersign(s.proposed, by=by, agree=True),
        FINANCE,
    ),
    Row(
        "designations.change_limit",
        lambda s, by: _change_limit(designations.change_limit, s, by),
        OWN_PROVINCE,
    ),
    Row("designations.submit", lambda s, by: designations.submit(s.draft, by=by), {"leader"}),
    Row("designations.recommend", lambda s, by: designations.recommend(s.at_city, by=by), OWN_CITY),
    Row("designations.designate", lambda s, by: designations.designate(s.scored, by=by), OWN_PROVINCE),
    Row("designations.designate", lambda s, by: designations.designate(s.at_nation, by=by), THE_NATION),
    Row("designations.take_back", lambda s, by: designations.take_back(s.to_nation, by=by), OWN_PROVINCE),
    Row(
        "designations.publish_list",
        lambda s, by: designations.publish_list(
            authority=s.province,
            task=factory.task(),
            round=factory.round_of(),
            level="province",
            title="名单",
            document_number="1号",
            by=by,
        ),
        OWN_PROVINCE,
    ),
    Row(
        "designations.revoke",
        lambda s, by: designations.revoke(
            s.to_nation.designations.get(level="province"), by=by, reason="弄虚作假。"
        ),
        OWN_PROVINCE,
    ),
    Row(
        "designations.revoke",
        lambda s, by: designations.revoke(s.to_nation.designations.get(level="city"), by=by, reason="失实。"),
        OWN_CITY,
    ),
    Row(
        "designations.renew",
        lambda s, by: standing.renew(s.held, until=None, by=by, reason="优。"),
        OWN_PROVINCE,
    ),
    Row("designations.expire", lambda s, by: standing.expire(s.held, by=by, reason="差。"), OWN_PROVINCE),
    Row(
        "designations.draft_notice",
        lambda s, by: noticing.draft_notice(
            s.province,
            task=factory.task(),
            round=factory.round_of(),
            step="province-designate",
            cases=[s.scored],
            by=by,
        ),
        OWN_PROVINCE,
    ),
    Row(
        "designations.put_on_notice",
        lambda s, by: noticing.put_on_notice(
            s.notice_draft, by=by, title="公示", days=5, working=True, office="职教处"
        ),
        OWN_PROVINCE,
    ),
    Row(
        "designations.remove_from_notice",
        lambda s, by: noticing.remove_from_notice(s.quiet_entry, by=by, reason="待核。"),
        OWN_PROVINCE,
    ),
    Row(
        "designations.withdraw_notice",
        lambda s, by: noticing.withdraw_notice(s.notice_draft, by=by, reason="误建。"),
        OWN_PROVINCE,
    ),
    Row("designations.take_up", lambda s, by: objecting.take_up(s.objection, by=by), OWN_PROVINCE),
    Row(
        "designations.ask_statement",
        lambda s, by: objecting.ask_statement(
            s.objection, by=by, question="请说明面积。", due=date(2023, 8, 20)
        ),
        OWN_PROVINCE,
    ),
    Row(
        "designations.give_statement",
        lambda s, by: objecting.give_statement(s.asked_objection, by=by, text="属实。"),
        {"leader"},
    ),
    Row(
        "designations.answer",
        lambda s, by: objecting.answer(s.objection, by=by, upheld=True, reason="面积不实。", page=str),
        OWN_PROVINCE,
    ),
    Row("designations.ask_change", lambda s, by: _ask_change(s.to_nation, by, "leader"), {"leader"}),
    Row("designations.withdraw_change", lambda s, by: changing.withdraw_change(s.change, by=by), {"leader"}),
    Row("designations.approve_change", lambda s, by: changing.approve_change(s.change, by=by), OWN_PROVINCE),
    Row(
        "designations.refuse_change",
        lambda s, by: changing.refuse_change(s.change, by=by, reason="不足。"),
        OWN_PROVINCE,
    ),
    Row("designations.recognise", lambda s, by: _recognise(s.school, by, "school", "乙"), {"leader"}),
    Row("designations.recognise", lambda s, by: _recognise(s.school, by, "city", "乙"), OWN_CITY),
    Row(
        "designations.join_case",
        lambda s, by: cultivating.join_case(s.cultivated, s.at_city, by=by),
        {"leader"},
    ),
    Row(
        "designations.end_project",
        lambda s, by: cultivating.end_project(s.cultivated, by=by, reason="停办。"),
        {"leader"},
    ),
    # ---- monitoring
    Row(
        "monitoring.open_period",
        lambda s, by: monitoring.open_period(
            task=factory.task("practice-centre"), place=s.province.place, year=2024, by=by
        ),
        OWN_PROVINCE,
        day=AUTUMN,
    ),
    Row(
        "monitoring.save_report",
        lambda s, by: monitoring.save_report(
            s.report, by=by, changes={s.indicator: {"note": "说明"}}, base_version=99
        ),
        UNIT,
        day=AUTUMN,
    ),
    Row(
        "monitoring.attach",
        lambda s, by: reports_evidence.attach(s.report, by=by, upload=factory.pdf(), name="佐证.pdf"),
        UNIT,
        day=AUTUMN,
    ),
    Row(
        "monitoring.begin_upload",
        lambda s, by: reports_evidence.begin_upload(s.report, by=by, name="佐证.pdf", size=9),
        UNIT,
        day=AUTUMN,
    ),
    Row("monitoring.detach", lambda s, by: reports_evidence.detach(s.report_proof, by=by), UNIT, day=AUTUMN),
    Row(
        "monitoring.submit_report",
        lambda s, by: monitoring.submit_report(s.report, by=by),
        {"leader"},
        day=AUTUMN,
    ),
    Row(
        "monitoring.return_report",
        lambda s, by: monitoring.return_report(s.reported, by=by, reason="请核对。"),
        OWN_PROVINCE,
        day=AUTUMN,
    ),
    Row(
        "monitoring.confirm_report",
        lambda s, by: monitoring.confirm_report(s.reported, by=by),
        OWN_PROVINCE,
        day=AUTUMN,
    ),
    Row(
        "monitoring.extend_report",
        lambda s, by: monitoring.extend_report(s.report, by=by, until=date(2024, 12, 31), reason="停电。"),
        OWN_PROVINCE,
        day=AUTUMN,
    ),
    Row(
        "monitoring.save_reports",
        lambda s, by: drafts.save_reports(
            {s.report.pk: drafts.Given({s.indicator: {"note": "导入"}})}, by=by
        ),
        UNIT | OWN_PROVINCE,
        day=AUTUMN,
    ),
    Row(
        "monitoring.answer_question",
        lambda s, by: questions.answer_question(_question(s), by=by, text="属实。"),
        UNIT,
        day=AUTUMN,
    ),
    Row(
        "monitoring.request_target_change",
        lambda s, by: target_changes.request_target_change(
            s.report.application,
            indicator=s.target.indicator,
            year=2024,
            target=int(s.target.value) + 1,
            reason="调整。",
            by=by,
        ),
        {"leader"},
        day=AUTUMN,
    ),
    Row(
        "monitoring.withdraw_target_change",
        lambda s, by: target_changes.withdraw_target_change(s.target_change, by=by),
        {"leader"},
        day=AUTUMN,
    ),
    Row(
        "monitoring.approve_target_change",
        lambda s, by: target_changes.approve_target_change(s.target_change, by=by),
        OWN_PROVINCE,
        day=AUTUMN,
    ),
    Row(
        "monitoring.refuse_target_change",
        lambda s, by: target_changes.refuse_target_change(s.target_change, by=by, reason="不宜。"),
        OWN_PROVINCE,
        day=AUTUMN,
    ),
    Row(
        "monitoring.request_correction",
        lambda s, by: corrections.request_correction(_confirmed(s), by=by, reason="漏报。"),
        {"leader"},
        day=AUTUMN,
    ),
    Row(
        "monitoring.open_correction",
        lambda s, by: corrections.open_correction(_confirmed(s), by=by, reason="不符。"),
        OWN_PROVINCE,
        day=AUTUMN,
    ),
    Row(
        "monitoring.refuse_correction",
        lambda s, by: corrections.refuse_correction(_confirmed(s, "asked"), by=by, reason="不宜。"),
        OWN_PROVINCE,
        day=AUTUMN,
    ),
    Row(
        "monitoring.drop_correction",
        lambda s, by: corrections.drop_correction(_confirmed(s, "open"), by=by, reason="无误。"),
        OWN_PROVINCE,
        day=AUTUMN,
    ),
    Row(
        "monitoring.submit_periodic",
        lambda s, by: periodic.submit_periodic(s.owed_by_unit, by=by, upload=factory.pdf(), name="报告.pdf"),
        {"leader"},
        day=AUTUMN,
    ),
    Row(
        "monitoring.submit_periodic",
        lambda s, by: periodic.submit_periodic(
            s.owed_by_province, by=by, upload=factory.pdf(), name="总结.pdf"
        ),
        OWN_PROVINCE,
        day=AUTUMN,
    ),
    Row(
        "monitoring.answer_feedback",
        lambda s, by: feedback.answer_feedback(s.feedback, by=by, answer="已改进。", show=True),
        {"leader"} | OWN_CITY | OWN_PROVINCE | THE_NATION,
    ),
    Row(
        "monitoring.merge_unit",
        lambda s, by: merging.merge_unit(s.renaming, into=s.school, on=DAY, by=by, reason="批复。"),
        OWN_CITY | OWN_PROVINCE | THE_NATION,
    ),
    Row(
        "monitoring.chase",
        lambda s, by: chasing.chase([s.draft], by=by),
        {"officer of own city", "officer of own province", "officer of the nation"},
    ),
    Row(
        "monitoring.chase",
        lambda s, by: chasing.chase([s.owed_by_province], by=by),
        {"officer of the nation"},
        day=AUTUMN,
    ),
    *evaluation_rows.rows(Row, AUTUMN),
    # ---- insight, documents
    Row(
        "insight.publish_bulletin",
        lambda s, by: insight.publish_bulletin(
            authority=s.province,
            programme=s.programme,
            year=2024,
            document_number="2号",
            reason="更正。",
            by=by,
        ),
        OWN_PROVINCE,
        day=AUTUMN,
    ),
    Row(
        "insight.publish_bulletin",
        lambda s, by: insight.publish_bulletin(
            authority=s.nation, programme=s.programme, year=2024, document_number="3号", by=by
        ),
        THE_NATION,
        day=AUTUMN,
    ),
    Row(
        "documents.publish_bulletin",
        lambda s, by: documents.publish_bulletin(
            authority=s.province,
            programme=s.programme,
            year=2024,
            document_number="4号",
            reason="更正。",
            by=by,
        ),
        OWN_PROVINCE,
        records=2,
        day=AUTUMN,
    ),
    Row(
        "documents.render_bulletin",
        lambda s, by: documents.render_bulletin(s.bulletin, by=by),
        OWN_PROVINCE,
        day=AUTUMN,
    ),
]


OWN = [row for row in TABLE if row.action.startswith("outbox.") or row.action.endswith("_view")]
"""What people do with their own messages and views, whoever they are; a closed account can't log in to do it."""


def actions_of(room: str) -> set[str]:
    """The public functions that the room's modules of actions define and that somebody does."""
    found = set()
    for module in map(import_module, MODULES.get(room, [f"tongchou.{room}.actions"])):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            by = inspect.signature(function).parameters.get("by")
            ours = inspect.unwrap(function).__module__ == module.__name__
            if ours and not name.startswith("_") and by is not None and by.kind is by.KEYWORD_ONLY:
                found.add(f"{room}.{name}")
    return found


# ---------------------------------------------------------------- the scene


def _people(school: Unit, stranger: Unit) -> dict:
    return {
        "nobody": factory.nobody(),
        "filler": factory.filler(school),
        "reviewer": factory.reviewer(school),
        "leader": factory.leader(school),
        "leader of another unit": factory.leader(stranger),
        "officer of own city": factory.officer(CITY),
        "officer of another city": factory.officer(OTHER_CITY),
        "officer of own province": factory.officer(PROVINCE),
        "officer of another province": factory.officer(ELSEWHERE),
        "officer of a city elsewhere": factory.officer(ELSEWHERE_CITY),
        "officer of the nation": factory.officer(NATION),
        "finance officer of own city": factory.department("finance"),
        "the expert": factory.expert(),
        "another expert": factory.expert(),
        "system administrator": factory.admin("system_admin"),
        "security administrator": factory.admin("security_admin"),
        "audit administrator": factory.admin("audit_admin"),
        "pack administrator of own province": factory.admin("pack_admin", PROVINCE),
        "pack administrator of another province": factory.admin("pack_admin", ELSEWHERE),
        "pack administrator of the nation": factory.admin("pack_admin", NATION),
    }


def _inside(scene: SimpleNamespace) -> None:
    """What the unit has in hand itself: a case with its leader, an abandoned one; more time asked for and given."""
    own, province = scene.people["leader"], scene.people["officer of own province"]
    scene.handed, scene.abandoned = factory.filled(scene.school), factory.draft(scene.school)
    internal.hand_on(scene.handed, by=scene.people["filler"])
    shelving.abandon(scene.abandoned, by=own)
    scene.view = saved_views.save_view("cases.queue", name="我的", query="", by=own)
    meant = {"task": factory.task(), "round": factory.round_of()}
    scene.asked_extension = extensions.ask_extension(
        scene.school, **meant, by=own, reason="停电。", application=scene.abandoned
    )
    scan = sealed.scan_files(scene.handed, "plan_file")
    SealedScan.objects.create(
        application=scene.handed,
        field="plan_file",
        state="illegible",
        files=digest_of([e.file.sha256 for e in scan]),
        code=paper.draft_code(scene.handed),
        pages=[{"at": 1, "fault": "", "last": True}],
        asked_at=clock.now(),
    )
    scene.extension = extensions.grant_extension(
        scene.school, **meant, by=province, until=date(2024, 1, 31), reason="停电。", application=scene.handed
    )


def _signed(scene: SimpleNamespace) -> None:
    """Two cases that wait for other departments; the finance office has agreed to the second."""
    desk, finance = scene.people["officer of own city"], scene.people["finance officer of own city"]
    factory.department("industry")
    waiting = []
    for departments in (["finance"], ["finance", "industry"]):
        case = factory.submitted(scene.school, existing_national=True)
        with factory.steps_with(case, "city-recommend", countersign=departments):
            designations.recommend(case, by=desk)
        waiting.append(case)
    scene.proposed, scene.half_signed = waiting
    designations.countersign(scene.half_signed, by=finance, agree=True)


def _packs(scene: SimpleNamespace) -> None:
    """Versions of the province's overlay: one checked, one to come, and a rehearsal that waits."""
    own = scene.people["pack administrator of own province"]
    files = history.files_of(history.current(scene.programme).archive)
    overlay = archives.units(files)[PROVINCE]
    text = overlay[f"overlays/{PROVINCE}/overlay.yaml"].decode()

    def version(number: str) -> PackUpload:
        changed = re.sub(r"(?m)^version:.*$", f"version: '{number}'", text)
        content = archives.pack_up(overlay | {f"overlays/{PROVINCE}/overlay.yaml": changed.encode()})
        scene.overlay_zip = content
        kept = releases.upload_pack(
            content, name="细则.zip", authority=scene.province, programme=scene.programme, by=own
        )
        assert kept.state == "checked", kept.problems
        return kept

    scene.coming_version = releases.publish(version("98"), effective=date(2023, 10, 1), by=own)
    scene.version, rehearsed = version("99"), version("97")
    scene.rehearsal = trials.ask_rehearsal(rehearsed, place=scene.province.place, units=5, by=own)


def _question(scene: SimpleNamespace) -> ReportQuestion:
    """A question about the submitted report."""
    return ReportQuestion.objects.create(
        report=scene.reported,
        revision=scene.reported.revisions.get(),
        indicator=scene.indicator,
        kind="years",
        text="请说明。",
        asked_at=clock.now(),
    )


def _confirmed(scene: SimpleNamespace, correction: str = "") -> PerformanceReport:
    """The submitted report as if it were confirmed, with a correction in this state; rolled back with the attempt."""
    report = scene.reported
    report.state = "correcting" if correction == "open" else "confirmed"
    report.save(update_fields=["state"])
    if correction:
        Correction.objects.create(
            report=report, reason="漏报。", state=correction, stands=report.revisions.get()
        )
    return report


def _noticed(scene: SimpleNamespace) -> None:
    """A public notice with two objections and one quiet case, the draft of another; a change asked for; one cultivated."""
    own, leader = scene.people["officer of own province"], scene.people["leader"]
    listed = factory.copies(scene.scored, 2)
    for case in listed:
        factory.score(case)
    meant = {"task": factory.task(), "round": factory.round_of(), "step": "province-designate", "by": own}
    notice = noticing.draft_notice(scene.province, cases=listed, **meant)
    noticing.put_on_notice(notice, by=own, title="公示", days=5, working=False, office="职教处")
    entry, scene.quiet_entry = notice.cases.order_by("pk")
    scene.objection, scene.asked_objection = (
        objecting.object_to(
            entry,
            person=factory.nobody(),
            name="",
            phone="13900000000",
            email="",
            reason="面积与现场不符，附照片。",
            page=str,
        )
        for _ in range(2)
    )
    objecting.ask_statement(scene.asked_objection, by=own, question="请说明。", due=date(2023, 8, 20))
    scene.notice_draft = noticing.draft_notice(scene.province, cases=[scene.scored], **meant)
    scene.change = _ask_change(scene.to_nation, leader, "partner")
    scene.cultivated = _recognise(scene.school, leader, "school", "甲")
    scene.held = scene.to_nation.designations.get(level="province")
    scene.held.ends_on = date(2026, 8, 10)
    scene.held.save()


def _monitored(scene: SimpleNamespace) -> None:
    """A year later: one report filled and one submitted, what else is owed, and a bulletin without files."""
    leader, officer = scene.people["leader"], factory.officer(PROVINCE)
    period = monitoring.open_period(task=factory.task(), place=scene.province.place, year=2024, by=officer)
    reports = list(period.reports.order_by("pk"))
    for report in reports:
        proof = reports_evidence.attach(report, by=leader, upload=factory.pdf(), name="佐证.pdf")
        answers = reporting.answers(report, targets_of(report), proof.pk, Random(7))
        done = monitoring.save_report(report, by=leader, changes=answers, base_version=99)
        assert not done.errors
        scene.report_proof, scene.indicator = proof, next(iter(answers))
    monitoring.submit_report(reports[0], by=leader)
    scene.reported, scene.report = reports[0], reports[-1]
    scene.target = AnnualTarget.objects.filter(
        application=scene.report.application, year=2024, value__isnull=False
    ).first()
    scene.target_change = TargetChange.objects.create(
        application=scene.report.application,
        unit=scene.report.unit,
        scope_path=scene.report.scope_path,
        level="province",
        indicator=AnnualTarget.objects.filter(application=scene.report.application, year=2024)
        .last()
        .indicator,
        year=2024,
        value=7,
        reason="调整。",
        asked_at=clock.now(),
        asked_by=leader,
    )
    owed = PeriodicReport.objects.filter(year=2024)
    scene.owed_by_unit = owed.filter(unit=scene.school).first()
    scene.feedback = Feedback.objects.create(
        report=scene.owed_by_unit,
        name="访客",
        contact="13800000000",
        text="请公开数据。",
        left_at=clock.now(),
    )
    scene.owed_by_province = owed.filter(authority=scene.province).first()
    scene.bulletin = insight.publish_bulletin(
        authority=scene.province,
        programme=scene.programme,
        year=2024,
        document_number="9号",
        by=officer,
        reason="",
    )


@pytest.fixture
def _django_db_helper():
    """The scene's own transaction stands in for the one that pytest-django would open for each test."""


@pytest.fixture(scope="module")
def scene(_loaded, django_db_blocker, tmp_path_factory):
    """Everything the rows speak of, made once; every attempt is rolled back to here."""
    with django_db_blocker.unblock(), transaction.atomic():
        _loaded.restore()
        with clock.at(DAY):
            school, stranger = factory.unit(code=CITY), factory.unit(code=OTHER_CITY)
            registered, refused = (factory.unit(code=CITY, verified=False) for _ in range(2))
            people = _people(school, stranger)
            orgs.refuse_unit(refused, by=factory.officer(CITY), reason="不符。")
            refused.memberships.update(person=people["filler"], unit=refused)
            refused.memberships.filter(role="leader").update(person=people["leader"])
            refused.memberships.create(person=people["reviewer"], role="reviewer")
            renaming = factory.unit(code=CITY)
            invitation, token = orgs.invite(
                school,
                by=people["leader"],
                role="filler",
                name="某人",
                email=people["nobody"].email,
                page=str,
            )
            scored = factory.at(school, "province-designate", existing_national=True)
            factory.score(scored)
            at_province = factory.at(school, "province-designate", existing_national=True)
            draft = factory.filled(school)
            made = SimpleNamespace(
                school=school,
                registered=registered,
                refused=refused,
                invitation=invitation,
                renaming=renaming,
                token=token,
                rename=orgs.ask_rename(
                    renaming,
                    by=factory.leader(renaming),
                    name="长春更名学校",
                    reason="经批准更名。",
                    proof=factory.pdf(),
                    proof_name="批复.pdf",
                ),
                people=people,
                bystander=factory.nobody(),
                a_role=factory.leader(stranger).memberships.first(),
                city=factory.authority(CITY),
                province=factory.authority(PROVINCE),
                nation=factory.authority(NATION),
                programme=factory.task().programme,
                draft=draft,
                proof=evidence(draft).first(),
                at_city=factory.submitted(school),
                at_province=at_province,
                scored=scored,
                to_nation=factory.at(school, "province-recommend"),
                at_nation=factory.at(school, "nation-designate"),
                duty=duties.assign(
                    at_province, expert=people["the expert"], by=people["officer of own province"]
                ),
                free=factory.expert(),
                message=Message.objects.filter(to=people["leader"]).first(),
            )
            made.tie = pool.declare_tie(
                people["the expert"], name="别的学校", reason="师生", by=people["the expert"]
            )
            made.run = solving.propose(
                made.province,
                task=factory.task(),
                step="province-score",
                by=people["officer of own province"],
                per_case=2,
                cap=9,
                seed=1,
            )
            _inside(made)
            _signed(made)
            _packs(made)
            _noticed(made)
        with clock.at(AUTUMN):
            _monitored(made)
            evaluation_rows.play(made)
        yield made
        transaction.set_rollback(True)


# ---------------------------------------------------------------- the table


def _name(row: Row) -> str:
    return f"{row.action}-{TABLE.index(row)}"


def test_every_action_of_every_room_has_its_row_and_no_row_is_left_over():
    found = set().union(*(actions_of(room) for room in ROOMS))
    assert found == {row.action for row in TABLE}


def test_every_row_names_people_of_the_scene(scene):
    assert set(scene.people) == EVERYBODY
    assert all(row.may and (row.may < EVERYBODY or row in OWN) for row in TABLE)
    assert authority_over(scene.school.scope_path, "city") == scene.city


@pytest.mark.parametrize("row", TABLE, ids=_name)
def test_an_action_is_done_by_whose_part_it_is_and_refused_to_everybody_else(scene, row):
    wrong = {who: fault for who in sorted(EVERYBODY) if (fault := _fault(scene, row, who))}
    assert not wrong


def _fault(scene, row, who) -> str:
    """What is wrong with how the action meets this person, or nothing; everything is rolled back."""
    with transaction.atomic(), clock.at(row.day):
        records = AuditRecord.objects.count()
        cases = list(Application.objects.order_by("pk").values())
        refused = None
        try:
            with transaction.atomic():
                row.call(scene, scene.people[who])
        except Refused as caught:
            refused = caught
        written = AuditRecord.objects.count() - records
        unchanged = list(Application.objects.order_by("pk").values()) == cases
        transaction.set_rollback(True)
    if who in row.may:
        if refused is not None:
            return f"refused: {refused}"
        return "" if written == row.records else f"{written} records instead of {row.records}"
    if (written, unchanged) != (0, True):
        return f"{written} records, cases {'as before' if unchanged else 'changed'}"
    if row.silent:
        return "" if refused is None else f"refused: {refused}"
    if refused is None:
        return "not refused"
    if refused.code not in row.codes or len(refused.denied.reason.strip()) <= 4:
        return f"refused by {refused.code}: {refused}"
    if not denials.expected("actions", row.action, who, refused.code):
        return f"refused by {refused.code}, which docs/who-may.md does not say"
    return ""


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_a_closed_account_may_nothing_that_it_might_before(scene, who):
    for row in (row for row in TABLE if who in row.may and row not in OWN):
        with transaction.atomic(), clock.at(row.day):
            person = scene.people[who]
            person.is_active = False
            try:
                with transaction.atomic():
                    before = AuditRecord.objects.count()
                    caught = None
                    try:
                        row.call(scene, person)
                    except Refused as refused:
                        caught = refused
                    assert AuditRecord.objects.count() == before
                assert row.silent or caught is not None, row.action
            finally:
                person.is_active = True
                transaction.set_rollback(True)


def test_the_scene_stands_at_one_task(scene):
    assert {case.task.code for case in (scene.at_city, scene.scored, scene.at_nation)} == {LIBRARY}
