"""Small videos that PyAV makes for the tests: every quirk a camera or a tool can give them."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

import av
import cv2
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream

NTSC = Fraction(30000, 1001)
FINE = Fraction(1, 15360)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A track of noise and a tone."""

    codec: str = "aac"
    rate: int = 48000
    start: Fraction = Fraction(0)
    language: str = ""
    layout: str = "stereo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What a clip is to be like."""

    container: str = "mp4"
    codec: str = "libx264"
    size: tuple[int, int] = (96, 64)
    frames: int = 30
    pixel_format: str = "yuv420p"
    time_base: Fraction = FINE
    times: tuple[int, ...] = ()
    """Timestamps in units of the time base; empty: 30 frames per second."""
    options: Mapping[str, str] = field(default_factory=lambda: {"preset": "ultrafast"})
    muxing: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """Of the encoder's context: colours, aspect ratio."""
    matrix: tuple[int, ...] | None = None
    turn: tuple[int, bool, bool] | None = None
    """Degrees counterclockwise, and flips after it, as PyAV takes them."""
    sounds: tuple[Sound, ...] = ()
    cover: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    video_tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def schedule(self) -> Sequence[int]:
        """The timestamps."""
        step = round(Fraction(1, 30) / self.time_base)
        return self.times or [index * step for index in range(self.frames)]


def make(recipe: Recipe) -> bytes:
    """Return the clip as a file."""
    target = io.BytesIO()
    with av.open(
        target, "w", format=recipe.container, container_options=dict(recipe.muxing)
    ) as container:
        container.metadata.update(recipe.tags)
        video = _video_stream(container, recipe) if recipe.frames else None
        if recipe.cover:
            container.add_attachment("cover.jpg", "image/jpeg", cover_picture())
        sounds = [_sound_stream(container, sound) for sound in recipe.sounds]
        for stream, sound in zip(sounds, recipe.sounds, strict=True):
            _mux_sound(container, stream, sound, seconds=1)
        for picture in (*pictures(recipe), None) if video else ():
            container.mux(video.encode(picture))
    return target.getvalue()


def cover_picture() -> bytes:
    """Return a JPEG of somebody."""
    _, encoded = cv2.imencode(".jpg", landscape(96, 96))
    return encoded.tobytes()


def _video_stream(container: OutputContainer, recipe: Recipe) -> VideoStream:
    rate = Fraction(30) if len(recipe.schedule) < 2 else _rate(recipe)
    stream = container.add_stream(recipe.codec, rate=rate, options=dict(recipe.options))
    context = stream.codec_context
    context.width, context.height = recipe.size
    context.pix_fmt = recipe.pixel_format
    context.time_base = stream.time_base = recipe.time_base
    for name, value in recipe.attributes.items():
        setattr(context, name, value)
    if recipe.matrix:
        stream.set_display_matrix(recipe.matrix)
    if recipe.turn:
        stream.set_display_rotation(*recipe.turn)
    stream.metadata.update(recipe.video_tags)
    return stream


def _rate(recipe: Recipe) -> Fraction:
    times = recipe.schedule
    rate = (len(times) - 1) / ((times[-1] - times[0]) * recipe.time_base)
    return rate.limit_denominator(1001)


@cache
def landscape(width: int, height: int) -> np.ndarray[Any, Any]:
    """Return a picture with the spectrum of a natural one (amplitude falls with frequency)."""
    random = np.random.default_rng(width * 10000 + height)
    spectrum = np.fft.fft2(random.normal(size=(height, width)))
    fy, fx = np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)[None]
    radius = np.hypot(fy, fx)
    radius[0, 0] = 1
    picture = np.real(np.fft.ifft2(spectrum / radius**1.2))
    picture = (picture - picture.mean()) / picture.std()
    return np.clip(picture * 45 + 125, 16, 235).astype(np.float32)


def pictures(recipe: Recipe) -> Iterator[av.VideoFrame]:
    """Yield a landscape that drifts, a bright corner that tells up from down, and film grain."""
    width, height = recipe.size
    scene = landscape(width + 64, height + 64)
    grain = np.random.default_rng(7)
    for index, time in enumerate(recipe.schedule):
        shift = 32 + 24 * np.sin(index / 9)
        move = np.float32([[1, 0, -shift], [0, 1, -shift / 2]])
        luma = cv2.warpAffine(scene, move, (width, height), flags=cv2.INTER_LINEAR)
        luma = luma + grain.normal(0, 1, luma.shape)
        luma[: height // 4, : width // 3] = 200 + index % 20
        grey = np.clip(luma, 0, 255).astype(np.uint8)
        picture = av.VideoFrame.from_ndarray(_coloured(grey), format="bgr24")
        picture = picture.reformat(format=recipe.pixel_format)
        picture.pts, picture.time_base = time, recipe.time_base
        yield picture


def _coloured(grey: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    width = grey.shape[1]
    tint = np.linspace(0.7, 1.0, width, dtype=np.float32)[None, :, None]
    colour = np.repeat(grey[:, :, None], 3, axis=2).astype(np.float32)
    colour[:, :, 0:1] *= tint
    return colour.astype(np.uint8)


def _sound_stream(container: OutputContainer, sound: Sound) -> AudioStream:
    options = {"strict": "experimental"}
    stream = container.add_stream(sound.codec, rate=sound.rate, options=options)
    stream.codec_context.layout = sound.layout
    if sound.language:
        stream.metadata["language"] = sound.language
    return stream


def _mux_sound(
    container: OutputContainer, stream: AudioStream, sound: Sound, seconds: int
) -> None:
    context = stream.codec_context
    context.open(strict=False)
    delay = int(sound.start * sound.rate)
    for piece in _pieces(sound, context, seconds):
        for packet in stream.encode(piece):
            packet.pts, packet.dts = packet.pts + delay, packet.dts + delay
            container.mux(packet)


def _pieces(
    sound: Sound, context: AudioCodecContext, seconds: int
) -> Iterator[av.AudioFrame | None]:
    time = np.arange(seconds * sound.rate) / sound.rate
    noise = np.random.default_rng(3).normal(0, 400, len(time))
    wave = (np.sin(2 * np.pi * 440 * time) * 8000 + noise).astype(np.int16)
    channels = 2 if sound.layout == "stereo" else 1
    samples = np.stack([wave // (1 + side) for side in range(channels)], axis=1).reshape(1, -1)
    whole = av.AudioFrame.from_ndarray(samples, format="s16", layout=sound.layout)
    whole.sample_rate, whole.pts, whole.time_base = sound.rate, 0, Fraction(1, sound.rate)
    fifo = av.AudioFifo()
    fifo.write(whole)
    resampler = av.AudioResampler(context.format, sound.layout, sound.rate)
    length = context.frame_size or 1024
    while piece := fifo.read(length) or fifo.read(length, partial=True):
        yield from resampler.resample(piece)
    yield None
