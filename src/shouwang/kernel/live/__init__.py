"""
Live: what happens is seen at once, in order, and nothing is lost when the network drops.

    names     how streams, kinds and cursors are spelled
    models    Stream and LiveEvent, the ordered log in the database
    log       publish, whisper, read, prune, forget: the plain synchronous side, for use cases and workers
    wake      how a commit in one thread or process is heard in the others
    frames    one event as bytes, made once per process
    hub       one per process: follows the log and hands the frames to everybody who listens

`docs/explanation/live.md` tells how the parts play together.
"""
