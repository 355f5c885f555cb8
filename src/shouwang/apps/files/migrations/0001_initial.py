import shouwang.apps.files.models
import shouwang.kernel.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=shouwang.apps.files.models.new_ref, editable=False, max_length=22, unique=True)),
                ('kind', models.CharField(choices=[('picture', '照片'), ('voice', '语音'), ('document', '文件')], max_length=10, verbose_name='种类')),
                ('media_type', models.CharField(max_length=120)),
                ('size_bytes', models.PositiveBigIntegerField(verbose_name='大小（字节）')),
                ('sha256', models.CharField(max_length=64)),
                ('name', shouwang.kernel.fields.EncryptedTextField(blank=True, default='', verbose_name='名称')),
                ('width_px', models.PositiveIntegerField(null=True)),
                ('height_px', models.PositiveIntegerField(null=True)),
                ('duration_s', models.FloatField(null=True)),
                ('cautions', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(verbose_name='收到时间')),
                ('uploaded_by', models.CharField(max_length=80)),
                ('upload_id', models.CharField(max_length=64, null=True)),
                ('owner_kind', models.CharField(blank=True, default='', max_length=40)),
                ('owner_ref', models.CharField(blank=True, default='', max_length=80)),
                ('visibility', models.PositiveSmallIntegerField(choices=[(0, '所有人'), (1, '当事人'), (2, '所内'), (3, '限定人员')], default=1)),
                ('state', models.CharField(choices=[('ready', '可以打开'), ('quarantined', '检查中，暂时打不开'), ('erased', '已经清除')], default='ready', max_length=12)),
                ('original_path', models.CharField(blank=True, max_length=80)),
                ('display_path', models.CharField(blank=True, max_length=80)),
                ('thumb_path', models.CharField(blank=True, max_length=80)),
            ],
            options={
                'verbose_name': '文件',
                'ordering': ['created_at', 'pk'],
                'indexes': [models.Index(fields=['owner_kind', 'owner_ref'], name='files_by_owner')],
                'constraints': [models.UniqueConstraint(fields=('uploaded_by', 'upload_id'), name='files_upload_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['picture', 'voice', 'document'])), name='files_kind_known'), models.CheckConstraint(condition=models.Q(('state__in', ['ready', 'quarantined', 'erased'])), name='files_state_known'), models.CheckConstraint(condition=models.Q(('visibility__in', [0, 1, 2, 3])), name='files_visibility_known'), models.CheckConstraint(condition=models.Q(models.Q(('display_path', ''), ('original_path', ''), ('state', 'erased'), ('thumb_path', '')), models.Q(models.Q(('state', 'erased'), _negated=True), models.Q(('original_path', ''), _negated=True)), _connector='OR'), name='files_erased_has_no_paths'), models.CheckConstraint(condition=models.Q(models.Q(('owner_kind', ''), ('owner_ref', '')), models.Q(models.Q(('owner_kind', ''), _negated=True), models.Q(('owner_ref', ''), _negated=True)), _connector='OR'), name='files_owner_whole_or_none')],
            },
        ),
    ]
