import psycopg


def test_tests_run_on_a_postgresql_of_their_own(settings):
    database = settings.DATABASES["default"]
    with psycopg.connect(
        host=database["HOST"], user=database["USER"], password=database["PASSWORD"], dbname="postgres"
    ) as db:
        row = db.execute(
            "SELECT datlocprovider, datlocale, current_setting('server_version_num')::int FROM pg_database WHERE datname = 'tongchou'"
        ).fetchone()
    assert row[:2] == ("b", "C.UTF-8")
