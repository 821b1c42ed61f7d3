"""Errors of the ingest desk, all of them kinds of `kb.errors.KbError`.

KbError
├── BadAddress            not the address of a web page
│   ├── OtherScheme           one of a file, of FTP or the like
│   ├── OtherPort             one with a port that is not the web's
│   └── AddressWithPassword
├── InsideAddress         not a machine of the public internet
├── AddressUnreachable    no connection to it
│   ├── NoSuchHost
│   ├── AddressUntrusted      a certificate that does not hold
│   ├── BrokenAnswer          an answer that breaks off or is not HTTP
│   └── PackedAnswer          an answer compressed unasked
├── AddressRefused        an answer, but not the page
│   └── TooManyRedirects
├── FetchTooSlow
├── FetchTooLarge
├── BadFolder             a folder sent as ZIP, none of which is taken
│   ├── TooManyFiles
│   ├── FolderTooLarge
│   └── FolderBomb            packed to unpack without end
├── BadEntry              one file of such a folder
│   ├── UnsafeName
│   ├── NameTwice
│   ├── NotAFile              a link
│   ├── FolderInside          a ZIP itself
│   └── UnknownPacking
├── BadCorrection         a fact cannot be corrected so; its `cause` says why
│   ├── NotCorrectable        what is named is no fact that editors correct
│   ├── NotAList              it has one value only
│   └── MustBeKnown           it cannot be "not known"
├── NotADraft             a document is not there as a draft
├── BadText               an edited text cannot be taken, to begin with since nothing is left
│   └── BadTimes              a turn whose times make no sense
├── EventThere            an event of that name is there already
├── BadEvent              an event cannot be so; its `cause` says why
│   └── NamelessEvent
├── SameEvent             an event would be merged into itself
├── EventHasPapers        it cannot be deleted
├── NotRemoved            a document is not among the removed ones
├── SavedMeanwhile        somebody else saved the same words
├── NoSuchPerson          there is no account of that name
├── NameTaken             there is one already
├── BadName               no name for an account
├── BadPassword           too weak to be taken, to begin with since it is too short
│   ├── LongPassword
│   ├── CommonPassword        one that is guessed first
│   └── NameAsPassword
├── WrongPassword         not the one of the account
├── LastAdmin             nobody else could manage accounts
├── NoSuchKey             there is no API key with that id
├── BadKey                nothing can be made of what a new key is to be
├── NothingSent
├── TooMuchSent           nothing was taken
│   └── TooLargeSent
├── NoSuchBatch
├── NoSuchItem
├── NotInState            an item has moved on meanwhile
├── NothingKept           of an item, to try again with
├── KnownByAddress        it cannot be a document of its own
├── WentWrong             a fault of ours
├── BroughtDown           an item at which the worker ended, again and again
├── QueueUnreachable
│   ├── BadQueue              the setting names none
│   └── RedisMissing
└── WorkerElsewhere       another process works on the queue
"""

from __future__ import annotations

from kb.errors import KbError

# ---- a web address


class BadAddress(KbError):
    """What was given is not the address of a web page, or a strange form of one."""

    code = "bad_address"
    en = (
        "“{address}” is not a web address that can be fetched. Copy the whole of it from the browser's address "
        "line; it begins with https://."
    )
    th = "“{address}” ไม่ใช่ที่อยู่เว็บที่ดึงข้อมูลได้ โปรดคัดลอกที่อยู่ทั้งหมดจากแถบที่อยู่ของเบราว์เซอร์ ซึ่งขึ้นต้นด้วย https://"


class OtherScheme(BadAddress):
    """It is one of a file, of FTP or the like."""

    en = (
        "“{address}” does not begin with http:// or https://, and nothing else is fetched. Bring in the file "
        "itself."
    )
    th = "“{address}” ไม่ได้ขึ้นต้นด้วย http:// หรือ https:// ซึ่งเป็นสองแบบที่ดึงได้ โปรดนำเข้าเป็นไฟล์แทน"


class OtherPort(BadAddress):
    """It names a port that is not the web's."""

    en = (
        "“{address}” names port {port}, and pages are fetched from ports 80 and 443 only. Save the page in your "
        "browser and bring in the file."
    )
    th = (
        "“{address}” ระบุพอร์ต {port} แต่ดึงหน้าเว็บได้จากพอร์ต 80 และ 443 เท่านั้น "
        "โปรดบันทึกหน้าเว็บในเบราว์เซอร์แล้วนำเข้าเป็นไฟล์"
    )


