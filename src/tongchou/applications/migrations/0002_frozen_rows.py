from django.db import migrations

from tongchou.core.immutable import freeze


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0001_tables"),
    ]

    operations = [freeze("applications_revision")]
