"""What open pages hear of a room. One event for everybody: only what every reader of the room may see is ever published."""

from __future__ import annotations

from datetime import datetime

from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.talk.events import PostAdded, PostHidden, PostShown
from shouwang.apps.talk.models import Post
from shouwang.apps.talk.seen import payload_of
from shouwang.kernel.events import listen
from shouwang.kernel.live import log as live


@listen(PostAdded)
def tell_of_a_post(event: PostAdded) -> None:
    """The words themselves: a busy room must not make every page come and fetch."""
    _tell("post", Post.objects.get(pk=event.post_id), event.at)


def _tell(kind: str, post: Post, at: datetime) -> None:
    """
    To everybody who may read the room. What came with the post over a messenger only to members and police: the words of a group can be
    masked for whoever passes by, a picture cannot.
    """
    stream = f"room:{post.room_id}"
    live.publish(stream, kind, payload_of(post), audience=Visibility.PUBLIC, at=at)
    if post.data.get("awaited"):
        live.publish(stream, "shown", payload_of(post, inside=True), audience=Visibility.PARTIES, at=at)


@listen(PostHidden)
def tell_of_hiding(event: PostHidden) -> None:
    """
    Words that were hidden must not be replayed to a page that comes back later, nor stay in the hub's memory:
    the stream forgets what it held, and open pages draw themselves anew.
    """
    stream = f"room:{event.room_id}"
    live.forget(stream)
    news = {"seq": event.seq} | ({"taken_back": True} if event.taken_back else {})
    live.publish(stream, "hidden", news, audience=Visibility.PUBLIC, at=event.at)


@listen(PostShown)
def tell_of_showing(event: PostShown) -> None:
    """A post is there again, unless something else still hides it; or what came with it has arrived."""
    post = Post.objects.shown().filter(room=event.room_id, seq=event.seq).first()
    if post is not None:
        _tell("shown", post, event.at)
