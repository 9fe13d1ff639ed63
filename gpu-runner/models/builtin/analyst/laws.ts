import { type Found, oneLine } from './found.ts';

const sections = '\\d{1,5}[A-Za-z]{0,2}(?:[.:-]\\d{1,5}[a-z]{0,2}){0,3}(?:\\([A-Za-z0-9]{1,4}\\)){0,4}';
/** Citations that are recognised by their own form. */
const citations = [
  new RegExp(`\\b\\d{1,3} U\\.? ?S\\.? ?C\\.?(?:A\\.)?(?: ?§§? ?| Sections? | Secs?\\. )?${sections}`, 'g'),
  new RegExp(
    `\\b\\d{1,3} C\\.? ?F\\.? ?R\\.?(?: ?§§? ?| Parts? | Sections? )?${sections}(?:(?:,? and |, )${sections}){0,4}`,
    'g',
  ),
  /\bRule \d{1,4}[a-z]?-\d{1,3}[a-z]?(?:\([A-Za-z0-9]{1,4}\)){0,4}/g,
  /\bRegulation (?:S-[KXTP]|[A-Z]{1,2}\b)(?! \p{Lu}\p{Ll})/gu,
  /\b(?:Regulation|Directive|Decision) \((?:EU|EC|EEC|UE)\) (?:No\.? )?\d{1,4}\/\d{1,4}/g,
  /\b(?:Directive|Regulation) \d{2,4}\/\d{1,4}\/(?:EC|EU|EEC)\b/g,
  /\bPub(?:lic|\.) L(?:aw|\.) (?:No\. )?\d{2,3}-\d{1,4}\b/g,
  /\bU\.?C\.?C\.? (?:§ ?|Article |Section )\d[\d-]{0,6}/g,
];
/** The last word of a law's name, perhaps with its year. */
const lawEnd =
  /\b(Act|ACT|Code|CODE|Rules|Regulations|Statute|Ordinance)\b(?: of ((?:1[5-9]|20)\d{2})\b| ?,? ?\(?((?:1[5-9]|20)\d{2})\)?(?!\d))?/g;
const wordBefore =
  /(?:^|[\s"“])(\(?(?:\p{Lu}[\p{L}'’&.-]{0,30}|of|and|for|the|on|in|to)(?:,(?= \p{Lu})|\))?) $/u;
const joiner =
  /^(?:of|and|for|the|on|in|to|The|This|That|Such|Any|Each|All|No|By|An?|In|If|Under|Of|For|And|With|To)$/;
const mostWords = 12;
const sectionBefore = new RegExp(
  `(?:Sections?|Sec\\.|Articles?|Rules?|Part|§§?|[Ss]ections?) ?${sections}(?:(?: and |, | or |–|-)${sections}){0,3} (?:of|to|under) (?:the |this )?$`,
);
/** Says only that some law, code or rule exists. */
const generic =
  /^(?:(?:Civil|Zip|ZIP|Source|Object|Area|Dress|Bar|Access|Promo|Discount|Conduct|Such|House|Company|Standard|Applicable|Federal|State|Local|New|These|Those|Program|Service|Operating|Postal|Country|Software|Machine|Computer|Said) )?(?:Act|Code|Rules|Regulations|Statute|Ordinance)$/i;

/**
 * Laws and rules: `Inquiries Act 2005`, `Section 13 of the Securities Exchange Act of 1934`, `17 C.F.R. § 200.80(b)(4)`,
 * `Rule 13d-1(k)(1)`, `Regulation (EU) 2016/679`. A section named before its law is part of the mention, not of the key.
 */
export function findLaws(text: string): Found[] {
  const plain = text.replace(/\s/g, ' ');
  const found: Found[] = [];
  const add = (start: number, end: number, name: string) =>
    found.push({
      start,
      end,
      kind: 'law',
      key: oneLine(name)
        .toLowerCase()
        .replace(/[.,()]/g, '')
        .replace(/ of (?=\d{4}$)/, ' '),
    });
  for (const match of plain.matchAll(lawEnd)) {
    const named = nameStart(plain, match.index);
    if (named === undefined) continue;
    const end = match.index + match[0].length;
    const withoutYear = plain.slice(named, match.index + (match[1] ?? '').length);
    const year = match[2] ?? match[3];
    if (year === undefined && (generic.test(withoutYear) || /^(?:Rules|Regulations)$/.test(match[1] ?? '')))
      continue;
    const section = sectionBefore.exec(plain.slice(Math.max(0, named - 90), named));
    add(named - (section?.[0].length ?? 0), end, plain.slice(named, end));
  }
  for (const citation of citations) {
    for (const match of plain.matchAll(citation)) add(match.index, match.index + match[0].length, match[0]);
  }
  return found;
}

/** Walks back over the capitalised words of the name; undefined when there is none. */
function nameStart(plain: string, end: number): number | undefined {
  let start = end;
  let firstName: number | undefined;
  for (let count = 0; count < mostWords; count += 1) {
    const word = wordBefore.exec(plain.slice(Math.max(0, start - 40), start))?.[1];
    if (word === undefined) break;
    start -= word.length + 1;
    if (!joiner.test(word)) firstName = start;
  }
  if (firstName === undefined) return undefined;
  // "(Horizon System)" inside a name is whole; a bracket that only opens stands before the name.
  const name = plain.slice(firstName, end);
  const opened = name.lastIndexOf('(');
  const balanced = name.split('(').length === name.split(')').length;
  return balanced ? firstName : firstName + opened + 1;
}
