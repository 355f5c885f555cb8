import django.db.models.deletion
import shouwang.kernel.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Skill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True, verbose_name='技能')),
            ],
            options={
                'verbose_name': '技能',
            },
        ),
        migrations.CreateModel(
            name='Officer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='姓名')),
                ('public_name', models.CharField(max_length=40, verbose_name='对外称呼')),
                ('police_number', models.CharField(blank=True, max_length=12, null=True, unique=True, verbose_name='警号')),
                ('phone', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('active', models.BooleanField(default=True, verbose_name='在岗')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='officer', to=settings.AUTH_USER_MODEL)),
                ('skills', models.ManyToManyField(blank=True, to='units.skill', verbose_name='技能')),
            ],
            options={
                'verbose_name': '人员',
                'ordering': ['unit__path', 'police_number', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('bureau', '分局'), ('station', '派出所'), ('workstation', '警务室')], max_length=12, verbose_name='类别')),
                ('path', models.CharField(db_index=True, editable=False, max_length=120)),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='名称')),
                ('name_en', models.CharField(blank=True, max_length=80, verbose_name='英文名称')),
                ('prefix', models.CharField(blank=True, max_length=4, verbose_name='编号字头')),
                ('region', models.CharField(blank=True, max_length=40, verbose_name='地区')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='值班电话')),
                ('address', models.CharField(blank=True, max_length=120, verbose_name='地址')),
                ('hours', models.CharField(blank=True, max_length=120, verbose_name='窗口时间')),
                ('longitude', models.FloatField(blank=True, null=True, verbose_name='经度')),
                ('latitude', models.FloatField(blank=True, null=True, verbose_name='纬度')),
                ('active', models.BooleanField(default=True, verbose_name='在用')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='units.unit', verbose_name='上级')),
            ],
            options={
                'verbose_name': '单位',
                'ordering': ['path'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('prefix', ''), _negated=True), fields=('prefix',), name='prefix_belongs_to_one_unit'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'bureau'), ('parent', None)), models.Q(models.Q(('kind', 'bureau'), _negated=True), ('parent__isnull', False)), _connector='OR'), name='only_a_bureau_stands_alone')],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('duty-officer', '值班民警'), ('community-officer', '社区民警'), ('auxiliary', '辅警'), ('chief', '所长'), ('household-clerk', '户籍内勤'), ('legal-officer', '法制员'), ('trainee', '实习民警'), ('supervisor', '警务监督员'), ('bureau', '分局民警'), ('administrator', '系统管理员')], max_length=20, verbose_name='角色')),
                ('since', models.DateField(verbose_name='从')),
                ('until', models.DateField(blank=True, null=True, verbose_name='到')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='units.officer')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='units.unit', verbose_name='单位')),
            ],
            options={
                'verbose_name': '任职',
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('officer', 'unit', 'role'), name='one_open_post_of_a_kind'), models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='a_post_ends_after_it_began')],
            },
        ),
        migrations.AddField(
            model_name='officer',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='officers', to='units.unit', verbose_name='单位'),
        ),
    ]
