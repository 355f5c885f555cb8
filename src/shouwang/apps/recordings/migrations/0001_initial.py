import django.db.models.deletion
import shouwang.kernel.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True
    replaces = [("recordings", "0001_begin"), ("recordings", "0002_signed_words_are_never_changed")]

    dependencies = [
        ('matters', '0001_initial'),
        ('people', '0001_initial'),
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='设备')),
                ('active', models.BooleanField(default=True, verbose_name='在用')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='devices', to='units.unit', verbose_name='单位')),
            ],
            options={
                'verbose_name': '录音录像设备',
                'ordering': ['unit__path', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ClockReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('real_at', models.DateTimeField()),
                ('shown_at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='recordings.device')),
            ],
            options={
                'verbose_name': '对表',
            },
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='地方')),
                ('active', models.BooleanField(default=True, verbose_name='在用')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='custody_places', to='units.unit', verbose_name='单位')),
            ],
            options={
                'verbose_name': '所内地方',
                'ordering': ['unit__path', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('unit', 'name'), name='one_place_of_a_name_in_a_station')],
            },
        ),
        migrations.AddField(
            model_name='device',
            name='place',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='recordings.place', verbose_name='装在'),
        ),
        migrations.CreateModel(
            name='Recording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(verbose_name='从')),
                ('until', models.DateTimeField(db_index=True, verbose_name='到')),
                ('ahead_s', models.IntegerField(default=0)),
                ('sha256', models.CharField(db_index=True, max_length=64, verbose_name='SHA-256')),
                ('size_bytes', models.PositiveBigIntegerField(verbose_name='大小（字节）')),
                ('file_name', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='文件名')),
                ('note', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='备注')),
                ('registered_at', models.DateTimeField()),
                ('permanent', models.CharField(blank=True, max_length=200, verbose_name='永久保存的理由')),
                ('delete_reason', models.CharField(blank=True, max_length=200)),
                ('delete_asked_at', models.DateTimeField(blank=True, null=True)),
                ('deleted_at', models.DateTimeField(blank=True, null=True)),
                ('delete_asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('deleted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recordings', to='recordings.device', verbose_name='设备')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recordings', to='recordings.place', verbose_name='地方')),
                ('registered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recordings', to='units.unit')),
            ],
            options={
                'verbose_name': '录音录像',
                'ordering': ['-since', '-pk'],
                'indexes': [models.Index(fields=['place', 'since'], name='recording_by_place')],
                'constraints': [models.UniqueConstraint(fields=('unit', 'sha256'), name='a_file_is_registered_once'), models.CheckConstraint(condition=models.Q(('until__gt', models.F('since'))), name='a_recording_has_a_length'), models.CheckConstraint(condition=models.Q(('deleted_at', None), models.Q(('delete_asked_by__isnull', False), models.Q(('deleted_by', models.F('delete_asked_by')), _negated=True)), _connector='OR'), name='two_people_delete')],
            },
        ),
        migrations.CreateModel(
            name='Stay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('description', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='样子')),
                ('came', models.CharField(choices=[('self', '自己来的'), ('invited', '请来的（证人、被害人）'), ('summoned', '治安传唤'), ('criminal', '刑事传唤、拘传'), ('held', '继续盘问')], max_length=10, verbose_name='怎么来的')),
                ('rule', models.CharField(blank=True, max_length=40)),
                ('entered_at', models.DateTimeField(db_index=True, verbose_name='进所')),
                ('left_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='离所')),
                ('notice', models.CharField(blank=True, choices=[('paper', '给了纸的告知书'), ('screen', '本人拍了照或扫了码'), ('refused', '本人不要')], max_length=8)),
                ('client_id', models.CharField(blank=True, editable=False, max_length=40, null=True, unique=True)),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('left_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stays', to='matters.matter')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
            options={
                'verbose_name': '进所到离所',
                'ordering': ['-entered_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('left_at', None), ('person__isnull', False)), fields=('person',), name='a_person_is_inside_once'), models.CheckConstraint(condition=models.Q(('left_at', None), ('left_at__gte', models.F('entered_at')), _connector='OR'), name='a_stay_ends_after_it_began')],
            },
        ),
        migrations.CreateModel(
            name='Move',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='recordings.place')),
                ('stay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='recordings.stay')),
            ],
            options={
                'verbose_name': '在哪里',
                'ordering': ['stay', 'at'],
                'constraints': [models.UniqueConstraint(fields=('stay', 'at'), name='one_place_at_a_moment')],
            },
        ),
        migrations.CreateModel(
            name='Explanation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('words', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('stay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='explanations', to='recordings.stay')),
            ],
            options={
                'verbose_name': '对缺口的说明',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='CopyRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asks', models.CharField(choices=[('copy', '拷贝一份'), ('view', '到所里看')], max_length=4, verbose_name='要什么')),
                ('since', models.DateTimeField(verbose_name='从')),
                ('until', models.DateTimeField(verbose_name='到')),
                ('words', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('asked_at', models.DateTimeField()),
                ('rule', models.CharField(max_length=40)),
                ('due_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, db_index=True, null=True)),
                ('granted', models.BooleanField(blank=True, null=True)),
                ('granted_since', models.DateTimeField(blank=True, null=True)),
                ('granted_until', models.DateTimeField(blank=True, null=True)),
                ('handed', models.CharField(blank=True, max_length=120, verbose_name='怎么交')),
                ('answer', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('client_id', models.CharField(blank=True, editable=False, max_length=40, null=True, unique=True)),
                ('against', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='review', to='recordings.copyrequest')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('taken_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('stay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='recordings.stay')),
            ],
            options={
                'verbose_name': '要录像的申请',
                'ordering': ['asked_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('granted', None)), models.Q(('decided_at__isnull', False), ('granted__isnull', False)), _connector='OR'), name='a_decision_says_yes_or_no')],
            },
        ),
        migrations.CreateModel(
            name='StayCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('stay', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='recordings.stay')),
            ],
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.UniqueConstraint(fields=('unit', 'name'), name='one_device_of_a_name_in_a_station'),
        ),
    ]
