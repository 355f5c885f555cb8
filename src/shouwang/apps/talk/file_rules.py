"""Who may open the files of a post: whoever may read the post, and, once it is private, whoever may read the matter."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.files import policy as files
from shouwang.apps.files.models import StoredFile
from shouwang.apps.matters import policy as matters_policy
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.people.usecases import looked_lately
from shouwang.apps.talk import policy
from shouwang.apps.talk.adding import FILES_OF
from shouwang.apps.talk.models import Moved, Post
from shouwang.apps.talk.seen import as_seen, post_ref
from shouwang.apps.talk.visitor import Visitor
from shouwang.kernel.policy import Verdict, no, yes


def may_open(viewer: Viewer | Visitor, stored_file: StoredFile) -> Verdict:
    """As far as the post is shown. The pages of a room ask as visitors, with their memberships; everybody else as viewers."""
    visitor = viewer if isinstance(viewer, Visitor) else Visitor(viewer)
    room_id, _slash, seq = stored_file.owner_ref.partition("/")
    post = Post.objects.filter(room=int(room_id), seq=int(seq)).select_related("room__unit__parent").first()
    if post is None:
        return no(_("这个文件还没有归到任何一条话，谁都不能打开。"))
    read = policy.may_read(visitor, post.room)
    member = visitor.member_of(post.room)
    level = policy.clearance(visitor, post.room)
    seen = as_seen([post], level=level, member_id=member.pk if member else None)[0]
    if read and stored_file.ref in {one.ref for one in seen.files}:
        return yes(_("您可以看这条话。"))
    moved = Moved.objects.filter(post=post).select_related("matter__unit").first()
    if moved and matters_policy.may_read(visitor.viewer, moved.matter):
        return yes(_("您可以看这件事。"))
    if seen.gone == "taken-back":
        looked = looked_lately(visitor.viewer.officer, post_ref(post), what="post", at=timezone.now())
        return yes(_("您写明了原因。")) if looked else no(_("这条话已经撤回。"))
    return no(_("这个文件属于一条您看不到的话。"))


files.register(FILES_OF, may_open=may_open)
