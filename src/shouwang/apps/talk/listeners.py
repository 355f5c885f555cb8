"""What open pages hear of a room. One event for everybody: only what every reader of the room may see is ever published."""

from __future__ import annotations

from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.talk.events import PostAdded, PostHidden, PostShown
from shouwang.apps.talk.models import Post
from shouwang.apps.talk.seen import payload_of
from shouwang.kernel.events import listen
from shouwang.kernel.live import log as live


@listen(PostAdded)
def tell_of_a_post(event: PostAdded) -> None:
    """The words themselves: a busy room must not make every page come and fetch."""
    post = Post.objects.get(pk=event.post_id)
    live.publish(f"room:{event.room_id}", "post", payload_of(post), audience=Visibility.PUBLIC, at=event.at)


@listen(PostHidden)
def tell_of_hiding(event: PostHidden) -> None:
    """
    Words that were hidden must not be replayed to a page that comes back later, nor stay in the hub's memory:
    the stream forgets what it held, and open pages draw themselves anew.
    """
    stream = f"room:{event.room_id}"
    live.forget(stream)
    live.publish(stream, "hidden", {"seq": event.seq}, audience=Visibility.PUBLIC, at=event.at)


@listen(PostShown)
def tell_of_showing(event: PostShown) -> None:
    """A post is there again, unless something else still hides it."""
    post = Post.objects.shown().filter(room=event.room_id, seq=event.seq).first()
    if post is not None:
        live.publish(f"room:{event.room_id}", "shown", payload_of(post), audience=Visibility.PUBLIC, at=event.at)
