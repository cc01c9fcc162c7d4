import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("applications", "0001_tables"),
        ("orgs", "0001_tables"),
        ("programmes", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AssignmentRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(help_text="the scoring step", max_length=60)),
                ("per_case", models.PositiveSmallIntegerField()),
                (
                    "cap",
                    models.PositiveSmallIntegerField(
                        help_text="most duties of an expert without a cap of his own"
                    ),
                ),
                ("seed", models.PositiveBigIntegerField()),
                ("digest", models.CharField(help_text="SHA-256 of what the solver was given", max_length=64)),
                ("result", models.JSONField(help_text="see reviews.solving")),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "待确认"), ("carried_out", "已执行"), ("discarded", "已放弃")],
                        default="proposed",
                        max_length=20,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                (
                    "done_at",
                    models.DateTimeField(help_text="when it was carried out or discarded", null=True),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.authority"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programmes.task"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=60)),
                ("assigned_at", models.DateTimeField()),
                ("marks", models.JSONField(default=dict, help_text="mark by criterion code")),
                ("vetoes", models.JSONField(default=dict, help_text="reason by veto code")),
                ("notes", models.JSONField(default=dict, help_text="remark by criterion code")),
                ("comment", models.TextField(blank=True)),
                (
                    "total",
                    models.DecimalField(
                        decimal_places=2, help_text="0-100, weighted", max_digits=6, null=True
                    ),
                ),
                ("submitted_at", models.DateTimeField(null=True)),
                (
                    "conflict",
                    models.CharField(
                        blank=True, help_text="declared by the expert; ends the duty", max_length=200
                    ),
                ),
                (
                    "superseded",
                    models.BooleanField(
                        default=False, help_text="a later revision was submitted; these marks no longer count"
                    ),
                ),
                (
                    "reopened",
                    models.CharField(
                        blank=True,
                        help_text="why the organiser gave submitted marks back 退回重评",
                        max_length=500,
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="applications.application",
                    ),
                ),
                (
                    "assigned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "expert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="applications.revision",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        help_text="the solver's, if it was not by hand",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="reviews.assignmentrun",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=60)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("recommend", "推荐"),
                            ("return", "退回"),
                            ("decline", "不予推荐或认定"),
                            ("designate", "认定"),
                            ("take_back", "收回决定"),
                            ("propose", "送会签"),
                            ("object", "会签不同意"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("reason", models.TextField(blank=True)),
                ("remarks", models.JSONField(default=dict, help_text="remark by field code")),
                ("due", models.DateField(null=True)),
                (
                    "formal",
                    models.JSONField(
                        default=list,
                        help_text="the formal check it rests on: code, text, by machine or officer",
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="applications.application",
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="orgs.authority",
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
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="applications.revision",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ExpertProfile",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="expert_profile",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("tasks", models.JSONField(default=list, help_text="specialities: codes of tasks")),
                ("words", models.JSONField(default=list, help_text="specialities in free words")),
                ("employer_name", models.CharField(blank=True, help_text="as typed", max_length=120)),
                (
                    "cap",
                    models.PositiveSmallIntegerField(
                        help_text="most cases at a time; empty: as the run says", null=True
                    ),
                ),
                ("paused", models.BooleanField(default=False, help_text="gets no new duties")),
                ("pause_reason", models.CharField(blank=True, max_length=200)),
                (
                    "employer",
                    models.ForeignKey(
                        help_text="when it is registered",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="orgs.unit",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.jurisdiction",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ExpertTie",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(help_text="of the unit, as typed", max_length=120)),
                ("reason", models.CharField(max_length=200)),
                ("declared_at", models.DateTimeField()),
                (
                    "declared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "expert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ties",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        help_text="when it is registered",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orgs.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FormalCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=60)),
                (
                    "met",
                    models.JSONField(default=list, help_text="codes of what the officer found to be met"),
                ),
                ("note", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="formal_checks",
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
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="formal_checks",
                        to="applications.revision",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Holding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=60)),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("current", models.BooleanField(default=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holdings",
                        to="applications.application",
                    ),
                ),
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
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holdings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="PanelResult",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(help_text="the scoring step", max_length=60)),
                ("total", models.DecimalField(decimal_places=2, help_text="0-100", max_digits=5)),
                ("vetoed", models.BooleanField(default=False, help_text="whether a veto stands")),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="panel_results",
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
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="applications.revision",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="QuotaAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.CharField(help_text="name of the line that gave it", max_length=120)),
                (
                    "limit",
                    models.PositiveIntegerField(
                        help_text="what holds: as changed, else as the line says", null=True
                    ),
                ),
                ("given", models.PositiveIntegerField(help_text="what the line says", null=True)),
                (
                    "changed",
                    models.BooleanField(default=False, help_text="the limit was changed while the round ran"),
                ),
                ("minimum", models.PositiveIntegerField(null=True)),
                ("taken", models.PositiveIntegerField(default=0)),
                (
                    "authority",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quota_accounts",
                        to="orgs.authority",
                    ),
                ),
                (
                    "quota",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="programmes.quota",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quota_accounts",
                        to="orgs.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LimitChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("before", models.PositiveIntegerField(help_text="null: no limit", null=True)),
                ("limit", models.PositiveIntegerField()),
                ("reason", models.TextField()),
                (
                    "document",
                    models.CharField(help_text="title or number of the document it rests on", max_length=120),
                ),
                (
                    "fallen_out",
                    models.JSONField(
                        default=list,
                        help_text="numbers of the cases whose recommendation was taken back with it",
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="reviews.quotaaccount",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="QuotaPlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "exemption",
                    models.CharField(
                        blank=True, help_text="code of the exemption; empty: takes a place", max_length=60
                    ),
                ),
                ("taken_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="reviews.quotaaccount",
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quota_places",
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
        ),
        migrations.CreateModel(
            name="Rank",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=60)),
                ("number", models.PositiveIntegerField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ranks",
                        to="applications.application",
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ranks", to="orgs.authority"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=60)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待会签"),
                            ("agreed", "同意"),
                            ("disagreed", "不同意"),
                            ("ended", "已终止"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="applications.application",
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="orgs.authority",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "effect",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signed_by",
                        to="reviews.decision",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="reviews.decision",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Tie",
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
                        choices=[("leader", "同一负责人"), ("project", "同名项目")], max_length=10
                    ),
                ),
                ("key", models.CharField(help_text="SHA-256 of the normalised values", max_length=64)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ties",
                        to="applications.application",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="assignmentrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")),
                fields=("authority", "task", "step"),
                name="assignment_run_one_proposal",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded", False)),
                fields=("application", "step", "expert"),
                name="assignment_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("submitted_at", None), ("total__isnull", False), _connector="OR"),
                name="assignment_submitted_has_total",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["return", "decline", "object"]), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="decision_against_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "return"), _negated=True), ("due__isnull", False), _connector="OR"
                ),
                name="decision_return_has_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="expertprofile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("paused", False), models.Q(("pause_reason", ""), _negated=True), _connector="OR"
                ),
                name="expert_paused_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="experttie",
            constraint=models.UniqueConstraint(fields=("expert", "name"), name="expert_tie_once"),
        ),
        migrations.AddConstraint(
            model_name="experttie",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="expert_tie_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="formalcheck",
            constraint=models.UniqueConstraint(
                fields=("revision", "step"), name="formal_check_once_a_revision"
            ),
        ),
        migrations.AddConstraint(
            model_name="holding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("current", True)),
                fields=("application", "step"),
                name="holding_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="panelresult",
            constraint=models.UniqueConstraint(fields=("revision", "step"), name="panel_result_once"),
        ),
        migrations.AddConstraint(
            model_name="panelresult",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="panel_result_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="panelresult",
            constraint=models.CheckConstraint(
                condition=models.Q(("total__gte", 0), ("total__lte", 100)), name="panel_result_of_a_hundred"
            ),
        ),
        migrations.AddConstraint(
            model_name="quotaaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(("limit", None), ("taken__lte", models.F("limit")), _connector="OR"),
                name="quota_never_exceeded",
            ),
        ),
        migrations.AddConstraint(
            model_name="quotaaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("authority__isnull", False), ("unit", None)),
                    models.Q(("authority", None), ("unit__isnull", False)),
                    _connector="OR",
                ),
                name="quota_account_one_holder",
            ),
        ),
        migrations.AddConstraint(
            model_name="quotaaccount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("unit", None)),
                fields=("quota", "authority"),
                name="quota_account_authority",
            ),
        ),
        migrations.AddConstraint(
            model_name="quotaaccount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("authority", None)), fields=("quota", "unit"), name="quota_account_unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="quotaplace",
            constraint=models.UniqueConstraint(
                fields=("account", "application"), name="quota_place_once_a_case"
            ),
        ),
        migrations.AddConstraint(
            model_name="rank",
            constraint=models.UniqueConstraint(
                fields=("application", "authority", "step"), name="rank_once_a_case"
            ),
        ),
        migrations.AddIndex(
            model_name="signature",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["authority"], name="signature_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.UniqueConstraint(
                fields=("proposal", "authority"), name="signature_once_a_proposal"
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")),
                fields=("application", "authority"),
                name="signature_asked_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "disagreed"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="signature_against_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["agreed", "disagreed"]), _negated=True),
                    models.Q(("at__isnull", False), ("by__isnull", False)),
                    _connector="OR",
                ),
                name="signature_given_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="tie",
            index=models.Index(fields=["key", "kind"], name="tie_key"),
        ),
        migrations.AddConstraint(
            model_name="tie",
            constraint=models.UniqueConstraint(fields=("application", "kind"), name="tie_one_of_a_kind"),
        ),
    ]
