"""Some hundreds of invented residents: what they call themselves, and for a few a telephone that belongs to nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from shouwang.apps.people.models import Address, Person, index_of
from shouwang.demo.town import Town

PEOPLE = 460
WITH_PHONE, WITH_NAME, WITH_ID, ON_QQ = 0.22, 0.12, 0.05, 0.3

_SURNAMES = "李王张吴郑何罗叶潘徐方傅汪程柴毛余姜祝占巫鄢"
_CALLS = (
    "{s}阿姨", "{s}叔", "{s}师傅", "小{s}", "老{s}", "{s}女士", "{s}先生", "{v}{s}婶", "{v}老{s}", "{s}奶奶", "{s}大姐",
)  # fmt: skip
_NICKS = (
    "在深圳的妈妈", "溪边人家", "晚风", "开心果", "种橘子的", "货车司机老哥", "一杯清茶", "岁月静好", "二宝爸爸", "小区热心人", "匿名网友",
    "山里的信号不好", "阿强手机店", "夜班工人", "橘子红了", "奔跑的蜗牛", "平平安安", "广场舞队长", "租客小白", "楼上的楼下", "外卖小哥",
    "在外打工的人", "想家的人", "跑步的人", "竹林听雨", "茶农", "不爱吃鱼", "半夏", "木子", "大山的孩子", "河边钓鱼佬", "摩托修理",
    "三娃妈", "宝妈小圆", "退休教师", "小卖部阿芳", "养蜂人", "豆腐西施", "开农家乐的", "民宿老板娘", "学生家长", "高三狗", "电工老陈",
    "嘉兴打工", "义乌进货", "村里的大学生", "路人甲", "蓝天白云", "静静", "小鱼儿", "阿飞", "大头", "胖虎", "月亮不睡我不睡", "早点睡",
)  # fmt: skip
_GIVEN = (
    "阿明",
    "小兰",
    "国庆",
    "秀英",
    "志强",
    "桂花",
    "晓燕",
    "建军",
    "彩云",
    "立冬",
    "金凤",
    "长根",
    "小满",
    "雨生",
    "春芽",
    "水根",
)


def build(rng: Random, town: Town, now: datetime) -> list[Person]:
    """Write them. Many give nothing but a nickname; identity numbers carry the region 990000, which does not exist."""
    communities = list(town.communities.values())
    people, addresses = [], []
    for place in range(PEOPLE):
        village = rng.choice(communities).name[:2]
        surname = rng.choice(_SURNAMES)
        called = rng.choice(_CALLS).format(s=surname, v=village) if rng.random() < 0.62 else rng.choice(_NICKS)
        has_phone = rng.random() < WITH_PHONE
        name = surname + rng.choice(_GIVEN) if rng.random() < WITH_NAME else ""
        number = f"990000{rng.randint(1948, 2006)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{place:04d}"
        person = Person(
            pseudonym=called if rng.random() < 0.9 else "",
            phone=f"1300000{place:04d}" if has_phone else "",
            name=name,
            id_number=number if name and rng.random() < WITH_ID / WITH_NAME else "",
            created_at=now - timedelta(days=rng.randint(125, 300)),
        )
        # bulk_create passes save() by, so the blind indexes are set here.
        person.phone_index = index_of(person.phone, "phone")
        person.name_index = index_of(person.name, "name")
        person.id_index = index_of(person.id_number, "id")
        people.append(person)
    Person.objects.bulk_create(people)
    for place, person in enumerate(people):
        if rng.random() < ON_QQ:
            value = f"100000{place:04d}0"
            index = index_of(value, "address.qq")
            addresses.append(Address(person=person, channel="qq", value=value, value_index=index))
    Address.objects.bulk_create(addresses)
    return people
