// A button that prints the page, where there is a script to do it.

export default (button) => {
  const print = () => window.print();
  button.hidden = false;
  button.addEventListener("click", print);
  return () => button.removeEventListener("click", print);
};
