"""The marks of posts for the weekly page are called what they are; the table keeps refusing changes under its new name."""

import django.db.models.deletion
from django.db import migrations, models

from shouwang.kernel.appendonly import no_update_trigger

old = no_update_trigger("talk_digestitem")


class Migration(migrations.Migration):
    dependencies = [("talk", "0003_lines_to_messengers")]
    operations = [
        migrations.RunPython(old.reverse_code, old.code),
        migrations.RenameModel("DigestItem", "Gathered"),
        migrations.AlterModelOptions("Gathered", {"verbose_name": "收进汇总"}),
        migrations.AlterField(
            "Gathered",
            "kind",
            models.CharField(
                choices=[("question", "问题"), ("suggestion", "建议"), ("out", "不收进汇总")], max_length=10
            ),
        ),
        migrations.AlterField(
            "Gathered",
            "post",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="gathered", to="talk.post"
            ),
        ),
        no_update_trigger("talk_gathered"),
    ]
