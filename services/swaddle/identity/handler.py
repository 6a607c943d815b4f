"""Answers GenerateIdentity with IdentityGenerated and FreezeIdentities with IdentitiesFrozen."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar, Final

import numpy as np

from swaddle.kernel.blobs import Blob
from swaddle.kernel.frames import from_jpeg
from swaddle.kernel.geometry import Floats
from swaddle.kernel.identifiers import IdentityId, SubjectId
from swaddle.kernel.messages import (
    AcceptedIdentity,
    FreezeIdentities,
    GenerateIdentity,
    IdentitiesFrozen,
    IdentityGenerated,
    Message,
)
from swaddle.kernel.plan import Action, IdentityPlan, Method, Plan, SubjectPlan, read_plan
from swaddle.kernel.ports import (
    BlobStore,
    Columns,
    FaceEmbedder,
    IdSource,
    KeyRing,
    Kinds,
    Progress,
    WorkTables,
)
from swaddle.kernel.recognition import UNNAMED, RecognitionScale
from swaddle.kernel.results import Result, Task
from swaddle.kernel.seeds import seed
from swaddle.kernel.tables import IDENTITIES, PORTRAITS, assemble, column, of_width

from .casting import Casting, Chosen
from .choosing import CANDIDATES, Surroundings
from .freezing import ATTEMPTS, look_alikes
from .portraying import portrayed
from .ports import IdentityGenerator, Portrait
from .screening import SITTINGS, Sitter

VERSION: Final = "identity/8"


@dataclass(frozen=True, slots=True)
class Identity:
    """Invents one synthetic person for every subject."""

    name: ClassVar[str] = "identity"
    listens_to: ClassVar[Kinds] = (GenerateIdentity, FreezeIdentities)

    blobs: BlobStore
    tables: WorkTables
    generator: IdentityGenerator
    embedder: FaceEmbedder
    scale: RecognitionScale
    keys: KeyRing
    ids: IdSource
    progress: Progress
    portraits: bool = False
    """The swapper needs the people as pictures."""
    stand_in: IdentityGenerator | None = None
    """The face space, where `generator` is another engine; one that works by picture needs it."""

    def handle(self, command: GenerateIdentity | FreezeIdentities) -> Iterable[Message]:
        """Invent a person, or compare all that were invented."""
        task = self._task(command)
        if isinstance(command, GenerateIdentity):
            result = task.recall(self.blobs) or self._generate(task, command)
            yield IdentityGenerated(
                **command.about,
                subject_id=command.subject_id,
                attempt=command.attempt,
                identity=result.blobs["identity"],
            )
        else:
            result = task.recall(self.blobs) or self._freeze(task, command)
            yield IdentitiesFrozen(
                **command.about,
                plan=result.blobs["plan"],
                compared=command.identities,
                accepted=tuple(
                    AcceptedIdentity(
                        subject_id=SubjectId(subject),
                        identity_id=IdentityId(identity),
                        attempt=attempt,
                    )
                    for subject, identity, attempt in result.facts["accepted"]
                ),
                repeated=tuple(SubjectId(s) for s in result.facts["repeated"]),
            )

    def _task(self, command: GenerateIdentity | FreezeIdentities) -> Task:
        engines = [g.fingerprint for g in (self.generator, self.stand_in) if g is not None]
        parts = [VERSION, self.scale.recogniser, *engines, *["portraits"] * self.portraits]
        part = "freeze"
        if isinstance(command, GenerateIdentity):
            part = f"{command.subject_id}-{command.attempt:02}"
        return Task.of(command, self.name, part, " ".join(parts), self.ids)

    def _generate(self, task: Task, command: GenerateIdentity) -> Result:
        """Invent a person, and those that are as well painted together with it."""
        plan = self._plan(command.plan)
        stored = self._read(command.portraits)
        tasks = {command: task, **self._ahead(command, plan)}
        sitters = [self._sitter(other, plan, stored) for other in tasks]
        casting = Casting(self.generator, self.stand_in, self.embedder, self.scale)
        results = [
            self._settled(task, sitter, chosen)
            for task, sitter, chosen in zip(
                tasks.values(), sitters, casting.chosen(sitters), strict=True
            )
        ]
        return results[0]

    def _ahead(self, command: GenerateIdentity, plan: Plan) -> dict[GenerateIdentity, Task]:
        """
        Return what will be asked for next, as far as one batch of the engine goes, and its tasks.

        All first candidates of a video are asked for at once, and of each other none must be
        different. Whoever gets those commands finds the result.
        """
        if not self.generator.by_picture or command.attempt or command.given:
            return {}
        ahead: dict[GenerateIdentity, Task] = {}
        others = [s for s in plan.subjects if s.subject_id != command.subject_id and _shown(s)]
        for subject in others:
            if (len(ahead) + 2) * SITTINGS > self.generator.at_once:
                break
            other = replace(command, subject_id=SubjectId(subject.subject_id))
            task = self._task(other)
            if task.recall(self.blobs) is None:
                ahead[other] = task
        return ahead

    def _sitter(self, command: GenerateIdentity, plan: Plan, stored: Columns) -> Sitter:
        names = [subject.subject_id for subject in plan.subjects]
        index = names.index(command.subject_id)
        owner = column(stored, "subject", PORTRAITS)
        vectors = column(stored, "embedding", of_width(PORTRAITS, self.scale.width))
        own = np.flatnonzero(owner == index)
        return Sitter(
            seeds=partial(self._seeds, command),
            group=plan.subjects[index].age_group,
            portraits=_portraits(stored, own) if _shown(plan.subjects[index]) else [],
            around=Surroundings(
                own=vectors[own],
                others=[vectors[owner == other] for other in range(len(names)) if other != index],
                given=self._given(command),
            ),
        )

    def _settled(self, task: Task, sitter: Sitter, chosen: Chosen) -> Result:
        self.progress.advance("identify", 1)
        portraits = sitter.portraits if self.portraits else ()
        row = _row(chosen, portraits, self.scale.recogniser)
        table = assemble([row], of_width(IDENTITIES, self.scale.width))
        blob = self.tables.write(task.key("identity"), table)
        return task.settle(self.blobs, Result({"identity": blob}, {}))

    def _seeds(self, command: GenerateIdentity, domain: bytes) -> Iterator[tuple[int, bytes]]:
        key = self.keys.identity_key()
        scope = f"cohort {command.order.cohort}" if command.order.cohort else command.source.sha256
        first = command.attempt * CANDIDATES
        for number in range(first, first + CANDIDATES):
            yield number, seed(key, domain, scope, command.subject_id, number)

    def _given(self, command: GenerateIdentity) -> list[Floats]:
        vectors = [v for blob in command.given for v in _embeddings(self._read(blob))]
        # A person that nobody will see was never tried: there is nothing to resemble.
        return [vector for vector in vectors if np.any(vector)]

    def _freeze(self, task: Task, command: FreezeIdentities) -> Result:
        plan = self._plan(command.plan)
        rows = [self._read(blob) for blob in command.identities]
        identities = [_person(row, "identity") for row in rows]
        stand_ins = [_person(row, "stand_in") for row in rows]
        groups = [subject.age_group for subject in plan.subjects]
        people = [_embeddings(row) for row in rows]
        alike = [] if command.attempts >= ATTEMPTS else look_alikes(people, groups, self.scale)
        repeated = [plan.subjects[index].subject_id for index in alike]
        subjects = tuple(
            subject.model_copy(update={"identity": identity, "stand_in": stand_in})
            for subject, identity, stand_in in zip(
                plan.subjects, identities, stand_ins, strict=True
            )
        )
        frozen = plan.model_copy(update={"subjects": subjects})
        blob = self.blobs.put(task.key("plan.json"), frozen.to_json())
        accepted = [
            (s.subject_id, i.identity_id, i.attempt)
            for s, i in zip(plan.subjects, identities, strict=True)
            if i is not None and s.subject_id not in repeated
        ]
        facts: dict[str, Any] = {"accepted": accepted, "repeated": repeated}
        return task.settle(self.blobs, Result({"plan": blob}, facts))

    def _read(self, blob: Blob) -> Columns:
        table = self.tables.read(blob)
        self.scale.require(table.get("recogniser", UNNAMED))
        return table

    def _plan(self, blob: Blob) -> Plan:
        with self.blobs.open(blob.key) as stream:
            return read_plan(stream.read())


def _shown(subject: SubjectPlan) -> bool:
    """Return whether a plan asks for the subject's synthetic face anywhere."""
    return subject.method is Method.SYNTHETIC and any(
        span.action is Action.SWAP for track in subject.tracks for span in track.spans
    )


