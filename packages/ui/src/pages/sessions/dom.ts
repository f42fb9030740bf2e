type Child = Node | string | null;

/** Makes an element. Texts become text nodes, never markup, wherever they came from. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (name === 'button') made.className = 'button';
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  for (const child of children) if (child !== null) made.append(child);
  return made;
}
