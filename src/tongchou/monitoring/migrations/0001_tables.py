import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("applications", "0001_tables"),
        ("core", "0002_tables"),
        ("orgs", "0001_tables"),
        ("programmes", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Assessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place_path", models.CharField(max_length=80)),
                ("scope_path", models.CharField(max_length=80)),
                (
                    "designated",
                    models.CharField(
                        help_text="highest level held when the evaluation opened", max_length=10
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("due", "待自评"),
                            ("returned", "已退回"),
                            ("scoring", "评分中"),
                            ("concluded", "已有结论"),
                        ],
                        default="due",
                        max_length=10,
                    ),
                ),
                ("text", models.TextField(blank=True, help_text="of the self-evaluation")),
                (
                    "draft",
                    models.JSONField(
                        default=dict,
                        help_text="the unit's own marks until they are handed in: mark, marks by criterion",
                    ),
                ),
                ("returned_reason", models.TextField(blank=True)),
                ("returned_due", models.DateField(null=True)),
                (
                    "submitted_at",
                    models.DateTimeField(help_text="when the self-evaluation came in", null=True),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="applications.application",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="orgs.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Conclusion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "total",
                    models.DecimalField(
                        decimal_places=2, help_text="of 100, weighted", max_digits=5, null=True
                    ),
                ),
                (
                    "parts",
                    models.JSONField(
                        default=list, help_text="level, mark and weight of what the total is made of"
                    ),
                ),
                ("grade", models.CharField(max_length=60)),
                ("grade_name", models.CharField(max_length=120)),
                ("reason", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conclusions",
                        to="monitoring.assessment",
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
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="monitoring.conclusion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(help_text="of the scheme in the edition's pack", max_length=60)),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[("yearly", "年度考核"), ("period", "期满考核"), ("spot", "抽检")],
                        max_length=10,
                    ),
                ),
                (
                    "variant",
                    models.CharField(
                        blank=True, help_text="of the projects; empty: of every variant", max_length=60
                    ),
                ),
                ("place_path", models.CharField(max_length=80)),
                ("year", models.PositiveSmallIntegerField(help_text="of a period its last year")),
                (
                    "batch",
                    models.PositiveSmallIntegerField(
                        default=1, help_text="spot checks of one year are counted"
                    ),
                ),
                ("self_due", models.DateField(help_text="last day of the units' self-evaluation")),
                ("opened_at", models.DateTimeField()),
                (
                    "authority",
                    models.ForeignKey(
                        help_text="which concludes",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluations",
                        to="orgs.authority",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        help_text="holds the scheme, as it stood when this was opened",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.taskedition",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        help_text="whose projects",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluations",
                        to="programmes.task",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="assessment",
            name="evaluation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assessments",
                to="monitoring.evaluation",
            ),
        ),
        migrations.CreateModel(
            name="LevelScore",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("unit", "单位自评"),
                            ("city", "市级评分"),
                            ("province", "省级评分"),
                            ("nation", "国家级评分"),
                        ],
                        max_length=10,
                    ),
                ),
                ("mark", models.DecimalField(decimal_places=2, help_text="of 100", max_digits=5, null=True)),
                (
                    "marks",
                    models.JSONField(default=dict, help_text="by criterion, where the scheme names a rubric"),
                ),
                ("vetoes", models.JSONField(default=dict, help_text="reason by veto code")),
                ("comment", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("superseded", models.BooleanField(default=False)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scores",
                        to="monitoring.assessment",
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
            name="Measure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(help_text="of the consequence in the scheme", max_length=60)),
                (
                    "does",
                    models.CharField(
                        choices=[
                            ("renew", "延续资格"),
                            ("candidate", "列为下一周期备选"),
                            ("support", "加大支持"),
                            ("guide", "加强建设指导"),
                            ("rectify", "限期整改"),
                            ("bar", "不得参加下一周期遴选"),
                            ("revoke", "撤销资格和支持"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.TextField()),
                (
                    "cite",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=250), default=list, size=None
                    ),
                ),
                ("because", models.TextField(help_text="the years and figures that lead to it, in words")),
                ("reason", models.TextField(blank=True)),
                ("until", models.DateField(help_text="bar only: last day on which it holds", null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("confirmed", "已确认"), ("set_aside", "不予采取")], max_length=10
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures",
                        to="monitoring.assessment",
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
                    "conclusion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures",
                        to="monitoring.conclusion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PeerFigures",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("variant", models.CharField(max_length=60)),
                ("year", models.PositiveSmallIntegerField()),
                ("indicator", models.CharField(max_length=60)),
                ("count", models.PositiveIntegerField()),
                ("median", models.FloatField()),
                ("mad", models.FloatField(help_text="median of the distances from the median")),
                ("lowest", models.FloatField()),
                ("second_lowest", models.FloatField()),
                ("second_highest", models.FloatField()),
                ("highest", models.FloatField()),
                ("measured_at", models.DateTimeField()),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="programmes.task"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PerformanceReport",
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
                    "level",
                    models.CharField(help_text="highest level held when the period opened", max_length=10),
                ),
                (
                    "opens",
                    models.DateField(
                        help_text="first day on which it may be submitted; empty: from the start", null=True
                    ),
                ),
                (
                    "due",
                    models.DateField(
                        help_text="last day that counts for this project; empty: no window is set", null=True
                    ),
                ),
                ("due_cite", models.CharField(blank=True, max_length=250)),
                (
                    "dates",
                    models.JSONField(
                        default=list,
                        help_text="every date that was found, with whom it binds (due.BindingDate)",
                    ),
                ),
                (
                    "extended_to",
                    models.DateField(help_text="last day after an extension 个别延期", null=True),
                ),
                ("extended_reason", models.CharField(blank=True, max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("due", "待填报"),
                            ("submitted", "已报送"),
                            ("returned", "已退回"),
                            ("confirmed", "已确认"),
                            ("correcting", "更正中"),
                        ],
                        default="due",
                        max_length=20,
                    ),
                ),
                (
                    "answers",
                    models.JSONField(
                        default=dict,
                        help_text="by indicator: value (or numerator, denominator), note, evidence, page",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, help_text="counts saves")),
                (
                    "field_versions",
                    models.JSONField(
                        default=dict, help_text="version at which each indicator was last changed"
                    ),
                ),
                ("saved_at", models.DateTimeField(null=True)),
                (
                    "first_submitted_at",
                    models.DateTimeField(help_text="what timeliness is judged by", null=True),
                ),
                ("submitted_at", models.DateTimeField(help_text="of the latest revision", null=True)),
                ("returned_reason", models.TextField(blank=True)),
                (
                    "returned_due",
                    models.DateField(help_text="by when a returned report is due again", null=True),
                ),
                (
                    "remarks",
                    models.JSONField(default=dict, help_text="remark by indicator, of the last return"),
                ),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "judgements",
                    models.JSONField(
                        default=dict, help_text="by indicator, of the last confirmation: attainment.Judgement"
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="performance",
                        to="applications.application",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.taskedition",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="performance",
                        to="orgs.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PerformanceEvidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
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
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence",
                        to="monitoring.performancereport",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Period",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("opened_at", models.DateTimeField()),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        help_text="the province",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.jurisdiction",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="periods",
                        to="programmes.task",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="performancereport",
            name="period",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="monitoring.period"
            ),
        ),
        migrations.CreateModel(
            name="PeriodicReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(help_text="ReportDef.code", max_length=60)),
                ("name", models.CharField(max_length=120)),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "place_path",
                    models.CharField(
                        help_text="where it stands: what completeness by place reads", max_length=80
                    ),
                ),
                ("scope_path", models.CharField(max_length=80)),
                ("due", models.DateField(help_text="last day that counts")),
                ("cite", models.CharField(max_length=250)),
                (
                    "dates",
                    models.JSONField(
                        default=list,
                        help_text="every date that was found, with whom it binds (due.BindingDate)",
                    ),
                ),
                ("public", models.BooleanField(default=False)),
                ("sealed", models.BooleanField(default=True, help_text="a stamped scan is asked for")),
                (
                    "parts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        default=list,
                        help_text="what it must contain",
                        size=None,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("due", "待报送"), ("submitted", "已报送")], default="due", max_length=20
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("file_name", models.CharField(blank=True, max_length=200)),
                ("submitted_at", models.DateTimeField(null=True)),
                (
                    "application",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="periodic_reports",
                        to="applications.application",
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="periodic_reports",
                        to="orgs.authority",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="periodic_reports",
                        to="programmes.programme",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.task",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="periodic_reports",
                        to="orgs.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Feedback",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("contact", models.CharField(help_text="telephone or e-mail", max_length=120)),
                ("text", models.TextField()),
                ("left_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "待答复"), ("answered", "已答复")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("answer", models.TextField(blank=True)),
                ("shown", models.BooleanField(default=False, help_text="the public sees comment and answer")),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feedback",
                        to="monitoring.periodicreport",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Chase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                ("at", models.DateTimeField()),
                (
                    "text",
                    models.CharField(blank=True, help_text="what the authority says besides", max_length=500),
                ),
                (
                    "application",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chases",
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
                    "round",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.round",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.task",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        help_text="which has not begun the task in the round",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chases",
                        to="orgs.unit",
                    ),
                ),
                (
                    "performance",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chases",
                        to="monitoring.performancereport",
                    ),
                ),
                (
                    "periodic",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chases",
                        to="monitoring.periodicreport",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Rectification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope_path", models.CharField(max_length=80)),
                ("demands", models.TextField(help_text="what is to be mended")),
                ("due", models.DateField(help_text="last day that counts")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("due", "整改中"),
                            ("submitted", "待验收"),
                            ("returned", "继续整改"),
                            ("accepted", "验收通过"),
                            ("failed", "验收未通过"),
                        ],
                        default="due",
                        max_length=10,
                    ),
                ),
                ("report", models.TextField(blank=True, help_text="what the unit has done")),
                ("submitted_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_reason", models.TextField(blank=True)),
                (
                    "measure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rectification",
                        to="monitoring.measure",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rectifications",
                        to="orgs.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AssessmentFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("added_at", models.DateTimeField()),
                (
                    "removed_at",
                    models.DateTimeField(help_text="kept because somebody may have judged by it", null=True),
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
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="monitoring.assessment",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
                    ),
                ),
                (
                    "rectification",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="monitoring.rectification",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReportRevision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("answers", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("submitted_at", models.DateTimeField()),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="monitoring.performancereport",
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
        ),
        migrations.CreateModel(
            name="ReportQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("indicator", models.CharField(max_length=60)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("years", "与上年比较"),
                            ("tasks", "与其他任务比较"),
                            ("declared", "与申报书比较"),
                            ("peers", "与同类项目比较"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("reply", models.TextField(blank=True)),
                ("replied_at", models.DateTimeField(null=True)),
                (
                    "replied_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="monitoring.performancereport",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="monitoring.reportrevision",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IndicatorValue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("variant", models.CharField(max_length=60)),
                ("unit_kind", models.CharField(max_length=30)),
                ("level", models.CharField(max_length=10)),
                ("place_path", models.CharField(help_text="as it was when reported", max_length=80)),
                ("scope_path", models.CharField(max_length=80)),
                ("year", models.PositiveSmallIntegerField()),
                ("indicator", models.CharField(max_length=60)),
                ("value", models.DecimalField(decimal_places=4, max_digits=20)),
                ("denominator", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("target", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                (
                    "met",
                    models.BooleanField(
                        help_text="whether the target was met; empty: there is none", null=True
                    ),
                ),
                (
                    "choice",
                    models.CharField(blank=True, help_text="of a choice: what was chosen", max_length=60),
                ),
                ("confirmed", models.BooleanField(default=False)),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programmes.task"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="values",
                        to="monitoring.performancereport",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="values",
                        to="monitoring.reportrevision",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "待审批"),
                            ("open", "更正中"),
                            ("refused", "未同意"),
                            ("done", "已更正"),
                            ("dropped", "已终止"),
                        ],
                        max_length=20,
                    ),
                ),
                ("asked_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("answer", models.TextField(blank=True, help_text="why it was opened or refused")),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="monitoring.performancereport",
                    ),
                ),
                (
                    "stands",
                    models.ForeignKey(
                        help_text="the confirmed revision whose figures stand until another is confirmed",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="monitoring.reportrevision",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReportUpload",
            fields=[
                (
                    "upload",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="for_report",
                        serialize=False,
                        to="core.upload",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uploads",
                        to="monitoring.performancereport",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TargetChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope_path", models.CharField(max_length=80)),
                (
                    "level",
                    models.CharField(help_text="the level that designated, and so decides", max_length=10),
                ),
                ("indicator", models.CharField(max_length=60)),
                ("year", models.PositiveSmallIntegerField()),
                ("old_value", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("old_upper", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("old_text", models.CharField(blank=True, max_length=200)),
                ("value", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("upper", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("text", models.CharField(blank=True, max_length=200)),
                ("reason", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "待审批"),
                            ("approved", "已同意"),
                            ("refused", "未同意"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="asked",
                        max_length=20,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("answer", models.TextField(blank=True, help_text="reason of the decision")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="target_changes",
                        to="applications.application",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AnnualTarget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("indicator", models.CharField(max_length=60)),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "value",
                    models.DecimalField(
                        decimal_places=4,
                        help_text="money in fen, a ratio in its own unit; of a range the least",
                        max_digits=20,
                        null=True,
                    ),
                ),
                (
                    "upper",
                    models.DecimalField(
                        decimal_places=4, help_text="of a range the most", max_digits=20, null=True
                    ),
                ),
                ("text", models.CharField(blank=True, help_text="of a goal judged in steps", max_length=200)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="annual_targets",
                        to="applications.application",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "indicator", "year"), name="annual_target_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("value__isnull", False), models.Q(("text", ""), _negated=True), _connector="OR"
                        ),
                        name="annual_target_is_one",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="conclusion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("corrects", None)), fields=("assessment",), name="conclusion_first_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="conclusion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("corrects", None), models.Q(("reason", ""), _negated=True), _connector="OR"
                ),
                name="conclusion_correction_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="evaluation",
            constraint=models.UniqueConstraint(
                fields=("task", "code", "authority", "year", "variant", "batch"), name="evaluation_once"
            ),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(
                fields=["scope_path"], name="assessment_scope", opclasses=["text_pattern_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(fields=["evaluation", "state"], name="assessment_state"),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(fields=("evaluation", "application"), name="assessment_once"),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "returned"), _negated=True),
                    models.Q(("returned_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="assessment_returned_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="levelscore",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded", False)),
                fields=("assessment", "level"),
                name="level_score_one_stands",
            ),
        ),
        migrations.AddConstraint(
            model_name="levelscore",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("mark", None), models.Q(("mark__gte", 0), ("mark__lte", 100)), _connector="OR"
                ),
                name="level_score_of_100",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.UniqueConstraint(fields=("conclusion", "code"), name="measure_once"),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "set_aside"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="measure_set_aside_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("does", "bar"), ("state", "confirmed"), _negated=True),
                    ("until__isnull", False),
                    _connector="OR",
                ),
                name="measure_bar_has_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="peerfigures",
            constraint=models.UniqueConstraint(
                fields=("task", "year", "variant", "indicator"), name="peer_figures_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=models.UniqueConstraint(fields=("task", "place", "year"), name="period_once"),
        ),
        migrations.AddIndex(
            model_name="performancereport",
            index=models.Index(
                fields=["scope_path"], name="performance_scope", opclasses=["text_pattern_ops"]
            ),
        ),
        migrations.AddConstraint(
            model_name="performancereport",
            constraint=models.UniqueConstraint(fields=("period", "application"), name="performance_once"),
        ),
        migrations.AddConstraint(
            model_name="performancereport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "returned"), _negated=True),
                    models.Q(("returned_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="performance_returned_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="performancereport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("extended_to", None), models.Q(("extended_reason", ""), _negated=True), _connector="OR"
                ),
                name="performance_extended_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="performancereport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "due"),
                    models.Q(("first_submitted_at__isnull", False), ("submitted_at__isnull", False)),
                    _connector="OR",
                ),
                name="performance_sent_was_submitted",
            ),
        ),
        migrations.AddIndex(
            model_name="periodicreport",
            index=models.Index(fields=["scope_path"], name="periodic_scope", opclasses=["text_pattern_ops"]),
        ),
        migrations.AddConstraint(
            model_name="periodicreport",
            constraint=models.UniqueConstraint(
                fields=("programme", "kind", "year", "task", "application", "unit", "authority"),
                name="periodic_report_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="periodicreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit__isnull", False), ("authority__isnull", False), _connector="OR"),
                name="periodic_report_owed_by_someone",
            ),
        ),
        migrations.AddIndex(
            model_name="feedback",
            index=models.Index(fields=["report", "state"], name="feedback_of_report"),
        ),
        migrations.AddConstraint(
            model_name="feedback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at", None), ("shown", False), ("state", "waiting")),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("state", "answered"),
                        models.Q(("answer", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="feedback_answered_or_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="chase",
            constraint=models.UniqueConstraint(
                fields=("application", "performance", "periodic", "unit", "task", "round", "on"),
                name="chase_once_a_day",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="chase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("application__isnull", False),
                        ("performance", None),
                        ("periodic", None),
                        ("unit", None),
                    ),
                    models.Q(
                        ("application", None),
                        ("performance__isnull", False),
                        ("periodic", None),
                        ("unit", None),
                    ),
                    models.Q(
                        ("application", None),
                        ("performance", None),
                        ("periodic__isnull", False),
                        ("unit", None),
                    ),
                    models.Q(
                        ("application", None),
                        ("performance", None),
                        ("periodic", None),
                        ("round__isnull", False),
                        ("task__isnull", False),
                        ("unit__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="chase_of_one_thing",
            ),
        ),
        migrations.AddIndex(
            model_name="rectification",
            index=models.Index(
                fields=["scope_path"], name="rectification_scope", opclasses=["text_pattern_ops"]
            ),
        ),
        migrations.AddConstraint(
            model_name="rectification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["returned", "failed"]), _negated=True),
                    models.Q(("decided_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="rectification_against_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportrevision",
            constraint=models.UniqueConstraint(fields=("report", "number"), name="report_revision_once"),
        ),
        migrations.AddConstraint(
            model_name="reportquestion",
            constraint=models.UniqueConstraint(
                fields=("revision", "indicator", "kind"), name="report_question_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reply", ""),
                    models.Q(("replied_at__isnull", False), ("replied_by__isnull", False)),
                    _connector="OR",
                ),
                name="report_question_reply_by_someone",
            ),
        ),
        migrations.AddIndex(
            model_name="indicatorvalue",
            index=models.Index(
                fields=["task", "year", "indicator", "place_path"],
                name="indicator_value_rollup",
                opclasses=["int8_ops", "int2_ops", "text_ops", "text_pattern_ops"],
            ),
        ),
        migrations.AddConstraint(
            model_name="indicatorvalue",
            constraint=models.UniqueConstraint(fields=("report", "indicator"), name="indicator_value_once"),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["asked", "open"])),
                fields=("report",),
                name="correction_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="correction_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("answer", ""), _negated=True),
                    _connector="OR",
                ),
                name="correction_refused_has_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="targetchange",
            index=models.Index(
                fields=["scope_path"], name="target_change_scope", opclasses=["text_pattern_ops"]
            ),
        ),
        migrations.AddConstraint(
            model_name="targetchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked")),
                fields=("application", "indicator", "year"),
                name="target_change_asked_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="targetchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="target_change_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="targetchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("value__isnull", False), models.Q(("text", ""), _negated=True), _connector="OR"
                ),
                name="target_change_names_a_target",
            ),
        ),
        migrations.AddConstraint(
            model_name="targetchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["approved", "refused"]), _negated=True),
                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                    _connector="OR",
                ),
                name="target_change_decided_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="targetchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("answer", ""), _negated=True),
                    _connector="OR",
                ),
                name="target_change_refused_has_reason",
            ),
        ),
    ]
