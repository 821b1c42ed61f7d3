"""Errors of `ingest`: each says what is wrong with the bytes and what to do, in English and in Thai.

IngestError
├── EmptyFile            no bytes at all
│   └── NoText           bytes, but no text in them
│       └── Scanned      a PDF of pictures of pages
├── TooLarge             more bytes than a document may have
│   └── ArchiveBomb      few bytes that unpack to far too many
├── UnknownType          a kind of file that cannot be read, such as an old .doc
│   ├── Picture
│   ├── Recording        sound or film
│   ├── Packed           an archive that is not opened
│   ├── Workbook         a table as Excel keeps it
│   ├── Presentation
│   ├── WebArchive       a page saved with all that belongs to it
│   └── NoDocument          a program, a database
├── Damaged              the right kind of file, but broken
│   └── Truncated        its end is missing
├── Encrypted            it opens with a password only
├── UnknownEncoding      not text in any encoding
│   └── BrokenText       UTF-8, but for some bytes
├── BadTable             a table of cases as a whole
│   ├── UnknownColumns   none that we know
│   ├── MistypedColumn   nearly one that we know
│   ├── BadRow           one row of it; its `cause` is the reason, maybe one of these:
│   ├── RowNotJson       no JSON object
│   ├── RowBroken        no CSV
│   ├── RowTooLong       more cells than columns
│   ├── RowWithoutText   no words of a case
│   └── RepeatedKey      an id that another row has
├── BadWordList          a home's own list of Thai words; its `cause` is the reason, one of these:
│   ├── ListNotUtf8
│   ├── NoEntry              a hyphen with no word
│   ├── EntryTooLong
│   ├── EntryWithSpace
│   ├── EntryNotThai
│   ├── EntryNotWhole        part of a syllable, such as a vowel by itself
│   └── BothWays             added and taken out
├── BadSidecar           a file of facts as a whole
│   └── UnknownFact      a key that is none of ours
└── BadFact              the value of one fact
    ├── BadDate
    ├── BadEconomy
    ├── BadKind
    ├── BadYesNo
    └── BadValue         a list or a mapping where words are wanted
"""

from __future__ import annotations

from typing import ClassVar


class IngestError(Exception):
    """Something about the bytes or the facts stated of them keeps a document out.

    Subclasses set `en` and `th`, templates for `str.format`; keyword arguments fill them. A value that is an
    `IngestError` itself is told in the same language. `str(error)` is the English text,
    `error.message("th")` the Thai one.
    """

    en: ClassVar[str]
    th: ClassVar[str]

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.message("en"))

    def message(self, language: str) -> str:
        """The message in `language`, "en" or "th"."""
        told = {
            name: value.message(language) if isinstance(value, IngestError) else value
            for name, value in self.values.items()
        }
        return (self.th if language == "th" else self.en).format(**told)


class EmptyFile(IngestError):
    """There is nothing in the file."""

    en = "The file is empty. Check that it was saved or copied whole, then add it again."
    th = "ไฟล์ว่างเปล่า โปรดตรวจสอบว่าบันทึกหรือคัดลอกครบถ้วน แล้วเพิ่มอีกครั้ง"


class NoText(EmptyFile):
    """There are bytes, but no text to read in them."""

    en = (
        "There is no text in the file. If it is a web page, open it in a browser, wait until the text shows, "
        "save it and add it again."
    )
    th = "ไม่พบข้อความในไฟล์ หากเป็นหน้าเว็บ โปรดเปิดในเบราว์เซอร์ รอจนข้อความปรากฏ บันทึกใหม่ แล้วเพิ่มอีกครั้ง"


class Scanned(NoText):
    """A PDF that holds pictures of its pages and no text."""

    en = (
        "The PDF holds scanned pictures of {pages} pages and no text. Run text recognition (OCR) on it, "
        "then add the result."
    )
    th = "PDF นี้เป็นภาพสแกน {pages} หน้าและไม่มีข้อความ โปรดแปลงเป็นข้อความด้วยโปรแกรม OCR ก่อน แล้วเพิ่มไฟล์ที่ได้"


class TooLarge(IngestError):
    """More bytes than a document may have."""

    en = "The file has {megabytes} MB; at most {limit} MB can be read. Split it or leave out its pictures."
    th = "ไฟล์มีขนาด {megabytes} MB อ่านได้ไม่เกิน {limit} MB โปรดแบ่งไฟล์หรือนำรูปภาพออก"


class ArchiveBomb(TooLarge):
    """A packed file that unpacks to far more than a document can need."""

    en = (
        "The file unpacks to far more than a document needs ({megabytes} MB or more) and may be an attack. "
        "Open it in a word processor, save it under a new name and add that, or leave it out."
    )
    th = (
        "ไฟล์นี้เมื่อคลายแล้วมีขนาดใหญ่ผิดปกติ (ตั้งแต่ {megabytes} MB) และอาจเป็นไฟล์อันตราย "
        "โปรดเปิดในโปรแกรมประมวลผลคำ บันทึกเป็นชื่อใหม่แล้วเพิ่มไฟล์นั้น หรือไม่ต้องเพิ่มไฟล์นี้"
    )


