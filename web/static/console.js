"use strict";
// A page that stands open learns of new urgent matters by itself, and shows its entry of a menu that is wider than a
// phone. Everything works without this file.
(function () {
  var menu = document.querySelector("nav.side"), here = menu && menu.querySelector("[aria-current]");
  if (here) { menu.scrollLeft = here.offsetLeft - (menu.clientWidth - here.offsetWidth) / 2; }
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
