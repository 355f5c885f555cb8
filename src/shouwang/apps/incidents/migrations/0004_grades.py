
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0003_nature_is_suggested'),
    ]

    operations = [
        migrations.AddField(
            model_name='incident',
            name='handled_by',
            field=models.CharField(blank=True, max_length=40, verbose_name='谁来办'),
        ),
        migrations.AddField(
            model_name='incident',
            name='urgency',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='紧急程度'),
        ),
        migrations.AlterField(
            model_name='judged',
            name='about',
            field=models.CharField(choices=[('when', '时间'), ('loss', '损失'), ('place', '地点'), ('nature', '性质'), ('urgency', '紧急程度'), ('handler', '谁来办')], max_length=12, verbose_name='关于什么'),
        ),
    ]
