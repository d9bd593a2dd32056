/* Answers kept on the phone until they have arrived. Used by the page and by the service worker; ES2019, no library.
   An entry: {key: its page's path, id, fields: [[name, text]], photos: [Blob], at, state: "waiting"|"refused", why}. */
"use strict";
(function (scope) {
  var NAME = "shouwang", STORE = "answers", PREFIX = "shouwang-answer:", LEASE = "shouwang-sending";

  function whole(request) {
    return new Promise(function (resolve, reject) {
      request.onsuccess = function () { resolve(request.result); };
      request.onerror = function () { reject(request.error); };
    });
  }

  function open() {
    if (!scope.indexedDB) return Promise.reject(new Error("none"));
    var request = scope.indexedDB.open(NAME, 1);
    request.onupgradeneeded = function () { request.result.createObjectStore(STORE, { keyPath: "key" }); };
    return whole(request);
  }

  function inDatabase(mode, act) {
    return open().then(function (database) {
      return new Promise(function (resolve, reject) {
        var deal = database.transaction(STORE, mode), asked = act(deal.objectStore(STORE));
        deal.oncomplete = function () { database.close(); resolve(asked.result); };
        deal.onabort = deal.onerror = function () { database.close(); reject(deal.error); };
      });
    });
  }

  /* Where there is no database (private windows of old browsers) words go to localStorage; pictures do not fit in. */
  var plain = {
    all: function () {
      return Object.keys(scope.localStorage).filter(function (key) { return key.indexOf(PREFIX) === 0; })
        .map(function (key) { return JSON.parse(scope.localStorage.getItem(key)); });
    },
    put: function (entry) {
      var bare = Object.assign({}, entry, { photos: [], lost: entry.photos.length });
      scope.localStorage.setItem(PREFIX + entry.key, JSON.stringify(bare));
    },
    remove: function (key) { scope.localStorage.removeItem(PREFIX + key); }
  };

  function fallback(act) {
    return function (trouble) {
      if (!scope.localStorage) throw trouble;
      return act();
    };
  }

  function all() {
    return inDatabase("readonly", function (store) { return store.getAll(); })
      .catch(fallback(function () { return plain.all(); }));
  }
  function put(entry) {
    return inDatabase("readwrite", function (store) { return store.put(entry); })
      .catch(fallback(function () { plain.put(entry); }));
  }
  function remove(key) {
    return inDatabase("readwrite", function (store) { return store.delete(key); })
      .catch(fallback(function () { plain.remove(key); }));
  }

  /* One sender at a time over all tabs and the worker. Without Web Locks a lease that runs out. */
  function alone(job) {
    if (scope.navigator.locks) return scope.navigator.locks.request(LEASE, job);
    if (!scope.localStorage) return job();
    var now = Date.now(), held = +(scope.localStorage.getItem(LEASE) || 0);
    if (held > now) {
      return new Promise(function (resolve) { setTimeout(resolve, 500); }).then(function () { return alone(job); });
    }
    scope.localStorage.setItem(LEASE, String(now + 90000));
    function free() { scope.localStorage.removeItem(LEASE); }
    return job().then(function (found) { free(); return found; }, function (trouble) { free(); throw trouble; });
  }

  function body(entry) {
    if (!entry.photos.length) {
      return new URLSearchParams(entry.fields);
    }
    var form = new FormData();
    entry.fields.forEach(function (pair) { form.append(pair[0], pair[1]); });
    entry.photos.forEach(function (photo, number) { form.append("photo", photo, "photo-" + (number + 1) + ".jpg"); });
    return form;
  }

  /* What came of it: {state: "done"|"kept"|"final", html}. Only our own server's word counts (its header): a hotel's
     or a school's sign-in page that answers in its place does not. */
  function post(entry) {
    var stop = scope.AbortController ? new AbortController() : null;
    var clock = stop ? setTimeout(function () { stop.abort(); }, entry.photos.length ? 90000 : 30000) : 0;
    function over(found) { clearTimeout(clock); return found; }
    return scope.fetch(entry.key, {
      method: "POST", body: body(entry), credentials: "same-origin", signal: stop ? stop.signal : undefined
    }).then(function (answer) {
      var said = answer.headers.get("Shouwang-Answer");
      if (!said || said === "later") return over({ state: "kept" });
      return answer.text().then(function (html) {
        return over({ state: said === "done" ? "done" : "final", html: html, said: said });
      });
    }).catch(function () { return over({ state: "kept" }); });
  }

  function title(html) {
    var found = /<h1[^>]*>([^<]*)</.exec(html);
    var box = found && scope.document ? scope.document.createElement("textarea") : null;
    if (box) { box.innerHTML = found[1]; return box.value; }
    return found ? found[1] : "";
  }

  /* Send one entry, unless somebody else has done so meanwhile. */
  function send(key, id) {
    return alone(function () {
      return all().then(function (entries) {
        var entry = entries.filter(function (each) { return each.key === key; })[0];
        if (!entry || entry.id !== id) return { state: "gone" };
        return post(entry).then(function (came) {
          var refused = Object.assign({}, entry, { state: "refused", why: title(came.html || "") });
          var after = came.state === "done" ? remove(key) : came.state === "final" ? put(refused) : null;
          return Promise.resolve(after).then(function () { return came; });
        });
      });
    });
  }

  /* Send all that waits, one after the other; resolves to [entry, what came of it] each. */
  function flush() {
    return all().then(function (entries) {
      return entries.filter(function (each) { return each.state === "waiting"; }).reduce(function (before, entry) {
        return before.then(function (found) {
          return send(entry.key, entry.id).then(function (came) { return found.concat([[entry, came]]); });
        });
      }, Promise.resolve([]));
    });
  }

  scope.Keeping = { all: all, put: put, remove: remove, send: send, flush: flush };
})(self);
