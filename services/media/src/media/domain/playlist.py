"""The playlist that offers all renditions of a lecture (RFC 8216)."""

from media.domain.rendition import Rendition

SHORTEST_CODES = (
    "chi=zh zho=zh cmn=zh eng=en jpn=ja kor=ko fra=fr fre=fr deu=de ger=de rus=ru "
    "spa=es por=pt ita=it ara=ar vie=vi tha=th may=ms msa=ms ind=id mon=mn tib=bo "
    "bod=bo uig=ug kaz=kk tur=tr nld=nl dut=nl pol=pl ukr=uk"
)
LANGUAGES = dict(code.split("=") for code in SHORTEST_CODES.split())
"""Files write three letters (ISO 639-2, of which some languages have two); playlists
write the shortest code there is (RFC 5646). Others, as `yue`, stand as they are."""
UNKNOWN_LANGUAGES = {"und", "mul", "mis", "zxx", "qaa"}
USUAL_LANGUAGE = "zh"  # nearly all lectures of the college


def language_of(code: str) -> str:
    """The playlist's code for what the file says of its sound."""
    primary = code.lower().partition("-")[0]
    is_code = primary.isascii() and primary.isalpha() and len(primary) in {2, 3}
    if not is_code or primary in UNKNOWN_LANGUAGES:
        return USUAL_LANGUAGE
    return LANGUAGES.get(primary, primary)


def render_playlist(
    pictures: list[Rendition], sound: Rendition | None, language: str = ""
) -> str:
    """The text of the playlist, lowest rung first; the sound alone comes last."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    if sound:
        lines.append(
            '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="原声",'
            f'LANGUAGE="{language_of(language)}",'
            f'DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="{sound.name}.m3u8"'
        )
    for picture in pictures:
        lines += [_render_variant(picture, sound), f"{picture.name}.m3u8"]
    if sound:
        lines += [_render_variant(None, sound), f"{sound.name}.m3u8"]
    return "\n".join(lines) + "\n"


def _render_variant(picture: Rendition | None, sound: Rendition | None) -> str:
    parts = [rendition for rendition in (picture, sound) if rendition]
    attributes = [
        f"BANDWIDTH={sum(rendition.peak_rate for rendition in parts)}",
        f"AVERAGE-BANDWIDTH={sum(rendition.average_rate for rendition in parts)}",
        f'CODECS="{",".join(rendition.codec for rendition in parts)}"',
    ]
    if picture:
        attributes += [
            f"RESOLUTION={picture.width}x{picture.height}",
            f"FRAME-RATE={1 / picture.frame:.3f}",
            "VIDEO-RANGE=SDR",
        ]
    attributes.append("CLOSED-CAPTIONS=NONE")
    if sound:
        attributes.append('AUDIO="sound"')
    return "#EXT-X-STREAM-INF:" + ",".join(attributes)