class AddressWithPassword(BadAddress):
    """It has a user's name or a password in it."""

    en = (
        "There is a user name or a password in this address of {host}. Take out what stands before the @; if the "
        "page needs them, save it in your browser and bring in the file."
    )
    th = (
        "ที่อยู่ของ {host} นี้มีชื่อผู้ใช้หรือรหัสผ่านอยู่ด้วย โปรดลบส่วนที่อยู่หน้าเครื่องหมาย @ "
        "หากหน้าเว็บต้องใช้ข้อมูลนั้น โปรดบันทึกหน้าเว็บในเบราว์เซอร์แล้วนำเข้าเป็นไฟล์"
    )


class InsideAddress(KbError):
    """It leads to a machine that is not of the public internet."""

    code = "inside_address"
    en = (
        "{host} is on an inner network or has no public address, and only the public web is fetched. Save the "
        "page in your browser and bring in the file."
    )
    th = (
        "{host} อยู่ในเครือข่ายภายในหรือไม่มีที่อยู่สาธารณะ ระบบดึงได้เฉพาะเว็บสาธารณะเท่านั้น "
        "โปรดบันทึกหน้าเว็บในเบราว์เซอร์แล้วนำเข้าเป็นไฟล์"
    )


class AddressUnreachable(KbError):
    """No connection to it can be made, or it is lost."""

    code = "address_unreachable"
    en = (
        "{host} cannot be reached ({reason}). Try again later, or save the page in your browser and bring in the "
        "file."
    )
    th = "ติดต่อ {host} ไม่ได้ ({reason}) โปรดลองใหม่ภายหลัง หรือบันทึกหน้าเว็บในเบราว์เซอร์แล้วนำเข้าเป็นไฟล์"


class NoSuchHost(AddressUnreachable):
    """The name of its host is not known."""

    en = (
        "No site by the name of {host} was found. Check the spelling of the address; if it is right, whether "
        "Saphan's machine reaches the internet."
    )
    th = "ไม่พบเว็บไซต์ชื่อ {host} โปรดตรวจสอบตัวสะกดของที่อยู่ หากถูกต้องแล้ว โปรดตรวจสอบว่าเครื่องของสะพานต่ออินเทอร์เน็ตได้"


class AddressUntrusted(AddressUnreachable):
    """Its certificate does not hold."""

    en = (
        "The certificate of {host} does not prove that it is {host} ({reason}). Open the page in your browser; if "
        "you trust it, save it there and bring in the file."
    )
    th = (
        "ใบรับรองของ {host} ยืนยันไม่ได้ว่าเป็น {host} จริง ({reason}) โปรดเปิดหน้าเว็บในเบราว์เซอร์ "
        "หากเชื่อถือได้ ให้บันทึกไว้แล้วนำเข้าเป็นไฟล์"
    )


class BrokenAnswer(AddressUnreachable):
    """What it answers breaks off or is not HTTP."""

    en = (
        "The answer of {host} breaks off or makes no sense. Try again later, or save the page in your browser and "
        "bring in the file."
    )
    th = "คำตอบจาก {host} ขาดหายหรือผิดรูปแบบ โปรดลองใหม่ภายหลัง หรือบันทึกหน้าเว็บในเบราว์เซอร์แล้วนำเข้าเป็นไฟล์"


class PackedAnswer(AddressUnreachable):
    """It sends the page compressed, though asked not to."""

    en = (
        "{host} sends its page compressed ({packing}) although asked not to. Save the page in your browser and "
        "bring in the file."
    )
    th = "{host} ส่งหน้าเว็บแบบบีบอัด ({packing}) แม้ขอให้ส่งแบบไม่บีบอัด โปรดบันทึกหน้าเว็บในเบราว์เซอร์แล้วนำเข้าเป็นไฟล์"


class AddressRefused(KbError):
    """Its host answers, but not with the page."""

    code = "address_refused"
    en = (
        "{host} answers with status {status} and not with the page. Check the address in your browser; if the page "
        "shows there, save it and bring in the file."
    )
    th = (
        "{host} ตอบด้วยสถานะ {status} แทนที่จะส่งหน้าเว็บ โปรดตรวจสอบที่อยู่ในเบราว์เซอร์ "
        "หากเปิดหน้าเว็บได้ ให้บันทึกไว้แล้วนำเข้าเป็นไฟล์"
    )


