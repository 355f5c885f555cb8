"""
Who may read, write and moderate in a room. One rule for page, stream and search; nothing is allowed by silence.

The filter of lists stands in `readable.py`; a test holds the two to each other.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.matters.policy import may_look, may_serve
from shouwang.apps.matters.readable import ANSWERING
from shouwang.apps.matters.viewer import NOTHING, Visibility
from shouwang.apps.talk.models import Appeal, Moderation, Post, Room
from shouwang.apps.talk.visitor import Visitor
from shouwang.apps.units.models import Officer, Role, Unit
from shouwang.apps.units.policy import managed_paths
from shouwang.kernel.policy import Verdict, no, rule, yes

MODERATING = frozenset(ANSWERING - {Role.TRAINEE})
OPENING = frozenset({Role.CHIEF, Role.COMMUNITY_OFFICER, Role.BUREAU, Role.ADMINISTRATOR})


def clearance(visitor: Visitor, room: Room) -> int:
    """How far the visitor follows the room: STATION for its police, PARTIES for members, PUBLIC where anybody may read, else NOTHING."""
    if visitor.viewer.officer is not None and serves(visitor.viewer.officer, room):
        return Visibility.STATION
    if not room.active:
        return NOTHING
    if visitor.member_of(room) is not None:
        return Visibility.PARTIES
    return Visibility.PUBLIC if room.open_to_read else NOTHING


def serves(officer: Officer, room: Room) -> bool:
    """Whether the room belongs to the officer's own desk."""
    return officer.active and bool(may_serve(officer, room.unit))


def may_read(visitor: Visitor, room: Room) -> Verdict:
    """Whether the visitor may know of the room and read it, and as whom."""
    level = clearance(visitor, room)
    if level >= Visibility.STATION:
        return yes(_("这个群由您的单位管理。"))
    if level >= Visibility.PARTIES:
        return yes(_("您在这个群里。"))
    if level >= Visibility.PUBLIC:
        return yes(_("这个群谁都可以看。"))
    return no(_("这个群要有群口令才能进。")) if room.active else no(_("这个群已经停用。"))


def may_join(visitor: Visitor, room: Room, *, by_code: bool) -> Verdict:
    """Into an open room anybody; into a closed one whoever has its code."""
    if not room.active:
        return no(_("这个群已经停用，不再进人。"))
    if by_code or room.open_to_read or visitor.member_of(room) is not None:
        return yes(_("您可以进这个群。"))
    return no(_("这个群要有群口令才能进。口令写在村口的海报上，也可以问社区民警。"))


def may_post(visitor: Visitor, room: Room, at: datetime) -> Verdict:
    """Members who are not muted, and the room's own police."""
    if not room.active:
        return no(_("这个群已经停用，只能看，不能发。"))
    officer = visitor.viewer.officer
    if officer is not None and serves(officer, room):
        return yes(_("您以民警身份发言。"))
    member = visitor.member_of(room)
    if member is None:
        return no(_("先进群，才能发言。进群不用注册，也不用真名。"))
    if member.is_muted(at) and member.muted_until is not None:
        until = timezone.localtime(member.muted_until).strftime("%m-%d %H:%M")
        return no(
            _("您被禁言到 %(until)s。觉得不对，可以申诉；有急事打 110，也可以写给派出所私聊。") % {"until": until}
        )
    return yes(_("您在这个群里。"))


def may_keep(visitor: Visitor, room: Room) -> Verdict:
    """Whether files are taken in, before it is decided what becomes of them: from members, muted or not, and the police."""
    if clearance(visitor, room) >= Visibility.PARTIES and room.active:
        return yes(_("您在这个群里。"))
    return may_post(visitor, room, timezone.now())


@rule("talk.moderate", gettext_lazy("管理警务群"))
def may_moderate_rooms(officer: Officer) -> Verdict:
    """Whoever answers at a desk, except trainees."""
    if officer.roles & MODERATING:
        return yes(_("您有窗口或值班的岗位，可以管理本单位的群。"))
    return no(_("您的岗位不能管理警务群。"))


def may_moderate(officer: Officer | None, room: Room) -> Verdict:
    """Hide, mute, move, and put into the digest: the room's own police, except trainees."""
    if officer is None:
        return no(_("只有民警可以管理警务群。"))
    if not officer.active or not officer.roles_for(room.unit) & MODERATING:
        return no(_("这个群不归您的岗位管理。"))
    return yes(_("您可以管理这个群。"))


def may_read_taken_back(officer: Officer | None, post: Post) -> Verdict:
    """Words that were taken back: the room's own moderators who may open personal data, for a written reason."""
    moderate = may_moderate(officer, post.room)
    return may_look(officer) if moderate and officer is not None else moderate


def founding_paths(officer: Officer) -> tuple[str, ...]:
    """The paths of the units for which this officer founds rooms today."""
    return managed_paths(officer, OPENING)


@rule("talk.open_room", gettext_lazy("开警务群，改它的群规"))
def may_open_rooms(officer: Officer) -> Verdict:
    """Whoever leads or manages a station, and the officers of its communities."""
    if founding_paths(officer):
        return yes(_("您是所长、社区民警、分局民警或系统管理员，可以开群。"))
    return no(_("群由所长、社区民警、分局或系统管理员来开。"))


def may_open_room(officer: Officer, unit: Unit) -> Verdict:
    """Who founds rooms for a unit and changes their rules."""
    if any(unit.path.startswith(path) for path in founding_paths(officer)):
        return yes(_("您可以在%(unit)s开群。") % {"unit": unit.called})
    return no(_("群由所长、社区民警、分局或系统管理员来开。"))


def is_own(visitor: Visitor, post: Post) -> bool:
    """Whether the visitor wrote the post as a member."""
    member = visitor.memberships.get(post.room_id)
    return member is not None and post.member_id == member.pk


def may_appeal(visitor: Visitor, act: Moderation) -> Verdict:
    """The member concerned, once, while the act holds."""
    member = visitor.memberships.get(act.room_id)
    if member is None or act.member_id != member.pk:
        return no(_("只有本人可以申诉。"))
    if Appeal.objects.filter(act=act).exists():
        return no(_("您已经申诉过了，请等结果。"))
    return yes(_("您可以申诉一次，由另一位民警来看。"))


def may_decide(officer: Officer | None, appeal: Appeal) -> Verdict:
    """Any moderator of the room but the one who did it; the same pair of eyes never judges itself."""
    moderate = may_moderate(officer, appeal.act.room)
    if not moderate or officer is None:
        return moderate
    if appeal.act.by_id == officer.pk:
        return no(_("这是您自己做的处理，要由另一位民警来看申诉。"))
    if appeal.decided_at is not None:
        return no(_("这个申诉已经有结果了。"))
    return yes(_("您没有参与当时的处理，可以看这个申诉。"))
