// Shows comments as the texts that they are: whatever stands in one, it is read and never run.
export function show(list, comments) {
  const items = comments.map(({ author, text }) => {
    const item = document.createElement("li");
    const who = document.createElement("p");
    const said = document.createElement("div");
    who.className = "who";
    who.textContent = author;
    said.textContent = text;
    item.append(who, said);
    return item;
  });
  list.replaceChildren(...items);
}