class TooManyRedirects(AddressRefused):
    """It sends on and on."""

    en = (
        "This address sends on more than {limit} times, lastly to {host}. Open it in your browser and give the "
        "address where it ends, or save the page and bring in the file."
    )
    th = (
        "ที่อยู่นี้ส่งต่อไปที่อื่นเกิน {limit} ครั้ง ครั้งสุดท้ายไปยัง {host} โปรดเปิดในเบราว์เซอร์แล้วใช้ที่อยู่สุดท้าย "
        "หรือบันทึกหน้าเว็บแล้วนำเข้าเป็นไฟล์"
    )


class FetchTooSlow(KbError):
    """It is not there in time."""

    code = "fetch_too_slow"
    en = (
        "{host} did not hand over the page within {seconds} seconds. Try again later, or save the page in your "
        "browser and bring in the file."
    )
    th = "{host} ส่งหน้าเว็บไม่เสร็จภายใน {seconds} วินาที โปรดลองใหม่ภายหลัง หรือบันทึกหน้าเว็บในเบราว์เซอร์แล้วนำเข้าเป็นไฟล์"


class FetchTooLarge(KbError):
    """It is more than a document may be."""

    code = "fetch_too_large"
    en = (
        "{host} sends more than {limit} MB. Save the file yourself, split it or leave out its pictures, and bring "
        "in that."
    )
    th = "{host} ส่งข้อมูลเกิน {limit} MB โปรดบันทึกไฟล์ด้วยตนเอง แบ่งไฟล์หรือนำรูปภาพออก แล้วนำเข้าไฟล์นั้น"


# ---- a folder sent as ZIP


class BadFolder(KbError):
    """A folder cannot be taken at all, to begin with since it holds no document; none of its files was."""

    code = "bad_folder"
    en = "There are no files to bring in in {name}. Check what was packed."
    th = "ไม่มีไฟล์ให้นำเข้าใน {name} โปรดตรวจสอบว่าบีบอัดไฟล์ใดไว้"


class TooManyFiles(BadFolder):
    """It has more files than one folder may."""

    en = "There are more than {limit} files in {name}. Pack them as several ZIP files."
    th = "{name} มีไฟล์มากกว่า {limit} ไฟล์ โปรดแบ่งเป็น ZIP หลายไฟล์"


class FolderTooLarge(BadFolder):
    """Its files together are too large."""

    en = (
        "The files in {name} have {megabytes} MB together, and at most {limit} MB are taken. Pack them as several "
        "ZIP files."
    )
    th = "ไฟล์ใน {name} มีขนาดรวม {megabytes} MB รับได้ไม่เกิน {limit} MB โปรดแบ่งเป็น ZIP หลายไฟล์"


class FolderBomb(BadFolder):
    """It is packed as no ordinary program does: to unpack to far too much."""

    en = (
        "{name} is packed in a way that could make it unpack without end, and may be an attack. Unpack it yourself "
        "and bring in its files, or leave it out."
    )
    th = (
        "{name} ถูกบีบอัดในลักษณะที่อาจคลายออกมาได้ไม่สิ้นสุดและอาจเป็นไฟล์อันตราย "
        "โปรดคลายไฟล์เองแล้วนำเข้าทีละไฟล์ หรือไม่ต้องนำเข้า"
    )


class BadEntry(KbError):
    """One file of a folder cannot be taken, to begin with since its bytes are damaged."""

    code = "bad_entry"
    en = "{path} is damaged within the ZIP file. Pack the folder again, or bring in this file by itself."
    th = "{path} ในไฟล์ ZIP เสียหาย โปรดบีบอัดโฟลเดอร์ใหม่ หรือนำเข้าเฉพาะไฟล์นี้"


class UnsafeName(BadEntry):
    """Its name leads out of the folder, or has signs in it that no name needs."""

    en = (
        "The name {path} leads out of its folder, has signs that cannot be shown, or is too long. Rename the file "
        "and pack the folder again."
    )
    th = "ชื่อ {path} อ้างออกนอกโฟลเดอร์ มีอักขระที่แสดงไม่ได้ หรือยาวเกินไป โปรดเปลี่ยนชื่อไฟล์แล้วบีบอัดโฟลเดอร์ใหม่"


