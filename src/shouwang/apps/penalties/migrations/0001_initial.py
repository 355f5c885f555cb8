import django.db.models.deletion
import shouwang.kernel.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True
    replaces = [("penalties", "0001_penalties")]

    dependencies = [
        ('cases', '0001_initial'),
        ('matters', '0001_initial'),
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Penalty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('spot', models.BooleanField(default=False)),
                ('act', models.CharField(max_length=20, verbose_name='行为')),
                ('grade', models.CharField(blank=True, max_length=8)),
                ('act_on', models.DateField(verbose_name='行为日期')),
                ('kind', models.CharField(choices=[('none', '不予处罚'), ('warning', '警告'), ('fine', '罚款'), ('detention', '行政拘留'), ('detention-fine', '行政拘留并处罚款')], max_length=14, verbose_name='种类')),
                ('fine', models.PositiveIntegerField(default=0, verbose_name='罚款（元）')),
                ('days', models.PositiveSmallIntegerField(default=0, verbose_name='拘留（日）')),
                ('basis', models.CharField(max_length=200, verbose_name='依据')),
                ('facts', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='事实')),
                ('evidence', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='证据')),
                ('reasons', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='理由')),
                ('marks', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('stage', models.CharField(choices=[('proposed', '拟好了，等告知本人'), ('told', '告知了，听本人怎么说'), ('hearing', '本人要求听证'), ('legal', '等法制审核'), ('deciding', '等决定'), ('decided', '决定了，等送达和执行'), ('done', '办完了，记录封存'), ('dropped', '撤回了')], default='proposed', max_length=8, verbose_name='进展')),
                ('decider', models.CharField(max_length=24)),
                ('waits_for', models.CharField(blank=True, max_length=24)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('proposed_at', models.DateTimeField()),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('told_kind', models.CharField(blank=True, max_length=14)),
                ('told_fine', models.PositiveIntegerField(default=0)),
                ('told_days', models.PositiveSmallIntegerField(default=0)),
                ('defence', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('guardian_says', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('answer', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('hearing_by', models.DateField(blank=True, null=True)),
                ('waived', models.BooleanField(default=False)),
                ('reviewed_at', models.DateTimeField(blank=True, null=True)),
                ('opinion', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('decided_at', models.DateTimeField(blank=True, db_index=True, null=True)),
                ('spared_why', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('executed', models.BooleanField(blank=True, null=True)),
                ('detained_from', models.DateField(blank=True, null=True)),
                ('detained_to', models.DateField(blank=True, null=True)),
                ('family_told_at', models.DateTimeField(blank=True, null=True)),
                ('pay_by', models.DateField(blank=True, null=True)),
                ('paid_on', models.DateField(blank=True, null=True)),
                ('pay_way', models.CharField(blank=True, max_length=40)),
                ('receipt', models.CharField(blank=True, max_length=40)),
                ('cash', models.BooleanField(default=False)),
                ('handed_in_at', models.DateTimeField(blank=True, null=True)),
                ('reported_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('client_id', models.CharField(blank=True, editable=False, max_length=40, null=True, unique=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='penalties', to='cases.case')),
                ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='penalties', to='cases.party')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('reviewed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('told_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
            ],
            options={
                'verbose_name': '处罚',
                'ordering': ['case', 'pk'],
                'indexes': [models.Index(condition=models.Q(('stage__in', ['dropped', 'done']), _negated=True), fields=['waits_for', 'due_at'], name='penalty_waiting')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('stage__in', ['dropped', 'done']), _negated=True), fields=('party', 'act'), name='one_open_penalty_for_an_act_of_a_party'), models.CheckConstraint(condition=models.Q(('spot', True), ('decided_by', None), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='another_than_the_proposer_decides'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['none', 'warning', 'fine']), _negated=True), ('days', 0), _connector='OR'), name='days_belong_to_detention'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['none', 'warning', 'detention']), _negated=True), ('fine', 0), _connector='OR'), name='a_sum_belongs_to_a_fine')],
            },
        ),
        migrations.CreateModel(
            name='Hearing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('at', models.DateTimeField(blank=True, null=True)),
                ('place', models.CharField(blank=True, max_length=80, verbose_name='地点')),
                ('clerk', models.CharField(blank=True, max_length=40, verbose_name='记录员')),
                ('closed', models.BooleanField(default=False)),
                ('late_why', models.CharField(blank=True, max_length=200)),
                ('notified_at', models.DateTimeField(blank=True, null=True)),
                ('held', models.BooleanField(blank=True, null=True)),
                ('words', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('chair', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('penalty', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='asked_hearing', to='penalties.penalty')),
            ],
            options={
                'verbose_name': '听证',
            },
        ),
        migrations.CreateModel(
            name='Care',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('problem', models.CharField(choices=[('first', '第一次，已经改正'), ('money', '没有收入、生活困难'), ('illness', '自己或者家里有人生病'), ('caring', '要照顾老人、孩子'), ('work', '没有工作、怕丢工作'), ('home', '没有地方住'), ('school', '还在上学'), ('other', '别的难处')], max_length=8, verbose_name='难处')),
                ('words', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='情况')),
                ('leads_to', models.CharField(choices=[('review', '提请从宽'), ('help', '问问要不要帮忙')], max_length=6, verbose_name='怎么办')),
                ('at', models.DateTimeField()),
                ('outcome', models.CharField(blank=True, choices=[('lighter', '减轻'), ('later', '晚一点缴'), ('same', '不改，写明理由')], max_length=7)),
                ('outcome_words', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('help', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matters.matter')),
                ('penalty', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cares', to='penalties.penalty')),
            ],
            options={
                'verbose_name': '从宽和帮助',
                'ordering': ['at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('by')), _negated=True), _connector='OR'), name='another_than_who_asked_is_lenient')],
            },
        ),
        migrations.CreateModel(
            name='Served',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('way', models.CharField(choices=[('hand', '当面交给'), ('left', '留置送达'), ('post', '邮寄'), ('electronic', '本人同意，电子送达')], max_length=10, verbose_name='怎么送')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.party')),
                ('penalty', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='served', to='penalties.penalty')),
            ],
            options={
                'verbose_name': '送达',
                'constraints': [models.UniqueConstraint(fields=('penalty', 'party'), name='a_decision_is_served_once_on_each')],
            },
        ),
    ]
