/* The frame's behaviour: navigation, errors, palette, chat panel, theme, tabs. No build step, no dependency but htmx. */
(function () {
  "use strict";
  const root = document.documentElement;
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  /* ---- navigation: boosted links swap the page's main part, breadcrumb and notices stay in step ---- */
  const isPage = (text) => text.includes('id="main"');

  document.addEventListener("htmx:beforeSwap", (event) => {
    const detail = event.detail;
    const text = detail.serverResponse || "";
    const failed = detail.xhr.status >= 400;
    if (detail.boosted && !isPage(text)) {
      /* a page outside the frame (sign-in, an error): go there as a browser would */
      detail.shouldSwap = false;
      if (failed && detail.requestConfig.verb !== "get") toast(plain(text));
      else window.location.assign(detail.pathInfo.responsePath || detail.pathInfo.requestPath);
      return;
    }
    if (detail.boosted) {
      const next = new DOMParser().parseFromString(text, "text/html");
      const crumbs = one("#crumbs"), fresh = one("#crumbs", next);
      if (crumbs && fresh) crumbs.replaceChildren(...fresh.childNodes);
      const place = one(".rail [aria-current]", next);
      all(".rail [data-place]").forEach((link) => {
        if (place && link.dataset.place === place.dataset.place) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
      });
      if (detail.pathInfo.requestPath.startsWith("/chat")) chat(false);
      detail.target = one("#main");
      detail.selectOverride = "#main";
      detail.swapOverride = "outerHTML";
      detail.shouldSwap = true;
      detail.isError = false;
      return;
    }
    if (failed) {
      detail.shouldSwap = Boolean(detail.target && detail.target.closest("[data-problems]"));
      detail.isError = false;
      if (!detail.shouldSwap) toast(plain(text) || "The server did not answer as expected. Nothing was changed.");
    }
  });
  document.addEventListener("htmx:sendError", () => toast("The server cannot be reached. What you entered is still here; try again."));
  document.addEventListener("htmx:timeout", () => toast("The server took too long. Nothing was changed; try again."));

  let pending = 0;
  const busy = (by) => { pending = Math.max(0, pending + by); document.body.classList.toggle("loading", pending > 0); };
  document.addEventListener("htmx:beforeSend", (event) => {
    busy(1);
    event.detail.xhr.addEventListener("loadend", () => busy(-1));
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.boosted || event.detail.requestConfig?.boosted) {
      const anchor = window.location.hash && one(window.location.hash);
      if (anchor) anchor.scrollIntoView(); else window.scrollTo(0, 0);
      one("#main")?.focus({ preventScroll: true });
    }
  });

  /* ---- words to the reader ---- */
  function plain(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    return (one("[role=alert]", page) || page.body).textContent.trim().replace(/\s+/g, " ").slice(0, 400);
  }
  function toast(text, kind = "bad") {
    const box = document.createElement("div");
    box.className = `toast ${kind}`;
    const words = document.createElement("p");
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button"; close.className = "button bare"; close.textContent = "Close";
    close.addEventListener("click", () => box.remove());
    box.append(words, close);
    one("#toasts").append(box);
    if (kind === "good") setTimeout(() => box.remove(), 5000);
  }
  document.addEventListener("notice", (event) => toast(event.detail.value || event.detail, "good"));

  /* ---- clicks and changes, delegated so that swapped content needs no wiring ---- */
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-theme-toggle], [data-palette], [data-chat]");
    if (target) {
      if (target.hasAttribute("data-theme-toggle")) window.switchTheme();
      else if (target.hasAttribute("data-palette")) palette.open(target.dataset.palette);
      else chat(one("#chat-panel").hidden);
    }
    all("details.popover[open]").forEach((box) => { if (!box.contains(event.target)) box.open = false; });
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-submit-on-change]");
    if (form) form.requestSubmit();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") { event.preventDefault(); palette.open(); }
    if (event.key === "Escape") {
      all("details.popover[open]").forEach((box) => { box.open = false; one("summary", box).focus(); });
      if (!one("#chat-panel").hidden && !one("#palette").open) chat(false);
    }
    const tab = event.target.closest && event.target.closest("[data-tab]");
    if (tab && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
      const tabs = all("[data-tab]", tab.parentElement);
      const next = tabs[(tabs.indexOf(tab) + (event.key === "ArrowRight" ? 1 : tabs.length - 1)) % tabs.length];
      event.preventDefault(); next.focus(); next.click();
    }
    if (tab && event.key === " ") { event.preventDefault(); tab.click(); }
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const tab = event.target.closest && event.target.closest("[data-tab]");
    if (!tab) return;
    all("[data-tab]", tab.parentElement).forEach((other) => {
      other.setAttribute("aria-selected", String(other === tab));
      other.tabIndex = other === tab ? 0 : -1;
    });
  });

  /* ---- chat panel: loaded when first opened, kept while one moves about ---- */
  function chat(open) {
    const panel = one("#chat-panel");
    if (open && window.location.pathname.startsWith("/chat")) return void one("main textarea")?.focus();
    panel.hidden = !open;
    document.body.classList.toggle("chat-open", open);
    all(".top [data-chat]").forEach((button) => button.setAttribute("aria-expanded", String(open)));
    try { sessionStorage.setItem("chat", open ? "open" : ""); } catch { /* private mode */ }
    if (open) {
      const field = () => one("textarea", panel)?.focus();
      one("#chat").addEventListener("htmx:afterSettle", field, { once: true });
      window.htmx.trigger("#chat", "open");
      field();
    } else one(".top [data-chat]")?.focus();
    window.dispatchEvent(new Event("resize"));
  }
  window.openChat = () => chat(true);

  /* asking: Enter sends, the question stands at once, the answer takes its place beside it */
  const asks = (target) => (target instanceof Element ? target.closest('form[hx-post="/chat/ask"]') : null);
  document.addEventListener("keydown", (event) => {
    const form = event.key === "Enter" && !event.shiftKey && event.target.matches("textarea") ? asks(event.target) : null;
    if (!form) return;
    event.preventDefault();
    if (event.target.value.trim()) form.requestSubmit();
  });
  document.addEventListener("htmx:beforeSend", (event) => {
    const form = asks(event.detail.elt);
    const talk = form && one("#talk", form.closest("#chat, main"));
    if (!talk) return;
    const asked = document.createElement("li");
    asked.className = "question pending";
    asked.textContent = new FormData(form).get("question");
    talk.append(asked);
    asked.scrollIntoView({ block: "nearest" });
    event.detail.xhr.addEventListener("loadend", () => {
      asked.remove();
      if (form.hasAttribute("data-ask") && event.detail.xhr.status < 400) form.reset();
    });
  });

  /* ---- palette ---- */
  const palette = (function () {
    let rows = [], at = 0, timer = 0, asked = 0, beside = "";
    const box = () => one("#palette"), input = () => one("#palette input"), list = () => one("#palette-list");
    function pages() {
      const row = (link) => ({ title: link.textContent.trim(), kind: link.closest("[data-action]") ? "Action" : "Page", href: link.getAttribute("href"), plain: link.getAttribute("hx-boost") === "false" });
      return [...all(".rail nav a"), ...all("#palette-actions a")].map(row);
    }
    function own(text) {
      const words = text.toLowerCase();
      const actions = [
        { title: "Ask a question", kind: "Action", run: () => chat(true) },
        { title: "Dark or light", kind: "Action", run: window.switchTheme },
      ];
      return [...pages(), ...actions].filter((row) => row.title.toLowerCase().includes(words));
    }
    function draw() {
      list().replaceChildren(...rows.map((row, index) => {
        const item = document.createElement("li");
        item.setAttribute("role", "option");
        item.id = `palette-${index}`;
        item.setAttribute("aria-selected", String(index === at));
        const name = document.createElement("span"), kind = document.createElement("small");
        name.textContent = row.title; kind.textContent = row.detail || row.kind || "";
        item.append(name, kind);
        item.addEventListener("click", () => go(row));
        return item;
      }));
      if (!rows.length) {
        const none = document.createElement("li");
        none.className = "none"; none.textContent = "Nothing found. Try a part of a building's name.";
        list().append(none);
      }
      input().setAttribute("aria-activedescendant", rows.length ? `palette-${at}` : "");
      one(`#palette-${at}`)?.scrollIntoView({ block: "nearest" });
    }
    function go(row) {
      box().close();
      if (row.run) row.run();
      else if (row.plain) window.location.assign(row.href);
      else visit(row.href);
    }
    async function ask(text) {
      const turn = ++asked;
      const siblings = text ? "" : beside;
      rows = siblings ? [] : own(text); at = 0;
      if (!siblings) draw();
      if (!siblings && text.length < 2) return;
      try {
        const answer = await fetch(siblings || `/search?q=${encodeURIComponent(text)}`, { headers: { accept: "application/json" } });
        if (!answer.ok || turn !== asked) return;
        rows = [...(await answer.json()), ...(siblings ? [] : own(text))];
        draw();
      } catch { /* offline: pages and actions remain */ }
    }
    function open(siblings = "") {
      if (box().open) return;
      beside = siblings.startsWith("/") ? siblings : "";
      input().value = "";
      box().showModal();
      ask("");
    }
    document.addEventListener("input", (event) => {
      if (event.target !== input()) return;
      clearTimeout(timer);
      timer = setTimeout(() => ask(input().value.trim()), 90);
    });
    document.addEventListener("keydown", (event) => {
      if (event.target !== input()) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        at = rows.length ? (at + (event.key === "ArrowDown" ? 1 : rows.length - 1)) % rows.length : 0;
        draw();
      }
      if (event.key === "Enter" && rows[at]) { event.preventDefault(); go(rows[at]); }
    });
    document.addEventListener("click", (event) => { if (event.target === box()) box().close(); });
    return { open };
  })();

  /* ---- go somewhere within the frame ---- */
  function visit(href) {
    const link = document.createElement("a");
    link.href = href;
    if (link.origin !== window.location.origin) return;
    one(".app").append(link);
    window.htmx.process(link);
    link.click();
    link.remove();
  }
  window.visit = visit;

  document.addEventListener("DOMContentLoaded", () => {
    if (/Mac|iPhone|iPad/.test(navigator.platform)) all("[data-mod]").forEach((key) => { key.textContent = "⌘K"; });
    let open = "";
    try { open = sessionStorage.getItem("chat"); } catch { /* private mode */ }
    if (open && window.matchMedia("(min-width: 90rem)").matches) chat(true);
  });
  root.classList.add("scripts");
})();
