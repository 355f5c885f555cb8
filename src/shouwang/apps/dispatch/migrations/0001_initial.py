import django.db.models.deletion
import shouwang.kernel.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True
    replaces = [("dispatch", "0001_begin"), ("dispatch", "0002_standby")]

    dependencies = [
        ('matters', '0001_initial'),
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Crew',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20, verbose_name='名称')),
                ('means', models.CharField(choices=[('car', '汽车'), ('bicycle', '自行车、电动车'), ('foot', '步行')], default='car', max_length=8, verbose_name='怎么走')),
                ('volunteers', models.BooleanField(default=False, verbose_name='志愿者，只看不派')),
                ('people', models.PositiveSmallIntegerField(default=0, verbose_name='几个人')),
                ('resting', models.BooleanField(default=False, verbose_name='休整')),
                ('longitude', models.FloatField(blank=True, null=True)),
                ('latitude', models.FloatField(blank=True, null=True)),
                ('position_at', models.DateTimeField(blank=True, null=True)),
                ('formed_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='crews', to='units.unit', verbose_name='派出所')),
            ],
            options={
                'verbose_name': '巡组',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('unit', 'name'), name='one_crew_of_a_name_at_a_station')],
            },
        ),
        migrations.CreateModel(
            name='CrewMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sworn', models.BooleanField(verbose_name='民警')),
                ('joined_at', models.DateTimeField()),
                ('left_at', models.DateTimeField(blank=True, null=True)),
                ('crew', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='dispatch.crew')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='crew_memberships', to='units.officer')),
            ],
            options={
                'verbose_name': '巡组成员',
                'constraints': [models.UniqueConstraint(condition=models.Q(('left_at', None)), fields=('officer',), name='in_one_crew_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField()),
                ('due_on', models.DateField(verbose_name='哪天以前')),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='matters.matter')),
            ],
            options={
                'verbose_name': '后续要办的',
                'ordering': ['due_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=30, verbose_name='名称')),
                ('longitude', models.FloatField(verbose_name='经度')),
                ('latitude', models.FloatField(verbose_name='纬度')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts_to_wait', to='units.unit', verbose_name='派出所')),
            ],
            options={
                'verbose_name': '待命点',
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('unit', 'name'), name='one_post_of_a_name_at_a_station')],
            },
        ),
        migrations.CreateModel(
            name='Sending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='要去哪里、什么事')),
                ('made_at', models.DateTimeField(db_index=True)),
                ('state', models.CharField(choices=[('asked', '请求支援，等答复'), ('sent', '已派，等应答'), ('acknowledged', '已应答'), ('en-route', '在路上'), ('on-scene', '到现场'), ('cleared', '处置完了'), ('recalled', '已撤回'), ('declined', '去不了'), ('handed', '交给别的巡组')], max_length=12, verbose_name='状态')),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('en_route_at', models.DateTimeField(blank=True, null=True)),
                ('on_scene_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('silent_at', models.DateTimeField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('crew', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sendings', to='dispatch.crew')),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sendings', to='matters.matter')),
            ],
            options={
                'verbose_name': '派警',
                'ordering': ['pk'],
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['state'], name='sendings_open')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('sent', 'acknowledged', 'en-route', 'on-scene'))), fields=('crew',), name='a_crew_is_at_one_incident')],
            },
        ),
        migrations.CreateModel(
            name='Standby',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('crew', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standbys', to='dispatch.crew')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standbys', to='dispatch.post')),
            ],
            options={
                'verbose_name': '待命',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('crew',), name='a_crew_waits_at_one_post')],
            },
        ),
        migrations.CreateModel(
            name='Call',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='call', serialize=False, to='matters.matter')),
                ('sworn', models.PositiveSmallIntegerField(default=2, verbose_name='要几名民警')),
                ('car', models.BooleanField(default=False, verbose_name='要有车')),
                ('needless', models.BooleanField(default=False, verbose_name='不用派人')),
                ('skill', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.skill')),
            ],
            options={
                'verbose_name': '出警需要',
                'constraints': [models.CheckConstraint(condition=models.Q(('sworn__gte', 1)), name='somebody_sworn_goes')],
            },
        ),
    ]
