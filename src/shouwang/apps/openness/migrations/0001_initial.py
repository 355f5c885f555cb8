import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('matters', '0001_initial'),
        ('places', '0001_initial'),
        ('talk', '0001_initial'),
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Digest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(verbose_name='从')),
                ('slug', models.SlugField(max_length=60, unique=True, verbose_name='网址名')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('published', '已公开')], default='draft', max_length=10)),
                ('made_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('community', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='digests', to='places.community', verbose_name='社区')),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='digests', to='units.unit', verbose_name='单位')),
            ],
            options={
                'verbose_name': '大家提的',
                'ordering': ['-since', 'unit__path', 'slug'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(('published_at__isnull', False), ('published_by__isnull', False), ('state', 'published')), _connector='OR'), name='somebody_published_it_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='DigestItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_sentence', models.CharField(blank=True, max_length=120, verbose_name='公开的一句话')),
                ('shown', models.BooleanField(default=True, verbose_name='放进来')),
                ('digest', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='openness.digest')),
                ('matter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matters.matter')),
                ('post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='talk.post')),
                ('written_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
            ],
            options={
                'verbose_name': '一条',
                'ordering': [django.db.models.functions.comparison.Coalesce('matter__received_at', 'post__at'), 'pk'],
                'constraints': [models.UniqueConstraint(fields=('digest', 'matter'), name='a_matter_stands_once_in_a_digest'), models.UniqueConstraint(fields=('digest', 'post'), name='a_post_stands_once_in_a_digest'), models.CheckConstraint(condition=models.Q(models.Q(('matter', None), ('post__isnull', False)), models.Q(('matter__isnull', False), ('post', None)), _connector='OR'), name='an_item_is_a_matter_or_a_post')],
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('page', models.CharField(choices=[('home', '首页'), ('ask', '问一问'), ('report', '报个事'), ('find', '查进度'), ('matter', '事项页'), ('guide', '办事指南'), ('room', '警务群'), ('numbers', '公开数字'), ('digest', '大家提的')], max_length=10)),
                ('count', models.PositiveIntegerField(default=0)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='units.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('unit', 'on', 'page'), name='one_count_per_page_and_day')],
            },
        ),
    ]
