/* Sets the theme before the first paint: the person's choice, else the system's. */
(function () {
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const apply = () => { root.dataset.theme = chosen() || (system.matches ? "dark" : "light"); };
  apply();
  system.addEventListener("change", () => { apply(); root.dispatchEvent(new Event("themechange")); });
  window.switchTheme = () => {
    const next = root.dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", next); } catch { /* private mode: it lasts for this page */ }
    root.dataset.theme = next;
    root.dispatchEvent(new Event("themechange"));
  };
})();
