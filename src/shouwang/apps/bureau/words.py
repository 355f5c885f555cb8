"""Words for what stands in the audit trail and in the settings, so that a person can read both."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Word = str | Promise

ACTIONS: dict[str, Word] = {
    "accounts.invitation.accepted": _("用邀请设了密码"),
    "accounts.invitation.made": _("发出邀请"),
    "bureau.draft.dropped": _("放弃导入"),
    "bureau.draft.uploaded": _("上传名单"),
    "bureau.invitations.shown": _("看或打印邀请"),
    "bureau.recovery.asked": _("申请重置第二道锁"),
    "bureau.recovery.confirmed": _("确认重置第二道锁"),
    "bureau.recovery.refused": _("撤回重置第二道锁"),
    "bureau.setup.answered": _("开张：回答问题"),
    "bureau.setup.codes_written": _("开张：抄下恢复码"),
    "bureau.setup.finished": _("开张完成"),
    "bureau.setup.house_created": _("开张：建好单位"),
    "bureau.setup.opened": _("开张：钥匙对了"),
    "bureau.setup.wrong_key": _("开张：钥匙不对"),
    "bureau.trail.read": _("查看操作记录"),
    "duty.signed_off": _("下岗"),
    "duty.signed_on": _("上岗"),
    "kernel.clock.set": _("系统的钟被调了"),
    "ledger.fork_found": _("发现别处的存证分叉"),
    "ledger.key_lost": _("存证公钥丢失，换新的"),
    "ledger.key_rotated": _("更换存证公钥"),
    "matters.codes_guessed": _("有人在成批试查询码"),
    "places.community.added": _("新增社区"),
    "places.community.changed": _("修改社区"),
    "places.list.imported": _("导入社区"),
    "units.list.imported": _("导入名单"),
    "units.officer.added": _("新增人员"),
    "units.officer.changed": _("修改人员"),
    "units.officer.deactivated": _("停用人员"),
    "units.officer.invited": _("邀请人员"),
    "units.officer.moved": _("调动人员"),
    "units.officer.reactivated": _("恢复人员"),
    "units.officer.skills_changed": _("修改技能"),
    "units.post.ended": _("结束岗位"),
    "units.post.given": _("给岗位"),
    "units.unit.added": _("新增单位"),
    "units.unit.changed": _("修改单位"),
    "units.unit.deactivated": _("停用单位"),
    "units.unit.reactivated": _("恢复单位"),
}

FIELDS: dict[str, Word] = {
    "active": _("在用"),
    "address": _("地址"),
    "boundary": _("边界"),
    "hours": _("窗口时间"),
    "households": _("户数"),
    "kind": _("类别"),
    "latitude": _("纬度"),
    "longitude": _("经度"),
    "name": _("名称"),
    "name_en": _("英文名称"),
    "officer": _("社区民警"),
    "parent": _("上级"),
    "phone": _("电话"),
    "police_number": _("警号"),
    "population": _("人口"),
    "prefix": _("编号字头"),
    "public_name": _("对外称呼"),
    "region": _("地区"),
    "skills": _("技能"),
    "slug": _("网址名"),
    "unit": _("单位"),
}

SETTINGS: dict[str, Word] = {
    "data_dir": _("放数据库、文件、钥匙和日志的文件夹。"),
    "database_url": _("PostgreSQL 的地址；空着就用 SQLite。"),
    "database_wait_s": _("别的程序占着数据库时，最多等几秒再说明白。"),
    "hosts": _("可以用哪些网址名打开这里。"),
    "public_url": _("印在二维码、回执和通知上的地址。"),
    "https": _("居民是不是用 HTTPS 打开。"),
    "trusted_proxies": _("前面有几层代理。"),
    "debug": _("显示给程序员看的错误页。真正的派出所永远不要开。"),
    "photo_limit_mb": _("一张照片最大多少兆。"),
    "file_limit_mb": _("一个文件最大多少兆。"),
    "voice_limit_s": _("一段语音最长多少秒。"),
    "log_delay_hours": _("收到的东西最多几小时后写进存证。"),
    "code_tries_per_hour": _("一个网址一小时最多试错几次查询码。"),
    "dispatch_silence_minutes": _("派出去的巡组几分钟不应答，就给带班的响铃。"),
}
CONFIDENCE: dict[str, tuple[str, Word]] = {
    "confirmed": ("green", _("看过原文")),
    "confirmed-2nd": ("lamp", _("看过转载")),
    "confirmed-2018": ("lamp", _("看过 2018 年文本")),
    "unconfirmed": ("red", _("还没核实")),
}
AMOUNTS: dict[str, Word] = {
    "wd": _("个工作日"),
    "cd": _("天"),
    "h": _("小时"),
    "min": _("分钟"),
    "mo": _("个月"),
    "y": _("年"),
    "CNY": _("元"),
    "n": _("次（个）"),
    "ratio": _("（比例）"),
    "none": "",
}
