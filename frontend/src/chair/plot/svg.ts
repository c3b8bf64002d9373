/** SVG elements by name and attributes; the only way that this page draws. */

export type Attributes = Readonly<Record<string, string | number>>;

const SVG = "http://www.w3.org/2000/svg";

export function el(name: string, attributes: Attributes, ...children: (Element | string)[]): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

export const line = (x1: number, y1: number, x2: number, y2: number, kind: string): SVGElement =>
  el("line", { x1: round(x1), y1: round(y1), x2: round(x2), y2: round(y2), class: kind });

export const words = (x: number, y: number, text: string, kind: string, anchor = "start"): SVGElement =>
  el("text", { x: round(x), y: round(y), class: kind, "text-anchor": anchor }, text);

export const path = (d: string, kind: string): SVGElement => el("path", { d, class: kind });

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
