"""Answers CertifyVideo with VideoCertified."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar, Final

from swaddle.kernel.blobs import Blob
from swaddle.kernel.findings import Findings
from swaddle.kernel.messages import CertifyVideo, Message, Verdict, VideoCertified
from swaddle.kernel.plan import read_plan
from swaddle.kernel.ports import (
    BlobStore,
    Clock,
    Columns,
    IdSource,
    KeyRing,
    Kinds,
    Progress,
    Scratch,
    WorkTables,
)
from swaddle.kernel.publishing import published
from swaddle.kernel.results import Result, Task
from swaddle.kernel.tables import PICTURES, concatenate
from swaddle.kernel.video import Layout, layout_from_json

from .columns import FEATURES
from .features import NEEDED, about, feature_rows
from .manifest import FileFact, Manifest, Receipt, Testimony, Toolchain, commit
from .naming import Naming
from .ports import FeatureWriter
from .provenance import provenance
from .report.page import Material, report
from .report.pictures import Picture, choose
from .tally import Stretches, Tally
from .testifying import Evidence, testify

VERSION: Final = "certification/3"
CERTIFICATE_SCHEMA: Final = "swaddle.certificate/1"


@dataclass(frozen=True, slots=True)
class Certification:
    """Writes what belongs to an output: features, report, provenance, manifest, signature."""

    name: ClassVar[str] = "certification"
    listens_to: ClassVar[Kinds] = (CertifyVideo,)

    blobs: BlobStore
    tables: WorkTables
    scratch: Scratch
    features: FeatureWriter
    keys: KeyRing
    toolchain_of: Callable[[Sequence[str]], Toolchain]
    """With what videos are made, given the engines that a plan names beside the run's own."""
    clock: Clock
    ids: IdSource
    progress: Progress

    def handle(self, command: CertifyVideo) -> Iterable[Message]:
        """Write everything, and name it in a certificate."""
        part = f"revision-{command.revision}"
        plan = read_plan(self._content(command.plan))
        toolchain = self.toolchain_of(plan.engines)
        fingerprint = f"{VERSION} {toolchain.digest} {self.keys.public_key().hex()}"
        task = Task.of(command, self.name, part, fingerprint, self.ids)
        result = task.recall(self.blobs) or self._certify(task, command, Naming(plan), toolchain)
        yield VideoCertified(
            **command.about,
            revision=command.revision,
            verdict=command.verdict,
            certificate=result.blobs["certificate"],
        )

    def _certify(
        self, task: Task, command: CertifyVideo, naming: Naming, toolchain: Toolchain
    ) -> Result:
        layout = layout_from_json(self._content(command.layout))
        findings = Findings.model_validate_json(self._content(command.findings))
        tally = Tally(Stretches.of(layout))
        version = toolchain.version
        blobs = {"features": self._features(task, command, layout, naming, tally, version)}
        blobs["plan"] = self.blobs.put(task.key("plan.json"), published(naming.plan).to_json())
        receipt = self._receipt(command)
        testimony = testify(
            Evidence(
                command=command,
                plan=blobs["plan"],
                layout=layout,
                naming=naming,
                findings=findings,
                tally=tally,
                toolchain=toolchain,
                commitment=commit(bytes.fromhex(receipt.salt), receipt.input_sha256),
                public_key=self.keys.public_key(),
                now=self.clock.now(),
            )
        )
        pictures = self._pictures(command, layout, tally, findings)
        page = report(Material(testimony, naming, tally, pictures))
        blobs["report"] = self.blobs.put(task.key("report.html"), page)
        blobs["receipt"] = self.blobs.put(task.key("receipt.json"), receipt.to_json())
        blobs |= self._signed(task, testimony, blobs)
        blobs["certificate"] = self.blobs.put(task.key("certificate.json"), _list(command, blobs))
        return task.settle(self.blobs, Result(blobs, {}))

    def _features(
        self,
        task: Task,
        command: CertifyVideo,
        layout: Layout,
        naming: Naming,
        tally: Tally,
        version: str,
    ) -> Blob:
        def segments() -> Iterator[Columns]:
            parts = zip(layout.segments, command.tables, command.regions, strict=True)
            for segment, table, done in parts:
                regions = self.tables.read(done)
                rows = feature_rows(self.tables.read(table, NEEDED), regions, naming)
                tally.add(rows, regions)
                self.progress.advance("certify", segment.frames)
                yield rows

        told = about(layout, command.video_id, version, private=False)
        with self.scratch.file() as target:
            self.features.write(target, FEATURES, segments(), told)
            target.seek(0)
            return self.blobs.put(task.key("features.parquet"), target)

    def _receipt(self, command: CertifyVideo) -> Receipt:
        return Receipt(
            video_id=command.video_id,
            salt=self.ids.fresh() + self.ids.fresh(),
            input_sha256=command.source.sha256,
            output_sha256=command.output.sha256,
        )

    def _pictures(
        self, command: CertifyVideo, layout: Layout, tally: Tally, findings: Findings
    ) -> list[Picture]:
        # What is held may show a face somewhere that the gate has no name for.
        if command.verdict is Verdict.HELD:
            return []
        kept = [self.tables.read(blob) for blob in command.pictures]
        return choose(concatenate(kept, PICTURES), tally, layout, findings.findings)

    def _signed(self, task: Task, told: Testimony, blobs: dict[str, Blob]) -> dict[str, Blob]:
        features, page = FileFact.of(blobs["features"]), FileFact.of(blobs["report"])
        origin = self.blobs.put(task.key("provenance.json"), provenance(told, features, page))
        manifest = Manifest(
            testimony=told, features=features, report=page, provenance=FileFact.of(origin)
        ).to_json()
        return {
            "provenance": origin,
            "manifest": self.blobs.put(task.key("manifest.json"), manifest),
            "signature": self.blobs.put(task.key("manifest.sig"), self.keys.sign(manifest)),
        }

    def _content(self, blob: Blob) -> bytes:
        with self.blobs.open(blob.key) as stream:
            return stream.read()


def _list(command: CertifyVideo, blobs: dict[str, Blob]) -> bytes:
    """Return a certificate: small JSON that says where everything lies."""
    return json.dumps(
        {
            "schema_version": CERTIFICATE_SCHEMA,
            "video_id": command.video_id,
            "revision": command.revision,
            "verdict": command.verdict.value,
            "blobs": {name: asdict(blob) for name, blob in blobs.items()},
        },
        indent=1,
    ).encode()
