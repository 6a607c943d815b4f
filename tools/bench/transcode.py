"""
The plain transcode that swaddle's speed is compared with.

    python -m tools.bench.transcode INPUT OUTPUT CRF

Decodes with PyAV, encodes with libx264 at preset medium, copies the sound; all cores. A process of
its own, as swaddle is: start-up counts on both sides.
"""

import sys
from pathlib import Path

import av
from av import VideoFrame


def transcode(source: Path, output: Path, crf: int) -> None:
    """Encode a video again."""
    with av.open(source) as incoming, av.open(output, "w") as outgoing:
        pictures = incoming.streams.video[0]
        pictures.thread_type = "AUTO"
        encoder = outgoing.add_stream("libx264", rate=pictures.average_rate)
        encoder.width, encoder.height = pictures.width, pictures.height
        encoder.pix_fmt = "yuv420p"
        encoder.time_base = pictures.time_base
        encoder.options = {"preset": "medium", "crf": str(crf)}
        encoder.codec_context.thread_count = 0
        sounds = {s.index: outgoing.add_stream_from_template(s) for s in incoming.streams.audio}
        for packet in incoming.demux(pictures, *incoming.streams.audio):
            if packet.stream_index in sounds:
                if packet.size:
                    packet.stream = sounds[packet.stream_index]
                    outgoing.mux(packet)
                continue
            for frame in packet.decode():
                if isinstance(frame, VideoFrame):
                    outgoing.mux(encoder.encode(frame))
        outgoing.mux(encoder.encode(None))


if __name__ == "__main__":
    transcode(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
