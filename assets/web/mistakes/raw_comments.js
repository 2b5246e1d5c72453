// The mistake: comments are put into the page as HTML, so that markup in one is markup, and a script in it runs (CWE-79).
export function show(list, comments) {
  list.innerHTML = comments.map(({ author, text }) => `<li><p class="who">${author}</p><div>${text}</div></li>`).join("");
}
