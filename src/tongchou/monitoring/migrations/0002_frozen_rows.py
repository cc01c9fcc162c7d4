from django.db import migrations

from tongchou.core.immutable import freeze


class Migration(migrations.Migration):
    dependencies = [
        ("monitoring", "0001_tables"),
    ]

    operations = [freeze("monitoring_reportrevision"), freeze("monitoring_conclusion")]