class UnknownType(IngestError):
    """A kind of file that cannot be read; `what` and `what_th` name what it looks like."""

    en = (
        "This looks like {what}, which cannot be read. Save it as HTML, PDF, DOCX, plain text, Markdown, "
        "WebVTT, SRT, CSV or JSON Lines, then add that."
    )
    th = (
        "ไฟล์นี้ดูเหมือนเป็น{what_th} ซึ่งอ่านไม่ได้ โปรดบันทึกเป็น HTML, PDF, DOCX, ข้อความล้วน, Markdown, "
        "WebVTT, SRT, CSV หรือ JSON Lines แล้วเพิ่มไฟล์นั้น"
    )


class Picture(UnknownType):
    """A picture, of a page perhaps."""

    en = (
        "This looks like {what}, and there is no text in a picture. Run text recognition (OCR) on it and add the "
        "result, or add the document that it was made from."
    )
    th = (
        "ไฟล์นี้ดูเหมือนเป็น{what_th} ซึ่งไม่มีข้อความให้อ่าน โปรดแปลงเป็นข้อความด้วยโปรแกรม OCR แล้วเพิ่มไฟล์ที่ได้ "
        "หรือเพิ่มเอกสารต้นทางของภาพ"
    )


class Recording(UnknownType):
    """Sound or film."""

    en = (
        "This looks like {what}, which cannot be listened to. Add its captions (WebVTT, SRT) or a transcript."
    )
    th = "ไฟล์นี้ดูเหมือนเป็น{what_th} ซึ่งถอดเสียงให้ไม่ได้ โปรดเพิ่มคำบรรยาย (WebVTT, SRT) หรือบทถอดเสียงแทน"


class Packed(UnknownType):
    """Files packed in a way that is not opened."""

    en = "This looks like {what}, which is not opened. Unpack it and add the files that are in it."
    th = "ไฟล์นี้ดูเหมือนเป็น{what_th} ซึ่งเปิดไม่ได้ โปรดคลายไฟล์แล้วเพิ่มไฟล์ที่อยู่ข้างใน"


class Workbook(UnknownType):
    """A table as Excel keeps it."""

    en = (
        "This looks like {what}, which cannot be read. Save each of its sheets as CSV (UTF-8), then add that."
    )
    th = "ไฟล์นี้ดูเหมือนเป็น{what_th} ซึ่งอ่านไม่ได้ โปรดบันทึกแต่ละแผ่นงานเป็น CSV (UTF-8) แล้วเพิ่มไฟล์นั้น"


class Presentation(UnknownType):
    """Slides as PowerPoint keeps them."""

    en = "This looks like {what}, which cannot be read. Export it as PDF, then add that."
    th = "ไฟล์นี้ดูเหมือนเป็น{what_th} ซึ่งอ่านไม่ได้ โปรดส่งออกเป็น PDF แล้วเพิ่มไฟล์นั้น"


class WebArchive(UnknownType):
    """A page saved in one file with all that belongs to it."""

    en = "This looks like {what}, which cannot be read. Save the page as “HTML only”, then add that."
    th = "ไฟล์นี้ดูเหมือนเป็น{what_th} ซึ่งอ่านไม่ได้ โปรดบันทึกหน้าเว็บแบบ “HTML เท่านั้น” แล้วเพิ่มไฟล์นั้น"


class NoDocument(UnknownType):
    """Something that was never a document."""

    en = "This looks like {what}, which is no document. Leave it out, or add the document that was meant."
    th = "ไฟล์นี้ดูเหมือนเป็น{what_th} ซึ่งไม่ใช่เอกสาร โปรดไม่ต้องเพิ่มไฟล์นี้ หรือเพิ่มเอกสารที่ต้องการแทน"


class Damaged(IngestError):
    """The right kind of file, but broken; `format` names the kind."""

    en = "The {format} file is damaged and cannot be read. Get a fresh copy, or open and save it again."
    th = "ไฟล์ {format} เสียหายและอ่านไม่ได้ โปรดขอสำเนาใหม่ หรือเปิดแล้วบันทึกใหม่อีกครั้ง"


class Truncated(Damaged):
    """The end of the file is missing."""

    en = "The {format} file breaks off before its end. Download or copy it again, then add it."
    th = "ไฟล์ {format} ขาดส่วนท้าย โปรดดาวน์โหลดหรือคัดลอกใหม่ให้ครบถ้วน แล้วเพิ่มอีกครั้ง"


