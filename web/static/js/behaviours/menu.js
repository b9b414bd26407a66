// A menu that opens by itself closes on Escape, on a click elsewhere, and when the focus leaves it.

export default (menu) => {
  const close = () => {
    menu.open = false;
  };
  const keyed = (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    close();
    menu.querySelector("summary").focus();
  };
  const elsewhere = (event) => {
    if (menu.open && !menu.contains(event.target)) close();
  };
  const left = (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) close();
  };
  menu.addEventListener("keydown", keyed);
  menu.addEventListener("focusout", left);
  document.addEventListener("click", elsewhere);
  return () => {
    menu.removeEventListener("keydown", keyed);
    menu.removeEventListener("focusout", left);
    document.removeEventListener("click", elsewhere);
  };
};
