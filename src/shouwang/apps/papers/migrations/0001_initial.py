import django.db.models.deletion
import shouwang.kernel.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True
    replaces = [("papers", "0001_papers"), ("papers", "0002_what_was_signed_is_never_changed"), ("papers", "0003_about_one_thing")]

    dependencies = [
        ('matters', '0001_initial'),
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('kind', models.CharField(max_length=40, verbose_name='种类')),
                ('text', models.TextField(verbose_name='模板')),
            ],
            options={
                'verbose_name': '模板文字',
            },
        ),
        migrations.CreateModel(
            name='Paper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(blank=True, editable=False, max_length=60)),
                ('kind', models.CharField(max_length=40, verbose_name='种类')),
                ('title', models.CharField(max_length=80, verbose_name='名称')),
                ('number', models.CharField(blank=True, max_length=60, verbose_name='文号')),
                ('state', models.CharField(choices=[('draft', '正在写'), ('review', '等审批'), ('approved', '等签名'), ('signed', '签好了，等发出'), ('issued', '已发出'), ('void', '已作废')], default='draft', max_length=8, verbose_name='进展')),
                ('version', models.PositiveIntegerField(default=0)),
                ('waits_for', models.CharField(blank=True, max_length=24)),
                ('made_at', models.DateTimeField(verbose_name='起草时间')),
                ('moved_at', models.DateTimeField(db_index=True)),
                ('dated_on', models.DateField(blank=True, null=True, verbose_name='落款日期')),
                ('issued_at', models.DateTimeField(blank=True, null=True, verbose_name='发出时间')),
                ('for_person', models.BooleanField(default=False)),
                ('client_id', models.CharField(blank=True, editable=False, max_length=40, null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer', verbose_name='起草人')),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='matters.matter')),
            ],
            options={
                'verbose_name': '文书',
                'indexes': [models.Index(condition=models.Q(('state__in', ['approved', 'draft', 'review', 'signed'])), fields=['state', 'waits_for'], name='paper_waiting')],
                'constraints': [models.UniqueConstraint(fields=('matter', 'client_id'), name='a_paper_is_made_once'), models.CheckConstraint(condition=models.Q(('state', 'review'), ('waits_for', ''), _connector='XOR'), name='paper_waits_in_review_alone'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'issued'), _negated=True), models.Q(('dated_on__isnull', False), ('issued_at__isnull', False)), _connector='OR'), name='issued_paper_has_its_day')],
            },
        ),
        migrations.CreateModel(
            name='PaperSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('unit', 'kind', 'year'), name='one_series_per_kind_and_year')],
            },
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveIntegerField(verbose_name='第几版')),
                ('record', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('paper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='papers.paper')),
                ('wording', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='papers.wording')),
            ],
            options={
                'verbose_name': '文书版本',
                'constraints': [models.UniqueConstraint(fields=('paper', 'n'), name='paper_versions_are_numbered')],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('approved', '同意'), ('sent-back', '退回'), ('signed', '签名')], max_length=9)),
                ('code', models.CharField(max_length=24)),
                ('name', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('way', models.CharField(choices=[('house', '在系统里签'), ('drawn', '在屏幕上手写'), ('paper', '签在纸上'), ('refused', '拒绝签名')], default='house', max_length=8)),
                ('words', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('witness', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('file', models.CharField(blank=True, max_length=22)),
                ('at', models.DateTimeField()),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='papers.version')),
            ],
            options={
                'verbose_name': '审批和签名',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('what', 'signed')), fields=('version', 'code'), name='a_version_is_signed_once_by_each'), models.UniqueConstraint(condition=models.Q(('what', 'approved')), fields=('version', 'code'), name='a_version_is_approved_once_by_each')],
            },
        ),
        migrations.CreateModel(
            name='Ruling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='种类')),
                ('version', models.CharField(blank=True, max_length=40, verbose_name='版本')),
                ('at', models.DateTimeField()),
                ('why', models.CharField(max_length=200, verbose_name='为什么改')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
                ('wording', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='papers.wording')),
            ],
            options={
                'verbose_name': '模板决定',
                'indexes': [models.Index(fields=['unit', 'kind', '-id'], name='ruling_newest')],
            },
        ),
        migrations.CreateModel(
            name='Fact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(blank=True, max_length=60)),
                ('path', models.CharField(max_length=80)),
                ('value', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('matter', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matters.matter')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
            options={
                'verbose_name': '文书事实',
                'constraints': [models.CheckConstraint(condition=models.Q(('matter', None), ('unit', None), _connector='XOR'), name='a_fact_is_of_one_thing'), models.UniqueConstraint(condition=models.Q(('unit', None)), fields=('matter', 'about', 'path'), name='one_fact_per_thing_of_a_matter'), models.UniqueConstraint(condition=models.Q(('matter', None)), fields=('unit', 'path'), name='one_fact_per_unit')],
            },
        ),
    ]
