
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matters', '0005_sealed_client_ids'),
    ]

    operations = [
        migrations.AlterField(
            model_name='matter',
            name='channel',
            field=models.CharField(choices=[('web', '网页'), ('qq', 'QQ'), ('phone', '电话'), ('counter', '窗口'), ('open311', 'Open311'), ('api', '程序接口'), ('patrol', '巡逻'), ('house', '本所')], max_length=10, verbose_name='渠道'),
        ),
    ]
