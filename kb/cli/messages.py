"""What the commands say, in English and in Thai."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "added": ("{count} added", "เพิ่ม {count} ฉบับ"),
    "updated": ("{count} updated", "ปรับปรุง {count} ฉบับ"),
    "unchanged": ("{count} unchanged", "ไม่เปลี่ยนแปลง {count} ฉบับ"),
    "failed": ("{count} failed", "ไม่สำเร็จ {count} ไฟล์"),
    "nothing_found": (
        "Nothing here answers that. Try other words, or fewer filters.",
        "ไม่พบเอกสารที่ตอบคำถามนี้ ลองใช้คำอื่นหรือลดตัวกรอง",
    ),
    "nothing_good": (
        "Nothing here answers that well; these are the closest.",
        "ไม่มีเอกสารที่ตอบคำถามนี้ได้ดี รายการต่อไปนี้ใกล้เคียงที่สุด",
    ),
    "did_you_mean": ("Did you mean “{text}”?", "คุณหมายถึง “{text}” ใช่หรือไม่"),
    "strong": ("strong", "ตรงมาก"),
    "possible": ("possible", "อาจตรง"),
    "weak": ("weak", "ไม่ค่อยตรง"),
    "empty": ("The knowledge base is empty.", "คลังความรู้ยังไม่มีเอกสาร"),
    "removed": ("Removed {id}.", "นำ {id} ออกแล้ว"),
    "removed_samples": ("Removed {count} samples.", "นำเอกสารตัวอย่างออกแล้ว {count} ฉบับ"),
    "undo_next": (
        "`python -m kb undo ID` brings back what was removed, within {days} days.",
        "นำเอกสารที่นำออกกลับคืนได้ภายใน {days} วัน ด้วย `python -m kb undo ID`",
    ),
    "brought_back": ("Brought back {id}.", "นำ {id} กลับคืนแล้ว"),
    "nothing_removed": ("No document is removed.", "ไม่มีเอกสารที่นำออก"),
    "days_left": (
        "to be purged in {days} days; `python -m kb undo` brings it back until then",
        "จะถูกลบถาวรในอีก {days} วัน ระหว่างนี้นำกลับคืนได้ด้วย `python -m kb undo`",
    ),
    "confirm_purge": (
        "Documents to delete for good: {count}. Nobody can bring them back. Go on?",
        "ลบเอกสาร {count} ฉบับอย่างถาวรหรือไม่ หลังจากนี้จะนำกลับคืนไม่ได้อีก",
    ),
    "purged": (
        "Purged documents: {count}. Backups and exports made before still have them.",
        "ลบเอกสารถาวรแล้ว {count} ฉบับ ข้อมูลสำรองและชุดไฟล์ที่ส่งออกไว้ก่อนหน้านี้ยังมีเอกสารเหล่านี้อยู่",
    ),
    "not_clean": (
        "Another program is reading the database, so bytes of what was purged may be left in its files. The site "
        "does the rest by itself; without it, run `python -m kb purge --due` again later.",
        "มีโปรแกรมอื่นกำลังอ่านฐานข้อมูล ข้อมูลบางส่วนของเอกสารที่ลบจึงอาจยังเหลืออยู่ในไฟล์ เว็บไซต์จะดำเนินการต่อเอง "
        "หากไม่ได้เปิดเว็บไซต์ โปรดรัน `python -m kb purge --due` อีกครั้งภายหลัง",
    ),
    "corrected": ("Corrected {id}.", "แก้ไขข้อมูลของ {id} แล้ว"),
    "nothing_to_correct": ("It is so already; nothing was changed.", "ข้อมูลเป็นเช่นนี้อยู่แล้ว ไม่มีการเปลี่ยนแปลง"),
    "no_drafts": ("There are no drafts.", "ไม่มีฉบับร่าง"),
    "published": ("Published {id}.", "เผยแพร่ {id} แล้ว"),
    "reverted": (
        "{id} is as it was in version {number} again; that is version {version} now.",
        "{id} กลับไปเป็นเหมือนฉบับที่ {number} แล้ว โดยเป็นฉบับที่ {version}",
    ),
    "papers": ("papers: {count}", "เอกสาร {count} ฉบับ"),
    "event_deleted": ("Deleted the event {slug}.", "ลบงาน {slug} แล้ว"),
    "verified": ("All is well: {passages} passages checked.", "ถูกต้องทั้งหมด: ตรวจแล้ว {passages} ข้อความ"),
    "problems": (
        "{count} problems. `python -m kb reindex` makes missing and changed vectors anew; for a damaged "
        "database, restore a backup.",
        "พบปัญหา {count} จุด คำสั่ง `python -m kb reindex` สร้างเวกเตอร์ที่หายหรือถูกแก้ไขใหม่ "
        "หากฐานข้อมูลเสียหายให้กู้คืนจากข้อมูลสำรอง",
    ),
    "no_vectors": ("passage {where} has no vectors", "ข้อความ {where} ไม่มีเวกเตอร์"),
    "changed_vectors": (
        "the checksum of the vectors of passage {where} does not hold",
        "ค่าตรวจสอบของเวกเตอร์ของข้อความ {where} ไม่ตรง",
    ),
    "changed_text": (
        "the text of passage {where} is not the one that was encoded",
        "เนื้อความของข้อความ {where} ไม่ใช่ฉบับที่เข้ารหัสไว้",
    ),
    "damaged_database": ("the database is damaged: {where}", "ฐานข้อมูลเสียหาย: {where}"),
    "not_indexed": ("passage {where} is not in the index", "ข้อความ {where} ไม่อยู่ในดัชนี"),
    "indexed_only": (
        "passage {where} is in the index but not in the database",
        "ข้อความ {where} อยู่ในดัชนีแต่ไม่อยู่ในฐานข้อมูล",
    ),
    "index_parts_differ": ("the parts of the index disagree on {where}", "ส่วนต่าง ๆ ของดัชนีไม่ตรงกันที่ {where}"),
    "reindexed": ("Encoded {count} texts with {model}.", "เข้ารหัส {count} ข้อความด้วย {model} แล้ว"),
    "left_out": ("Left out {path}: {reason}", "ไม่ได้ใช้ {path}: {reason}"),
    "texts_read": (
        "{code}: {documents} documents, {passages} passages, {queries} questions",
        "{code}: เอกสาร {documents} ฉบับ {passages} ข้อความ คำถาม {queries} ข้อ",
    ),
    "texts_paired": (
        "{pairs} documents are known to be there in both languages. Learning takes some minutes.",
        "เอกสารที่ทราบว่ามีทั้งสองภาษามี {pairs} เรื่อง การเรียนรู้ใช้เวลาหลายนาที",
    ),
    "calibrated": ("Wrote {path} after {seconds} seconds.", "บันทึก {path} แล้ว ใช้เวลา {seconds} วินาที"),
    "reindex_next": (
        "Run `python -m kb reindex` next: stored vectors depend on the calibration.",
        "ขั้นต่อไปให้รัน `python -m kb reindex` เพราะเวกเตอร์ที่เก็บไว้ขึ้นกับการปรับเทียบ",
    ),
    "backed_up": (
        "Wrote {path} ({megabytes} MB) and read it again: it is whole.",
        "บันทึก {path} แล้ว ({megabytes} MB) และตรวจอ่านแล้วว่าครบถ้วน",
    ),
    "not_in_backup": (
        "{path} is a link or no ordinary file and is not in the backup. Keep a copy of it yourself.",
        "{path} เป็นลิงก์หรือไม่ใช่ไฟล์ปกติ จึงไม่อยู่ในข้อมูลสำรอง โปรดเก็บสำเนาไว้เอง",
    ),
    "restored": (
        "Restored the backup of {made_at} to {home}.",
        "กู้คืนข้อมูลสำรองเมื่อ {made_at} ไว้ที่ {home} แล้ว",
    ),
    "exported": (
        "Wrote {documents} documents and {originals} original files to {path}.",
        "บันทึกเอกสาร {documents} ฉบับและไฟล์ต้นฉบับ {originals} ไฟล์ไว้ที่ {path} แล้ว",
    ),
    "imported": (
        "{added} added, {updated} updated, {unchanged} unchanged, {other} left as they are here.",
        "เพิ่ม {added} ฉบับ ปรับปรุง {updated} ฉบับ ไม่เปลี่ยนแปลง {unchanged} ฉบับ คงไว้ตามเดิมเพราะเนื้อหาต่างกัน {other} ฉบับ",
    ),
    "user_added": ("Made the account {name} ({role}).", "สร้างบัญชี {name} ({role}) แล้ว"),
    "ask_password": ("Password, at least {shortest} characters", "รหัสผ่าน อย่างน้อย {shortest} ตัวอักษร"),
    "ask_password_again": ("Once more", "พิมพ์อีกครั้ง"),
    "password_changed": (
        "The password of {name} is changed; its sessions are ended.",
        "เปลี่ยนรหัสผ่านของ {name} แล้ว และออกจากระบบทุกเครื่องแล้ว",
    ),
    "role_changed": ("{name} is now {role}.", "{name} มีบทบาทเป็น {role} แล้ว"),
    "user_deactivated": (
        "The account {name} is closed; its sessions are ended.",
        "ปิดบัญชี {name} และออกจากระบบทุกเครื่องแล้ว",
    ),
    "user_activated": (
        "The account {name} is open, with the password that it had.",
        "เปิดบัญชี {name} แล้ว ใช้รหัสผ่านเดิมได้",
    ),
    "not_active": ("(closed)", "(ปิดอยู่)"),
    "key_added": (
        "Made the key {id}. Keep what follows: it cannot be shown again.",
        "สร้างคีย์ {id} แล้ว โปรดเก็บข้อความต่อไปนี้ไว้ เพราะจะไม่แสดงอีก",
    ),
    "key_revoked": ("The key {id} is revoked.", "ยกเลิกคีย์ {id} แล้ว"),
    "revoked": ("(revoked)", "(ยกเลิกแล้ว)"),
    "no_admin": (
        "There is no administrator yet. `python -m kb user add NAME --role admin` makes the first one.",
        "ยังไม่มีผู้ดูแลระบบ สร้างคนแรกได้ด้วย `python -m kb user add NAME --role admin`",
    ),
    "loading_model": (
        "Loading the model; the first time it is unpacked, which may take half a minute…",
        "กำลังโหลดแบบจำลอง ครั้งแรกต้องเตรียมแบบจำลองราวครึ่งนาที…",
    ),
    "loading_samples": ("Loading the sample documents…", "กำลังนำเข้าเอกสารตัวอย่าง…"),
    "serving": ("Saphan is at {address} — press Ctrl+C to stop.", "เปิดสะพานได้ที่ {address} — กด Ctrl+C เพื่อหยุด"),
    "port_taken": (
        "Port {port} of {host} cannot be used ({reason}). Choose another with --port.",
        "ใช้พอร์ต {port} ของ {host} ไม่ได้ ({reason}) โปรดเลือกพอร์ตอื่นด้วย --port",
    ),
    "queue_empty": (
        "Nothing waits. `python -m kb queue --all` shows what was brought in.",
        "ไม่มีรายการที่รออยู่ ดูรายการที่นำเข้าแล้วได้ด้วย `python -m kb queue --all`",
    ),
    "queue_batch": (
        "Batch {id} of {created}, by {actor}: {waiting} waiting, {working} being worked on, {held} to decide, "
        "{failed} failed, {done} done, {cancelled} cancelled",
        "ชุดที่ {id} เมื่อ {created} โดย {actor}: รอ {waiting} กำลังทำ {working} รอตัดสินใจ {held} "
        "ไม่สำเร็จ {failed} เสร็จแล้ว {done} ยกเลิก {cancelled}",
    ),
    "queue_held": (
        "{id} {name}: is much like, or a new version of, {near}; decide on the page Bring in.",
        "{id} {name}: คล้ายหรือเป็นฉบับใหม่ของ {near} โปรดตัดสินใจที่หน้านำเข้า",
    ),
    "at_work": (
        "Working on what is sent in — press Ctrl+C to stop.",
        "กำลังทำงานกับสิ่งที่ส่งเข้ามา — กด Ctrl+C เพื่อหยุด",
    ),
    "worked_off": (
        "Worked off what waited. To decide: {held}; failed: {failed} (see `python -m kb queue`).",
        "ทำงานที่รออยู่ครบแล้ว รอตัดสินใจ {held} ไม่สำเร็จ {failed} (ดู `python -m kb queue`)",
    ),
    "stopped": ("Stopped.", "หยุดแล้ว"),
}


def say(key: str, language: str, **values: object) -> str:
    """The message `key` in `language`, "en" or "th", with its values filled in."""
    return MESSAGES[key][language == "th"].format(**values)