class NameTwice(BadEntry):
    """Another file of the folder has its name."""

    en = "{path} stands in the ZIP file more than once; the first one counts. Pack the folder again."
    th = "{path} มีอยู่ในไฟล์ ZIP มากกว่าหนึ่งครั้ง ระบบใช้รายการแรก โปรดบีบอัดโฟลเดอร์ใหม่"


class NotAFile(BadEntry):
    """It is a link or a device."""

    en = "{path} is a link to something and not a file. Put the file itself in its place and pack the folder again."
    th = "{path} เป็นลิงก์ ไม่ใช่ไฟล์ โปรดใส่ไฟล์จริงแทนแล้วบีบอัดโฟลเดอร์ใหม่"


class FolderInside(BadEntry):
    """It is a ZIP file itself."""

    en = "{path} is a ZIP file within a ZIP file. Unpack it, or bring it in by itself."
    th = "{path} เป็นไฟล์ ZIP ที่อยู่ในไฟล์ ZIP โปรดคลายไฟล์นี้ก่อน หรือนำเข้าแยกต่างหาก"


class UnknownPacking(BadEntry):
    """It is compressed by a method other than the usual one."""

    en = (
        "{path} is compressed by an unusual method. Pack the folder again by the method Deflate, or bring in this "
        "file by itself."
    )
    th = "{path} ถูกบีบอัดด้วยวิธีที่ไม่ทั่วไป โปรดบีบอัดโฟลเดอร์ใหม่ด้วยวิธี Deflate หรือนำเข้าเฉพาะไฟล์นี้"


# ---- words


class SavedMeanwhile(KbError):
    """Somebody else saved what an editor was changing; nothing was written."""

    code = "saved_meanwhile"
    en = (
        "Somebody else saved changes while you were editing, so yours are not saved yet. They are still here: "
        "look at what is there now, then save again."
    )
    th = "มีผู้อื่นบันทึกการแก้ไขไปแล้วระหว่างที่คุณกำลังแก้ไข ข้อมูลของคุณจึงยังไม่ได้บันทึก แต่ยังอยู่ครบที่นี่ โปรดดูข้อมูลล่าสุด แล้วบันทึกอีกครั้ง"


# ---- people and keys


class NoSuchPerson(KbError):
    """There is no account of that name."""

    code = "no_such_person"
    en = "There is no account named {name!r}. `python -m kb user list` and the page People show the accounts."
    th = "ไม่มีบัญชีชื่อ {name!r} ดูรายชื่อบัญชีได้ด้วย `python -m kb user list` หรือที่หน้าผู้ใช้"


class NameTaken(KbError):
    """There is an account of that name already."""

    code = "name_taken"
    en = "There is an account named {name!r} already. Choose another name, or change that account."
    th = "มีบัญชีชื่อ {name!r} อยู่แล้ว โปรดเลือกชื่ออื่น หรือแก้ไขบัญชีเดิม"


class BadName(KbError):
    """It cannot be the name of an account."""

    code = "bad_name"
    en = (
        "{name!r} cannot be the name of an account. Use 2 to 40 small letters a–z, digits, dots, underscores and "
        "hyphens, and begin with a letter or a digit."
    )
    th = (
        "ใช้ {name!r} เป็นชื่อบัญชีไม่ได้ โปรดใช้ตัวพิมพ์เล็ก a–z ตัวเลข จุด ขีดล่าง หรือขีดกลาง รวม 2 ถึง 40 ตัว "
        "โดยขึ้นต้นด้วยตัวอักษรหรือตัวเลข"
    )


class BadPassword(KbError):
    """A password that cannot be taken, to begin with since it is too short."""

    code = "bad_password"
    en = "The password is too short. Use at least {shortest} characters; a few words in a row do well."
    th = "รหัสผ่านสั้นเกินไป โปรดใช้อย่างน้อย {shortest} ตัวอักษร จะใช้หลายคำเรียงต่อกันก็ได้"


class LongPassword(BadPassword):
    """It is longer than any that somebody types."""

    en = "The password is too long. Use at most {longest} characters."
    th = "รหัสผ่านยาวเกินไป โปรดใช้ไม่เกิน {longest} ตัวอักษร"


class CommonPassword(BadPassword):
    """It is among those that are tried first."""

    en = "This password is easily guessed: many use it, or it repeats itself. Choose another one."
    th = "รหัสผ่านนี้เดาได้ง่าย เพราะมีผู้ใช้จำนวนมากหรือมีตัวอักษรซ้ำเป็นชุด โปรดเลือกรหัสผ่านอื่น"


