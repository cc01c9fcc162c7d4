"""Rows that the database itself refuses to change: audit records and revisions."""

from __future__ import annotations

from django.db.migrations import RunSQL


def freeze(table: str, *, may_set_once: str = "") -> RunSQL:
    """A migration operation: rows of ``table`` may not be deleted or changed.

    ``may_set_once`` names a column that may go from NULL to a value (the seal of an audit record), nothing else.
    """
    unchanged = (
        f"OLD.{may_set_once} IS NULL AND to_jsonb(OLD) - '{may_set_once}' = to_jsonb(NEW) - '{may_set_once}'"
        if may_set_once
        else "false"
    )
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
