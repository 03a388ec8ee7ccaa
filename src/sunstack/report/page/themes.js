// Which colours does the page show now?
//
// Dark where the reader's system asks for it; on paper always light.

export function watchTheme(darkColours) {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const paper = window.matchMedia("print");
  const listeners = [];
  const tell = () => listeners.forEach((listener) => listener());
  dark.addEventListener("change", tell);
  paper.addEventListener("change", () => dark.matches && tell());
  return {
    exchanged: () => (dark.matches && !paper.matches ? darkColours : {}),
    onChange: (listener) => listeners.push(listener),
  };
}

export function inColours(figure, exchanged) {
  const change = (key, value) => (typeof value === "string" ? (exchanged[value] ?? value) : value);
  return JSON.parse(JSON.stringify(figure), change);
}
