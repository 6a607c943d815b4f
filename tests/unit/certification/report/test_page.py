import re
from html.parser import HTMLParser

import pytest

from swaddle.kernel.findings import Findings
from swaddle.kernel.messages import Verdict
from tests.unit.certification.material import NAME, PASSED, SEEN, Certified, Office

VOID = {"meta", "img", "br", "link", "input", "hr"}
FOUND = PASSED.model_copy(update={"findings": (SEEN,)})
NOTHING = PASSED.model_copy(update={"subjects": (), "detail_samples": 0})


class Reader(HTMLParser):
    """Collects elements, and notices those that are not closed."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page.decode())
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += " ".join(data.split()) + " "


@pytest.fixture(
    params=[
        {},
        {"findings": FOUND, "verdict": Verdict.HELD, "rounds": 2},
        {"findings": FOUND, "reviewer": "<b>B. Curie</b>", "reason": "a doll & a ball"},
        {"findings": NOTHING},
    ],
    ids=["released", "held", "approved", "nothing measured"],
)
def page(request: pytest.FixtureRequest, office: Office) -> bytes:
    return office.certified(office.command(**request.param)).files["report"]


def report(office: Office, findings: Findings = PASSED, **changes: object) -> Reader:
    return Reader(office.certified(office.command(findings, **changes)).files["report"])


def test_the_page_loads_nothing_and_runs_nothing(page: bytes) -> None:
    reader = Reader(page)

    assert not {"script", "link", "iframe", "object", "base"} & {tag for tag, _ in reader.tags}
    assert all(v.startswith("data:") for _, a in reader.tags if (v := a.get("src")) is not None)
    assert not any(name in a for _, a in reader.tags for name in ("href", "action", "onload"))
    own = re.sub(rb'"data:image/jpeg;base64,[\w+/=]+"', b"", page)
    assert not re.search(rb"url\(|@import|https?:|src=", own.replace(b"img src=", b""))


def test_every_element_is_closed_and_has_one_place(page: bytes) -> None:
    ids = [attributes["id"] for _, attributes in Reader(page).tags if "id" in attributes]

    assert len(ids) == len(set(ids))


def test_every_picture_and_plot_says_what_it_shows(page: bytes) -> None:
    tags = Reader(page).tags

    assert all(a.get("alt") for tag, a in tags if tag == "img")
    assert all(a.get("aria-label") for _, a in tags if a.get("role") in ("img", "region"))


def test_no_name_that_somebody_gave_is_told(page: bytes) -> None:
    assert NAME.lower().encode() not in page.lower()


def test_the_forms_of_missing_values_are_not_shown(page: bytes) -> None:
    words = set(re.findall(r"\w+", Reader(page).text))

    assert not words & {"None", "nan", "inf", "undefined"}


def test_a_released_video_is_shown(certified: Certified) -> None:
    reader = Reader(certified.files["report"])

    assert "found no exposed face" in reader.text
    assert sum(tag == "img" for tag, _ in reader.tags) == 8


def test_a_held_video_is_not_to_be_shared(office: Office) -> None:
    text = report(office, FOUND, verdict=Verdict.HELD).text

    assert "Do not share this video." in text
    assert "a face where nothing was rendered (0:00.2)" in text


def test_what_a_reviewer_writes_is_text(office: Office) -> None:
    reader = report(office, FOUND, reviewer="<b>B.</b>", reason="<script>1</script>")

    assert "<b>B.</b> released this video" in reader.text
    assert not {"b", "script"} & {tag for tag, _ in reader.tags}


def test_the_program_says_why_it_covered_and_nobody_else_does(certified: Certified) -> None:
    assert "too small" in Reader(certified.files["report"]).text


def test_a_frame_near_a_finding_is_not_shown(office: Office) -> None:
    everywhere = SEEN.model_copy(update={"first_frame": 0, "last_frame": 23})
    findings = PASSED.model_copy(update={"findings": (everywhere,)})
    reader = report(office, findings, reviewer="B. Curie", reason="a doll")

    assert not any(tag == "img" for tag, _ in reader.tags)
