import django.db.models.deletion
import shouwang.apps.talk.models
import shouwang.kernel.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('matters', '0001_initial'),
        ('notices', '0001_initial'),
        ('people', '0001_initial'),
        ('places', '0001_initial'),
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Line',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('gateway', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='notices.gateway')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='line', to='people.person')),
            ],
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nickname', models.CharField(max_length=16, verbose_name='称呼')),
                ('nickname_key', models.CharField(editable=False, max_length=64)),
                ('digest', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('joined_at', models.DateTimeField()),
                ('left_at', models.DateTimeField(blank=True, null=True)),
                ('muted_until', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='people.person')),
            ],
            options={
                'verbose_name': '群成员',
            },
        ),
        migrations.CreateModel(
            name='Moderation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('hide', '隐藏'), ('mute', '禁言')], max_length=4)),
                ('reason', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moderation', to='talk.member')),
            ],
        ),
        migrations.CreateModel(
            name='Lifted',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('act', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='lifted', to='talk.moderation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('name', models.CharField(blank=True, max_length=40)),
                ('body', models.TextField(blank=True)),
                ('said', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('data', models.JSONField(default=dict)),
                ('via', models.CharField(choices=[('web', '网页'), ('qq', 'QQ')], default='web', max_length=10)),
                ('client_id', models.CharField(blank=True, max_length=40, null=True)),
                ('remote_id', models.CharField(blank=True, max_length=40, null=True)),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='talk.member')),
                ('officer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
            ],
            options={
                'ordering': ['room', 'seq'],
            },
        ),
        migrations.AddField(
            model_name='moderation',
            name='post',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moderation', to='talk.post'),
        ),
        migrations.CreateModel(
            name='Gathered',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('question', '问题'), ('suggestion', '建议'), ('out', '不收进汇总')], max_length=10)),
                ('done', models.TextField(blank=True, verbose_name='后来怎样了')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gathered', to='talk.post')),
            ],
            options={
                'verbose_name': '收进汇总',
            },
        ),
        migrations.CreateModel(
            name='Room',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='群名')),
                ('slug', models.SlugField(max_length=40, unique=True, verbose_name='网址名')),
                ('join_code', models.CharField(default=shouwang.apps.talk.models.new_join_code, max_length=6, unique=True, verbose_name='群口令')),
                ('rules', models.TextField(blank=True, verbose_name='群规')),
                ('open_to_read', models.BooleanField(default=True, verbose_name='不进群也能看')),
                ('active', models.BooleanField(default=True, verbose_name='在用')),
                ('last_seq', models.PositiveIntegerField(default=0, editable=False)),
                ('community', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='rooms', to='places.community')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rooms', to='units.unit', verbose_name='单位')),
            ],
            options={
                'verbose_name': '警务群',
                'ordering': ['unit__path', 'name'],
            },
        ),
        migrations.AddField(
            model_name='post',
            name='room',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='talk.room'),
        ),
        migrations.CreateModel(
            name='Moved',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('hides', models.BooleanField(default=True)),
                ('at', models.DateTimeField()),
                ('code', shouwang.kernel.fields.EncryptedTextField(blank=True, default='')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='moved_from', to='matters.matter')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moved', to='talk.member')),
                ('post', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moved', to='talk.post')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moved', to='talk.room')),
            ],
        ),
        migrations.AddField(
            model_name='moderation',
            name='room',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moderation', to='talk.room'),
        ),
        migrations.AddField(
            model_name='member',
            name='room',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='talk.room'),
        ),
        migrations.CreateModel(
            name='GroupLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(max_length=20, verbose_name='群号')),
                ('carry_web', models.BooleanField(default=False, verbose_name='网页上的话也发到群里')),
                ('gateway', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='groups', to='notices.gateway', verbose_name='消息网关')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='groups', to='talk.room', verbose_name='群')),
            ],
            options={
                'verbose_name': 'QQ 群对应',
                'constraints': [models.UniqueConstraint(fields=('gateway', 'group'), name='a_group_is_one_room')],
            },
        ),
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('key', models.CharField(max_length=40, unique=True)),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alarms', to='matters.matter')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alarms', to='talk.member')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alarms', to='talk.room')),
            ],
        ),
        migrations.CreateModel(
            name='TakenBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by_writer', models.BooleanField(default=True)),
                ('at', models.DateTimeField()),
                ('post', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='taken_back', to='talk.post')),
            ],
            options={
                'verbose_name': '撤回',
            },
        ),
        migrations.CreateModel(
            name='HeardGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(max_length=20, verbose_name='群号')),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('times', models.PositiveIntegerField(default=0)),
                ('gateway', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='notices.gateway')),
            ],
            options={
                'verbose_name': '还没有房间的 QQ 群',
                'ordering': ['-last_at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('gateway', 'group'), name='a_group_is_heard_once')],
            },
        ),
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.TextField()),
                ('at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('upheld', models.BooleanField(blank=True, null=True)),
                ('answer', models.TextField(blank=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.officer')),
                ('act', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='appeal', to='talk.moderation')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('upheld', None)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('upheld__isnull', False)), _connector='OR'), name='an_appeal_is_decided_whole')],
            },
        ),
        migrations.CreateModel(
            name='Enclosed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(max_length=8)),
                ('file_ref', models.CharField(blank=True, max_length=40)),
                ('trouble', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enclosed', to='talk.post')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('post', 'n'), name='what_came_with_a_post_comes_once')],
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField(default=0)),
                ('member', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='talk.member')),
                ('officer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='units.officer')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='talk.room')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('room', 'officer'), name='an_officer_reads_a_room_once'), models.CheckConstraint(condition=models.Q(models.Q(('member', None), ('officer__isnull', False)), models.Q(('member__isnull', False), ('officer', None)), _connector='OR'), name='a_reader_is_a_member_or_an_officer')],
            },
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['member', '-at'], name='posts_of_a_member'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(fields=('room', 'seq'), name='one_post_per_place_in_the_room'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(fields=('room', 'client_id'), name='a_posted_retry_adds_nothing'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(fields=('room', 'remote_id'), name='a_second_delivery_adds_nothing'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('member', None), ('officer', None), _connector='OR'), name='a_post_has_one_writer'),
        ),
        migrations.AddConstraint(
            model_name='moderation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'hide'), ('post__isnull', False), ('until', None)), models.Q(('kind', 'mute'), ('member__isnull', False), ('post', None), ('until__isnull', False)), _connector='OR'), name='a_hide_has_a_post_and_a_mute_an_end'),
        ),
        migrations.AddConstraint(
            model_name='member',
            constraint=models.UniqueConstraint(fields=('room', 'nickname_key'), name='one_nickname_per_room'),
        ),
        migrations.AddConstraint(
            model_name='member',
            constraint=models.UniqueConstraint(fields=('room', 'person'), name='one_membership_per_person'),
        ),
        migrations.AddConstraint(
            model_name='member',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('digest', None), ('person__isnull', False)), models.Q(('digest__isnull', False), ('person', None)), _connector='OR'), name='a_member_is_a_browser_or_a_person'),
        ),
    ]
