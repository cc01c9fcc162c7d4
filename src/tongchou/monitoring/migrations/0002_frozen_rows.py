from django.db import migrations

from tongchou.core.immutable import freeze


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0001_initial")]

    operations = [freeze("monitoring_reportrevision")]
