"""The detection service: finds every face of a segment."""

from dataclasses import asdict
from typing import Annotated, Any

import bentoml
from anyio import to_thread
from pydantic import Field

from swaddle.entrypoints.stills import FaceSeen, Stills, read_picture

from .post import CONFIG, LimitedBody, Post, admit, answered


@bentoml.service(name="swaddle-detection", **CONFIG)
class Detection:
    """The detection service: finds every face of a segment."""

    def __init__(self) -> None:
        self.post = Post("detection")
        self.stills = Stills.open(self.post.settings)

    @bentoml.on_startup
    def start(self) -> None:
        """Begin to take messages."""
        self.post.start()

    @bentoml.on_shutdown
    async def drain(self) -> None:
        """Finish what is under way."""
        await to_thread.run_sync(self.post.drain)

    def __is_alive__(self) -> bool:
        return self.post.alive()

    def __is_ready__(self) -> bool:
        return self.post.ready()

    @bentoml.api(route="/detect")
    def detect(
        self, picture: Annotated[str, Field(max_length=8_000_000)], ctx: bentoml.Context
    ) -> list[dict[str, Any]]:
        """Return the faces of a picture (PNG or JPEG, base64): boxes, no landmarks, no vectors."""
        admit(ctx, self.post.settings)
        frame = answered(lambda: read_picture(picture))
        return [asdict(FaceSeen.of(face)) for face in self.stills.faces(frame)]


Detection.add_asgi_middleware(LimitedBody)