class NameAsPassword(BadPassword):
    """It is the name of the account or of the site."""

    en = "The password must not be the name of the account or of this site. Choose another one."
    th = "รหัสผ่านต้องไม่ตรงกับชื่อบัญชีหรือชื่อเว็บไซต์นี้ โปรดเลือกรหัสผ่านอื่น"


class WrongPassword(KbError):
    """It is not the password of the account, or there is no such account, which is not told."""

    code = "wrong_password"
    en = "The name or the password is not right. Check both; an administrator can give you a new password."
    th = "ชื่อหรือรหัสผ่านไม่ถูกต้อง โปรดตรวจสอบทั้งสองอย่าง หากลืมรหัสผ่าน ผู้ดูแลระบบตั้งให้ใหม่ได้"


class LastAdmin(KbError):
    """Nobody else could manage accounts."""

    code = "last_admin"
    en = "{name!r} is the only active administrator and stays so. Make another one first."
    th = "{name!r} เป็นผู้ดูแลระบบที่ใช้งานอยู่เพียงคนเดียวจึงเปลี่ยนไม่ได้ โปรดเพิ่มผู้ดูแลระบบอีกคนก่อน"


class NoSuchKey(KbError):
    """There is no API key with that id."""

    code = "no_such_key"
    en = "There is no API key with the id {id!r}. `python -m kb key list` and the page Keys show them."
    th = "ไม่มีคีย์ API รหัส {id!r} ดูรายการคีย์ได้ด้วย `python -m kb key list` หรือที่หน้าคีย์"


class BadKey(KbError):
    """A key without a name or without scopes."""

    code = "bad_key"
    en = "Say what the key is for, in at most {longest} characters, and choose at least one thing that it may do."
    th = "โปรดระบุว่าคีย์นี้ใช้ทำอะไร ไม่เกิน {longest} ตัวอักษร และเลือกสิ่งที่คีย์ทำได้อย่างน้อยหนึ่งอย่าง"


# ---- review


class BadCorrection(KbError):
    """A fact cannot be corrected so; nothing of the selection was changed."""

    code = "bad_correction"
    en = "{field} of “{title}” ({id}): {cause} Nothing was changed."
    th = "{field} ของ “{title}” ({id}): {cause} ยังไม่มีข้อมูลใดถูกแก้ไข"


class NotCorrectable(BadCorrection):
    """What is named is no fact that editors correct."""

    en = "“{field}” is not a fact that can be corrected. Use one of: {allowed}."
    th = "“{field}” ไม่ใช่ข้อมูลที่แก้ไขได้ โปรดใช้รายการต่อไปนี้: {allowed}"


class NotAList(BadCorrection):
    """Values are to be added to a fact, or taken from it, that has one value only."""

    en = "The fact “{field}” has one value. Give it another instead of adding or taking away."
    th = "ข้อมูล “{field}” มีได้เพียงค่าเดียว โปรดกำหนดค่าใหม่แทนการเพิ่มหรือลดค่า"


class MustBeKnown(BadCorrection):
    """A fact that every document has is to be not known."""

    en = "Every document has a {field}. Write one, or let it go back to what the text says."
    th = "เอกสารทุกฉบับต้องมี {field} โปรดระบุค่า หรือย้อนไปใช้ค่าที่พบในเนื้อความ"


class NotADraft(KbError):
    """A document is not there as a draft."""

    code = "not_a_draft"
    en = "{id} is not a draft; it may be published or removed already. Look through the drafts again."
    th = "{id} ไม่ใช่ฉบับร่าง อาจเผยแพร่หรือนำออกไปแล้ว โปรดดูรายการฉบับร่างอีกครั้ง"


class BadText(KbError):
    """An edited text cannot be taken, to begin with since no words are left; nothing was changed."""

    code = "bad_text"
    en = "There are no words left in the text. Write some, or remove the document."
    th = "ไม่มีข้อความเหลืออยู่ โปรดเขียนข้อความ หรือนำเอกสารออก"


class BadTimes(BadText):
    """The times of a turn make no sense. `line` counts from 1."""

    en = "Line {line}: the times are not understood. Write them as [00:01:02.500] or [00:01:02.500 - 00:01:07.000]."
    th = "บรรทัดที่ {line}: ไม่เข้าใจเวลา โปรดเขียนเป็น [00:01:02.500] หรือ [00:01:02.500 - 00:01:07.000]"


