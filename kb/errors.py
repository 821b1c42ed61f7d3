"""Errors of a knowledge base: each says what is wrong and what to do, in English and in Thai.

KbError
├── NotAdded          a document cannot be brought in (wraps an error of `ingest`)
├── NothingThere      there is no such file
├── Unreadable        a file or folder cannot be read
├── NoSuchDocument    there is no document with that id
├── FileWithheld      the file of a document also holds documents that are not published
├── NoSuchVersion     the document has no version of that number
│   └── NothingBefore     it is the first version, which changed nothing
├── NoSuchEvent       no document is of that event
├── TooLong           two documents are too long to be set side by side
├── BadQuery          a search asks for something impossible
│   └── UnknownEconomy
├── ModelMismatch     the stored vectors were made by another model
├── Unusable          the model or its calibration cannot be used (wraps an error of `index`)
├── HomeUnusable      the folder or the database cannot be read or written
├── BadSetting        a setting has a value that it cannot have
│   ├── BadSiteAddress
│   └── BadProxy
├── BadGlossary       the glossary cannot be used; its `cause` is the reason, one of these:
│   ├── NotUtf8
│   ├── GlossaryColumns   a column that is none of its own, or one missing
│   ├── GlossaryRowBroken
│   ├── GlossaryRowTooLong
│   ├── LoneName          a row with one name, which stands for nothing else
│   ├── NameWithoutWords
│   └── WrongScript       Thai among the English names, or the other way round
├── BadGlossaryRow    one row that an editor wants to save; its `cause` is one of the same
├── BadWords          the home's own list of Thai words cannot be used (wraps an error of `ingest`)
├── NoKnowledgeBase   there is none in the folder
├── AlreadyThere      what is to be written is there already
├── NotWritten        a file or folder cannot be written
├── NotEmpty          a folder to restore into holds something
├── BadBackup         a file cannot be restored from
│   ├── ChangedBackup     bytes of it are missing or changed
│   ├── BackupNotOurs     its bytes hold together, but not as a backup's do
│   ├── DamagedBackup     the database in it is broken
│   └── NewerBackup       a newer Saphan wrote it
├── BadExport         a folder cannot be imported
│   ├── ChangedExport     a file is not the one that was written
│   ├── BrokenExport      a line does not say what it should
│   └── NewerExport       a newer Saphan wrote it
├── OtherHistory      a document has become another one here than in the export
├── BadEvaluationSet  an evaluation folder is not laid out as BEIR's are
└── NotEnoughTexts    there is too little in one language to calibrate on
"""

from __future__ import annotations

from typing import ClassVar

from index.errors import IndexingError
from ingest.errors import IngestError


class KbError(Exception):
    """Something that the caller asked for cannot be done.

    `code` names the kind of error for machines. Subclasses set `en` and `th`, templates for `str.format`;
    keyword arguments fill them. A value that is a `KbError` itself is told in the same language. `str(error)`
    is the English text, `error.message("th")` the Thai one.
    """

    code: ClassVar[str]
    en: ClassVar[str]
    th: ClassVar[str]

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.message("en"))

    def message(self, language: str) -> str:
        """The message in `language`, "en" or "th"."""
        told = {
            name: value.message(language) if isinstance(value, KbError) else value
            for name, value in self.values.items()
        }
        return (self.th if language == "th" else self.en).format(**told)


class _Wrapping(KbError):
    """Carries an error of a lower layer, in its own words."""

    en = "{cause}"
    th = "{cause}"

    def __init__(self, cause: IngestError | IndexingError) -> None:
        self.cause = cause
        super().__init__()

    def message(self, language: str) -> str:
        """The lower layer's message."""
        return self.cause.message(language)


class NotAdded(_Wrapping):
    """A document cannot be brought in."""

    code = "not_added"


class Unusable(_Wrapping):
    """The model or its calibration cannot be used."""

    code = "model_unusable"


class NothingThere(KbError):
    """There is no such file."""

    code = "nothing_there"
    en = "There is no file or folder at {path}. Check the spelling."
    th = "ไม่มีไฟล์หรือโฟลเดอร์ที่ {path} โปรดตรวจสอบตัวสะกด"


