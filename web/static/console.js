"use strict";
// A page that stands open learns of new urgent matters by itself; everything else works without this file.
(function () {
  var body = document.body, count = document.getElementById("live-count"), note = document.getElementById("live");
  if (!body.dataset.live || !window.EventSource) { return; }
  var source = new EventSource(body.dataset.live);
  source.addEventListener("count", function (event) {
    if (!count) { return; }
    count.textContent = event.data;
    count.hidden = event.data === "0";
  });
  source.addEventListener("urgent", function (event) {
    note.innerHTML = event.data;
    document.dispatchEvent(new Event("shouwang-urgent"));
  });
  window.addEventListener("pagehide", function () { source.close(); });
})();
