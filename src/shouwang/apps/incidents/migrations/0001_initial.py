import django.db.models.deletion
import shouwang.kernel.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True
    replaces = [("incidents", "0001_begin"), ("incidents", "0002_suggestions"), ("incidents", "0003_nature_is_suggested"), ("incidents", "0004_grades")]

    dependencies = [
        ('matters', '0001_initial'),
        ('people', '0001_initial'),
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(editable=False, max_length=32, unique=True)),
                ('digest', models.CharField(blank=True, db_index=True, max_length=64)),
                ('category', models.CharField(choices=[('stolen', '东西被偷、被抢'), ('cheated', '被骗了钱'), ('hurt', '被打、被威胁'), ('home', '家里有人动手'), ('damaged', '东西被弄坏'), ('quarrel', '吵架、纠纷'), ('traffic', '撞车、交通的事'), ('missing', '人不见了'), ('saw', '看到可疑的事，提供线索'), ('other', '别的事')], max_length=10)),
                ('content', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('files', models.JSONField(default=list)),
                ('created_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField(db_index=True)),
                ('matter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matters.matter')),
            ],
            options={
                'verbose_name': '报案草稿',
            },
        ),
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='incident', serialize=False, to='matters.matter')),
                ('category', models.CharField(choices=[('stolen', '东西被偷、被抢'), ('cheated', '被骗了钱'), ('hurt', '被打、被威胁'), ('home', '家里有人动手'), ('damaged', '东西被弄坏'), ('quarrel', '吵架、纠纷'), ('traffic', '撞车、交通的事'), ('missing', '人不见了'), ('saw', '看到可疑的事，提供线索'), ('other', '别的事')], default='other', max_length=10, verbose_name='像哪一种')),
                ('address', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='地点')),
                ('landmark', models.CharField(blank=True, max_length=80, verbose_name='附近的标志')),
                ('longitude', models.FloatField(blank=True, null=True, verbose_name='经度')),
                ('latitude', models.FloatField(blank=True, null=True, verbose_name='纬度')),
                ('position_source', models.CharField(blank=True, choices=[('', '没有位置'), ('officer', '民警在地图上定的'), ('reporter', '报案人在地图上定的'), ('phone', '手机定位')], max_length=10, verbose_name='位置来源')),
                ('uncertainty_m', models.PositiveIntegerField(blank=True, null=True, verbose_name='误差（米）')),
                ('when_said', models.CharField(blank=True, max_length=80, verbose_name='什么时候，原话')),
                ('happened_from', models.DateTimeField(blank=True, null=True, verbose_name='从什么时候')),
                ('happened_until', models.DateTimeField(blank=True, null=True, verbose_name='到什么时候')),
                ('unsafe', models.BooleanField(default=False, verbose_name='现在还有危险')),
                ('elsewhere', models.CharField(blank=True, max_length=80, verbose_name='不在本地')),
                ('loss_yuan', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='损失（元）')),
                ('nature', models.CharField(choices=[('unclear', '还没有判断'), ('criminal', '刑事案件'), ('administrative', '治安案件'), ('dispute', '纠纷'), ('traffic', '交通'), ('help', '求助'), ('not-police', '不归公安管')], default='unclear', max_length=14, verbose_name='性质')),
                ('stage', models.CharField(choices=[('unclear', '还没有判断'), ('review', '立案审查'), ('proposed', '等批准'), ('filed', '已立案'), ('declined', '不予立案'), ('no-case', '不用立案'), ('not-police', '不归公安管，已告知'), ('passed-on', '已移送')], default='unclear', max_length=10, verbose_name='立案情况')),
                ('review_rule', models.CharField(blank=True, max_length=40)),
                ('waits_for', models.CharField(blank=True, max_length=24)),
                ('proposes', models.CharField(blank=True, max_length=8)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('told_seq', models.PositiveIntegerField(blank=True, null=True)),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('remedies', models.PositiveSmallIntegerField(default=0)),
                ('registered_at', models.DateTimeField(blank=True, null=True)),
                ('evidence_at', models.DateTimeField(blank=True, null=True)),
                ('receipt_at', models.DateTimeField(blank=True, null=True)),
                ('statement_at', models.DateTimeField(blank=True, null=True)),
                ('urgency', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='紧急程度')),
                ('handled_by', models.CharField(blank=True, max_length=40, verbose_name='谁来办')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
                ('same_as', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='others', to='incidents.incident')),
            ],
            options={
                'verbose_name': '警情',
                'indexes': [models.Index(condition=models.Q(('stage__in', ['unclear', 'review', 'proposed'])), fields=['stage'], name='incident_undecided'), models.Index(condition=models.Q(('waits_for', ''), _negated=True), fields=['waits_for'], name='incident_waits'), models.Index(condition=models.Q(('told_seq__isnull', False)), fields=['told_seq'], name='incident_untold'), models.Index(fields=['happened_from'], name='incident_happened')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('latitude', None), ('longitude', None)), models.Q(('latitude__range', (-90, 90)), ('longitude__range', (-180, 180))), _connector='OR'), name='incident_place_is_on_earth'), models.CheckConstraint(condition=models.Q(('happened_until', None), ('happened_until__gte', models.F('happened_from')), _connector='OR'), name='incident_ends_after_it_began')],
            },
        ),
        migrations.CreateModel(
            name='Involved',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('victim', '被害人'), ('suspect', '嫌疑人'), ('witness', '证人'), ('other', '其他人')], max_length=8, verbose_name='是什么人')),
                ('about', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='样子、关系')),
                ('minor', models.BooleanField(default=False, verbose_name='未成年')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='people', to='incidents.incident')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'verbose_name': '涉及的人',
            },
        ),
        migrations.CreateModel(
            name='Judged',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(choices=[('when', '时间'), ('loss', '损失'), ('place', '地点'), ('nature', '性质'), ('urgency', '紧急程度'), ('handler', '谁来办')], max_length=12, verbose_name='关于什么')),
                ('taken', models.BooleanField(verbose_name='采用了')),
                ('at', models.DateTimeField(db_index=True)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='judged', to='incidents.incident')),
            ],
            options={
                'verbose_name': '对建议的判断',
                'constraints': [models.UniqueConstraint(fields=('incident', 'about'), name='a_suggestion_is_judged_once')],
            },
        ),
        migrations.CreateModel(
            name='Thing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='东西')),
                ('value_yuan', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='大约值多少（元）')),
                ('marks', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='特征、编号')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='things', to='incidents.incident')),
            ],
            options={
                'verbose_name': '财物',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('value_yuan', None), ('value_yuan__gte', 0), _connector='OR'), name='a_thing_is_worth_something')],
            },
        ),
    ]
