from django.db import migrations

from tongchou.core.immutable import freeze


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0001_tables"),
    ]

    operations = [freeze("reviews_decision")]
