import django.db.models.deletion
from django.db import migrations, models

_COLUMNS = (
    "task_id, unit_id, year, indicator, place_path, scope_path, confirmed, variant, level, unit_kind, choice, "
    "value, denominator, target, met"
)
# Every change to a fact is noted in the transaction that makes it, whoever makes it: nothing waits, nothing is missed.
NOTE = f"""
    CREATE FUNCTION insight_note_facts() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            INSERT INTO insight_factchange (sign, {_COLUMNS}) SELECT -1, {_COLUMNS} FROM gone;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            INSERT INTO insight_factchange (sign, {_COLUMNS}) SELECT 1, {_COLUMNS} FROM come;
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER insight_facts_come AFTER INSERT ON monitoring_indicatorvalue
        REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION insight_note_facts();
    CREATE TRIGGER insight_facts_gone AFTER DELETE ON monitoring_indicatorvalue
        REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION insight_note_facts();
    CREATE TRIGGER insight_facts_changed AFTER UPDATE ON monitoring_indicatorvalue
        REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION insight_note_facts();
    INSERT INTO insight_factchange (sign, {_COLUMNS}) SELECT 1, {_COLUMNS} FROM monitoring_indicatorvalue;
"""
FORGET = """
    DROP TRIGGER insight_facts_come ON monitoring_indicatorvalue;
    DROP TRIGGER insight_facts_gone ON monitoring_indicatorvalue;
    DROP TRIGGER insight_facts_changed ON monitoring_indicatorvalue;
    DROP FUNCTION insight_note_facts();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("insight", "0003_bulletin_as_word"),
        ("monitoring", "0001_initial"),
        ("orgs", "0004_people_and_records"),
        ("programmes", "0005_mappings"),
    ]

    operations = [
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
        migrations.RunSQL(NOTE, FORGET),
    ]
