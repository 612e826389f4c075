"""Filter graphs: picture and sound between decoding and encoding.

The lecture's clock begins at `probed.begins` of the program's, and at LEAD_SECONDS of
even sound's. Before the first picture the first stands, after the last the last; where
there is no sound there is silence.
"""

from collections.abc import Sequence

from media.domain.ladder import SAMPLE_RATE, SAMPLES_A_PACKET, Length, Rung
from media.domain.probed import HLG, PQ, Picture, Probed, Sound

HD_PIXELS = 1024 * 576
"""Where a file does not say how its colours are coded, players take up to PAL's size
for BT.601 and what is larger for BT.709."""
TRANSFERS = {PQ: "smpte2084", HLG: "arib-std-b67"}
WHITE_NITS = 203  # what HDR shows paper with (ITU-R BT.2408)
GROUND = "white"  # behind what one sees through: slides are written in black
SILENCE_FROM_SECONDS = 0.03
"""Sound that is so far from its time is moved there: less than a picture's time, more
than the rounding in any container's clock."""
LEAD_SECONDS = 1
"""Even sound lies in a file of times from 0 on, and what a decoder gives may begin a
little before what the file says."""
MOST_CHANNELS = 8  # more have no layout that says where the voice is
CEILING = 0.84  # -1.5 dB: AAC and a phone's resampler overshoot by about one
LIMITER_MS = (5, 80)  # attack and release: as fast as no vowel notices


def picture_graph(probed: Probed, rungs: Sequence[Rung], length: Length) -> str:
    """The graph from the chosen track to [v0], [v1] …, one for each rung."""
    picture, top = probed.picture, rungs[-1]
    # a picture that changes its size in the middle is scaled to its first
    steps = [f"[0:{picture.track}]scale=w=iw:h=ih:interl={int(picture.is_interlaced)}"]
    if picture.is_interlaced:
        steps.append("bwdif=mode=send_frame:deint=all")
    if picture.has_alpha:
        steps[-1] += ",split[ground][seen];[ground]drawbox=t=fill:replace=1:"
        steps[-1] += f"color={GROUND}[plain];[plain][seen]overlay=format=auto"
    steps += _colour_filters(picture, top)
    rate = f"{length.rate.numerator}/{length.rate.denominator}"
    steps += [
        "format=yuv420p,setsar=1",
        f"fps={rate}:start_time={probed.begins:.6f}:eof_action=pass,setpts=N",
        f"tpad=stop=-1:stop_mode=clone,trim=end_frame={length.frames}",
        "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
        ":field_mode=prog",
    ]
    outs = "".join(f"[s{i}]" for i in range(len(rungs)))
    graph = f"{','.join(steps)},split={len(rungs)}{outs}"
    for i, rung in enumerate(rungs):
        size = f"scale={rung.width}:{rung.height}:flags=bicubic,setsar=1"
        graph += f";[s{i}]{'null' if rung is top else size}[v{i}]"
    return graph


def _colour_filters(picture: Picture, top: Rung) -> list[str]:
    """Scale to the largest rung, in the colours of SDR."""
    size = f"scale={top.width}:{top.height}:flags=bicubic"
    if picture.transfer in TRANSFERS:
        return [
            size,
            f"zscale=tin={TRANSFERS[picture.transfer]}:pin=2020:min=2020_ncl"
            f":t=linear:npl={WHITE_NITS}",
            "format=gbrpf32le,zscale=p=709,tonemap=mobius:desat=0",
            "zscale=t=709:m=709:r=limited",
        ]
    matrix = "auto"
    if not picture.matrix:
        is_hd = picture.width * picture.height > HD_PIXELS
        matrix = "bt709" if is_hd else "smpte170m"
    return [f"{size}:in_color_matrix={matrix}:out_color_matrix=bt709:out_range=tv"]


def even_filter(sound: Sound) -> str:
    """What makes the sound always stereo, at one rate.

    The graphs that follow count from 0, so they may not be built anew when the source
    goes from stereo to 5.1 in the middle; this one may. More channels are mixed as
    their layout says: the centre, where the voice is, goes to both sides 3 dB lower.
    """
    pan = "pan=stereo|c0=c0|c1=c1," if sound.channels > MOST_CHANNELS else ""
    return f"{pan}aresample=osr={SAMPLE_RATE}:ochl=stereo:osf=flt"


def gapless_graph() -> str:
    """From even sound to sound without a gap from the lecture's first moment."""
    return (
        f"[0:0]aresample=osf=fltp:async=1:min_hard_comp={SILENCE_FROM_SECONDS}"
        f":first_pts={LEAD_SECONDS * SAMPLE_RATE},asetpts=N/SR/TB"
    )


def levelled_graph(gain: float, length: Length) -> str:
    """The sound to [a]: louder by `gain` decibels, as long as the pictures.

    The first packet that an encoder of AAC writes is its run-up, which players that
    ignore edit lists play. So the first 21 ms of sound are left out, and everything
    after is heard when it should be.
    """
    attack, release = LIMITER_MS
    return (
        f"{gapless_graph()},volume={gain:.2f}dB,"
        f"alimiter=level=0:limit={CEILING}:attack={attack}:release={release}:latency=1,"
        f"apad,atrim=start_sample={SAMPLES_A_PACKET}:end_sample={length.samples}[a]"
    )
