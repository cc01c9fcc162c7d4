from django.db import migrations

from tongchou.core.immutable import freeze


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0001_tables"),
    ]

    operations = [freeze("programmes_packarchive"), freeze("programmes_mapping")]
