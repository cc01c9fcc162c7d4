"""Keeping the summary: adding what changed, following units that moved, building it anew from the facts.

At any moment the cells together with the changes not yet added are exactly the facts; both are read in one statement (see
:mod:`.cells`), so a figure is never behind. Adding is for speed alone and may happen at any time. Only one process adds at
once; writers of facts never wait for it, and it waits for none of them.

Codes of places have six characters, so a path down to the third place is its first 21.
"""

from __future__ import annotations

from django.db import connection, transaction

LOCK = 0x46494753
DEEPEST, DEEPEST_FINE = 3, 2
"""Cells stand for the nation, provinces and cities, those of one kind of unit, level and variant for the nation and provinces.
Below, the facts are few and are read themselves."""
AT_ONCE = 200_000

_SUMS = (
    "n",
    "n_targeted",
    "n_met",
    "total",
    "below",
    "target_total",
    "targeted_total",
    "targeted_below",
    "target_weighted",
)
_KEY = (
    "grain", "year", "task_id", "indicator", "inside", "place", "scope", "basis", "confirmed", "variant", "level",
    "unit_kind", "choice",
)  # fmt: skip

# Where each unit, or the one that goes on for it after any number of mergers, stands today.
TODAY = """
    WITH RECURSIVE heir (unit_id, now_id) AS (
        SELECT id, coalesce(merged_into_id, id) FROM orgs_unit
        UNION
        SELECT heir.unit_id, u.merged_into_id FROM heir JOIN orgs_unit u ON u.id = heir.now_id
        WHERE u.merged_into_id IS NOT NULL
    ), today AS (
        SELECT heir.unit_id, j.path FROM heir
        JOIN orgs_unit u ON u.id = heir.now_id AND u.merged_into_id IS NULL
        JOIN orgs_jurisdiction j ON j.code = u.place_id
    )"""

_FACT = """task_id, year, indicator, place_path, scope_path, confirmed, variant, level, unit_kind, choice, value,
    denominator, target, met"""

_ALL = "'*'"


def _grain(name: str, source: str, depth: int, *, fine: bool = False) -> str:
    """The cells of one grain, summed up from those of a finer one."""
    kinds = (
        "variant, level, unit_kind" if fine else f"{_ALL} AS variant, {_ALL} AS level, {_ALL} AS unit_kind"
    )
    sums = ", ".join(f"sum({column}) AS {column}" for column in _SUMS)
    return f"""{name} AS (
        SELECT year, task_id, indicator, left(place, {7 * depth}) AS place, left(scope, {7 * depth}) AS scope, basis,
            confirmed, {kinds}, choice, {sums}
        FROM {source} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    )"""  # noqa: S608 - fixed words


def _stored(name: str, depth: int, *, fine: bool = False) -> str:
    return f"""
    SELECT {2 * depth + fine}, year, task_id, indicator, left(place, {7 * (depth - 1)}), place, scope, basis, confirmed,
        variant, level, unit_kind, choice, {", ".join(f"coalesce({column}, 0)" for column in _SUMS)}
    FROM {name}"""  # noqa: S608 - fixed words


# From rows (sign, a fact's columns, now_path) to cells. A fact counts once where both places are the same, else once by each.
_INTO_CELLS = f"""
    base AS MATERIALIZED (
        SELECT year, task_id, indicator, left(stands.path, 21) AS place, left(scope_path, 21) AS scope, stands.basis,
            confirmed, variant, level, unit_kind, choice,
            sum(sign) AS n,
            sum(sign) FILTER (WHERE target IS NOT NULL) AS n_targeted,
            sum(sign) FILTER (WHERE met) AS n_met,
            sum(sign * value) AS total,
            sum(sign * denominator) AS below,
            sum(sign * target) AS target_total,
            sum(sign * value) FILTER (WHERE target IS NOT NULL) AS targeted_total,
            sum(sign * denominator) FILTER (WHERE target IS NOT NULL) AS targeted_below,
            sum(sign * target * denominator) AS target_weighted
        FROM rows CROSS JOIN LATERAL (
            SELECT 'b' AS basis, place_path AS path WHERE place_path = now_path
            UNION ALL SELECT 't', place_path WHERE place_path <> now_path
            UNION ALL SELECT 'n', now_path WHERE place_path <> now_path
        ) AS stands
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    ),
    {_grain("province_fine", "base", 2, fine=True)}, {_grain("nation_fine", "province_fine", 1, fine=True)},
    {_grain("city", "base", 3)}, {_grain("province", "city", 2)}, {_grain("nation", "province", 1)}
    INSERT INTO insight_cell AS cell ({", ".join((*_KEY, *_SUMS))})
    {_stored("nation", 1)} UNION ALL {_stored("nation_fine", 1, fine=True)} UNION ALL {_stored("province", 2)}
    UNION ALL {_stored("province_fine", 2, fine=True)} UNION ALL {_stored("city", 3)}"""  # noqa: S608 - fixed words, values bound

