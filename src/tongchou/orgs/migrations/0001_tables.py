import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("core", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("code", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=60)),
                ("name_en", models.CharField(blank=True, max_length=120)),
                (
                    "dated",
                    models.BooleanField(default=False, help_text="units say since which year they hold it"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uscc", models.CharField(max_length=18, unique=True, verbose_name="统一社会信用代码")),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("secondary_school", "中等职业学校"),
                            ("vocational_college", "高职专科学校"),
                            ("vocational_university", "职业本科学校"),
                            ("university", "普通高等学校"),
                            ("enterprise", "企业"),
                            ("government", "政府及其组成部门"),
                            ("park", "产业园区管理机构"),
                            ("association", "行业组织"),
                            ("institute", "科研院所"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "place_path",
                    models.CharField(help_text="where it stands: what roll-ups by place read", max_length=80),
                ),
                (
                    "scope_path",
                    models.CharField(
                        help_text="under whom it stands: who may see it (core.scope)", max_length=80
                    ),
                ),
                ("school_code", models.CharField(blank=True, max_length=20)),
                ("address", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("registered", "待核验"),
                            ("verified", "已核验"),
                            ("refused", "核验未通过"),
                            ("merged", "已并入其他单位"),
                        ],
                        default="registered",
                        max_length=20,
                    ),
                ),
                ("refused_reason", models.CharField(blank=True, max_length=500)),
                ("registered_at", models.DateTimeField()),
                (
                    "rehearsal",
                    models.BooleanField(default=False, help_text="invented by a rehearsal or the demo"),
                ),
                ("merged_on", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined"),
                ),
                ("name", models.CharField(max_length=60)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "abstract": False,
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="Jurisdiction",
            fields=[
                ("code", models.CharField(max_length=6, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=60)),
                ("short_name", models.CharField(max_length=30)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("nation", "国家"),
                            ("province", "省级"),
                            ("city", "市级"),
                            ("county", "县级"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "path",
                    models.CharField(
                        help_text="codes from the root, each followed by a slash", max_length=80
                    ),
                ),
                (
                    "statistical",
                    models.BooleanField(
                        default=True, help_text="stands in the statistical division of the country"
                    ),
                ),
                (
                    "sort_key",
                    models.CharField(
                        help_text="pinyin, for Chinese order without database collation", max_length=120
                    ),
                ),
                ("valid_from", models.DateField(null=True)),
                ("valid_to", models.DateField(null=True)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="orgs.jurisdiction",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Authority",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "department",
                    models.CharField(
                        choices=[
                            ("education", "教育"),
                            ("finance", "财政"),
                            ("development", "发展改革"),
                            ("industry", "工业和信息化"),
                        ],
                        default="education",
                        max_length=20,
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="authorities",
                        to="orgs.jurisdiction",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RegistrationRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(help_text="Unit.Kind", max_length=30)),
                (
                    "levels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10),
                        help_text="levels of authority that may supervise; the first unless the unit says otherwise",
                        size=None,
                    ),
                ),
                (
                    "sealed_form",
                    models.BooleanField(help_text="verified only with the scan of the sealed contact form"),
                ),
                ("cite", models.CharField(blank=True, max_length=250)),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="registration_rules",
                        to="orgs.jurisdiction",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("screen", models.CharField(help_text="what the screen calls itself", max_length=60)),
                ("name", models.CharField(max_length=40)),
                (
                    "query",
                    models.CharField(blank=True, help_text="the query of the address", max_length=1000),
                ),
                ("first", models.BooleanField(default=False, help_text="the screen opens with it")),
                ("saved_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="UnitContact",
            fields=[
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="contact",
                        serialize=False,
                        to="orgs.unit",
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("duty", models.CharField(max_length=60)),
                (
                    "phone",
                    models.CharField(
                        help_text="as people in China write it; checked when entered", max_length=40
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                ("scan_name", models.CharField(blank=True, max_length=200)),
                (
                    "scan_code",
                    models.CharField(
                        blank=True, help_text="version of the form that it shows", max_length=40
                    ),
                ),
                ("scanned_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="unit",
            name="authority",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="units", to="orgs.authority"
            ),
        ),
        migrations.AddField(
            model_name="unit",
            name="merged_into",
            field=models.ForeignKey(
                help_text="who goes on for it",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="orgs.unit",
            ),
        ),
        migrations.AddField(
            model_name="unit",
            name="place",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="units", to="orgs.jurisdiction"
            ),
        ),
        migrations.CreateModel(
            name="RenameRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("reason", models.CharField(max_length=500)),
                ("proof_name", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "待审核"), ("approved", "已同意"), ("refused", "未同意")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("refused_reason", models.CharField(blank=True, max_length=500)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proof",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rename_requests",
                        to="orgs.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("filler", "填报员"),
                            ("reviewer", "单位校核人"),
                            ("leader", "单位审核人"),
                            ("officer", "主管部门经办人"),
                            ("expert", "专家"),
                            ("pack_admin", "配置包管理员"),
                            ("system_admin", "系统管理员"),
                            ("security_admin", "安全管理员"),
                            ("audit_admin", "审计管理员"),
                        ],
                        max_length=20,
                    ),
                ),
                ("active", models.BooleanField(default=True)),
                (
                    "authority",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="orgs.authority",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="orgs.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.CharField(help_text="one of Membership.UNIT_ROLES", max_length=20)),
                ("name", models.CharField(help_text="whom the unit means, in its own words", max_length=60)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("invited_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="orgs.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["-invited_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="FormerName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("until", models.DateField()),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_names",
                        to="orgs.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["until", "id"],
            },
        ),
        migrations.CreateModel(
            name="UnitTag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("confirmed", models.BooleanField(default=False)),
                (
                    "since_year",
                    models.PositiveSmallIntegerField(
                        help_text="year in which the standing was granted", null=True
                    ),
                ),
                ("tag", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="orgs.tag")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tags", to="orgs.unit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AccessToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="which program uses it, in the person's own words", max_length=60
                    ),
                ),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="access_tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("made_at"))),
                        name="access_token_ends_after_it_was_made",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="jurisdiction",
            index=models.Index(fields=["path"], name="jurisdiction_path", opclasses=["text_pattern_ops"]),
        ),
        migrations.AddConstraint(
            model_name="jurisdiction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("level", "nation"), ("parent", None)),
                    models.Q(models.Q(("level", "nation"), _negated=True), ("parent__isnull", False)),
                    _connector="OR",
                ),
                name="jurisdiction_root_is_nation",
            ),
        ),
        migrations.AddConstraint(
            model_name="authority",
            constraint=models.UniqueConstraint(
                fields=("place", "department"), name="authority_one_per_department"
            ),
        ),
        migrations.AddConstraint(
            model_name="registrationrule",
            constraint=models.UniqueConstraint(fields=("place", "kind"), name="registration_rule_once"),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("person", "screen", "name"), name="saved_view_name_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                condition=models.Q(("first", True)), fields=("person", "screen"), name="saved_view_one_first"
            ),
        ),
        migrations.AddField(
            model_name="unitcontact",
            name="scan",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="unitcontact",
            name="scanned_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="unit",
            index=models.Index(fields=["scope_path"], name="unit_scope", opclasses=["text_pattern_ops"]),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("refused_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="unit_refused_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("merged_into__isnull", False), ("merged_on__isnull", False), ("state", "merged")
                    ),
                    models.Q(
                        models.Q(("state", "merged"), _negated=True),
                        ("merged_into", None),
                        ("merged_on", None),
                    ),
                    _connector="OR",
                ),
                name="unit_merged_says_into_whom_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="renamerequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")), fields=("unit",), name="rename_one_waits_a_unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="renamerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("refused_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="rename_refused_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("authority", None),
                        ("role__in", ["filler", "reviewer", "leader"]),
                        ("unit__isnull", False),
                    ),
                    models.Q(
                        models.Q(("role__in", ["filler", "reviewer", "leader"]), _negated=True),
                        ("authority__isnull", False),
                        ("unit", None),
                    ),
                    _connector="OR",
                ),
                name="membership_role_fits_holder",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("authority", None)),
                fields=("person", "role", "unit"),
                name="membership_once_a_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("unit", None)),
                fields=("person", "role", "authority"),
                name="membership_once_an_authority",
            ),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(
                condition=models.Q(("accepted_at", None), ("revoked_at", None)),
                fields=["unit"],
                name="invitation_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted_at", None), ("accepted_by", None)),
                    models.Q(
                        ("accepted_at__isnull", False), ("accepted_by__isnull", False), ("revoked_at", None)
                    ),
                    _connector="OR",
                ),
                name="invitation_accepted_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="formername",
            constraint=models.UniqueConstraint(fields=("unit", "until"), name="former_name_one_a_day"),
        ),
        migrations.AddConstraint(
            model_name="unittag",
            constraint=models.UniqueConstraint(fields=("unit", "tag"), name="unit_tag_once"),
        ),
        migrations.AddConstraint(
            model_name="unitcontact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("scan", None), ("scan_code", ""), ("scanned_at", None)),
                    models.Q(
                        ("scan__isnull", False),
                        ("scanned_at__isnull", False),
                        models.Q(("scan_code", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="unit_contact_scan_whole",
            ),
        ),
    ]
