"""A case as those who decide and score read it: the frozen answers of one revision with the evidence it had."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from tongchou.applications import queries
from tongchou.applications.models import Application, Evidence, Revision
from tongchou.forms import diff
from tongchou.forms import reading as answers_reading
from tongchou.forms.definition import FieldDef, Section
from tongchou.forms.finding import Finding
from tongchou.forms.schema import by_code, sections_for
from tongchou.orgs.queries import unit_facts
from tongchou.reviews.models import Decision
from tongchou.web.fields import SectionView, section_views


@dataclass(frozen=True)
class Reading:
    """One revision of a case, to be read."""

    application: Application
    revision: Revision

    @property
    def name(self) -> str:
        """The project's name as it was submitted; the draft's may be another by now."""
        return str(self.revision.answers.get("project_name") or self.application.number)

    @cached_property
    def sections(self) -> list[Section]:
        return sections_for(self.application.edition.pack.form, self.application.variant)

    @cached_property
    def fields(self) -> dict[str, FieldDef]:
        return by_code(self.sections)

    @cached_property
    def evidence(self) -> list[Evidence]:
        """The evidence as it was when the revision was submitted."""
        at = self.revision.submitted_at
        return list(
            Evidence.objects.filter(application=self.application, added_at__lte=at)
            .filter(Q(removed_at=None) | Q(removed_at__gt=at))
            .select_related("file")
            .order_by("field", "id")
        )

    @cached_property
    def hidden(self) -> set[str]:
        """The fields that this case is not asked."""
        return answers_reading.Reading(
            self.application.edition.pack.form,
            self.revision.answers,
            variant=self.application.variant,
            unit=unit_facts(self.application.unit),
            evidence_fields={e.field for e in self.evidence},
        ).hidden

    def views(self, remarks: dict[str, str] | None = None) -> list[SectionView]:
        application = self.application
        return section_views(
            self.sections,
            self.revision.answers,
            variant=application.variant,
            indicators=application.edition.pack.indicators,
            years=queries.target_years(application.round),
            evidence=self.evidence,
            remarks=remarks or {},
            hidden=self.hidden,
        )

    def proofs(self) -> list[tuple[str, list[Evidence]]]:
        """The evidence by field, in the order of the form, with the field's label."""
        groups: dict[str, list[Evidence]] = {}
        for one in self.evidence:
            groups.setdefault(one.field, []).append(one)
        return [(field.label, groups[code]) for code, field in self.fields.items() if code in groups]

    def findings(self) -> list[Finding]:
        """What the machine checks find in this revision, each with its clause."""
        return queries.look(self.application, self.revision.answers).findings

    def changes_since(self, older: Revision) -> list[diff.Change]:
        return diff.changes(
            self.sections,
            older.answers,
            self.revision.answers,
            indicators=self.application.edition.pack.indicators,
        )

    def last_decided(self, decisions: list[Decision]) -> Revision | None:
        """The latest earlier revision that somebody decided on."""
        earlier = [d.revision for d in decisions if d.revision.number < self.revision.number]
        return max(earlier, key=lambda r: r.number, default=None)

    def labelled(self, remarks: dict[str, str]) -> tuple[tuple[str, str], ...]:
        """Remarks by field with the fields' labels."""
        return tuple(
            (self.fields[code].label if code in self.fields else code, text) for code, text in remarks.items()
        )


def reading_of(application: Application) -> Reading | None:
    """The latest revision; nothing before the first submission."""
    revision = queries.latest_revision(application)
    return Reading(application, revision) if revision else None
