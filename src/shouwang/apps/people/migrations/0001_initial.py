import django.db.models.deletion
import shouwang.kernel.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pseudonym', models.CharField(blank=True, max_length=40, verbose_name='称呼')),
                ('phone', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('phone_index', models.CharField(blank=True, db_index=True, editable=False, max_length=64)),
                ('name', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('name_index', models.CharField(blank=True, db_index=True, editable=False, max_length=64)),
                ('id_number', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('id_index', models.CharField(blank=True, db_index=True, editable=False, max_length=64)),
                ('language', models.CharField(blank=True, max_length=10)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': '居民',
            },
        ),
        migrations.CreateModel(
            name='Look',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True)),
                ('role', models.CharField(choices=[('duty-officer', '值班民警'), ('community-officer', '社区民警'), ('auxiliary', '辅警'), ('chief', '所长'), ('household-clerk', '户籍内勤'), ('legal-officer', '法制员'), ('trainee', '实习民警'), ('supervisor', '警务监督员'), ('bureau', '分局民警'), ('administrator', '系统管理员')], max_length=20)),
                ('subject', models.CharField(db_index=True, max_length=80)),
                ('what', models.JSONField(default=list)),
                ('reason', models.CharField(max_length=200)),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='looks', to='units.officer')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='looks', to='people.person')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=20)),
                ('value', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('value_index', models.CharField(editable=False, max_length=64)),
                ('last_heard_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('channel', 'value_index'), name='one_person_per_address')],
            },
        ),
    ]