class Encrypted(IngestError):
    """The file opens with a password only."""

    en = "The file is protected by a password. Remove the password, then add it again."
    th = "ไฟล์นี้มีรหัสผ่านป้องกัน โปรดนำรหัสผ่านออก แล้วเพิ่มอีกครั้ง"


class UnknownEncoding(IngestError):
    """Bytes that are not text in any encoding known here."""

    en = "The bytes are not readable text. If it is a text file, save it as UTF-8 and add it again."
    th = "ข้อมูลในไฟล์ไม่ใช่ข้อความที่อ่านได้ หากเป็นไฟล์ข้อความ โปรดบันทึกด้วยรหัสอักขระ UTF-8 แล้วเพิ่มอีกครั้ง"


class BrokenText(UnknownEncoding):
    """UTF-8 text with bytes in it that are not; `line` is the first such line."""

    en = "Line {line} has bytes that are not UTF-8 text. Correct it, save the file as UTF-8 and add it again."
    th = "บรรทัดที่ {line} มีข้อมูลที่ไม่ใช่ข้อความ UTF-8 โปรดแก้ไขบรรทัดนั้น บันทึกไฟล์เป็น UTF-8 แล้วเพิ่มอีกครั้ง"


class BadTable(IngestError):
    """A table of cases that cannot be read as a whole."""

    en = "The table has no rows below its column names. Add one row for each case."
    th = "ตารางไม่มีข้อมูลใต้ชื่อคอลัมน์ โปรดเพิ่มข้อมูลหนึ่งแถวต่อหนึ่งกรณี"


class UnknownColumns(BadTable):
    """None of the columns is one that we know."""

    en = "None of the columns ({found}) is known. Name the columns: {expected}."
    th = "ไม่รู้จักคอลัมน์ใดเลย ({found}) โปรดตั้งชื่อคอลัมน์เป็น: {expected}"


class MistypedColumn(BadTable):
    """A column whose name is nearly one that we know; reading on would lose it."""

    en = "The column “{found}” is not known. Did you mean “{meant}”? Rename it or take it out."
    th = "ไม่รู้จักคอลัมน์ “{found}” หมายถึง “{meant}” หรือไม่ โปรดแก้ชื่อหรือลบคอลัมน์นี้"


class BadRow(BadTable):
    """One row that cannot be read; nothing of the file goes in. `line` counts from 1, `cause` says why."""

    en = "Line {line}: {cause} Nothing of this file was added."
    th = "บรรทัดที่ {line}: {cause} ยังไม่มีข้อมูลใดจากไฟล์นี้ถูกเพิ่ม"


class RowNotJson(BadTable):
    """A line of JSON Lines that is not a JSON object."""

    en = "this is not one JSON object. Write each document as one object on one line."
    th = "ไม่ใช่อ็อบเจกต์ JSON หนึ่งรายการ โปรดเขียนเอกสารแต่ละรายการเป็นหนึ่งอ็อบเจกต์ในหนึ่งบรรทัด"


class RowBroken(BadTable):
    """A row of CSV whose quotation marks do not pair, or a cell beyond all measure."""

    en = 'a quotation mark has no pair, or a cell is far too long. Write "" for a mark within a quoted cell.'
    th = 'เครื่องหมายคำพูดไม่ครบคู่ หรือข้อความในช่องยาวเกินไป โปรดเขียน "" แทนเครื่องหมายคำพูดภายในช่อง'


class RowTooLong(BadTable):
    """A row with more cells than there are columns."""

    en = "there are {found} cells for {expected} columns. Put cells that hold a separator in quotation marks."
    th = "มี {found} ช่องแต่มีเพียง {expected} คอลัมน์ โปรดใส่เครื่องหมายคำพูดคร่อมช่องที่มีตัวคั่น"


class RowWithoutText(BadTable):
    """A row with none of the columns that hold the words of a case."""

    en = "there is no text. Fill in at least one of: {expected}."
    th = "ไม่มีข้อความ โปรดกรอกอย่างน้อยหนึ่งช่อง: {expected}"


class RepeatedKey(BadTable):
    """Two rows with one id."""

    en = "the id “{key}” stands on line {first} already. Give each row its own id."
    th = "รหัส “{key}” ใช้แล้วในบรรทัดที่ {first} โปรดกำหนดรหัสไม่ซ้ำกันในแต่ละแถว"


class BadWordList(IngestError):
    """A list of Thai words that cannot be used. `line` counts from 1, `cause` says why."""

    en = "The list of Thai words cannot be used. Line {line}: {cause}"
    th = "ใช้รายการคำไทยไม่ได้ บรรทัดที่ {line}: {cause}"


class ListNotUtf8(BadWordList):
    """Bytes that are not UTF-8."""

    en = "these are not letters of UTF-8. Save the file as UTF-8."
    th = "ข้อมูลไม่ใช่ข้อความ UTF-8 โปรดบันทึกไฟล์ด้วยรหัสอักขระ UTF-8"


