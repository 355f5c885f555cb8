import django.db.models.deletion
import shouwang.kernel.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True
    replaces = [("bureau", "0001_begin")]

    dependencies = [
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('units', '单位'), ('staff', '人员'), ('communities', '村社')], max_length=12)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('content', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('gcj02', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField()),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='units.officer')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('officer', 'kind'), name='one_draft_of_a_kind')],
            },
        ),
        migrations.CreateModel(
            name='Recovery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('reason', models.TextField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recoveries', to='units.officer')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('officer',), name='one_open_recovery'), models.CheckConstraint(condition=models.Q(('confirmed_by', None), models.Q(('confirmed_by', models.F('asked_by')), _negated=True), _connector='OR'), name='recovery_needs_two'), models.CheckConstraint(condition=models.Q(('officer', models.F('asked_by')), _negated=True), name='nobody_recovers_themselves')],
            },
        ),
        migrations.CreateModel(
            name='Setup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answers', models.JSONField(default=dict)),
                ('password', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('secret', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('codes_written_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('administrator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_setup')],
            },
        ),
    ]
