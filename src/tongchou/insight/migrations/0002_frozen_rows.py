from django.db import migrations

from tongchou.core.immutable import freeze


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_initial")]

    # A correction is a new edition. The two files are set once, because they are rendered one room above.
    operations = [freeze("insight_bulletin", "pdf_id", "xlsx_id")]
