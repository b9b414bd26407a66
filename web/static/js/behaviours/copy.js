// A button beside a field that is there to be copied.

export default (field) => {
  if (!navigator.clipboard) return undefined;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button line";
  button.textContent = field.dataset.words;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    button.textContent = field.dataset.done;
  });
  field.after(button);
  return () => button.remove();
};
