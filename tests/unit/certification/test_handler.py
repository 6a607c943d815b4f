import io
import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from swaddle.certification.manifest import Receipt, commit, read_manifest
from swaddle.kernel.identifiers import BlobKey
from swaddle.kernel.messages import Verdict, VideoCertified
from swaddle.kernel.plan import IdentityPlan, read_plan
from swaddle.kernel.publishing import published
from tests.unit.certification.material import (
    FRAMES,
    NAME,
    PASSED,
    SEEN,
    Certified,
    Office,
    output,
    plan,
    source,
)

SHARED = ("manifest", "signature", "provenance", "report", "features")


def test_everything_is_written_and_named(certified: Certified) -> None:
    assert set(certified.files) == {*SHARED, "plan", "receipt"}


@pytest.mark.parametrize("name", SHARED)
def test_nothing_that_is_shared_holds_a_name(certified: Certified, name: str) -> None:
    content = certified.files[name]
    if name == "features":
        table = parquet.read_table(io.BytesIO(content))
        words = table.drop_columns(["synthetic_landmarks"]).to_pydict()
        content = f"{table.schema} {words}".encode()

    assert NAME.lower().encode() not in content.lower()


def test_the_input_is_not_to_be_found_in_what_is_shared(certified: Certified) -> None:
    digest = Receipt.model_validate_json(certified.files["receipt"]).input_sha256

    assert all(digest.encode() not in certified.files[name] for name in SHARED)


def test_the_receipt_opens_the_commitment(certified: Certified) -> None:
    told = read_manifest(certified.files["manifest"]).testimony
    receipt = Receipt.model_validate_json(certified.files["receipt"])

    assert receipt.opens(told.input)
    assert receipt.output_sha256 == told.output.sha256


@given(st.binary(min_size=32, max_size=32))
def test_a_guessed_salt_does_not_open_the_commitment(certified: Certified, salt: bytes) -> None:
    told = read_manifest(certified.files["manifest"]).testimony
    receipt = Receipt.model_validate_json(certified.files["receipt"])

    assert commit(salt, receipt.input_sha256) != told.input


def test_two_certificates_of_one_input_cannot_be_matched(
    certified: Certified, office: Office
) -> None:
    again = office.certified(office.command())
    one, other = (read_manifest(c.files["manifest"]).testimony for c in (certified, again))

    assert one.output == other.output
    assert one.input != other.input


def test_the_same_command_gives_the_same_certificate(office: Office) -> None:
    command = office.command()

    assert list(office.stage.handle(command)) == list(office.stage.handle(command))


def test_the_answer_belongs_to_what_was_asked(office: Office) -> None:
    command = office.command(verdict=Verdict.HELD, revision=3)
    (event,) = office.stage.handle(command)

    assert isinstance(event, VideoCertified)
    assert (event.revision, event.verdict) == (3, Verdict.HELD)


def test_the_counts_are_those_of_the_tables(certified: Certified) -> None:
    counts = read_manifest(certified.files["manifest"]).testimony.counts

    assert counts.faces["swap"] == FRAMES
    assert counts.faces["cover"] == 12
    assert counts.covered_share == pytest.approx(12 / (FRAMES + 12), abs=1e-4)


def test_stand_ins_are_swapped_faces_and_counted_apart(tmp_path: Path) -> None:
    office = Office(tmp_path, stand_in=frozenset({2, 5, 11}))
    certified = office.certified(office.command())
    told = read_manifest(certified.files["manifest"]).testimony

    assert (told.counts.faces["swap"], told.counts.faces["stand_in"]) == (FRAMES - 3, 3)
    assert told.counts.covered_share == pytest.approx(12 / (FRAMES + 12), abs=1e-4)
    assert [(s.swapped, s.stand_ins) for s in told.subjects] == [(FRAMES, 3), (0, 0)]
    assert told.synthetic_media.faces_are_synthetic
    assert b"3 faces by the stand-in, 12 faces covered" in certified.files["report"]


def test_the_manifest_lists_the_engines_that_the_plan_names(office: Office) -> None:
    subjects = tuple(s.model_copy(update={"engine": "onnx://other"}) for s in plan().subjects)
    wanted = plan().model_copy(update={"subjects": subjects}).to_json()
    blob = office.blobs.put(BlobKey("lab/v1/other"), wanted)
    told = read_manifest(office.certified(office.command(plan=blob)).files["manifest"]).testimony

    assert told.toolchain.engines == {"onnx://other": "onnx://other"}


def test_a_report_without_stand_ins_does_not_speak_of_them(certified: Certified) -> None:
    assert b"stand-in" not in certified.files["report"].split(b"</style>")[1]


def test_people_are_called_alike_everywhere(certified: Certified) -> None:
    told = read_manifest(certified.files["manifest"]).testimony
    table = parquet.read_table(io.BytesIO(certified.files["features"]), columns=["subject"])
    names = [subject.subject for subject in told.subjects]

    assert names == ["s01", "p01"]
    assert set(table.column("subject").to_pylist()) == set(names)
    assert [figures.subject_id for figures in told.gate.subjects] == names


def test_a_held_video_is_not_shown(office: Office) -> None:
    findings = PASSED.model_copy(update={"findings": (SEEN,)})
    held = office.certified(office.command(findings, verdict=Verdict.HELD))

    assert b"data:image" not in held.files["report"]
    assert json.loads(held.files["manifest"])["testimony"]["verdict"] == "held"


def test_the_plan_is_the_one_that_was_rendered(certified: Certified) -> None:
    assert json.loads(certified.files["plan"])["subjects"][1]["subject_id"] == NAME


def test_the_original_is_no_part_of_anything(certified: Certified) -> None:
    assert source() != output()
    assert all(source()[64:128] not in content for content in certified.files.values())


def test_the_published_plan_does_not_say_what_a_synthetic_person_is_made_of(
    office: Office,
) -> None:
    person = IdentityPlan(
        identity_id="i1", attempt=0, engine="appearance/4", shape=(0.5,), texture=(-1.25,)
    )
    first, *others = plan().subjects
    subjects = (first.model_copy(update={"identity": person}), *others)
    rendered = plan().model_copy(update={"subjects": subjects})
    blob = office.blobs.put(BlobKey("lab/v1/rendered"), rendered.to_json())
    certified = office.certified(office.command(plan=blob))
    told = read_plan(certified.files["plan"])
    signed = read_manifest(certified.files["manifest"]).testimony.plan

    assert told == published(rendered)
    assert told.people[0].shape == ()
    assert signed.sha256 == sha256(certified.files["plan"]).hexdigest()
