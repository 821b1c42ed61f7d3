"""Builders of files that are broken, locked or up to no good, and of the small sound ones they start from."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
BINARY_JUNK = bytes(range(256)) * 40


def pdf(*pages: Sequence[str], trailer: str = "", objects: Sequence[bytes] = ()) -> bytes:
    """A PDF with the lines of each page set 14 points apart in Helvetica; `objects` are added as they are."""
    count = len(pages)
    bodies: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(count))
    bodies.append(f"<< /Type /Pages /Count {count} /Kids [{kids}] >>".encode())
    bodies.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for number, lines in enumerate(pages):
        resources = "/Font << /F1 3 0 R >> /XObject << /P 99 0 R >>"
        bodies.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 600] /Contents {5 + 2 * number} 0 R "
            f"/Resources << {resources} >> >>".encode()
        )
        shown = " ".join(f"({_escaped(line)}) Tj 0 -14 Td" for line in lines)
        drawing = f"BT /F1 11 Tf 40 560 Td {shown} ET /P Do".encode("cp1252")
        bodies.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing))
    return _pdf_file(bodies, list(objects), trailer)


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _pdf_file(bodies: list[bytes], more: list[bytes], trailer: str) -> bytes:
    file = bytearray(b"%PDF-1.4\n")
    numbered = [*enumerate(bodies, start=1), *enumerate(more, start=99)]
    offsets = {}
    for number, body in numbered:
        offsets[number] = len(file)
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(file)
    file += b"xref\n0 1\n0000000000 65535 f \n"
    for number, offset in offsets.items():
        file += b"%d 1\n%010d 00000 n \n" % (number, offset)
    file += f"trailer\n<< /Size 101 /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(file)


def encrypted_pdf() -> bytes:
    """A PDF that opens with a password only: no password makes these hashes."""
    lock = f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'41' * 32}> /U <{'42' * 32}> >>"
    return pdf(["Nobody reads this."], trailer=f"{lock} /ID [<00112233445566778899aabbccddeeff> <00>]")


def scanned_pdf(pages: int = 2) -> bytes:
    """A PDF whose pages are pictures without a text layer."""
    pixels = zlib.compress(b"\x80" * 64)
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8 "
        b"/Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(pixels), pixels)
    )
    return pdf(*([[]] * pages), objects=[picture])


def truncated(data: bytes, part: float = 0.6) -> bytes:
    """The first `part` of a file, as a broken download leaves it."""
    return data[: int(len(data) * part)]


def word(*paragraphs: str) -> bytes:
    """A sound DOCX with these paragraphs."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return saved(document)


def saved(document: docx.document.Document) -> bytes:
    """The bytes of a python-docx document."""
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def with_part(document: bytes, name: str, content: bytes) -> bytes:
    """A DOCX with one part replaced or added."""
    file = BytesIO()
    with ZipFile(BytesIO(document)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return file.getvalue()


def bomb(megabytes: int = 64) -> bytes:
    """A DOCX of some kilobytes that unpacks to `megabytes`."""
    return with_part(word("Boom."), "word/media/image1.bmp", bytes(megabytes << 20))


def lying_bomb(megabytes: int = 64) -> bytes:
    """A bomb whose directory declares a size of ten bytes."""
    data = bytearray(bomb(megabytes))
    size = (megabytes << 20).to_bytes(4, "little")
    while (place := data.find(size)) >= 0:
        data[place : place + 4] = (10).to_bytes(4, "little")
    return bytes(data)


def archive(**parts: bytes) -> bytes:
    """A ZIP that is no DOCX; `__` in a name stands for a slash, `_` for a dot."""
    file = BytesIO()
    with ZipFile(file, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


def page_with_scripts() -> bytes:
    """A web page that tries to smuggle scripts and styles into the text."""
    return b"""<!doctype html><html><head><title>Harmless news</title>
        <script>alert("in the head")</script><style>p { color: red }</style></head>
        <body onload="alert('on load')"><h1>Harmless news</h1>
        <p onclick="alert('on click')">The first paragraph is long enough to be found.</p>
        <script>document.write("<p>written by a script</p>")</script>
        <p><a href="javascript:alert('in a link')">The second paragraph</a> stays as well, without its link.</p>
        <svg><script>alert("in a drawing")</script><text>drawn</text></svg>
        <iframe srcdoc="<p>framed</p>">frame</iframe><noscript>no script here</noscript>
        <p>Written out: &lt;script&gt;alert("as text")&lt;/script&gt; is only text.</p>
        <!-- <p>commented out</p> --></body></html>"""


def nested_page(tag: str, depth: int = 10_000) -> bytes:
    """A page of one tag within itself `depth` times."""
    inner = "<p>The one paragraph at the bottom of it all.</p>"
    nested = f"<{tag}>" * depth + inner + f"</{tag.split()[0]}>" * depth
    return f"<html><body>{nested}<p>And one after it.</p></body></html>".encode()
