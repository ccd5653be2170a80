"""DOC, WPS, RTF and ODT: converted by LibreOffice, read as the DOCX that it writes.

LibreOffice is a program beside this one, not a library, and may be missing. It runs without its
user's settings, macros, updates of links or a network. This reader belongs into a process of
:mod:`corpus.readers.sandbox.isolation`, whose limits LibreOffice inherits, and which ends it with
all it started.
"""

from __future__ import annotations

import hashlib
import math
import re
import resource
import shutil
import signal
import subprocess
import zipfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.errors import UnreadableSource
from corpus.messages.message import Message
from corpus.readers import formats
from corpus.readers.docx.reader import DocxReader
from corpus.readers.kinds import built_in_format
from corpus.readers.ole import SIGNATURE, is_cut_off
from corpus.readers.reader import Format
from corpus.types import ReadResult, SourceFile

_PROGRAMS = ("soffice", "libreoffice")
_ELSEWHERE = Path("/Applications/LibreOffice.app/Contents/MacOS/soffice")  # macOS has it in no PATH
_FILTER = "docx:MS Word 2007 XML"
_VERSION = re.compile(r"<Application>LibreOffice[^/<]*/([\d.]+)")
_STATED_IN = "docProps/app.xml"

# format -> suffix that LibreOffice knows it by, media type
_FORMATS: dict[Format, tuple[str, str]] = {
    formats.DOC: ("doc", "application/msword"),
    formats.RTF: ("rtf", "application/rtf"),
    formats.ODT: ("odt", "application/vnd.oasis.opendocument.text"),
}

# Settings of the empty profile it starts with. A proxy that is not there is what keeps it from
# fetching the pictures and templates that a document names; nothing listens at port 9 (discard).
_SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


class LibreOfficeReader:
    """Reads what LibreOffice can turn into DOCX and no reader here reads by itself."""

    def read(self, file: SourceFile) -> ReadResult:
        """Return what the DOCX reader makes of it; raises UnreadableSource.

        The receipt is of the original, and its encoding names the program and its version.
        """
        suffix, media_type = _FORMATS[built_in_format(file)]
        if file.data.startswith(SIGNATURE) and is_cut_off(file.data):
            raise UnreadableSource(Message("reader.cut_off"))
        converted = convert(file.data, suffix)
        result = DocxReader().read(SourceFile(file.source, f"{file.name}.docx", converted))
        receipt = replace(
            result.receipt,
            size=len(file.data),
            digest=hashlib.sha256(file.data).hexdigest(),
            encoding=f"{suffix} via LibreOffice {_version(converted)}".strip(),
        )
        return replace(result, media_type=media_type, receipt=receipt)


def convert(data: bytes, suffix: str) -> bytes:
    """Return it as DOCX; raises UnreadableSource when LibreOffice cannot, or is missing."""
    program = _program()
    before = _seconds_of_ended()
    with TemporaryDirectory(prefix="judian-office-") as name:
        folder = Path(name)
        profile = folder / "profile"
        _write_settings(profile)
        source = folder / f"document.{suffix}"
        source.write_bytes(data)
        ended = subprocess.run(
            [
                program,
                "--headless",
                "--norestore",
                "--nolockcheck",
                "--nodefault",
                f"-env:UserInstallation={profile.as_uri()}",
                "--convert-to",
                _FILTER,
                "--outdir",
                str(folder / "out"),
                str(source),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        written = folder / "out" / "document.docx"
        if ended.returncode != 0 or not written.is_file():
            limit = resource.getrlimit(resource.RLIMIT_CPU)[0]
            if 0 <= limit <= math.ceil(_seconds_of_ended() - before):
                signal.raise_signal(signal.SIGXCPU)  # it ran out of our time, not of its own
            raise UnreadableSource(Message("reader.office_failed", format=suffix.upper()))
        return written.read_bytes()


def _seconds_of_ended() -> float:
    """Return the processor time of all processes started from here that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _program() -> str:
    found = next((path for name in _PROGRAMS if (path := shutil.which(name))), None)
    if found is None and _ELSEWHERE.is_file():
        found = str(_ELSEWHERE)
    if found is None:
        raise UnreadableSource(Message("reader.office_missing"))
    return found


def _write_settings(profile: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    user = profile / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>\n',
        encoding="utf-8",
    )


def _version(converted: bytes) -> str:
    """Return the version that LibreOffice states in what it wrote; "" where it does not."""
    from io import BytesIO

    with suppress(zipfile.BadZipFile, KeyError), zipfile.ZipFile(BytesIO(converted)) as archive:
        found = _VERSION.search(archive.read(_STATED_IN).decode("utf-8", "replace"))
        if found:
            return found.group(1)
    return ""
