from django.db import migrations

from tongchou.core.immutable import freeze


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_tables"),
    ]

    operations = [freeze("core_auditrecord", "seal_id"), freeze("core_auditseal")]