class Unreadable(KbError):
    """A file or folder cannot be read."""

    code = "unreadable"
    en = "{path} cannot be read ({reason}). Give yourself the right to read it, then try again."
    th = "อ่าน {path} ไม่ได้ ({reason}) โปรดให้สิทธิ์ในการอ่าน แล้วลองอีกครั้ง"


class NoSuchDocument(KbError):
    """There is no document with that id."""

    code = "no_such_document"
    en = "There is no document {id!r}. It may have been removed; `python -m kb list` shows what is there."
    th = "ไม่มีเอกสารรหัส {id!r} อาจถูกนำออกไปแล้ว ดูเอกสารที่มีอยู่ได้ด้วย `python -m kb list`"


class FileWithheld(KbError):
    """The file of a document also holds documents that are not published."""

    code = "file_withheld"
    en = (
        "This file also holds documents that are not published, so it is not given out. Read the document here; "
        "who needs the file can ask an editor of this site for it."
    )
    th = (
        "ไฟล์นี้มีเอกสารอื่นที่ยังไม่เผยแพร่อยู่ด้วย จึงเปิดให้ดาวน์โหลดไม่ได้ โปรดอ่านเอกสารในหน้านี้แทน "
        "หากจำเป็นต้องใช้ไฟล์ โปรดติดต่อผู้ดูแลเอกสารของเว็บไซต์"
    )


class NoSuchVersion(KbError):
    """The document has no version of that number."""

    code = "no_such_version"
    en = "Document {id!r} has no version {number}. Its newest one can be read without a number."
    th = "เอกสารรหัส {id!r} ไม่มีฉบับที่ {number} ฉบับล่าสุดเปิดอ่านได้โดยไม่ต้องระบุหมายเลข"


class NothingBefore(NoSuchVersion):
    """It is the first version, which changed nothing."""

    en = "Version 1 of document {id!r} is its first: nothing came before it. Read it, or compare later ones."
    th = "ฉบับที่ 1 ของเอกสารรหัส {id!r} เป็นฉบับแรก จึงไม่มีฉบับก่อนหน้าให้เทียบ โปรดเปิดอ่านหรือเทียบฉบับหลังจากนี้"


class NoSuchEvent(KbError):
    """No document is of that event."""

    code = "no_such_event"
    en = "There is no event “{name}”. Look for it in the list of events."
    th = "ไม่มีงานประชุม “{name}” โปรดดูจากรายการงานประชุม"


class TooLong(KbError):
    """Two documents are too long to be set side by side."""

    code = "too_long"
    en = "These two documents are too long to be set side by side. Open each of them by itself."
    th = "เอกสารสองฉบับนี้ยาวเกินกว่าจะแสดงเทียบกันได้ โปรดเปิดอ่านทีละฉบับ"


class BadQuery(KbError):
    """A search asks for something impossible; `allowed` says what is possible."""

    code = "bad_query"
    en = "{name} cannot be {value!r}. Allowed: {allowed}."
    th = "{name} เป็น {value!r} ไม่ได้ ค่าที่ใช้ได้: {allowed}"


class UnknownEconomy(BadQuery):
    """A search asks for an economy that APEC does not have."""

    en = "{value!r} is not an APEC economy. Give its name in English or Thai, or its code, such as THA."
    th = "{value!r} ไม่ใช่เขตเศรษฐกิจเอเปค โปรดระบุชื่อภาษาอังกฤษหรือภาษาไทย หรือรหัส เช่น THA"


class ModelMismatch(KbError):
    """The stored vectors were made by another model."""

    code = "model_mismatch"
    en = (
        "This knowledge base was made with the model {stored}, but the settings name {current}. Run "
        "`python -m kb reindex` to encode its documents with {current}, or set `model` back."
    )
    th = (
        "คลังความรู้นี้สร้างด้วยแบบจำลอง {stored} แต่การตั้งค่าระบุ {current} โปรดรัน `python -m kb reindex` "
        "เพื่อเข้ารหัสเอกสารใหม่ด้วย {current} หรือตั้งค่า `model` กลับเป็นแบบเดิม"
    )


