"""The swapping service: renders the frozen plan of a segment."""

from typing import Annotated, Any, Literal

import bentoml
from anyio import to_thread
from pydantic import Field, ValidationError

from swaddle import bootstrap
from swaddle.entrypoints.stills import Stills, read_picture, write_picture
from swaddle.kernel.errors import Misused
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.plan import IdentityPlan

from .post import CONFIG, LimitedBody, Post, admit, answered


@bentoml.service(name="swaddle-swapping", **CONFIG)
class Swapping:
    """The swapping service: renders the frozen plan of a segment."""

    def __init__(self) -> None:
        self.post = Post("swapping")
        self.stills = Stills.open(self.post.settings)
        self.swapper = bootstrap.face_swapper(self.post.settings)

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

    @bentoml.api(route="/swap")
    def swap(
        self,
        picture: Annotated[str, Field(max_length=8_000_000)],
        identity: dict[str, Any],
        age_group: Literal["infant", "child", "adult"],
        ctx: bentoml.Context,
    ) -> dict[str, Any]:
        """Return the picture (PNG, base64) with every face swapped, or covered."""
        admit(ctx, self.post.settings)
        person = answered(lambda: _person(identity))
        frame = answered(lambda: read_picture(picture))
        swapped, swaps, covers = self.stills.swapped(
            frame, person, AgeGroup(age_group), self.swapper
        )
        return {"picture": write_picture(swapped), "swapped": swaps, "covered": covers}


Swapping.add_asgi_middleware(LimitedBody)


def _person(given: dict[str, Any]) -> IdentityPlan:
    try:
        return IdentityPlan.model_validate(given)
    except ValidationError as error:
        raise Misused("The identity is not one that /generate returned.") from error