# ---- events


class EventThere(KbError):
    """An event of that name is there already, or was before it was renamed or merged."""

    code = "event_there"
    en = "There is an event “{name}” already. Choose another name, or merge the two events."
    th = "มีงาน “{name}” อยู่แล้ว โปรดใช้ชื่ออื่น หรือรวมสองงานเข้าด้วยกัน"


class BadEvent(KbError):
    """An event cannot have such a value; nothing was changed."""

    code = "bad_event"
    en = "{field}: {cause} Nothing was changed."
    th = "{field}: {cause} ยังไม่มีข้อมูลใดถูกแก้ไข"


class NamelessEvent(BadEvent):
    """Its name has no letters or digits."""

    en = "An event needs a name with letters or digits in it. Write one."
    th = "ชื่องานต้องมีตัวอักษรหรือตัวเลข โปรดระบุชื่อ"


class SameEvent(KbError):
    """An event would be merged into itself."""

    code = "same_event"
    en = "“{name}” cannot be merged into itself. Choose another event."
    th = "รวมงาน “{name}” เข้ากับตัวเองไม่ได้ โปรดเลือกงานอื่น"


class EventHasPapers(KbError):
    """It cannot be deleted."""

    code = "event_has_papers"
    en = "“{name}” has {papers} papers, drafts among them counted. Merge it into another event instead."
    th = "งาน “{name}” มีเอกสาร {papers} ฉบับ (รวมฉบับร่าง) โปรดรวมเข้ากับงานอื่นแทน"


# ---- taking out


class NotRemoved(KbError):
    """A document is not among the removed ones."""

    code = "not_removed"
    en = "{id} is not among the removed documents. `python -m kb removed` and the page Removed show them."
    th = "{id} ไม่อยู่ในเอกสารที่นำออก ดูรายการได้ด้วย `python -m kb removed` หรือที่หน้าเอกสารที่นำออก"


# ---- bringing in


class NothingSent(KbError):
    """There is nothing to bring in in what was sent."""

    code = "nothing_sent"
    en = "Nothing was sent. Choose files, paste text or give a web address."
    th = "ยังไม่ได้ส่งสิ่งใดมา โปรดเลือกไฟล์ วางข้อความ หรือระบุที่อยู่เว็บ"


class TooMuchSent(KbError):
    """More files than are taken at once; nothing was taken."""

    code = "too_much_sent"
    en = "There are more than {limit} files. Nothing was taken; send them in several parts."
    th = "มีไฟล์มากกว่า {limit} ไฟล์ ยังไม่มีไฟล์ใดถูกรับไว้ โปรดแบ่งส่งเป็นหลายครั้ง"


class TooLargeSent(TooMuchSent):
    """More bytes than are taken at once."""

    en = "The files have more than {limit} MB together. Nothing was taken; send them in several parts."
    th = "ไฟล์มีขนาดรวมเกิน {limit} MB ยังไม่มีไฟล์ใดถูกรับไว้ โปรดแบ่งส่งเป็นหลายครั้ง"


class NoSuchBatch(KbError):
    """There is no batch with that number."""

    code = "no_such_batch"
    en = "There is no batch {id}. `python -m kb queue` and the page Bring in show those there are."
    th = "ไม่มีชุดนำเข้าหมายเลข {id} ดูชุดที่มีได้ด้วย `python -m kb queue` หรือที่หน้านำเข้า"


class NoSuchItem(KbError):
    """There is no item with that number."""

    code = "no_such_item"
    en = "There is no item {id} among what was sent in. Load the page of its batch again."
    th = "ไม่มีรายการหมายเลข {id} ในสิ่งที่ส่งมา โปรดโหลดหน้าของชุดนำเข้าใหม่"


class NotInState(KbError):
    """An item is not, or no longer, in a state in which that can be done; nothing was done."""

    code = "not_in_state"
    en = "Item {id} ({name}) has moved on meanwhile, and nothing was done. Load the page again."
    th = "รายการที่ {id} ({name}) เปลี่ยนสถานะไปแล้ว จึงยังไม่ได้ดำเนินการใด ๆ โปรดโหลดหน้าใหม่"


