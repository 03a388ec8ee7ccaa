// How does a reader keep what the page holds?

export function save(name, kind, content) {
  const address = URL.createObjectURL(new Blob([content], {type: kind}));
  download(name, address);
  URL.revokeObjectURL(address);
}

export function download(name, address) {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}
