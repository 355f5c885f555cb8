import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        ('places', '0001_initial'),
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Matter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='编号')),
                ('kind', models.CharField(choices=[('consultation', '咨询'), ('report', '报案和线索'), ('help', '求助'), ('complaint', '投诉'), ('suggestion', '建议'), ('disclosure', '信息公开申请'), ('service', '办事'), ('problem', '社区问题')], max_length=14, verbose_name='类别')),
                ('channel', models.CharField(choices=[('web', '网页'), ('qq', 'QQ'), ('phone', '电话'), ('counter', '窗口'), ('open311', 'Open311'), ('api', '程序接口'), ('patrol', '巡逻'), ('house', '本所')], max_length=10, verbose_name='渠道')),
                ('received_at', models.DateTimeField(db_index=True, verbose_name='收到时间')),
                ('client_id', models.CharField(blank=True, editable=False, max_length=40, null=True)),
                ('safe_contact', models.BooleanField(default=False, verbose_name='安全联系')),
                ('sealed_at', models.DateTimeField(blank=True, null=True, verbose_name='封存')),
                ('contact', models.JSONField(blank=True, default=dict, verbose_name='联系办法')),
                ('title', models.CharField(max_length=80, verbose_name='标题')),
                ('transfers', models.PositiveSmallIntegerField(default=0)),
                ('state', models.CharField(choices=[('open', '正在处理'), ('closed', '已办结'), ('disputed', '有异议，正在复核')], default='open', max_length=10)),
                ('reason', models.CharField(blank=True, choices=[('answered', '已答复'), ('solved', '已解决'), ('half-solved', '解决了一部分'), ('not-ours', '不归公安管，已说明去哪里'), ('withdrawn', '本人不再要求处理'), ('no-reply', '多次联系没有回音'), ('repeated', '和另一件是同一件事'), ('cannot', '没有办成'), ('not-filed', '不予立案，已书面说明理由'), ('passed-on', '已移送有管辖权的机关')], max_length=12)),
                ('waiting_since', models.DateTimeField(blank=True, null=True)),
                ('first_answer_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('disputes', models.PositiveSmallIntegerField(default=0)),
                ('rating', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('danger', models.CharField(blank=True, max_length=8)),
                ('rings', models.BooleanField(default=False)),
                ('heartbeats', models.PositiveSmallIntegerField(default=0)),
                ('next_word_by', models.DateTimeField(blank=True, null=True)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('due_rule', models.CharField(blank=True, max_length=40)),
                ('due_provisional', models.BooleanField(default=False)),
                ('last_seq', models.PositiveIntegerField(default=0)),
                ('last_entry_at', models.DateTimeField(blank=True, null=True)),
                ('community', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='matters', to='places.community')),
                ('handler', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='matters', to='units.officer')),
                ('kept_from', models.ManyToManyField(blank=True, related_name='+', to='units.officer')),
                ('offered_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('offered_to_unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
                ('reporter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='matters', to='people.person')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='matters', to='units.unit')),
                ('unit_first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
            options={
                'verbose_name': '事项',
                'indexes': [models.Index(condition=models.Q(('next_word_by__isnull', False)), fields=['unit', 'next_word_by'], name='open_at_unit'), models.Index(condition=models.Q(('waiting_since__isnull', False)), fields=['unit', 'waiting_since'], name='by_wait'), models.Index(condition=models.Q(('due_at__isnull', False)), fields=['unit', 'due_at'], name='by_due'), models.Index(condition=models.Q(('next_word_by__isnull', False)), fields=['handler', 'next_word_by'], name='mine'), models.Index(condition=models.Q(('next_word_by__isnull', False)), fields=['next_word_by'], name='by_next_word'), models.Index(condition=models.Q(('state', 'disputed')), fields=['unit', 'state'], name='disputed'), models.Index(fields=['unit', '-last_entry_at'], name='unit_by_last_entry'), models.Index(fields=['unit_first', 'received_at'], name='by_first_unit'), models.Index(condition=models.Q(('rings__in', [True])), fields=['unit', 'rings'], name='ringing'), models.Index(condition=models.Q(('offered_to_unit__isnull', False)), fields=['offered_to_unit'], name='offered')],
                'constraints': [models.UniqueConstraint(fields=('client_id', 'channel'), name='sent_once_through_a_door'), models.CheckConstraint(condition=models.Q(('rating', None), ('rating__range', (1, 5)), _connector='OR'), name='rating_is_1_to_5'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'closed')), models.Q(('state', 'closed'), _negated=True), _connector='OR'), name='closed_has_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), _negated=True), models.Q(('next_word_by', None), ('waiting_since', None)), _connector='OR'), name='closed_promises_nothing')],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('type', models.CharField(choices=[('received', '收到'), ('message', '消息'), ('auto-answer', '自动回答'), ('note', '内部备注'), ('assigned', '分派'), ('handed-over', '交班'), ('transfer-offered', '转办'), ('transfer-accepted', '接收转办'), ('transfer-returned', '退回转办'), ('kind-changed', '改类别'), ('helper-added', '请人代办'), ('helper-removed', '取消代办'), ('code-replaced', '换查询码'), ('clock', '时限'), ('closed', '办结'), ('disputed', '提出异议'), ('reviewed', '复核结果'), ('rated', '评价'), ('heartbeat', '进展提醒'), ('danger-found', '发现危险'), ('danger-accepted', '应答危险'), ('safe-contact', '安全联系'), ('moved', '从群里转来'), ('posted-back', '回到群里'), ('happened', '办理'), ('enclosed', '附件到了'), ('taken-back', '撤回')], max_length=18)),
                ('by', models.CharField(choices=[('resident', '居民'), ('helper', '代办人'), ('officer', '民警'), ('house', '系统')], max_length=8)),
                ('name', models.CharField(blank=True, max_length=40)),
                ('visibility', models.PositiveSmallIntegerField(choices=[(0, 'PUBLIC'), (1, 'PARTIES'), (2, 'STATION'), (3, 'RESTRICTED')])),
                ('body', models.TextField(blank=True)),
                ('data', models.JSONField(default=dict)),
                ('client_id', models.CharField(blank=True, max_length=40, null=True)),
                ('officer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='matters.matter')),
            ],
            options={
                'ordering': ['matter', 'seq'],
                'constraints': [models.UniqueConstraint(fields=('matter', 'seq'), name='one_entry_per_place_in_the_timeline'), models.UniqueConstraint(fields=('matter', 'client_id'), name='a_retry_adds_nothing')],
            },
        ),
        migrations.CreateModel(
            name='AccessCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('holder', models.CharField(max_length=8)),
                ('label', models.CharField(blank=True, max_length=40, verbose_name='称呼')),
                ('created_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='matters.matter')),
            ],
        ),
        migrations.CreateModel(
            name='ReadMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('resident', '居民'), ('station', '派出所')], max_length=8)),
                ('delivered_seq', models.PositiveIntegerField(default=0)),
                ('read_seq', models.PositiveIntegerField(default=0)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='read_marks', to='matters.matter')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('matter', 'side'), name='one_mark_per_side')],
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('prefix', models.CharField(max_length=4)),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('prefix', 'year'), name='one_series_per_prefix_and_year')],
            },
        ),
    ]
