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
            name="CertificateCounter",
            fields=[
                ("prefix", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="DesignationList",
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
                            ("school", "校级"),
                            ("city", "市级"),
                            ("province", "省级"),
                            ("nation", "国家级"),
                        ],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("document_number", models.CharField(max_length=80)),
                ("published_on", models.DateField()),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="designation_lists",
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
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="designation_lists",
                        to="programmes.round",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="designation_lists",
                        to="programmes.task",
                    ),
                ),
            ],
            options={
                "ordering": ["-published_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Designation",
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
                            ("school", "校级"),
                            ("city", "市级"),
                            ("province", "省级"),
                            ("nation", "国家级"),
                        ],
                        max_length=10,
                    ),
                ),
                ("place_path", models.CharField(max_length=80)),
                ("scope_path", models.CharField(max_length=80)),
                ("since", models.DateField()),
                (
                    "document_number",
                    models.CharField(
                        blank=True,
                        help_text="of a level that stands on no list of ours: its own document",
                        max_length=80,
                    ),
                ),
                (
                    "certificate",
                    models.CharField(
                        blank=True, help_text="number of the certificate, given with the list", max_length=80
                    ),
                ),
                (
                    "ends_on",
                    models.DateField(help_text="from this day on it is not held; empty: no end", null=True),
                ),
                ("revoked_on", models.DateField(null=True)),
                ("revoked_reason", models.CharField(blank=True, max_length=500)),
                (
                    "revoked_document",
                    models.CharField(blank=True, help_text="number of the document", max_length=80),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="designations",
                        to="applications.application",
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="designations",
                        to="orgs.authority",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="designations",
                        to="programmes.task",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="designations",
                        to="orgs.unit",
                    ),
                ),
                (
                    "list",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="designations",
                        to="designations.designationlist",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "variant",
                    models.CharField(
                        blank=True, help_text="only cases of this variant; empty: all", max_length=60
                    ),
                ),
                ("step", models.CharField(help_text="code of the designating step", max_length=60)),
                ("level", models.CharField(help_text="level that the step grants", max_length=10)),
                ("title", models.CharField(blank=True, max_length=200)),
                ("days", models.PositiveSmallIntegerField(null=True)),
                ("working", models.BooleanField(default=False, help_text="working days, not natural ones")),
                (
                    "office",
                    models.CharField(
                        blank=True, help_text="the office to turn to, never a person", max_length=120
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        blank=True, help_text="how to object otherwise than here", max_length=1000
                    ),
                ),
                (
                    "cite",
                    models.CharField(blank=True, help_text="clause that asks for the notice", max_length=250),
                ),
                ("drafted_at", models.DateTimeField()),
                ("opens_at", models.DateTimeField(help_text="empty while it is a draft", null=True)),
                ("closes_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_reason", models.CharField(blank=True, max_length=500)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="orgs.authority",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="programmes.round",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="programmes.task",
                    ),
                ),
            ],
            options={
                "ordering": ["-drafted_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="NoticedCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=60)),
                ("removed_at", models.DateTimeField(null=True)),
                ("removed_reason", models.CharField(blank=True, max_length=500)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="noticed",
                        to="applications.application",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cases",
                        to="designations.notice",
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
            name="Objection",
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
                            ("unverified", "待验证邮箱"),
                            ("waiting", "待受理"),
                            ("taken", "已受理"),
                            ("upheld", "异议成立"),
                            ("dismissed", "异议不成立"),
                        ],
                        max_length=12,
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("organisation", models.CharField(blank=True, max_length=120)),
                ("phone", models.CharField(max_length=40)),
                ("email", models.EmailField(max_length=254)),
                ("reason", models.TextField()),
                ("filed_at", models.DateTimeField()),
                ("verified_at", models.DateTimeField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                (
                    "question",
                    models.TextField(
                        blank=True, help_text="what the unit is asked; says nothing of who objects"
                    ),
                ),
                ("asked_at", models.DateTimeField(null=True)),
                ("statement_due", models.DateField(null=True)),
                ("statement", models.TextField(blank=True)),
                ("stated_at", models.DateTimeField(null=True)),
                ("answer", models.TextField(blank=True)),
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="designations.noticedcase",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stated_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-filed_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ObjectionFile",
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
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
                    ),
                ),
                (
                    "objection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="designations.objection",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Renewal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ended_on", models.DateField(help_text="the end as it stood before", null=True)),
                (
                    "ends_on",
                    models.DateField(help_text="from this day on it is not held; empty: no end", null=True),
                ),
                ("reason", models.CharField(max_length=500)),
                ("document_number", models.CharField(blank=True, max_length=80)),
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
                    "designation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewals",
                        to="designations.designation",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ChangeRequest",
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
                        choices=[("name", "项目名称"), ("leader", "项目负责人"), ("partner", "合作单位")],
                        max_length=10,
                    ),
                ),
                ("before", models.CharField(max_length=200)),
                ("after", models.CharField(max_length=200)),
                ("reason", models.CharField(max_length=500)),
                ("proof_name", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待审批"),
                            ("approved", "已同意"),
                            ("refused", "未同意"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("answer", models.CharField(blank=True, max_length=500)),
                ("document_number", models.CharField(blank=True, max_length=80)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="change_requests",
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
                    "authority",
                    models.ForeignKey(
                        help_text="who designated, and decides",
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
                    "proof",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("application", "kind"),
                        name="change_one_waiting",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="change_refused_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CultivatedProject",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.CharField(help_text="school or city", max_length=10)),
                ("name", models.CharField(max_length=200)),
                ("leader", models.CharField(blank=True, max_length=60)),
                ("since", models.DateField()),
                ("document_number", models.CharField(max_length=80)),
                ("place_path", models.CharField(max_length=80)),
                ("scope_path", models.CharField(max_length=80)),
                ("recorded_at", models.DateTimeField()),
                ("ended_on", models.DateField(null=True)),
                ("ended_reason", models.CharField(blank=True, max_length=500)),
                (
                    "authority",
                    models.ForeignKey(
                        help_text="empty: the school",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.authority",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cultivated",
                        to="programmes.task",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cultivated", to="orgs.unit"
                    ),
                ),
                (
                    "designation",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="cultivated",
                        to="designations.designation",
                    ),
                ),
            ],
            options={
                "ordering": ["-since", "-id"],
                "indexes": [
                    models.Index(
                        fields=["scope_path"], name="cultivated_scope", opclasses=["text_pattern_ops"]
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("authority", None), ("level", "school")),
                            models.Q(("authority__isnull", False), ("level", "city")),
                            _connector="OR",
                        ),
                        name="cultivated_below",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("unit", "task", "level", "name"),
                        name="cultivated_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on", None), models.Q(("ended_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="cultivated_ended_has_reason",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="designationlist",
            constraint=models.UniqueConstraint(
                fields=("authority", "document_number", "task"), name="designation_list_number_once"
            ),
        ),
        migrations.AddIndex(
            model_name="designation",
            index=models.Index(
                fields=["scope_path"], name="designation_scope", opclasses=["text_pattern_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="designation",
            index=models.Index(fields=["task", "level"], name="designation_task_level"),
        ),
        migrations.AddConstraint(
            model_name="designation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_on", None)),
                fields=("application", "level"),
                name="designation_once_a_level",
            ),
        ),
        migrations.AddConstraint(
            model_name="designation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("certificate", ""), _negated=True),
                fields=("certificate",),
                name="designation_certificate_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="designation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("revoked_on", None), models.Q(("revoked_reason", ""), _negated=True), _connector="OR"
                ),
                name="designation_revoked_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="designation",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("since")), _connector="OR"),
                name="designation_ends_after_it_began",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closes_at", None), ("opens_at", None)),
                    models.Q(
                        ("days__gte", 1),
                        ("opens_at__lt", models.F("closes_at")),
                        models.Q(("title", ""), _negated=True),
                        models.Q(("office", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="notice_open_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at", None), models.Q(("withdrawn_reason", ""), _negated=True), _connector="OR"
                ),
                name="notice_withdrawn_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("opens_at", None), ("withdrawn_at", None)),
                fields=("authority", "task", "round", "variant", "step"),
                name="notice_one_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticedcase",
            constraint=models.UniqueConstraint(
                fields=("notice", "application"), name="noticed_once_a_notice"
            ),
        ),
        migrations.AddConstraint(
            model_name="noticedcase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None)),
                fields=("application", "step"),
                name="noticed_once_a_step",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticedcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("removed_at", None), models.Q(("removed_reason", ""), _negated=True), _connector="OR"
                ),
                name="noticed_removed_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), _negated=True),
                    models.Q(("email", ""), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                ),
                name="objection_identified",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "unverified"), ("verified_at__isnull", False), _connector="OR"),
                name="objection_counts_once_verified",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["upheld", "dismissed"]), _negated=True),
                    models.Q(
                        models.Q(("answer", ""), _negated=True),
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="objection_answered_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["unverified", "waiting", "taken"])),
                fields=("case", "email"),
                name="objection_one_open_a_person",
            ),
        ),
    ]