class HomeUnusable(KbError):
    """The folder or the database cannot be read or written."""

    code = "home_unusable"
    en = "The knowledge base in {home} cannot be used: {reason}. Check the folder's rights and free space."
    th = "ใช้คลังความรู้ใน {home} ไม่ได้: {reason} โปรดตรวจสอบสิทธิ์การเข้าถึงโฟลเดอร์และพื้นที่ว่าง"


class BadSetting(KbError):
    """A setting has a value that it cannot have."""

    code = "bad_setting"
    en = "{name} is {value!r}, which it cannot be. Give it `yes` or `no`."
    th = "{name} มีค่าเป็น {value!r} ซึ่งใช้ไม่ได้ โปรดกำหนดเป็น `yes` หรือ `no`"


class BadSiteAddress(BadSetting):
    """It is not the address of a site."""

    en = (
        "{name} is {value!r}, which it cannot be. Give the whole public address, without a path, such as "
        "`https://saphan.example.org`."
    )
    th = "{name} มีค่าเป็น {value!r} ซึ่งใช้ไม่ได้ โปรดระบุที่อยู่เว็บเต็มโดยไม่มีเส้นทางต่อท้าย เช่น `https://saphan.example.org`"


class BadProxy(BadSetting):
    """It is not the address of a machine."""

    en = "{name} is {value!r}, which it cannot be. Give the IP address of the proxy, such as `127.0.0.1`."
    th = "{name} มีค่าเป็น {value!r} ซึ่งใช้ไม่ได้ โปรดระบุที่อยู่ IP ของพร็อกซี เช่น `127.0.0.1`"


class BadGlossary(KbError):
    """The glossary cannot be used. `line` counts from 1, `cause` says why."""

    code = "bad_glossary"
    en = "The glossary {path} cannot be used. Line {line}: {cause}"
    th = "ใช้อภิธานศัพท์ {path} ไม่ได้ บรรทัดที่ {line}: {cause}"


class NotUtf8(BadGlossary):
    """Bytes that are not UTF-8."""

    en = "these are not letters of UTF-8. Save the file as “CSV UTF-8”."
    th = "ข้อมูลไม่ใช่ข้อความ UTF-8 โปรดบันทึกไฟล์เป็นชนิด “CSV UTF-8”"


class GlossaryColumns(BadGlossary):
    """The first line does not name the columns."""

    en = (
        "the columns are “{found}”. Name en and th, and of the others those that are used, separated by "
        "commas: {expected}."
    )
    th = "คอลัมน์ที่พบคือ “{found}” ต้องมี en และ th ส่วนคอลัมน์อื่นใส่เท่าที่ใช้ คั่นด้วยจุลภาค: {expected}"


class GlossaryRowBroken(BadGlossary):
    """A row whose quotation marks do not pair."""

    en = 'a quotation mark has no pair. Write "" for a mark within a quoted cell.'
    th = 'เครื่องหมายคำพูดไม่ครบคู่ โปรดเขียน "" แทนเครื่องหมายคำพูดภายในช่อง'


class GlossaryRowTooLong(BadGlossary):
    """A row with more cells than there are columns."""

    en = "there are {found} cells for {expected} columns. Put a name that has a comma in quotation marks."
    th = "มี {found} ช่องแต่มีเพียง {expected} คอลัมน์ โปรดใส่เครื่องหมายคำพูดคร่อมชื่อที่มีจุลภาค"


class LoneName(BadGlossary):
    """A row with one name only."""

    en = "“{found}” has no other name beside it. Fill in at least two names, or take the row out."
    th = "“{found}” ไม่มีชื่ออื่นคู่กัน โปรดกรอกอย่างน้อยสองชื่อ หรือลบแถวนี้ออก"


class NameWithoutWords(BadGlossary):
    """A name of signs only."""

    en = "“{value}” in the column {column} has no word or number in it. Correct it or leave the cell empty."
    th = "“{value}” ในคอลัมน์ {column} ไม่มีคำหรือตัวเลข โปรดแก้ไขหรือเว้นช่องนี้ว่างไว้"


