import { DOMParser, parseHTML } from 'linkedom';

/** The part of the DOM that extraction uses. The server is compiled without the browser's types. */
export type DomNode = {
  readonly nodeType: number;
  readonly nodeValue: string | null;
  readonly firstChild: DomNode | null;
  readonly nextSibling: DomNode | null;
  readonly parentNode: DomNode | null;
};

export type DomElement = DomNode & {
  readonly tagName: string;
  readonly textContent: string | null;
  readonly previousElementSibling: DomElement | null;
  getAttribute(name: string): string | null;
  hasAttribute(name: string): boolean;
};

export type DomDocument = {
  readonly body: DomElement | null;
  readonly documentElement: DomElement;
  querySelector(selector: string): DomElement | null;
};

/** A whole page, or a fragment, which becomes the body of one. */
export function parsePage(html: string): DomDocument {
  const page = /<html[\s>]/i.test(html) ? html : `<html><body>${html}</body></html>`;
  const document: DomDocument = parseHTML(page).document;
  return document;
}

export function parseXml(xml: string): Pick<DomDocument, 'querySelector'> {
  return new DOMParser().parseFromString(xml, 'text/xml');
}

export const isElement = (node: DomNode): node is DomElement => node.nodeType === 1;
export const isText = (node: DomNode): boolean => node.nodeType === 3 || node.nodeType === 4;
