import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_tables"),
        ("orgs", "0001_tables"),
        ("programmes", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Application",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("variant", models.CharField(max_length=60)),
                ("place_path", models.CharField(max_length=80)),
                ("scope_path", models.CharField(max_length=80)),
                (
                    "number",
                    models.CharField(help_text="case number shown to people", max_length=40, unique=True),
                ),
                ("project_name", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("in_review", "审核中"),
                            ("returned", "已退回"),
                            ("declined", "不予推荐或认定"),
                            ("concluded", "已办结"),
                            ("abandoned", "已放弃"),
                        ],
                        default="draft",
                        max_length=20,
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        help_text="code of the step the case waits at; 'declare' while with the unit",
                        max_length=60,
                    ),
                ),
                (
                    "desk",
                    models.CharField(
                        choices=[("filler", "填报中"), ("reviewer", "单位校核中"), ("leader", "单位审核中")],
                        default="filler",
                        help_text="with whom inside the unit it is",
                        max_length=10,
                    ),
                ),
                (
                    "opened_at",
                    models.DateTimeField(
                        help_text="when the step it waits at first opened it; ends withdrawing", null=True
                    ),
                ),
                (
                    "resume_step",
                    models.CharField(
                        blank=True, help_text="step that returned it, where it goes again", max_length=60
                    ),
                ),
                (
                    "returned_due",
                    models.DateField(help_text="by when a returned case is due again", null=True),
                ),
                ("begun_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(null=True)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="programmes.taskedition",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="programmes.round",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="programmes.task",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="orgs.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BulkRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("do", models.CharField(help_text="which action", max_length=20)),
                ("words", models.JSONField(default=dict, help_text="reason, day and such, as typed")),
                ("asked_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.authority"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BulkItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "等待办理"), ("done", "已办成"), ("refused", "未办成")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("clause", models.TextField(blank=True)),
                ("remedy", models.TextField(blank=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="applications.application",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="applications.bulkrun",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("field", models.CharField(max_length=60)),
                ("indicator", models.CharField(blank=True, max_length=60)),
                ("year", models.PositiveSmallIntegerField(null=True)),
                ("name", models.CharField(max_length=200)),
                ("page_from", models.PositiveIntegerField(help_text="first page that proves", null=True)),
                ("page_to", models.PositiveIntegerField(help_text="last page that proves", null=True)),
                ("added_at", models.DateTimeField()),
                (
                    "removed_at",
                    models.DateTimeField(help_text="kept because a revision may refer to it", null=True),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence",
                        to="applications.application",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EvidenceUpload",
            fields=[
                (
                    "upload",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="for_evidence",
                        serialize=False,
                        to="core.upload",
                    ),
                ),
                ("field", models.CharField(max_length=60)),
                ("indicator", models.CharField(blank=True, max_length=60)),
                ("year", models.PositiveSmallIntegerField(null=True)),
                ("pages", models.CharField(blank=True, help_text="page range as typed", max_length=40)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uploads",
                        to="applications.application",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "待批复"),
                            ("granted", "已同意"),
                            ("refused", "未同意"),
                            ("revoked", "已取消"),
                        ],
                        max_length=10,
                    ),
                ),
                ("until", models.DateField(help_text="last day that counts", null=True)),
                ("request", models.TextField(blank=True, help_text="why the unit asks")),
                ("requested_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True, help_text="why the authority decided so")),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "application",
                    models.ForeignKey(
                        help_text="only this case; empty: whatever the unit declares for the task in the round",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="applications.application",
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.authority",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programmes.round"
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programmes.task"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="extensions", to="orgs.unit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FormerLead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("until", models.DateField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_leads",
                        to="applications.application",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"
                    ),
                ),
            ],
            options={
                "ordering": ["until", "id"],
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("onward", "送审"), ("back", "退回填报"), ("taken", "收回")], max_length=10
                    ),
                ),
                (
                    "from_desk",
                    models.CharField(
                        choices=[("filler", "填报中"), ("reviewer", "单位校核中"), ("leader", "单位审核中")],
                        max_length=10,
                    ),
                ),
                (
                    "to_desk",
                    models.CharField(
                        choices=[("filler", "填报中"), ("reviewer", "单位校核中"), ("leader", "单位审核中")],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("remarks", models.JSONField(default=dict, help_text="what is to be mended, by field")),
                (
                    "answers",
                    models.JSONField(help_text="the draft as it was handed on: what the other desk has seen"),
                ),
                ("at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="handovers",
                        to="applications.application",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("section", models.CharField(blank=True, max_length=60)),
                (
                    "field",
                    models.CharField(blank=True, help_text="the field that has the cursor", max_length=60),
                ),
                ("at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="present",
                        to="applications.application",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("answers", models.JSONField()),
                (
                    "digest",
                    models.CharField(
                        help_text="SHA-256 of the canonical answers and evidence digests", max_length=64
                    ),
                ),
                ("submitted_at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="applications.application",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="SealedScan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("field", models.CharField(help_text="the file slot of the form", max_length=60)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "等待核对"),
                            ("matched", "核对一致"),
                            ("mismatched", "核对不一致"),
                            ("illegible", "有页看不清"),
                            ("confirmed", "人工确认"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "files",
                    models.CharField(
                        help_text="SHA-256 over the digests of the files, in their order", max_length=64
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True, help_text="the version code it was held against", max_length=80
                    ),
                ),
                (
                    "pages",
                    models.JSONField(
                        default=list, help_text="for each page what was read: code, number, last, fault"
                    ),
                ),
                ("faults", models.JSONField(default=list, help_text="what is wrong, in words")),
                ("asked_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(null=True)),
                (
                    "confirmed_note",
                    models.TextField(
                        blank=True, help_text="what the person saw on the pages a machine can't read"
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sealed_scans",
                        to="applications.application",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UniqueClaim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        help_text="whose rule it is, and among which cases it compares", max_length=120
                    ),
                ),
                ("key", models.CharField(help_text="SHA-256 of the normalised values", max_length=64)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="unique_claims",
                        to="applications.application",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="draft",
                        serialize=False,
                        to="applications.application",
                    ),
                ),
                ("answers", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "field_versions",
                    models.JSONField(default=dict, help_text="version at which each field was last changed"),
                ),
                (
                    "sources",
                    models.JSONField(
                        default=dict,
                        help_text="by field: where an answer that nobody typed is from (see sources)",
                    ),
                ),
                (
                    "known",
                    models.JSONField(
                        default=dict,
                        help_text="by reference of same_as: what other sources said when asked (see sources)",
                    ),
                ),
                ("saved_at", models.DateTimeField()),
                (
                    "saved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                fields=["scope_path"], name="application_scope", opclasses=["text_pattern_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["task", "state", "step"], name="application_queue"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                models.F("step"),
                models.F("task"),
                models.F("edition"),
                models.F("variant"),
                django.contrib.postgres.indexes.OpClass("scope_path", "text_pattern_ops"),
                condition=models.Q(("state", "in_review")),
                name="application_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(("state", "returned")), fields=["returned_due"], name="application_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["draft", "returned"]), _negated=True),
                    ("step", "declare"),
                    _connector="OR",
                ),
                name="application_with_the_unit_at_declare",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(("desk", "filler"), ("state__in", ["draft", "returned"]), _connector="OR"),
                name="application_handed_on_inside_the_unit_only",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "in_review"), _negated=True),
                    ("submitted_at__isnull", False),
                    _connector="OR",
                ),
                name="application_in_review_was_submitted",
            ),
        ),
        migrations.AddIndex(
            model_name="bulkitem",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["run"], name="bulk_item_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkitem",
            constraint=models.UniqueConstraint(fields=("run", "application"), name="bulk_item_once_a_run"),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("page_from", None), ("page_to", None)),
                    models.Q(("page_from__gte", 1), ("page_to__gte", models.F("page_from"))),
                    _connector="OR",
                ),
                name="evidence_page_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("year", None), models.Q(("indicator", ""), _negated=True), _connector="OR"
                ),
                name="evidence_of_a_year_is_of_an_indicator",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "requested"),
                    models.Q(
                        models.Q(("reason", ""), _negated=True),
                        ("authority__isnull", False),
                        ("decided_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="extension_decided_has_reason_and_authority",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "granted"), _negated=True), ("until__isnull", False), _connector="OR"
                ),
                name="extension_granted_has_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "requested"), _negated=True),
                    models.Q(("request", ""), _negated=True),
                    _connector="OR",
                ),
                name="extension_requested_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "requested")),
                fields=("unit", "task", "round", "application"),
                name="extension_asked_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "back"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="handover_back_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_desk", models.F("to_desk")), _negated=True), name="handover_moves"
            ),
        ),
        migrations.AddConstraint(
            model_name="presence",
            constraint=models.UniqueConstraint(fields=("application", "person"), name="presence_once"),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.UniqueConstraint(fields=("application", "number"), name="revision_number_once"),
        ),
        migrations.AddIndex(
            model_name="sealedscan",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["id"], name="sealed_scan_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedscan",
            constraint=models.UniqueConstraint(
                fields=("application", "field"), name="sealed_scan_once_a_slot"
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedscan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "confirmed"), _negated=True),
                    models.Q(
                        ("confirmed_by__isnull", False), models.Q(("confirmed_note", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="sealed_scan_confirmed_by_somebody_in_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="uniqueclaim",
            constraint=models.UniqueConstraint(fields=("scope", "key"), name="unique_claim_once"),
        ),
    ]
