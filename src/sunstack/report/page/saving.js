// How does a reader keep what the page holds?

export function save(name, kind, content) {
  const address = URL.createObjectURL(new Blob([content], {type: kind}));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