def _portraits(stored: Any, rows: Any) -> list[Portrait]:  # noqa: ANN401 - a table and its rows
    pictures = stored["picture"]
    landmarks = column(stored, "landmarks", PORTRAITS)
    shapes = column(stored, "shape", PORTRAITS)
    contrasts = column(stored, "contrast", PORTRAITS)
    stays = column(stored, "stays", PORTRAITS)
    pixels = column(stored, "pixel", PORTRAITS)
    return [
        Portrait(
            from_jpeg(pictures[row]),
            landmarks[row],
            shapes[row],
            contrasts[row].astype(np.float64),
            stays[row],
            float(pixels[row]),
        )
        for row in rows.tolist()
    ]


def _row(chosen: Chosen, portraits: Sequence[Portrait], recogniser: str) -> dict[str, Any]:
    """Return a chosen person as a row; with a picture, where there are portraits."""
    candidate, stand_in = chosen.identity, chosen.stand_in
    identity = candidate.identity
    if portraits and candidate.shown is not None:
        identity = portrayed(identity, candidate.shown, portraits[candidate.portrait])
    return {
        "identity": identity.model_dump_json().encode(),
        "embedding": candidate.embedding,
        "similarity": candidate.similarity,
        "to_others": candidate.to_others,
        "stand_in": b"" if stand_in is None else stand_in.identity.model_dump_json().encode(),
        "stand_in_embedding": 0.0 if stand_in is None else stand_in.embedding,
        "recogniser": recogniser.encode(),
    }


def _embeddings(row: Columns) -> list[Floats]:
    """Return how the recogniser sees those who may be shown in a subject's place."""
    return [column(row, name, IDENTITIES)[0] for name in ("embedding", "stand_in_embedding")]


def _person(row: Columns, name: str) -> IdentityPlan | None:
    """Return somebody of a stored candidate; None where there is nobody."""
    stored = bytes(column(row, name, IDENTITIES)[0])
    return IdentityPlan.model_validate_json(stored) if stored else None
