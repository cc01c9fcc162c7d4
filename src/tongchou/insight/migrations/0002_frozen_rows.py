from django.db import migrations

# A published bulletin never changes: what it states, its number and its digest stand. Its two files may be set once,
# because they are rendered from the snapshot one room above.
FREEZE = """
    CREATE FUNCTION insight_bulletin_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.pdf_id IS NULL AND OLD.xlsx_id IS NULL
            AND to_jsonb(OLD) - 'pdf_id' - 'xlsx_id' = to_jsonb(NEW) - 'pdf_id' - 'xlsx_id'
        THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'insight_bulletin is frozen: a correction is a new edition' USING ERRCODE = '23001';
    END $$;
    CREATE TRIGGER insight_bulletin_frozen BEFORE UPDATE OR DELETE ON insight_bulletin
        FOR EACH ROW EXECUTE FUNCTION insight_bulletin_is_frozen();
"""
MELT = "DROP TRIGGER insight_bulletin_frozen ON insight_bulletin; DROP FUNCTION insight_bulletin_is_frozen();"


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_initial")]

    operations = [migrations.RunSQL(FREEZE, MELT)]
