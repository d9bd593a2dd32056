/* The answer page with a script: an answer given in a dead spot is kept and sent later, pictures are made smaller
   first. Everything here works without it; whatever fails leads back to the plain form. */
"use strict";
(function () {
  var keeping = self.Keeping, box = document.getElementById("kept");
  if (!box || !keeping || !window.fetch || !window.Promise || !window.URLSearchParams) return;
  var words = JSON.parse(box.getAttribute("data-words")), here = location.pathname, photos = [], pressed = null;
  var LONGEST = 1600;

  function form() { return document.querySelector("form[data-keep]"); }

  function made(tag, kind, text) {
    var node = document.createElement(tag);
    if (kind) node.className = kind;
    if (text) node.textContent = text;
    return node;
  }

  function button(text, act) {
    var node = made("button", "second", text);
    node.type = "button";
    node.addEventListener("click", act);
    return node;
  }

  /* What the page says of kept answers. */

  function show(parts, kind) {
    box.textContent = "";
    box.className = parts.length ? "kept " + (kind || "") : "";
    parts.forEach(function (part) { box.appendChild(part); });
  }

  function shown(hidden) { if (form()) form().hidden = hidden; }

  function tellWaiting(entry) {
    var parts = [made("b", "", words.waiting), made("p", "", words.close)];
    if (entry.lost) parts.push(made("p", "", words.lost));
    parts.push(button(words.now, function () { retry(); }));
    if (form()) parts.push(button(words.change, function () { show([]); shown(false); fill(entry); }));
    show(parts, "waiting");
    shown(true);
  }

  function tellRefused(entry) {
    var parts = [made("b", "", words.refused), made("p", "", entry.why)];
    if (entry.key !== here) {
      var open = made("a", "button second", words.open);
      open.href = entry.key;
      parts.push(open);
    }
    parts.push(button(words.drop, function () { keeping.remove(entry.key).then(look); }));
    return parts;
  }

  /* Look at what is kept and tell it: this page's own answer first, else how many others there are. */
  function look() {
    return keeping.all().then(function (entries) {
      var own = entries.filter(function (each) { return each.key === here; })[0];
      var refused = entries.filter(function (each) { return each.state === "refused" && each !== own; });
      var waiting = entries.filter(function (each) { return each.state === "waiting"; });
      if (own && own.state === "waiting") tellWaiting(own);
      else if (own) { show(tellRefused(own), "refused"); if (form()) fill(own); }
      else if (refused.length) show(tellRefused(refused[0]), "refused");
      else if (waiting.length) show([made("p", "", words.others.replace("{count}", waiting.length))], "waiting");
      else if (!box.classList.contains("sent")) show([]);
    });
  }

  /* Show the page the server answered with, in the place of this one. */
  function turn(html, pictures) {
    var page = new DOMParser().parseFromString(html, "text/html"), main = page.querySelector("main");
    if (!main) { location.reload(); return; }
    document.title = page.title;
    document.querySelector("main").innerHTML = main.innerHTML;
    box = document.getElementById("kept") || box;
    begin();
    if (form()) pictures.forEach(function (picture, number) { keep(number, picture); });
    var first = document.querySelector("[role=alert]") || document.querySelector("h1");
    first.setAttribute("tabindex", "-1");
    first.focus();
    window.scrollTo(0, 0);
  }

  function came(entry, what) {
    if (what.state === "gone") { location.reload(); return Promise.resolve(); }
    if (what.state === "done") refresh(entry.key);
    if (entry.key === here && what.html) {
      return (what.state === "final" ? keeping.remove(here) : Promise.resolve()).then(function () {
        turn(what.html, entry.photos);
      });
    }
    return look().then(function () {
      if (what.state === "done") show([made("b", "", words.sent)], "sent");
    });
  }

  function retry() {
    return keeping.all().then(function (entries) {
      var waiting = entries.some(function (each) { return each.state === "waiting"; });
      if (waiting) show([made("b", "", words.sending)], "waiting");
      return waiting ? keeping.flush() : [];
    }).then(function (found) {
      return found.reduce(function (before, each) {
        return before.then(function () { return came(each[0], each[1]); });
      }, Promise.resolve());
    }).then(look);
  }

  /* Sending. */

  function fieldsOf(from) {
    var found = [];
    Array.prototype.forEach.call(from.elements, function (each) {
      var chosen = each.type === "radio" || each.type === "checkbox" ? each.checked : true;
      if (each.name && chosen && !/^(file|button|submit|reset)$/.test(each.type)) found.push([each.name, each.value]);
    });
    if (pressed && pressed.name) found.push([pressed.name, pressed.value]);
    return found;
  }

  function submit(event) {
    var from = event.target;
    if (event.submitter) pressed = event.submitter;
    var entry = {
      key: here, id: Date.now() + "-" + Math.random(), fields: fieldsOf(from), photos: photos.filter(Boolean),
      at: Date.now(), state: "waiting"
    };
    event.preventDefault();
    if (from.getAttribute("aria-busy")) return;
    from.setAttribute("aria-busy", "true");
    show([made("b", "", words.sending)], "waiting");
    keeping.put(entry).then(function () {
      return keeping.send(entry.key, entry.id);
    }).then(function (what) {
      from.removeAttribute("aria-busy");
      if (what.state === "kept") {
        later();
        return look().then(function () { box.setAttribute("tabindex", "-1"); box.focus(); window.scrollTo(0, 0); });
      }
      return came(entry, what);
    }).catch(function () { from.removeAttribute("aria-busy"); from.submit(); });
  }

  function fill(entry) {
    var from = form(), texts = {};
    entry.fields.forEach(function (pair) { (texts[pair[0]] = texts[pair[0]] || []).push(pair[1]); });
    Array.prototype.forEach.call(from.elements, function (each) {
      if (!each.name || /^(file|button|submit|hidden)$/.test(each.type)) return;
      var given = texts[each.name] || [];
      if (each.type === "radio" || each.type === "checkbox") each.checked = given.indexOf(each.value) >= 0;
      else each.value = given[0] || "";
    });
    entry.photos.forEach(function (photo, number) { keep(number, photo); });
  }

  /* Pictures: one place each, the next one offered when the last is taken. */

  function places() { return Array.prototype.slice.call(document.querySelectorAll(".photo")); }

  function keep(number, picture) {
    var place = places()[number];
    if (!place) return;
    photos[number] = picture;
    place.classList.toggle("taken", !!picture);
    Array.prototype.forEach.call(place.querySelectorAll("img,button,.why"), function (each) { each.remove(); });
    if (picture) {
      var image = made("img");
      image.alt = place.querySelector("span").textContent;
      image.src = URL.createObjectURL(picture);
      place.appendChild(image);
      place.appendChild(button(words.remove, function () {
        place.querySelector("input").value = "";
        keep(number, null);
      }));
    }
    offer();
  }

  function offer() {
    var empty = 0;
    places().forEach(function (place, number) { place.hidden = !photos[number] && empty++ > 0; });
  }

  function complain(place, why) {
    keep(places().indexOf(place), null);
    place.querySelector("input").value = "";
    var said = made("p", "why", why);
    said.setAttribute("role", "alert");
    place.insertBefore(said, place.firstChild);
  }

  function smaller(file) {
    return new Promise(function (resolve, reject) {
      var image = new Image(), address = URL.createObjectURL(file);
      image.onerror = reject;
      image.onload = function () {
        var scale = Math.min(1, LONGEST / Math.max(image.naturalWidth, image.naturalHeight));
        var canvas = document.createElement("canvas"), paper = canvas.getContext("2d");
        canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
        canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
        paper.fillStyle = "#fff";
        paper.fillRect(0, 0, canvas.width, canvas.height);
        paper.drawImage(image, 0, 0, canvas.width, canvas.height);
        URL.revokeObjectURL(address);
        canvas.toBlob(function (blob) { resolve(blob || file); }, "image/jpeg", 0.8);
      };
      image.src = address;
    });
  }

  function picked(event) {
    var place = event.target.closest(".photo"), number = places().indexOf(place), file = event.target.files[0];
    if (!file) { keep(number, null); return; }
    smaller(file).then(function (picture) { keep(number, picture); }, function () { complain(place, words.broken); });
  }

  /* Later: when there is a signal again, when a page is opened, and by the worker where there is one. */

  function later() {
    if (!navigator.serviceWorker) return;
    navigator.serviceWorker.ready.then(function (worker) {
      if (worker.sync) worker.sync.register("answers").catch(function () {});
    });
  }

  /* The copy kept on the phone is the form no more. */
  function refresh(key) {
    var worker = navigator.serviceWorker && navigator.serviceWorker.controller;
    if (worker) worker.postMessage({ page: new URL(key, location.href).href });
  }

  function begin() {
    photos = [];
    if (form()) {
      form().addEventListener("submit", submit);
      form().addEventListener("click", function (event) {
        pressed = event.target.closest ? event.target.closest("button[type=submit]") : null;
      });
      places().forEach(function (place) { place.querySelector("input").addEventListener("change", picked); });
      offer();
    }
  }

  begin();
  look().then(retry).catch(function () {});
  window.addEventListener("online", function () { retry().catch(function () {}); });
  window.addEventListener("pageshow", function (event) { if (event.persisted) look(); });
  if (navigator.serviceWorker) {
    var root = box.getAttribute("data-root");
    navigator.serviceWorker.register(root + "/sw.js", { scope: root + "/a/" }).then(function () {
      return navigator.serviceWorker.ready;
    }).then(function (found) {
      /* The first time the worker came after the page: it is told what to keep. */
      if (navigator.serviceWorker.controller) return;
      var scripts = Array.prototype.map.call(document.scripts, function (each) { return each.src; }).filter(Boolean);
      found.active.postMessage({ page: location.href, files: scripts });
    }).catch(function () {});
    navigator.serviceWorker.addEventListener("message", look);
  }
})();
