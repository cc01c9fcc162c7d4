from django.db import migrations

from tongchou.core.immutable import freeze


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0002_initial")]

    operations = [freeze("monitoring_reportrevision")]
