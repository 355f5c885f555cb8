import django.db.models.deletion
import shouwang.kernel.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True
    replaces = [("mediation", "0001_mediations")]

    dependencies = [
        ('matters', '0001_initial'),
        ('people', '0001_initial'),
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mediation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('way', models.CharField(choices=[('police', '治安调解'), ('civil', '纠纷调解'), ('self', '自行和解')], max_length=6, verbose_name='怎么调')),
                ('state', models.CharField(choices=[('open', '正在谈'), ('agreed', '谈成了，等履行'), ('settled', '已经履行'), ('failed', '没有调成')], default='open', max_length=7, verbose_name='进展')),
                ('act', models.CharField(blank=True, max_length=20)),
                ('light', models.BooleanField(blank=True, null=True, verbose_name='情节较轻')),
                ('private', models.BooleanField(blank=True, null=True, verbose_name='民间纠纷引起')),
                ('ground', models.CharField(blank=True, max_length=20)),
                ('bars', models.JSONField(blank=True, default=list)),
                ('facts', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='主要事实')),
                ('asked', models.BooleanField(blank=True, null=True, verbose_name='双方书面申请')),
                ('on_spot', models.BooleanField(default=False, verbose_name='当场履行')),
                ('recorded', models.CharField(blank=True, max_length=200, verbose_name='录音录像在哪里')),
                ('opened_at', models.DateTimeField(db_index=True)),
                ('agreed_at', models.DateTimeField(blank=True, null=True, verbose_name='达成协议')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_why', models.CharField(blank=True, choices=[('no-agreement', '没有谈成'), ('refused', '有一方不愿意调解'), ('broken', '谈成了，没有履行'), ('not-approved', '自行和解没有得到认可')], max_length=12)),
                ('failed_on', models.DateField(blank=True, null=True)),
                ('visit_on', models.DateField(blank=True, null=True, verbose_name='回访')),
                ('visit_asked_at', models.DateTimeField(blank=True, null=True)),
                ('visited_at', models.DateTimeField(blank=True, null=True)),
                ('client_id', models.CharField(blank=True, editable=False, max_length=40, null=True)),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mediations', to='matters.matter')),
                ('mediator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer', verbose_name='主持民警')),
            ],
            options={
                'verbose_name': '调解',
                'ordering': ['pk'],
                'indexes': [models.Index(condition=models.Q(('state', 'agreed')), fields=['state'], name='mediation_agreed'), models.Index(condition=models.Q(('visited_at', None)), fields=['visit_on'], name='mediation_to_visit')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['agreed', 'open'])), fields=('matter',), name='one_mediation_runs_in_a_matter'), models.UniqueConstraint(fields=('matter', 'client_id'), name='a_mediation_begins_once'), models.CheckConstraint(condition=models.Q(('state__in', ['agreed', 'open']), ('ended_at__isnull', False), _connector='XOR'), name='a_mediation_that_ended_has_its_time'), models.CheckConstraint(condition=models.Q(('state', 'failed'), ('ended_why', ''), _connector='XOR'), name='a_failed_mediation_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Clause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('pay', '付一笔钱'), ('apologise', '道歉'), ('repair', '修好、赔好'), ('return', '还东西'), ('stop', '以后不再做'), ('other', '别的')], max_length=9, verbose_name='哪一种')),
                ('by', models.CharField(choices=[('one', '甲方'), ('other', '乙方'), ('both', '双方')], max_length=5, verbose_name='谁来做')),
                ('words', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='内容')),
                ('amount_yuan', models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True, verbose_name='金额（元）')),
                ('due_on', models.DateField(db_index=True, verbose_name='期限')),
                ('done', models.CharField(choices=[('due', '还没有做'), ('part', '做了一部分'), ('performed', '做到了'), ('broken', '没有做到')], default='due', max_length=9, verbose_name='做到了没有')),
                ('doubted', models.BooleanField(default=False)),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('late_told_at', models.DateTimeField(blank=True, null=True)),
                ('client_id', models.CharField(blank=True, editable=False, max_length=40, null=True)),
                ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clauses', to='mediation.mediation')),
            ],
            options={
                'verbose_name': '协议的一条',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('mediation', 'client_id'), name='a_clause_is_added_once'), models.CheckConstraint(condition=models.Q(models.Q(('amount_yuan__gt', 0), ('kind', 'pay')), models.Q(models.Q(('kind', 'pay'), _negated=True), ('amount_yuan', None)), _connector='OR'), name='a_sum_is_paid_and_nothing_else')],
            },
        ),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=80, verbose_name='地点')),
                ('times', models.JSONField(default=list)),
                ('made_at', models.DateTimeField()),
                ('at', models.DateTimeField(blank=True, null=True, verbose_name='约定的时间')),
                ('held_at', models.DateTimeField(blank=True, null=True, verbose_name='面谈时间')),
                ('both_came', models.BooleanField(default=False)),
                ('alone', models.BooleanField(default=False, verbose_name='一名民警带辅警')),
                ('recorded', models.CharField(blank=True, max_length=200, verbose_name='录音录像在哪里')),
                ('client_id', models.CharField(blank=True, editable=False, max_length=40, null=True)),
                ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='mediation.mediation')),
            ],
            options={
                'verbose_name': '面谈',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('held_at', None)), fields=('mediation',), name='one_meeting_is_ahead'), models.UniqueConstraint(fields=('mediation', 'client_id'), name='a_meeting_is_made_once'), models.CheckConstraint(condition=models.Q(('alone', False), models.Q(('recorded', ''), _negated=True), _connector='OR'), name='one_officer_alone_is_recorded')],
            },
        ),
        migrations.CreateModel(
            name='Side',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(choices=[('one', '甲方'), ('other', '乙方')], max_length=5)),
                ('role', models.CharField(choices=[('victim', '被侵害人'), ('suspect', '违法嫌疑人'), ('party', '当事人')], max_length=8, verbose_name='是什么人')),
                ('reporter', models.BooleanField(default=False, verbose_name='就是报案人')),
                ('willing', models.BooleanField(blank=True, null=True, verbose_name='愿意调解')),
                ('minor', models.BooleanField(default=False, verbose_name='未成年')),
                ('guarded', models.BooleanField(blank=True, null=True, verbose_name='监护人在场')),
                ('stands_alone', models.BooleanField(default=False, verbose_name='满十六周岁、自食其力，不要监护人到场')),
                ('guardian', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='监护人')),
                ('proxy', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='代理人')),
                ('tellable', models.BooleanField(default=False, verbose_name='可以发消息提醒')),
                ('particulars', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='基本情况')),
                ('holds', models.BooleanField(blank=True, null=True)),
                ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sides', to='mediation.mediation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'verbose_name': '调解的一方',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('mediation', 'code'), name='a_mediation_has_each_side_once'), models.UniqueConstraint(fields=('mediation', 'person'), name='nobody_stands_on_both_sides')],
            },
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fits', models.JSONField(blank=True, null=True)),
                ('came', models.BooleanField(blank=True, null=True, verbose_name='来了')),
                ('wants', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='想要什么')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='mediation.meeting')),
                ('side', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='mediation.side')),
            ],
            options={
                'verbose_name': '到场',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('meeting', 'side'), name='a_side_is_at_a_meeting_once')],
            },
        ),
        migrations.CreateModel(
            name='ClauseWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('of', models.CharField(choices=[('one', '甲方'), ('other', '乙方'), ('desk', '民警')], max_length=5)),
                ('done', models.CharField(choices=[('due', '还没有做'), ('part', '做了一部分'), ('performed', '做到了'), ('broken', '没有做到')], max_length=9)),
                ('at', models.DateTimeField()),
                ('seq', models.PositiveIntegerField()),
                ('client_id', models.CharField(blank=True, max_length=40, null=True)),
                ('clause', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='said', to='mediation.clause')),
                ('officer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
            ],
            options={
                'verbose_name': '关于一条的话',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('clause', 'client_id'), name='a_word_on_a_clause_is_said_once')],
            },
        ),
    ]
