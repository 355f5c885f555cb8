import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProgramKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('label', models.CharField(max_length=60, verbose_name='给什么程序用')),
                ('may_write', models.BooleanField(default=False, verbose_name='可以写')),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(verbose_name='有效到')),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('used_on', models.DateField(blank=True, null=True)),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='program_keys', to='units.officer')),
            ],
            options={
                'verbose_name': '程序钥匙',
                'ordering': ['-made_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='a_key_ends_after_it_was_made')],
            },
        ),
    ]
