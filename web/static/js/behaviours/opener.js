// Opening the composer puts the cursor into it.

export default (opener) => {
  const opened = () => {
    if (opener.open) opener.querySelector("textarea").focus();
  };
  opener.addEventListener("toggle", opened);
  return () => opener.removeEventListener("toggle", opened);
};