class WrongScript(BadGlossary):
    """Thai letters in a column for English names, or none in one for Thai names."""

    en = "“{value}” stands in the column {column}, which is for the other language. Move it."
    th = "“{value}” อยู่ในคอลัมน์ {column} ซึ่งใช้สำหรับอีกภาษาหนึ่ง โปรดย้ายไปคอลัมน์ที่ถูกต้อง"


class BadGlossaryRow(KbError):
    """A row that cannot be saved. `row` counts from 1, `name` is one of its names, `cause` says why."""

    code = "bad_glossary_row"
    en = "Row {row} (“{name}”): {cause} Nothing was saved."
    th = "แถวที่ {row} (“{name}”): {cause} ยังไม่ได้บันทึกสิ่งใด"


class BadWords(_Wrapping):
    """The home's own list of Thai words cannot be used."""

    code = "bad_words"


class BadEvaluationSet(KbError):
    """An evaluation folder is not laid out as BEIR's are."""

    code = "bad_evaluation_set"
    en = (
        "{path} cannot be used for evaluation: {reason}. It needs corpus.jsonl, queries.jsonl (each line with "
        "_id, text and lang) and qrels/test.tsv."
    )
    th = (
        "ใช้ {path} ประเมินผลไม่ได้: {reason} ต้องมี corpus.jsonl และ queries.jsonl (แต่ละบรรทัดมี _id, text "
        "และ lang) กับ qrels/test.tsv"
    )


class NotEnoughTexts(KbError):
    """There is too little in one language to calibrate on."""

    code = "not_enough_texts"
    en = (
        "{path} is not enough to learn {language!r} from: {documents} documents in that language, and {queries} "
        "questions that they answer. Give texts in both languages, at least {fewest} documents in each, of "
        "several sentences."
    )
    th = (
        "{path} ไม่พอให้เรียนรู้ภาษา {language!r} เพราะมีเอกสารในภาษานั้น {documents} ฉบับ "
        "และคำถามที่เอกสารเหล่านั้นตอบได้ {queries} ข้อ โปรดใช้เอกสารทั้งสองภาษา อย่างน้อยภาษาละ {fewest} ฉบับ "
        "ฉบับละหลายประโยค"
    )


class NoKnowledgeBase(KbError):
    """There is no knowledge base in the folder."""

    code = "no_knowledge_base"
    en = "There is no knowledge base in {home}. Name its folder with --home or KB_HOME."
    th = "ไม่มีคลังความรู้ใน {home} โปรดระบุโฟลเดอร์ของคลังด้วย --home หรือ KB_HOME"


class AlreadyThere(KbError):
    """What is to be written is there already."""

    code = "already_there"
    en = "{path} is there already and stays as it is. Choose another name, or move it away first."
    th = "มี {path} อยู่แล้วและจะไม่ถูกเขียนทับ โปรดใช้ชื่ออื่น หรือย้ายของเดิมออกก่อน"


class NotWritten(KbError):
    """A file or folder cannot be written; nothing of it is there."""

    code = "not_written"
    en = "{path} cannot be written ({reason}). Check that the folder is there, its rights and free space."
    th = "เขียน {path} ไม่ได้ ({reason}) โปรดตรวจสอบว่ามีโฟลเดอร์นั้น มีสิทธิ์เขียน และมีพื้นที่ว่างพอ"


class NotEmpty(KbError):
    """A folder to restore into holds something."""

    code = "not_empty"
    en = (
        "{home} is not empty ({found}), and a backup is restored into an empty folder only. Name one with "
        "--home; if a restore was cut short here, delete what it left."
    )
    th = (
        "{home} ไม่ว่าง ({found}) การกู้คืนข้อมูลสำรองทำได้เฉพาะในโฟลเดอร์ว่าง โปรดระบุโฟลเดอร์ว่างด้วย --home "
        "หากเคยกู้คืนค้างไว้ที่นี่ โปรดลบสิ่งที่ค้างอยู่"
    )


class BadBackup(KbError):
    """A file cannot be restored from, to begin with since it is no backup; nothing was put in place."""

    code = "bad_backup"
    en = "{path} is not a backup. Name a file that `python -m kb backup` wrote."
    th = "{path} ไม่ใช่ไฟล์ข้อมูลสำรอง โปรดระบุไฟล์ที่สร้างด้วย `python -m kb backup`"


