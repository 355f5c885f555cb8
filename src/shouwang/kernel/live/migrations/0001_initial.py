import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True
    replaces = [("live", "0001_log")]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Stream',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
                ('last_seq', models.BigIntegerField(default=0)),
                ('floor', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('floor__gte', 0), ('last_seq__gte', models.F('floor'))), name='live_stream_floor_below_last_seq')],
            },
        ),
        migrations.CreateModel(
            name='LiveEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.BigIntegerField()),
                ('kind', models.CharField(max_length=64)),
                ('audience', models.PositiveSmallIntegerField()),
                ('payload', models.JSONField()),
                ('at', models.DateTimeField(db_index=True)),
                ('stream', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='live.stream')),
            ],
            options={
                'ordering': ['stream', 'seq'],
                'constraints': [models.UniqueConstraint(fields=('stream', 'seq'), name='live_event_one_per_seq'), models.CheckConstraint(condition=models.Q(('seq__gte', 1)), name='live_event_seq_from_one')],
            },
        ),
    ]
