import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CannedAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60, unique=True)),
                ('title', models.CharField(max_length=60, verbose_name='名称')),
                ('text', models.TextField(verbose_name='内容')),
                ('kind', models.CharField(choices=[('greeting', '问好'), ('receipt', '收到了'), ('ask', '问清楚'), ('progress', '说进展'), ('handover', '转给别人'), ('delay', '要晚一点'), ('refusal', '办不了'), ('safety', '先顾安全'), ('closing', '收尾'), ('internal', '内部')], max_length=10, verbose_name='用处')),
                ('category', models.CharField(blank=True, max_length=14, verbose_name='类别')),
                ('outside', models.BooleanField(default=False, verbose_name='可以发给居民')),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('changed_here', models.BooleanField(default=False)),
                ('library_digest', models.CharField(blank=True, editable=False, max_length=64)),
            ],
            options={
                'verbose_name': '常用语',
                'ordering': ['order', 'key'],
            },
        ),
        migrations.CreateModel(
            name='Shelf',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(max_length=22)),
            ],
        ),
        migrations.CreateModel(
            name='Guide',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True, verbose_name='地址里的名字')),
                ('title', models.CharField(max_length=80, verbose_name='标题')),
                ('title_en', models.CharField(blank=True, max_length=120, verbose_name='英文标题')),
                ('summary', models.CharField(max_length=200, verbose_name='一句话')),
                ('summary_en', models.CharField(blank=True, max_length=300, verbose_name='英文一句话')),
                ('audience', models.CharField(max_length=120, verbose_name='写给谁')),
                ('category', models.CharField(choices=[('identity', '身份证'), ('household', '户口'), ('residence', '居住证和租房'), ('certificates', '证明'), ('safety', '安全'), ('family', '家里和孩子'), ('neighbours', '邻里'), ('property', '钱和东西'), ('vehicles', '车'), ('business', '店铺和单位'), ('rights', '我的权利'), ('participation', '出一份力')], max_length=14, verbose_name='类别')),
                ('owner_role', models.CharField(choices=[('duty-officer', '值班民警'), ('community-officer', '社区民警'), ('auxiliary', '辅警'), ('chief', '所长'), ('household-clerk', '户籍内勤'), ('legal-officer', '法制员'), ('trainee', '实习民警'), ('supervisor', '警务监督员'), ('bureau', '分局民警'), ('administrator', '系统管理员')], max_length=20, verbose_name='哪个岗位负责')),
                ('valid_until', models.DateField(verbose_name='有效到')),
                ('reviewed_on', models.DateField(verbose_name='核对日期')),
                ('sources', models.JSONField(default=list, verbose_name='依据')),
                ('questions', models.JSONField(default=list, verbose_name='大家怎么问')),
                ('answer', models.CharField(blank=True, max_length=200, verbose_name='简短回答')),
                ('auto_ok', models.BooleanField(default=False, verbose_name='可以自动回答')),
                ('bring', models.JSONField(default=list, verbose_name='带什么')),
                ('fee', models.CharField(blank=True, max_length=200, verbose_name='要花钱吗')),
                ('time_limit', models.CharField(blank=True, max_length=200, verbose_name='多久')),
                ('related', models.JSONField(default=list, verbose_name='相关指南')),
                ('danger', models.BooleanField(default=False, verbose_name='显示 110')),
                ('body', models.TextField(blank=True, verbose_name='正文')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('published', '已公开'), ('withdrawn', '已撤下')], default='draft', max_length=10, verbose_name='状态')),
                ('origin', models.CharField(choices=[('library', '随系统带来'), ('station', '本所写的'), ('proposed', '从答复整理')], max_length=10)),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed_here', models.BooleanField(default=False)),
                ('library_digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('updated_at', models.DateTimeField()),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='guides', to='units.officer', verbose_name='负责人')),
                ('owner_unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='units.unit')),
            ],
            options={
                'verbose_name': '指南',
                'ordering': ['slug'],
                'indexes': [models.Index(fields=['state', 'valid_until'], name='guides_by_validity')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'published', 'withdrawn'])), name='guides_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('auto_ok', True), _negated=True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='guides_auto_needs_an_answer')],
            },
        ),
        migrations.CreateModel(
            name='Feedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('helpful', models.PositiveIntegerField(default=0)),
                ('not_helpful', models.PositiveIntegerField(default=0)),
                ('guide', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='feedback', to='guides.guide')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('guide', 'version'), name='guides_one_count_per_wording')],
            },
        ),
        migrations.CreateModel(
            name='GuideVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
                ('name', models.CharField(blank=True, max_length=40)),
                ('why', models.CharField(blank=True, max_length=200)),
                ('wording', models.JSONField()),
                ('guide', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='guides.guide')),
            ],
            options={
                'ordering': ['guide', '-number'],
                'constraints': [models.UniqueConstraint(fields=('guide', 'number'), name='guides_one_wording_per_number')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source_ref', models.CharField(max_length=80, unique=True)),
                ('question', models.TextField(verbose_name='居民怎么问')),
                ('answer', models.TextField(verbose_name='怎么答的')),
                ('at', models.DateTimeField()),
                ('decision', models.CharField(choices=[('open', '等决定'), ('accepted', '已采用'), ('rejected', '没有采用')], default='open', max_length=10)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='理由')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('guide', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='proposals', to='guides.guide')),
            ],
            options={
                'ordering': ['-at'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decision', 'open')), models.Q(models.Q(('decision', 'open'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='guides_a_decision_has_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('decision', 'rejected'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='guides_a_no_says_why')],
            },
        ),
    ]
