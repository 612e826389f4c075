"""Whether a workbook has a password: the reading library only says it is unreadable."""

ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
"""The stream of an xlsx with a password ([MS-OFFCRYPTO] 2.3.4.4), in its directory."""
SECTOR = 512
"""Streams of the old container begin at a sector."""
BEGIN_OF_GLOBALS = b"\x09\x08\x10\x00\x00\x06\x05\x00"
"""How the book's stream begins ([MS-XLS] 2.4.21: BOF, BIFF8, globals)."""
FILE_PASS, LAST_BEFORE = 0x2F, 0x85
"""The record that says how to decrypt; it comes before that of the first sheet."""
MOST_RECORDS = 50


def is_old_workbook_locked(content: bytes) -> bool:
    """Whether a file in the old container (xls, or any with a password) has one."""
    if ENCRYPTED_PACKAGE in content:
        return True
    at = content.find(BEGIN_OF_GLOBALS)
    while at >= 0:
        if at % SECTOR == 0 and _has_file_pass(content, at):
            return True
        at = content.find(BEGIN_OF_GLOBALS, at + 1)
    return False


def _has_file_pass(content: bytes, at: int) -> bool:
    for _ in range(MOST_RECORDS):
        kind = int.from_bytes(content[at : at + 2], "little")
        length = int.from_bytes(content[at + 2 : at + 4], "little")
        if kind in {FILE_PASS, LAST_BEFORE}:
            return kind == FILE_PASS
        at += 4 + length
    return False
