/* Keeps answer pages on the phone, so that one opened once can be opened again in a dead spot; only these, only as long
   as their links live, at most twenty. It also sends what was kept while no page is open. Its scope is /a/ alone. */
(function () {
  var PAGES = "pages", FILES = "files", UNTIL = "Shouwang-Keep-Until", MOST_PAGES = 20, MOST_FILES = 8;
  var SLOW = 4000;

  function over(kept) { return !(+kept.headers.get(UNTIL) * 1000 > Date.now()); }

  /* Take out what has run out, then the oldest beyond the most. A cache lists its entries in the order they were put. */
  function sweep() {
    return caches.open(PAGES).then(function (cache) {
      return cache.keys().then(function (asked) {
        return Promise.all(asked.map(function (each) {
          return cache.match(each).then(function (kept) {
            if (!kept || !over(kept)) return kept && each;
            return cache.delete(each).then(function () { return null; });
          });
        }));
      }).then(function (asked) {
        var alive = asked.filter(Boolean);
        return Promise.all(alive.slice(0, Math.max(0, alive.length - MOST_PAGES)).map(function (each) {
          return cache.delete(each);
        }));
      });
    });
  }

  function plain(address) { return address.split("#")[0]; }

  /* The whole page first: one that breaks off half-way must not take the place of a good one. */
  function keep(address, answer) {
    return Promise.all([caches.open(PAGES), answer.blob()]).then(function (both) {
      return both[0].delete(address).then(function () {
        if (answer.status !== 200 || !answer.headers.get(UNTIL)) return undefined;
        return both[0].put(address, new Response(both[1], { headers: answer.headers }));
      });
    }).then(sweep);
  }

  function renew(address) {
    return fetch(address, { credentials: "same-origin" }).then(function (answer) { return keep(address, answer); });
  }

  function page(request) {
    var address = plain(request.url);
    var kept = caches.open(PAGES).then(function (cache) { return cache.match(address); }).then(function (found) {
      return found && !over(found) ? found : undefined;
    });
    var fresh = fetch(request).then(function (answer) {
      /* Where somebody else answers in our place (a sign-in page of a network) nothing kept is given up. */
      if (!answer.headers.get("Shouwang-Answer")) return answer;
      return keep(address, answer.clone()).then(function () { return answer; });
    });
    return kept.then(function (found) {
      if (!found) return fresh;
      var slow = new Promise(function (resolve) { setTimeout(function () { resolve(found); }, SLOW); });
      return Promise.race([fresh.catch(function () { return found; }), slow]);
    });
  }

  function file(request) {
    return caches.open(FILES).then(function (cache) {
      return cache.match(request).then(function (found) {
        return found || fetch(request).then(function (answer) {
          if (!answer.ok) return answer;
          return cache.put(request, answer.clone()).then(function () { return cache.keys(); }).then(function (asked) {
            return Promise.all(asked.slice(0, Math.max(0, asked.length - MOST_FILES)).map(function (each) {
              return cache.delete(each);
            }));
          }).then(function () { return answer; });
        });
      });
    });
  }

  self.addEventListener("install", function () { self.skipWaiting(); });
  self.addEventListener("activate", function (event) { event.waitUntil(sweep()); });

  self.addEventListener("fetch", function (event) {
    var request = event.request, path = new URL(request.url).pathname;
    if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
    if (request.mode === "navigate") event.respondWith(page(request));
    else if (path.indexOf("/static/") >= 0) event.respondWith(file(request));
  });

  self.addEventListener("message", function (event) {
    var told = event.data || {}, address = plain(told.page || "");
    if (address.indexOf(self.registration.scope) !== 0) return;
    event.waitUntil(Promise.all([
      renew(address)
    ].concat((told.files || []).map(function (each) { return file(new Request(each)); }))).catch(function () {}));
  });

  self.addEventListener("sync", function (event) {
    if (event.tag !== "answers") return;
    event.waitUntil(self.Keeping.flush().then(function (found) {
      return self.clients.matchAll({ includeUncontrolled: true }).then(function (pages) {
        pages.forEach(function (each) { each.postMessage({ sent: found.length }); });
        found.forEach(function (each) {
          if (each[1].state === "done") renew(new URL(each[0].key, self.location.href).href).catch(function () {});
        });
        if (found.some(function (each) { return each[1].state === "kept"; })) throw new Error("later");
      });
    }));
  });
})();
