import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.EmailField(max_length=254)),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("try_at", models.DateTimeField(null=True)),
                (
                    "sender",
                    models.ForeignKey(
                        help_text="who is told when it cannot be delivered",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("due", "截止日临近"),
                            ("last_day", "明天截止"),
                            ("chased", "催办"),
                            ("returned", "退回修改"),
                            ("decided", "审核和认定结果"),
                            ("extended", "个别延期"),
                            ("opens", "申报或采集开放"),
                            ("listed", "名单公布"),
                            ("waiting", "到达您的环节"),
                            ("assigned", "评审任务"),
                            ("evaluated", "考核评价和整改"),
                            ("warned", "红黄牌预警"),
                            ("invited", "邀请和角色"),
                            ("unit", "单位登记"),
                            ("file_refused", "材料未通过检查"),
                            ("pack", "配置包发布"),
                            ("other", "其他通知"),
                        ],
                        default="other",
                        max_length=20,
                    ),
                ),
                (
                    "about",
                    models.CharField(
                        blank=True, help_text="the thing it is about; digests group by it", max_length=200
                    ),
                ),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField(blank=True)),
                ("link", models.CharField(blank=True, help_text="path inside the platform", max_length=200)),
                (
                    "once",
                    models.CharField(
                        blank=True,
                        help_text="of a reminder: thing, day and threshold; told once a person",
                        max_length=120,
                    ),
                ),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "mail",
                    models.CharField(
                        choices=[
                            ("at_once", "立即"),
                            ("daily", "每日汇总"),
                            ("weekly", "每周汇总"),
                            ("none", "不发邮件"),
                        ],
                        default="at_once",
                        max_length=10,
                    ),
                ),
                ("mailed_at", models.DateTimeField(null=True)),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(default=0, help_text="how often mailing it failed"),
                ),
                ("try_at", models.DateTimeField(help_text="not to be mailed again before", null=True)),
                (
                    "failed",
                    models.BooleanField(
                        default=False, help_text="could not be mailed; only the app shows it"
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inbox",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
                "indexes": [
                    models.Index(fields=["to", "-at"], name="message_inbox"),
                    models.Index(condition=models.Q(("read_at", None)), fields=["to"], name="message_unread"),
                    models.Index(
                        condition=models.Q(
                            ("failed", False), ("mailed_at", None), models.Q(("mail", "none"), _negated=True)
                        ),
                        fields=["mail", "to"],
                        name="message_to_mail",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("once", ""), _negated=True),
                        fields=("once", "to"),
                        name="message_reminds_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Preference",
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
                        choices=[
                            ("due", "截止日临近"),
                            ("last_day", "明天截止"),
                            ("chased", "催办"),
                            ("returned", "退回修改"),
                            ("decided", "审核和认定结果"),
                            ("extended", "个别延期"),
                            ("opens", "申报或采集开放"),
                            ("listed", "名单公布"),
                            ("waiting", "到达您的环节"),
                            ("assigned", "评审任务"),
                            ("evaluated", "考核评价和整改"),
                            ("warned", "红黄牌预警"),
                            ("invited", "邀请和角色"),
                            ("unit", "单位登记"),
                            ("file_refused", "材料未通过检查"),
                            ("pack", "配置包发布"),
                            ("other", "其他通知"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "mail",
                    models.CharField(
                        choices=[
                            ("at_once", "立即"),
                            ("daily", "每日汇总"),
                            ("weekly", "每周汇总"),
                            ("none", "不发邮件"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mail_preferences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "kind"), name="preference_once_a_kind"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["last_day", "chased"]), _negated=True),
                            ("mail__in", ["at_once", "daily"]),
                            _connector="OR",
                        ),
                        name="preference_urgent_is_mailed",
                    ),
                ],
            },
        ),
    ]
