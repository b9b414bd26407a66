// Buttons that put the marks of an article around what is chosen or before its lines, so that nobody has to know them.
// What they write is taken back by the browser's own undo.

export default (bar) => {
  const text = bar.closest("form").elements.source;

  function put(words, start, end, from = start + words.length, to = from) {
    text.focus();
    text.setSelectionRange(start, end);
    if (!document.execCommand("insertText", false, words)) text.setRangeText(words, start, end, "end");
    text.setSelectionRange(from, to);
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function around({ before, after, inside }) {
    const [start, end] = [text.selectionStart, text.selectionEnd];
    const words = text.value.slice(start, end) || inside;
    put(before + words + after, start, end, start + before.length, start + before.length + words.length);
  }

  function ahead({ line }) {
    const start = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
    const lines = text.value.slice(start, text.selectionEnd).split("\n");
    put(lines.map((words) => line + words).join("\n"), start, text.selectionEnd);
  }

  // A picture stands in a paragraph of its own.
  function among({ whole }) {
    const at = text.selectionEnd;
    const apart = !at || text.value.slice(0, at).endsWith("\n\n") ? "" : "\n\n";
    put(`${apart}${whole}\n\n`, at, at);
  }

  function pressed(event) {
    const said = event.target.closest("button")?.dataset;
    if (said?.line) ahead(said);
    else if (said?.whole) among(said);
    else if (said?.before) around(said);
  }

  bar.addEventListener("click", pressed);
  return () => bar.removeEventListener("click", pressed);
};
