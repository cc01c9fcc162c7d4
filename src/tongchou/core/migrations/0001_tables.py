import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("action", models.CharField(max_length=60)),
                ("thing", models.CharField(help_text="what was acted on, e.g. application", max_length=40)),
                ("thing_id", models.BigIntegerField()),
                ("scope_path", models.CharField(blank=True, max_length=80)),
                ("unit_id", models.BigIntegerField(null=True)),
                ("data", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveBigIntegerField(unique=True)),
                ("first_record", models.BigIntegerField()),
                ("last_record", models.BigIntegerField()),
                ("count", models.PositiveIntegerField()),
                ("previous", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("size", models.PositiveBigIntegerField()),
                (
                    "media_type",
                    models.CharField(
                        help_text="sniffed from the content, never from the name", max_length=100
                    ),
                ),
                ("pages", models.PositiveIntegerField(help_text="PDF only", null=True)),
                ("stored_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("checking", "检查中"), ("usable", "可用"), ("infected", "已隔离")],
                        default="usable",
                        help_text="what is not usable can't be opened",
                        max_length=10,
                    ),
                ),
                ("virus", models.CharField(blank=True, help_text="what the scanner found", max_length=200)),
                (
                    "scanned_at",
                    models.DateTimeField(help_text="empty where no scanner was configured", null=True),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.UUIDField(
                        default=uuid.uuid4, help_text="names it in addresses and on disk", unique=True
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("size", models.PositiveBigIntegerField()),
                ("offset", models.PositiveBigIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("receiving", "上传中"),
                            ("finishing", "检查中"),
                            ("done", "已上传"),
                            ("refused", "未通过"),
                        ],
                        default="receiving",
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True, help_text="why it was refused, and what to do")),
                ("begun_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
            ],
        ),
    ]
