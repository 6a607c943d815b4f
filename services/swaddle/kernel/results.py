"""
The result of a task: written once, found by everybody who runs the task again.

Payloads have keys of their own for each run. The result, a small JSON object that names them, has
a key that depends on the task alone and is created conditionally: whoever is first wins, and the
others use what the first one wrote.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from .blobs import Blob, payload_key, result_key, task_digest
from .errors import NotFound
from .identifiers import BlobKey, TaskDigest
from .messages import Message
from .ports import BlobStore, IdSource


@dataclass(frozen=True, slots=True)
class Result:
    """What a task produced."""

    blobs: Mapping[str, Blob]
    facts: Mapping[str, Any]
    """Small values that go into the event: numbers, flags, short lists."""


@dataclass(frozen=True, slots=True)
class Task:
    """One run of one stage on one message."""

    message: Message
    stage: str
    part: str
    digest: TaskDigest
    attempt: str

    @classmethod
    def of(
        cls, message: Message, stage: str, part: str, fingerprint: str, ids: IdSource
    ) -> "Task":
        """
        Return the task that a message asks for.

        `fingerprint` tells apart what the message does not say but the result depends on:
        weights, configuration, version of the algorithm.
        """
        digest = task_digest(str(message.message_id), stage, fingerprint)
        return cls(message, stage, part, digest, ids.fresh()[:8])

    def key(self, name: str) -> BlobKey:
        """Return a key for a payload of this run."""
        m = self.message
        run = payload_key(m.tenant, m.video_id, self.stage, self.part, self.digest, self.attempt)
        return BlobKey(f"{run}/{name}")

    def recall(self, blobs: BlobStore) -> Result | None:
        """Return the result of an earlier run, if there is one."""
        try:
            with blobs.open(self._result_key()) as stream:
                stored = json.load(stream)
        except NotFound:
            return None
        return Result({name: Blob(**b) for name, b in stored["blobs"].items()}, stored["facts"])

    def settle(self, blobs: BlobStore, result: Result) -> Result:
        """Publish the result of this run, or return that of the run that was faster."""
        content = json.dumps(
            {
                "blobs": {name: asdict(blob) for name, blob in result.blobs.items()},
                "facts": dict(result.facts),
            }
        )
        if blobs.create(self._result_key(), content.encode()):
            return result
        return self.recall(blobs) or result

    def _result_key(self) -> BlobKey:
        m = self.message
        return result_key(m.tenant, m.video_id, self.stage, self.part, self.digest)
