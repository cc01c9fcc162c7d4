import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0002_tables"),
        ("orgs", "0001_tables"),
        ("programmes", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="CountedPlace",
            fields=[
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="orgs.unit",
                    ),
                ),
                ("path", models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="Cell",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "grain",
                        "year",
                        "task",
                        "indicator",
                        "inside",
                        "place",
                        "scope",
                        "basis",
                        "confirmed",
                        "variant",
                        "level",
                        "unit_kind",
                        "choice",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("grain", models.PositiveSmallIntegerField()),
                ("year", models.PositiveSmallIntegerField()),
                ("indicator", models.CharField(max_length=60)),
                ("inside", models.CharField(max_length=80)),
                ("place", models.CharField(max_length=80)),
                ("scope", models.CharField(max_length=80)),
                (
                    "basis",
                    models.CharField(
                        choices=[("b", "填报时与现在相同"), ("t", "填报时的地区"), ("n", "现在的地区")],
                        max_length=1,
                    ),
                ),
                ("confirmed", models.BooleanField()),
                ("variant", models.CharField(max_length=60)),
                ("level", models.CharField(max_length=10)),
                ("unit_kind", models.CharField(max_length=30)),
                ("choice", models.CharField(max_length=60)),
                ("n", models.BigIntegerField(default=0)),
                ("n_targeted", models.BigIntegerField(default=0)),
                ("n_met", models.BigIntegerField(default=0)),
                ("total", models.DecimalField(decimal_places=4, default=0, max_digits=36)),
                ("below", models.DecimalField(decimal_places=4, default=0, max_digits=36)),
                ("target_total", models.DecimalField(decimal_places=4, default=0, max_digits=36)),
                ("targeted_total", models.DecimalField(decimal_places=4, default=0, max_digits=36)),
                ("targeted_below", models.DecimalField(decimal_places=4, default=0, max_digits=36)),
                ("target_weighted", models.DecimalField(decimal_places=8, default=0, max_digits=44)),
                (
                    "task",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="programmes.task",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FactChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sign", models.SmallIntegerField()),
                ("year", models.PositiveSmallIntegerField()),
                ("indicator", models.CharField(max_length=60)),
                ("place_path", models.CharField(max_length=80)),
                ("scope_path", models.CharField(max_length=80)),
                ("confirmed", models.BooleanField()),
                ("variant", models.CharField(max_length=60)),
                ("level", models.CharField(max_length=10)),
                ("unit_kind", models.CharField(max_length=30)),
                ("choice", models.CharField(max_length=60)),
                ("value", models.DecimalField(decimal_places=4, max_digits=20)),
                ("denominator", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("target", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("met", models.BooleanField(null=True)),
                (
                    "task",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="programmes.task",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="orgs.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Bulletin",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("edition", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=200)),
                ("document_number", models.CharField(max_length=80)),
                ("snapshot", models.JSONField()),
                ("digest", models.CharField(help_text="SHA-256 of the canonical snapshot", max_length=64)),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        help_text="of a later edition: why it corrects the one before",
                        max_length=500,
                    ),
                ),
                ("published_at", models.DateTimeField()),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bulletins",
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
                    "docx",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                    ),
                ),
                (
                    "pdf",
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
                        related_name="bulletins",
                        to="programmes.programme",
                    ),
                ),
                (
                    "xlsx",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                    ),
                ),
            ],
            options={
                "ordering": ["-year", "-edition"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "authority", "year", "edition"), name="bulletin_edition_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("edition", 1), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="bulletin_correction_has_reason",
                    ),
                ],
            },
        ),
    ]
