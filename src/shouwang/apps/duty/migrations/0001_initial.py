import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DutySpan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('leads', models.BooleanField(default=False, verbose_name='带班')),
                ('started_at', models.DateTimeField(verbose_name='上岗时间')),
                ('expected_until', models.DateTimeField(blank=True, null=True, verbose_name='预计下岗')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='下岗时间')),
                ('hand_over_note', models.TextField(blank=True, verbose_name='交班说明')),
                ('handed_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='duty_spans', to='units.officer')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='duty_spans', to='units.unit')),
            ],
            options={
                'verbose_name': '值班',
                'ordering': ['-started_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('officer',), name='on_duty_once'), models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='duty_ends_after_it_began')],
            },
        ),
    ]