class NothingKept(KbError):
    """An item has no bytes to try again with."""

    code = "nothing_kept"
    en = "Nothing is kept of {name} (item {id}). Send a mended file in its place."
    th = "ไม่มีข้อมูลของ {name} (รายการที่ {id}) เก็บไว้ โปรดส่งไฟล์ที่แก้ไขแล้วมาแทน"


class KnownByAddress(KbError):
    """A file says of itself which address it is of, and so which document."""

    code = "known_by_address"
    en = (
        "{name} (item {id}) is of {address}, which a document is of already. Bring it in as a new version of that, "
        "or leave it out."
    )
    th = "{name} (รายการที่ {id}) มาจาก {address} ซึ่งมีเอกสารอยู่แล้ว โปรดนำเข้าเป็นฉบับใหม่ของเอกสารนั้น หรือไม่นำเข้า"


class WentWrong(KbError):
    """A fault of ours while an item was worked on; the log has more."""

    code = "went_wrong"
    en = (
        "Something went wrong on our side with this file. Try it again; if that does not help, ask whoever runs "
        "this site to look in its log."
    )
    th = (
        "เกิดข้อผิดพลาดในระบบของเราขณะทำงานกับไฟล์นี้ โปรดลองอีกครั้ง "
        "หากยังไม่สำเร็จ โปรดแจ้งผู้ดูแลเว็บไซต์ให้ตรวจสอบบันทึกของระบบ"
    )


class BroughtDown(KbError):
    """Work on an item ended several times with the end of the worker."""

    code = "brought_down"
    en = (
        "Work on this file broke off {times} times, perhaps because it needs too much memory. Split it or save it "
        "in another format, then send that in its place."
    )
    th = (
        "การทำงานกับไฟล์นี้หยุดกลางคัน {times} ครั้ง อาจเพราะใช้หน่วยความจำมากเกินไป "
        "โปรดแบ่งไฟล์หรือบันทึกเป็นรูปแบบอื่น แล้วส่งมาแทน"
    )


class QueueUnreachable(KbError):
    """The queue is not there. What was sent in or decided is kept, and is queued again by itself."""

    code = "queue_unreachable"
    en = (
        "The queue at {place} cannot be reached ({reason}). What was sent in is kept and waits; work on it goes on "
        "when the queue is back. Start it, or correct KB_QUEUE."
    )
    th = (
        "ติดต่อคิวงานที่ {place} ไม่ได้ ({reason}) สิ่งที่ส่งมาถูกเก็บไว้แล้วและรออยู่ "
        "ระบบจะทำงานต่อเมื่อคิวงานกลับมา โปรดเปิดคิวงาน หรือแก้ไข KB_QUEUE"
    )

    batch: int | None = None  # the number of the batch that was taken, if that is what was done


class BadQueue(QueueUnreachable):
    """The setting names none."""

    code = "bad_queue"
    en = (
        "KB_QUEUE is not the address of a Redis. Write it as redis://HOST:6379/0, or leave it empty; what was sent "
        "in is kept and waits."
    )
    th = "KB_QUEUE ไม่ใช่ที่อยู่ของ Redis โปรดเขียนเป็น redis://HOST:6379/0 หรือเว้นว่างไว้ สิ่งที่ส่งมาถูกเก็บไว้แล้วและรออยู่"


class RedisMissing(QueueUnreachable):
    """The client of Redis is not installed."""

    code = "redis_missing"
    en = (
        "KB_QUEUE names a Redis, but the Python package redis is not installed. Install it with "
        "`python -m pip install redis`, or leave KB_QUEUE empty; what was sent in is kept and waits."
    )
    th = (
        "KB_QUEUE ระบุ Redis แต่ยังไม่ได้ติดตั้งแพ็กเกจ redis ของ Python โปรดติดตั้งด้วย "
        "`python -m pip install redis` หรือเว้น KB_QUEUE ว่างไว้ สิ่งที่ส่งมาถูกเก็บไว้แล้วและรออยู่"
    )


class WorkerElsewhere(KbError):
    """Another process works on what was sent in to this home."""

    code = "worker_elsewhere"
    en = "Another process, such as `kb serve`, is at work on what was sent in to {home}. Stop it first."
    th = "มีโปรเซสอื่น เช่น `kb serve` กำลังทำงานกับสิ่งที่ส่งเข้าคลัง {home} อยู่ โปรดหยุดโปรเซสนั้นก่อน"