class NoEntry(BadWordList):
    """A line with a hyphen and no word."""

    en = "there is no word after the hyphen. Write one, or take the line out."
    th = "ไม่มีคำหลังเครื่องหมายขีด โปรดเติมคำหรือลบบรรทัดนี้"


class EntryTooLong(BadWordList):
    """More characters than a word has."""

    en = "this has {length} characters; a word may have {limit}. Write each word on a line of its own."
    th = "ยาว {length} อักขระ แต่คำหนึ่งยาวได้ไม่เกิน {limit} อักขระ โปรดเขียนบรรทัดละหนึ่งคำ"


class EntryWithSpace(BadWordList):
    """Words with a space between them."""

    en = "“{word}” has a space in it. Write each word on a line of its own."
    th = "“{word}” มีช่องว่างอยู่ภายใน โปรดเขียนบรรทัดละหนึ่งคำ"


class EntryNotThai(BadWordList):
    """Letters of other scripts, digits or signs."""

    en = "“{word}” has signs that are not Thai letters. Only Thai is cut by this list; correct it or take it out."
    th = "“{word}” มีอักขระที่ไม่ใช่ตัวอักษรไทย รายการนี้ใช้กับคำไทยเท่านั้น โปรดแก้ไขหรือลบออก"


class EntryNotWhole(BadWordList):
    """Something that begins or ends within a syllable: a vowel or a mark by itself, a vowel without its consonant."""

    en = "“{word}” is no whole word: a vowel or mark lacks its consonant. Complete it or take it out."
    th = "“{word}” ไม่ใช่คำที่สมบูรณ์ เพราะมีสระหรือเครื่องหมายที่ขาดพยัญชนะ โปรดเติมให้ครบหรือลบออก"


class BothWays(BadWordList):
    """A word that the list adds and takes out."""

    en = "“{word}” stands on line {first} already, the other way round. Keep one of the two lines."
    th = "“{word}” มีอยู่แล้วในบรรทัดที่ {first} แต่ระบุตรงข้ามกัน โปรดเก็บไว้เพียงบรรทัดเดียว"


class BadSidecar(IngestError):
    """A file of facts that is not a YAML mapping of keys to values."""

    en = "The facts are not “key: value” lines in YAML. Write one fact a line; the keys are: {allowed}."
    th = "ข้อมูลประกอบไม่ใช่ YAML แบบ “คีย์: ค่า” โปรดเขียนหนึ่งรายการต่อบรรทัด คีย์ที่ใช้ได้คือ: {allowed}"


class UnknownFact(BadSidecar):
    """A key of a file of facts that is none of ours."""

    en = "The fact “{key}” is not known. Use one of: {allowed}."
    th = "ไม่รู้จักข้อมูลประกอบ “{key}” โปรดใช้คีย์ต่อไปนี้: {allowed}"


class BadFact(IngestError):
    """The value of one fact is not understood."""

    en = "The {key} “{value}” is not understood. Correct it or leave it out."
    th = "ไม่เข้าใจค่า “{value}” ของ {key} โปรดแก้ไขหรือลบออก"


class BadDate(BadFact):
    """A date that is none."""

    en = "The date “{value}” is not understood. Write it as 2019, 2019-08 or 2019-08-02."
    th = "ไม่เข้าใจวันที่ “{value}” โปรดเขียนเป็น 2019, 2019-08 หรือ 2019-08-02"


class BadEconomy(BadFact):
    """A name that is none of the 21 APEC economies."""

    en = "“{value}” is not an APEC economy. Write its official name, such as Chinese Taipei or Thailand."
    th = "“{value}” ไม่ใช่เขตเศรษฐกิจเอเปค โปรดเขียนชื่อทางการ เช่น Chinese Taipei หรือ ไทย"


class BadKind(BadFact):
    """A kind of document that is none of ours."""

    en = "The kind “{value}” is not known. Use one of: {allowed}."
    th = "ไม่รู้จักชนิดเอกสาร “{value}” โปรดใช้ชนิดต่อไปนี้: {allowed}"


class BadYesNo(BadFact):
    """A yes-or-no fact that is neither."""

    en = "The fact “{key}” is yes or no, not “{value}”. Write true or false."
    th = "ข้อมูล “{key}” ต้องเป็นใช่หรือไม่ใช่ แต่พบ “{value}” โปรดเขียน true หรือ false"


class BadValue(BadFact):
    """A list or a mapping where words are wanted, or the other way round."""

    en = "The fact “{key}” must be words, or a list of them where several are allowed. Rewrite its value."
    th = "ข้อมูล “{key}” ต้องเป็นข้อความ หรือรายการข้อความในกรณีที่ใส่ได้หลายค่า โปรดแก้ไขค่า"
