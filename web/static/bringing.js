// Bringing in: files dropped on the page, sending with progress; a batch whose page follows the work.

const megabytes = (bytes) => (bytes / 1048576).toFixed(bytes < 10485760 ? 1 : 0);

function sending(form) {
  const part = (name) => form.querySelector(`[data-${name}]`);
  const texts = form.dataset;
  const folder = form.querySelector("#folder");
  const dropped = [];
  let request = null;

  if (!("webkitdirectory" in folder) || matchMedia("(hover: none)").matches) form.querySelector("#by-folder").hidden = true;
  part("drop").hidden = false;

  const show = () => {
    const size = dropped.reduce((sum, one) => sum + one.file.size, 0);
    part("dropped").textContent = dropped.length
      ? texts.chosen.replace("{n}", dropped.length).replace("{mb}", megabytes(size))
      : "";
    part("forget").hidden = part("names").hidden = !dropped.length;
    part("names").replaceChildren(
      ...dropped.slice(0, 60).map((one) => {
        const line = document.createElement("li");
        line.dir = "auto";
        line.textContent = one.path;
        return line;
      }),
    );
  };

  const wrong = (text) => {
    part("wrong").textContent = text;
    part("wrong").hidden = !text;
  };

  // ---- dropping

  const file = (entry) => new Promise((done, fail) => entry.file(done, fail));
  const some = (reader) => new Promise((done, fail) => reader.readEntries(done, fail));
  async function take(entry) {
    if (dropped.length > Number(texts.mostFiles)) return;
    if (entry.isFile) {
      dropped.push({ file: await file(entry), path: entry.fullPath.replace(/^\//, "") });
      return;
    }
    const reader = entry.createReader();
    for (let inner = await some(reader); inner.length; inner = await some(reader))
      for (const one of inner) await take(one);
  }

  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    document.documentElement.classList.add("over");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.documentElement.classList.remove("over");
  });
  addEventListener("drop", async (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    document.documentElement.classList.remove("over");
    // What was dropped is only there until the first wait.
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const files = entries.length ? [] : [...event.dataTransfer.files];
    dropped.push(...files.map((one) => ({ file: one, path: one.name })));
    wrong("");
    try {
      for (const entry of entries) await take(entry);
    } catch {
      wrong(texts.unreadable);
    }
    show();
  });
  part("forget").addEventListener("click", () => {
    dropped.length = 0;
    show();
    form.querySelector("#files").focus();
  });

  // ---- sending

  const end = (text) => {
    request = null;
    part("stop").hidden = part("sent").hidden = true;
    part("say").textContent = "";
    form.querySelector("[type=submit]").disabled = false;
    wrong(text);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (request) return;
    const body = new FormData(form);
    for (const one of dropped) body.append("files", one.file, one.path);
    const files = body.getAll("files").filter((one) => one.name);
    const size = files.reduce((sum, one) => sum + one.size, 0);
    if (size > Number(texts.mostBytes)) return wrong(texts.tooLarge);
    if (files.length > Number(texts.mostFiles)) return wrong(texts.tooMany);
    wrong("");
    form.querySelector("[type=submit]").disabled = true;
    part("stop").hidden = part("sent").hidden = false;
    request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    let said = 0;
    request.upload.addEventListener("progress", (sent) => {
      if (!sent.lengthComputable) return;
      part("sent").value = sent.loaded / sent.total;
      const done = sent.loaded === sent.total;
      if (!done && Date.now() - said < 1000) return;
      said = Date.now();
      part("say").textContent = done
        ? texts.taking
        : texts.sending.replace("{sent}", megabytes(sent.loaded)).replace("{all}", megabytes(sent.total));
    });
    request.addEventListener("load", () => {
      if (request.status === 201) {
        location.assign(JSON.parse(request.responseText).url);
        return;
      }
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      end(page.querySelector("[role=alert]:not([hidden])")?.textContent || texts.broken);
    });
    request.addEventListener("error", () => end(texts.broken));
    request.addEventListener("abort", () => end(texts.stopped));
    request.send(body);
  });
  part("stop").addEventListener("click", () => request?.abort());
  addEventListener("pageshow", (event) => event.persisted && end(""));
}

// ---- following the work on a batch

function following(batch) {
  const quickest = 1000;
  const slowest = 8000;
  let pause = quickest;
  let failures = 0;
  let before = "";

  const lost = () => {
    const notice = batch.querySelector("[data-lost-notice]");
    notice.textContent = batch.dataset.lost;
    notice.hidden = false;
    notice.setAttribute("role", "alert");
  };

  function replace(box, html) {
    if (box.dataset.was === html) return;
    // A button that somebody is about to press stays under his finger.
    if (box.contains(document.activeElement)) return;
    box.dataset.was = html;
    box.innerHTML = html;
  }

  async function look() {
    if (document.hidden) return setTimeout(look, quickest);
    const open = [...document.querySelectorAll("[data-open]")];
    const address = new URL(batch.dataset.progress, location.href);
    for (const one of open) address.searchParams.append("item", one.dataset.open);
    let answer;
    try {
      const response = await fetch(address, { headers: { Accept: "application/json" } });
      if (response.redirected || response.status === 401 || response.status === 403) return lost();
      if (!response.ok) throw new Error(response.status);
      answer = await response.json();
    } catch {
      failures += 1;
      if (failures > 5) return lost();
      return setTimeout(look, slowest);
    }
    failures = 0;
    replace(batch.querySelector("[data-summary]"), answer.summary);
    replace(document.querySelector("[data-ways]"), answer.ways);
    for (const one of open) {
      const html = answer.items[one.dataset.open];
      if (html === undefined) continue;
      replace(one, html);
      if (!answer.open.includes(Number(one.dataset.open))) delete one.dataset.open;
    }
    const said = batch.querySelector("[data-milestone]");
    if (said.textContent !== answer.say) said.textContent = answer.say;
    if (answer.finished) {
      document.querySelector("[data-stop-batch]")?.remove();
      return;
    }
    const now = JSON.stringify(answer);
    pause = now === before ? Math.min(slowest, pause * 1.5) : quickest;
    before = now;
    setTimeout(look, pause);
  }

  setTimeout(look, quickest);
}

const form = document.querySelector("#sending");
if (form) sending(form);
const batch = document.querySelector("#batch[data-alive=yes]");
if (batch) following(batch);