class ChangedBackup(BadBackup):
    """Bytes of it are missing or changed."""

    en = "The backup {path} was cut off or changed after it was written. Copy it again, or use another one."
    th = "ไฟล์ข้อมูลสำรอง {path} ไม่ครบหรือถูกเปลี่ยนแปลงหลังสร้าง โปรดคัดลอกใหม่ หรือใช้ไฟล์สำรองอื่น"


class BackupNotOurs(BadBackup):
    """Its bytes hold together, but not as a backup's do."""

    en = "{path} holds what no backup of Saphan holds, and may be an attack. Use a backup that you made."
    th = "{path} มีเนื้อหาที่ไม่ใช่ของไฟล์ข้อมูลสำรองสะพานและอาจเป็นไฟล์อันตราย โปรดใช้ไฟล์สำรองที่คุณสร้างเอง"


class DamagedBackup(BadBackup):
    """The database in it is broken."""

    en = "The database in the backup {path} is damaged. Use another backup."
    th = "ฐานข้อมูลในไฟล์ข้อมูลสำรอง {path} เสียหาย โปรดใช้ไฟล์สำรองอื่น"


class NewerBackup(BadBackup):
    """A newer Saphan wrote it."""

    en = "The backup {path} was made by a newer version of Saphan. Update Saphan, then restore it."
    th = "ไฟล์ข้อมูลสำรอง {path} สร้างโดยสะพานรุ่นใหม่กว่า โปรดปรับรุ่นสะพานก่อน แล้วจึงกู้คืน"


class BadExport(KbError):
    """A folder cannot be imported, to begin with since a file of an export is missing."""

    code = "bad_export"
    en = "{path} is not a whole export: the file {name} is missing or is none. Copy all of the folder again."
    th = "{path} ไม่ใช่โฟลเดอร์ส่งออกที่ครบถ้วน: ไม่มีไฟล์ {name} หรือไม่ใช่ไฟล์ปกติ โปรดคัดลอกทั้งโฟลเดอร์ใหม่"


class ChangedExport(BadExport):
    """A file is not the one that was written."""

    en = (
        "{name} in {path} is not as its line in SHA256SUMS says. Copy the folder again; if you changed it "
        "yourself, correct that line."
    )
    th = (
        "{name} ใน {path} ไม่ตรงกับที่ระบุใน SHA256SUMS โปรดคัดลอกโฟลเดอร์ใหม่ หากคุณแก้ไขไฟล์เอง "
        "โปรดแก้บรรทัดของไฟล์นั้นให้ตรง"
    )


class BrokenExport(BadExport):
    """A line does not say what it should; `field` is what is wrong there."""

    en = (
        "Line {line} of {name} in {path} cannot be used: see {field}. README.txt there says how it should be."
    )
    th = "บรรทัดที่ {line} ของ {name} ใน {path} ใช้ไม่ได้ โปรดดูที่ {field} รูปแบบที่ถูกต้องอยู่ใน README.txt ในโฟลเดอร์นั้น"


class NewerExport(BadExport):
    """A newer Saphan wrote it."""

    en = "{path} was exported by a newer version of Saphan. Update Saphan, then import it."
    th = "{path} ส่งออกโดยสะพานรุ่นใหม่กว่า โปรดปรับรุ่นสะพานก่อน แล้วจึงนำเข้า"


class OtherHistory(KbError):
    """A document has become another one here than in the export; it stays as it is here."""

    code = "other_history"
    en = (
        "Document {id!r} ({title}) is another one here than in the export, from version {number} on, and "
        "stays as it is. To have the other one, remove it here (`python -m kb remove {id}`) and import again."
    )
    th = (
        "เอกสารรหัส {id!r} ({title}) ในคลังนี้ต่างจากในโฟลเดอร์ส่งออกตั้งแต่ฉบับที่ {number} จึงคงไว้ตามเดิม "
        "หากต้องการฉบับที่ส่งออก ให้นำออกด้วย `python -m kb remove {id}` แล้วนำเข้าอีกครั้ง"
    )
