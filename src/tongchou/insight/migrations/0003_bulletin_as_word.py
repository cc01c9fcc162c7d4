import django.db.models.deletion
from django.db import migrations, models

from tongchou.core.immutable import freeze

_UNFREEZE = (
    "DROP TRIGGER insight_bulletin_frozen ON insight_bulletin; DROP FUNCTION insight_bulletin_is_frozen();"
)


class Migration(migrations.Migration):
    dependencies = [("core", "0004_uploads"), ("insight", "0002_frozen_rows")]

    # The three files are set once and together.
    operations = [
        migrations.AddField(
            model_name="bulletin",
            name="docx",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.storedfile",
            ),
        ),
        migrations.RunSQL(_UNFREEZE, freeze("insight_bulletin", "pdf_id", "xlsx_id").sql),
        freeze("insight_bulletin", "pdf_id", "docx_id", "xlsx_id"),
    ]
