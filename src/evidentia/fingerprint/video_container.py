"""Which files are videos, by their bytes, and by what reader and decoders they may be opened. Nothing else is."""

from __future__ import annotations

from typing import BinaryIO

from .magic import HEAD, media_type_of

DECODERS = (
    "h264,hevc,vp8,libvpx,vp9,libvpx-vp9,av1,libdav1d,mpeg4,h263,mjpeg,mpeg1video,mpeg2video,"
    "aac,mp3,mp3float,mp2,mp2float,opus,libopus,vorbis,amrnb,libopencore_amrnb,amrwb,libopencore_amrwb,"
    "ac3,eac3,flac,alac,pcm_s16le,pcm_s16be,pcm_u8,adpcm_ima_qt,adpcm_ms"
)
"""What telephones, messengers and platforms write. FFmpeg has hundreds more: each is code that a file can attack."""

READERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts"
"""FFmpeg's demuxers for the containers below; none of them opens another file or an address when told not to."""


_READER = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/3gpp": "mov",
    "video/webm": "matroska",
    "video/x-matroska": "matroska",
    "video/x-msvideo": "avi",
    "video/mp2t": "mpegts",
}


def reader_of(source: BinaryIO) -> str | None:
    """The reader for the file by its first bytes; None for what is not a video that we open. It is set to its start."""
    head = source.read(HEAD)
    source.seek(0)
    return _READER.get(media_type_of(head))
