"""Rows that the database itself refuses to change: audit records, revisions, bulletins."""

from __future__ import annotations

from django.db.migrations import RunSQL


def freeze(table: str, *may_set_once: str) -> RunSQL:
    """A migration operation: rows of ``table`` may not be deleted or changed.

    ``may_set_once`` names columns that may go together from NULL to a value (the seal of an audit record, the files of
    a bulletin), nothing else.
    """
    empty = " AND ".join(f"OLD.{column} IS NULL" for column in may_set_once)
    but = "".join(f" - '{column}'" for column in may_set_once)
    unchanged = f"{empty} AND to_jsonb(OLD){but} = to_jsonb(NEW){but}" if may_set_once else "false"
    return RunSQL(
        sql=f"""
            CREATE FUNCTION {table}_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'UPDATE' AND ({unchanged}) THEN RETURN NEW; END IF;
                RAISE EXCEPTION '{table} is frozen: rows are never changed or deleted' USING ERRCODE = '23001';
            END $$;
            CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION {table}_is_frozen();
        """,
        reverse_sql=f"DROP TRIGGER {table}_frozen ON {table}; DROP FUNCTION {table}_is_frozen();",
    )
