from django.db import migrations
from django.db.migrations.operations.base import Operation

from tongchou.core.immutable import freeze


def _project_ties(apps, _editor):
    """Tie the cases that were submitted before ties were kept, by the names of their projects."""
    from tongchou.reviews.ties import project_key

    application, tie = apps.get_model("applications", "Application"), apps.get_model("reviews", "Tie")
    named = application.objects.exclude(submitted_at=None).exclude(project_name="")
    rows = (
        tie(application_id=pk, kind="project", key=project_key(name))
        for pk, name in named.values_list("pk", "project_name").iterator()
    )
    tie.objects.bulk_create(rows, batch_size=5000)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_steps_and_limits")]

    operations: list[Operation] = [
        migrations.RunSQL('UPDATE reviews_quotaaccount SET given = "limit"', migrations.RunSQL.noop),
        migrations.RunPython(_project_ties, migrations.RunPython.noop),
        freeze("reviews_decision"),
    ]
