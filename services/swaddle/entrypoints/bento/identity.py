"""The identity service: invents one synthetic person for each subject."""

from typing import Annotated, Any, Literal

import bentoml
from anyio import to_thread
from pydantic import Field

from swaddle import bootstrap
from swaddle.kernel.faces import AgeGroup

from .post import CONFIG, LimitedBody, Post, admit, answered


@bentoml.service(name="swaddle-identity", **CONFIG)
class Identity:
    """The identity service: invents one synthetic person for each subject."""

    def __init__(self) -> None:
        self.post = Post("identity")
        self.generator = bootstrap.identity_generator(self.post.settings)

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

    @bentoml.api(route="/generate")
    def generate(
        self,
        seed: Annotated[str, Field(pattern="^[0-9a-f]{64}$")],
        age_group: Literal["infant", "child", "adult"],
        ctx: bentoml.Context,
    ) -> dict[str, Any]:
        """Return the synthetic person that a seed (32 bytes, hexadecimal) stands for."""
        admit(ctx, self.post.settings)
        group = AgeGroup(age_group)
        person = answered(lambda: self.generator.invent(bytes.fromhex(seed), group, 0))
        return dict(person.model_dump(mode="json"))


Identity.add_asgi_middleware(LimitedBody)
