from django.db import migrations

from tongchou.core.immutable import freeze

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
"""
FORGET = """
    DROP TRIGGER insight_facts_come ON monitoring_indicatorvalue;
    DROP TRIGGER insight_facts_gone ON monitoring_indicatorvalue;
    DROP TRIGGER insight_facts_changed ON monitoring_indicatorvalue;
    DROP FUNCTION insight_note_facts();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("insight", "0001_tables"),
        ("monitoring", "0001_tables"),
    ]

    # The three files of a bulletin are set once and together.
    operations = [
        freeze("insight_bulletin", "pdf_id", "docx_id", "xlsx_id"),
        migrations.RunSQL(NOTE, FORGET),
    ]
