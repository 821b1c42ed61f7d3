"""A bilingual evaluation set of ten documents in the BEIR layout: five stories, each in English and in Thai."""

from __future__ import annotations

import json
from pathlib import Path

# Title, text, question, and the words that answer it; English, then Thai.
STORIES = [
    (
        (
            "",
            "The fishing village bought a solar ice plant. Before that, half of the catch spoiled on the way to town.",
            "What did the fishing village buy?",
            "a solar ice plant",
        ),
        (
            "",
            "หมู่บ้านชาวประมงซื้อเครื่องทำน้ำแข็งพลังงานแสงอาทิตย์ ก่อนหน้านั้นปลาครึ่งหนึ่งเน่าเสียระหว่างทางเข้าเมือง",
            "หมู่บ้านชาวประมงซื้ออะไร",
            "เครื่องทำน้ำแข็งพลังงานแสงอาทิตย์",
        ),
    ),
    (
        (
            "Weaving hall reopens",
            "The old weaving hall stood empty for years.\n\nForty women now learn to weave silk there every winter.",
            "How many women learn to weave silk?",
            "Forty women",
        ),
        (
            "โรงทอผ้าเปิดอีกครั้ง",
            "โรงทอผ้าเก่าถูกทิ้งร้างมานาน\n\nปัจจุบันผู้หญิงสี่สิบคนเรียนทอผ้าไหมที่นั่นทุกฤดูหนาว",
            "ผู้หญิงกี่คนเรียนทอผ้าไหม",
            "ผู้หญิงสี่สิบคน",
        ),
    ),
    (
        (
            "",
            "Coffee farmers on the mountain share one roaster. They sell their beans to hotels at thrice the price.",
            "What do coffee farmers share?",
            "one roaster",
        ),
        (
            "",
            "เกษตรกรผู้ปลูกกาแฟบนดอยใช้เครื่องคั่วร่วมกันหนึ่งเครื่อง พวกเขาขายเมล็ดกาแฟให้โรงแรมได้ราคาสามเท่า",
            "เกษตรกรผู้ปลูกกาแฟใช้อะไรร่วมกัน",
            "เครื่องคั่ว",
        ),
    ),
    (
        (
            "",
            "A university maps old temples for visitors. Local students earn money as guides during the rainy season.",
            "Who earns money as guides?",
            "Local students",
        ),
        (
            "",
            "มหาวิทยาลัยทำแผนที่วัดเก่าสำหรับนักท่องเที่ยว นักเรียนในท้องถิ่นมีรายได้จากการเป็นมัคคุเทศก์ในฤดูฝน",
            "ใครมีรายได้จากการเป็นมัคคุเทศก์",
            "นักเรียนในท้องถิ่น",
        ),
    ),
    (
        (
            "",
            "The bamboo workshop turned to bicycle frames. An engineer from the city tests each frame before its sale.",
            "Who tests each bicycle frame?",
            "An engineer from the city",
        ),
        (
            "",
            "โรงงานไม้ไผ่หันมาทำโครงจักรยาน วิศวกรจากในเมืองทดสอบโครงจักรยานทุกคันก่อนขาย",
            "ใครทดสอบโครงจักรยานทุกคัน",
            "วิศวกรจากในเมือง",
        ),
    ),
]


def write_villages(folder: Path) -> Path:
    """Write the set into a folder, which it returns."""
    (folder / "qrels").mkdir(parents=True)
    corpus, queries, qrels = [], [], ["query-id\tcorpus-id\tscore"]
    for number, versions in enumerate(STORIES, start=1):
        for language, (title, text, question, answer) in zip(("en", "th"), versions, strict=True):
            corpus.append({"_id": f"{language}-{number}", "title": title, "text": text, "lang": language})
            start = text.index(answer)
            asked = {"_id": f"{language}-q{number}", "text": question, "lang": language}
            queries.append(asked | {"answer": answer, "answer_start": start, "passage": f"{language}-{number}"})
            qrels += [f"{language}-q{number}\t{one}-{number}\t1" for one in ("en", "th")]
    for name, lines in (("corpus", corpus), ("queries", queries)):
        rows = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(rows, encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text("\n".join(qrels) + "\n", encoding="utf-8")
    return folder
