// For `entities`, of which Markdown descriptions need one function: 77 kB of names like `&nbsp;`
// that every browser knows by heart.

export function decodeHTML(text: string): string {
  return new DOMParser().parseFromString(text, "text/html").body.textContent ?? "";
}

export const decodeHTMLStrict = decodeHTML;