_ADD = f"""
    ON CONFLICT ({", ".join(_KEY)}) DO UPDATE SET {", ".join(f"{name} = cell.{name} + excluded.{name}" for name in _SUMS)}"""

# One statement sees one moment: the changes it takes away, and the facts of units that moved, as they stood together.
_FOLD = f"""{TODAY}, moved AS MATERIALIZED (
        SELECT today.unit_id, counted.path AS old_path, today.path AS new_path
        FROM today JOIN insight_countedplace counted ON counted.unit_id = today.unit_id
        WHERE counted.path <> today.path
    ), follow AS (
        INSERT INTO insight_countedplace AS counted (unit_id, path) SELECT unit_id, path FROM today
        ON CONFLICT (unit_id) DO UPDATE SET path = excluded.path WHERE counted.path <> excluded.path
    ), added AS (
        DELETE FROM insight_factchange WHERE id IN (SELECT id FROM insight_factchange ORDER BY id LIMIT %(most)s)
            OR unit_id IN (SELECT unit_id FROM moved)
        RETURNING *
    ), rows AS (
        SELECT sign, {_FACT}, coalesce(counted.path, today.path, place_path) AS now_path
        FROM added LEFT JOIN insight_countedplace counted ON counted.unit_id = added.unit_id
            LEFT JOIN today ON today.unit_id = added.unit_id
        UNION ALL
        SELECT way.sign, {_FACT}, way.path
        FROM monitoring_indicatorvalue fact JOIN moved ON moved.unit_id = fact.unit_id
            CROSS JOIN LATERAL (VALUES (-1, moved.old_path), (1, moved.new_path)) AS way (sign, path)
    ), {_INTO_CELLS} {_ADD}"""  # noqa: S608 - as above

_BUILD = f"""{TODAY}, forgotten AS (
        DELETE FROM insight_factchange WHERE task_id = %(task)s AND year = %(year)s
    ), known AS (
        INSERT INTO insight_countedplace (unit_id, path) SELECT unit_id, path FROM today
        ON CONFLICT (unit_id) DO NOTHING
    ), rows AS (
        SELECT 1 AS sign, {_FACT}, coalesce(counted.path, today.path, place_path) AS now_path
        FROM monitoring_indicatorvalue fact
            LEFT JOIN insight_countedplace counted ON counted.unit_id = fact.unit_id
            LEFT JOIN today ON today.unit_id = fact.unit_id
        WHERE task_id = %(task)s AND year = %(year)s
    ), {_INTO_CELLS}"""  # noqa: S608 - as above


def fold() -> int:
    """Add what changed to the cells, in bounded portions; return how many changes. Does nothing while another process does."""
    folded = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                return folded
            cursor.execute(
                "SELECT count(*) FROM (SELECT 1 FROM insight_factchange LIMIT %s) AS waiting", [AT_ONCE]
            )
            waiting: int = cursor.fetchone()[0]
            cursor.execute(_FOLD, {"most": AT_ONCE})
        folded += waiting
        if waiting < AT_ONCE:
            return folded


def rebuild(task: int, year: int) -> None:
    """Make the cells of one task and year anew from its facts, in one transaction; what is read meanwhile is the old."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute("DELETE FROM insight_cell WHERE task_id = %s AND year = %s", [task, year])
        cursor.execute(_BUILD, {"task": task, "year": year})


def parts() -> list[tuple[int, int]]:
    """Every task and year of which there are facts or cells."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_id, year FROM monitoring_period UNION SELECT task_id, year FROM insight_cell WHERE grain = 2 "
            "ORDER BY 2, 1"
        )
        return list(cursor.fetchall())


def differences() -> list[tuple[int, int, str]]:
    """The indicators (task, year, code) whose cells and changes together are not what their facts are; empty when all is well."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT task_id, year, indicator FROM (
                SELECT task_id, year, indicator, confirmed, n, total, coalesce(below, 0) AS below, n_met FROM (
                    SELECT task_id, year, indicator, confirmed, count(*) AS n, sum(value) AS total,
                        sum(denominator) AS below, count(*) FILTER (WHERE met) AS n_met
                    FROM monitoring_indicatorvalue GROUP BY 1, 2, 3, 4
                ) AS facts
                UNION ALL
                SELECT task_id, year, indicator, confirmed, -sum(n), -sum(total), -sum(below), -sum(n_met) FROM (
                    SELECT task_id, year, indicator, confirmed, n, total, below, n_met FROM insight_cell
                    WHERE grain = 2 AND basis <> 'n'
                    UNION ALL
                    SELECT task_id, year, indicator, confirmed, sign, sign * value, coalesce(sign * denominator, 0),
                        CASE WHEN met THEN sign ELSE 0 END
                    FROM insight_factchange
                ) AS summary GROUP BY 1, 2, 3, 4
            ) AS both_sides
            GROUP BY task_id, year, indicator, confirmed
            HAVING sum(n) <> 0 OR sum(total) <> 0 OR sum(below) <> 0 OR sum(n_met) <> 0
            ORDER BY 2, 1, 3
            """
        )
        return list(cursor.fetchall())
