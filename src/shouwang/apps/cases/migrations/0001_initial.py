import django.db.models.deletion
import shouwang.kernel.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True
    replaces = [("cases", "0001_cases"), ("cases", "0002_statements_and_evidence"), ("cases", "0003_what_was_sealed_is_never_changed")]

    dependencies = [
        ('matters', '0001_initial'),
        ('people', '0001_initial'),
        ('recordings', '0001_initial'),
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='case', serialize=False, to='matters.matter')),
                ('nature', models.CharField(choices=[('administrative', '治安案件'), ('criminal', '刑事案件')], max_length=14, verbose_name='性质')),
                ('name', models.CharField(max_length=80, verbose_name='案件名称')),
                ('opened_at', models.DateTimeField(db_index=True, verbose_name='立案时间')),
                ('closed_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='结案时间')),
                ('result', models.CharField(blank=True, choices=[('penalised', '作出处罚'), ('spared', '不予处罚'), ('mediated', '调解并已履行'), ('no-violation', '违法事实不能成立'), ('passed-on', '移送其他机关'), ('prosecution', '移送审查起诉'), ('withdrawn', '撤销案件'), ('ended', '终止调查')], max_length=14, verbose_name='处理结果')),
                ('report', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='办理经过')),
                ('archived_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='归档时间')),
                ('archive_number', models.CharField(blank=True, max_length=100, null=True, unique=True, verbose_name='档案号')),
                ('archived_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
            ],
            options={
                'verbose_name': '案件',
                'constraints': [models.CheckConstraint(condition=models.Q(('closed_at', None), ('closed_at__gte', models.F('opened_at')), _connector='OR'), name='a_case_ends_after_it_began'), models.CheckConstraint(condition=models.Q(('closed_at', None), models.Q(('result', ''), _negated=True), _connector='OR'), name='a_closed_case_has_a_result'), models.CheckConstraint(condition=models.Q(models.Q(('archive_number', None), ('archived_at', None)), models.Q(('archive_number__isnull', False), ('archived_at__isnull', False), ('closed_at__isnull', False)), _connector='OR'), name='what_is_archived_is_closed_and_numbered')],
            },
        ),
        migrations.CreateModel(
            name='Assistant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assistants', to='cases.case')),
            ],
            options={
                'verbose_name': '协办民警',
                'ordering': ['since', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('case', 'officer'), name='an_officer_assists_once_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='CustodyMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('taken', '取得'), ('stored', '入库保管'), ('handed', '交给同事'), ('to-lab', '送鉴定'), ('back', '鉴定后取回'), ('returned', '退还'), ('handed-on', '移交别的机关'), ('destroyed', '销毁')], max_length=10, verbose_name='做了什么')),
                ('moved_at', models.DateTimeField(verbose_name='时间')),
                ('words', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('at', models.DateTimeField()),
                ('client_id', models.CharField(blank=True, editable=False, max_length=40, null=True, unique=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('holder', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
            ],
            options={
                'verbose_name': '保管的一步',
                'ordering': ['evidence', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='CustodyReceipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('move', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='receipt', to='cases.custodymove')),
            ],
            options={
                'verbose_name': '签收',
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nth', models.PositiveSmallIntegerField()),
                ('name', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='是什么')),
                ('features', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='特征')),
                ('count', models.CharField(default='1', max_length=30, verbose_name='数量')),
                ('way', models.CharField(choices=[('collect', '收集'), ('preserve', '先行登记保存'), ('seize', '扣押')], max_length=8, verbose_name='怎么取得')),
                ('place', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='在哪里取得')),
                ('seal_number', models.CharField(blank=True, max_length=40, verbose_name='封签号')),
                ('taken_at', models.DateTimeField(verbose_name='取得时间')),
                ('entered_at', models.DateTimeField()),
                ('client_id', models.CharField(blank=True, editable=False, max_length=40, null=True, unique=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='cases.case')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('second', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
            ],
            options={
                'verbose_name': '证据',
                'ordering': ['case', 'nth'],
            },
        ),
        migrations.AddField(
            model_name='custodymove',
            name='evidence',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='cases.evidence'),
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('victim', '被侵害人'), ('suspect', '违法嫌疑人'), ('witness', '证人'), ('guardian', '监护人'), ('proxy', '代理人'), ('other', '其他人')], max_length=8, verbose_name='是什么人')),
                ('nth', models.PositiveSmallIntegerField()),
                ('minor', models.BooleanField(default=False, verbose_name='未成年')),
                ('relation', models.CharField(blank=True, max_length=20, verbose_name='关系')),
                ('particulars', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='基本情况')),
                ('added_at', models.DateTimeField()),
                ('left_at', models.DateTimeField(blank=True, null=True)),
                ('client_id', models.CharField(blank=True, editable=False, max_length=40, null=True, unique=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parties', to='cases.case')),
                ('guardian', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='wards', to='cases.party')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'verbose_name': '当事人',
                'ordering': ['case', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('case', 'role', 'nth'), name='parties_of_a_role_are_numbered'), models.UniqueConstraint(fields=('case', 'person', 'role'), name='somebody_is_a_party_once_in_a_role')],
            },
        ),
        migrations.AddField(
            model_name='evidence',
            name='giver',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.party'),
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nth', models.PositiveSmallIntegerField()),
                ('place', models.CharField(blank=True, max_length=80, verbose_name='地点')),
                ('no_adult', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='没有成年人在场的原因')),
                ('began_at', models.DateTimeField(verbose_name='开始')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='结束')),
                ('rows', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('version', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('client_id', models.CharField(blank=True, editable=False, max_length=40, null=True, unique=True)),
                ('adult', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.party')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='cases.case')),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='cases.statement')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='cases.party')),
                ('second', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('stay', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='recordings.stay')),
            ],
            options={
                'verbose_name': '笔录',
                'ordering': ['case', 'began_at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('party', 'nth'), name='questionings_of_a_party_are_numbered'), models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('began_at')), _connector='OR'), name='a_statement_ends_after_it_began'), models.CheckConstraint(condition=models.Q(('finished_at', None), ('ended_at__isnull', False), _connector='OR'), name='a_finished_statement_has_an_end')],
            },
        ),
        migrations.CreateModel(
            name='SealedStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('sha256', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('statement', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sealed', to='cases.statement')),
            ],
            options={
                'verbose_name': '定稿的笔录',
            },
        ),
        migrations.CreateModel(
            name='ArchiveSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('unit', 'year'), name='one_archive_series_a_year')],
            },
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(fields=('case', 'nth'), name='evidence_is_numbered'),
        ),
    ]
