// Times as the clock on the wall has them, where the browser knows which that is.
for (const time of document.querySelectorAll("time[data-moment]")) {
  const language = time.dataset.moment === "th" ? "th-TH" : "en-GB";
  time.textContent = new Date(time.dateTime).toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
}
