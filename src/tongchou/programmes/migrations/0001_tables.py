import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
import tongchou.programmes.models
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("orgs", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="TaskEdition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("current", models.BooleanField(default=True)),
                ("made_at", models.DateTimeField()),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.jurisdiction"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PackArchive",
            fields=[
                (
                    "digest",
                    models.CharField(
                        help_text="SHA-256 of the zip", max_length=64, primary_key=True, serialize=False
                    ),
                ),
                ("content", models.BinaryField()),
                ("size", models.PositiveIntegerField(help_text="bytes")),
            ],
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=60)),
                ("number", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("name_en", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "ordering": ["programme_id", "number"],
            },
        ),
        migrations.CreateModel(
            name="EditionContent",
            fields=[
                (
                    "edition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="programmes.taskedition",
                    ),
                ),
                ("content", models.JSONField(help_text="a TaskPack as JSON, defaults left out")),
            ],
        ),
        migrations.CreateModel(
            name="PackRelease",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("units", models.JSONField(help_text="as PackUpload.units, of the whole")),
                (
                    "versions",
                    models.JSONField(help_text="version and digest of the PackVersion of each place"),
                ),
                ("changes", models.JSONField(help_text="what loading changed, one line each")),
                (
                    "archive",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.packarchive",
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
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="PackUpload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(help_text="the file's name as uploaded, for showing", max_length=200),
                ),
                ("version", models.CharField(blank=True, max_length=40)),
                (
                    "units",
                    models.JSONField(
                        help_text="digest of the programme's part ('') and of each overlay (place's code)"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("faulty", "有错误"),
                            ("checked", "已检查"),
                            ("scheduled", "待生效"),
                            ("in_force", "生效中"),
                            ("superseded", "已被替代"),
                            ("withdrawn", "已撤回"),
                            ("refused", "未能生效"),
                        ],
                        max_length=12,
                    ),
                ),
                ("uploaded_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField()),
                ("problems", models.JSONField(default=list, help_text="list of packs.Problem")),
                ("notes", models.JSONField(default=list)),
                ("changes", models.JSONField(default=list, help_text="what it would change, in words")),
                ("hindrance", models.TextField(blank=True, help_text="why stored data forbid it")),
                ("effective_from", models.DateField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("refusal", models.TextField(blank=True, help_text="why it did not take effect on its day")),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_reason", models.CharField(blank=True, max_length=500)),
                (
                    "against",
                    models.ForeignKey(
                        help_text="what was in force when it was uploaded",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.packrelease",
                    ),
                ),
                (
                    "archive",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.packarchive",
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.authority"
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.AddField(
            model_name="packrelease",
            name="upload",
            field=models.ForeignKey(
                help_text="what brought it",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="releases",
                to="programmes.packupload",
            ),
        ),
        migrations.AddField(
            model_name="packrelease",
            name="withdraws",
            field=models.ForeignKey(
                help_text="whose withdrawal brought it",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programmes.packupload",
            ),
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                (
                    "horizon",
                    models.PositiveSmallIntegerField(
                        help_text="last year for which yearly windows are laid out"
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.jurisdiction"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="packupload",
            name="programme",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="uploads",
                to="programmes.programme",
            ),
        ),
        migrations.AddField(
            model_name="packrelease",
            name="programme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="releases",
                to="programmes.programme",
            ),
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=60)),
                ("title", models.CharField(max_length=200)),
                ("number", models.CharField(blank=True, max_length=80)),
                ("issuer", models.CharField(blank=True, max_length=80)),
                ("issued", models.DateField(null=True)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="programmes.programme",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Quota",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=120)),
                ("step", models.CharField(max_length=60)),
                (
                    "holder",
                    models.CharField(
                        choices=[
                            ("unit", "建设单位"),
                            ("city", "市级主管部门"),
                            ("province", "省级主管部门"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "variants",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), default=list, size=None
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), default=list, size=None
                    ),
                ),
                (
                    "when",
                    models.TextField(
                        blank=True, help_text="CEL: only cases for which it holds count; empty: all"
                    ),
                ),
                ("exempt", models.JSONField(default=list, help_text="list of pack_format.Exemption")),
                (
                    "cite",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), size=None
                    ),
                ),
                (
                    "current",
                    models.BooleanField(default=True, help_text="false once a later pack no longer names it"),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.jurisdiction"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="QuotaLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=120)),
                (
                    "places",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=6), default=list, size=None
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), default=list, size=None
                    ),
                ),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), default=list, size=None
                    ),
                ),
                (
                    "tag_from",
                    models.PositiveSmallIntegerField(
                        help_text="first year since which tags are held", null=True
                    ),
                ),
                (
                    "tag_until",
                    models.PositiveSmallIntegerField(help_text="last such year, included", null=True),
                ),
                ("limit", models.PositiveIntegerField(null=True)),
                ("minimum", models.PositiveIntegerField(null=True)),
                (
                    "quota",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="programmes.quota",
                    ),
                ),
            ],
            options={
                "ordering": ["order"],
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=80)),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="programmes.programme",
                    ),
                ),
            ],
            options={
                "ordering": ["year"],
            },
        ),
        migrations.AddField(
            model_name="quota",
            name="rounds",
            field=models.ManyToManyField(related_name="quotas", to="programmes.round"),
        ),
        migrations.AddField(
            model_name="taskedition",
            name="task",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="editions", to="programmes.task"
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="programme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="programmes.programme"
            ),
        ),
        migrations.AddField(
            model_name="quota",
            name="task",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="quotas", to="programmes.task"
            ),
        ),
        migrations.CreateModel(
            name="Mapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("part", models.CharField(max_length=20)),
                (
                    "inside",
                    models.CharField(
                        blank=True, help_text="table, field, table.column or indicator", max_length=130
                    ),
                ),
                ("old", models.CharField(max_length=60)),
                (
                    "to",
                    models.CharField(help_text="empty: carried over to nothing", max_length=60, null=True),
                ),
                ("factor", models.DecimalField(decimal_places=12, max_digits=30, null=True)),
                ("drop", models.TextField(blank=True, help_text="why it is carried over to nothing")),
                (
                    "cite",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), default=list, size=None
                    ),
                ),
                ("loaded_at", models.DateTimeField()),
                (
                    "loaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        help_text="whose pack says it",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.jurisdiction",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mappings",
                        to="programmes.programme",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mappings",
                        to="programmes.task",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Window",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=120)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("register", "注册登记"),
                            ("declare", "申报填报"),
                            ("recommend", "审核推荐"),
                            ("designate", "认定"),
                            ("performance", "绩效采集"),
                            ("report", "报告报送"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "binds",
                    models.CharField(
                        choices=[
                            ("units", "建设单位"),
                            ("cities", "市级主管部门"),
                            ("province", "省级主管部门"),
                            ("designated", "已认定项目"),
                            ("nation", "教育部"),
                        ],
                        max_length=20,
                    ),
                ),
                ("report", models.CharField(blank=True, max_length=60)),
                (
                    "variant",
                    models.CharField(blank=True, help_text="empty: every variant of the task", max_length=60),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        help_text="the year of a yearly window or of its round", null=True
                    ),
                ),
                ("opens_at", models.DateTimeField(null=True)),
                ("closes_at", models.DateTimeField(null=True)),
                (
                    "waiting",
                    models.BooleanField(
                        default=False, help_text="not open until further notice; has no days"
                    ),
                ),
                (
                    "cite",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), size=None
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.jurisdiction"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="windows",
                        to="programmes.programme",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="windows",
                        to="programmes.round",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="windows",
                        to="programmes.task",
                    ),
                ),
            ],
            options={
                "ordering": ["closes_at", "opens_at", "code"],
            },
        ),
        migrations.CreateModel(
            name="PackRehearsal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("units", models.PositiveIntegerField()),
                (
                    "tasks",
                    models.JSONField(default=list, help_text="numbers of the tasks played; empty: all"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "排队中"),
                            ("running", "演练中"),
                            ("done", "已完成"),
                            ("failed", "未完成"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                (
                    "progress",
                    models.JSONField(default=list, help_text="what it said while it ran, line by line"),
                ),
                (
                    "tables",
                    models.JSONField(default=list, help_text="the tables that `tongchou rehearse` prints"),
                ),
                ("message", models.TextField(blank=True, help_text="why it failed or was stopped")),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.jurisdiction"
                    ),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rehearsals",
                        to="programmes.packupload",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=("upload",),
                        name="pack_rehearsal_one_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PackVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=40)),
                ("digest", models.CharField(max_length=64)),
                ("content", models.JSONField()),
                ("loaded_at", models.DateTimeField()),
                (
                    "loaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.jurisdiction"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pack_versions",
                        to="programmes.programme",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "place", "digest"), name="pack_version_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="packupload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "withdrawn"), _negated=True),
                    models.Q(("withdrawn_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="pack_upload_withdrawn_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="packupload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["faulty", "checked"]), ("effective_from__isnull", False), _connector="OR"
                ),
                name="pack_upload_published_has_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(fields=("programme", "code"), name="document_once"),
        ),
        migrations.AddConstraint(
            model_name="quotaline",
            constraint=models.UniqueConstraint(fields=("quota", "order"), name="quota_line_order"),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.UniqueConstraint(fields=("programme", "code"), name="round_once"),
        ),
        migrations.AddConstraint(
            model_name="taskedition",
            constraint=models.UniqueConstraint(
                fields=("task", "place", "number"), name="edition_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="taskedition",
            constraint=models.UniqueConstraint(
                condition=models.Q(("current", True)), fields=("task", "place"), name="edition_one_current"
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(fields=("programme", "code"), name="task_once"),
        ),
        migrations.AddConstraint(
            model_name="quota",
            constraint=models.UniqueConstraint(fields=("task", "place", "code"), name="quota_once"),
        ),
        migrations.AddConstraint(
            model_name="mapping",
            constraint=models.UniqueConstraint(
                fields=("task", "place", "part", "inside", "old"), name="mapping_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="mapping",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("to__isnull", False), ("drop", "")),
                    models.Q(("to", None), models.Q(("drop", ""), _negated=True)),
                    _connector="OR",
                ),
                name="mapping_leads_somewhere_or_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="window",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opens_at", None),
                    ("closes_at", None),
                    ("opens_at__lt", models.F("closes_at")),
                    _connector="OR",
                ),
                name="window_opens_before_it_closes",
            ),
        ),
        migrations.AddConstraint(
            model_name="window",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("waiting", False), models.Q(("closes_at", None), ("opens_at", None)), _connector="OR"
                ),
                name="window_waiting_has_no_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="window",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("waiting", False)),
                expressions=[
                    ("programme", "="),
                    (django.db.models.functions.comparison.Coalesce("task", models.Value(0)), "="),
                    ("place", "="),
                    ("purpose", "="),
                    ("binds", "="),
                    ("report", "="),
                    ("variant", "="),
                    (
                        tongchou.programmes.models._Span(
                            "opens_at", "closes_at", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="window_no_overlap",
            ),
        ),
    ]
