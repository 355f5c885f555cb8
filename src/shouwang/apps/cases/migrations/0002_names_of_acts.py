from django.db import migrations

#: What cases were called after → 治安管理处罚法, 刑法. As `cases.naming` had it on the day of this migration.
NAMES = {
    "东西被偷、被抢": ("盗窃案", "盗窃案"),
    "被骗了钱": ("诈骗案", "诈骗案"),
    "被打、被威胁": ("殴打他人案", "故意伤害案"),
    "家里有人动手": ("家庭暴力案", "故意伤害案"),
    "东西被弄坏": ("故意损毁财物案", "故意毁坏财物案"),
    "撞车、交通的事": ("交通安全违法案", "交通肇事案"),
    "吵架、纠纷": ("治安案件", "刑事案件"),
    "人不见了": ("治安案件", "刑事案件"),
    "看到可疑的事，提供线索": ("治安案件", "刑事案件"),
    "别的事": ("治安案件", "刑事案件"),
}


def name_after_the_law(apps, _schema_editor):
    """Cases that run; what was closed or archived is found again under the name it has."""
    running = apps.get_model("cases", "Case").objects.filter(closed_at=None)
    for everyday, (order, crime) in NAMES.items():
        for nature, name in (("administrative", order), ("criminal", crime)):
            running.filter(name=f"{everyday}案", nature=nature).update(name=name)


class Migration(migrations.Migration):
    """Running cases are called by the law's name of the act. Backwards nothing is done: the everyday words are lost, and nothing needs them."""

    dependencies = [("cases", "0001_initial")]

    operations = [migrations.RunPython(name_after_the_law, migrations.RunPython.noop)]
