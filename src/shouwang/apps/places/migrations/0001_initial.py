import django.db.models.deletion
import shouwang.apps.places.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Community',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('village', '村'), ('neighbourhood', '社区')], default='village', max_length=14, verbose_name='类别')),
                ('name', models.CharField(max_length=40, verbose_name='名称')),
                ('name_en', models.CharField(blank=True, max_length=60, verbose_name='英文名称')),
                ('slug', models.SlugField(max_length=40, unique=True, verbose_name='网址名')),
                ('households', models.PositiveIntegerField(blank=True, null=True, verbose_name='户数')),
                ('population', models.PositiveIntegerField(blank=True, null=True, verbose_name='人口')),
                ('boundary', models.JSONField(blank=True, null=True, validators=[shouwang.apps.places.models.check_boundary], verbose_name='边界')),
                ('active', models.BooleanField(default=True, verbose_name='在用')),
                ('officer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='communities', to='units.officer', verbose_name='社区民警')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='communities', to='units.unit', verbose_name='单位')),
            ],
            options={
                'verbose_name': '社区',
                'ordering': ['unit__path', 'name'],
                'constraints': [models.UniqueConstraint(fields=('unit', 'name'), name='one_community_of_a_name_per_unit')],
            },
        ),
    ]
