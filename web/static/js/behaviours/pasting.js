// What is pasted into an article with a form of its own (Word, a page of the web) is made Markdown by the node, which
// knows how. Without a network, or if it fails, the plain text goes in as it always does.

export default (text) => {
  async function pasted(event) {
    const html = event.clipboardData?.getData("text/html");
    const plain = event.clipboardData?.getData("text/plain") ?? "";
    if (!html || !/<(h\d|p|ul|ol|li|table|b|strong|i|em|a|blockquote)\b/i.test(html)) return;
    event.preventDefault();
    const place = [text.selectionStart, text.selectionEnd];
    text.readOnly = true;
    let words = plain;
    try {
      const body = new URLSearchParams({ csrf: text.dataset.csrf, html });
      const answer = await fetch(text.dataset.clean, { method: "POST", body });
      if (answer.ok) words = await answer.text();
    } catch {
      // No network: the words at least.
    }
    text.readOnly = false;
    text.focus();
    text.setSelectionRange(...place);
    // So the browser's own undo takes it back.
    if (!document.execCommand("insertText", false, words)) text.setRangeText(words, ...place, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  text.addEventListener("paste", pasted);
  return () => text.removeEventListener("paste", pasted);
};
