"""What evaluations look with, and write with."""

from importlib.resources import files

import numpy as np

from swaddle.bootstrap.face_models import face_detector, face_mesh, person_detector
from swaddle.bootstrap.recognisers import face_embedder, is_shipped
from swaddle.evaluation.ports import Plotter, TableWriter
from swaddle.evaluation.watching import Models
from swaddle.kernel.errors import Misused
from swaddle.kernel.geometry import Floats
from swaddle.settings import Settings


def evaluation_models(settings: Settings) -> Models:
    """Load what looks at both videos of an evaluation."""
    return Models(
        face_detector(settings),
        face_mesh(settings),
        person_detector(settings),
        face_embedder(settings),
    )


def gallery(settings: Settings) -> Floats | None:
    """
    Return people who are in no video, (n, d): held-out synthetic faces, recognised.

    None for every recogniser but the shipped one: nobody keeps how others see these people.
    """
    if not is_shipped(settings):
        return None
    with files("swaddle.adapters.dlib").joinpath("gallery.npz").open("rb") as stored:
        return np.load(stored)["vectors"].astype(np.float64)


def plotter() -> Plotter:
    """Open what draws curves; raises Misused where it is not installed."""
    try:
        from swaddle.adapters.matplotlib.plotter import MatplotlibPlotter
    except ModuleNotFoundError as error:
        raise Misused(
            "Evaluations draw with Matplotlib, which is not installed: "
            "`pip install 'swaddle[evaluation]'`."
        ) from error
    return MatplotlibPlotter()


def table_writer() -> TableWriter:
    """Return what writes the tables of evaluations."""
    from swaddle.adapters.parquet.table_writer import ParquetTableWriter

    return ParquetTableWriter()
